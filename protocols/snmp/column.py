"""A column of numbers out of one GETBULK response: the loop in which a poll spends its time.

From the second visit on the indexes of a table are known and a response repeats them. One compiled
pattern for each column then splits the whole VarBindList in C, and what is left for Python is one
comparison of two lists of indexes and one int() for each value: about 0.35 us a varbind where a
loop over octets takes 0.7 us (bench/ber_walk.py). The pattern accepts exactly what is well formed:
each match looks back at the two lengths of its own varbind, and the gaps between matches have to be
empty. Whatever it does not accept is left to `protocols.snmp.varbinds`, which judges it.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from protocols.snmp import ber, varbinds

NUMBERS: Final = varbinds.INTEGERS - {ber.UINTEGER32}
"""Tags of values that a pattern can be made for."""

_GROUPS: Final = 3
_SHORT: Final = 0x80
MAX_SPELLINGS: Final = 4
"""Different lengths of index that one pattern tries; a table with more is read one by one."""


class Run(NamedTuple):
    """The values of rows whose indexes were those known, and the octets that follow them."""

    values: list[int]
    rest: bytes


def read_known(
    data: bytes, pattern: re.Pattern[bytes], known: list[bytes], first: int
) -> Run | None:
    """Read varbinds as long as they are regular; None when the first is not, or any index is new.

    Regular means what `compiled` says, with known[first:] as indexes one after the other (a
    response may hold fewer of them). The rest is the row after the column's last, for example.
    """
    parts = pattern.split(data)
    rest = parts.pop()
    indexes = parts[1::_GROUPS]
    if not indexes or any(parts[::_GROUPS]) or indexes != known[first : first + len(indexes)]:
        return None
    from_bytes = int.from_bytes
    return Run([from_bytes(value[1:], "big") for value in parts[2::_GROUPS]], rest)


def first_tag(data: bytes) -> int:
    """Return the tag of the first value if its lengths are short, else something or 0."""
    try:
        return data[4 + data[3]]
    except IndexError:
        return 0


def spellings(known: list[bytes]) -> tuple[int, ...]:
    """Return the different lengths of these indexes, or () when a pattern would try too many."""
    lengths = tuple(sorted(set(map(len, known))))
    return lengths if len(lengths) <= MAX_SPELLINGS and 0 not in lengths else ()


@lru_cache(maxsize=1024)
def compiled(prefix: bytes, tag: int, lengths: tuple[int, ...]) -> re.Pattern[bytes]:
    """Return the pattern of one varbind of a column: number type, not negative, short lengths.

    Its groups are the index, and the value with its length before it. Pure, and shared by all
    devices that have the column, which is why it is remembered: it takes some 2 ms to compile.
    """
    index = b"|".join(b".{%d}" % length for length in lengths)
    longest = {ber.COUNTER64: 9, ber.INTEGER: 4}.get(tag, 5)
    value = b"|".join(
        _value(octets, tag, longest) + _look_back(octets, len(prefix), lengths)
        for octets in range(1, longest + 1)
    )
    front = b"0.\x06." + re.escape(prefix)
    return re.compile(front + b"(" + index + b")" + _octet(tag) + b"(" + value + b")", re.DOTALL)


def _value(octets: int, tag: int, longest: int) -> bytes:
    """Match a length and a number of so many octets, with the same liberties as `varbinds`."""
    if tag != ber.INTEGER and octets == longest:
        return _octet(octets) + b"\x00.{%d}" % (octets - 1)
    if tag != ber.INTEGER and octets == longest - 1:
        return _octet(octets) + b".{%d}" % octets
    return _octet(octets) + b"[\x00-\x7f].{%d}" % (octets - 1)


def _look_back(octets: int, prefix: int, lengths: tuple[int, ...]) -> bytes:
    """Match behind a value when the lengths of its SEQUENCE and its OID are the true ones."""
    behind = [
        b"(?<=0%s\x06%s.{%d})" % (_octet(name + octets + 4), _octet(name), name + 2 + octets)
        for name in (prefix + length for length in lengths)
        if name + octets + 4 < _SHORT
    ]
    return b"(?:" + b"|".join(behind) + b")" if behind else b"(?!)"


def _octet(value: int) -> bytes:
    return re.escape(bytes((value,)))
