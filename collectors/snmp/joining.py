"""Puts together what several MIB tables say of one table of the catalogue."""

from collections.abc import Sequence
from dataclasses import replace

from collectors.contract import Labels, Number, Samples, Table, Texts


def join(tables: Sequence[Table]) -> Table:
    """Join tables of one name, row after row; a key that an earlier one has is left out.

    One table alone, the usual case, stays the object that it is.
    """
    filled = [table for table in tables if table.keys] or list(tables[:1])
    complete = all(table.complete for table in tables)
    if len(filled) == 1:
        only = filled[0]
        return only if only.complete == complete else replace(only, complete=complete)
    seen = set[tuple[str, ...]]()
    rows: list[tuple[Table, int]] = []
    for table in filled:
        for place, key in enumerate(table.keys):
            if key not in seen:
                seen.add(key)
                rows.append((table, place))
    return replace(
        filled[0],
        keys=tuple(table.keys[place] for table, place in rows),
        samples=tuple(_samples(filled, rows)),
        texts=tuple(_texts(filled, rows)),
        complete=complete,
    )


def _samples(tables: Sequence[Table], rows: Sequence[tuple[Table, int]]) -> list[Samples]:
    names: dict[tuple[str, Labels], dict[int, Sequence[Number | None]]] = {}
    for table in tables:
        for one in table.samples:
            names.setdefault((one.family, one.labels), {})[id(table)] = one.values
    return [
        Samples(
            family,
            [columns[id(table)][place] if id(table) in columns else None for table, place in rows],
            labels,
        )
        for (family, labels), columns in names.items()
    ]


def _texts(tables: Sequence[Table], rows: Sequence[tuple[Table, int]]) -> list[Texts]:
    names: dict[str, dict[int, Texts]] = {}
    for table in tables:
        for one in table.texts:
            names.setdefault(one.family, {})[id(table)] = one
    return [
        Texts(
            family,
            next(iter(columns.values())).names,
            [
                columns[id(table)].values[place] if id(table) in columns else None
                for table, place in rows
            ],
        )
        for family, columns in names.items()
    ]
