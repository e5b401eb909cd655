"""The share of IPv6 in the octets of a device, how far it can be believed, and whether any moved.

Two readings are remembered, WINDOW apart, and the present one is compared with the older: what is
said is about the last 30 to 60 minutes. A counter that fell begins anew at its interface alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from typing_extensions import override

from agent.derive.derivation import Derivation, Derived, Facts, Scope, Subject
from agent.derive.ipv6_items import UNKNOWN, Item, judged
from agent.derive.ipv6_readings import Counters, Reading, Window, followed, read, written
from collectors.contract import Fact, Json, Method, Observation, Samples, Table
from collectors.facts import IpTraffic
from inventory.inventory import Inventory
from inventory.models import Device

WINDOW = timedelta(minutes=30)
"""A link on which IPv6 is in use carries some of it in this time even at night: neighbour
discovery, hellos of a routing protocol."""

SOONEST = timedelta(minutes=5)
"""Five visits at the default interval. The tables of octets by family and by interface are read
some seconds apart, and many a device renews them every ten; over less the ratio is noise."""

LEAST_COVERAGE = 0.2
"""Switches that forward in hardware may count by family only what reaches their CPU. Where both
families explain less than a fifth of the octets, no share is said."""

MOST_COVERAGE = 1.1
"""IP is inside the frames, so it cannot be more than they, but for the seconds between readings.
More says that the two tables do not count the same thing."""

_PLACES = 3
"""Decimals of a ratio; what does not move there is not said again."""

Ratios = tuple[float | None, float | None]
"""Coverage and share."""

NO_RATIOS: Ratios = (None, None)


class Moved(NamedTuple):
    """Octets that an interface moved in the window; None: the family is not counted there.

    A plain tuple: there is one for each interface in each visit.
    """

    interface: str
    v4: int | None
    v6: int | None
    every: int


@dataclass(frozen=True, slots=True)
class Ipv6Traffic:
    """A fact for the readiness: whether octets of IPv6 moved in the window."""

    target: str
    item: Item


class Ipv6TrafficShare(Derivation):
    """Runs with every visit that moved a counter, so it is the one that must be cheap."""

    name = "ipv6_traffic"
    version = 1
    scope = Scope.DEVICE
    reads: frozenset[type[Fact]] = frozenset((IpTraffic,))

    def __init__(self) -> None:
        """Have said nothing yet."""
        self._inventory: Inventory | None = None
        self._said: dict[str, Ratios | None] = {}
        self._windows: dict[str, tuple[Json, Window | None]] = {}

    @override
    def derive(
        self, subject: Subject, inventory: Inventory, facts: Facts, memory: Json, now: datetime
    ) -> Derived:
        if self._inventory is not inventory:
            self._begin_anew(inventory)
        device = inventory.devices[subject.id]
        told = _counters(facts)
        if told is None:
            return self._derived(device.id, UNKNOWN, NO_RATIOS, memory, None)
        counters = _useful(device, told)
        former = self._window_of(device.id, memory)
        window = followed(former, Reading(now, counters), WINDOW)
        if window is not former:
            memory = written(window)
            self._windows[device.id] = memory, window
        span = now - window.older.at
        moved = list(_moved(window.older.counters, counters))
        item = _item(moved, span) if any(row[1] is not None for row in told.values()) else UNKNOWN
        ratios = NO_RATIOS
        if span >= SOONEST and _counts_both(told):
            ratios = _ratios(device, moved)
        again = window.older.at + SOONEST if span < SOONEST else window.newer.at + WINDOW
        return self._derived(device.id, item, ratios, memory, again)

    def _begin_anew(self, inventory: Inventory) -> None:
        """Say all once more: what a reload took away and brought back is not in the store."""
        self._inventory = inventory
        self._said = dict.fromkeys(self._said)
        self._windows = {}

    def _window_of(self, target: str, memory: Json) -> Window | None:
        """Read the memory where it is not what was written here last."""
        known = self._windows.get(target)
        return known[1] if known is not None and known[0] is memory else read(memory)

    def _derived(
        self, target: str, item: Item, ratios: Ratios, memory: Json, again: datetime | None
    ) -> Derived:
        tables: tuple[Table, ...] = ()
        if self._said.get(target, NO_RATIOS) != ratios:
            tables = (_table(ratios),)
        if tables or target in self._said:
            self._said[target] = ratios
        fact = Ipv6Traffic(target, item)
        observation = Observation(target, f"derived.{self.name}", tables, (fact,))
        return Derived(observation, memory, again)


def _table(ratios: Ratios) -> Table:
    coverage, share = ratios
    samples = (
        Samples("egov_ipv6_traffic_coverage_ratio", [coverage]),
        Samples("egov_ipv6_traffic_ratio", [share]),
    )
    return Table("ipv6_traffic", Method.AGENT, [()], samples)


def _counters(facts: Facts) -> Counters | None:
    """Take the counters of one method, SNMP's if it has any; two methods count apart."""
    inputs = sorted(facts.of(IpTraffic), key=lambda one: one.check != "snmp")
    known = [one.facts for one in inputs if one.facts is not None]
    told = next(filter(None, known), ())
    counters: dict[str, list[int | None]] = {}
    for fact in told:
        row = counters.get(fact.interface)
        if row is None:
            row = counters[fact.interface] = [None, None, fact.interface_octets]
        row[fact.family == "ipv6"] = fact.octets
    return counters if known else None


