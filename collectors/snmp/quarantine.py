"""Tables that stall are left out for a while, so that they cost the others neither time nor place.

    healthy ──stalled──▶ suspect ──stalled──▶ left out ──pause over──▶ on trial
       ▲                    │                    ▲                         │
       │◀────answered───────┘                    └──stalled: longer pause──┤
       └◀──────────────────────────────answered────────────────────────────┘

Suspects and tables on trial are walked after all others, one by one, each with a share of the time
of its own; after one that stalls the next ones wait for another visit, because an agent that is
stuck in one table answers for none. Only columns that stalled are concerned, when others of the
same table came.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from collectors.contract import Json

STRIKES = 2
"""Visits in a row that a table stalls in before it is left out."""
PAUSES_S = (300.0, 900.0, 3600.0)
"""How long it is left out: the first time, after the first trial, and from then on."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is held against one table.

    Args:
        columns: those that stalled.
        stalls: visits and trials in a row in which they did.
        until_s: of the pause, on the monotonic clock; None: only a suspect.
    """

    columns: frozenset[str]
    stalls: int
    until_s: float | None = None


def after_stall(former: Case | None, columns: frozenset[str], now_s: float) -> Case:
    """Hold one more stall against a table."""
    known = former.columns if former else frozenset()
    stalls = former.stalls + 1 if former else 1
    until_s = None
    if stalls >= STRIKES:
        until_s = now_s + PAUSES_S[min(stalls - STRIKES, len(PAUSES_S) - 1)]
    return Case(known | columns, stalls, until_s)


class Quarantine:
    """The cases of one device, by table of its profile.

    Attributes:
        cases: of tables that are not healthy; nearly always none.
        known: tables that were left out at least once.
        notices: what began or ended in this visit.
    """

    def __init__(self) -> None:
        """Hold nothing against any table."""
        self.cases: dict[str, Case] = {}
        self.known: set[str] = set()
        self.notices: list[str] = []
        self._left_s: dict[str, float] = {}

    def begin(self, now_s: float) -> None:
        """Start the pauses that were going on when we were stopped."""
        self.notices = []
        for table, left_s in self._left_s.items():
            case = self.cases[table]
            self.cases[table] = Case(case.columns, case.stalls, now_s + left_s)
        self._left_s = {}

    def left_out(self, table: str, now_s: float) -> bool:
        """Say whether a table waits for its pause to end."""
        case = self.cases.get(table)
        return case is not None and case.until_s is not None and now_s < case.until_s

    def barred(self, table: str, column: str) -> bool:
        """Say whether a column is not to be walked together with others."""
        case = self.cases.get(table)
        return case is not None and column in case.columns

    def to_try(self, now_s: float) -> list[str]:
        """List the tables to walk apart; those that least is held against come first."""
        waiting = [table for table in self.cases if not self.left_out(table, now_s)]
        return sorted(waiting, key=lambda table: self.cases[table].stalls)

    def stalled(self, table: str, columns: Iterable[str], now_s: float) -> None:
        """Hold a stall against a table."""
        case = after_stall(self.cases.get(table), frozenset(columns), now_s)
        self.cases[table] = case
        if case.stalls == STRIKES:
            self.known.add(table)
            self.notices.append(f"{table} stalls: left out, and asked again every now and then")

    def answered(self, table: str) -> None:
        """Hold nothing against a table any more."""
        case = self.cases.pop(table, None)
        if case is not None and case.stalls >= STRIKES:
            self.notices.append(f"{table} answers again")

    def clear(self) -> None:
        """Give every table another chance: the device restarted."""
        self.cases.clear()
        self._left_s = {}

    # --- what outlives a restart of ours

    def export(self, now_s: float) -> Json:
        """Write the cases, with what is left of their pauses."""
        return {
            "known": sorted(self.known),
            "cases": {
                table: {
                    "columns": sorted(case.columns),
                    "stalls": case.stalls,
                    "left_s": max(0.0, case.until_s - now_s) if case.until_s is not None else 0.0,
                }
                for table, case in self.cases.items()
            },
        }

    def restore(self, document: Json, tables: Mapping[str, Iterable[str]]) -> None:
        """Take up what `export` wrote about these tables and columns; all else is ignored."""
        if not isinstance(document, Mapping):
            return
        known, cases = document.get("known"), document.get("cases")
        if isinstance(known, list):
            self.known = {name for name in known if isinstance(name, str) and name in tables}
        for table, case in cases.items() if isinstance(cases, Mapping) else ():
            if table in tables and isinstance(case, Mapping):
                self._restore(table, case, frozenset(tables[table]))

    def _restore(self, table: str, case: Mapping[str, Json], columns: frozenset[str]) -> None:
        listed, stalls, left_s = case.get("columns"), case.get("stalls"), case.get("left_s")
        if not isinstance(listed, list) or not isinstance(stalls, int) or stalls < 1:
            return
        found = columns.intersection(name for name in listed if isinstance(name, str))
        if found:
            self.cases[table] = Case(found, stalls)
            if stalls >= STRIKES and isinstance(left_s, int | float):
                self._left_s[table] = min(float(left_s), PAUSES_S[-1])
