"""Makes the tables of an observation of what a device's visit brought."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from collectors.catalogue import Catalogue
from collectors.contract import Fact, Failure, Known, Observation, Table
from collectors.errors import Detail, Reason
from collectors.snmp.absences import LATER_S
from collectors.snmp.assembly import Assembly
from collectors.snmp.device import Device
from collectors.snmp.joining import join
from collectors.snmp.profile import TableProfile
from collectors.snmp.table import TableRows

_INTERFACES = "interface"
_INTERVALS = 2
"""A sample older than two intervals is not exposed."""


class Observer:
    """Assembles the tables of one device, visit after visit."""

    def __init__(
        self, device: Device, catalogue: Catalogue, target: str, interval_s: float
    ) -> None:
        """Have assembled nothing yet."""
        self._device = device
        self._target = target
        self._interval_s = interval_s
        self._catalogue = catalogue
        self._assemblies: dict[str, Assembly] = {}

    def observed(self, check: str) -> Observation:
        """Make tables, facts and failures of what was due."""
        parts: dict[str, list[Table]] = {}
        facts: dict[str, list[Fact]] = {}
        failures = list(self._device.failures.values())
        due = self._device.due - self._device.stalling.left_out
        for name in [name for name in self._device.profile.by_name if name in due]:
            if name not in self._device.rows:
                continue  # it was not asked for, and nothing is known of it
            rows, assembly = self._device.rows[name], self._assembly(name)
            strange = list(_strange(rows))
            failures += strange
            table = self._table(rows, assembly, strange)
            if table is not None:
                parts.setdefault(table.name, []).append(table)
                facts.setdefault(table.name, []).extend(assembly.facts(self._target))
        broken = {one.table for one in failures}
        tables = tuple(_whole(join(some), broken) for some in parts.values())
        kinds = self._device.profile.facts
        told = [table for table in tables if table.complete and table.name in kinds]
        return Observation(
            self._target,
            check,
            tables,
            facts=tuple(fact for table in told for fact in facts[table.name]),
            failures=tuple(failures),
            known=tuple(
                Known(kinds[table.name], table.lifetime_s or self._interval_s) for table in told
            ),
        )

    def renumbered(self) -> int:
        """Count the interfaces that have another ifIndex than at the last visit."""
        moved = 0
        for name, rows in self._device.rows.items():
            if rows.profile.gives == _INTERFACES and name in self._device.due:
                moved += self._assembly(name).moved()
        return moved

    def end(self) -> None:
        """Let go of what was assembled of tables that the device was found to lack."""
        for name in self._assemblies.keys() - self._device.rows.keys():
            del self._assemblies[name]

    def _assembly(self, name: str) -> Assembly:
        found = self._assemblies.get(name)
        if found is None:
            rows = self._device.rows[name]
            found = Assembly(rows, _lane_place(rows.profile, self._catalogue))
            self._assemblies[name] = found
        return found

    def _table(
        self, rows: TableRows, assembly: Assembly, strange: Sequence[Failure]
    ) -> Table | None:
        """Make one table; None when nothing is known of it, which is not the same as no rows."""
        name = rows.profile.name
        schedule = self._device.schedules[name]
        broken = bool(strange) or any(table == name for table, _detail in self._device.failures)
        asked = name in self._device.asked
        if not rows.intake.order and (broken or not asked):
            return None
        named_by = {other for other, _columns in rows.profile.naming} - {name}
        named_by &= self._device.rows.keys()
        if any(self._device.rows[other].intake.unsure for other in named_by):
            return None  # a name that comes from there may be another's by now
        if rows.profile.scalar and not rows.intake.answered:
            return None
        if not rows.intake.order and not self._known_empty(rows.profile):
            return None
        lifetime_s = schedule.lifetime_s(self._interval_s)
        if not rows.intake.order and name not in self._device.running:  # not asked before that
            lifetime_s = max(lifetime_s, _INTERVALS * LATER_S)
        complete = not broken and not rows.profile.partial
        return assembly.table(complete=complete, lifetime_s=lifetime_s)

    def _known_empty(self, profile: TableProfile) -> bool:
        """Say whether no rows mean that the table is empty."""
        if profile.partial:  # there may be rows that it cannot show
            return profile.name in self._device.emptied
        if profile.name in self._device.running:
            return True
        if profile.name in self._device.profile.stood_in_for:
            return False  # another table is read instead, and its rows may be of another visit
        # without its scalars the device may as well not have such a table, unless it had rows
        return not profile.running or profile.name in self._device.emptied


def _whole(table: Table, broken: Iterable[str]) -> Table:
    if table.complete and table.name in broken:
        return replace(table, complete=False)
    return table


def _strange(rows: TableRows) -> Iterable[Failure]:
    table = rows.profile.gives or rows.profile.name
    if rows.intake.unfit_cells:
        text = f"{rows.intake.unfit_cells} cells of another type than the profile says"
        yield Failure(table, Reason.BAD_ANSWER, Detail.UNEXPECTED_TYPE, text)
    if rows.intake.misplaced:
        text = f"{rows.intake.misplaced} rows whose index is not as the profile says"
        yield Failure(table, Reason.BAD_ANSWER, Detail.UNEXPECTED_INDEX, text)


def _lane_place(profile: TableProfile, catalogue: Catalogue) -> int | None:
    if profile.lanes is None or profile.gives is None:
        return None
    return catalogue.tables[profile.gives].identity.index(profile.lanes)
