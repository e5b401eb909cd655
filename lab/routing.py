"""What a switch's IPv6 routing says at a moment: neighbours, sessions, routes."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from ipaddress import IPv4Address, IPv6Address, IPv6Network

from lab.district import Link, Port


class BgpState(IntEnum):
    """BGP4-MIB::bgpPeerState (RFC 4273)."""

    IDLE = 1
    ACTIVE = 3
    ESTABLISHED = 6


class NeighborState(IntEnum):
    """IP-MIB::ipNetToPhysicalState (RFC 4293), of RFC 4861's states."""

    REACHABLE = 1
    STALE = 2
    DELAY = 3


class Protocol(StrEnum):
    """Where a route comes from."""

    CONNECTED = "connected"
    STATIC = "static"
    OSPF = "ospf"
    BGP = "bgp"


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong with routing although cables and switches are whole.

    Args:
        lost: links whose two ends no longer hear each other's OSPFv3.
        idle: sessions that one end gave up: that end's switch, and the other router's name.
    """

    lost: frozenset[Link] = frozenset()
    idle: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Adjacency:
    """An OSPFv3 neighbour in state full.

    Args:
        role: of the neighbour on the link: DR, BDR, or - where none is elected.
        since_s: unix time of its last change.
    """

    port: Port
    neighbor: str
    router_id: IPv4Address
    address: IPv6Address
    role: str
    since_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Session:
    """A BGP peer for IPv6 unicast, as one end sees it."""

    name: str
    peer: IPv6Address
    autonomous_system: int
    state: BgpState
    prefixes: int
    since_s: float = 0.0

    @property
    def established(self) -> bool:
        """Whether prefixes are exchanged."""
        return self.state is BgpState.ESTABLISHED

    def lasted_s(self, at_s: float) -> int:
        """Return for how many seconds it has been established; 0 while it is not."""
        return max(0, int(at_s - self.since_s)) if self.established else 0


@dataclass(frozen=True, slots=True)
class Route:
    """A row of the IPv6 routing table; a connected or static route has next hop ::."""

    prefix: IPv6Network
    protocol: Protocol
    next_hop: IPv6Address
    port: Port

    @property
    def key(self) -> str:
        """Tell it from every other row of its switch."""
        return f"{self.prefix} {self.next_hop} {self.port.name} {self.protocol}"


@dataclass(frozen=True, slots=True)
class Heard:
    """A row of the neighbour table; `state` is IP-MIB::ipNetToPhysicalState."""

    port: Port
    address: IPv6Address
    mac: bytes
    state: NeighborState
    router: bool

    @property
    def key(self) -> str:
        """Tell it from every other row of its switch."""
        return f"{self.port.name} {self.address}"


@dataclass(frozen=True, slots=True)
class Routing:
    """What one switch knows of the backbone; `present`: the keys of `routes` and `heard`."""

    adjacencies: tuple[Adjacency, ...]
    sessions: tuple[Session, ...]
    routes: tuple[Route, ...]
    heard: tuple[Heard, ...]
    present: frozenset[str]

    def adjacency(self, port: str) -> Adjacency | None:
        """Return the neighbour on a port."""
        return next((one for one in self.adjacencies if one.port.name == port), None)

    def session(self, name: str) -> Session | None:
        """Return the session with a router."""
        return next((one for one in self.sessions if one.name == name), None)

    @property
    def route_counts(self) -> Mapping[Protocol, int]:
        """Count the routes of each protocol, those without any included."""
        return {
            protocol: sum(route.protocol is protocol for route in self.routes)
            for protocol in Protocol
        }
