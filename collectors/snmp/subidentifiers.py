"""Maps what stands in the index of a name: addresses and texts, one sub-identifier an octet.

Where a profile or a standard says how the index is laid out, that is what is mapped. Of a table
that nobody knows, the index is what its columns have in common (every conceptual table is an entry
.1 with columns below), and in it everything that looks like an address or a text is mapped.
"""

import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from collectors.snmp.disclosure import Place, Role
from collectors.snmp.hiding import Hiding
from collectors.snmp.index import IndexPart, PartType
from collectors.snmp.snmprec import Name

_SURE: Final = 8
"""Sub-identifiers at the front that name a MIB and never an instance."""
_OCTET: Final = 255
_SMALL: Final = 31
_LETTERS: Final = 3
_SHORTEST_RUN: Final = 4
_FIRST_PRINTABLE, _LAST_PRINTABLE = 33, 126
_IPV4, _MAC, _IPV6, _IPV6Z = 4, 6, 16, 20
_DNS: Final = 16
_NEAR: Final = 2
_Inet = Callable[[list[int]], list[int]]
"""Takes one InetAddress off an index and returns what becomes of it."""
_INET_HEADS: Final = frozenset({(1, 4), (2, 16), (3, 8), (4, 20)})
_KINDS: Final = {_IPV4: PartType.IPV4, _MAC: PartType.MAC}
_FIXED: Final[Mapping[PartType, int]] = {
    PartType.IPV4: _IPV4,
    PartType.MAC: _MAC,
    PartType.IPV6: _IPV6,
}


class Misfit(Exception):
    """An index that is not laid out as it should be."""


class Indexes:
    """Maps names of objects."""

    def __init__(self, hiding: Hiding, unknown: Iterable[Name]) -> None:
        """Find out of the names that nobody knows where their indexes begin."""
        self._hiding = hiding
        self._starts = _starts(unknown)

    def map(self, name: Name, place: Place | None) -> Name:
        """Map the index of a name; what precedes it stays."""
        if place is not None and place.index is not None:
            for inet in (self._inet, self._bare_inet):
                with contextlib.suppress(Misfit):
                    laid_out = self._laid_out(name[place.width :], place.index, inet)
                    return name[: place.width] + laid_out
        if place is not None:
            return name[: place.width] + self._guessed(name[place.width :], in_index=True)
        start = self._starts.get(name)
        if start is not None:
            return name[:start] + self._guessed(name[start:], in_index=True)
        return name[:_SURE] + self._guessed(name[_SURE:], in_index=False)

    # --- by layout

    def _laid_out(self, index: Name, parts: tuple[IndexPart, ...], inet: _Inet) -> Name:
        if index == (0,) and not parts:
            return index
        left = list(index)
        found: list[int] = []
        for part in parts:
            found += self._part(part, left, inet)
        if left:
            raise Misfit
        return tuple(found)

    def _part(  # noqa: C901, PLR0911 - one for each type
        self, part: IndexPart, left: list[int], inet: _Inet
    ) -> Iterable[int]:
        match part.type:
            case PartType.INTEGER | PartType.TIME_FILTER:
                return _take(left, 1)
            case PartType.ROUTER_ID:
                (number,) = _take(left, 1)
                return [int.from_bytes(self._hiding.map_ipv4(number.to_bytes(4)))]
            case PartType.IPV4 | PartType.MAC | PartType.IPV6:
                return self._fixed(_octets(_take(left, _FIXED[part.type])), part.type)
            case PartType.INET:
                return inet(left)
            case PartType.LAST_INET:
                return [one for address in _every(inet, left) for one in address]
            case PartType.STRING:
                return self._string(part, left)
            case PartType.OID:
                head = _take(left, 1) if part.length is None and not part.implied else []
                taken = _take(left, part.length or (head[0] if head else len(left)))
                return [*head, *taken]
            case PartType.ADDRESS if left and left[0] == len(left) - 1:
                octets = self._address(_octets(_take(left, len(left))[1:]))
                return [len(octets), *octets]
            case PartType.ADDRESS:
                return self._address(_octets(_take(left, len(left))))
            case PartType.REST:
                return self._guessed(tuple(_take(left, len(left))), in_index=True)

    def _inet(self, left: list[int]) -> list[int]:
        kind, size = _take(left, 2)
        if size and kind != _DNS and (kind, size) not in _INET_HEADS:
            raise Misfit
        octets = self._address(_octets(_take(left, size)))
        return [kind, len(octets), *octets]

    def _bare_inet(self, left: list[int]) -> list[int]:
        """Map one without a length, as ZTE and Juniper write it; ZTE a zone as one number."""
        (kind,) = _take(left, 1)
        size = dict(_INET_HEADS).get(kind)
        if size is None:
            raise Misfit
        zone = [left.pop()] if size == _IPV6Z and len(left) == _IPV6 + 1 else []
        return [kind, *self._address(_octets(_take(left, size if not zone else _IPV6))), *zone]

    def _string(self, part: IndexPart, left: list[int]) -> list[int]:
        if part.length is not None:
            octets = _octets(_take(left, part.length))
            return list(
                self._hiding.map_octets(octets, Role.UNKNOWN).ljust(part.length)[: part.length]
            )
        size = len(left) if part.implied else _take(left, 1)[0]
        mapped = self._hiding.map_octets(_octets(_take(left, size)), Role.UNKNOWN)
        return list(mapped) if part.implied else [len(mapped), *mapped]

    def _fixed(self, octets: bytes, kind: PartType) -> bytes:
        if kind is PartType.MAC:
            return self._hiding.map_mac(octets)
        return self._hiding.map_address(octets) or b""

    def _address(self, octets: bytes) -> bytes:
        mapped = self._hiding.map_address(octets)
        return self._hiding.map_octets(octets, Role.UNKNOWN) if mapped is None else mapped

    # --- by sight

    def _guessed(self, ids: Name, *, in_index: bool) -> Name:
        """Map what looks like an address or a text; outside an index only what is sure.

        Addresses that were met elsewhere are looked for first, wherever they begin.
        """
        for size, met in ((_MAC, self._hiding.macs), (_IPV4, self._hiding.ipv4_octets)):
            for at in range(len(ids) - size + 1):
                octets = _window(ids, at, size)
                if octets is not None and octets in met and _large(octets):
                    mapped = self._fixed(octets, _KINDS[size])
                    before = self._guessed(ids[:at], in_index=in_index)
                    after = self._guessed(ids[at + size :], in_index=in_index)
                    return (*before, *mapped, *after)
        found: list[int] = []
        at = 0
        while at < len(ids):
            size, new = self._seen(ids, at, in_index=in_index)
            found += new
            at += size
        return tuple(found)

    def _seen(  # noqa: PLR0911 - one for each kind
        self, ids: Name, at: int, *, in_index: bool
    ) -> tuple[int, Iterable[int]]:
        """Return how many sub-identifiers at a place belong together, and what they become."""
        hiding = self._hiding
        if text := _prefixed_text(ids, at):
            mapped = hiding.map_octets(text, Role.UNKNOWN)
            return 1 + len(text), [len(mapped), *mapped]
        if in_index and (inet := _inet(ids, at)):
            return 2 + len(inet), [*ids[at : at + 2], *self._address(inet)]
        for size in (_IPV6, _MAC, _IPV4):
            octets = _window(ids, at, size)
            if octets is None:
                continue
            if size == _IPV6 and (0x20 <= octets[0] < 0x40 or octets[0] in (0xFD, 0xFE)):  # noqa: PLR2004 - 2000::/3, unique local, link-local
                return size, hiding.map_ipv6(octets)
            if size == _MAC and in_index and _is_mac(ids, at):
                return size, hiding.map_mac(octets)
            if size == _IPV4 and in_index and _is_ipv4(octets):
                return size, hiding.map_ipv4(octets)
        if run := _run(ids, at):
            return len(run), hiding.map_octets(run, Role.UNKNOWN)
        if ids[at] >> 24 and ids[at] in hiding.ipv4:
            return 1, [int.from_bytes(hiding.map_ipv4(ids[at].to_bytes(4)))]
        return 1, [ids[at]]


