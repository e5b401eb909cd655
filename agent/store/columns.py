"""A table's values, kept small and exact: machine words, with the holes kept apart.

The common column, whole numbers without a hole, is plain octets and not an object of its own: ten
thousand switches have 160 000 of them, and a full pass of the garbage collector over as many
objects would stop the loop for 170 ms.
"""

import struct
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, compress
from typing import TypeAlias, cast

from agent.store.layout import Mask
from agent.store.words import OCTETS, words_of
from collectors.contract import Number
from collectors.text import clean_text, escape

Words: TypeAlias = bytes
"""Unsigned 64-bit words, so that a Counter64 is exact up to 2^64-1."""

Numbers: TypeAlias = "Words | array[float] | tuple[Number, ...]"
"""Words; doubles; a tuple where something is negative, exceeds 64 bits or mixes both."""

Labels = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sparse:
    """The samples of a column that is not whole numbers in every row.

    Args:
        numbers: without the holes.
        present: which rows have a sample; None: each of them.
    """

    numbers: Numbers
    present: Mask | None = None


Column: TypeAlias = Words | Sparse
"""The samples of one family in one table."""


@dataclass(frozen=True, slots=True)
class TextColumn:
    """The label values of one `_info` family, escaped and without the holes.

    Args:
        words: a tuple for each row that has one.
        source: what the collector gave; when it gives the same again, nothing is done.
    """

    words: Sequence[Labels]
    source: Sequence[Labels | None]
    present: Mask | None = None


def pack(values: Sequence[Number | None]) -> Column:
    """Keep a column; the common case is one call in C."""
    if values and type(values[0]) is float:  # it would raise
        return _packed_slowly(values)
    try:  # holes, floats, negative and too large numbers raise
        return words_of(len(values)).pack(*values)
    except struct.error:
        return _packed_slowly(values)


def unpack(column: Column) -> tuple[Numbers, Mask | None]:
    """Give the samples and the rows that they stand in."""
    return (column, None) if isinstance(column, bytes) else (column.numbers, column.present)


def listed(numbers: Numbers) -> tuple[Number, ...]:
    """Give the numbers one by one."""
    if isinstance(numbers, bytes):
        return words_of(len(numbers) // OCTETS).unpack(numbers)
    return tuple(numbers)


def size(column: Column) -> int:
    """Count the samples of a column."""
    numbers = column if isinstance(column, bytes) else column.numbers
    return len(numbers) // OCTETS if isinstance(numbers, bytes) else len(numbers)


def total(columns: Iterable[Column]) -> int:
    """Count the samples of some columns."""
    return sum([len(one) // OCTETS if isinstance(one, bytes) else size(one) for one in columns])


def pack_texts(source: Sequence[Labels | None]) -> TextColumn:
    """Keep a column of texts; clean ones are kept by reference, at no cost in memory."""
    present = None
    words: Sequence[Labels] = [row for row in source if row is not None]
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


def _packed_slowly(values: Sequence[Number | None]) -> Sparse:
    present = None
    if None in values:
        present = _present(values)
    numbers = [value for value in values if value is not None]
    return Sparse(_numbers(numbers), present)


def _present(values: Sequence[object]) -> Mask:
    return bytes(value is not None for value in values)


def _numbers(numbers: list[Number]) -> Numbers:
    if all(type(number) is float for number in numbers):
        return array("d", numbers)
    try:
        return array("Q", cast("list[int]", numbers)).tobytes()
    except (TypeError, OverflowError):
        return tuple(number if type(number) is float else int(number) for number in numbers)
