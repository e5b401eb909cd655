"""A device model, compiled: numbers, octets and functions; nothing here is read from a file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from re import Pattern

from collectors.contract import Fact, Labels
from collectors.snmp.formula import Cell, Formula, Kind
from collectors.snmp.index import IndexPart
from collectors.snmp.sharing import Pool
from collectors.snmp.values import ValueType

Convert = Callable[[Cell], Cell]


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a MIB table, or a scalar.

    Args:
        oid: BER contents; of a scalar with its `.0`.
        structure: names, types, serials: read at the start, on change and every `every_s`.
        absent: what the device says for `no value`.
    """

    name: str
    oid: bytes
    type: ValueType
    structure: bool
    every_s: float | None = None
    absent: frozenset[int | float | str] = frozenset()


@dataclass(frozen=True, slots=True)
class Expression:
    """How a value is made: the first alternative that is there, then converted.

    Args:
        kind: what comes out.
        moving: it depends on columns that are read every visit.
        memorable: the same inputs give the same output (no look into moving columns elsewhere).
    """

    alternatives: tuple[Formula, ...]
    convert: Convert | None
    kind: Kind
    moving: bool = False
    memorable: bool = True

    names: tuple[str, ...] = field(init=False)
    """What it reads of its own table."""
    plain: bool = field(init=False)
    """Whether the first column passes through unchanged where it has no holes."""

    def __post_init__(self) -> None:
        """Find out once what every sample asks."""
        number = self.convert is None and self.kind is Kind.NUMBER
        plain = number and bool(self.alternatives) and self.alternatives[0].plain
        object.__setattr__(self, "plain", plain)
        names = tuple(dict.fromkeys(name for one in self.alternatives for name in one.names))
        object.__setattr__(self, "names", names)


@dataclass(frozen=True, slots=True)
class Metric:
    """One column of samples.

    Args:
        key: names it within its table.
    """

    key: str
    family: str
    labels: Labels
    value: Expression

    @property
    def falls_back(self) -> bool:
        """Whether there is a second way to its value."""
        return len(self.value.alternatives) > 1


@dataclass(frozen=True, slots=True)
class Info:
    """One `_info` family; `values` has one expression for each name, the family's extra labels."""

    family: str
    names: tuple[str, ...]
    values: tuple[Expression, ...]

    @property
    def moving(self) -> bool:
        """Whether its texts may be others in each visit."""
        return any(value.moving for value in self.values)


@dataclass(frozen=True, slots=True)
class FactMaker:
    """Makes one fact a row: the class, and an expression for each of its fields but `target`."""

    type: type[Fact]
    fields: Mapping[str, Expression]


