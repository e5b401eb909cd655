"""Success, duration and failures of derivations: the tables of any other check, with the agent."""

import logging
from datetime import datetime

from agent.checks import Checks
from agent.visit import Outcome
from collectors.contract import Table
from collectors.errors import Detail, Reason

logger = logging.getLogger(__name__)

AGENT = ""


class Accounts:
    """One account for each derivation, `derived.<name>`, over all of its subjects."""

    def __init__(self, names: tuple[str, ...]) -> None:
        """Begin with every failure at 0."""
        self._checks = Checks(tuple(map(_check, names)))
        self._broken: set[tuple[str, str]] = set()
        self._changed: dict[str, Table] = {one.name: one for one in self._checks.tables()}

    def changed(self) -> tuple[Table, ...]:
        """Hand over the tables that changed since the last call, each whole."""
        tables = tuple(self._changed.values())
        self._changed = {}
        return tables

    def succeeded(self, name: str, duration_s: float, now: datetime) -> None:
        """Book a run that ended well."""
        if self._broken:
            self._broken = {broken for broken in self._broken if broken[0] != name}
        self._book(Outcome(AGENT, _check(name), now, duration_s))

    def failed(
        self, name: str, subject: str, duration_s: float, now: datetime, error: Exception
    ) -> None:
        """Book a run that raised; the traceback is logged the first time."""
        if (name, subject) not in self._broken:
            self._broken.add((name, subject))
            logger.error("%s: derivation %s failed", subject or "agent", name, exc_info=error)
        self._book(
            Outcome(
                AGENT,
                _check(name),
                now,
                duration_s,
                reason=Reason.BAD_ANSWER,
                detail=Detail.INTERNAL,
                text=str(error),
            )
        )

    def _book(self, outcome: Outcome) -> None:
        self._changed |= {table.name: table for table in self._checks.record(outcome)}


def _check(name: str) -> str:
    return f"derived.{name}"
