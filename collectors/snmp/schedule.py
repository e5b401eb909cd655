"""What of a table is due in a visit: its values, its structure, and what the device lacked."""

from collections.abc import Iterable

from collectors.contract import Json
from collectors.snmp.profile import TableProfile

STRUCTURE_S = 3600.0
"""Names, types and serials are read again after this, besides at every change."""
ABSENT_S = 3600.0
"""What a device lacked is asked for again after this: it may have been updated."""
_EARLY_S = 1.0
"""A visit may start a little earlier in its interval than the last one did."""


class Schedule:
    """When the parts of one table are due, on the monotonic clock."""

    def __init__(self, profile: TableProfile, every_s: float | None) -> None:
        """Everything is due."""
        self.profile = profile
        self.every_s = every_s
        self.later = False
        """Whether columns of later alternatives were needed, and are asked for at once."""
        self.had_rows = False
        self._due_s = float("-inf")
        self._structure_s: dict[str, float] = {}
        self._absent_s: dict[str, float] = {}
        self._restored: tuple[str, ...] = ()

    def due(self, now_s: float, *, everything: bool) -> bool:
        """Say whether the table's values are due."""
        return everything or now_s >= self._due_s - _EARLY_S

    def visited(self, now_s: float) -> None:
        """Wait for the next interval."""
        if self.every_s is not None:
            self._due_s = now_s + self.every_s

    def values(self, now_s: float) -> list[str]:
        """List the value columns to read: of a table that was absent one is enough to see it."""
        columns = [one for one in self.profile.columns.values() if not one.structure]
        present = [one.name for one in columns if not self.lacks(one.name, now_s)]
        if self.lost(now_s):
            return present[:1]
        return [name for name in present if self.later or name not in self.profile.later]

    def lost(self, now_s: float) -> bool:
        """Say whether the device had nothing of this table and is probed for it again."""
        names = [one.name for one in self.profile.columns.values() if not one.structure]
        missed = all(name in self._absent_s or name in self.profile.later for name in names)
        return bool(names) and missed and not all(self.lacks(name, now_s) for name in names)

    def structure(self, now_s: float, *, everything: bool) -> list[str]:
        """List the structure columns to read."""
        return [
            one.name
            for one in self.profile.columns.values()
            if one.structure
            and not self.lacks(one.name, now_s)
            and (everything or now_s >= self._structure_s.get(one.name, now_s) - _EARLY_S)
        ]

    def read(self, name: str, now_s: float) -> None:
        """Remember that a structure column was read whole."""
        every_s = self.profile.columns[name].every_s or STRUCTURE_S
        self._structure_s[name] = now_s + every_s

    def missed(self, name: str, now_s: float) -> None:
        """Remember that the device lacks a column or a scalar."""
        self._absent_s[name] = now_s + ABSENT_S

    def found(self, names: Iterable[str]) -> None:
        """Forget that columns were absent."""
        for name in names:
            self._absent_s.pop(name, None)

    def lacks(self, name: str, now_s: float) -> bool:
        """Say whether a column was absent and is not yet to be probed again."""
        if self._restored:
            for restored in self._restored:
                self._absent_s.setdefault(restored, now_s + ABSENT_S)
            self._restored = ()
        return now_s < self._absent_s.get(name, now_s)

    def restart(self) -> None:
        """Everything is due: the device restarted, perhaps with other software."""
        self._due_s = float("-inf")
        self._structure_s.clear()
        self._absent_s.clear()
        self.later = False

    def export(self) -> Json:
        """List what the device lacks."""
        return sorted({*self._absent_s, *self._restored})

    def restore(self, document: Json) -> None:
        """Take up what `export` wrote; anything else is ignored."""
        if isinstance(document, list):
            self._restored = tuple(
                name for name in document if isinstance(name, str) and name in self.profile.columns
            )
