"""One table of a device between visits: the cells that are known, and the rows made of them.

From the walk to `contract.Table` nearly all samples pass through untouched: a column whose indexes
are those of the last visit is the list that the walk made, and row keys, filters and everything
computed are taken from the last visit while what they are made of is equal.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Protocol

from collectors.snmp.context import Context
from collectors.snmp.formula import Cell, Cells
from collectors.snmp.index import dotted
from collectors.snmp.intake import Intake
from collectors.snmp.names import KEPT
from collectors.snmp.naming import Key, unique
from collectors.snmp.profile import Expression, TableProfile
from collectors.snmp.sharing import Pool
from collectors.text import TEXT_LIMIT


class Tables(Protocol):
    """The tables of a device."""

    def by_cells(self, table: str, by: tuple[str, ...], field: str) -> Mapping[Cell, Cell]:
        """Map the cells of `by` (else of the index) of a table to those of `field`."""

    def size(self, table: str) -> int | None:
        """Return how many rows the device has in a table; None while that is not known."""


@dataclass(slots=True)
class _Memo:
    """What an expression was computed from, and what came out."""

    version: int
    inputs: Sequence[Cells]
    cells: Cells
    holed: bool


_NONE: Mapping[str, Any] = MappingProxyType({})
"""What nearly every table of a device has of the rarer things; ten thousand devices share it."""


class TableRows:
    """The rows of one table; it is what formulas run over (`formula.Rows`).

    Args:
        tables: the rows of all tables of the device, this one included.
    """

    __slots__ = (
        "__weakref__", "_aligned", "_constants", "_context", "_hollow", "_labelled", "_labels",
        "_memos", "_names", "_names_version", "_tables", "_version", "intake", "profile",
    )  # fmt: skip

    def __init__(self, profile: TableProfile, tables: Tables, context: Context) -> None:
        """Know nothing yet."""
        self.profile = profile
        self.intake = Intake(profile, context.changed, context.pool)
        self._tables = tables
        self._context = context
        self._hollow: dict[str, bool] | None = None
        self._memos: dict[str, _Memo] = {}
        self._aligned: Mapping[str, Cells] = _NONE
        self._version = -1
        self._names: Sequence[Key | None] = context.pool.names(())
        self._constants: Mapping[str, Cells] = _NONE
        self._labels: Mapping[str, Cells] = _NONE
        self._labelled: Sequence[Key | None] = ()
        self._names_version = -1

    def begin(self) -> None:
        """Forget what held for the last visit only."""
        self.intake.begin()
        self._hollow = None

    def end(self) -> bool:
        """Let go of the cells, which the observation has: of 10 000 switches they are 300 MiB.

        Returns whether nothing is left to remember, as of a table that the device lacks.
        """
        blank = self.intake.blank
        self.begin()
        return blank

    @property
    def version(self) -> int:
        """Rises whenever something that is not read every visit has changed."""
        return self._context.epoch

    @property
    def pool(self) -> Pool:
        """What the device has in common with others."""
        return self._context.pool

    # --- what formulas ask

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.intake.order)

    def context(self, function: str) -> Callable[..., Cell]:
        """Return a function that knows the device."""
        return self._context.functions[function]

    def column(self, name: str) -> Cells:
        """Return the cells of a name, one for each row; absent columns have none."""
        values = self.intake.values.get(name)
        if values is not None:
            return values
        if name in self.intake.parts:
            return self.intake.parts[name]
        if name in self.profile.columns:
            return self._structured(name)
        if name in self.profile.fields:
            return self.evaluate(name, self.profile.fields[name])
        return self._derived(name)

    def other(self, table: str, by: tuple[str, ...], field: str) -> Mapping[Cell, Cell]:
        """Return `field` of another table by the cells of `by`."""
        return self._tables.by_cells(table, by, field)

    def size(self, table: str) -> int | None:
        """Return how many rows the device has in another table; None while that is not known."""
        return self._tables.size(table)

    def by_cells(self, by: tuple[str, ...], field: str) -> Mapping[Cell, Cell]:
        """Map the cells of `by` (else of the index) to `field`; the first row that has it wins."""
        cells = self.column(field)
        if self.intake.outdated:
            outdated = self.intake.outdated
            cells = [None if row in outdated else cell for row, cell in enumerate(cells)]
        names = by or tuple(part.name for part in self.profile.index)
        columns = [self.column(name) for name in names]
        keys: Iterable[object] = columns[0] if len(columns) == 1 else zip(*columns, strict=True)
        if not columns:
            keys = [()]
        pairs = [pair for pair in zip(keys, cells, strict=True) if pair[1] is not None]
        return dict(reversed(pairs))  # type: ignore[arg-type]  # tuples of cells are keys too

    # --- expressions

    def evaluate(self, key: str, expression: Expression) -> Cells:
        """Compute an expression, or return what it was while its inputs are equal."""
        if not self.count:
            return self.intake.nothing
        self._refresh()
        memo = self._memos.get(key)
        inputs = [self.column(name) for name in expression.names] if expression.moving else ()
        current = memo is not None and memo.version == self._version
        if memo and current and expression.memorable and memo.inputs == inputs:
            return memo.cells
        cells, holed = self._compute(expression)
        self._memos[key] = _Memo(self._version, inputs, cells, holed)
        return cells

    def _refresh(self) -> None:
        """Drop what was computed from names or texts that have changed since."""
        if self._context.epoch != self._version:
            self._version = self._context.epoch
            self._memos.clear()
            self._aligned = _NONE

    def _compute(self, expression: Expression) -> tuple[Cells, bool]:
        """Compute cells; say also whether the first alternative left a row out."""
        if not expression.alternatives:
            return self.intake.nothing, True
        first, *rest = expression.alternatives
        cells = first.evaluate(self)
        holed = None in cells
        for formula in rest:
            if None not in cells:
                break
            other = formula.evaluate(self)
            cells = [b if a is None else a for a, b in zip(cells, other, strict=True)]
        convert = expression.convert
        if convert is not None:
            cells = [None if cell is None else convert(cell) for cell in cells]
        if cells.count(None) == len(cells):
            return self.intake.nothing, holed
        return _once(cells) if expression.moving else cells, holed

    def sample(self, key: str, expression: Expression) -> Cells | None:
        """Compute samples; None when no row has one."""
        if expression.plain:
            cells = self.column(expression.alternatives[0].names[0])
            if len(expression.alternatives) > 1 and self.has_holes(key, expression):
                cells = self.evaluate(key, expression)
        else:
            cells = self.evaluate(key, expression)
        return None if cells is self.intake.nothing else cells

    def has_holes(self, key: str, expression: Expression) -> bool:
        """Say whether the first alternative leaves a row out."""
        if not expression.plain:
            self.evaluate(key, expression)
            return self.count > 0 and self._memos[key].holed
        name = expression.alternatives[0].names[0]
        if self._hollow is None:
            self._hollow = {}
        if name not in self._hollow:
            self._hollow[name] = _has_holes(self.column(name))
        return self._hollow[name]

    def _structured(self, name: str) -> Cells:
        cells = self.intake.structure.get(name)
        if cells is None:
            return self.intake.nothing
        self._refresh()
        found = self._aligned.get(name)
        if found is None:
            found = cells.along(self.intake.order)
            self._aligned = {**self._aligned, name: found}
        return found

    def _derived(self, name: str) -> Cells:
        if name in self._context.constants:
            return self._constant(name)
        return self._passing() if name == KEPT else self._label(name)

    def _constant(self, name: str) -> Cells:
        """Return the same list while the value is the same, for what is computed from it."""
        value, former = self._context.constants[name], self._constants.get(name)
        if former is None or len(former) != self.count or (former and former[0] != value):
            former = [value] * self.count
            self._constants = {**self._constants, name: former}
        return former

    # --- names of rows

    def names(self) -> Sequence[Key | None]:
        """Return the key of each row, unique; None for one that has a label missing."""
        labels = self.profile.labels
        moving = bool(self.intake.unsure) or any(label.moving for label in labels)
        self._refresh()
        if moving or self._names_version != self._version:
            self._names_version = -1 if moving else self._version
            self._named([self.evaluate(f"label {n}", one) for n, one in enumerate(labels)])
        return self._names

    def _named(self, labels: Sequence[Cells]) -> None:
        names: list[Key | None] = [None] * self.count
        rows = range(self.count)
        present = [r for r in rows if None not in [label[r] for label in labels]]
        unsure, outdated = self.intake.unsure, self.intake.outdated
        if unsure or outdated:
            order = self.intake.order
            present = [r for r in present if order[r] not in unsure and r not in outdated]
        keys = [tuple(str(label[r]) for label in labels) for r in present]
        if self.profile.merged:
            keys = [tuple(text[:TEXT_LIMIT] for text in key) for key in keys]
        elif len(set(keys)) < len(keys) or any(len(text) > 100 for key in keys for text in key):  # noqa: PLR2004 - most are short
            keys = unique(keys, [dotted(self.intake.order[r]) for r in present])
        for row, key in zip(present, keys, strict=True):
            names[row] = key
        if self._names != names:
            self._names = self._context.pool.names(names)

    def _label(self, name: str) -> Cells:
        names = self.names()
        if self._labelled is not names:
            self._labelled, self._labels = names, _NONE
        if name not in self._labels:
            place = self._context.identity(self.profile, name)
            cells = [None if key is None else key[place] for key in names]
            self._labels = {**self._labels, name: cells}
        return self._labels[name]

    def _passing(self) -> Cells:
        keep = self.keep()
        names = self.names()
        if keep is None:
            return [key is not None for key in names]
        return [
            key is not None and held is not False for key, held in zip(names, keep, strict=True)
        ]

    def keep(self) -> Cells | None:
        """Return what the filter says of each row; None without a filter."""
        keep = self.profile.keep
        return None if keep is None else self.evaluate(KEPT, keep)


def _once(cells: Cells) -> Cells:
    """Keep one object for equal cells: the speed of 56 ports is one number, not 56."""
    if set(map(type, cells)) != {int}:  # 1 and 1.0 are equal, and are not written alike
        return cells
    met: dict[Cell, Cell] = {}
    return [met.setdefault(cell, cell) for cell in cells]


def _has_holes(cells: Cells) -> bool:
    """Find a hole: adding up numbers is three times as fast as looking for None among them."""
    try:
        sum(cells)  # type: ignore[arg-type]  # what is no number raises
    except TypeError:
        return None in cells
    return False
