"""Who has which IPv6 address and router id: a pure function of the district's plan.

All prefixes are for documentation (RFC 3849). A link takes a /64 by its place in the plan, its
low end is ::1 and its high end ::2; users sit in the /64 of their switch.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Interface, IPv6Network

from lab.district import District, End, Link, Outsider, Place, Port, Switch

DISTRICT_PREFIX = IPv6Network("2001:db8:51::/48")
CITY_PREFIX = IPv6Network("2001:db8:50::/48")
PROVINCE_PREFIX = IPv6Network("2001:db8:5f::/48")
DEFAULT = IPv6Network("::/0")

_LOOPBACKS = int(IPv6Address("2001:db8:51:ff::"))
_LINKS, _USERS = 0x51_0100, 0x51_1000
_FIRST = IPv6Address("2001:db8::")
_LOOPBACK_KIND, _VLAN_KIND = 24, 136


@dataclass(frozen=True, slots=True)
class Assigned:
    """An address that stands in a switch's configuration, or that IPv6 made by itself."""

    port: Port
    interface: IPv6Interface

    @property
    def link_local(self) -> bool:
        """Whether it is valid on its link alone."""
        return self.interface.is_link_local


def router_id(switch: Switch | Outsider) -> IPv4Address:
    """Return what OSPFv3 and BGP call the router."""
    block = 50 if isinstance(switch, Outsider) else 51
    return IPv4Address(f"10.{block}.0.{switch.number}")


def loopback(switch: Switch) -> IPv6Interface:
    """Return the address that BGP sessions within the district end at."""
    return IPv6Interface((_LOOPBACKS + switch.number, 128))


def users(switch: Switch) -> IPv6Interface:
    """Return the gateway of the switch's users."""
    return IPv6Interface((_subnet(_USERS + switch.number) + 1, 64))


def on_link(district: District, link: Link, *, high: bool) -> IPv6Interface:
    """Return the address of one end of a link; the high end of a way out is the city's."""
    number = list(district.every_link()).index(link) + 1
    return IPv6Interface((_subnet(_LINKS + number) + (2 if high else 1), 64))


def link_local(mac: bytes) -> IPv6Interface:
    """Return the address that an interface makes of its MAC address (RFC 4291 appendix A)."""
    half = bytes((mac[0] ^ 2,)) + mac[1:3] + b"\xff\xfe" + mac[3:]
    return IPv6Interface((int.from_bytes(b"\xfe\x80" + bytes(6) + half, "big"), 10))


def outsider_mac(router: Outsider) -> bytes:
    """Return the MAC address of a router of the city."""
    return bytes((0x02, 0x51, 0x4C, 0xFE, 0, router.number))


def loopback_port(switch: Switch) -> Port:
    """Return the switch's loopback interface."""
    return next(port for port in switch.ports if port.kind == _LOOPBACK_KIND)


def users_port(switch: Switch) -> Port:
    """Return the VLAN interface that its users' gateway is on."""
    return next(port for port in switch.ports if port.kind == _VLAN_KIND)


def routed_links(district: District, switch: Switch) -> Iterator[tuple[Port, Link, bool]]:
    """Yield the links on which a switch speaks IPv6: its port, the link, whether it is high."""
    for link in district.every_link():
        for end, other, high in ((link.low, link.high, False), (link.high, link.low, True)):
            if end and end.switch == switch.id and switch.ipv6 and _speaks(district, other):
                yield switch.port(end.port), link, high


def addresses(district: District, switch: Switch) -> Iterator[Assigned]:
    """Yield every IPv6 address of a switch, the link-local ones included, by interface."""
    if switch.ipv6 is None:
        return
    lan = users_port(switch)
    yield Assigned(lan, link_local(switch.mac(lan.index)))
    yield Assigned(lan, users(switch))
    yield Assigned(loopback_port(switch), loopback(switch))
    for port, link, high in routed_links(district, switch):
        yield Assigned(port, link_local(switch.mac(port.index)))
        if switch.ipv6.numbered:
            yield Assigned(port, on_link(district, link, high=high))


def session_names(district: District, switch: str) -> tuple[str, ...]:
    """Name the BGP peers of a switch: the other core, then the router of the city."""
    if switch not in district.cores:
        return ()
    others = (core for core in district.cores if core != switch)
    return (*others, district.outsiders[switch].name)


def reachable_places(district: District) -> tuple[Place, ...]:
    """Return the places where a switch of ours speaks IPv6."""
    speaking = {switch.site for switch in district.switches if switch.ipv6}
    return tuple(place for place in district.places if place.id in speaking)


def _speaks(district: District, end: End | None) -> bool:
    """Whether IPv6 is spoken there; the city does."""
    return end is None or district.switch(end.switch).ipv6 is not None


def _subnet(number: int) -> int:
    return int(_FIRST) + (number << 64)
