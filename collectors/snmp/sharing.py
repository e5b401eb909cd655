"""What is equal at many devices, kept once: rows, names and texts of switches of one model.

A port is called GigabitEthernet1/0/1 at each of ten thousand switches. Lists of rows, cells of
names and keys are kept by whoever uses them, and only looked up here when they are made, which is
at a first visit and when something has changed. Nobody may change what came from here.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar
from weakref import WeakValueDictionary

from collectors.snmp.formula import Cell, Cells
from collectors.snmp.index import IndexPart
from collectors.snmp.naming import Key
from protocols.snmp.progress import ColumnRequest

if TYPE_CHECKING:
    from collectors.snmp.steady import Plan

Index = tuple[IndexPart, ...]
Row = tuple[str, ...]


class Parts:
    """The indexes of a table taken apart.

    Attributes:
        cells: of each part of the index, one a row.
        misplaced: rows whose index is not as the profile says.
        outdated: places of rows that another one with a higher time filter has replaced.
    """

    __slots__ = ("cells", "misplaced", "outdated")

    def __init__(
        self, cells: Mapping[str, Cells], misplaced: int, outdated: frozenset[int]
    ) -> None:
        """Keep them together."""
        self.cells = cells
        self.misplaced = misplaced
        self.outdated = outdated


class Rows(list[bytes]):
    """The index of each row of a table, and as many empty cells."""

    __slots__ = ("__weakref__", "_parts", "nothing")

    def __init__(self, indexes: Iterable[bytes] = ()) -> None:
        """Take none of them apart yet."""
        super().__init__(indexes)
        self.nothing: Cells = [None] * len(self)
        self._parts: dict[Index, Parts] = {}

    def parts(self, index: Index, made: Callable[[Sequence[bytes]], Parts]) -> Parts:
        """Return the rows taken apart as an index says, made once."""
        found = self._parts.get(index)
        if found is None:
            found = self._parts[index] = made(self)
        return found


class Known(dict[bytes, Cell]):
    """What was read of a structure column, by index."""

    __slots__ = ("__weakref__", "_cells", "_order")

    def __init__(self, cells: Mapping[bytes, Cell]) -> None:
        """Lay them along no rows yet."""
        super().__init__(cells)
        self._order: list[bytes] | None = None
        self._cells: Cells = []

    def along(self, order: list[bytes]) -> Cells:
        """Return them in the order of a table's rows; the same list for the same rows."""
        if self._order is not order:
            self._order = order
            self._cells = [self.get(index) for index in order]
        return self._cells


class Names(list["Key | None"]):
    """The key of each row; `keys` are those of the rows that have one."""

    __slots__ = ("__weakref__", "keys")

    def __init__(self, names: Iterable[Key | None]) -> None:
        """Pick the keys."""
        super().__init__(names)
        self.keys = tuple([key for key in self if key is not None])


class Words:
    """The label values of an `_info` family, a tuple for each row."""

    __slots__ = ("__weakref__", "rows")

    def __init__(self, rows: tuple[Row, ...]) -> None:
        """Keep them."""
        self.rows = rows


@lru_cache(maxsize=1024)
def names_of(tables: frozenset[str]) -> frozenset[str]:
    """Return one set of tables for all that are equal: thirty names take 2 KB."""
    return tables


_Kind = TypeVar("_Kind", Rows, Known, Names, Words)


class Pool:
    """Gives one object for all that are equal, as long as anybody has it."""

    def __init__(self) -> None:
        """Have nothing yet."""
        self._rows: WeakValueDictionary[int, Rows] = WeakValueDictionary()
        self._known: WeakValueDictionary[int, Known] = WeakValueDictionary()
        self._requests: WeakValueDictionary[Hashable, ColumnRequest] = WeakValueDictionary()
        self._plans: WeakValueDictionary[Hashable, Plan] = WeakValueDictionary()
        self._names: WeakValueDictionary[int, Names] = WeakValueDictionary()
        self._words: WeakValueDictionary[int, Words] = WeakValueDictionary()

    def rows(self, indexes: Sequence[bytes]) -> Rows:
        """Return these indexes."""
        found = self._rows.get(hash(tuple(indexes)))
        if found is not None and found == [*indexes]:
            return found
        return _kept(self._rows, hash(tuple(indexes)), Rows(indexes))

    def known(self, cells: Mapping[bytes, Cell]) -> Known:
        """Return these cells; equal numbers of another type are other cells."""
        key = hash((*cells.items(), *map(type, cells.values())))
        found = self._known.get(key)
        if found is not None and found == cells:
            return found
        return _kept(self._known, key, Known(cells))

    def request(
        self, oid: bytes, expected: int, known: list[bytes] | None, width: int
    ) -> ColumnRequest:
        """Return the request for a column of just this list of rows."""
        key = oid, expected, id(known), width
        found = self._requests.get(key)
        if found is None:
            found = self._requests[key] = ColumnRequest(oid, expected, known, width)
        return found

    def plan(self, plan: "Plan") -> "Plan":
        """Return the plan that asks the same."""
        return self._plans.setdefault(plan.key, plan)

    def names(self, names: Sequence[Key | None]) -> Names:
        """Return these keys."""
        key = hash(tuple(names))
        found = self._names.get(key)
        if found is not None and found == [*names]:
            return found
        return _kept(self._names, key, Names(names))

    def words(self, rows: Sequence[Row]) -> Words:
        """Return these rows of texts."""
        kept = tuple(rows)
        key = hash(kept)
        found = self._words.get(key)
        if found is not None and found.rows == kept:
            return found
        return _kept(self._words, key, Words(kept))


def _kept(among: "WeakValueDictionary[int, _Kind]", key: int, made: _Kind) -> _Kind:
    """Keep what was just made, unless something else has its hash."""
    among.setdefault(key, made)
    return made
