"""What a visit asks while nothing but values is due, worked out once for the visits to come.

A switch answers the same questions for weeks. A calm visit leaves behind what the next one would
ask if nothing happens, and until when that holds; as long as every column comes with the rows that
were known, the next visits look nothing up. Whatever else they see, they go the whole way again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

from collectors.snmp.profile import TableProfile
from collectors.snmp.table import TableRows
from protocols.snmp.progress import Column, ColumnRequest

Place = tuple[str, str]
"""A table and one of its columns."""
Raw = int | bytes | None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Steady:
    """The plan of the visits until something is due or seen.

    Args:
        until_s: on the monotonic clock: then names, an absent column or another table are due.
        due: tables whose values are read; `active` are those and the ones they look into.
        scalars: what is asked for with one GET.
        cells: the tables and columns of scalars, and their OIDs.
        marks: scalars that tell of changes, as they were.
        requests: columns to walk; `twins` take what another place asked for.
        rows: of all tables.
        watched: tables of which a fallback is asked for when a hole shows.
    """

    until_s: float
    due: frozenset[str]
    active: tuple[TableProfile, ...]
    scalars: list[bytes]
    cells: tuple[tuple[TableRows, str, bytes], ...]
    marks: Mapping[bytes, Raw]
    requests: dict[Place, ColumnRequest]
    twins: Mapping[Place, list[Place]]
    rows: Mapping[str, TableRows]
    watched: tuple[TableRows, ...]

    @property
    def places(self) -> frozenset[Place]:
        """Every column that is read."""
        return frozenset((*self.requests, *chain.from_iterable(self.twins.values())))

    @property
    def asked(self) -> frozenset[str]:
        """The tables that they belong to."""
        return frozenset(name for name, _column in self.places)

    def holds(self, found: Mapping[bytes, Raw]) -> bool:
        """Say whether all scalars are there and none tells of a change."""
        there = all(found.get(one) is not None for _rows, _name, one in self.cells)
        return there and all(found.get(one) == value for one, value in self.marks.items())

    def take(self, walked: Mapping[Place, Column]) -> bool:
        """Take the columns if every one came whole, with the very rows that were known."""
        whole = [
            one.complete and one.indexes is request.known
            for request, one in zip(self.requests.values(), walked.values(), strict=True)
        ]
        if not all(whole):
            return False
        for place, one in walked.items():
            self.rows[place[0]].intake.take_known(place[1], one)
            for name, column in self.twins.get(place, ()):
                self.rows[name].intake.take_known(column, one)
        return True
