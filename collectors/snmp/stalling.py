"""Which columns of a visit are left out because they stalled before, and what that costs.

`quarantine` decides how long; this is what the tables of one device make of it in each visit.
"""

from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet

from collectors.contract import Failure
from collectors.errors import Detail, Reason
from collectors.snmp.profile import Profile
from collectors.snmp.quarantine import Quarantine
from collectors.snmp.steady import Place

_NONE: frozenset[str] = frozenset()


class Stalling:
    """The columns that one visit does without.

    Attributes:
        left_out: tables of which nothing was asked in this visit.
    """

    __slots__ = ("_barred", "_trial", "left_out", "quarantine")

    def __init__(self) -> None:
        """Hold nothing against any table."""
        self.quarantine = Quarantine()
        self.left_out: frozenset[str] = _NONE
        self._trial: str | None = None
        self._barred: Mapping[str, frozenset[str]] = {}

    def begin(self, now_s: float) -> None:
        """Leave out nothing yet."""
        self.left_out = _NONE
        if self._barred:
            self._barred = {}
        self.quarantine.begin(now_s)

    def try_apart(self, table: str | None) -> None:
        """Let a table that stalled before be walked now; None: none any more."""
        self._trial = table

    def admitted(self, places: Iterable[Place]) -> Iterator[Place]:
        """Leave out the columns that stalled before, but for the table that is tried now."""
        for table, column in places:
            if table != self._trial and self.quarantine.barred(table, column):
                others = self._barred.get(table, _NONE)
                self._barred = {**self._barred, table: others | {column}}
            else:
                yield table, column

    def account(
        self, profile: Profile, walked: AbstractSet[Place]
    ) -> Iterator[tuple[str, Failure, bool]]:
        """Tell of the columns that this visit wanted and did not ask for.

        Yields tables, what failed, and whether it concerns structure.
        """
        asked = {name for name, _column in walked}
        for table, columns in self._barred.items():
            missing = {one for one in columns if (table, one) not in walked}
            if not missing:
                continue
            if table not in asked:
                self.left_out |= {table}
            gives, known = profile.by_name[table].gives, profile.by_name[table].columns
            text = f"{len(missing)} columns stalled before and were left out"
            failed = Failure(gives or table, Reason.PARTIAL, Detail.QUARANTINED, text)
            yield table, failed, any(known[one].structure for one in missing)
