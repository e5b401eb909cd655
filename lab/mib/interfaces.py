"""IF-MIB: ifTable, ifXTable, ifTableLastChange, ifNumber (RFC 2863)."""

from collections.abc import Callable, Iterator

from pysnmp.proto.rfc1902 import (
    Gauge32,
    Integer32,
    ObjectIdentifier,
    OctetString,
    TimeTicks,
)

from lab.district import Port, Switch, Vendor
from lab.mib.tree import Reader, Row, Value, constant, counter32, counter64, number, text
from lab.state import PortState, SwitchState

IF_TABLE = (1, 3, 6, 1, 2, 1, 2, 2, 1)
IFX_TABLE = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)
_GAUGE_MAX = 2**32 - 1
_SETTLED_S = 12.0
"""The set of interfaces is complete this long after a boot."""

PortReader = Callable[[SwitchState, PortState], Value]

_IF_VALUES: dict[int, PortReader] = {
    7: lambda _, port: Integer32(2 if port.port.shut else 1),
    8: lambda _, port: Integer32(1 if port.up else 2),
    9: lambda state, port: TimeTicks(state.ticks(port.changed_s)),
    10: lambda _, port: counter32(port.received.octets),
    11: lambda _, port: counter32(port.received.unicast),
    13: lambda _, port: counter32(port.received.discards),
    14: lambda _, port: counter32(port.received.errors),
    16: lambda _, port: counter32(port.sent.octets),
    17: lambda _, port: counter32(port.sent.unicast),
    19: lambda _, port: counter32(port.sent.discards),
}

_IFX_VALUES: dict[int, PortReader] = {
    2: lambda _, port: counter32(port.received.multicast),
    3: lambda _, port: counter32(port.received.broadcast),
    4: lambda _, port: counter32(port.sent.multicast),
    5: lambda _, port: counter32(port.sent.broadcast),
    6: lambda _, port: counter64(port.received.octets),
    7: lambda _, port: counter64(port.received.unicast),
    8: lambda _, port: counter64(port.received.multicast),
    9: lambda _, port: counter64(port.received.broadcast),
    10: lambda _, port: counter64(port.sent.octets),
    11: lambda _, port: counter64(port.sent.unicast),
    12: lambda _, port: counter64(port.sent.multicast),
    13: lambda _, port: counter64(port.sent.broadcast),
}


def interface_rows(switch: Switch) -> Iterator[Row]:
    """Yield every row of both tables and the scalars beside them."""
    yield (1, 3, 6, 1, 2, 1, 2, 1, 0), number(len(switch.ports))
    yield (
        (1, 3, 6, 1, 2, 1, 31, 1, 5, 0),
        lambda state: TimeTicks(state.ticks(state.boot_s + _SETTLED_S)),
    )
    for place, port in enumerate(switch.ports):
        for column, reader in _fixed(switch, port).items():
            yield (*column, port.index), reader
        for column_number, value in _IF_VALUES.items():
            yield (*IF_TABLE, column_number, port.index), _of_port(place, value)
        for column_number, value in _IFX_VALUES.items():
            yield (*IFX_TABLE, column_number, port.index), _of_port(place, value)


def _of_port(place: int, value: PortReader) -> Reader:
    return lambda state: value(state, state.ports[place])


def _fixed(switch: Switch, port: Port) -> dict[tuple[int, ...], Reader]:
    """Return the columns of a port that never change."""
    suffix = " Interface" if switch.identity.vendor is Vendor.H3C else ""
    mac = switch.mac(port.index) if port.physical or port.kind == 136 else b""
    return {
        (*IF_TABLE, 1): number(port.index),
        (*IF_TABLE, 2): text(port.name + suffix),
        (*IF_TABLE, 3): number(port.kind),
        (*IF_TABLE, 4): number(1500),
        (*IF_TABLE, 5): constant(Gauge32(min(port.speed_bps, _GAUGE_MAX))),
        (*IF_TABLE, 6): constant(OctetString(mac)),
        (*IF_TABLE, 20): constant(counter32(0)),  # what arrives broken was sent whole
        (*IF_TABLE, 21): constant(Gauge32(0)),
        (*IF_TABLE, 22): constant(ObjectIdentifier((0, 0))),
        (*IFX_TABLE, 1): text(port.name),
        (*IFX_TABLE, 14): number(1),
        (*IFX_TABLE, 15): constant(Gauge32(port.speed_bps // 1_000_000)),
        (*IFX_TABLE, 16): number(2),
        (*IFX_TABLE, 17): number(1 if port.physical else 2),
        (*IFX_TABLE, 18): text(port.alias, switch.encoding),
        (*IFX_TABLE, 19): constant(TimeTicks(0)),
    }
