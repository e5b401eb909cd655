"""IP-MIB ipAddressTable and ipNetToPhysicalTable (RFC 4293), IP-FORWARD-MIB routes (RFC 4292).

The IPv6 rows of each, as the switches of the three vendors write them: link-local addresses with
their zone, a routing policy in the index that each vendor fills in its own way.
"""

from collections.abc import Iterator
from ipaddress import IPv6Address

from pysnmp.proto.rfc1902 import Gauge32, Integer32, ObjectIdentifier, OctetString, TimeTicks

from lab.backbone import possible_routes
from lab.district import District, Switch, Vendor
from lab.flows import Outage
from lab.hearing import heard_by
from lab.mib.inet import suffix
from lab.mib.ip import IP
from lab.mib.tree import Oid, Reader, Row, Value, constant, number
from lab.numbering import Assigned, addresses
from lab.routing import Heard, Protocol, Route
from lab.state import SwitchState

ADDRESS = (*IP, 34, 1)
PREFIX = (*IP, 32, 1)
NEIGHBOR = (*IP, 35, 1)
ROUTE = (*IP, 24, 7, 1)

_UNICAST, _MANUAL, _LINK_LAYER, _DYNAMIC, _ACTIVE = 1, 2, 5, 3, 1
_PREFERRED, _TENTATIVE = 1, 6
"""IpAddressStatusTC; an interface that is down has not finished looking for duplicates."""
_LOCAL, _REMOTE = 3, 4
"""inetCidrRouteType."""
_PROTOCOLS = {Protocol.CONNECTED: 2, Protocol.STATIC: 3, Protocol.OSPF: 13, Protocol.BGP: 14}
"""IANAipRouteProtocol: local, netmgmt, ospf, bgp."""
_POLICY = {
    Vendor.HUAWEI: (2, 0, 0),
    Vendor.H3C: (4, 65536, 318767136, 1, 0),
    Vendor.RUIJIE: (0,),
}
"""inetCidrRoutePolicy, its length first: 0.0 with a length of 2, an own number, nothing at all."""


def ipv6_rows(switch: Switch, district: District) -> Iterator[Row]:
    """Yield addresses, neighbours and routes; a switch without IPv6 has none."""
    if switch.ipv6 is None:
        return
    for assigned in addresses(district, switch):
        yield from _address(switch, assigned)
    for heard in heard_by(switch, district, Outage()):
        yield from _neighbor(heard)
    for route in possible_routes(switch, district):
        yield from _route(switch, route)


def _address(switch: Switch, assigned: Assigned) -> Iterator[Row]:
    port, interface = assigned.port, assigned.interface
    index = suffix(interface.ip, port.index)
    origin = _LINK_LAYER if assigned.link_local else _MANUAL
    yield (*ADDRESS, 3, *index), number(port.index)
    yield (*ADDRESS, 4, *index), number(_UNICAST)
    yield (*ADDRESS, 5, *index), constant(ObjectIdentifier(_prefix(switch, assigned)))
    yield (*ADDRESS, 6, *index), number(origin)
    yield (*ADDRESS, 7, *index), _status(switch.ports.index(port))


def _prefix(switch: Switch, assigned: Assigned) -> Oid:
    """Return the row of ipAddressPrefixTable, which ends in the length; Ruijie says 0.0."""
    if switch.identity.vendor is Vendor.RUIJIE:
        return (0, 0)
    network = assigned.interface.network
    place = suffix(network.network_address, assigned.port.index)
    return (*PREFIX, 5, assigned.port.index, *place, network.prefixlen)


def _status(place: int) -> Reader:
    preferred, tentative = Integer32(_PREFERRED), Integer32(_TENTATIVE)
    return lambda state: preferred if state.ports[place].up else tentative


def _neighbor(heard: Heard) -> Iterator[Row]:
    index = (heard.port.index, *suffix(heard.address, heard.port.index))
    columns: dict[int, Value] = {
        4: OctetString(heard.mac),
        5: TimeTicks(0),
        6: Integer32(_DYNAMIC),
        7: Integer32(heard.state),
    }
    for column, value in columns.items():
        yield (*NEIGHBOR, column, *index), _while_present(heard.key, value)


def _route(switch: Switch, route: Route) -> Iterator[Row]:
    index = (
        *suffix(route.prefix.network_address, 0),
        route.prefix.prefixlen,
        *_POLICY[switch.identity.vendor],
        *suffix(route.next_hop, route.port.index),
    )
    nowhere = route.next_hop == IPv6Address("::")
    columns: dict[int, Value] = {
        7: Integer32(route.port.index),
        8: Integer32(_LOCAL if nowhere else _REMOTE),
        9: Integer32(_PROTOCOLS[route.protocol]),
        10: Gauge32(0),
        17: Integer32(_ACTIVE),
    }
    for column, value in columns.items():
        yield (*ROUTE, column, *index), _while_present(route.key, value)


def _while_present(key: str, value: Value) -> Reader:
    def read(state: SwitchState) -> Value:
        return value if state.routing and key in state.routing.present else None

    return read
