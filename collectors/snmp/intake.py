"""What the walks of a device bring into one table: rows, names and texts, and the cells of now."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain
from types import MappingProxyType

from collectors.snmp.alignment import Alignment
from collectors.snmp.formula import Cell, Cells
from collectors.snmp.index import BadIndex, IndexPart, Part, PartType, decode, in_order
from collectors.snmp.profile import Column, TableProfile
from collectors.snmp.sharing import Known, Parts, Pool, Rows
from collectors.snmp.values import Unfit, read
from protocols.snmp.progress import Column as Walked

_NONE: frozenset[bytes] = frozenset()
_NO_PLACES: frozenset[int] = frozenset()
_NO_CELLS: Mapping[bytes, Cell] = MappingProxyType({})


class Intake:
    """Cells of one table by column.

    Attributes:
        order: the index of each row.
        structure: what was last read of each structure column, by index.
        values: the value columns of this visit, one cell a row.
        parts: the parts of the index, one cell a row.
        nothing: as many empty cells as there are rows; one object while the rows stay.
        size: how many rows the device has; None while no walk has told it.
        unsure: rows of which a structure column broke off in this visit.
        unfit: structure cells of this visit that were not of their column's type.
        misplaced: rows whose index is not as the profile says.
        outdated: places of rows that another one with a higher time filter has replaced.
        changed: called when rows, names or texts are others than before.
    """

    __slots__ = (
        "_alignments", "_pool", "_walked", "changed", "misplaced", "nothing", "order", "outdated",
        "parts", "profile", "size", "structure", "unfit", "unsure", "values",
    )  # fmt: skip

    def __init__(self, profile: TableProfile, changed: Callable[[], None], pool: Pool) -> None:
        """Know nothing yet; a group of scalars has one row."""
        self.profile = profile
        self.changed = changed
        self.structure: dict[str, Known] = {}
        self.values: dict[str, Cells] = {}
        self.unsure: AbstractSet[bytes] = _NONE
        self.unfit = 0
        self.size: int | None = None
        self._pool = pool
        self._alignments: dict[str, Alignment] = {}
        self._walked: dict[str, Walked] = {}
        self._lie(pool.rows([b""] if profile.scalar else []))

    def begin(self) -> None:
        """Forget what held for the last visit only."""
        if self.values:
            self.values = {}
        if self._walked:
            self._walked = {}
        self.unfit = 0
        self.unsure = _NONE

    def disown(self) -> None:
        """Trust no name of this visit: what they are read from was not read again."""
        self.size = None
        self.unsure = self.unsure | {*self.order}

    def known(self, name: str) -> list[bytes] | None:
        """Return the indexes that a column had, for the walk to compare with."""
        alignment = self._alignments.get(name)
        return (alignment.indexes if alignment else None) or self.order or None

    def had_rows(self, name: str) -> bool:
        """Say whether a column had rows when it was last walked."""
        alignment = self._alignments.get(name)
        return alignment is not None and bool(alignment.indexes)

    def _alignment(self, name: str) -> Alignment:
        found = self._alignments.get(name)
        if found is None:
            found = self._alignments[name] = Alignment(self.profile.columns[name])
        return found

    def _lies_nowhere(self, name: str, walked: Walked) -> bool:
        """Say whether a column has no rows and never had any: nothing is kept of it."""
        return not walked.indexes and name not in self._alignments

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
        if not self._lies_nowhere(name, walked):
            same = walked.indexes == self.order
            indexes = self.order if same else self._pool.rows(walked.indexes)
            self._alignment(name).indexes = indexes
        if not walked.complete:
            self.unsure = self.unsure | (set(self.order) - cells.keys())
        if self.structure.get(name, _NO_CELLS) == cells:
            return False
        self.structure[name] = self._pool.known(cells)
        self.changed()
        return True

    def take_values(self, columns: Mapping[str, Walked]) -> bool:
        """Take value columns of a visit; return whether the set of rows is another one."""
        self._walked.update(columns)
        order = self.order
        strange = any(
            self._alignment(name).moved(one, order)
            for name, one in columns.items()
            if not self._lies_nowhere(name, one)
        )
        moved = strange and self.settle(one.indexes for one in self._walked.values())
        for name, walked in (self._walked if moved else columns).items():
            if self._lies_nowhere(name, walked):
                self.values[name] = self.nothing
            else:
                self.values[name] = self._alignment(name).align(walked, self.order)
        self.size = len(self.order) if all(one.complete for one in columns.values()) else None
        return moved

    def take_known(self, name: str, walked: Walked) -> None:
        """Take a column that came whole, with the rows that it had."""
        if self.profile.columns[name].structure:
            self.take_structure(name, walked)
        else:
            self.values[name] = self._alignment(name).align(walked, self.order)

    @property
    def unfit_cells(self) -> int:
        """How many cells of this visit were not of their column's type."""
        alignments = self._alignments
        return self.unfit + sum(
            [alignments[name].unfit for name in self.values if name in alignments]
        )

    @property
    def blank(self) -> bool:
        """Whether nothing is known, nor was ever: the next visit may begin anew with it."""
        if self._alignments or self.structure or (self.order and not self.profile.scalar):
            return False
        return all(cells is self.nothing for cells in self.values.values())

    @property
    def answered(self) -> bool:
        """Whether the device has any of the columns."""
        return bool(self.values) or any(self.structure.values())

    def take_scalar(self, name: str, value: int | bytes | None) -> None:
        """Take one scalar."""
        column = self.profile.columns[name]
        cell = self._read(column, value)
        if not column.structure:
            self.values[name] = self.nothing if cell is None else [cell]
        elif self.structure.get(name) != {b"": cell}:
            self.structure[name] = self._pool.known({b"": cell})
            self.changed()

    def forget_structure(self) -> None:
        """Forget names and texts, because the device restarted."""
        self.structure.clear()
        self.changed()

    def _read(self, column: Column, value: int | bytes | None) -> Cell:
        try:
            cell = read(value, column.type)
        except Unfit:
            self.unfit += 1
            return None
        return None if cell in column.absent else cell

    def settle(self, lists: Iterable[list[bytes]]) -> bool:
        """Find the rows: every index that any column has, in the order of the MIB."""
        filled = [one for one in lists if one]
        found = dict.fromkeys(chain.from_iterable(filled))
        if found.keys() == set(self.order):
            return False
        # a single column came in the order of the MIB
        self._lie(self._pool.rows(list(found) if len(filled) == 1 else sorted(found, key=in_order)))
        self.changed()
        return True

    def _lie(self, rows: Rows) -> None:
        self.order = rows
        self.nothing = rows.nothing
        parts = rows.parts(self.profile.index, self._taken_apart)
        self.parts = parts.cells
        self.misplaced = parts.misplaced
        self.outdated = parts.outdated

    def _taken_apart(self, order: Sequence[bytes]) -> Parts:
        index = self.profile.index
        names = [name for part in index for name in part.names]
        if [part.type for part in index] == [PartType.REST]:
            return Parts(dict.fromkeys(names, self.nothing), 0, _NO_PLACES)
        rows = [_decoded(one, index) for one in order]
        misplaced = rows.count(None)
        taken = [row if row is not None else [None] * len(names) for row in rows]
        cells: dict[str, Cells] = {
            name: [row[place] for row in taken] for place, name in enumerate(names)
        }
        return Parts(cells, misplaced, frozenset(_outdated(taken, index)) or _NO_PLACES)


def _outdated(rows: Sequence[Sequence[Part]], index: Sequence[IndexPart]) -> Iterable[int]:
    """Find rows that differ from a later one in nothing but their TimeFilter (RFC 2021)."""
    types = [part.type for part in index for _name in part.names]
    if PartType.TIME_FILTER not in types:
        return
    mark = types.index(PartType.TIME_FILTER)
    newest: dict[tuple[Part, ...], tuple[int, int]] = {}
    for place, row in enumerate(rows):
        rest = (*row[:mark], *row[mark + 1 :])
        now = int(row[mark] or 0), place
        yield from (one[1] for one in [min(newest.get(rest, now), now)] if rest in newest)
        newest[rest] = max(newest.get(rest, now), now)


def _decoded(one: bytes, index: tuple[IndexPart, ...]) -> Sequence[Part] | None:
    try:
        return decode(one, index)
    except BadIndex:
        return None
