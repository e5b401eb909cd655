"""The subset of BER (X.690) that SNMP uses: definite lengths, one-octet tags, bounded everywhere.

Readers take a buffer and the limits of what they may look at, never copy more than the value they
return, never recurse, and raise `Malformed` and nothing else, whatever the octets are. A length
is read in at most four octets and must fit its container; the indefinite form is refused
(RFC 3417 section 8 allows SNMP nothing else).
"""

from functools import lru_cache
from typing import Final

from protocols.snmp.errors import Malformed

INTEGER: Final = 0x02
OCTET_STRING: Final = 0x04
NULL: Final = 0x05
OBJECT_IDENTIFIER: Final = 0x06
SEQUENCE: Final = 0x30
IP_ADDRESS: Final = 0x40
COUNTER32: Final = 0x41
GAUGE32: Final = 0x42
TIMETICKS: Final = 0x43
OPAQUE: Final = 0x44
COUNTER64: Final = 0x46
UINTEGER32: Final = 0x47
NO_SUCH_OBJECT: Final = 0x80
NO_SUCH_INSTANCE: Final = 0x81
END_OF_MIB_VIEW: Final = 0x82

GET: Final = 0xA0
GET_NEXT: Final = 0xA1
RESPONSE: Final = 0xA2
GET_BULK: Final = 0xA5
INFORM: Final = 0xA6
TRAP: Final = 0xA7
REPORT: Final = 0xA8

LONG_FORM: Final = 0x80
_MAX_LENGTH_OCTETS: Final = 4
_MAX_INTEGER_OCTETS: Final = 9  # a Counter64 above 2^63 has a leading zero


def read(data: bytes, at: int, end: int) -> tuple[int, int, int]:
    """Read the tag and length at `at`: the tag, and where the contents start and stop.

    The contents lie within `end`, which is at most len(data).
    """
    if at + 2 > end:
        raise Malformed(f"octets end at {at}")
    start = at + 2
    length = data[at + 1]
    if length >= LONG_FORM:
        octets = length - LONG_FORM
        if not 1 <= octets <= _MAX_LENGTH_OCTETS:
            raise Malformed(f"length form {length:#x} at {at}")
        length = int.from_bytes(data[start : start + octets], "big")
        start += octets
    if start + length > end:
        raise Malformed(f"length {length} at {at} passes the end")
    return data[at], start, start + length


def expect(data: bytes, at: int, end: int, tag: int) -> tuple[int, int]:
    """Read a header whose tag is known: where the contents start and stop."""
    found, start, stop = read(data, at, end)
    if found != tag:
        raise Malformed(f"tag {found:#x} at {at} where {tag:#x} belongs")
    return start, stop


def expect_last(data: bytes, at: int, end: int, tag: int) -> tuple[int, int]:
    """Read a header whose contents must end exactly at `end`: nothing may trail."""
    start, stop = expect(data, at, end, tag)
    if stop != end:
        raise Malformed(f"{end - stop} octets trail at {stop}")
    return start, stop


def read_integer(data: bytes, at: int, end: int) -> tuple[int, int]:
    """Read an INTEGER: its value, and where the next element starts."""
    start, stop = expect(data, at, end, INTEGER)
    return signed(data[start:stop]), stop


def read_octets(data: bytes, at: int, end: int) -> tuple[bytes, int]:
    """Read an OCTET STRING: its contents, and where the next element starts."""
    start, stop = expect(data, at, end, OCTET_STRING)
    return data[start:stop], stop


def signed(contents: bytes) -> int:
    """Return the value of an INTEGER's contents, two's complement."""
    if not 1 <= len(contents) <= _MAX_INTEGER_OCTETS:
        raise Malformed(f"integer of {len(contents)} octets")
    return int.from_bytes(contents, "big", signed=True)


@lru_cache(maxsize=8192)
def header(tag: int, length: int) -> bytes:
    """Return a tag and the shortest definite length."""
    if length < LONG_FORM:
        return bytes((tag, length))
    octets = length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes((tag, LONG_FORM + len(octets))) + octets


def tlv(tag: int, contents: bytes) -> bytes:
    """Return an element: tag, length, contents."""
    return header(tag, len(contents)) + contents


def integer(value: int, tag: int = INTEGER) -> bytes:
    """Return an INTEGER, or with another tag a counter, gauge or TimeTicks."""
    return tlv(tag, value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True))


def octets(contents: bytes) -> bytes:
    """Return an OCTET STRING."""
    return tlv(OCTET_STRING, contents)


def sequence(*parts: bytes) -> bytes:
    """Return a SEQUENCE of elements that are already encoded."""
    return tlv(SEQUENCE, b"".join(parts))
