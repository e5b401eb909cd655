"""Brings one column of a walk into the order of its table's rows."""

from collections.abc import Callable, Sequence
from operator import itemgetter

from collectors.snmp.formula import Cell, Cells
from collectors.snmp.profile import Column
from collectors.snmp.values import Unfit, ValueType, read
from protocols.snmp.progress import Column as Walked
from protocols.snmp.varbinds import INTEGERS, Value


class Alignment:
    """How a column lay last time; while it lies the same way its values pass through.

    Attributes:
        indexes: of the last walk.
        unfit: cells of the last walk that were not of the column's type.
    """

    __slots__ = (
        "_numbers", "_order", "_pick", "_raw", "_read", "_straight", "_tags", "column", "indexes",
        "unfit",
    )  # fmt: skip

    def __init__(self, column: Column) -> None:
        """Have seen nothing yet."""
        self.column = column
        self.indexes: list[bytes] | None = None
        self.unfit = 0
        self._order: list[bytes] | None = None
        self._pick: Callable[[Sequence[Cell]], Cells] | None = None
        self._tags = b""
        self._numbers = self._straight = False
        self._raw: Sequence[Value] = ()
        self._read: Sequence[Cell] = ()

    def moved(self, walked: Walked, order: list[bytes]) -> bool:
        """Say whether the rows of a walk are neither those of the table nor the last walk's."""
        indexes = walked.indexes
        if indexes is order or indexes is self.indexes:
            return False
        return indexes not in (order, self.indexes)

    def align(self, walked: Walked, order: list[bytes]) -> Cells:
        """Return the column's cells for the rows of `order`; a row that it lacks has None."""
        same = order is self._order and walked.indexes is self.indexes
        if same and self._straight and walked.tags is self._tags:
            return walked.values  # type: ignore[return-value]  # all are numbers, as last time
        cells = self._cells(walked)
        if not same:
            self._lay(walked.indexes, order)
        self._straight = cells is walked.values and self._pick is None
        return cells if self._pick is None else self._pick([*cells, None])

    def _lay(self, indexes: list[bytes], order: list[bytes]) -> None:
        """Find out which cell belongs to which row; one behind the last stands for none."""
        self._order = order
        self.indexes = order if indexes == order else indexes  # the walk gives back what it knew
        self._pick = None
        if self.indexes is not order:
            places = {index: place for place, index in enumerate(indexes)}
            picks = [places.get(index, len(indexes)) for index in order]
            self._pick = itemgetter(*picks) if len(picks) > 1 else _picker(picks)

    def _cells(self, walked: Walked) -> Sequence[Cell]:
        if self.column.type is ValueType.INTEGER and self._all_numbers(walked.tags):
            self.unfit = 0
            return self._without_absent(walked.values)
        if walked.values != self._raw:
            self.unfit = 0
            self._raw = walked.values
            self._read = [self._one(value) for value in walked.values]
        return self._read

    def _all_numbers(self, tags: bytes) -> bool:
        if tags != self._tags:
            self._tags = tags
            self._numbers = INTEGERS.issuperset(tags)
        return self._numbers

    def _without_absent(self, values: Sequence[Value]) -> Sequence[Cell]:
        absent = self.column.absent
        if not absent:
            return values  # type: ignore[return-value]  # the tags say that all are numbers
        return [None if value in absent else value for value in values]  # type: ignore[misc]  # same

    def _one(self, value: Value) -> Cell:
        try:
            cell = read(value, self.column.type)
        except Unfit:
            self.unfit += 1
            return None
        return None if cell in self.column.absent else cell


def _picker(picks: Sequence[int]) -> Callable[[Sequence[Cell]], Cells]:
    return lambda cells: [cells[place] for place in picks]
