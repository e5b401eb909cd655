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
    LAST_INET = "last_inet"  # one or more of them up to the end, of which the last one counts
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
        if self.type in (PartType.INET, PartType.LAST_INET):
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

    An InetAddress is read with its length first (RFC 4001). ZTE, Juniper and FRR leave lengths out;
    as a type allows one length only, an index can be read in one of the two ways and no other.

    Raises:
        BadIndex: too short, too long, an octet above 255, or an address of another length than its
            type has.
    """
    try:
        subidentifiers = decode_index(octets)
    except Malformed as error:
        raise BadIndex(str(error)) from error
    try:
        return _taken_apart(subidentifiers, parts, _TAKERS)
    except BadIndex:
        if not any(part.type in _WITHOUT_LENGTHS for part in parts):
            raise
    return _taken_apart(subidentifiers, parts, {**_TAKERS, **_WITHOUT_LENGTHS})


def _taken_apart(
    subidentifiers: Sequence[int], parts: Sequence[IndexPart], takers: "Mapping[PartType, _Taker]"
) -> tuple[Part, ...]:
    left = list(subidentifiers)
    found: list[Part] = []
    for part in parts:
        found += takers[part.type](part, left)
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
    kind, size = _take(left, 2)
    octets = _octets(left, size)
    if kind == _DNS:
        return [clean(octets), kind, None]
    if size not in (0, _SIZES.get(kind)):
        raise BadIndex("an address of another length than its type has")
    return _inet_address(kind, octets)


def _bare_inet(_part: IndexPart, left: list[int]) -> list[Part]:
    """Take an address whose length its type tells; ZTE writes a zone as one number.

    What has a zone is link-local or multicast: anything else is an address with a wrong length.
    """
    kind = _take(left, 1)[0]
    if kind not in _SIZES:
        raise BadIndex("no address without a length")
    size = _SIZES[kind]
    if kind == _IPV6Z and len(left) == size - _ZONE_OCTETS + 1:
        zone = left.pop()
        octets = _octets(left, len(left))
        if octets[0] not in _LOCAL:
            raise BadIndex("an address of another length than its type has")
        return [address(octets), kind, zone]
    return _inet_address(kind, _octets(left, size))


def _inet_address(kind: int, octets: bytes) -> list[Part]:
    if kind in _ZONED and octets:
        zone = int.from_bytes(octets[-_ZONE_OCTETS:])
        return [address(octets[:-_ZONE_OCTETS]), kind, zone]
    return [address(octets), kind, None]


def _last_inet(part: IndexPart, left: list[int]) -> list[Part]:
    return _last(_inet, part, left)


def _last_bare_inet(part: IndexPart, left: list[int]) -> list[Part]:
    return _last(_bare_inet, part, left)


def _last(taker: "_Taker", part: IndexPart, left: list[int]) -> list[Part]:
    found = taker(part, left)
    while left:
        found = taker(part, left)
    return found


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
    """Write 4 or 16 octets as an address (RFC 5952), none as the empty text.

    Raises:
        BadIndex: another length.
    """
    if len(octets) not in (0, 4, 16):
        raise BadIndex("no address")
    return written(ipaddress.ip_address(octets)) if octets else ""


def written(one: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    """Write an address; one mapped from IPv4 as RFC 5952 section 5 wants it, on every Python."""
    mapped = one.ipv4_mapped if isinstance(one, ipaddress.IPv6Address) else None
    return str(one) if mapped is None else f"::ffff:{mapped}"


_Taker = Callable[[IndexPart, list[int]], list[Part]]
_SIZES = {1: 4, 2: 16, 3: 8, 4: 20}
"""Octets of an address by InetAddressType: ipv4, ipv6, ipv4z, ipv6z."""
_ZONED = (3, 4)
_IPV6Z = 4
_ZONE_OCTETS = 4
_LOCAL = (0xFE, 0xFF)
"""What a link-local and a multicast IPv6 address begin with."""
_DNS = 16
_TAKERS: Mapping[PartType, _Taker] = {
    PartType.INTEGER: _integer,
    PartType.STRING: _string,
    PartType.MAC: _mac,
    PartType.IPV4: _ipv4,
    PartType.IPV6: _ipv6,
    PartType.ROUTER_ID: _router_id,
    PartType.OID: _oid,
    PartType.INET: _inet,
    PartType.LAST_INET: _last_inet,
    PartType.ADDRESS: _address,
    PartType.TIME_FILTER: _integer,
    PartType.REST: _rest,
}
_WITHOUT_LENGTHS: Mapping[PartType, _Taker] = {
    PartType.INET: _bare_inet,
    PartType.LAST_INET: _last_bare_inet,
}
