"""Accounts of one target's checks: success, duration, last success, failures by reason and detail.

They are tables like any other, exposed through the store, but they never age: how old the last
success is, is what they are there to say.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from agent.visit import Outcome
from collectors.contract import Effort, Method, Number, Samples, Table
from collectors.errors import Detail, Reason

REASONS = tuple(Reason)

_BUDGET = (
    "egov_check_retries_total",
    "egov_check_pace_ratio",
    "egov_check_requests_limit",
    "egov_check_in_flight_limit",
)


@dataclass(slots=True)
class _Account:
    success: int | None = None
    duration_s: float | None = None
    last_success_s: float | None = None
    failures: Counter[Reason] = field(default_factory=Counter)
    details: Counter[Detail] = field(default_factory=Counter)
    budget: tuple[Number, ...] | None = None
    requests: int | None = None
    octets: int | None = None

    def spend(self, effort: Effort) -> None:
        """Add what a visit cost; `budget`, the values of _BUDGET, stays the same for weeks."""
        self.requests = (self.requests or 0) + effort.requests
        self.octets = (self.octets or 0) + effort.octets
        retries = (self.budget[0] if self.budget else 0) + effort.retries
        rate = effort.requests_per_second
        budget = retries, _whole(effort.pace), _whole(rate), effort.in_flight
        if budget != self.budget:
            self.budget = budget


class Checks:
    """The accounts of one target, by check."""

    def __init__(self, checks: tuple[str, ...] = ()) -> None:
        """Open an account for each check; more are opened when they first report."""
        self._accounts = {check: _Account() for check in checks}
        self._keys: tuple[tuple[str], ...] = ()
        self._budgets: list[tuple[Number, ...] | None] = []
        self._budget_samples: tuple[Samples, ...] = ()

    def keep_only(self, checks: tuple[str, ...]) -> None:
        """Close the accounts of all other checks, and open those that are missing."""
        self._accounts = {check: self._accounts.get(check, _Account()) for check in checks}

    @property
    def names(self) -> tuple[str, ...]:
        """The checks that have an account."""
        return tuple(self._accounts)

    def tables(self) -> tuple[Table, ...]:
        """Return all accounts as they stand; before any outcome that is the failures at 0."""
        return (*self._visits(), self._failures(), *self._details())

    def record(self, outcome: Outcome) -> tuple[Table, ...]:
        """Book an outcome and return the tables that it changed, each whole."""
        account = self._accounts.setdefault(outcome.check, _Account())
        account.success = int(outcome.brought_data)
        account.duration_s = outcome.duration_s
        if outcome.observation is not None and outcome.observation.effort is not None:
            account.spend(outcome.observation.effort)
        if outcome.brought_data:
            account.last_success_s = outcome.at.timestamp()
        if outcome.reason is None:
            return tuple(self._visits())
        account.failures.update(_reasons(outcome))
        account.details.update(_details(outcome))
        return self.tables()

    def _visits(self) -> list[Table]:
        """Return success and times of the checks whose first visit has ended."""
        names = [name for name, one in self._accounts.items() if one.success is not None]
        if not names:
            return []
        accounts = [self._accounts[name] for name in names]
        if len(self._keys) != len(names) or [name for (name,) in self._keys] != names:
            self._keys = tuple([(name,) for name in names])
        samples: tuple[Samples, ...] = (
            Samples("egov_check_success", [one.success for one in accounts]),
            Samples("egov_check_duration_seconds", [one.duration_s for one in accounts]),
            Samples(
                "egov_check_last_success_timestamp_seconds",
                [one.last_success_s for one in accounts],
            ),
        )
        samples += self._efforts(accounts)
        return [Table("check", Method.AGENT, self._keys, samples)]

    def _efforts(self, accounts: Sequence[_Account]) -> tuple[Samples, ...]:
        """Return what the checks that count it have cost, and their budgets, if any does."""
        budgets = [one.budget for one in accounts]
        if not any(budgets):
            return ()
        if budgets != self._budgets:
            self._budgets = budgets
            self._budget_samples = tuple(
                Samples(family, [one[place] if one else None for one in budgets])
                for place, family in enumerate(_BUDGET)
            )
        return (
            Samples("egov_check_requests_total", [one.requests for one in accounts]),
            Samples("egov_check_response_bytes_total", [one.octets for one in accounts]),
            *self._budget_samples,
        )

    def _failures(self) -> Table:
        keys = [(check, reason.value) for check in self._accounts for reason in REASONS]
        values: list[Number | None] = [
            account.failures[reason] for account in self._accounts.values() for reason in REASONS
        ]
        samples = (Samples("egov_check_failures_total", values),)
        return Table("check_failures", Method.AGENT, keys, samples)

    def _details(self) -> list[Table]:
        counts = {
            (check, detail.value): count
            for check, account in self._accounts.items()
            for detail, count in account.details.items()
        }
        if not counts:
            return []
        samples = (Samples("egov_check_failure_detail_total", list(counts.values())),)
        return [Table("check_failure_detail", Method.AGENT, list(counts), samples)]


def _whole(number: float) -> Number:
    """Return a number as an integer where it is one, which the store keeps at a fraction of it."""
    return int(number) if number == int(number) else number


def _reasons(outcome: Outcome) -> set[Reason]:
    """Count a visit once under its own reason, and a partial one also under what it missed."""
    missed = {failure.reason for failure in outcome.failures}
    return missed | {outcome.reason} if outcome.reason else missed


def _details(outcome: Outcome) -> set[Detail]:
    details = {failure.detail for failure in outcome.failures} | {outcome.detail}
    return details - {Detail.NONE}
