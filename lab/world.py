"""The district at a moment: counters, states, temperatures, from its plan, its schedule and a seed.

Traffic belongs to streams: two for a cable (one each way), two for an edge port (from and to its
users). A port counts one stream in and the other out, less what the stream had carried when its
switch booted; so the two ends of a link agree by construction, and no counter can go back except
by a reboot.
"""

import math
import random
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from lab.district import District, End, Link, Port, Switch
from lab.flows import Burden, Outage, Routes, edge_ports, route
from lab.optics import Optic, fibres
from lab.scenario import Kind, Occurrence, Schedule
from lab.traffic import DAY_S, EPOCH_S, busy_seconds, load

OCTETS_PER_USER = {"from_users": 60_000.0, "to_users": 340_000.0}
"""Octets a second of one busy person."""
OCTETS_PER_PACKET = {"from_users": 310.0, "to_users": 940.0}
CHATTER_OCTETS = 1_800.0
"""Octets a second of protocols that talk on any lit cable: LLDP, routing, spanning tree."""
MULTICASTS, BROADCASTS = 6.0, 0.7
BAD_FRAMES_A_DECIBEL = 3.2
"""Frames a second that a dirty fibre spoils for each decibel that it takes."""
TREE_SETTLED_S = 33.0
"""A bridge that booted forwards, after its first topology change."""
MAINTENANCE_S = 120 * DAY_S
"""A switch is rebooted for maintenance this often, on a day of its own."""


class Counts(NamedTuple):
    """What a stream has carried since the epoch, or a port since its switch booted."""

    octets: float = 0.0
    unicast: float = 0.0
    multicast: float = 0.0
    broadcast: float = 0.0
    errors: float = 0.0
    discards: float = 0.0

    def plus(self, other: "Counts") -> "Counts":
        """Add, field by field."""
        return Counts(*map(float.__add__, self, other))

    def minus(self, other: "Counts") -> "Counts":
        """Subtract, field by field."""
        return Counts(*map(float.__sub__, self, other))


@dataclass(frozen=True, slots=True)
class PortState:
    """A row of ifTable at a moment; `changed_s` is unix time, `ipv6` a share of octets."""

    port: Port
    up: bool
    changed_s: float
    received: Counts
    sent: Counts
    ipv6: float


@dataclass(frozen=True, slots=True)
class SwitchState:
    """What a switch knows of itself at a moment; ratios 0 to 1, degrees Celsius, unix seconds.

    Args:
        optics: the optical modules by ifName; a port that is not there has none.
        tree_changes: topology changes of the spanning tree, and when the last one was.
    """

    switch: Switch
    at_s: float
    boot_s: float
    cpu: float
    memory: float
    temperature: float
    ports: tuple[PortState, ...]
    optics: Mapping[str, Optic]
    tree_changes: tuple[int, float]

    @property
    def boots(self) -> int:
        """SNMP-FRAMEWORK-MIB::snmpEngineBoots.

        The boot's own time in seconds since 2020: it never goes back, even if the lab is started
        anew, which is what USM rests on (RFC 3414 section 2.2.2).
        """
        return int(self.boot_s - EPOCH_S)

    def ticks(self, moment_s: float) -> int:
        """Turn a moment into TimeTicks since the boot (hundredths; wraps after 497 days)."""
        return max(0, int((moment_s - self.boot_s) * 100)) % 2**32


@dataclass(frozen=True, slots=True)
class Stream:
    """One direction of a cable or edge port; `receivers` are the ports that count it in."""

    number: int
    receiver: End | None
    link: Link | None
    edge: End | None
    outward: bool