@dataclass(frozen=True, slots=True)
class TableProfile:
    """One MIB table (or a group of scalars) and what becomes of it.

    Args:
        name: the profile's own name for it, which other tables look it up by.
        gives: the catalogue's table; None when only others look into it.
        index: empty for scalars, which make one row.
        every_s: None: each visit.
        changed: scalars that move when the set of rows or their names may have.
        keep: rows for which it is false are dropped; absent keeps.
        labels: one expression for each identity label of the catalogue's table but `lanes`.
        lanes: the identity label that numbers the values of a cell that holds several.
        merged: rows of equal labels become one, and their samples are added up.
        unless: a table of the profile; this one is read only where the device lacks that one.
        running: scalars that are there while the device does what the table is about; only then is
            a table without rows known to be empty, and asked for in every visit.
        partial: the MIB cannot show all rows, so the table is never complete and makes no facts.
        naming: what its labels are made of: (table, structure columns), itself included.
        later: columns that only later alternatives read: fetched when the earlier leave holes.
    """

    name: str
    gives: str | None
    index: tuple[IndexPart, ...]
    columns: Mapping[str, Column]
    fields: Mapping[str, Expression] = field(default_factory=dict)
    labels: tuple[Expression, ...] = ()
    keep: Expression | None = None
    metrics: tuple[Metric, ...] = ()
    infos: tuple[Info, ...] = ()
    fact: FactMaker | None = None
    lanes: str | None = None
    merged: bool = False
    unless: str | None = None
    running: tuple[bytes, ...] = ()
    partial: bool = False
    every_s: float | None = None
    changed: tuple[bytes, ...] = ()
    naming: tuple[tuple[str, tuple[str, ...]], ...] = ()
    later: frozenset[str] = frozenset()
    looks_into: frozenset[str] = frozenset()

    values: tuple[str, ...] = field(init=False)
    """The columns that are read whenever the table is."""
    first: tuple[str, ...] = field(init=False)
    """Those of them that are not `later`."""
    structure: tuple[str, ...] = field(init=False)
    """The other columns."""
    falling_back: tuple[Metric, ...] = field(init=False)
    """The metrics that have a second way to their value."""
    places: Mapping[str, tuple[str, str]] = field(init=False)
    """Table and column, by column: one object for all devices."""

    def __post_init__(self) -> None:
        """List the columns once for all devices."""
        values = tuple(one.name for one in self.columns.values() if not one.structure)
        structure = tuple(one.name for one in self.columns.values() if one.structure)
        object.__setattr__(self, "values", values)
        object.__setattr__(self, "first", tuple(one for one in values if one not in self.later))
        object.__setattr__(self, "structure", structure)
        falling_back = tuple(one for one in self.metrics if one.falls_back)
        object.__setattr__(self, "falling_back", falling_back)
        object.__setattr__(self, "places", {name: (self.name, name) for name in self.columns})

    @property
    def scalar(self) -> bool:
        """Whether it is a group of scalars."""
        return not self.index

    @property
    def static(self) -> bool:
        """Whether it has no values, so that its structure says which rows there are."""
        return all(column.structure for column in self.columns.values())


@dataclass(frozen=True, slots=True)
class Match:
    """One way to recognise a device; both conditions hold, the longest prefix wins."""

    prefix: str
    description: Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """A device model.

    Args:
        uptime: a scalar of TimeTicks since the host booted, where the SNMP agent restarts alone.
    """

    name: str
    matches: tuple[Match, ...]
    tables: tuple[TableProfile, ...]
    source: str = ""
    uptime: bytes | None = None

    by_name: Mapping[str, TableProfile] = field(init=False)
    """The tables by their own names."""
    facts: Mapping[str, type[Fact]] = field(init=False)
    """What facts are made of the catalogue's tables."""
    stood_in_for: frozenset[str] = field(init=False)
    """Tables that another one is read instead of."""

    def __post_init__(self) -> None:
        """Find the tables once for all devices."""
        facts = {one.gives: one.fact.type for one in self.tables if one.gives and one.fact}
        stood_in_for = frozenset(one.unless for one in self.tables if one.unless)
        object.__setattr__(self, "by_name", {one.name: one for one in self.tables})
        object.__setattr__(self, "facts", facts)
        object.__setattr__(self, "stood_in_for", stood_in_for)


@dataclass(frozen=True, slots=True)
class Profiles:
    """Every profile by name, and what devices of one model have in common."""

    by_name: Mapping[str, Profile]
    pool: Pool = field(default_factory=Pool, compare=False, repr=False)

    def names(self) -> Sequence[str]:
        """List the names a device's `profile:` may have, without `auto`."""
        return tuple(self.by_name)

    def named(self, name: str) -> Profile:
        """Return one; KeyError when there is none."""
        return self.by_name[name]

    def select(self, object_id: str, description: str) -> Profile:
        """Choose by sysObjectID (longest prefix) and sysDescr; `generic` when none fits.

        Of equally long prefixes the one that also judges sysDescr wins.
        """
        found = [
            (match.prefix.count(".") + 1 if match.prefix else 0, match.description is not None, p)
            for p in self.by_name.values()
            for match in p.matches
            if _fits(match, object_id, description)
        ]
        if not found:
            return self.by_name[GENERIC]
        return max(found, key=lambda one: one[:2])[2]


GENERIC = "generic"
"""The profile of what nothing else recognises."""


def _fits(match: Match, object_id: str, description: str) -> bool:
    if match.description is not None and match.description.search(description) is None:
        return False
    return not match.prefix or object_id == match.prefix or object_id.startswith(match.prefix + ".")
