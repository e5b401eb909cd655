"""Whom a switch hears by neighbour discovery (RFC 4861): routers on its links, users' machines."""

from collections.abc import Iterator

from lab.district import District, Link, Switch
from lab.flows import Outage
from lab.numbering import link_local, on_link, outsider_mac, routed_links, users, users_port
from lab.routing import Heard, NeighborState

_MACHINES = (NeighborState.REACHABLE, NeighborState.REACHABLE, NeighborState.STALE)
"""A few of the users' machines, so that the table has more than routers in it."""
_FIRST_MACHINE = 0x100


def heard_by(switch: Switch, district: District, outage: Outage) -> Iterator[Heard]:
    """Yield the routers behind whole cables, then the machines of the switch's users."""
    for port, link, high in routed_links(district, switch):
        if not outage.alive(link):
            continue
        mac, numbered = _opposite(district, link, high=high)
        reachable = NeighborState.REACHABLE
        yield Heard(port, link_local(mac).ip, mac, reachable, router=True)
        if numbered:
            there = on_link(district, link, high=not high).ip
            yield Heard(port, there, mac, NeighborState.STALE, router=True)
    lan = users_port(switch)
    for number, state in enumerate(_MACHINES):
        address = users(switch).network.network_address + _FIRST_MACHINE + number
        mac = bytes((0x02, 0x51, 0x4D, switch.number, 0, number))
        yield Heard(lan, address, mac, state, router=False)


def _opposite(district: District, link: Link, *, high: bool) -> tuple[bytes, bool]:
    """Return the MAC address at the other end, and whether that has a global address."""
    end = link.low if high else link.high
    if end is None:
        return outsider_mac(district.outsiders[link.low.switch]), True
    switch = district.switch(end.switch)
    return switch.mac(switch.port(end.port).index), bool(switch.ipv6 and switch.ipv6.numbered)
