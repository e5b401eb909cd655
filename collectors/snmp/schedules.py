"""The schedules of all tables of a device.

A switch lacks most of the tables that a profile knows, nearly all of them since the same visit. Of
these a few moments are kept, one for all that were missed together, and not a schedule for each:
those of 44 tables took 8 KiB a switch.
"""

from collections.abc import Mapping

from collectors.contract import Json
from collectors.snmp.profile import Profile
from collectors.snmp.schedule import Lack, Schedule
from collectors.snmp.sharing import names_of

_NONE: frozenset[str] = frozenset()


class Schedules(dict[str, Schedule]):
    """Schedules by the name of their table in the profile; one that is asked for is made.

    Args:
        intervals_s: of the tables of the catalogue that the inventory gives one of their own.
    """

    __slots__ = ("_intervals_s", "_lacked", "_profile")

    def __init__(self, profile: Profile, intervals_s: Mapping[str, float]) -> None:
        """Everything is due."""
        super().__init__()
        self._profile = profile
        self._intervals_s = intervals_s
        self._lacked: Mapping[Lack, frozenset[str]] = {}

    def __missing__(self, name: str) -> Schedule:
        """Make the schedule of a table, as it was when it was put away."""
        table = self._profile.by_name[name]
        made = Schedule(table, self._intervals_s.get(table.gives or "") or table.every_s)
        for lack, names in self._lacked.items():
            if name in names:
                made.take_lack(lack)
        self[name] = made
        return made

    def end(self, now_s: float) -> None:
        """Put away the schedules of tables that the device lacks."""
        lacked = {lack: names.difference(self) for lack, names in self._lacked.items()}
        kept: dict[str, Schedule] = {}
        for name, one in self.items():
            lack = one.lack(now_s)
            if lack is None:
                kept[name] = one
            else:
                lacked[lack] = lacked.get(lack, _NONE) | {name}
        self._lacked = {lack: names_of(names) for lack, names in lacked.items() if names}
        if len(kept) < len(self):
            self.clear()  # gives back the room, which deleting does not
            self.update(kept)

    def export(self) -> Json:
        """Write what the device lacks, by table."""
        away = _NONE.union(*self._lacked.values()).difference(self)
        found: dict[str, Json] = {}
        for name in self._profile.by_name:
            lacks = True if name in away else name in self and self[name].export()
            if lacks:
                found[name] = lacks
        return found

    def restore(self, document: Mapping[str, Json]) -> None:
        """Take up what `export` wrote; anything else is ignored."""
        for name in self._profile.by_name.keys() & document.keys():
            self[name].restore(document[name])
