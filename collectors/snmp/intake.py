"""What the walks of a device bring into one table: rows, names and texts, and the cells of now."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain

from collectors.snmp.alignment import Alignment
from collectors.snmp.formula import Cell, Cells
from collectors.snmp.index import BadIndex, Part, PartType, decode, in_order
from collectors.snmp.profile import Column, TableProfile
from collectors.snmp.values import Unfit, read
from protocols.snmp.progress import Column as Walked


class Intake:
    """Cells of one table by column.

    Attributes:
        order: the index of each row.
        structure: what was last read of each structure column, by index.
        values: the value columns of this visit, one cell a row.
        parts: the parts of the index, one cell a row.
        nothing: as many empty cells as there are rows; one object while the rows stay.
        unsure: rows of which a structure column broke off in this visit.
        unfit: structure cells of this visit that were not of their column's type.
        misplaced: rows whose index is not as the profile says.
        outdated: places of rows that another one with a higher time filter has replaced.
        changed: called when rows, names or texts are others than before.
    """

    def __init__(self, profile: TableProfile, changed: Callable[[], None]) -> None:
        """Know nothing yet; a group of scalars has one row."""
        self.profile = profile
        self.changed = changed
        self.order: list[bytes] = [b""] if profile.scalar else []
        self.structure: dict[str, dict[bytes, Cell]] = {}
        self.values: dict[str, Cells] = {}
        self.parts: dict[str, Cells] = {}
        self.nothing: Cells = [None] * len(self.order)
        self.unsure: set[bytes] = set()
        self.unfit = 0
        self.misplaced = 0
        self.outdated: frozenset[int] = frozenset()
        self._alignments = {name: Alignment(one) for name, one in profile.columns.items()}
        self._walked: dict[str, Walked] = {}
        self._decode_parts()

    def begin(self) -> None:
        """Forget what held for the last visit only."""
        self.values = {}
        self._walked = {}
        self.unfit = 0
        self.unsure = set()

    def disown(self) -> None:
        """Trust no name of this visit: what they are read from was not read again."""
        self.unsure |= {*self.order}

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
        if self.structure.get(name) == cells:
            return False
        self.structure[name] = cells
        self.changed()
        return True

    def take_values(self, columns: Mapping[str, Walked]) -> bool:
        """Take value columns of a visit; return whether the set of rows is another one."""
        self._walked.update(columns)
        order = self.order
        alignments = self._alignments
        strange = any(alignments[name].moved(one, order) for name, one in columns.items())
        moved = strange and self.settle(one.indexes for one in self._walked.values())
        for name, walked in (self._walked if moved else columns).items():
            self.values[name] = alignments[name].align(walked, self.order)
        return moved

    def take_known(self, name: str, walked: Walked) -> None:
        """Take a column that came whole, with the rows that it had."""
        if self.profile.columns[name].structure:
            self.take_structure(name, walked)
        else:
            self.values[name] = self._alignments[name].align(walked, self.order)

    @property
    def unfit_cells(self) -> int:
        """How many cells of this visit were not of their column's type."""
        return self.unfit + sum([self._alignments[name].unfit for name in self.values])

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
            self.structure[name] = {b"": cell}
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
        self.order = list(found) if len(filled) == 1 else sorted(found, key=in_order)
        self.nothing = [None] * len(self.order)
        self.changed()
        self._decode_parts()
        return True

    def _decode_parts(self) -> None:
        self.misplaced = 0
        names = [name for part in self.profile.index for name in part.names]
        if [part.type for part in self.profile.index] == [PartType.REST]:
            self.parts = dict.fromkeys(names, self.nothing)
            return
        rows = [self._decoded(index, len(names)) for index in self.order]
        self.parts = {name: [row[place] for row in rows] for place, name in enumerate(names)}
        self.outdated = frozenset(self._outdated(rows))

    def _outdated(self, rows: Sequence[Sequence[Part]]) -> Iterable[int]:
        """Find rows that differ from a later one in nothing but their TimeFilter (RFC 2021)."""
        types = [part.type for part in self.profile.index for _name in part.names]
        if PartType.TIME_FILTER not in types:
            return
        mark = types.index(PartType.TIME_FILTER)
        newest: dict[tuple[Part, ...], tuple[int, int]] = {}
        for place, row in enumerate(rows):
            rest = (*row[:mark], *row[mark + 1 :])
            now = int(row[mark] or 0), place
            yield from (one[1] for one in [min(newest.get(rest, now), now)] if rest in newest)
            newest[rest] = max(newest.get(rest, now), now)

    def _decoded(self, index: bytes, width: int) -> Sequence[Part]:
        try:
            return decode(index, self.profile.index)
        except BadIndex:
            self.misplaced += 1
            return [None] * width