class World:
    """All switches at any moment from the schedule's start on; moments never go back."""

    def __init__(self, district: District, schedule: Schedule, seed: int = 1) -> None:
        """Begin at the schedule's start; `seed` shifts boots and phases, not the plan."""
        self.district = district
        self.schedule = schedule
        self._seed = seed
        self._links = {
            end: link for link in district.every_link() for end in (link.low, link.high) if end
        }
        self._edges = edge_ports(district)
        self._users = {end: district.switch(end.switch).port(end.port).users for end in self._edges}
        self._phase = {end: self._random(str(end)).uniform(0, math.tau) for end in self._edges}
        self._streams = self._lay_streams()
        self._into = {s.receiver: s.number for s in self._streams if s.receiver}
        self._out_of = self._senders()
        self._since = schedule.start_s
        self._outage = Outage()
        self._routes = route(district, self._outage)
        self._occurrences: tuple[Occurrence, ...] = ()
        self._boots = {switch.id: self._first_boot(switch) for switch in district.switches}
        self._totals = self._carried(EPOCH_S, self._since)
        self._zero = {s.id: self._carried(EPOCH_S, self._boots[s.id]) for s in district.switches}
        self._changed: dict[End, float] = {}
        self._tree = {switch: _first_tree(boot) for switch, boot in self._boots.items()}
        self._fibres = fibres(district, seed)
        self._now: tuple[float, list[Counts]] = (self._since, self._totals)

    def state(self, switch: str, at_s: float) -> SwitchState:
        """Return a switch at a moment; an earlier one than was asked before counts as that one."""
        at_s = self.advance(at_s)
        plan = self.district.switch(switch)
        cpu = self._cpu(plan, at_s)
        totals = self._totals_at(at_s)
        zero = self._zero[switch]
        temperature = self._temperature(plan, at_s, cpu)
        return SwitchState(
            switch=plan,
            at_s=at_s,
            boot_s=self._boots[switch],
            cpu=cpu,
            memory=0.41 + 0.01 * (plan.number % 7) + 0.06 * load(at_s),
            temperature=temperature,
            ports=tuple(self._port(plan, port, totals, zero) for port in plan.ports),
            optics=self._optics(switch, at_s, temperature),
            tree_changes=self._tree[switch],
        )

    def silent(self, switch: str, at_s: float) -> bool:
        """Whether a switch answers nothing at a moment."""
        return any(
            occurrence.event.switch == switch
            and occurrence.event.kind in (Kind.SILENT, Kind.REBOOT)
            for occurrence in self.schedule.active(at_s)
        )

    def advance(self, at_s: float) -> float:
        """Live through everything until a moment; return it, or the latest one lived through."""
        for turn in self.schedule.turns(self._since, at_s):
            self._totals = self._totals_at(turn)
            self._since = turn
            self._turn(turn)
        return max(at_s, self._since)

    def _turn(self, at_s: float) -> None:
        """Take in what begins or ends at a moment to which the totals have just been brought."""
        before = {end: self._lit(end) for end in self._ends()}
        lasting = self.schedule.active(at_s)
        for old in self._occurrences:
            if old.event.kind is Kind.REBOOT and old.end_s <= at_s:
                self._boots[old.event.switch] = at_s
                self._zero[old.event.switch] = self._totals
                self._tree[old.event.switch] = _first_tree(at_s)
        self._occurrences = lasting
        self._outage = self._broken(lasting)
        self._routes = route(self.district, self._outage)
        self._now = (at_s, self._totals)
        turned = [end for end, lit in before.items() if lit != self._lit(end)]
        self._changed |= dict.fromkeys(turned, at_s)
        if any(end in self._links for end in turned):
            self._turn_tree(at_s)

    def _turn_tree(self, at_s: float) -> None:
        """Let every bridge that is awake hear of a topology change."""
        for switch, (changes, last_s) in self._tree.items():
            if last_s < at_s and switch not in self._outage.dark:
                self._tree[switch] = changes + 1, at_s

    def _broken(self, lasting: tuple[Occurrence, ...]) -> Outage:
        cut = {
            link
            for occurrence in lasting
            if occurrence.event.kind is Kind.LINK_DOWN
            and (link := self._links.get(occurrence.event.end))
        }
        dark = {o.event.switch for o in lasting if o.event.kind is Kind.REBOOT}
        return Outage(frozenset(cut), frozenset(dark))

    def _first_boot(self, switch: Switch) -> float:
        """Say when a switch booted before the lab began.

        One that the scenario reboots boots with the lab: otherwise a lab started anew would show
        it with fewer boots than before, and every v3 manager would be right to distrust it.
        """
        if switch.id in self.schedule.scenario.rebooted():
            return self.schedule.start_s
        offset = self._random(f"boot {switch.id}").uniform(0, MAINTENANCE_S)
        age = (self.schedule.start_s - EPOCH_S - offset) % MAINTENANCE_S
        return self.schedule.start_s - age

    def _lay_streams(self) -> list[Stream]:
        lay: list[Stream] = []
        add = partial(_append_stream, lay)
        for link in self.district.every_link():
            add(link.high, link, None, outward=True)
            add(link.low, link, None, outward=False)
        for end in self._edges:
            add(end, None, end, outward=True)
            add(None, None, end, outward=False)
        return lay

    def _senders(self) -> dict[End, int]:
        senders: dict[End, int] = {}
        for stream in self._streams:
            if stream.link and stream.outward:
                senders[stream.link.low] = stream.number
            elif stream.link and stream.link.high:
                senders[stream.link.high] = stream.number
            elif stream.edge and not stream.outward:
                senders[stream.edge] = stream.number
        return senders

    def _ends(self) -> list[End]:
        return [*self._into]

    def _lit(self, end: End) -> bool:
        link = self._links.get(end)
        return self._outage.alive(link) if link else end.switch not in self._outage.dark

    def _totals_at(self, at_s: float) -> list[Counts]:
        if self._now[0] != at_s:
            step = self._carried(self._since, at_s)
            self._now = (at_s, [a.plus(b) for a, b in zip(self._totals, step, strict=True)])
        return self._now[1]

    def _carried(self, from_s: float, to_s: float) -> list[Counts]:
        """Return what each stream carries between two moments under the routes of now."""
        busy = {
            end: self._users[end]
            * (busy_seconds(to_s, self._phase[end]) - busy_seconds(from_s, self._phase[end]))
            for end in self._edges
        }
        return [self._stream(stream, busy, to_s - from_s) for stream in self._streams]

    def _stream(self, stream: Stream, busy: dict[End, float], seconds: float) -> Counts:
        if stream.edge:
            alive = stream.edge.switch not in self._outage.dark
            work = (busy[stream.edge] if alive else 0.0, 0.0)
            work = work if stream.outward else work[::-1]
        else:
            assert stream.link  # noqa: S101  # a stream has an edge or a link
            alive = self._outage.alive(stream.link)
            work = _along(stream, stream.link, self._routes, busy)
        errors = self._bad_frames(stream.receiver) * seconds if alive else 0.0
        return _counts(*work, seconds if alive else 0.0, errors)

    def _bad_frames(self, receiver: End | None) -> float:
        if receiver is None:
            return 0.0
        dirt_db = self._strength(Kind.DIRTY_FIBRE, receiver)
        return self._strength(Kind.ERRORS, receiver) + dirt_db * BAD_FRAMES_A_DECIBEL

    def _strength(self, kind: Kind, end: End) -> float:
        return sum(
            occurrence.event.value
            for occurrence in self._occurrences
            if occurrence.event.kind is kind and occurrence.event.end == end
        )

    def _optics(self, switch: str, at_s: float, chassis: float) -> Mapping[str, Optic]:
        return {
            end.port: fibre.optic(
                at_s,
                dirt_db=self._strength(Kind.DIRTY_FIBRE, end),
                lit=self._outage.alive(fibre.link),
                chassis=chassis,
            )
            for end, fibre in self._fibres.items()
            if end.switch == switch
        }

    def _port(
        self, plan: Switch, port: Port, totals: list[Counts], zero: list[Counts]
    ) -> PortState:
        end = End(plan.id, port.name)
        into, out = self._into.get(end), self._out_of.get(end)
        plugged = into is not None or out is not None
        return PortState(
            port=port,
            up=not port.shut and (self._lit(end) if plugged else not port.physical),
            changed_s=max(self._changed.get(end, 0.0), self._boots[plan.id] + 18),
            received=totals[into].minus(zero[into]) if into is not None else Counts(),
            sent=totals[out].minus(zero[out]) if out is not None else Counts(),
            ipv6=0.12 + 0.06 * (port.index % 9),
        )

    def _cpu(self, switch: Switch, at_s: float) -> float:
        calm = 0.08 + 0.01 * (switch.number % 5) + 0.22 * load(at_s)
        calm += 0.02 * math.sin(at_s / 7 + switch.number)
        climbs = self._climbs(Kind.CPU, switch.id, at_s)
        return max((calm + part * (peak - calm) for part, peak in climbs), default=calm)

    def _temperature(self, switch: Switch, at_s: float, cpu: float) -> float:
        climbs = self._climbs(Kind.HOT, switch.id, at_s)
        return 31 + switch.number % 6 + 5 * load(at_s) + 9 * cpu + sum(p * d for p, d in climbs)

    def _climbs(self, kind: Kind, switch: str, at_s: float) -> list[tuple[float, float]]:
        """Return how far (0 to 1) each climb of that kind has come, and where it leads."""
        return [
            (
                min(1.0, (at_s - o.start_s) / o.event.ramp_s if o.event.ramp_s else 1.0),
                o.event.value,
            )
            for o in self.schedule.active(at_s)
            if o.event.kind is kind and o.event.switch == switch
        ]

    def _random(self, what: str) -> random.Random:
        return random.Random(f"{self._seed} {what}")


