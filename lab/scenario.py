"""What breaks when: a round of events, and which of them hold at a moment.

A scenario is a pure function of time: `Schedule.active(t)` needs no memory, so the state of the
district at any moment is the same however often or seldom somebody looks.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from lab.district import End


class Kind(StrEnum):
    """What can break."""

    LINK_DOWN = "link_down"
    CPU = "cpu"
    SILENT = "silent"
    REBOOT = "reboot"
    ERRORS = "errors"
    DIRTY_FIBRE = "dirty_fibre"
    HOT = "hot"
    OSPFV3_NEIGHBOR_LOST = "ospfv3_neighbor_lost"
    BGP_IPV6_IDLE = "bgp_ipv6_idle"
    IPV6_PATH_DOWN = "ipv6_path_down"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a scenario; times in seconds from the start of a round.

    Args:
        value: cpu: load to climb to (ratio); errors: bad frames a second; dirty_fibre: decibels of
            light that no longer arrive; hot: degrees added.
        ramp_s: how long a climb takes.
        peer: bgp_ipv6_idle: the name of the router at the other end of the session.
        site: ipv6_path_down: the place that IPv6 no longer reaches; such an event has no switch.
    """

    kind: Kind
    at_s: float
    for_s: float
    switch: str
    interface: str = ""
    value: float = 0.0
    ramp_s: float = 0.0
    peer: str = ""
    site: str = ""

    @property
    def end(self) -> End:
        """The port it is about."""
        return End(self.switch, self.interface)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """An event in one round, in unix seconds."""

    event: Event
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Scenario:
    """A round of events; `period_s` 0 plays it once."""

    name: str
    period_s: float
    events: tuple[Event, ...]

    def rebooted(self) -> frozenset[str]:
        """Name the switches that some event reboots."""
        return frozenset(event.switch for event in self.events if event.kind is Kind.REBOOT)


QUIET = Scenario("none", 0.0, ())


@dataclass(frozen=True, slots=True)
class Schedule:
    """A scenario that begins at a moment (unix seconds)."""

    scenario: Scenario
    start_s: float

    def between(self, after_s: float, until_s: float) -> Iterator[Occurrence]:
        """Yield what begins or ends in (after, until], in no order."""
        for event in self.scenario.events:
            for occurrence in self._rounds(event, after_s, until_s):
                if after_s < occurrence.start_s <= until_s or after_s < occurrence.end_s <= until_s:
                    yield occurrence

    def active(self, at_s: float) -> tuple[Occurrence, ...]:
        """Return what holds at a moment; an event ends at its end, not after it."""
        return tuple(
            occurrence
            for event in self.scenario.events
            for occurrence in self._rounds(event, at_s, at_s)
            if occurrence.start_s <= at_s < occurrence.end_s
        )

    def turns(self, after_s: float, until_s: float) -> list[float]:
        """Return the moments in (after, until] at which something begins or ends, in order."""
        moments = {
            moment
            for occurrence in self.between(after_s, until_s)
            for moment in (occurrence.start_s, occurrence.end_s)
            if after_s < moment <= until_s
        }
        return sorted(moments)

    def _rounds(self, event: Event, after_s: float, until_s: float) -> Iterator[Occurrence]:
        """Yield every occurrence that may touch [after, until]."""
        first = self.start_s + event.at_s
        period = self.scenario.period_s
        if not period:
            yield Occurrence(event, first, first + event.for_s)
            return
        lowest = max(0, int((after_s - first - event.for_s) // period))
        highest = int((until_s - first) // period)
        for number in range(lowest, highest + 1):
            start = first + number * period
            yield Occurrence(event, start, start + event.for_s)
