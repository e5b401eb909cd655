"""What a Huawei switch prints (VRP): layouts of the vendor's command references and of captures."""

from collections.abc import Iterator, Mapping

from lab.cli.dialect import Output, dead_time, lasted, mac, upper
from lab.district import District
from lab.numbering import DEFAULT, addresses, router_id
from lab.routing import Adjacency, NeighborState, Protocol, Session
from lab.state import SwitchState

_ROLES = {"DR": "Full/DR", "BDR": "Full/Backup", "-": "Full/ -"}
_STATES = {"IDLE": "Idle", "ACTIVE": "Active", "ESTABLISHED": "Established"}
_HEARD = {
    NeighborState.REACHABLE: "REACH",
    NeighborState.STALE: "STALE",
    NeighborState.DELAY: "DELAY",
}
_PROTOCOLS: Mapping[str, Protocol | None] = {
    "DIRECT": Protocol.CONNECTED,
    "STATIC": Protocol.STATIC,
    "RIPng": None,
    "OSPFv3": Protocol.OSPF,
    "IS-IS": None,
    "BGP": Protocol.BGP,
    "UNR": None,
}
_PREFERENCE = {"BGP": 255, "OSPFv3ASE": 150}
_LEGEND = (
    "*down: administratively down",
    "!down: FIB overload down",
    "(l): loopback",
    "(s): spoofing",
)


def short(interface: str) -> str:
    """Shorten an interface's name as the tables of neighbours do."""
    for long, brief in (("XGigabitEthernet", "XGE"), ("GigabitEthernet", "GE")):
        if interface.startswith(long):
            return brief + interface.removeprefix(long)
    return interface


def commands(district: District) -> Mapping[str, Output]:
    """Return what the switch answers to; what it does not run prints nothing."""
    nothing: Output = lambda _: ()  # noqa: E731  # the shape of all the others
    return {
        "display version": _version,
        "display ipv6 interface brief": lambda state: _interfaces(state, district),
        "display ipv6 neighbors": _neighbors,
        "display ipv6 routing-table statistics": _statistics,
        "display ipv6 routing-table :: 0": _default,
        "display ospfv3 peer": _peers,
        "display bgp peer": nothing,
        "display bgp vpnv4 all peer": nothing,
        "display bgp ipv6 peer": lambda state: _sessions(state, district),
        "display bgp vpnv6 all peer": nothing,
        "display isis peer": nothing,
        "display bfd session all": nothing,
        "display vrrp6 brief": nothing,
    }


def _version(state: SwitchState) -> Iterator[str]:
    identity = state.switch.identity
    days, seconds = divmod(int(state.at_s - state.boot_s), 86400)
    hours, minutes = seconds // 3600, seconds % 3600 // 60
    yield "Huawei Versatile Routing Platform Software"
    yield f"VRP (R) software, Version 5.170 (S5720 {identity.version})"
    yield "egov-agent lab, no real device"
    uptime = f"{days} days, {hours} hours, {minutes} minutes"
    yield f"HUAWEI {identity.model} Routing Switch uptime is {uptime}"


def _interfaces(state: SwitchState, district: District) -> Iterator[str]:
    """Two lines an interface, the second with its global address or the word Unassigned."""
    yield from _LEGEND
    yield f"{'Interface':<29}{'Physical':<22}{'Protocol':<9}VPN"
    given: dict[str, str] = {}
    for one in addresses(district, state.switch):
        text = f"{upper(one.interface.ip)}/{one.interface.network.prefixlen}"
        if not one.link_local or one.port.name not in given:
            given[one.port.name] = "Unassigned" if one.link_local else text
    for port in state.ports:
        if port.port.name in given:
            physical = "up" if port.up else "down"
            protocol = "up(s)" if port.port.kind == 24 else physical
            tentative = "" if port.up else "  [TENTATIVE]"
            yield f"{port.port.name:<29}{physical:<22}{protocol:<9}--"
            yield f"[IPv6 Address/Prefix Length] {given[port.port.name]}{tentative}"


