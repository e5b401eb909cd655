"""The IPv6 backbone at a moment: adjacencies, sessions and routes that follow from what is broken.

A pure function of the plan, the outage and the faults of routing; only since when each adjacency
and session is as it is has to be remembered. SNMP and the command line read the same values.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import replace
from ipaddress import IPv6Address

from lab.district import District, End, Link, Port, Switch
from lab.flows import Outage
from lab.hearing import heard_by
from lab.numbering import (
    CITY_PREFIX,
    DEFAULT,
    DISTRICT_PREFIX,
    PROVINCE_PREFIX,
    addresses,
    link_local,
    loopback,
    loopback_port,
    on_link,
    routed_links,
    router_id,
    users,
)
from lab.routing import Adjacency, BgpState, Faults, Protocol, Route, Routing, Session

CITY_SENDS = (DEFAULT, CITY_PREFIX, PROVINCE_PREFIX)
"""What a router of the city announces to the core."""


class Backbone:
    """The routing of every switch that speaks IPv6."""

    def __init__(self, district: District, start_s: float) -> None:
        """Begin whole, with everything up since `start_s`."""
        self._district = district
        self._speakers = [switch for switch in district.switches if switch.ipv6]
        self._outage, self._faults = Outage(), Faults()
        self._since: dict[tuple[str, object], float] = {}
        self._now: Mapping[str, Routing] = {}
        self.turn(start_s, self._outage, self._faults)

    def of(self, switch: str) -> Routing | None:
        """Return a switch's routing; None for one without IPv6."""
        return self._now.get(switch)

    def turn(self, at_s: float, outage: Outage, faults: Faults) -> None:
        """Take in what broke or healed at a moment."""
        self._outage, self._faults = outage, faults
        before = self._now
        now = {switch.id: self._adjacencies(switch) for switch in self._speakers}
        ways = {switch.id: _ways(switch.id, now) for switch in self._speakers}
        sessions = {
            core: tuple(self._sessions(core, ways)) for core in self._district.cores if core in now
        }
        made = {}
        for switch in self._speakers:
            own = sessions.get(switch.id, ())
            routes = tuple(self._routes(switch, ways[switch.id], sessions, now[switch.id]))
            heard = tuple(heard_by(switch, self._district, self._outage))
            present = frozenset([*(one.key for one in routes), *(one.key for one in heard)])
            made[switch.id] = Routing(now[switch.id], own, routes, heard, present)
        self._now = {
            name: self._stamped(name, routing, before.get(name), at_s)
            for name, routing in made.items()
        }

    def _stamped(self, switch: str, new: Routing, old: Routing | None, at_s: float) -> Routing:
        """Say of each adjacency and session since when it is as it is."""
        known = {one.port.name: one for one in old.adjacencies} if old else {}
        peers = {one.peer: one for one in old.sessions} if old else {}
        for adjacency in new.adjacencies:
            if adjacency.port.name not in known:
                self._since[switch, adjacency.port.name] = at_s
        for session in new.sessions:
            if session.peer not in peers or peers[session.peer].state is not session.state:
                self._since[switch, session.peer] = at_s
        return replace(
            new,
            adjacencies=tuple(
                replace(one, since_s=self._since[switch, one.port.name]) for one in new.adjacencies
            ),
            sessions=tuple(
                replace(one, since_s=self._since[switch, one.peer]) for one in new.sessions
            ),
        )

    def _adjacencies(self, switch: Switch) -> tuple[Adjacency, ...]:
        if switch.id in self._outage.dark:
            return ()
        return tuple(
            _adjacency(port, switch, self._district.switch(other.switch), other)
            for port, link, high in routed_links(self._district, switch)
            if self._outage.alive(link)
            and link not in self._faults.lost
            and (other := link.low if high else link.high)
        )

    def _sessions(self, core: str, ways: Mapping[str, "Ways"]) -> Iterator[Session]:
        """Yield the core's session with the other core, then the one with the city."""
        district = self._district
        for name in district.cores:
            if name != core:
                state = self._state(core, name, reachable=name in ways[core])
                received = len(CITY_SENDS) if self._city(name) is BgpState.ESTABLISHED else 0
                prefixes = received if state is BgpState.ESTABLISHED else 0
                peer = loopback(district.switch(name)).ip
                yield Session(name, peer, district.autonomous_system, state, prefixes)
        router = district.outsiders[core]
        state = self._city(core)
        prefixes = len(CITY_SENDS) if state is BgpState.ESTABLISHED else 0
        peer = on_link(district, _way_out(district, core), high=True).ip
        yield Session(router.name, peer, router.autonomous_system, state, prefixes)

    def _city(self, core: str) -> BgpState:
        way_out = _way_out(self._district, core)
        name = self._district.outsiders[core].name
        return self._state(core, name, reachable=self._outage.alive(way_out))

    def _state(self, here: str, there: str, *, reachable: bool) -> BgpState:
        if (here, there) in self._faults.idle:
            return BgpState.IDLE
        if (there, here) in self._faults.idle or not reachable:
            return BgpState.ACTIVE
        return BgpState.ESTABLISHED

    def _routes(
        self,
        switch: Switch,
        ways: "Ways",
        sessions: Mapping[str, tuple[Session, ...]],
        adjacencies: tuple[Adjacency, ...],
    ) -> Iterator[Route]:
        yield from self._connected(switch)
        for other in self._speakers:
            if other.id in ways:
                first = ways[other.id]
                for prefix in (loopback(other).network, users(other).network):
                    yield Route(prefix, Protocol.OSPF, first.address, first.port)
        if switch.id in self._district.cores:
            yield from self._learned(switch.id, ways, sessions[switch.id])
        elif adjacencies:
            yield from self._default(ways, sessions)

    def _connected(self, switch: Switch) -> Iterator[Route]:
        """Yield a prefix for each global address of an interface that is up."""
        nothing = IPv6Address("::")
        for one in addresses(self._district, switch):
            link = self._district.link_at(End(switch.id, one.port.name))
            if not one.link_local and (link is None or self._outage.alive(link)):
                yield Route(one.interface.network, Protocol.CONNECTED, nothing, one.port)
        if switch.id in self._district.cores:  # what the district announces to the city
            yield Route(DISTRICT_PREFIX, Protocol.STATIC, nothing, loopback_port(switch))

    def _learned(self, core: str, ways: "Ways", sessions: tuple[Session, ...]) -> Iterator[Route]:
        """Yield what BGP brings: from the city itself, else by way of the other core."""
        inner, outer = sessions
        if outer.established:
            link = _way_out(self._district, core)
            port = self._district.switch(core).port(link.low.port)
            yield from (Route(prefix, Protocol.BGP, outer.peer, port) for prefix in CITY_SENDS)
        elif inner.established and inner.prefixes:
            hop = ways[inner.name]  # the peer's loopback is not on a link: what it resolves to
            yield from (Route(one, Protocol.BGP, hop.address, hop.port) for one in CITY_SENDS)

    def _default(
        self, ways: "Ways", sessions: Mapping[str, tuple[Session, ...]]
    ) -> Iterator[Route]:
        """Yield ::/0 towards the nearest core that has one from the city."""
        for name, first in ways.items():
            if name in sessions and any(s.established and s.prefixes for s in sessions[name]):
                yield Route(DEFAULT, Protocol.OSPF, first.address, first.port)
                return


