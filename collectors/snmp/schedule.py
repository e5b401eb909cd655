"""What of a table is due in a visit: its values, its structure, and what the device lacked."""

from collections.abc import Sequence

from collectors.contract import Json
from collectors.snmp.absences import Absences
from collectors.snmp.moments import Moments, later
from collectors.snmp.profile import TableProfile

STRUCTURE_S = 3600.0
"""Names, types and serials are read again after this, besides at every change."""
_INTERVALS = 2
"""A sample older than two intervals is not exposed."""
_EARLY_S = 1.0
"""A visit may start a little earlier in its interval than the last one did."""
_NEVER_S = float("-inf")
_EVER_S = float("inf")
_NEVER_READ: Moments[str] = Moments()
"""Of the many tables that a device lacks; nothing is ever noted in it."""

Lack = tuple[float, float]
"""Of a table of which the device has nothing: until when not to ask for it, and when it is due."""


class Schedule:
    """When the parts of one table are due, on the monotonic clock.

    Attributes:
        later: columns of later alternatives were needed before, so they are asked for at once.
        stretch: how many intervals lie between two visits, more than 1 to spare the device.
    """

    __slots__ = (
        "_absent", "_due_s", "_idle_s", "_interval_s", "_structure", "every_s", "later", "profile",
        "stretch",
    )  # fmt: skip

    def __init__(self, profile: TableProfile, every_s: float | None) -> None:
        """Everything is due."""
        self.profile = profile
        self.every_s = every_s
        self.later = False
        self.stretch = 1
        self._interval_s = 0.0
        self._absent: Absences[str] = Absences()
        self._due_s = _NEVER_S
        self._idle_s = _NEVER_S  # until then nothing at all of the table is asked for
        self._structure = _NEVER_READ

    @property
    def due_s(self) -> float:
        """When its values are due, at the earliest."""
        return self._due_s - _EARLY_S

    def quiet_until_s(self, now_s: float) -> float:
        """Say how long the same columns are due as now; now itself when a name is."""
        if now_s < self._idle_s:
            return self._idle_s
        if self.structure(now_s, everything=False):
            return now_s
        return min(self._structure.first_s() - _EARLY_S, self._absent.next_s(now_s))

    def due(self, now_s: float, *, everything: bool) -> bool:
        """Say whether the table's values are due."""
        return everything or now_s >= self.due_s

    def visited(self, now_s: float) -> None:
        """Wait for the next interval."""
        if self.every_s is not None or self.stretch > 1:
            self._due_s = now_s + (self.every_s or self._interval_s) * self.stretch

    def slow(self, stretch: int, interval_s: float) -> None:
        """Read the table at every so many intervals from the next visit on."""
        self.stretch = stretch
        self._interval_s = interval_s

    def lifetime_s(self, interval_s: float) -> float:
        """Return how long its rows live: two of its intervals."""
        return _INTERVALS * max(interval_s, self.every_s or 0.0) * self.stretch

    def values(self, now_s: float) -> Sequence[str]:
        """List the value columns to read.

        Of a table that was not there all are asked for again at once: which of them a device has,
        nobody knows, and the walk finds out with few requests that there is still none.
        """
        if now_s < self._idle_s:
            return ()
        profile, absent = self.profile, self._absent
        everything = profile.values if self.later else profile.first
        wanted = tuple([name for name in everything if not absent.lacks(name, now_s)])
        return everything if len(wanted) == len(everything) else wanted

    def lack(self, now_s: float) -> Lack | None:
        """Say all there is to remember of a table that the device lacks; None: there is more."""
        if self.later or self.stretch > 1 or self._structure.first_s() < _EVER_S:
            return None
        if now_s < self._idle_s:
            return self._idle_s, self._due_s
        until_s = self._absent.common_s
        if until_s is None or until_s <= now_s or not self._wholly():
            return None
        return until_s, self._due_s

    def take_lack(self, lack: Lack) -> None:
        """Remember that the device lacks the whole table."""
        self._idle_s, self._due_s = lack
        self._absent.fill((*self.profile.structure, *self.profile.first), self._idle_s)

    @property
    def lacking(self) -> bool:
        """Whether the device was found to have nothing of the table that would be read first."""
        first = self.profile.first
        return all(name in self._absent for name in first or self.profile.structure)

    def structure(self, now_s: float, *, everything: bool) -> list[str]:
        """List the structure columns to read."""
        if now_s < self._idle_s:
            return []
        return [
            name
            for name in self.profile.structure
            if not self._absent.lacks(name, now_s)
            and (everything or now_s >= self._structure.get(name, now_s) - _EARLY_S)
        ]

    def read(self, name: str, now_s: float) -> None:
        """Remember that a structure column was read whole."""
        every_s = self.profile.columns[name].every_s or STRUCTURE_S
        if self._structure is _NEVER_READ:
            self._structure = Moments()
        self._structure.set((name,), later(now_s, every_s))

    def lacks(self, name: str, now_s: float) -> bool:
        """Say whether a column was absent and is not to be asked for yet."""
        return self._absent.lacks(name, now_s)

    def seen(self, name: str, now_s: float, *, present: bool, soon: bool) -> None:
        """Remember whether the device has a column or scalar that it was asked for."""
        self._idle_s = _NEVER_S
        if present:
            self._absent.found(name)
        else:
            self._structure.drop(name)
            self._absent.missed(name, now_s, soon=soon)

    def reconsider(self) -> None:
        """Ask for what was absent once more: the device says that something moved there."""
        self._idle_s = _NEVER_S
        self._absent.clear()

    def restart(self) -> None:
        """Everything is due: the device restarted, perhaps with other software."""
        self._due_s = self._idle_s = _NEVER_S
        self._structure = _NEVER_READ
        self._absent.clear()
        self.later = False

    def export(self) -> Json:
        """List what the device lacks; True: all that is asked of the table first."""
        return True if self._wholly() else sorted(self._absent)

    def _wholly(self) -> bool:
        profile = self.profile
        return {*self._absent} == {*profile.structure, *profile.first}

    def restore(self, document: Json) -> None:
        """Take up what `export` wrote; anything else is ignored."""
        self._idle_s = _NEVER_S
        if document is True:
            self._absent = Absences((*self.profile.structure, *self.profile.first))
        elif isinstance(document, list):
            columns = self.profile.columns
            known = [name for name in document if isinstance(name, str) and name in columns]
            self._absent = Absences(known)
