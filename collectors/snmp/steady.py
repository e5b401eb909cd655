"""What a visit asks while nothing but values is due, worked out once for the visits to come.

A switch answers the same questions for weeks. A calm visit leaves behind what the next one would
ask if nothing happens, and until when that holds; as long as every column comes with the rows that
were known, the next visits look nothing up. Whatever else they see, they go the whole way again.
What is asked is the same for switches of one model with the same ports, and is kept once for them.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from itertools import chain

from collectors.snmp.profile import TableProfile
from collectors.snmp.tables import DeviceTables
from protocols.snmp.progress import Column, ColumnRequest

Place = tuple[str, str]
"""A table and one of its columns."""
Raw = int | bytes | None


@dataclass(frozen=True, slots=True, eq=False, kw_only=True, weakref_slot=True)
class Plan:
    """What such visits ask; nothing in it belongs to one device alone.

    Args:
        due: tables whose values are read; `active` are those and the ones they look into.
        scalars: what is asked for with one GET.
        cells: the tables and columns of scalars, and their OIDs.
        running: scalars of which one is there while what a table is about runs, and whether it was.
        requests: columns to walk; `twins` take what another place asked for.
        watched: tables of which a fallback is asked for when a hole shows.
        places: every column that is read, of the tables in `asked`.
    """

    due: frozenset[str]
    active: tuple[TableProfile, ...]
    scalars: tuple[bytes, ...]
    cells: tuple[tuple[str, str, bytes], ...]
    running: tuple[tuple[tuple[bytes, ...], bool], ...]
    requests: dict[Place, ColumnRequest]
    twins: Mapping[Place, list[Place]]
    watched: tuple[str, ...]
    places: frozenset[Place] = field(init=False)
    asked: frozenset[str] = field(init=False)

    @property
    def key(self) -> Hashable:
        """What plans are told apart by; requests for the same rows are one object."""
        asked = tuple(self.requests), tuple(map(id, self.requests.values()))
        twins = tuple((one, *others) for one, others in self.twins.items())
        tables = self.due, tuple(map(id, self.active)), self.watched
        return tables, self.scalars, self.cells, self.running, asked, twins

    def __post_init__(self) -> None:
        """Say which columns and tables are read, once for all visits."""
        places = frozenset((*self.requests, *chain.from_iterable(self.twins.values())))
        object.__setattr__(self, "places", places)
        object.__setattr__(self, "asked", frozenset(name for name, _column in places))

    def take(self, walked: Mapping[Place, Column], rows: DeviceTables) -> bool:
        """Take the columns if every one came whole, with the very rows that were known."""
        for request, one in zip(self.requests.values(), walked.values(), strict=True):
            if one.indexes is not request.known or not one.complete:
                return False
        for (name, column), one in walked.items():
            rows[name].intake.take_known(column, one)
        for place, twins in self.twins.items():
            for name, column in twins:
                rows[name].intake.take_known(column, walked[place])
        return True


@dataclass(frozen=True, slots=True, eq=False)
class Steady:
    """The plan of one device's visits until something is due or seen.

    Args:
        until_s: on the monotonic clock: then names, an absent column or another table are due.
        marks: scalars that tell of changes, as they were.
    """

    until_s: float
    plan: Plan
    marks: Mapping[bytes, Raw]

    def holds(self, found: Mapping[bytes, Raw]) -> bool:
        """Say whether all scalars are there and none tells of a change."""
        there = all(found.get(one) is not None for _table, _name, one in self.plan.cells)
        there = there and all(
            any(found.get(one) is not None for one in some) is ran
            for some, ran in self.plan.running
        )
        return there and all(found.get(one) == value for one, value in self.marks.items())
