"""What stands where: the shapes of a district's sites, switches, ports and links.

Everything here is data and never changes while the lab runs. A link has two ends and one traffic;
a port that is no link's end is an edge port, where the offices' traffic comes from.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from typing_extensions import override

GBIT = 1_000_000_000


class Vendor(StrEnum):
    """Whose switch it plays."""

    HUAWEI = "huawei"
    H3C = "h3c"
    RUIJIE = "ruijie"


@dataclass(frozen=True, slots=True)
class Place:
    """A site as the inventory writes it; `level` is one of the inventory's levels."""

    id: str
    name: str
    level: str
    parent: str | None
    location: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Identity:
    """What a model says about itself: SNMPv2-MIB::sysObjectID, sysDescr, and for the entity MIB."""

    vendor: Vendor
    object_id: tuple[int, ...]
    description: str
    model: str
    version: str


@dataclass(frozen=True, slots=True)
class Port:
    """A row of ifTable.

    Args:
        index: IF-MIB::ifIndex.
        speed_bps: 0 for what has none.
        kind: IANAifType: ethernetCsmacd 6, softwareLoopback 24, propVirtual 53, l3ipvlan 136.
        users: how many people work behind an edge port; an edge port without any is dark.
    """

    index: int
    name: str
    speed_bps: int
    kind: int = 6
    alias: str = ""
    users: int = 0
    shut: bool = False

    @property
    def physical(self) -> bool:
        """Whether a cable fits in."""
        return self.kind == 6


@dataclass(frozen=True, slots=True)
class Ipv6:
    """How a switch takes part in the IPv6 backbone.

    Args:
        share: of the octets of its users that are IPv6, 0 to 1.
        numbered: whether its ends of links have global addresses; else link-local ones alone.
        expects: what the inventory says must be there; the rest is learned.
    """

    share: float
    numbered: bool = True
    expects: Literal["names", "count", "nothing"] = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A switch; `number` makes its address, MAC addresses and serial number."""

    id: str
    name: str
    identity: Identity
    role: str
    site: str
    number: int
    ports: tuple[Port, ...]
    secured: bool
    parent: str | None = None
    department: str = ""
    encoding: str = "utf-8"
    ipv6: Ipv6 | None = None

    def port(self, name: str) -> Port:
        """Return the port of that ifName; KeyError when the switch has none."""
        for port in self.ports:
            if port.name == name:
                return port
        raise KeyError(name)

    def mac(self, index: int = 0) -> bytes:
        """Return a locally administered address: of the chassis, or of a port."""
        return bytes((0x02, 0x51, 0x4C, self.number, index >> 8 & 255, index & 255))


@dataclass(frozen=True, slots=True)
class End:
    """One end of a link: a switch's id and a port's ifName."""

    switch: str
    port: str

    @override
    def __str__(self) -> str:
        """Write it as a line of the lab's output does."""
        return f"{self.switch} {self.port}"


@dataclass(frozen=True, slots=True)
class Link:
    """A cable. `low` is the end nearer to the users; `high` is None for the way out."""

    low: End
    high: End | None

    @override
    def __str__(self) -> str:
        """Write both ends, or the only one."""
        return f"{self.low} <-> {self.high}" if self.high else str(self.low)


@dataclass(frozen=True, slots=True)
class Outsider:
    """A router at the other end of a way out: in no inventory, seen by LLDP and BGP alone."""

    name: str
    number: int
    autonomous_system: int


@dataclass(frozen=True, slots=True)
class District:
    """All of it.

    Args:
        switches: each before its parents, so that traffic adds up in one pass.
        links: from a switch towards the core, and out of the district.
        peer: the link between the two cores, used when a core has lost its own way out.
        outsiders: who stands at the other end of each core's way out, by the core's id.
        autonomous_system: the district's own.
    """

    places: tuple[Place, ...]
    switches: tuple[Switch, ...]
    links: tuple[Link, ...]
    peer: Link
    outsiders: Mapping[str, Outsider]
    autonomous_system: int

    def switch(self, name: str) -> Switch:
        """Return the switch of that id; KeyError when there is none."""
        for switch in self.switches:
            if switch.id == name:
                return switch
        raise KeyError(name)

    def every_link(self) -> Iterator[Link]:
        """Yield the links, the one between the cores last."""
        yield from self.links
        yield self.peer

    def link_at(self, end: End) -> Link | None:
        """Return the link that is plugged in there."""
        for link in self.every_link():
            if end in (link.low, link.high):
                return link
        return None

    @property
    def cores(self) -> tuple[str, ...]:
        """Name the switches at the two ends of the peer link."""
        ends = (self.peer.low, self.peer.high)
        return tuple(end.switch for end in ends if end)

    def uplinks(self, switch: str) -> tuple[Link, ...]:
        """Return the links from a switch towards the core or out."""
        return tuple(link for link in self.links if link.low.switch == switch)
