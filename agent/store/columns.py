"""A table's values, kept small and exact: arrays of machine words, with the holes kept apart."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, compress
from typing import TypeAlias, cast

from agent.store.layout import Mask
from collectors.contract import Number
from collectors.text import clean_text, escape

Numbers: TypeAlias = "array[int] | array[float] | tuple[Number, ...]"
Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Column:
    """The samples of one family in one table.

    Args:
        numbers: without the holes. 64-bit words (Counter64 up to 2^64-1 is exact), doubles, or a
            tuple where one column mixes both or exceeds 64 bits.
        present: which rows have a sample; None: each of them.
    """

    numbers: Numbers
    present: Mask | None = None


@dataclass(frozen=True, slots=True)
class TextColumn:
    """The label values of one `_info` family, escaped and without the holes.

    Args:
        words: a tuple for each row that has one.
        source: what the collector gave; when it gives the same again, nothing is done.
    """

    words: Sequence[Words]
    source: Sequence[Words | None]
    present: Mask | None = None


def pack(values: Sequence[Number | None]) -> Column:
    """Keep a column; the common case, whole numbers without a hole, is one call in C."""
    try:  # the cast is a lie about holes and floats, which raise
        return Column(array("Q", cast("Sequence[int]", values)))
    except (TypeError, OverflowError):
        return _packed_slowly(values)


def pack_texts(source: Sequence[Words | None]) -> TextColumn:
    """Keep a column of texts; clean ones are kept by reference, at no cost in memory."""
    present = None
    words: Sequence[Words] = [row for row in source if row is not None]
    if len(words) < len(source):
        present = _present(source)
    elif isinstance(source, tuple):
        words = source
    everything = "".join(chain.from_iterable(words))
    if not everything.isprintable() or "\\" in everything or '"' in everything:
        words = [tuple(escape(clean_text(word)) for word in row) for row in words]
    return TextColumn(words, source, present)


def kept(column: Sequence[Number | None], mask: Mask | None) -> Sequence[Number | None]:
    """Drop the values of rows that were dropped."""
    return column if mask is None else list(compress(column, mask))


def _packed_slowly(values: Sequence[Number | None]) -> Column:
    present = None
    if None in values:
        present = _present(values)
    numbers = [value for value in values if value is not None]
    return Column(_numbers(numbers), present)


def _present(values: Sequence[object]) -> Mask:
    return bytes(value is not None for value in values)


def _numbers(numbers: list[Number]) -> Numbers:
    if all(type(number) is float for number in numbers):
        return array("d", numbers)
    whole = cast("list[int]", numbers)
    try:
        return array("Q", whole) if min(numbers) >= 0 else array("q", whole)
    except (TypeError, OverflowError):  # a float among them, or more than 64 bits
        return tuple(number if type(number) is float else int(number) for number in numbers)
