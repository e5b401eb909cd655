"""The tables of one device, made when something comes of them and let go when nothing did.

Of the tables that a profile knows a switch lacks two in three. What is known of those is when to
ask for them again (`schedule`), so no rows are kept of them.
"""

from collections.abc import Mapping

from collectors.snmp.context import Context
from collectors.snmp.formula import Cell
from collectors.snmp.profile import Profile
from collectors.snmp.sharing import names_of
from collectors.snmp.table import TableRows


class DeviceTables(dict[str, TableRows]):
    """Rows by the name of their table in the profile; a table that is asked for is made."""

    __slots__ = ("_context", "_known_empty", "_profile")

    def __init__(self, profile: Profile, context: Context) -> None:
        """Have none yet."""
        super().__init__()
        self._profile = profile
        self._context = context
        self._known_empty: frozenset[str] = frozenset()

    def __missing__(self, name: str) -> TableRows:
        """Make a table."""
        made = self[name] = TableRows(self._profile.by_name[name], self, self._context)
        if name in self._known_empty:
            made.intake.size = 0
        return made

    def by_cells(self, table: str, by: tuple[str, ...], field: str) -> Mapping[Cell, Cell]:
        """Map the cells of `by` (else of the index) of a table to those of `field`."""
        if table not in self and not self._profile.by_name[table].scalar:
            return {}
        return self[table].by_cells(by, field)

    def size(self, table: str) -> int | None:
        """Return how many rows the device has in a table; None while that is not known."""
        if table in self:
            return self[table].intake.size
        return 0 if table in self._known_empty else None

    def begin(self) -> None:
        """Forget what held for the last visit only."""
        for rows in self.values():
            rows.begin()

    def end(self) -> None:
        """Let go of the cells of a visit, and of tables that the device was found to lack."""
        gone = [name for name, rows in self.items() if rows.end()]
        if gone:
            empty = {name for name in gone if self[name].intake.size == 0}
            self._known_empty = names_of(self._known_empty.difference(gone) | empty)
        for name in gone:
            del self[name]
