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
CHATTER_IPV6 = 0.04
"""The part of it that is IPv6 wherever a cable can carry any: OSPFv3, neighbour discovery."""
MULTICASTS, BROADCASTS = 6.0, 0.7

Busy = Mapping[End, float]
"""Edge port: how long it was busy, in seconds of one person."""


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
    ipv6: bool


class Streams:
    """Every stream of the district, and which port counts which."""

    def __init__(self, district: District, seed: int) -> None:
        """Lay them out; each edge port breathes at a phase of its own."""
        edges = edge_ports(district)
        self._users = {end: district.switch(end.switch).port(end.port).users for end in edges}
        self._phase = {end: random.Random(f"{seed} {end}").uniform(0, math.tau) for end in edges}
        self._shares = {end: _share(district, end) for end in edges}
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
        both = busy, {end: part * self._shares[end] for end, part in busy.items()}
        seconds = to_s - from_s
        return [_carried(one, both, seconds, under) for one in self._streams]


def _share(district: District, end: End) -> float:
    ipv6 = district.switch(end.switch).ipv6
    return ipv6.share if ipv6 else 0.0


def _speaks(district: District, *ends: End | None) -> bool:
    return all(end is None or district.switch(end.switch).ipv6 for end in ends)


def _laid(district: District, edges: tuple[End, ...]) -> list[Stream]:
    ways: list[tuple[End | None, Link | None, End | None, bool, bool]] = []
    for link in district.every_link():
        ipv6 = _speaks(district, link.low, link.high)
        ways += [(link.high, link, None, True, ipv6), (link.low, link, None, False, ipv6)]
    for end in edges:
        ipv6 = _speaks(district, end)
        ways += [(end, None, end, True, ipv6), (None, None, end, False, ipv6)]
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


def _carried(stream: Stream, busy: tuple[Busy, Busy], seconds: float, under: Conditions) -> Counts:
    """Return the counts of a stream; `busy` of all traffic, and of the IPv6 part of it."""
    alive = _alive(stream, under)
    work, ipv6 = (_work(stream, part, under) if alive else (0.0, 0.0) for part in busy)
    errors = under.spoils(stream.receiver) * seconds if alive and stream.receiver else 0.0
    counts = _counts(*work, seconds if alive else 0.0, errors)
    chatter = CHATTER_IPV6 * CHATTER_OCTETS * seconds if alive and stream.ipv6 else 0.0
    return counts._replace(ipv6=_octets(*ipv6) + chatter)


def _alive(stream: Stream, under: Conditions) -> bool:
    if stream.link:
        return under.outage.alive(stream.link)
    return stream.edge is not None and stream.edge.switch not in under.outage.dark


def _work(stream: Stream, busy: Busy, under: Conditions) -> tuple[float, float]:
    """Return the busy seconds (from users, to users) that a stream carries."""
    if stream.link:
        return _along(stream, stream.link, under.routes, busy)
    assert stream.edge  # noqa: S101  # a stream has an edge or a link
    part = busy[stream.edge]
    return (part, 0.0) if stream.outward else (0.0, part)


def _along(stream: Stream, link: Link, routes: Routes, busy: Busy) -> tuple[float, float]:
    """Add up what a cable carries: what goes up it from the users comes back down it to them."""
    up, down = _sum(routes.up[link], busy), _sum(routes.down[link], busy)
    return (up, down) if stream.outward else (down, up)


def _sum(burden: Burden, busy: Busy) -> float:
    return sum(weight * busy[end] for end, weight in burden.items())


def _octets(from_users: float, to_users: float) -> float:
    return OCTETS_PER_USER["from_users"] * from_users + OCTETS_PER_USER["to_users"] * to_users


def _counts(from_users: float, to_users: float, seconds: float, errors: float) -> Counts:
    work = {"from_users": from_users, "to_users": to_users}
    octets = _octets(from_users, to_users)
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
