"""A device with its profile: which columns a visit asks for, and what it does with them.

    begin ─▶ scalars ─▶ take_scalars ─▶ first ─▶ take ─▶ second ─▶ take ─▶ observed
               ▲                                                     │
               └────────────────────── fall_back ◀───────────────────┘

The second walk is for what only the first one shows: the names of rows that are new, and the
columns of a fallback where the preferred ones have holes. The way back is for tables that are read
only where the device lacks another (`unless`), when it was found just now to lack it.
"""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet

from collectors.catalogue import Catalogue
from collectors.contract import Failure, Json
from collectors.errors import Detail
from collectors.snmp.context import Context
from collectors.snmp.failing import failure
from collectors.snmp.profile import Column, Profile, TableProfile
from collectors.snmp.schedules import Schedules
from collectors.snmp.sharing import Pool, names_of
from collectors.snmp.stalling import Stalling
from collectors.snmp.steady import Place, Plan, Steady
from collectors.snmp.table import TableRows
from collectors.snmp.tables import DeviceTables
from collectors.snmp.target import DeviceTarget
from collectors.snmp.values import ValueType
from protocols.snmp.progress import Column as Walked
from protocols.snmp.progress import ColumnRequest

Scalars = Mapping[bytes, int | bytes | None]
"""What was said of scalars, by OID; None and what is not in it the device lacks."""

CPU = "cpu"
"""The table of the catalogue that tells whether we are too much for a device."""
_NONE: frozenset[str] = frozenset()
_NOTHING: frozenset[Place] = frozenset()
_NUMBER_OCTETS = 6
_WIDTHS = {ValueType.TEXT: 24, ValueType.NUMBERS: 24, ValueType.OID: 12}
"""Octets of a cell to expect of a column that was never read; names are longer than numbers."""


