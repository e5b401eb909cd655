"""What a cell says: octets of the wire as numbers and texts, by what the profile reads them as."""

import ipaddress
import struct
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

from collectors.snmp.formula import Cell, Kind
from collectors.snmp.functions import number, numbers
from collectors.snmp.index import written
from collectors.text import clean
from protocols.snmp import oid
from protocols.snmp.errors import Malformed
from protocols.snmp.varbinds import Value

_OPAQUE_FLOAT = b"\x9f\x78\x04"
_OPAQUE_DOUBLE = b"\x9f\x79\x08"
_DATE_OCTETS = 8
_ZONED_DATE_OCTETS = 11
_ROUTER_ID_OCTETS = 4
_SYSTEM_ID_OCTETS = 6


class ValueType(StrEnum):
    """How a column is read; anything that does not fit is absent, and counted as such."""

    INTEGER = "integer"
    TEXT = "text"
    MAC = "mac"
    HEX = "hex"
    OID = "oid"
    ADDRESS = "address"
    ROUTER_ID = "router_id"
    SYSTEM_ID = "system_id"
    DATE = "date"
    DECIMAL = "decimal"
    NUMBERS = "numbers"

    @property
    def kind(self) -> Kind:
        """What formulas may do with it."""
        if self is ValueType.NUMBERS:
            return Kind.NUMBERS
        if self in (ValueType.INTEGER, ValueType.DATE, ValueType.DECIMAL):
            return Kind.NUMBER
        return Kind.TEXT


class Unfit(ValueError):
    """The cell cannot be what the profile says it is."""


def read(value: Value, kind: ValueType) -> Cell:
    """Read one cell; None stays None.

    Raises:
        Unfit: the device sent another type, or octets that make no such value.
    """
    if value is None:
        return None
    if isinstance(value, int):
        if kind is ValueType.ROUTER_ID:
            return _router_id(value)
        if kind in (ValueType.INTEGER, ValueType.DECIMAL):
            return value
        if kind is ValueType.TEXT:
            return str(value)
        raise Unfit(f"a number where {kind} was expected")
    if kind is ValueType.INTEGER:
        raise Unfit("octets where a number was expected")
    return _READERS[kind](value)


def _text(octets: bytes) -> Cell:
    return clean(octets) or None


def _mac(octets: bytes) -> Cell:
    return octets.hex(":") if any(octets) else None


def _hex(octets: bytes) -> Cell:
    return octets.hex(":") or None


def _oid(octets: bytes) -> Cell:
    try:
        return oid.decode(octets)
    except Malformed as error:
        raise Unfit(str(error)) from error


def _address(octets: bytes) -> Cell:
    """Read 4 or 16 octets (with a zone 8 or 20), or the text that some agents send instead."""
    if len(octets) in (8, 20):
        octets = octets[:-4]
    if len(octets) in (4, 16):
        return written(ipaddress.ip_address(octets))
    try:
        return written(ipaddress.ip_address(octets.decode("ascii").strip())) if octets else None
    except ValueError as error:
        raise Unfit("no address") from error


def _router_id(value: int) -> Cell:
    """Write a number of 32 bits as OSPF writes router ids and areas."""
    try:
        return str(ipaddress.IPv4Address(value & 0xFFFFFFFF if value < 0 else value))
    except ipaddress.AddressValueError as error:
        raise Unfit("no router id") from error


def _quad(octets: bytes) -> Cell:
    if len(octets) != _ROUTER_ID_OCTETS:
        raise Unfit("no router id")
    return str(ipaddress.IPv4Address(octets))


def _system_id(octets: bytes) -> Cell:
    """Write the six octets of an IS-IS system id as `1921.6800.1001`; all zero is none."""
    if len(octets) != _SYSTEM_ID_OCTETS:
        raise Unfit("no system id")
    return octets.hex(".", 2) if any(octets) else None


def _date(octets: bytes) -> Cell:
    """Read SNMPv2-TC::DateAndTime as Unix time; without a zone it is UTC; all zero is never."""
    if not any(octets):
        return None
    if len(octets) not in (_DATE_OCTETS, _ZONED_DATE_OCTETS):
        raise Unfit("no DateAndTime")
    year, month, day, hour, minute, second, tenths = struct.unpack(">HBBBBBB", octets[:8])
    try:
        zone = _zone(octets[8:])
        moment = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=zone)
    except ValueError as error:
        raise Unfit("no DateAndTime") from error
    return int(moment.timestamp()) if not tenths else moment.timestamp() + tenths / 10


def _zone(octets: bytes) -> timezone:
    if not octets:
        return UTC
    offset = timedelta(hours=octets[1], minutes=octets[2])
    return timezone(-offset if octets[:1] == b"-" else offset)


def _decimal(octets: bytes) -> Cell:
    """Read a number written out, or net-snmp's Opaque float and double."""
    if octets.startswith(_OPAQUE_FLOAT) and len(octets) == len(_OPAQUE_FLOAT) + 4:
        return _finite(struct.unpack(">f", octets[3:])[0])
    if octets.startswith(_OPAQUE_DOUBLE) and len(octets) == len(_OPAQUE_DOUBLE) + 8:
        return _finite(struct.unpack(">d", octets[3:])[0])
    return number(clean(octets))


def _finite(value: float) -> float | None:
    return value if abs(value) < float("inf") else None


def _numbers(octets: bytes) -> Cell:
    """Read `-2.1,-2.4,,-2.2`: one number a lane, an empty place is absent."""
    text = clean(octets)
    return numbers(text) if text else None


_READERS: Mapping[ValueType, Callable[[bytes], Cell]] = {
    ValueType.TEXT: _text,
    ValueType.MAC: _mac,
    ValueType.HEX: _hex,
    ValueType.OID: _oid,
    ValueType.ADDRESS: _address,
    ValueType.ROUTER_ID: _quad,
    ValueType.SYSTEM_ID: _system_id,
    ValueType.DATE: _date,
    ValueType.DECIMAL: _decimal,
    ValueType.NUMBERS: _numbers,
}
