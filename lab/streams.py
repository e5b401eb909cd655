"""What flows through cables and edge ports, as integrals: the source of every counter.

A cable has two streams, one each way; so has an edge port, from and to its users. A port counts
one stream in and another out, so the two ends of a link agree by construction.
"""

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from lab.district import District, End, Link
from lab.flows import Burden, Outage, Routes, edge_ports
from lab.state import Counts
from lab.traffic import busy_seconds

OCTETS_PER_USER = {"from_users": 60_000.0, "to_users": 340_000.0}
"""Octets a second of one busy person."""
OCTETS_PER_PACKET = {"from_users": 310.0, "to_users": 940.0}
CHATTER_OCTETS = 1_800.0
"""Octets a second of protocols that talk on any lit cable: LLDP, routing, spanning tree."""
MULTICASTS, BROADCASTS = 6.0, 0.7


@dataclass(frozen=True, slots=True)
class Conditions:
    """What holds while nothing breaks or heals; `spoils`: bad frames a second that arrive."""

    outage: Outage
    routes: Routes
    spoils: Callable[[End], float]


@dataclass(frozen=True, slots=True)
class Stream:
    """One direction of a cable or edge port; `receiver` is the port that counts it in."""

    number: int
    receiver: End | None
    link: Link | None
    edge: End | None
    outward: bool


class Streams:
    """Every stream of the district, and which port counts which."""

    def __init__(self, district: District, seed: int) -> None:
        """Lay them out; each edge port breathes at a phase of its own."""
        edges = edge_ports(district)
        self._users = {end: district.switch(end.switch).port(end.port).users for end in edges}
        self._phase = {end: random.Random(f"{seed} {end}").uniform(0, math.tau) for end in edges}
        self._streams = _laid(district, edges)
        self.into = {s.receiver: s.number for s in self._streams if s.receiver}
        self.out_of = _senders(self._streams)

    def carried(self, from_s: float, to_s: float, under: Conditions) -> list[Counts]:
        """Return what each stream carries between two moments of the same conditions."""
        busy = {
            end: users
            * (busy_seconds(to_s, self._phase[end]) - busy_seconds(from_s, self._phase[end]))
            for end, users in self._users.items()
        }
        seconds = to_s - from_s
        return [_carried(one, busy, seconds, under) for one in self._streams]


def _laid(district: District, edges: tuple[End, ...]) -> list[Stream]:
    ways: list[tuple[End | None, Link | None, End | None, bool]] = []
    for link in district.every_link():
        ways += [(link.high, link, None, True), (link.low, link, None, False)]
    for end in edges:
        ways += [(end, None, end, True), (None, None, end, False)]
    return [Stream(number, *way) for number, way in enumerate(ways)]


def _senders(streams: list[Stream]) -> dict[End, int]:
    senders: dict[End, int] = {}
    for stream in streams:
        if stream.link and stream.outward:
            senders[stream.link.low] = stream.number
        elif stream.link and stream.link.high:
            senders[stream.link.high] = stream.number
        elif stream.edge and not stream.outward:
            senders[stream.edge] = stream.number
    return senders


def _carried(
    stream: Stream, busy: Mapping[End, float], seconds: float, under: Conditions
) -> Counts:
    if stream.edge:
        alive = stream.edge.switch not in under.outage.dark
        work = (busy[stream.edge] if alive else 0.0, 0.0)
        work = work if stream.outward else work[::-1]
    else:
        assert stream.link  # noqa: S101  # a stream has an edge or a link
        alive = under.outage.alive(stream.link)
        work = _along(stream, stream.link, under.routes, busy)
    errors = under.spoils(stream.receiver) * seconds if alive and stream.receiver else 0.0
    return _counts(*work, seconds if alive else 0.0, errors)


def _along(
    stream: Stream, link: Link, routes: Routes, busy: Mapping[End, float]
) -> tuple[float, float]:
    """Return the busy seconds (from users, to users) that a cable's stream carries.

    What goes up a link from the users comes back down it to them.
    """
    up, down = _work(routes.up[link], busy), _work(routes.down[link], busy)
    return (up, down) if stream.outward else (down, up)


def _work(burden: Burden, busy: Mapping[End, float]) -> float:
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
