"""Optical modules as each vendor tells them: HUAWEI-ENTITY-EXTENT-MIB::hwOpticalModuleInfoTable,
HH3C-TRANSCEIVER-INFO-MIB::hh3cTransceiverInfoTable, RUIJIE-FIBER-MIB::ruijieFiberTable.

Every ten-gigabit cage has a row; an empty one holds the vendor's own ways to say "not there".
"""  # noqa: D205  # one sentence of names

from collections.abc import Callable, Iterator, Mapping

from pysnmp.proto.rfc1902 import Integer32, OctetString

from lab.district import GBIT, Port, Switch, Vendor
from lab.mib.entity import port_entity
from lab.mib.tree import Reader, Row, Value, number
from lab.optics import LIMITS_CELSIUS, LIMITS_DBM, LIMITS_MILLIAMPERES, NO_LIGHT_DBM, Optic
from lab.state import SwitchState

HUAWEI_OPTICS = (1, 3, 6, 1, 4, 1, 2011, 5, 25, 31, 1, 1, 3, 1)
HUAWEI_ADMIN = (1, 3, 6, 1, 4, 1, 2011, 5, 25, 31, 1, 1, 1, 1, 1)
H3C_OPTICS = (1, 3, 6, 1, 4, 1, 25506, 2, 70, 1, 1, 1)
RUIJIE_OPTICS = (1, 3, 6, 1, 4, 1, 4881, 1, 1, 10, 2, 105, 1, 1, 1)

OpticReader = Callable[[Optic], Value]
Columns = Mapping[int, tuple[OpticReader, Value]]
"""Column: what it reads from a module, and what it says of an empty cage."""
_NONE = Integer32(2**31 - 1)
_UP = 11


def optic_rows(switch: Switch) -> Iterator[Row]:
    """Yield a row of the vendor's table for each cage, with what a module may not exceed."""
    prefix, columns, limits = _BY_VENDOR[switch.identity.vendor]
    huawei = switch.identity.vendor is Vendor.HUAWEI
    for port in switch.ports:
        if not port.physical or port.speed_bps < 10 * GBIT:
            continue
        index = port_entity(port) if huawei else port.index
        if huawei:
            yield (*HUAWEI_ADMIN, index), number(_UP)
        for column, (reader, empty) in columns.items():
            yield (*prefix, column, index), _of(port, reader, empty)
        for column, limit in limits.items():
            yield (*prefix, column, index), _of(port, _always(limit), _NONE)


def _of(port: Port, reader: OpticReader, empty: Value) -> Reader:
    def read(state: SwitchState) -> Value:
        optic = state.optics.get(port.name)
        return empty if optic is None else reader(optic)

    return read


def _always(limit: int) -> OpticReader:
    return lambda _: Integer32(limit)


def _hundredths(value: float) -> int:
    return round(value * 100)


def _microwatts(dbm: float) -> float:
    """Turn dBm into microwatts; in the dark there are none."""
    return 0.0 if dbm <= NO_LIGHT_DBM else 1000 * 10 ** (dbm / 10)


def _lane(dbm: float) -> OctetString:
    """Write hundredths of dBm as Huawei's lane columns do: "-414.00"."""
    return OctetString(f"{_hundredths(dbm)}.00".encode())


def _whole(value: float) -> int:
    """Return the part before the point, which for Ruijie carries the sign unless it is 0."""
    return int(_hundredths(value) / 100)


def _rest(value: float) -> int:
    return abs(_hundredths(value)) % 100


_ABSENT, _EMPTY = Integer32(-255), OctetString(b"")
_SINGLE_MODE, _NO_VALUE = Integer32(2), Integer32(5)
_TRUE, _FALSE = Integer32(1), Integer32(2)
_LOW, _HIGH = 0, 1

