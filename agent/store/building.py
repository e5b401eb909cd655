"""Makes a part of a table: the hot path of every visit, where nothing is done twice."""

from collections.abc import Sequence
from itertools import compress

from agent.store.columns import Column, TextColumn, kept, pack, pack_texts, total
from agent.store.content import Part, Values
from agent.store.layout import Key, Layouts, Mask, distinct
from agent.store.shape import Shapes, check_scope
from collectors.catalogue import Catalogue
from collectors.contract import Method, Samples, Table, Texts


class Builder:
    """Checks tables against a catalogue and keeps them; rows and columns seen before are shared.

    Attributes:
        duplicates: rows dropped since the start because their key came twice.
    """

    def __init__(self, catalogue: Catalogue, most_rows: int) -> None:
        """Know no layout and no shape yet; of a table no more than `most_rows` are kept."""
        self.duplicates = 0
        self._most_rows = most_rows
        self._catalogue = catalogue
        self._layouts = Layouts()
        self._shapes = Shapes(catalogue)

    def adopt(self, catalogue: Catalogue, most_rows: int) -> None:
        """Check against another catalogue from now on."""
        self._most_rows = most_rows
        self._catalogue = catalogue
        self._shapes = Shapes(catalogue)

    def part(
        self, target: str, table: Table, former: Part | None, monotonic_s: float, wall_s: float
    ) -> Part:
        """Keep a table; `former` is what the same method brought last.

        Raises:
            ValueError: the table contradicts the catalogue or itself.
        """
        source = tuple(table.keys)
        if former is not None and (former.source is source or former.source == source):
            source, layout, mask = former.source, former.layout, former.kept
        else:
            check_scope(self._catalogue, table.name, target)
            identity = self._catalogue.tables[table.name].identity
            _check_keys(table, source, len(identity))
            keys, mask = distinct(source, self._most(table))
            layout = self._layouts.of(identity, keys)
        _check_lengths(table, len(source))
        duplicates = 0 if mask is None else min(len(source), self._most(table)) - len(layout.keys)
        self.duplicates += duplicates
        shape = self._shapes.of(table, None if former is None else former.shape)
        same = former is not None and former.layout is layout and former.kept is mask
        held = former if former is not None and same and former.shape is shape else None
        columns, steady = _columns(table, held, mask)
        texts = _texts(table, former, mask)
        beyond = 0 if mask is None else _series_beyond(table, self._most(table))
        return Part(
            table=table.name,
            method=table.method,
            source=source,
            layout=layout,
            kept=mask,
            shape=shape,
            columns=columns,
            texts=texts,
            expires_s=None if table.lifetime_s is None else monotonic_s + table.lifetime_s,
            wall_s=wall_s,
            rows=len(source) - duplicates,
            series=beyond + total(columns) + sum([len(one.words) for one in texts]),
            steady=steady,
        )

    def _most(self, table: Table) -> int:
        """Say how many rows are kept; what the agent says itself is never cut."""
        return len(table.keys) if table.method is Method.AGENT else self._most_rows


def _check_keys(table: Table, keys: Sequence[Key], width: int) -> None:
    if any(len(key) != width for key in keys):
        raise ValueError(f"table {table.name}: a key that has not {width} values")


def _check_lengths(table: Table, rows: int) -> None:
    columns: Sequence[Samples | Texts]
    for columns in (table.samples, table.texts):
        for column in columns:
            if len(column.values) != rows:
                raise ValueError(f"{column.family}: {len(column.values)} values for {rows} rows")


def _columns(
    table: Table, former: Part | None, mask: Mask | None
) -> tuple[tuple[Column, ...], tuple[Values | None, ...]]:
    """Pack the columns; `former` has the same rows and columns, and perhaps the same values."""
    if former is None:
        return tuple([pack(kept(one.values, mask)) for one in table.samples]), ()
    columns: list[Column] = []
    steady: list[Values | None] = []
    befores = former.steady or (None,) * len(former.columns)
    for one, before, column in zip(table.samples, befores, former.columns, strict=True):
        values = one.values
        if values is before:
            columns.append(column)
            steady.append(before)
        else:
            packed = pack(values if mask is None else kept(values, mask))
            columns.append(packed)
            steady.append(values if packed == column else None)
    return tuple(columns), tuple(steady)


def _series_beyond(table: Table, most: int) -> int:
    columns: tuple[Samples | Texts, ...] = (*table.samples, *table.texts)
    return sum(value is not None for one in columns for value in one.values[most:])


def _texts(table: Table, former: Part | None, mask: Mask | None) -> tuple[TextColumn, ...]:
    names = tuple([(one.family, one.names) for one in table.texts])
    before = former.texts if former is not None and former.shape.texts == names else ()
    columns = []
    for index, column in enumerate(table.texts):
        values = column.values if mask is None else list(compress(column.values, mask))
        same = bool(before) and before[index].source == values
        columns.append(before[index] if same else pack_texts(values))
    return tuple(columns)
