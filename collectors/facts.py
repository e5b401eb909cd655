"""Typed facts that derivations read: frozen dataclasses that name the target they are about.

A catalogue table with `fact: <name>` makes facts of the class of that name, which is listed in
FACTS; other tables make none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from collectors.contract import Fact


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """How the last visit of one check of a target ended.

    Args:
        brought_data: at least one table came; an ICMP answer or a refusal is none.
        refused: the target answered and would not talk to us (wrong user, wrong key, no view).
    """

    target: str
    check: str
    brought_data: bool
    refused: bool


@dataclass(frozen=True, slots=True)
class LldpLocal:
    """What a device calls itself in LLDP; one that has no LLDP makes no such fact.

    Args:
        chassis: an address as `00:1a:ff:00:01:02`, or a text; "" when it does not say.
        name: lldpLocSysName, else sysName.
    """

    target: str
    chassis: str
    name: str


@dataclass(frozen=True, slots=True)
class LldpNeighbor:
    """One neighbour that a device sees by LLDP; texts are "" where nothing was said.

    Args:
        interface: of the target (ifName).
        lag: the aggregate that this interface is a member of.
        name: the system name of the neighbour.
        chassis: as in LldpLocal.
        address: its management address.
        port: its interface, as the neighbour names it.
    """

    target: str
    interface: str
    lag: str
    name: str
    chassis: str
    address: str
    port: str
    port_description: str


@dataclass(frozen=True, slots=True)
class EngineId:
    """The SNMP engine of a target: snmpEngineID (RFC 3411 section 5), unique in a domain.

    Args:
        engine_id: 5 to 32 octets as hexadecimal digits.
    """

    target: str
    engine_id: str


@dataclass(frozen=True, slots=True)
class Ipv6Forwarding:
    """Whether a device forwards IPv6: IP-MIB::ipv6IpForwarding, or as its CLI says."""

    target: str
    forwarding: bool


@dataclass(frozen=True, slots=True)
class Ipv6Address:
    """One IPv6 address of a device.

    Args:
        interface: ifName.
        address: RFC 5952 text, without a zone, which the interface tells.
        scope: link_local, unique_local, global or other (RFC 4007, RFC 4193).
        status: of IP-MIB::ipAddressStatus: preferred, deprecated, invalid, inaccessible, unknown,
            tentative, duplicate or optimistic.
    """

    target: str
    interface: str
    address: str
    scope: str
    status: str


@dataclass(frozen=True, slots=True)
class Ipv6DefaultRoute:
    """Whether ::/0 stands in the device's public routing table."""

    target: str
    present: bool


@dataclass(frozen=True, slots=True)
class Ospfv3Neighbor:
    """One OSPFv3 neighbour.

    Args:
        neighbor: its router id as a dotted quad.
        interface: of the target (ifName).
        state: of OSPFV3-MIB::ospfv3NbrState, 1 down to 8 full.
        up: full, or two-way between routers of which none is designated.
    """

    target: str
    neighbor: str
    interface: str
    state: int
    up: bool


@dataclass(frozen=True, slots=True)
class BgpPeer:
    """One BGP peer in one address family.

    Args:
        vrf: "" is the public instance.
        peer: RFC 5952 or dotted text.
        family: ipv4, ipv6, vpnv4, vpnv6 or the AFI's number.
        subfamily: unicast, multicast, vpn or the SAFI's number.
        up: established.
        admin_up: not shut down by the administrator, as far as is known.
        admin_known: the source says whether it is; H3C's MIB does not.
    """

    target: str
    vrf: str
    peer: str
    family: str
    subfamily: str
    up: bool
    admin_up: bool
    admin_known: bool = True


@dataclass(frozen=True, slots=True)
class IsisAdjacency:
    """One IS-IS adjacency in one address family at one level (1, 2 or 1-2)."""

    target: str
    neighbor: str
    interface: str
    family: str
    level: str
    up: bool


@dataclass(frozen=True, slots=True)
class IpTraffic:
    """Octets of one address family on one interface, and all octets of that interface.

    Args:
        family: ipv4 or ipv6.
        octets: received and sent, IP-MIB::ipIfStatsHCInOctets + ipIfStatsHCOutOctets.
        interface_octets: IF-MIB::ifHCInOctets + ifHCOutOctets of the same visit.
    """

    target: str
    interface: str
    family: str
    octets: int
    interface_octets: int


@dataclass(frozen=True, slots=True)
class PathProbe:
    """How one probe of a site's address over one address family ended.

    Args:
        target: the site's id.
        probe: icmp, tcp or mtu (packets of 1500 octets that nobody may fragment).
        family: ipv4 or ipv6.
    """

    target: str
    probe: str
    family: str
    success: bool


FACTS: Mapping[str, type[Fact]] = MappingProxyType(
    {
        one.__name__: one
        for one in (
            BgpPeer,
            CheckOutcome,
            EngineId,
            IpTraffic,
            Ipv6Address,
            Ipv6DefaultRoute,
            Ipv6Forwarding,
            IsisAdjacency,
            LldpLocal,
            LldpNeighbor,
            Ospfv3Neighbor,
            PathProbe,
        )
    }
)
"""Every class that `fact:` of a table may name."""
