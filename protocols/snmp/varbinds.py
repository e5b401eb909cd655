"""Varbinds of a response, one by one: right for scalars, texts, short tables and odd replies.

Long columns of numbers take the way of `protocols.snmp.column` instead.
"""

from typing import Final, NamedTuple

from protocols.snmp import ber, oid
from protocols.snmp.errors import Malformed

Value = int | bytes | None
"""An int for the integer types, contents octets for the others, None for what has no value."""

UNSIGNED32: Final = frozenset({ber.COUNTER32, ber.GAUGE32, ber.TIMETICKS, ber.UINTEGER32})
INTEGERS: Final = UNSIGNED32 | {ber.INTEGER, ber.COUNTER64}
_ABSENT: Final = frozenset(
    {ber.NULL, ber.NO_SUCH_OBJECT, ber.NO_SUCH_INSTANCE, ber.END_OF_MIB_VIEW}
)
_CONSTRUCTED: Final = 0x20
_MULTI_OCTET_TAG: Final = 0x1F


class VarBind(NamedTuple):
    """One name and value; `tag` tells why there is no value (noSuchObject, noSuchInstance).

    `status` is the error-status that the agent answered for this name alone, else 0.
    """

    oid: bytes
    tag: int
    value: Value
    status: int = 0


def read(data: bytes) -> list[VarBind]:
    """Read the contents of a VarBindList.

    Raises:
        Malformed: anything is not exactly as it should be; nothing of the list is to be believed.
    """
    found: list[VarBind] = []
    at, end = 0, len(data)
    while at < end:
        varbind, at = _read_short(data, at, end) or _read_any(data, at, end)
        found.append(varbind)
    return found


def _read_short(data: bytes, at: int, end: int) -> tuple[VarBind, int] | None:
    """Read a varbind whose lengths are below 128, in half the time; None: read it with care."""
    name = at + 4
    if name >= end or data[at] != ber.SEQUENCE or data[at + 2] != ber.OBJECT_IDENTIFIER:
        return None
    stop = name - 2 + data[at + 1]
    tag_at = name + data[at + 3]
    if stop > end or tag_at + 2 > stop or data[tag_at + 1] != stop - tag_at - 2:
        return None
    if data[at + 1] >= ber.LONG_FORM or data[at + 3] >= ber.LONG_FORM:
        return None
    tag = data[tag_at]
    value = read_value(tag, data[tag_at + 2 : stop])
    return VarBind(_read_name(data[name:tag_at]), tag, value), stop


def _read_any(data: bytes, at: int, end: int) -> tuple[VarBind, int]:
    start, stop = ber.expect(data, at, end, ber.SEQUENCE)
    name, name_stop = ber.expect(data, start, stop, ber.OBJECT_IDENTIFIER)
    tag, value, last = ber.read(data, name_stop, stop)
    if last != stop:
        raise Malformed(f"octets trail the varbind at {start}")
    return VarBind(_read_name(data[name:name_stop]), tag, read_value(tag, data[value:stop])), stop


def _read_name(contents: bytes) -> bytes:
    """Return an OID once it is known to be one; with one octet each that is plain to see."""
    if not contents:
        raise Malformed("an empty object identifier")
    if len(contents) >= oid.MAX_SUB_IDENTIFIERS or not contents.isascii():
        oid.decode_index(contents)
    return contents


def read_value(tag: int, contents: bytes) -> Value:
    """Return the value of a SimpleSyntax or ApplicationSyntax (RFC 3416 section 3).

    A 32-bit unsigned written in four octets with the top bit set is taken as many agents mean it.
    Any other number outside its type has no value: a wrong one would be worse.

    Raises:
        Malformed: the contents cannot be of that type, or the type is none of SNMP's.
    """
    if tag in INTEGERS:
        if 0 < len(contents) < 5 and contents[0] < ber.LONG_FORM:  # noqa: PLR2004 - in all of them
            return int.from_bytes(contents, "big")
        return _read_number(tag, contents)
    if tag in _ABSENT:
        if contents:
            raise Malformed(f"contents of an exception {tag:#x}")
        return None
    if tag & _CONSTRUCTED or tag & _MULTI_OCTET_TAG == _MULTI_OCTET_TAG:
        raise Malformed(f"a value of tag {tag:#x}")
    return contents


def _read_number(tag: int, contents: bytes) -> int | None:
    value = ber.signed(contents)
    if tag == ber.INTEGER:
        return value
    width = 8 if tag == ber.COUNTER64 else 4
    if len(contents) == width:
        return int.from_bytes(contents, "big")
    return value if 0 <= value < 1 << (8 * width) else None