def _first_tree(boot_s: float) -> tuple[int, float]:
    return 1, boot_s + TREE_SETTLED_S


def _append_stream(
    lay: list[Stream], receiver: End | None, link: Link | None, edge: End | None, *, outward: bool
) -> None:
    lay.append(Stream(len(lay), receiver, link, edge, outward))


def _along(
    stream: Stream, link: Link, routes: Routes, busy: dict[End, float]
) -> tuple[float, float]:
    """Return the busy seconds (from users, to users) that a cable's stream carries.

    What goes up a link from the users comes back down it to them.
    """
    up, down = _work(routes.up[link], busy), _work(routes.down[link], busy)
    return (up, down) if stream.outward else (down, up)


def _work(burden: Burden, busy: dict[End, float]) -> float:
    return sum(weight * busy[end] for end, weight in burden.items())


def _counts(from_users: float, to_users: float, seconds: float, errors: float) -> Counts:
    work = {"from_users": from_users, "to_users": to_users}
    octets = sum(OCTETS_PER_USER[way] * busy for way, busy in work.items())
    packets = sum(
        OCTETS_PER_USER[way] * busy / OCTETS_PER_PACKET[way] for way, busy in work.items()
    )
    return Counts(
        octets=octets + CHATTER_OCTETS * seconds,
        unicast=packets,
        multicast=MULTICASTS * seconds,
        broadcast=BROADCASTS * seconds,
        errors=errors + octets / 4e13,
        discards=octets / 6e12,
    )
