"""Object identifiers as the contents octets of their BER form (X.690 section 8.19).

Inside the engine an OID is never a tuple or a dotted string: a column is recognised by comparing
octets, and what follows the column's prefix, the index, stays octets until a row is first seen.
"""

from typing import Final

from protocols.snmp.errors import Malformed

MAX_SUB_IDENTIFIERS: Final = 128  # RFC 3416 section 4.1
_MAX_SUB_IDENTIFIER: Final = 0xFFFFFFFF
_ARCS: Final = 40
_MORE: Final = 0x80
_SEVEN_BITS: Final = 0x7F


def encode(dotted: str) -> bytes:
    """Return the contents octets of a dotted OID such as 1.3.6.1.2.1.1.3.0; a leading dot is fine.

    Raises:
        ValueError: it is no OID of two to 128 sub-identifiers below 2^32.
    """
    arcs = [int(part) for part in dotted.removeprefix(".").split(".")]
    match arcs:
        case (0 | 1 as first, second, *rest) if 0 <= second < _ARCS:
            pass
        case (2 as first, second, *rest):
            pass
        case _:
            raise ValueError(f"no object identifier: {dotted}")
    if len(arcs) > MAX_SUB_IDENTIFIERS or min(arcs) < 0 or max(arcs) > _MAX_SUB_IDENTIFIER:
        raise ValueError(f"no object identifier: {dotted}")
    return encode_index((first * _ARCS + second, *rest))


def encode_index(sub_identifiers: tuple[int, ...] | list[int]) -> bytes:
    """Return the octets of sub-identifiers that follow a prefix."""
    return b"".join(map(_encode_one, sub_identifiers))


def _encode_one(value: int) -> bytes:
    if value <= _SEVEN_BITS:
        return bytes((value,))
    groups = [value & _SEVEN_BITS]
    while value := value >> 7:
        groups.append(value & _SEVEN_BITS | _MORE)
    return bytes(reversed(groups))


def decode(contents: bytes) -> str:
    """Return the dotted form.

    Raises:
        Malformed: the octets are no OID.
    """
    if not contents:
        raise Malformed("an empty object identifier")
    joined, *rest = decode_index(contents)
    first = min(joined // _ARCS, 2)
    return ".".join(map(str, (first, joined - first * _ARCS, *rest)))


def decode_index(octets: bytes) -> tuple[int, ...]:
    """Return the sub-identifiers of an index; b"" is the empty index.

    Raises:
        Malformed: an octet string that ends inside a sub-identifier, one above 2^32-1 (the first
            one may reach 2^32+79, holding two arcs), or more than 128 of them.
    """
    if not octets.isascii():
        return _decode_long(octets)
    if len(octets) >= MAX_SUB_IDENTIFIERS:
        raise Malformed(f"object identifier of more than {MAX_SUB_IDENTIFIERS} sub-identifiers")
    return tuple(octets)


def _decode_long(octets: bytes) -> tuple[int, ...]:
    # Zero padding is refused (X.690 8.19.2): one row could otherwise come under many spellings.
    found: list[int] = []
    value = 0
    for octet in octets:
        if octet == _MORE and not value:
            raise Malformed("a sub-identifier padded with zeros")
        value = value << 7 | octet & _SEVEN_BITS
        if value > _MAX_SUB_IDENTIFIER + 2 * _ARCS:
            raise Malformed("a sub-identifier above 2^32-1")
        if octet <= _SEVEN_BITS:
            found.append(value)
            value = 0
    if octets[-1] > _SEVEN_BITS:
        raise Malformed("octets end inside a sub-identifier")
    if len(found) >= MAX_SUB_IDENTIFIERS:
        raise Malformed(f"object identifier of more than {MAX_SUB_IDENTIFIERS} sub-identifiers")
    return tuple(found)


def parent(contents: bytes) -> bytes:
    """Return the OID without its last sub-identifier: the table entry of a column."""
    stop = len(contents) - 1
    while stop > 0 and contents[stop - 1] > _SEVEN_BITS:
        stop -= 1
    return contents[:stop]


def later(one: bytes, other: bytes) -> bool:
    """Whether `one` comes after `other` in the order of sub-identifiers (RFC 3416 section 4.2.2).

    Octets compare like sub-identifiers only while each of these fits one octet.

    Raises:
        Malformed: one of them is no OID or index.
    """
    if one.isascii() and other.isascii():
        return one > other
    return decode_index(one) > decode_index(other)
