"""What an H3C switch prints (Comware 7): layouts of the vendor's command references."""

from collections.abc import Iterator, Mapping

from lab.cli.dialect import Output, dead_time, lasted, mac, upper
from lab.district import District
from lab.numbering import DEFAULT, addresses, router_id
from lab.routing import NeighborState, Protocol, Session
from lab.state import SwitchState

_ROLES = {"DR": "Full/DR", "BDR": "Full/BDR", "-": "Full/ -"}
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
    "IS-ISv6": None,
    "BGP4+": Protocol.BGP,
}


def short(interface: str) -> str:
    """Shorten an interface's name as the tables of neighbours do."""
    for long, brief in (
        ("Ten-GigabitEthernet", "XGE"),
        ("GigabitEthernet", "GE"),
        ("Vlan-interface", "Vlan"),
        ("LoopBack", "Loop"),
    ):
        if interface.startswith(long):
            return brief + interface.removeprefix(long)
    return interface


def commands(district: District) -> Mapping[str, Output]:
    """Return what the switch answers to; what it does not run prints nothing."""
    nothing: Output = lambda _: ()  # noqa: E731  # the shape of all the others
    return {
        "display version": _version,
        "display ipv6 interface brief": lambda state: _interfaces(state, district),
        "display ipv6 neighbors all": _neighbors,
        "display ipv6 routing-table statistics": _statistics,
        "display ipv6 routing-table :: 0": _default,
        "display ospfv3 peer": _peers,
        "display bgp peer ipv4": nothing,
        "display bgp peer vpnv4": nothing,
        "display bgp peer ipv6": lambda state: _sessions(state, district),
        "display bgp peer ipv6 unicast": lambda state: _sessions(state, district),
        "display bgp peer vpnv6": nothing,
        "display isis peer": nothing,
        "display bfd session": nothing,
        "display vrrp ipv6": nothing,
    }


def _version(state: SwitchState) -> Iterator[str]:
    identity = state.switch.identity
    weeks, seconds = divmod(int(state.at_s - state.boot_s), 604800)
    days, hours = seconds // 86400, seconds % 86400 // 3600
    yield f"H3C Comware Software, Version {identity.version}"
    yield "egov-agent lab, no real device"
    yield f"H3C {identity.model} uptime is {weeks} weeks, {days} days, {hours} hours, 0 minutes"


def _interfaces(state: SwitchState, district: District) -> Iterator[str]:
    """One line an interface: the global address before the link-local one."""
    yield "*down: administratively down"
    yield "(s): spoofing"
    yield f"{'Interface':<41}{'Physical':<9}{'Protocol':<9}IPv6 Address"
    given: dict[str, str] = {}
    for one in addresses(district, state.switch):
        if not one.link_local or one.port.name not in given:
            given[one.port.name] = upper(one.interface.ip)
    for port in state.ports:
        if port.port.name in given:
            physical = "up" if port.up else "down"
            protocol = "up(s)" if port.port.kind == 24 else physical
            yield f"{port.port.name:<41}{physical:<9}{protocol:<9}{given[port.port.name]}"


def _neighbors(state: SwitchState) -> Iterator[str]:
    yield "         Type: S-Static    D-Dynamic    O-Openflow    R-Rule    I-Invalid"
    yield f"{'IPv6 Address':<31}{'Link Layer':<15}{'VID':<5}{'Interface':<15}State T  Age"
    for heard in state.routing.heard if state.routing else ():
        vlan = "100" if heard.port.kind == 136 else "N/A"
        age = int(state.at_s) % 60
        yield (
            f"{upper(heard.address):<28}{mac(heard.mac, '-')} {vlan:<4}"
            f"{short(heard.port.name):<15}{_HEARD[heard.state]:<5} D  {age}"
        )


def _statistics(state: SwitchState) -> Iterator[str]:
    counts: Mapping[Protocol, int] = state.routing.route_counts if state.routing else {}
    total = sum(counts.values())
    yield f"Total prefixes: {total}   Active prefixes: {total}"
    yield ""
    yield "Proto      Routes      Active      Added       Deleted"
    for name, protocol in _PROTOCOLS.items():
        yield _counted(name, counts.get(protocol, 0) if protocol else 0)
    yield _counted("Total", total)


def _counted(name: str, routes: int) -> str:
    return f"{name:<11}{routes:<12}{routes:<12}{routes:<12}{0}"


def _default(state: SwitchState) -> Iterator[str]:
    """Print ::/0, of which there is one or none."""
    found = [one for one in state.routing.routes if one.prefix == DEFAULT] if state.routing else []
    yield f"Summary count : {len(found)}"
    for route in found:
        protocol, preference = ("BGP4+", 255) if route.protocol is Protocol.BGP else ("O_ASE2", 150)
        yield ""
        yield f"Destination: {'::/0':<44}Protocol  : {protocol}"
        yield f"NextHop    : {upper(route.next_hop):<44}Preference: {preference}"
        yield f"Interface  : {short(route.port.name):<44}Cost      : 1"


def _peers(state: SwitchState) -> Iterator[str]:
    if state.routing is None:
        return
    yield f"               OSPFv3 Process 1 with Router ID {router_id(state.switch)}"
    yield " Area: 0.0.0.0"
    yield "-" * 73
    yield f" {'Router ID':<16}{'Pri':<4}{'State':<18}{'Dead-Time':<10}{'InstID':<7}Interface"
    for one in state.routing.adjacencies:
        yield (
            f" {one.router_id!s:<16}{1:<4}{_ROLES[one.role]:<18}{dead_time(state):<10}{0:<7}"
            f"{short(one.port.name)}"
        )


def _sessions(state: SwitchState, district: District) -> Iterator[str]:
    if state.routing is None or not state.routing.sessions:
        return
    sessions = state.routing.sessions
    established = sum(one.established for one in sessions)
    yield ""
    yield f" BGP local router ID: {router_id(state.switch)}"
    yield f" Local AS number: {district.autonomous_system}"
    yield (f" Total number of peers: {len(sessions):<18} Peers in established state: {established}")
    yield ""
    yield "  * - Dynamically created peer"
    yield f"  {'Peer':<24}{'AS':>2}  MsgRcvd  MsgSent OutQ PrefRcv Up/Down  State"
    yield ""
    yield from (_session(state, one) for one in sessions)


def _session(state: SwitchState, one: Session) -> str:
    messages = one.lasted_s(state.at_s) // 30
    return (
        f"  {upper(one.peer):<20}{one.autonomous_system:>10} {messages:>8} {messages + 3:>8}"
        f" {0:>4} {one.prefixes:>7} {lasted(state.at_s - one.since_s)} {_STATES[one.state.name]}"
    )