def _is_mac(ids: Name, at: int) -> bool:
    """Say whether six sub-identifiers look like a MAC address: those at the end rather."""
    octets = _window(ids, at, _MAC)
    if octets is None or _large(octets) < _MAC - 2 or octets[0] & 1:
        return False
    return len(ids) - at - _MAC > _NEAR or at + _MAC == len(ids) or not _is_mac(ids, at + 1)


def _is_ipv4(octets: bytes) -> bool:
    private = octets[0] == 10 or octets[:2] == b"\xc0\xa8"  # noqa: PLR2004 - 10.0.0.0/8
    return 0 < octets[0] < 224 and (private or _large(octets) > 1)  # noqa: PLR2004 - unicast


def _starts(unknown: Iterable[Name]) -> dict[Name, int]:
    """Find where indexes begin: behind the columns of an entry that have an index in common."""
    names = list(unknown)
    columns: dict[tuple[Name, Name], int] = defaultdict(int)
    for name in names:
        for width in _entries(name):
            columns[name[:width], name[width + 1 :]] += 1
    found: dict[Name, int] = {}
    for name in names:
        for width in _entries(name):
            if columns[name[:width], name[width + 1 :]] > 1:
                found[name] = width + 1
                break
    return found


def _entries(name: Name) -> Iterable[int]:
    return (width for width in range(_SURE, len(name) - 1) if name[width - 1] == 1)


def _every(inet: _Inet, left: list[int]) -> Iterable[list[int]]:
    while left:
        yield inet(left)


def _take(left: list[int], count: int) -> list[int]:
    if count > len(left):
        raise Misfit
    taken = left[:count]
    del left[:count]
    return taken


def _octets(ids: list[int]) -> bytes:
    try:
        return bytes(ids)
    except ValueError:
        raise Misfit from None


def _window(ids: Name, at: int, size: int) -> bytes | None:
    window = ids[at : at + size]
    return bytes(window) if len(window) == size and max(window) <= _OCTET else None


def _large(octets: bytes) -> int:
    return sum(octet > _SMALL for octet in octets)


def _inet(ids: Name, at: int) -> bytes | None:
    """Return an address before which its InetAddressType and its length stand (RFC 4001)."""
    if ids[at : at + 2] not in _INET_HEADS:
        return None
    return _window(ids, at + 2, ids[at + 1])


def _prefixed_text(ids: Name, at: int) -> bytes | None:
    """Return a text whose length stands before it."""
    size = ids[at]
    window = ids[at + 1 : at + 1 + size]
    if size < _LETTERS or len(window) < size or not _printable(window):
        return None
    return bytes(window)


def _run(ids: Name, at: int) -> bytes | None:
    """Return a text without its length, as it stands last in an index."""
    end = at
    while end < len(ids) and _FIRST_PRINTABLE <= ids[end] <= _LAST_PRINTABLE:
        end += 1
    window = ids[at:end]
    return bytes(window) if len(window) >= _SHORTEST_RUN and _printable(window) else None


def _printable(window: Name) -> bool:
    text = all(_FIRST_PRINTABLE - 1 <= one <= _LAST_PRINTABLE for one in window)
    return text and sum(chr(one).isalpha() for one in window) >= _LETTERS