def _useful(device: Device, told: Counters) -> Counters:
    """Leave out what says nothing: most ports of a switch carry no IPv6, and rows are remembered.

    Where uplinks count, the ratios are theirs, and of the others it matters whether IPv6 moves. One
    that carries it for the first time counts from the visit that saw it.
    """
    uplinks = {one.interface for one in device.uplinks}
    if uplinks.isdisjoint(told):
        return told
    return {interface: row for interface, row in told.items() if row[1] or interface in uplinks}


def _counts_both(told: Counters) -> bool:
    """Say whether a device counts both families.

    Then it has no row for one where that is not in use (RFC 4293: ipIfStatsTable has a row for each
    version that an interface runs), so that is 0 octets. One that counts a single family (net-snmp
    counts IPv6 alone) leaves the coverage unknown.
    """
    rows = told.values()
    return any(row[0] is not None for row in rows) and any(row[1] is not None for row in rows)


def _moved(then: Counters, now: Counters) -> Iterator[Moved]:
    """Compare the readings; `followed` saw to it that the older has each interface."""
    for interface, (v4, v6, every) in now.items():
        v4_then, v6_then, all_then = then[interface]
        yield Moved(
            interface,
            None if v4 is None or v4_then is None else v4 - v4_then,
            None if v6 is None or v6_then is None else v6 - v6_then,
            0 if every is None or all_then is None else every - all_then,
        )


def _item(moved: Iterable[Moved], span: timedelta) -> Item:
    """Judge the item `traffic` of a device that counts IPv6."""
    return judged(passed=any(one.v6 for one in moved), certain=span >= WINDOW)


def _ratios(device: Device, moved: Sequence[Moved]) -> Ratios:
    """Work out coverage and share on the uplinks, or on all interfaces where they have no rows."""
    uplinks = {one.interface for one in device.uplinks}
    chosen = [one for one in moved if one.interface in uplinks] or moved
    some = [one for one in chosen if one.every]
    every = sum(one.every for one in some)
    v6 = sum(one.v6 or 0 for one in some)
    both = v6 + sum(one.v4 or 0 for one in some)
    if not every or both > every * MOST_COVERAGE:
        return NO_RATIOS
    coverage = min(both / every, 1.0)
    share = round(v6 / both, _PLACES) if both and coverage >= LEAST_COVERAGE else None
    return round(coverage, _PLACES), share
