"""What a Ruijie switch prints (RGOS 10.4): Cisco's layouts with the vendor's interface names.

No captured output of these commands was found; the columns follow the configuration guide.
"""

from collections.abc import Iterator, Mapping
from ipaddress import IPv6Interface

from lab.cli.dialect import Output, dead_time, lasted, mac, upper
from lab.district import District, Switch
from lab.numbering import addresses, router_id
from lab.routing import NeighborState, Protocol, Session
from lab.state import SwitchState

_ROLES = {"DR": "Full/DR", "BDR": "Full/BDR", "-": "Full/ -"}
_STATES = {"IDLE": "Idle", "ACTIVE": "Active"}
_HEARD = {
    NeighborState.REACHABLE: "REACH",
    NeighborState.STALE: "STALE",
    NeighborState.DELAY: "DELAY",
}
_PROTOCOLS: Mapping[str, Protocol] = {
    "connected": Protocol.CONNECTED,
    "static": Protocol.STATIC,
    "ospf 1": Protocol.OSPF,
    "bgp": Protocol.BGP,
}


def commands(district: District) -> Mapping[str, Output]:
    """Return what the switch answers to; what it does not run prints nothing."""
    nothing: Output = lambda _: ()  # noqa: E731  # the shape of all the others
    return {
        "show version": _version,
        "show ipv6 interface brief": lambda state: _interfaces(state, district),
        "show ipv6 neighbors": _neighbors,
        "show ipv6 route summary": _statistics,
        "show ipv6 ospf neighbor": _neighbours,
        "show ip bgp summary": nothing,
        "show bgp ipv6 unicast summary": lambda state: _sessions(state, district),
        "show isis neighbors": nothing,
        "show bfd neighbors": nothing,
        "show ipv6 vrrp brief": nothing,
    }


def _version(state: SwitchState) -> Iterator[str]:
    identity = state.switch.identity
    yield f"System description      : {identity.description}"
    yield f"System uptime           : {lasted(state.at_s - state.boot_s)}"
    yield f"System software version : {identity.version}"
    yield f"System serial number    : LAB{state.switch.number:010d}"


def _interfaces(state: SwitchState, district: District) -> Iterator[str]:
    """A head for each interface, its addresses indented below it."""
    given = _by_interface(district, state.switch)
    for port in state.ports:
        if port.port.name in given:
            now, mark = ("Up", "") if port.up else ("Down", " [ TENTATIVE ]")
            yield f"interface {port.port.name} is {now}, ifindex: {port.port.index}, vrf_id 0"
            yield "  address(es):"
            for address in given[port.port.name]:
                subnet = f"{upper(address.network.network_address)}/{address.network.prefixlen}"
                yield f"    INET6: {upper(address.ip)}{mark}, subnet is {subnet}"


def _by_interface(district: District, switch: Switch) -> Mapping[str, list[IPv6Interface]]:
    given: dict[str, list[IPv6Interface]] = {}
    for one in addresses(district, switch):
        given.setdefault(one.port.name, []).append(one.interface)
    return given


def _neighbors(state: SwitchState) -> Iterator[str]:
    yield f"{'IPv6 Address':<40}{'Linklayer Addr':<17}{'Interface':<27}State"
    for heard in state.routing.heard if state.routing else ():
        yield (
            f"{upper(heard.address):<40}{mac(heard.mac, '.'):<17}{heard.port.name:<27}"
            f"{_HEARD[heard.state]}"
        )


def _statistics(state: SwitchState) -> Iterator[str]:
    counts: Mapping[Protocol, int] = state.routing.route_counts if state.routing else {}
    total = sum(counts.values())
    yield f"IPv6 routing table name is default(0) global scope - {total} entries"
    yield "Route Source    Networks    Overhead"
    for name, protocol in _PROTOCOLS.items():
        routes = counts.get(protocol, 0)
        yield f"{name:<16}{routes:<12}{routes * 84}"
    yield f"{'Total':<16}{total:<12}{total * 84}"


def _neighbours(state: SwitchState) -> Iterator[str]:
    if state.routing is None:
        return
    number = len(state.routing.adjacencies)
    yield f"OSPFv3 Process (1), {number} Neighbors, {number} is Full:"
    yield f"{'Neighbor ID':<16}{'Pri':<6}{'State':<17}{'Dead Time':<12}{'Instance ID':<14}Interface"
    for one in state.routing.adjacencies:
        yield (
            f"{one.router_id!s:<16}{1:>3}   {_ROLES[one.role]:<17}{dead_time(state):<12}{0:<14}"
            f"{one.port.name}"
        )


def _sessions(state: SwitchState, district: District) -> Iterator[str]:
    """A peer that is not established shows its state where the prefixes would stand."""
    if state.routing is None or not state.routing.sessions:
        return
    yield f"BGP router identifier {router_id(state.switch)}, local AS number " + str(
        district.autonomous_system
    )
    yield "Neighbor        V    AS MsgRcvd MsgSent   TblVer  InQ OutQ Up/Down  State/PfxRcd"
    yield from (_session(state, one) for one in state.routing.sessions)


def _session(state: SwitchState, one: Session) -> str:
    messages = one.lasted_s(state.at_s) // 30
    last = str(one.prefixes) if one.established else _STATES[one.state.name]
    return (
        f"{upper(one.peer):<16}4 {one.autonomous_system:>5} {messages:>7} {messages + 3:>7}"
        f" {1:>8} {0:>4} {0:>4} {lasted(state.at_s - one.since_s):<8} {last}"
    )
