"""Cells that hold one value for each lane of an optical module become rows of their own."""

from collections.abc import Sequence
from dataclasses import replace

from collectors.contract import Number, Samples, Table, Texts

_Cell = Number | tuple[Number | None, ...] | None


def by_lane(table: Table, place: int) -> Table:
    """Give each lane a row; `place` is where its number, from 1, stands in the keys.

    A single value beside them (a module has one temperature) belongs to lane 1.
    """
    columns = [samples.values for samples in table.samples]
    rows = [(row, lane) for row, count in enumerate(_widest(columns)) for lane in range(count)]
    keys = tuple(
        (*table.keys[row][:place], str(lane + 1), *table.keys[row][place:]) for row, lane in rows
    )
    samples = tuple(
        Samples(one.family, [_at(column[row], lane) for row, lane in rows], one.labels)
        for one, column in zip(table.samples, columns, strict=True)
    )
    texts = tuple(
        Texts(one.family, one.names, [one.values[row] for row, _lane in rows])
        for one in table.texts
    )
    return replace(table, keys=keys, samples=samples, texts=texts)


def _widest(columns: Sequence[Sequence[_Cell]]) -> list[int]:
    return [max(map(_width, row), default=0) for row in zip(*columns, strict=True)]


def _width(cell: _Cell) -> int:
    if isinstance(cell, tuple):
        return len(cell)
    return 0 if cell is None else 1


def _at(cell: _Cell, lane: int) -> Number | None:
    if isinstance(cell, tuple):
        return cell[lane] if lane < len(cell) else None
    return cell if lane == 0 else None
