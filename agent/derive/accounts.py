"""How the derivations fare: runs, failures and time spent, for the agent's own metrics.

They are not rows of egov_check_*: a derivation runs when something changed, so the age of its last
success says nothing, and an alert on that age would fire on a quiet network.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Account:
    """One derivation over all of its subjects; `broken` counts those whose last run failed."""

    runs: int = 0
    failures: int = 0
    spent_s: float = 0.0
    broken: int = 0


class Accounts:
    """One account for each derivation."""

    def __init__(self, names: Iterable[str]) -> None:
        """Begin with 0 everywhere."""
        self._accounts = {name: Account() for name in names}
        self._broken: dict[str, set[str]] = {name: set() for name in self._accounts}

    def statistics(self) -> Mapping[str, Account]:
        """Return the accounts by the derivation's name."""
        return MappingProxyType(
            {
                name: replace(account, broken=len(self._broken[name]))
                for name, account in self._accounts.items()
            }
        )

    def ran(self, name: str, subject: str, spent_s: float) -> None:
        """Book a run that ended well."""
        self._broken[name].discard(subject)
        self._book(name, spent_s, failures=0)

    def failed(self, name: str, subject: str, spent_s: float, error: Exception) -> None:
        """Book a run that raised; the traceback is logged the first time."""
        if subject not in self._broken[name]:
            self._broken[name].add(subject)
            logger.error("%s: derivation %s failed", subject or "agent", name, exc_info=error)
        self._book(name, spent_s, failures=1)

    def keep_only(self, name: str, subjects: Iterable[str]) -> None:
        """Forget subjects that a reload took away."""
        self._broken[name] &= set(subjects)

    def _book(self, name: str, spent_s: float, failures: int) -> None:
        old = self._accounts[name]
        self._accounts[name] = Account(old.runs + 1, old.failures + failures, old.spent_s + spent_s)