class Device:
    """The tables of one device."""

    failures: dict[tuple[str, Detail], Failure]

    def __init__(
        self, profile: Profile, target: DeviceTarget, catalogue: Catalogue, pool: Pool
    ) -> None:
        """Have asked nothing yet."""
        self.profile = profile
        self.context = Context(target, catalogue, pool)
        self.rows = DeviceTables(profile, self.context)
        self.schedules = Schedules(profile, target.intervals_s)
        self.due: frozenset[str] = frozenset()
        self.failures = {}
        self.walked: frozenset[Place] = _NOTHING
        self.asked: AbstractSet[str] = set()
        self.renumbered: frozenset[str] = _NONE
        self.emptied: frozenset[str] = _NONE
        self.running: AbstractSet[str] = frozenset()
        self.awaited: frozenset[bytes] = frozenset()
        self._empty: frozenset[str] = _NONE
        self._stand_ins = tuple(one for one in profile.tables if one.gives and one.unless)
        self.stalling = Stalling()
        self.quarantine = self.stalling.quarantine
        self._now_s = 0.0
        self._twins: dict[Place, list[Place]] = {}
        self._afresh = True
        self._active: tuple[TableProfile, ...] = ()
        self._changed: dict[bytes, int | bytes | None] = {}
        self._shifted: frozenset[str] = frozenset()
        self._doubtful: frozenset[str] = frozenset()
        self._interval_s = target.interval_s
        self._steady: Steady | None = None
        self._calm = False
        self._met = False

    @property
    def expects_more(self) -> bool:
        """Whether what is absent may be there in a few minutes: it was, or the agent is young."""
        return self._met or self.context.young

    def begin(self, now_s: float, *, everything: bool, restarted: bool) -> None:
        """Choose the tables that this visit is about, and forget the last visit's cells."""
        self._now_s, self._afresh = now_s, restarted or everything
        self.failures, self.walked, self.renumbered = {}, _NOTHING, _NONE
        self.asked = _NONE
        self.emptied = _NONE
        self.stalling.begin(now_s)
        steady = self._steady if not self.quarantine.cases else None
        if steady is not None and now_s < steady.until_s and not self._afresh:
            self.due, self._active = steady.plan.due, steady.plan.active
        else:
            self._begin_whole(everything=everything, restarted=restarted)
        self.rows.begin()

    def _begin_whole(self, *, everything: bool, restarted: bool) -> None:
        self._steady, self._calm = None, True
        tables = self.profile.tables
        if restarted:
            self.quarantine.clear()
            for one in tables:
                self.schedules[one.name].restart()
            for rows in self.rows.values():
                rows.intake.forget_structure()
        self.due = self._due(everything=everything)
        self._active = self._active_with(self.due)

    def _due(self, *, everything: bool) -> frozenset[str]:
        due = frozenset(
            one.name
            for one in self.profile.tables
            if one.gives
            and self.schedules[one.name].due(self._now_s, everything=everything)
            and (one.unless is None or self.schedules[one.unless].lacking)
        )
        return names_of(due)

    def _active_with(self, due: frozenset[str]) -> tuple[TableProfile, ...]:
        """Give the tables that are due and those they look into, in the order of the profile."""
        needed = self._with_looked_into(due)
        return tuple(one for one in self.profile.tables if one.name in needed)

    def fall_back(self) -> bool:
        """Turn to tables that stand in for one found lacking in this visit; say whether any do."""
        if self._steady is not None:
            return False
        more = frozenset(
            one.name
            for one in self._stand_ins
            if one.name not in self.due
            and self.schedules[one.unless or ""].lacking
            and self.schedules[one.name].due(self._now_s, everything=self._afresh)
        )
        if not more:
            return False
        self.due |= more
        # one that others look into was there for its names alone
        known = {one.name for one in self._active} - more
        needed = self._with_looked_into(more) - known
        self._active = tuple(one for one in self.profile.tables if one.name in needed)
        for name in needed & self.rows.keys():
            self.rows[name].begin()
        return True

    def _with_looked_into(self, names: frozenset[str]) -> frozenset[str]:
        more = frozenset(
            name for one in self.profile.tables if one.name in names for name in one.looks_into
        )
        return names if more <= names else self._with_looked_into(names | more)

    # --- scalars

    def scalars(self) -> list[bytes]:
        """List the scalars to fetch: of the tables, and those that tell of changes."""
        if self._steady is not None:
            return [*self._steady.plan.scalars]
        found = [self.profile_of(place).oid for place in self._scalar_places()]
        found += [one for table in self._active for one in (*table.changed, *table.running)]
        return list(dict.fromkeys(found))

    def take_scalars(self, found: Scalars) -> None:
        """Take what the device said."""
        if self._steady is not None and self._steady.holds(found):
            for name, column, oid in self._steady.plan.cells:
                self.rows[name].intake.take_scalar(column, found[oid])
            return
        self._leave_plan()
        soon = self.expects_more
        for name, column in list(self._scalar_places()):
            value = found.get(self.profile_of((name, column)).oid)
            self.schedules[name].seen(column, self._now_s, present=value is not None, soon=soon)
            if value is not None:
                self.schedules[name].read(column, self._now_s)
                self.rows[name].intake.take_scalar(column, value)
        self._judge_changes(found)

    def doubt(self) -> None:
        """Read every name and text in this visit: sysUpTime fell, or there is none."""
        self._afresh = True
        self._leave_plan()

    def profile_of(self, place: Place) -> Column:
        """Return the compiled column of a place."""
        return self.profile.by_name[place[0]].columns[place[1]]

    def _scalar_places(self) -> Iterable[Place]:
        for table in self._active:
            if table.scalar:
                schedule = self.schedules[table.name]
                read = table.name in self.due or table.gives is None
                values = schedule.values(self._now_s) if read else []
                structure = schedule.structure(self._now_s, everything=self._afresh)
                yield from (table.places[column] for column in (*values, *structure))

    def _judge_changes(self, found: Scalars) -> None:
        """Find the tables whose indexes may mean something else than at the last visit.

        Shifted: a scalar says so. Doubtful: there is no scalar to say it, so names are read again.
        """
        values = {t.name: [found.get(one) for one in t.changed] for t in self._active}
        doubtful = frozenset(name for name, some in values.items() if not some or None in some)
        self._doubtful = names_of(doubtful)
        self._shifted = frozenset(
            table.name
            for table in self._active
            if any(self._changed.get(one) != found.get(one) for one in table.changed)
        )
        for table in self._active:
            moved = (one for one in table.changed if one in self._changed)
            if any(self._changed[one] != found.get(one) for one in moved):
                self.schedules[table.name].reconsider()  # an empty table may have got its first row
        self._changed |= {one: found.get(one) for table in self._active for one in table.changed}
        self._judge_running(found)

    def _judge_running(self, found: Scalars) -> None:
        """Find out what runs; a table whose protocol was just started is asked for again."""
        told = [one for one in self._active if one.running]
        self.awaited |= {x for one in told for x in one.running if found.get(x) is not None}
        runs = {one.name for one in told if any(found.get(x) is not None for x in one.running)}
        for name in runs - self.running:
            self.schedules[name].reconsider()
        stopped = {one.name for one in told} - runs
        self.running = self.running - stopped | runs
        self._empty -= stopped

    # --- columns

    def first(self) -> dict[Place, ColumnRequest]:
        """List the columns to walk: values, and the names of rows that may mean others by now."""
        if self._steady is not None:
            return self._steady.plan.requests
        return self._requests(place for place in self._first() if place not in self.walked)

    def _first(self) -> dict[Place, None]:
        places: dict[Place, None] = {}
        for table in self._active:
            name, schedule = table.name, self.schedules[table.name]
            if table.scalar:
                continue
            afresh = self._afresh or name in self._shifted
            names = schedule.structure(self._now_s, everything=afresh)
            structure = {table.places[column]: None for column in names}
            if afresh:
                places |= structure
            if name in self.due or table.gives is None:
                values = schedule.values(self._now_s)
                if name in self._empty:  # one column is enough to see the first row come
                    values = values[:1]
                places |= {table.places[column]: None for column in values}
                if values or (name in self.rows and self.rows[name].intake.order):
                    places |= dict.fromkeys(self._naming(table, self._doubtful))
            places |= structure  # a single name that is due moves no request to another place
        return places

    def second(self) -> dict[Place, ColumnRequest]:
        """List the columns that only the first walk showed to be needed."""
        if self._steady is not None:
            if not any(self._has_holes(self.rows[name]) for name in self._steady.plan.watched):
                return {}
            self.walked |= self._steady.plan.places
            self._leave_plan()
        places: dict[Place, None] = {}
        for table in self._active:
            name, schedule = table.name, self.schedules[table.name]
            if table.scalar or name not in self.rows or not self.rows[name].intake.order:
                continue
            if name in self.renumbered:
                structure = schedule.structure(self._now_s, everything=True)
                places |= {table.places[column]: None for column in structure}
                places |= dict.fromkeys(self._naming(table, self.profile.by_name.keys()))
            if name in self.due:
                schedule.later = schedule.later or self._has_holes(self.rows[name])
                values = schedule.values(self._now_s)
                places |= {table.places[column]: None for column in values}
        requests = self._requests(place for place in places if place not in self.walked)
        self._calm = self._calm and not requests
        return requests

    def take(self, walked: Mapping[Place, Walked]) -> None:
        """Take the columns of a walk."""
        if self._steady is not None:
            if self._steady.plan.take(walked, self.rows):
                self.asked = self._steady.plan.asked
                return
            self._twins = dict(self._steady.plan.twins)
            self._leave_plan()
        twins = {two: walked[one] for one in walked for two in self._twins.get(one, ())}
        walked = {**walked, **twins}
        self.walked = self.walked.union(walked)
        values: dict[str, dict[str, Walked]] = {}
        structure: dict[str, dict[str, Walked]] = {}
        for (name, column), one in walked.items():
            failed = failure(self.profile.by_name[name].gives or name, column, one)
            if failed is not None:
                self.failures.setdefault((name, failed.detail), failed)
            kind = structure if self.profile_of((name, column)).structure else values
            kind.setdefault(name, {})[column] = one
        self.asked = self.asked | values.keys() | structure.keys()
        for name, columns in values.items():
            self._take_values(name, columns)
        for name, columns in structure.items():
            self._take_structure(name, columns)

    def _take_values(self, name: str, columns: Mapping[str, Walked]) -> None:
        schedule, rows, soon = self.schedules[name], self.rows[name], self.expects_more
        for column, one in columns.items():
            # one empty answer where rows were is no absence yet: a stack may be changing masters
            emptied = not one.indexes and rows.intake.had_rows(column)
            if one.complete and emptied:
                self.emptied |= {name}
            if one.indexes or (one.complete and not emptied and name not in self.running):
                schedule.seen(column, self._now_s, present=bool(one.indexes), soon=soon)
        if rows.intake.take_values(columns):
            self.renumbered |= {name}
        if name in self.running and not rows.intake.order:
            self._empty |= {name}
        else:
            self._empty -= {name}

    def _take_structure(self, name: str, columns: Mapping[str, Walked]) -> None:
        schedule, rows, soon = self.schedules[name], self.rows[name], self.expects_more
        if rows.profile.static and rows.intake.settle(one.indexes for one in columns.values()):
            self.renumbered |= {name}
        for column, one in columns.items():
            rows.intake.take_structure(column, one)
            if not one.complete:
                continue
            if one.indexes:  # when to ask again for what is absent, its absence tells
                schedule.read(column, self._now_s)
            schedule.seen(column, self._now_s, present=bool(one.indexes), soon=soon)

    def _naming(self, table: TableProfile, among: AbstractSet[str]) -> Iterable[Place]:
        """List the columns that the names of a table's rows are made of."""
        for name, columns in table.naming:
            schedule = self.schedules[name]
            if name in among and not schedule.profile.scalar:
                places = schedule.profile.places
                yield from (places[c] for c in columns if not schedule.lacks(c, self._now_s))

    def _has_holes(self, rows: TableRows) -> bool:
        """Say whether a first alternative leaves out a row that a later one may know."""
        profile = rows.profile
        return bool(profile.later) and any(
            rows.has_holes(metric.key, metric.value) for metric in profile.falling_back
        )

    def _requests(self, places: Iterable[Place]) -> dict[Place, ColumnRequest]:
        """Make the requests of a walk, most of which are those of other visits and devices.

        A column that stands in two tables is asked for once.
        """
        requests: dict[Place, ColumnRequest] = {}
        first: dict[bytes, Place] = {}
        self._twins = {}
        for place in places if not self.quarantine.cases else self.stalling.admitted(places):
            elder = first.setdefault(self.profile_of(place).oid, place)
            if elder is not place:
                self._twins.setdefault(elder, []).append(place)
                continue
            name, column = place[0], self.profile_of(place)
            known = self.rows[name].intake.known(place[1]) if name in self.rows else None
            expected = len(known or ()) or int(name in self._empty)
            width = _WIDTHS.get(column.type, _NUMBER_OCTETS)
            requests[place] = self.context.pool.request(column.oid, expected, known, width)
        return requests

    def slow(self, stretch: int) -> None:
        """Read tables at every so many intervals; scalars and the CPU still at every visit."""
        self._leave_plan()
        spared = self._with_looked_into(
            frozenset(one.name for one in self.profile.tables if one.gives == CPU)
        )
        for one in self.profile.tables:
            if not one.scalar and one.name not in spared:
                self.schedules[one.name].slow(stretch, self._interval_s)

    # --- tables that stall

    @property
    def now_s(self) -> float:
        """When this visit began, on the monotonic clock."""
        return self._now_s

    def columns_of(self, table: str) -> Iterable[str]:
        """Name the columns of a table."""
        return self.profile.by_name[table].columns

    def try_apart(self, table: str | None) -> bool:
        """Let a table that stalled before be walked now; say whether anything of it is wanted."""
        self.stalling.try_apart(table)
        return table is not None and bool(self.first())

    def leave_out(self) -> None:
        """Account for the columns that this visit wanted and did not ask for."""
        for table, failed, nameless in self.stalling.account(self.profile, self.walked):
            self.failures[table, failed.detail] = failed
            self.rows[table].intake.size = None
            moved = self._afresh or table in self._shifted | self._doubtful | self.renumbered
            if moved and nameless:
                self.rows[table].intake.disown()

    def export_quarantine(self) -> Json:
        """Write what is held against tables, for after a restart of ours."""
        return self.quarantine.export(self._now_s)

    # --- the next visit, while nothing but values is due

    def end(self) -> None:
        """Wait for the next interval; after a calm visit its questions are kept."""
        self._met = True
        self.rows.end()
        if self._steady is None:
            for name in self.due:
                self.schedules[name].visited(self._now_s)
            self.schedules.end(self._now_s)  # the plan asks for nothing that was missed just now
            if self._calm and not self.failures and not self.renumbered:
                self._plan()
            self.schedules.end(self._now_s)
            self.walked, self._twins = _NOTHING, {}

    def _leave_plan(self) -> None:
        """Go the whole way; the visit after this one does so too, and may leave another plan."""
        if self._steady is not None:
            self._steady, self._calm = None, False

    def _plan(self) -> None:
        """Work out what a visit just now would ask, unless something else is due at the next."""
        self._afresh, self._shifted = False, frozenset()
        self.due = self._due(everything=False)
        self._active = self._active_with(self.due)
        until_s = self._quiet_until_s()
        if until_s <= self._now_s + self._interval_s:
            return
        requests = self._requests(self._first())
        plan = Plan(
            due=self.due,
            active=self._active,
            scalars=tuple(self.scalars()),
            cells=tuple(
                (name, column, self.profile_of((name, column)).oid)
                for name, column in self._scalar_places()
            ),
            running=tuple(
                (one.running, one.name in self.running) for one in self._active if one.running
            ),
            requests=requests,
            twins=self._twins,
            watched=tuple(
                one.name
                for one in self._active
                if one.name in self.due and one.later and not self.schedules[one.name].later
            ),
        )
        marks = {one: self._changed.get(one) for table in self._active for one in table.changed}
        self._steady = Steady(until_s, self.context.pool.plan(plan), marks)

    def _quiet_until_s(self) -> float:
        """Say when names, a column that was absent, or a table of its own interval are due."""
        now_s = self._now_s
        ends_s = [self.schedules[one.name].quiet_until_s(now_s) for one in self._active]
        others = (self.schedules[one.name] for one in self.profile.tables if one.gives)
        ends_s += [one.due_s for one in others if not one.due(now_s, everything=False)]
        return min(ends_s, default=now_s)

    def close(self) -> None:
        """Break the circles between tables, which no collection may look for any more (frozen)."""
        self._steady = None
        self.rows.clear()
        self.context.functions = {}

    # --- what outlives a restart of ours

    def export(self) -> Json:
        """Write what the device lacks, by table."""
        return self.schedules.export()

    def restore(self, document: Json) -> None:
        """Take up what `export` wrote; anything else is ignored."""
        if isinstance(document, Mapping):
            self._met = True
            self.schedules.restore(document)
