"""Takes out of a captured device what would tell whose it is.

    rows ─▶ learn (which addresses, names and serials are there) ─▶ map ─▶ look again ─▶ rows

What stays is what a profile is made of: numbers, the maker's texts, names of ports and parts. All
other text is mapped, addresses are mapped wherever they stand, in values, in texts and in the
indexes of names. At the end every row that still shows one of the device's own names is dropped.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from collectors.snmp.disclosure import HIDDEN, Disclosure, Place, Role
from collectors.snmp.hiding import Hiding
from collectors.snmp.pseudonyms import Pseudonyms
from collectors.snmp.snmprec import Name, Row, line
from collectors.snmp.subidentifiers import Indexes
from collectors.snmp.wording import COMMON_WORDS
from protocols.snmp import ber, oid
from protocols.snmp.errors import Malformed

_SHORTEST_NEEDLE: Final = 4
_MOST_NEEDLES: Final = 400
_SMALL: Final = 1 << 24
"""Numbers below are too common to be taken for an address."""
_ADDRESS_TAGS: Final = frozenset({ber.INTEGER, ber.GAUGE32, ber.UINTEGER32})
_FLOATS: Final = (b"\x9f\x78", b"\x9f\x79", b"\x9f\x7a", b"\x9f\x7b")
"""Opaque float, double and 64-bit integers (net-snmp)."""
_OBJECTS: Final = (1, 3, 6, 1)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the device beforehand, none of which may be seen.

    Args:
        names: of the inventory: id, name, host name, numeric addresses.
        secrets: community, user name, keys, context.
        keep: shell patterns of texts that may stay.
    """

    names: Sequence[str] = ()
    secrets: Sequence[bytes] = field(default=(), repr=False)
    keep: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Anonymised:
    """What may be passed on.

    Args:
        dropped: rows of subtrees that hold secrets, or that still showed a name after all.
        ports_mapped: how many interface names were none that a maker gives.
    """

    rows: tuple[Row, ...]
    dropped: int
    ports_mapped: int


def anonymised(
    rows: Iterable[Row], disclosure: Disclosure, pseudonyms: Pseudonyms, known: Known
) -> Anonymised:
    """Map everything that would tell whose device it is."""
    all_rows = list(rows)
    shown = [one for one in all_rows if not _hidden(one.name)]
    run = _Run(shown, disclosure, Hiding(pseudonyms, known.keep), known)
    run.learn()
    mapped = [run.mapped(one) for one in shown]
    clean = run.without_leaks(mapped)
    return Anonymised(tuple(clean), len(all_rows) - len(clean), len(run.hiding.ports_mapped))


def unmapped(rows: Iterable[Row]) -> Anonymised:
    """Map nothing; what holds secrets is left out all the same."""
    all_rows = list(rows)
    shown = tuple(one for one in all_rows if not _hidden(one.name))
    return Anonymised(shown, len(all_rows) - len(shown), 0)


class _Run:
    def __init__(
        self, rows: list[Row], disclosure: Disclosure, hiding: Hiding, known: Known
    ) -> None:
        self.hiding = hiding
        self._rows = rows
        self._known = known
        self._places = {one.name: disclosure.place(one.name) for one in rows}
        self._disclosure = disclosure
        unknown = [name for name, place in self._places.items() if place is None]
        self._indexes = Indexes(hiding, unknown)

    def learn(self) -> None:
        """Meet everything once; identities first, for they are looked for in all the rest."""
        for name in self._known.names:
            self.hiding.map_text(name, Role.IDENTITY)
        for secret in self._known.secrets:
            self.hiding.meet(secret.decode("latin-1"))
        for one in self._rows:
            place = self._places[one.name]
            if place is not None and place.role in (Role.IDENTITY, Role.ADDRESS, Role.MAC):
                self.mapped(one)
            elif one.tag == ber.IP_ADDRESS or (place is not None and place.index):
                self._indexes.map(one.name, place)
                self._value(one, place)
        self.hiding.ports_mapped.clear()

    def mapped(self, one: Row) -> Row:
        """Map a row."""
        place = self._places[one.name]
        return Row(self._indexes.map(one.name, place), one.tag, self._value(one, place))

    def _value(self, one: Row, place: Place | None) -> int | bytes:
        value = one.value
        if isinstance(value, int):
            return self._number(one.tag, value)
        match one.tag:
            case ber.OCTET_STRING:
                return self.hiding.map_octets(value, place.role if place else Role.UNKNOWN)
            case ber.IP_ADDRESS:
                mapped = self.hiding.map_address(value)
                return self.hiding.pseudonyms.octets(value) if mapped is None else mapped
            case ber.OBJECT_IDENTIFIER:
                return self._object(value)
            case ber.OPAQUE if value.startswith(_FLOATS):
                return value
        return self.hiding.pseudonyms.octets(value)

    def _number(self, tag: int, value: int) -> int:
        if (
            tag in _ADDRESS_TAGS
            and value % (1 << 32) >= _SMALL
            and value % (1 << 32) in self.hiding.ipv4
        ):
            mapped = int.from_bytes(self.hiding.map_ipv4((value % (1 << 32)).to_bytes(4)))
            return (
                mapped - (1 << 32) if value < 0 or (mapped >> 31 and tag == ber.INTEGER) else mapped
            )
        return value

    def _object(self, value: bytes) -> bytes:
        """Map the index in an OID that is a value: entAliasMappingIdentifier, ipRouteInfo."""
        try:
            name = tuple(map(int, oid.decode(value).split(".")))
        except Malformed:
            return value
        mapped = self._indexes.map(name, self._disclosure.place(name))
        return oid.encode(".".join(map(str, mapped)))

    # --- the second look

    def without_leaks(self, rows: list[Row]) -> list[Row]:
        """Drop what still shows a name, an address or a secret of the device itself."""
        lines = [line(one) for one in rows]
        whole = "\n".join(lines).lower()
        found = {needle for needle in self._needles() if needle in whole}
        if not found:
            return rows
        return [
            one
            for one, written in zip(rows, lines, strict=True)
            if not any(needle in f"{written.lower()}\n" for needle in found)
        ]

    def _needles(self) -> set[str]:
        """List how the device's own names would stand in a line: as text, in hex, in an OID."""
        own = [one for one in self._known.names if one.lower() not in COMMON_WORDS]
        octets = [one.encode() for one in own] + list(self._known.secrets)
        octets += [
            one.value for one in self._rows if self._is_own(one) and isinstance(one.value, bytes)
        ]
        needles: set[str] = set()
        for one in octets[:_MOST_NEEDLES]:
            plain = one.strip().lower()
            if len(plain) < _SHORTEST_NEEDLE or plain.decode("latin-1") in COMMON_WORDS:
                continue
            if (address := _address(plain)) is not None:
                needles |= {f"|{plain.decode()}\n", f"|{address.packed.hex()}\n"}
            else:
                needles |= {plain.decode("latin-1"), one.hex(), ".".join(map(str, one))}
        return needles

    def _is_own(self, one: Row) -> bool:
        place = self._places[one.name]
        identity = place is not None and place.role is Role.IDENTITY
        return (
            identity and one.tag == ber.OCTET_STRING and any(one.value)
            if isinstance(one.value, bytes)
            else False
        )


def _hidden(name: Name) -> bool:
    return any(name[: len(one)] == one for one in HIDDEN)


def _address(octets: bytes) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(octets.decode())
    except (ValueError, UnicodeDecodeError):
        return None
