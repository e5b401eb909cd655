"""What the index of a row says: sub-identifiers after the column, taken apart by their types.

An index arrives as the BER contents of those sub-identifiers (RFC 2578 section 7.7 says how the
types are laid out, RFC 4001 how InetAddress is). It is decoded once, when the row is first seen.
"""

import ipaddress
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from collectors.text import clean
from protocols.snmp.errors import Malformed
from protocols.snmp.oid import decode_index

Part = int | str | None


class BadIndex(ValueError):
    """The sub-identifiers do not fit the types that the profile names."""


class PartType(StrEnum):
    """How one part of an index is laid out."""

    INTEGER = "integer"
    STRING = "string"  # length-prefixed, or fixed or implied by the part's other fields
    MAC = "mac"
    IPV4 = "ipv4"
    IPV6 = "ipv6"
    ROUTER_ID = "router_id"
    OID = "oid"
    INET = "inet"  # InetAddressType, length, octets
    ADDRESS = "address"  # length and 4 or 16 octets, or the bare octets when nothing else is left
    TIME_FILTER = "time_filter"  # RFC 2021: of rows that differ in nothing else the highest counts
    REST = "rest"  # whatever is left, not looked at: rows that are only counted


@dataclass(frozen=True, slots=True)
class IndexPart:
    """One part of an index.

    Args:
        length: of a string whose size the MIB fixes, so that no length stands before it.
        implied: it is the last one and its length is what is left (IMPLIED in the MIB).
    """

    name: str
    type: PartType
    length: int | None = None
    implied: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """What formulas may call it: an InetAddress also has its type and its zone."""
        if self.type is PartType.INET:
            return (self.name, f"{self.name}_type", f"{self.name}_zone")
        return (self.name,)


def dotted(octets: bytes) -> str:
    """Write an index as `8.254.128`; octets that are none, in hexadecimal."""
    try:
        return ".".join(map(str, decode_index(octets)))
    except Malformed:
        return octets.hex()


def in_order(octets: bytes) -> tuple[int, ...]:
    """Return the key by which indexes stand in the order of the MIB."""
    try:
        return decode_index(octets)
    except Malformed:
        return ()


def decode(octets: bytes, parts: Sequence[IndexPart]) -> tuple[Part, ...]:
    """Take one index apart; the result has one entry for each of `IndexPart.names`.

    Raises:
        BadIndex: too short, too long, or an octet above 255.
    """
    try:
        left = list(decode_index(octets))
    except Malformed as error:
        raise BadIndex(str(error)) from error
    found: list[Part] = []
    for part in parts:
        found += _TAKERS[part.type](part, left)
    if left:
        raise BadIndex("longer than its parts")
    return tuple(found)


def _take(left: list[int], count: int) -> list[int]:
    if count > len(left):
        raise BadIndex("shorter than its parts")
    taken = left[:count]
    del left[:count]
    return taken


def _octets(left: list[int], count: int) -> bytes:
    try:
        return bytes(_take(left, count))
    except ValueError:
        raise BadIndex("an octet above 255") from None


def _size(part: IndexPart, left: list[int]) -> int:
    if part.length is not None:
        return part.length
    return len(left) if part.implied else _take(left, 1)[0]


def _integer(_part: IndexPart, left: list[int]) -> list[Part]:
    return [_take(left, 1)[0]]


def _string(part: IndexPart, left: list[int]) -> list[Part]:
    return [clean(_octets(left, _size(part, left)))]


def _mac(_part: IndexPart, left: list[int]) -> list[Part]:
    return [_octets(left, 6).hex(":")]


def _ipv4(_part: IndexPart, left: list[int]) -> list[Part]:
    return [address(_octets(left, 4))]


def _ipv6(_part: IndexPart, left: list[int]) -> list[Part]:
    return [address(_octets(left, 16))]


def _router_id(_part: IndexPart, left: list[int]) -> list[Part]:
    return [str(ipaddress.IPv4Address(_take(left, 1)[0]))]


def _oid(part: IndexPart, left: list[int]) -> list[Part]:
    return [".".join(map(str, _take(left, _size(part, left))))]


def _inet(_part: IndexPart, left: list[int]) -> list[Part]:
    kind = _take(left, 1)[0]
    # some ZTE switches leave the length out
    size = _BARE[kind] if len(left) == _BARE.get(kind) else _take(left, 1)[0]
    octets = _octets(left, size)
    if size in _ZONED:
        zone: Part = int.from_bytes(octets[-4:])
        return [address(octets[:-4]), kind, zone]
    if size in (0, 4, 16):
        return [address(octets), kind, None]
    return [clean(octets), kind, None]  # dns(16)


def _rest(_part: IndexPart, left: list[int]) -> list[Part]:
    left.clear()
    return [None]


def _address(_part: IndexPart, left: list[int]) -> list[Part]:
    if left and left[0] == len(left) - 1 and left[0] not in (4, 16):
        _octets(left, _take(left, 1)[0])  # a MAC address among management addresses
        return [None]
    if left and left[0] in (4, 16) and len(left) > left[0]:
        return [address(_octets(left, _take(left, 1)[0]))]
    if len(left) in (4, 16):
        return [address(_octets(left, len(left)))]
    raise BadIndex("no address")


def address(octets: bytes) -> str:
    """Write 4 or 16 octets as an address, none as the empty text.

    Raises:
        BadIndex: another length.
    """
    if len(octets) not in (0, 4, 16):
        raise BadIndex("no address")
    return str(ipaddress.ip_address(octets)) if octets else ""


_ZONED = (8, 20)
_BARE = {1: 4, 2: 16}
_TAKERS: Mapping[PartType, Callable[[IndexPart, list[int]], list[Part]]] = {
    PartType.INTEGER: _integer,
    PartType.STRING: _string,
    PartType.MAC: _mac,
    PartType.IPV4: _ipv4,
    PartType.IPV6: _ipv6,
    PartType.ROUTER_ID: _router_id,
    PartType.OID: _oid,
    PartType.INET: _inet,
    PartType.ADDRESS: _address,
    PartType.TIME_FILTER: _integer,
    PartType.REST: _rest,
}