def _neighbors(state: SwitchState) -> Iterator[str]:
    for heard in state.routing.heard if state.routing else ():
        vlan = "100" if heard.port.kind == 136 else "-"
        yield f"IPv6 Address : {upper(heard.address)}"
        yield f"Link-layer   : {mac(heard.mac, '-'):<34}State : {_HEARD[heard.state]}"
        yield f"Interface    : {short(heard.port.name):<34}Age   : {int(state.at_s) % 60}"
        yield f"VLAN         : {vlan:<34}CEVLAN: -"
        yield f"Is Router: {str(heard.router).upper()}"
        yield "Secure FLAG  : UN-SECURE"
        yield ""


def _statistics(state: SwitchState) -> Iterator[str]:
    counts: Mapping[Protocol, int] = state.routing.route_counts if state.routing else {}
    total = sum(counts.values())
    yield f"Summary Prefixes : {total}"
    yield "Protocol   route       active      added       deleted     freed"
    for name, protocol in _PROTOCOLS.items():
        yield _counted(name, counts.get(protocol, 0) if protocol else 0)
    yield _counted("Total", total)


def _counted(name: str, routes: int) -> str:
    return f"{name:<11}{routes:<12}{routes:<12}{routes:<12}{0:<12}{0}"


def _default(state: SwitchState) -> Iterator[str]:
    """Print ::/0, of which there is one or none."""
    for route in state.routing.routes if state.routing else ():
        if route.prefix == DEFAULT:
            hop, name = upper(route.next_hop), route.port.name
            protocol = "BGP" if route.protocol is Protocol.BGP else "OSPFv3ASE"
            yield "Routing Table : Public"
            yield "Summary Count : 1"
            yield ""
            yield f"Destination  : {'::':<40}PrefixLength : 0"
            yield f"NextHop      : {hop:<40}Preference   : {_PREFERENCE[protocol]}"
            yield f"Cost         : {1:<40}Protocol     : {protocol}"
            yield f"RelayNextHop : {'::':<40}TunnelID     : 0x0"
            yield f"Interface    : {name:<40}Flags        : D"


def _peers(state: SwitchState) -> Iterator[str]:
    routing = state.routing
    if routing is None:
        return
    yield "OSPFv3 Process (1)"
    yield f"Total number of peer(s): {len(routing.adjacencies)}"
    yield f" Peer(s) in full state: {len(routing.adjacencies)}"
    yield "OSPFv3 Area (0.0.0.0)"
    yield (
        f"{'Neighbor ID':<17}{'Pri':<4}{'State':<17}{'Dead Time':<13}{'Interface':<19}Instance ID"
    )
    yield from (_peer(state, one) for one in routing.adjacencies)


def _peer(state: SwitchState, one: Adjacency) -> str:
    state_text, interface = _ROLES[one.role], short(one.port.name)
    return (
        f"{one.router_id!s:<17}{1:>3} {state_text:<17}{dead_time(state):<12}{interface:<20}{0:>3}"
    )


def _sessions(state: SwitchState, district: District) -> Iterator[str]:
    if state.routing is None or not state.routing.sessions:
        return
    sessions = state.routing.sessions
    established = sum(one.established for one in sessions)
    yield ""
    yield f" BGP local router ID : {router_id(state.switch)}"
    yield f" Local AS number : {district.autonomous_system}"
    yield (
        f" Total number of peers : {len(sessions):<19} Peers in established state : {established}"
    )
    yield ""
    yield (f"  {'Peer':<33}{'V':<9}{'AS':>4}  MsgRcvd  MsgSent  OutQ  Up/Down       State  PrefRcv")
    yield from (_session(state, one) for one in sessions)


def _session(state: SwitchState, one: Session) -> str:
    age = state.at_s - one.since_s
    messages = one.lasted_s(state.at_s) // 30
    return (
        f"  {upper(one.peer):<32}4 {one.autonomous_system:>11} {messages:>8} {messages + 3:>8}"
        f" {0:>5} {lasted(age):>8} {_STATES[one.state.name]:>11} {one.prefixes:>8}"
    )
