"""Sorted rows of a switch's MIB: the exact OID for GET, the next one for GETNEXT and GETBULK.

The rows of a switch never change, only their values do: a row is an OID and a function from a
state to a value, so that one list, sorted once, serves for ever. A value of None is a row that is
not there at that moment, such as a neighbour behind a broken link.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeAlias

from pyasn1.codec.ber.encoder import encode
from pysnmp.proto import rfc1905
from pysnmp.proto.rfc1902 import (
    Counter32,
    Counter64,
    Integer32,
    ObjectIdentifier,
    OctetString,
)

from lab.state import SwitchState

Oid = tuple[int, ...]
Value: TypeAlias = object
"""One of pysnmp's SMI types, which mypy cannot see into."""

Reader = Callable[[SwitchState], Value]
Row = tuple[Oid, Reader]
_SHORT_FORM = 128


class Bind(NamedTuple):
    """A row at a moment, and as a VarBind on the wire (RFC 3416 section 3)."""

    oid: Oid
    value: Value
    octets: bytes


class Tree:
    """What a switch answers to whom may read everything.

    Rows are encoded here, each once while its value stays the same object: pysnmp would build and
    check eight objects for each row of each answer, which took most of the lab's time.
    """

    def __init__(self, rows: Iterable[Row]) -> None:
        """Sort the rows; a doubled OID is a mistake of the lab and raises ValueError."""
        ordered = sorted(rows, key=lambda row: row[0])
        self.oids = [row[0] for row in ordered]
        if len(set(self.oids)) != len(self.oids):
            raise ValueError("an OID stands twice in the lab's tree")
        self._readers = [row[1] for row in ordered]
        self._names = [encode(ObjectIdentifier(oid)) for oid in self.oids]
        self._made: list[Bind | None] = [None] * len(ordered)

    def exact(self, oid: Oid, state: SwitchState) -> Bind:
        """Answer GET: the value, noSuchInstance beside its siblings, else noSuchObject."""
        place = bisect_left(self.oids, oid)
        if place < len(self.oids) and self.oids[place] == oid:
            return self._bind(place, state) or without_value(oid, rfc1905.noSuchInstance)
        siblings = [self.oids[near] for near in (place - 1, place) if 0 <= near < len(self.oids)]
        known = any(sibling[:-1] == oid[:-1] for sibling in siblings)
        return without_value(oid, rfc1905.noSuchInstance if known else rfc1905.noSuchObject)

    def after(self, oid: Oid, state: SwitchState) -> Bind | None:
        """Return the first row behind `oid` that is there; None behind the last one."""
        for place in range(bisect_right(self.oids, oid), len(self.oids)):
            bind = self._bind(place, state)
            if bind is not None:
                return bind
        return None

    def _bind(self, place: int, state: SwitchState) -> Bind | None:
        value = self._readers[place](state)
        if value is None:
            return None
        made = self._made[place]
        if made is None or made.value is not value:
            octets = _varbind(self._names[place], encode(value))
            made = self._made[place] = Bind(self.oids[place], value, octets)
        return made


def without_value(oid: Oid, why: Value) -> Bind:
    """Answer with one of the exceptions of RFC 3416: noSuchObject and its like."""
    return Bind(oid, why, _varbind(encode(ObjectIdentifier(oid)), encode(why)))


def _varbind(name: bytes, value: bytes) -> bytes:
    """Put a SEQUENCE around both, its length in the short form or in two octets."""
    length = len(name) + len(value)
    head = (
        bytes((0x30, length)) if length < _SHORT_FORM else b"\x30\x82" + length.to_bytes(2, "big")
    )
    return head + name + value


def constant(value: Value) -> Reader:
    """Return a reader of what never changes."""
    return lambda _: value


def text(value: str, encoding: str = "utf-8") -> Reader:
    """Return a reader of fixed text as the device encodes it."""
    return constant(OctetString(value.encode(encoding)))


def number(value: int) -> Reader:
    """Return a reader of a fixed INTEGER."""
    return constant(Integer32(value))


def counter32(value: float) -> Counter32:
    """Wrap a growing number as real 32-bit counters do."""
    return Counter32(int(value) % 2**32)


def counter64(value: float) -> Counter64:
    """Wrap a growing number at 2^64."""
    return Counter64(int(value) % 2**64)
