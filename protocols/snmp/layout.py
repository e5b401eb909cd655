"""The fastest way to read an answer: it lies as it lay at the last visit, only numbers moved.

From visit to visit an agent sends a column with the same names, types and lengths; a counter
crosses the border to one octet more a few times in its life. So the answer is read as one big
integer and xored with the frame, which is all that stood still. What is left are the values, and
zeros wherever the frame holds; a second struct then cuts all values out at once. Some 6 us for the
57 varbinds of a column, where the column's pattern (`protocols.snmp.column`) takes 25.

Nothing is taken on trust: a single bit outside the values, or a number that turned negative, and
`read` returns None. Another way of reading judges the answer then.
"""

import struct
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple
from weakref import WeakValueDictionary

from protocols.snmp import ber, varbinds

MOST: Final = 20_000
"""Layouts in the process: 5 KB each, shared by all columns that lie alike."""

_ALIKE: Final = 8
"""Layouts of one column and length that are tried for an answer of another switch."""
_WINDOW: Final = 8
_TOP_BIT: Final = 0x80
_LONGEST: Final = {ber.COUNTER64: 9, ber.INTEGER: 4}
_LONGEST_OTHER: Final = 5


class Layout:
    """Where the values of an answer stand, and what stands around them.

    Attributes:
        octets: of the VarBindList's contents.
        tags: of the values, one octet each.
    """

    __slots__ = ("__weakref__", "_cut", "_fixed", "_frame", "octets", "tags")

    def __init__(self, frame: bytes, fixed: bytes, ends: list[int], tags: bytes) -> None:
        """Take the frame with zeros for values, and which bits of it have to stay."""
        self._frame = int.from_bytes(frame, "big")
        self._fixed = int.from_bytes(fixed, "big")
        starts = [0, *ends[:-1]]
        pads = [end - start - _WINDOW for start, end in zip(starts, ends, strict=True)]
        pattern = "".join(f"{pad}xQ" if pad else "Q" for pad in pads)
        self._cut = struct.Struct(f">{pattern}{len(frame) - ends[-1]}x").unpack
        self.octets = len(frame)
        self.tags = tags

    def read(self, data: bytes) -> tuple[int, ...] | None:
        """Return the values, as many as there are tags; None: it lies otherwise."""
        if len(data) != self.octets:
            return None
        moved = int.from_bytes(data, "big") ^ self._frame
        if moved & self._fixed:
            return None
        return self._cut(moved.to_bytes(self.octets, "big"))

    def same(self, frame: bytes) -> bool:
        """Tell whether this is the layout of that frame, which says everything."""
        return self.octets == len(frame) and self._frame == int.from_bytes(frame, "big")


class Layouts:
    """All layouts in use; bounded, and none is kept that no session uses."""

    def __init__(self, most: int = MOST) -> None:
        """Have none yet."""
        self._most = most
        self._shared: WeakValueDictionary[int, Layout] = WeakValueDictionary()
        self._alike: WeakValueDictionary[tuple[bytes, int, int], Layout] = WeakValueDictionary()

    @property
    def full(self) -> bool:
        """Whether only a layout that somebody else uses already can be had."""
        return len(self._shared) >= self._most

    def of(self, data: bytes, rows: int) -> Layout | None:
        """Return the layout of an answer whose first `rows` varbinds are the values wanted.

        `data` has been read with `varbinds` before. Of the varbinds behind them names, types and
        lengths have to stay; their values are somebody else's and do not matter. None when there
        is anything but numbers that are not negative, or when there are too many layouts.
        """
        alike = self._like(data, rows)
        if alike is not None:
            return alike
        found = _varbinds(data, rows)
        if found is None:
            return None
        frame = b"".join([data[one.at : one.value_at] + bytes(one.octets) for one in found])
        key = hash(frame)
        shared = self._shared.get(key)
        if shared is not None:
            return shared if shared.same(frame) else None
        if self.full:
            return None
        fixed = b"".join(
            [_fixed(one.value_at - one.at, one.tag, one.octets) for one in found[:rows]]
            + [b"\xff" * (one.value_at - one.at) + bytes(one.octets) for one in found[rows:]]
        )
        ends = [one.value_at + one.octets for one in found[:rows]]
        tags = bytes([one.tag for one in found[:rows]])
        layout = self._shared[key] = Layout(frame, fixed, ends, tags)
        self._alike[_front(data), len(data), key % _ALIKE] = layout
        return layout

    def _like(self, data: bytes, rows: int) -> Layout | None:
        """Try what was laid out for answers as long; of new switches many lie as others do.

        To read one takes 6 us, to lay it out anew some 300.
        """
        front, octets = _front(data), len(data)
        for place in range(_ALIKE):
            layout = self._alike.get((front, octets, place))
            if layout is not None and len(layout.tags) == rows and layout.read(data) is not None:
                return layout
        return None


def _front(data: bytes) -> bytes:
    """Return the first varbind up to its value, as far as its lengths are short."""
    return data[: 6 + data[3]]


class _VarBind(NamedTuple):
    at: int
    value_at: int
    tag: int
    octets: int


def _varbinds(data: bytes, rows: int) -> list[_VarBind] | None:
    """Find the varbinds; None when one has a long length, or a row is no plain number."""
    found: list[_VarBind] = []
    at = 0
    while at < len(data):
        tag_at = at + 4 + data[at + 3]
        if data[at + 1] >= ber.LONG_FORM or data[at + 3] >= ber.LONG_FORM:
            return None
        one = _VarBind(at, tag_at + 2, data[tag_at], data[tag_at + 1])
        if len(found) < rows:
            bits = _FIRST_OCTET.get((one.tag, one.octets))
            if bits is None or bits & data[one.value_at]:
                return None
        found.append(one)
        at += 2 + data[at + 1]
    return found if len(found) >= rows > 0 else None


@lru_cache(maxsize=4096)
def _fixed(front: int, tag: int, octets: int) -> bytes:
    """Return the bits of a varbind that have to stay."""
    return b"\xff" * front + bytes((_FIRST_OCTET[tag, octets],)) + bytes(octets - 1)


def _first_octets() -> dict[tuple[int, int], int]:
    """Return which bits of a number's first octet have to be zero, by its tag and length.

    It is as `varbinds.read_value` has it: the top bit, or a number would be negative; none where an
    unsigned one fills its type, because many agents leave out the leading zero; all of that zero.
    """
    found: dict[tuple[int, int], int] = {}
    for tag in varbinds.INTEGERS:
        longest = _LONGEST.get(tag, _LONGEST_OTHER)
        found |= {(tag, octets): _TOP_BIT for octets in range(1, longest + 1)}
        if tag != ber.INTEGER:
            found[tag, longest - 1] = 0
            found[tag, longest] = 0xFF
    return found


_FIRST_OCTET: Final = MappingProxyType(_first_octets())