Ways = Mapping[str, Adjacency]
"""The first hop to every other router that can be reached, the nearest first."""


def _ways(source: str, adjacencies: Mapping[str, tuple[Adjacency, ...]]) -> Ways:
    """Find the shortest ways (RFC 5340 with equal costs); of two the first in the plan wins."""
    first: dict[str, Adjacency] = {}
    queue = deque((one.neighbor, one) for one in adjacencies[source])
    while queue:
        name, hop = queue.popleft()
        if name != source and name not in first:
            first[name] = hop
            queue.extend((one.neighbor, hop) for one in adjacencies[name])
    return first


def _adjacency(port: Port, here: Switch, there: Switch, end: End) -> Adjacency:
    """Make a neighbour in state full; links of access switches elect a designated router."""
    elects = "access" in {here.role, there.role}
    role = "DR" if router_id(there) > router_id(here) else "BDR"
    return Adjacency(
        port=port,
        neighbor=there.id,
        router_id=router_id(there),
        address=link_local(there.mac(there.port(end.port).index)).ip,
        role=role if elects else "-",
    )


def _way_out(district: District, core: str) -> Link:
    return next(link for link in district.uplinks(core) if link.high is None)


def possible_routes(switch: Switch, district: District) -> Iterator[Route]:
    """Yield every route that the switch can ever have: SNMP's rows are laid out once."""
    whole = Backbone(district, 0.0).of(switch.id)
    if whole is None:
        return
    local = Protocol.CONNECTED, Protocol.STATIC
    yield from (route for route in whole.routes if route.protocol in local)
    others = [one for one in district.switches if one.ipv6 and one is not switch]
    prefixes = [net for one in others for net in (loopback(one).network, users(one).network)]
    is_core = switch.id in district.cores
    for hop in whole.adjacencies:
        for prefix in prefixes if is_core else (*prefixes, DEFAULT):
            yield Route(prefix, Protocol.OSPF, hop.address, hop.port)
    for session in whole.sessions:
        if session.name in district.cores:
            hops = [(hop.address, hop.port) for hop in whole.adjacencies]
        else:
            hops = [(session.peer, switch.port(_way_out(district, switch.id).low.port))]
        yield from (Route(one, Protocol.BGP, *hop) for one in CITY_SENDS for hop in hops)
