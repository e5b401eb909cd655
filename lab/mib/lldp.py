"""LLDP-MIB (IEEE 802.1AB-2005): what a switch calls itself, and whom it sees on each link.

Port numbers and names follow the vendors' habits: Huawei counts ports on its own, the others use
ifIndex; Ruijie shortens the name, and only the description tells it in full; H3C adds a word.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from pysnmp.proto.rfc1902 import Integer32, OctetString, TimeTicks

from lab.district import District, End, Link, Outsider, Port, Switch, Vendor
from lab.mib.tree import Reader, Row, Value, constant, number, text

LLDP = (1, 0, 8802, 1, 1, 2, 1)
LOCAL = (*LLDP, 3)
LOCAL_PORT = (*LOCAL, 7, 1)
REMOTE = (*LLDP, 4, 1, 1)

_MAC_ADDRESS, _INTERFACE_NAME = 4, 5
"""LldpChassisIdSubtype macAddress, LldpPortIdSubtype interfaceName."""
_BRIDGE_ROUTER = b"\x28"
"""LldpSystemCapabilitiesMap: bits 2 and 4."""
_TIME_MARK, _FIRST = 0, 1


@dataclass(frozen=True, slots=True)
class Announced:
    """What one end of a link tells the other."""

    chassis: bytes
    port: str
    port_description: str
    name: str
    description: str


def lldp_rows(switch: Switch, district: District) -> Iterator[Row]:
    """Yield the local system, its ports, and a neighbour for each link while its port is up."""
    yield (*LLDP, 2, 1, 0), lambda state: TimeTicks(state.ticks(state.tree_changes[1]))
    yield (*LOCAL, 1, 0), number(_MAC_ADDRESS)
    yield (*LOCAL, 2, 0), constant(OctetString(switch.mac()))
    yield (*LOCAL, 3, 0), text(switch.id)
    yield (*LOCAL, 4, 0), text(switch.identity.description)
    yield (*LOCAL, 5, 0), constant(OctetString(_BRIDGE_ROUTER))
    yield (*LOCAL, 6, 0), constant(OctetString(_BRIDGE_ROUTER))
    for place, port in enumerate(switch.ports):
        if not port.physical:
            continue
        own = _announced(switch, port)
        yield (*LOCAL_PORT, 2, port_number(switch, port)), number(_INTERFACE_NAME)
        yield (*LOCAL_PORT, 3, port_number(switch, port)), text(own.port)
        yield (*LOCAL_PORT, 4, port_number(switch, port)), text(own.port_description)
        link = district.link_at(End(switch.id, port.name))
        if link:
            yield from _neighbour(switch, port, place, _other(link, switch, district))


def port_number(switch: Switch, port: Port) -> int:
    """Return lldpLocPortNum as the vendor counts."""
    if switch.identity.vendor is not Vendor.HUAWEI:
        return port.index
    return [one.name for one in switch.ports if one.physical].index(port.name) + 1


def _announced(switch: Switch, port: Port) -> Announced:
    identity = switch.identity
    short = port.name.replace("TenGigabitEthernet ", "Te").replace("GigabitEthernet ", "Gi")
    name = short if identity.vendor is Vendor.RUIJIE else port.name
    suffix = " Interface" if identity.vendor is Vendor.H3C else ""
    return Announced(switch.mac(), name, port.name + suffix, switch.id, identity.description)


def _other(link: Link, switch: Switch, district: District) -> Announced:
    end = link.high if link.low.switch == switch.id else link.low
    if end is None:
        return _of_outsider(district.outsiders[switch.id])
    other = district.switch(end.switch)
    return _announced(other, other.port(end.port))


def _of_outsider(router: Outsider) -> Announced:
    chassis = bytes((0x02, 0x51, 0x4C, 0xFE, 0, router.number))
    port = "XGigabitEthernet3/0/7"
    return Announced(chassis, port, port, router.name, "metro router, not ours")


def _neighbour(switch: Switch, port: Port, place: int, other: Announced) -> Iterator[Row]:
    index = (_TIME_MARK, port_number(switch, port), _FIRST)
    columns: dict[int, Value] = {
        4: Integer32(_MAC_ADDRESS),
        5: OctetString(other.chassis),
        6: Integer32(_INTERFACE_NAME),
        7: OctetString(other.port.encode()),
        8: OctetString(other.port_description.encode()),
        9: OctetString(other.name.encode()),
        10: OctetString(other.description.encode()),
        11: OctetString(_BRIDGE_ROUTER),
        12: OctetString(_BRIDGE_ROUTER),
    }
    for column, value in columns.items():
        yield (*REMOTE, column, *index), _while_up(place, value)


def _while_up(place: int, value: Value) -> Reader:
    return lambda state: value if state.ports[place].up else None
