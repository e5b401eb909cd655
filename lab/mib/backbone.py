"""OSPFV3-MIB (RFC 5643) on Huawei and Ruijie, HUAWEI-BGP-VPN-MIB on Huawei.

Real H3C switches answer neither, and no vendor but Huawei shows a session over IPv6 by SNMP: there
the command line is all there is.
"""

from collections.abc import Callable, Iterator

from pysnmp.proto.rfc1902 import Gauge32, Integer32, OctetString, Unsigned32

from lab.backbone import Backbone
from lab.district import District, Switch, Vendor
from lab.mib.inet import IPV6, suffix
from lab.mib.tree import Reader, Row, Value, constant, counter32, number, text
from lab.numbering import router_id
from lab.routing import Adjacency, Session
from lab.state import SwitchState

OSPFV3 = (1, 3, 6, 1, 2, 1, 191, 1)
INTERFACE = (*OSPFV3, 7, 1)
NEIGHBOR = (*OSPFV3, 9, 1)
HUAWEI_BGP = (1, 3, 6, 1, 4, 1, 2011, 5, 25, 177, 1)

_ENABLED, _BROADCAST, _POINT_TO_POINT = 1, 1, 3
_DOWN, _STATE_POINT_TO_POINT, _DR, _BDR, _FULL = 1, 4, 5, 6, 8
_INSTANCE = 0
_EVENTS = 6
"""State changes that bring a neighbour from down to full."""
_PUBLIC, _AFI_IPV6, _SAFI_UNICAST, _START = 0, 2, 1, 2

OfAdjacency = Callable[[SwitchState, Adjacency], Value]
OfSession = Callable[[SwitchState, Session], Value]


def backbone_rows(switch: Switch, district: District) -> Iterator[Row]:
    """Yield OSPFv3 interfaces and neighbours, and BGP peers, where the vendor has the tables."""
    if switch.ipv6 is None or switch.identity.vendor is Vendor.H3C:
        return
    yield (*OSPFV3, 1, 1, 0), constant(Unsigned32(int(router_id(switch))))
    yield (*OSPFV3, 1, 2, 0), number(_ENABLED)
    whole = Backbone(district, 0.0).of(switch.id)
    for adjacency in whole.adjacencies if whole else ():
        yield from _interface(switch, adjacency)
        yield from _neighbor(adjacency)
    if switch.identity.vendor is Vendor.HUAWEI and whole:
        yield (*HUAWEI_BGP, 4, 1, 0), constant(Unsigned32(len(whole.sessions)))
        for session in whole.sessions:
            yield from _peer(session)


def _interface(switch: Switch, adjacency: Adjacency) -> Iterator[Row]:
    port = adjacency.port
    elects = adjacency.role != "-"
    index = (port.index, _INSTANCE)
    own = {"DR": _BDR, "BDR": _DR, "-": _STATE_POINT_TO_POINT}[adjacency.role]
    place = switch.ports.index(port)
    yield (*INTERFACE, 3, *index), constant(Unsigned32(0))
    yield (*INTERFACE, 4, *index), number(_BROADCAST if elects else _POINT_TO_POINT)
    yield (*INTERFACE, 5, *index), number(_ENABLED)
    yield (*INTERFACE, 12, *index), _interface_state(place, port.name, own)
    yield (*INTERFACE, 15, *index), constant(counter32(1))


def _interface_state(place: int, port: str, whole: int) -> Reader:
    """Read ospfv3IfState: alone on a link a router is the designated one."""

    def read(state: SwitchState) -> Value:
        if not state.ports[place].up:
            return Integer32(_DOWN)
        alone = state.routing is None or state.routing.adjacency(port) is None
        return Integer32(_DR if alone and whole != _STATE_POINT_TO_POINT else whole)

    return read


def _neighbor(adjacency: Adjacency) -> Iterator[Row]:
    index = (adjacency.port.index, _INSTANCE, int(adjacency.router_id))
    columns: dict[int, Value] = {
        4: Integer32(IPV6),
        5: OctetString(adjacency.address.packed),
        6: Integer32(0x13),
        7: Integer32(1),
        8: Integer32(_FULL),
        9: counter32(_EVENTS),
        10: Gauge32(0),
    }
    for column, value in columns.items():
        yield (*NEIGHBOR, column, *index), _while_adjacent(adjacency.port.name, value)


def _while_adjacent(port: str, value: Value) -> Reader:
    """Read a row that goes with the adjacency, as routers drop it when the dead timer ends."""
    return lambda state: value if state.routing and state.routing.adjacency(port) else None


def _peer(session: Session) -> Iterator[Row]:
    index = (_PUBLIC, _AFI_IPV6, _SAFI_UNICAST, *suffix(session.peer, 0))
    family, peer, routes = ((*HUAWEI_BGP, 1, table, 1) for table in (1, 2, 3))
    yield (*family, 6, *index), text("Public")
    yield (*peer, 2, *index), constant(Unsigned32(session.autonomous_system))
    yield (*peer, 4, *index), constant(OctetString(session.peer.packed))
    yield (*peer, 5, *index), _of(session, lambda _, now: Integer32(now.state))
    yield (*peer, 6, *index), constant(Unsigned32(1))
    yield (*peer, 7, *index), _of(session, lambda state, now: Gauge32(now.lasted_s(state.at_s)))
    yield (*peer, 11, *index), number(_START)
    yield (*routes, 1, *index), _of(session, lambda _, now: counter32(now.prefixes))
    yield (*routes, 2, *index), _of(session, lambda _, now: counter32(now.prefixes))


def _of(session: Session, value: OfSession) -> Reader:
    def read(state: SwitchState) -> Value:
        now = state.routing.session(session.name) if state.routing else None
        return value(state, now) if now else None

    return read