_HUAWEI: Columns = {
    1: (lambda _: _SINGLE_MODE, _NO_VALUE),
    5: (lambda optic: Integer32(round(optic.temperature)), _ABSENT),
    6: (lambda _: Integer32(3297), _ABSENT),
    7: (lambda optic: Integer32(round(optic.bias_ma * 1000)), Integer32(-1)),
    8: (lambda optic: Integer32(round(_microwatts(optic.receive_dbm))), Integer32(-1)),
    9: (lambda optic: Integer32(round(_microwatts(optic.transmit_dbm))), Integer32(-1)),
    32: (lambda optic: _lane(optic.receive_dbm), _EMPTY),
    33: (lambda optic: _lane(optic.transmit_dbm), _EMPTY),
}
_H3C: Columns = {
    8: (lambda _: _TRUE, _FALSE),
    9: (lambda optic: Integer32(_hundredths(optic.transmit_dbm)), _NONE),
    12: (lambda optic: Integer32(_hundredths(optic.receive_dbm)), _NONE),
    15: (lambda optic: Integer32(round(optic.temperature)), _NONE),
    16: (lambda _: Integer32(331), _NONE),
    17: (lambda optic: Integer32(_hundredths(optic.bias_ma)), _NONE),
}
_INVALID, _ZERO = Integer32(-100), Integer32(0)
_RUIJIE: Columns = {
    15: (lambda _: _TRUE, _FALSE),
    17: (lambda optic: Integer32(round(optic.temperature)), _ZERO),
    19: (lambda _: Integer32(3302), _ZERO),
    21: (lambda optic: Integer32(round(optic.bias_ma * 1000)), _ZERO),
    31: (lambda optic: Integer32(_whole(optic.receive_dbm)), _INVALID),
    32: (lambda optic: Integer32(_rest(optic.receive_dbm)), _ZERO),
    51: (lambda optic: Integer32(_whole(optic.transmit_dbm)), _INVALID),
    52: (lambda optic: Integer32(_rest(optic.transmit_dbm)), _ZERO),
    66: (lambda optic: Integer32(-1 if optic.receive_dbm < 0 else 1), _ZERO),
    71: (lambda optic: Integer32(-1 if optic.transmit_dbm < 0 else 1), _ZERO),
}

_RECEIVE, _TRANSMIT = LIMITS_DBM["receive"], LIMITS_DBM["transmit"]
_HUAWEI_LIMITS = {
    13: _hundredths(_RECEIVE[_LOW]), 14: _hundredths(_RECEIVE[_HIGH]),
    15: _hundredths(_TRANSMIT[_LOW]), 16: _hundredths(_TRANSMIT[_HIGH]),
    50: LIMITS_CELSIUS[_LOW], 51: LIMITS_CELSIUS[_HIGH],
    54: LIMITS_MILLIAMPERES[_LOW] * 1000, 55: LIMITS_MILLIAMPERES[_HIGH] * 1000,
}  # fmt: skip
_H3C_LIMITS = {
    18: LIMITS_CELSIUS[_HIGH] * 1000, 19: LIMITS_CELSIUS[_LOW] * 1000,
    26: LIMITS_MILLIAMPERES[_HIGH] * 1000, 27: LIMITS_MILLIAMPERES[_LOW] * 1000,
    30: round(_microwatts(_TRANSMIT[_HIGH]) * 10), 31: round(_microwatts(_TRANSMIT[_LOW]) * 10),
    34: round(_microwatts(_RECEIVE[_HIGH]) * 10), 35: round(_microwatts(_RECEIVE[_LOW]) * 10),
}  # fmt: skip
_RUIJIE_LIMITS = {
    93: _hundredths(_RECEIVE[_LOW]), 94: _hundredths(_RECEIVE[_HIGH]),
    97: _hundredths(_TRANSMIT[_LOW]), 98: _hundredths(_TRANSMIT[_HIGH]),
}  # fmt: skip
"""hwEntityOptical: 0.01 dBm, Celsius, uA; hh3cTransceiver: 0.1 uW, mCelsius, uA; ruijieFiber:
0.01 dBm."""

_BY_VENDOR = {
    Vendor.HUAWEI: (HUAWEI_OPTICS, _HUAWEI, _HUAWEI_LIMITS),
    Vendor.H3C: (H3C_OPTICS, _H3C, _H3C_LIMITS),
    Vendor.RUIJIE: (RUIJIE_OPTICS, _RUIJIE, _RUIJIE_LIMITS),
}
