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
from typing import Final
from weakref import WeakValueDictionary

from protocols.snmp import ber, varbinds

MOST: Final = 20_000
"""Layouts in the process: 5 KB each, shared by all columns that lie alike."""

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

    def of(self, data: bytes, rows: int) -> Layout | None:
        """Return the layout of an answer whose first `rows` varbinds are the values wanted.

        `data` has been read with `varbinds` before. Of the varbinds behind them names, types and
        lengths have to stay; their values are somebody else's and do not matter. None when there
        is anything but numbers that are not negative, or when there are too many layouts.
        """
        found = _measured(data, rows)
        if found is None:
            return None
        frame, fixed, ends, tags = found
        key = hash(frame)
        shared = self._shared.get(key)
        if shared is not None:
            return shared if shared.same(frame) else None
        if len(self._shared) >= self._most:
            return None
        layout = self._shared[key] = Layout(frame, fixed, ends, tags)
        return layout


def _measured(data: bytes, rows: int) -> tuple[bytes, bytes, list[int], bytes] | None:
    """Return frame, bits that have to stay, where each value ends, and the tags."""
    frame, fixed = bytearray(data), bytearray(b"\xff" * len(data))
    ends: list[int] = []
    tags = bytearray()
    at = 0
    while at < len(data):
        stop = at + 2 + data[at + 1]
        tag_at = at + 4 + data[at + 3]
        if data[at + 1] >= ber.LONG_FORM or data[at + 3] >= ber.LONG_FORM:
            return None
        start, octets = tag_at + 2, data[tag_at + 1]
        free = bytes(octets)
        if len(ends) < rows:
            bits = _bits(data[tag_at], data[start:stop])
            if bits is None:
                return None
            free = bits
            ends.append(stop)
            tags.append(data[tag_at])
        fixed[start:stop] = free
        frame[start:stop] = bytes(octets)
        at = stop
    return (bytes(frame), bytes(fixed), ends, bytes(tags)) if len(ends) == rows > 0 else None


def _bits(tag: int, value: bytes) -> bytes | None:
    """Return the bits of a number that have to stay zero, as `varbinds.read_value` has it."""
    octets, longest = len(value), _LONGEST.get(tag, _LONGEST_OTHER)
    if tag not in varbinds.INTEGERS or not 0 < octets <= longest:
        return None
    if tag != ber.INTEGER and octets == longest:
        return b"\xff" + bytes(octets - 1) if value[0] == 0 else None
    if tag != ber.INTEGER and octets == longest - 1:
        return bytes(octets)  # all of them: a number with the top bit set is meant so
    return bytes((_TOP_BIT,)) + bytes(octets - 1) if value[0] < _TOP_BIT else None
