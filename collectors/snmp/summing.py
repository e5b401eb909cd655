"""Rows of equal labels become one row, and their samples are added up: members, entries, sizes."""

from collections.abc import Sequence
from dataclasses import replace

from collectors.contract import Number, Samples, Table, Texts


def summed(table: Table) -> Table:
    """Return the table with one row for each key; a sum of nothing but holes is a hole."""
    places: dict[tuple[str, ...], int] = {}
    rows = [places.setdefault(key, len(places)) for key in table.keys]
    samples = tuple(
        Samples(one.family, _sums(one.values, rows, len(places)), one.labels)
        for one in table.samples
    )
    texts = tuple(
        Texts(one.family, one.names, _firsts(one.values, rows, len(places))) for one in table.texts
    )
    return replace(table, keys=tuple(places), samples=samples, texts=texts)


def _sums(values: Sequence[Number | None], rows: Sequence[int], count: int) -> list[Number | None]:
    sums: list[Number | None] = [None] * count
    for row, value in zip(rows, values, strict=True):
        if value is not None:
            sums[row] = value + (sums[row] or 0)
    return sums


def _firsts(
    values: Sequence[tuple[str, ...] | None], rows: Sequence[int], count: int
) -> list[tuple[str, ...] | None]:
    firsts: list[tuple[str, ...] | None] = [None] * count
    for row, value in zip(rows, values, strict=True):
        firsts[row] = value if firsts[row] is None else firsts[row]
    return firsts
