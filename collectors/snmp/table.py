"""One table of a device between visits: the cells that are known, and the rows made of them.

From the walk to `contract.Table` nearly all samples pass through untouched: a column whose indexes
are those of the last visit is the list that the walk made, and row keys, filters and everything
computed are taken from the last visit while what they are made of is equal.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from collectors.snmp.alignment import Alignment
from collectors.snmp.context import Context
from collectors.snmp.formula import Cell, Cells
from collectors.snmp.index import BadIndex, Part, decode, dotted
from collectors.snmp.names import KEPT
from collectors.snmp.naming import Key, unique
from collectors.snmp.profile import Column, Expression, TableProfile
from collectors.snmp.values import Unfit, read
from protocols.snmp.oid import decode_index
from protocols.snmp.progress import Column as Walked


@dataclass(slots=True)
class _Memo:
    """What an expression was computed from, and what came out."""

    version: int
    inputs: list[Cells]
    cells: Cells


class TableRows:
    """The rows of one table; it is what formulas run over (`formula.Rows`).

    Args:
        tables: the rows of all tables of the device, this one included.
    """

    def __init__(
        self, profile: TableProfile, tables: Mapping[str, "TableRows"], context: Context
    ) -> None:
        """Know nothing yet."""
        self.profile = profile
        self.order: list[bytes] = [b""] if profile.scalar else []
        self.unfit = 0
        self.misplaced = 0
        self.unsure: set[bytes] = set()
        self._tables = tables
        self._context = context
        self._structure: dict[str, dict[bytes, Cell]] = {}
        self._alignments = {name: Alignment(one) for name, one in profile.columns.items()}
        self._values: dict[str, Cells] = {}
        self._walked: dict[str, Walked] = {}
        self._hollow: dict[str, bool] = {}
        self._parts: dict[str, Cells] = {}
        self._memos: dict[str, _Memo] = {}
        self._holed: dict[str, bool] = {}
        self._aligned: dict[str, Cells] = {}
        self._nothing: Cells = [None] * len(self.order)
        self._version = -1
        self._names: list[Key | None] = []
        self._names_version = -1
        self._decode_parts()

    # --- what a visit brings

    def begin(self) -> None:
        """Forget what held for the last visit only."""
        self._values = {}
        self._walked = {}
        self._hollow = {}
        self.unfit = 0
        self.unsure = set()

    def known(self, name: str) -> list[bytes] | None:
        """Return the indexes that a column had, for the walk to compare with."""
        return self._alignments[name].indexes or self.order or None

    def had_rows(self, name: str) -> bool:
        """Say whether a column had rows when it was last walked."""
        return bool(self._alignments[name].indexes)

    def take_structure(self, name: str, walked: Walked) -> bool:
        """Take a structure column; return whether anything in it is new.

        Of a column that broke off, rows that did not come lose what was known of them: a name is
        never left on an index that may be another port by now.
        """
        column = self.profile.columns[name]
        cells = {
            index: self._read(column, value)
            for index, value in zip(walked.indexes, walked.values, strict=True)
        }
        self._alignments[name].indexes = walked.indexes
        if not walked.complete:
            self.unsure |= set(self.order) - cells.keys()
        if self._structure.get(name) == cells:
            return False
        self._structure[name] = cells
        self._context.epoch += 1
        return True

    def take_values(self, columns: Mapping[str, Walked]) -> bool:
        """Take value columns of a visit; return whether the set of rows is another one."""
        self._walked.update(columns)
        order = self.order
        alignments = self._alignments
        strange = any(alignments[name].moved(one, order) for name, one in columns.items())
        moved = strange and self.settle(one.indexes for one in self._walked.values())
        for name, walked in (self._walked if moved else columns).items():
            self._values[name] = alignments[name].align(walked, self.order)
        return moved

    @property
    def unfit_cells(self) -> int:
        """How many cells of this visit were not of their column's type."""
        return self.unfit + sum(self._alignments[name].unfit for name in self._values)

    @property
    def answered(self) -> bool:
        """Whether the device has any of the columns."""
        return bool(self._values) or any(self._structure.values())

    def take_scalar(self, name: str, value: int | bytes | None) -> None:
        """Take one scalar."""
        column = self.profile.columns[name]
        cell = self._read(column, value)
        if not column.structure:
            self._values[name] = self._nothing if cell is None else [cell]
        elif self._structure.get(name) != {b"": cell}:
            self._structure[name] = {b"": cell}
            self._context.epoch += 1

    def forget_structure(self) -> None:
        """Forget names and texts, because the device restarted."""
        self._structure.clear()
        self._context.epoch += 1

    def lacks_names(self, columns: Iterable[str]) -> bool:
        """Say whether a row is there of which none of these structure columns was read."""
        read_ = [self._structure.get(name, {}) for name in columns]
        return bool(read_) and any(not any(i in one for one in read_) for i in self.order)

    def _read(self, column: Column, value: int | bytes | None) -> Cell:
        try:
            cell = read(value, column.type)
        except Unfit:
            self.unfit += 1
            return None
        return None if cell in column.absent else cell

    def settle(self, lists: Iterable[list[bytes]]) -> bool:
        """Find the rows: every index that any column has, in the order of the MIB."""
        found = dict.fromkeys(chain.from_iterable(lists))
        if found.keys() == set(self.order):
            return False
        self.order = sorted(found, key=decode_index)
        self._nothing = [None] * len(self.order)
        self._context.epoch += 1
        self._decode_parts()
        return True

    def _decode_parts(self) -> None:
        self.misplaced = 0
        names = [name for part in self.profile.index for name in part.names]
        rows = [self._decoded(index, len(names)) for index in self.order]
        self._parts = {name: [row[place] for row in rows] for place, name in enumerate(names)}

    def _decoded(self, index: bytes, width: int) -> Sequence[Part]:
        try:
            return decode(index, self.profile.index)
        except BadIndex:
            self.misplaced += 1
            return [None] * width

    # --- what formulas ask

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.order)

    def context(self, function: str) -> Callable[..., Cell]:
        """Return a function that knows the device."""
        return self._context.functions[function]

    def column(self, name: str) -> Cells:
        """Return the cells of a name, one for each row; absent columns have none."""
        values = self._values.get(name)
        if values is not None:
            return values
        if name in self._parts:
            return self._parts[name]
        if name in self.profile.columns:
            return self._structured(name)
        if name in self.profile.fields:
            return self.evaluate(name, self.profile.fields[name])
        return self._derived(name)

    def other(self, table: str, by: tuple[str, ...], field: str) -> Mapping[Cell, Cell]:
        """Return `field` of another table by the cells of `by`."""
        return self._tables[table].by_cells(by, field)

    def by_cells(self, by: tuple[str, ...], field: str) -> Mapping[Cell, Cell]:
        """Map the cells of `by` (else of the index) to `field`; the first row that has it wins."""
        cells = self.column(field)
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
        self._refresh()
        memo = self._memos.get(key)
        inputs = [self.column(name) for name in expression.names] if expression.moving else []
        current = memo is not None and memo.version == self._version
        if memo and current and expression.memorable and memo.inputs == inputs:
            return memo.cells
        cells = self._compute(key, expression)
        self._memos[key] = _Memo(self._version, inputs, cells)
        return cells

    def _refresh(self) -> None:
        """Drop what was computed from names or texts that have changed since."""
        if self._context.epoch != self._version:
            self._version = self._context.epoch
            self._memos.clear()
            self._aligned.clear()

    def _compute(self, key: str, expression: Expression) -> Cells:
        if not expression.alternatives:
            return self._nothing
        first, *rest = expression.alternatives
        cells = first.evaluate(self)
        self._holed[key] = None in cells
        for formula in rest:
            if None not in cells:
                break
            other = formula.evaluate(self)
            cells = [b if a is None else a for a, b in zip(cells, other, strict=True)]
        convert = expression.convert
        if convert is not None:
            cells = [None if cell is None else convert(cell) for cell in cells]
        if cells.count(None) == len(cells):
            return self._nothing
        return cells

    def sample(self, key: str, expression: Expression) -> Cells | None:
        """Compute samples; None when no row has one."""
        if expression.plain:
            cells = self.column(expression.alternatives[0].names[0])
            if len(expression.alternatives) > 1 and self.has_holes(key, expression):
                cells = self.evaluate(key, expression)
        else:
            cells = self.evaluate(key, expression)
        return None if cells is self._nothing else cells

    def has_holes(self, key: str, expression: Expression) -> bool:
        """Say whether the first alternative leaves a row out."""
        if not expression.plain:
            self.evaluate(key, expression)
            return self._holed[key]
        name = expression.alternatives[0].names[0]
        if name not in self._hollow:
            self._hollow[name] = None in self.column(name)
        return self._hollow[name]

    def _structured(self, name: str) -> Cells:
        cells = self._structure.get(name)
        if cells is None:
            return self._nothing
        self._refresh()
        if name not in self._aligned:
            self._aligned[name] = [cells.get(index) for index in self.order]
        return self._aligned[name]

    def _derived(self, name: str) -> Cells:
        if name in self._context.constants:
            return [self._context.constants[name]] * self.count
        return self._passing() if name == KEPT else self._label(name)

    # --- names of rows

    def names(self) -> Sequence[Key | None]:
        """Return the key of each row, unique; None for one that has a label missing."""
        labels = self.profile.labels
        moving = bool(self.unsure) or any(label.moving for label in labels)
        self._refresh()
        if moving or self._names_version != self._version:
            self._names_version = -1 if moving else self._version
            self._named([self.evaluate(f"label {n}", one) for n, one in enumerate(labels)])
        return self._names

    def _named(self, labels: Sequence[Cells]) -> None:
        names: list[Key | None] = [None] * self.count
        rows = range(self.count)
        present = [r for r in rows if None not in [label[r] for label in labels]]
        present = [r for r in present if self.order[r] not in self.unsure]
        keys = [tuple(str(label[r]) for label in labels) for r in present]
        suffixes = [dotted(self.order[r]) for r in present]
        if len(set(keys)) < len(keys) or any(len(text) > 100 for key in keys for text in key):  # noqa: PLR2004 - most are short
            keys = unique(keys, suffixes)
        for row, key in zip(present, keys, strict=True):
            names[row] = key
        self._names = self._names if self._names == names else names

    def _label(self, name: str) -> Cells:
        place = self._context.identity(self.profile, name)
        return [None if key is None else key[place] for key in self.names()]

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
