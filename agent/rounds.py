"""What happens around a visit: the question, the accounts, and where its result goes.

scheduler ──▶ Rounds ──Question──▶ visit ──Outcome──▶ accounts ──▶ store
                                               ├── facts ──▶ derivations
                                               ├── findings ──▶ sink
                                               └── a change of state ──▶ log
"""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from agent import visit
from agent.checks import Checks
from agent.clock import Clock
from agent.log import concern
from agent.scheduler import Entry
from agent.visit import Outcome
from collectors.contract import Fact, Finding, Observation, Question
from collectors.errors import Detail, Reason
from collectors.facts import CheckOutcome

logger = logging.getLogger(__name__)

LIFETIME_INTERVALS = 2
"""A fact older than two intervals is unknown, as a sample of that age is not exposed."""


class Learn(Protocol):
    """Where facts go: the derivations."""

    def __call__(
        self,
        target: str,
        check: str,
        facts: tuple[Fact, ...],
        expires_s: float,
        kind: type[Fact] | None = None,
    ) -> None:
        """Take facts until a monotonic time; of `kind` there are these and no others."""


class Observations(Protocol):
    """Where observations are kept: the store."""

    def put(self, observation: Observation, monotonic_s: float, wall_s: float) -> None:
        """Replace the tables that it brought; ValueError: they contradict the catalogue."""


@dataclass(frozen=True, slots=True)
class Last:
    """How the last question of one check ended, and when on the monotonic clock.

    Args:
        success_s: the last time that data came; None: never.
    """

    reason: Reason | None
    detail: Detail
    text: str
    ended_s: float
    success_s: float | None


class Rounds:
    """Implements the scheduler's Visitor; one instance for the service.

    Args:
        learn: takes the facts of a check, with the monotonic time at which they become unknown;
            a table's facts live as long as the table.
        report: takes findings, at once.
    """

    def __init__(
        self,
        clock: Clock,
        store: Observations,
        learn: Learn,
        report: Callable[[tuple[Finding, ...]], None],
    ) -> None:
        """Know no target yet."""
        self._clock = clock
        self._store = store
        self._learn = learn
        self._report = report
        self._checks: dict[str, Checks] = {}
        self._last: dict[tuple[str, str], Last] = {}

    def place(self, target: str, checks: Iterable[str]) -> None:
        """Open the accounts of a target: every failure is there with 0 before its first visit."""
        accounts = self._checks.setdefault(target, Checks())
        accounts.keep_only(tuple(checks))
        observation = Observation(target, "agent", accounts.tables())
        self._store.put(observation, self._clock.monotonic(), self._clock.now().timestamp())

    def remove(self, target: str) -> None:
        """Close the accounts of a target that a reload took away."""
        if (accounts := self._checks.pop(target, None)) is not None:
            for check in accounts.names:
                self._last.pop((target, check), None)

    @property
    def last(self) -> Mapping[tuple[str, str], Last]:
        """How the last question of each (target, check) ended; none before the first."""
        return self._last

    async def visit(self, entry: Entry, deadline_s: float) -> bool:
        """Ask for everything that is due and keep what comes."""
        concern(entry.target)
        question = self._question(deadline_s)
        outcome = await visit.visit(entry.target, entry.check, entry.poller, question, self._clock)
        return self._keep(entry, outcome)

    async def knock(self, entry: Entry, deadline_s: float) -> bool:
        """Ask the cheap question; only a failure is booked, an answer is followed by a visit."""
        concern(entry.target)
        question = self._question(deadline_s)
        outcome = await visit.knock(entry.target, entry.check, entry.poller, question, self._clock)
        return True if outcome.reason is None else self._keep(entry, outcome)

    def _question(self, deadline_s: float) -> Question:
        return Question(self._clock.now(), self._clock.monotonic(), deadline_s)

    def _keep(self, entry: Entry, outcome: Outcome) -> bool:
        checks = self._checks.get(entry.target)
        if checks is None:  # a reload took the target away while it was asked
            return outcome.answers
        brought = outcome.observation or Observation(entry.target, entry.check)
        try:
            tables = (*brought.tables, *checks.record(outcome))
            self._put(
                Observation(entry.target, entry.check, tables, failures=brought.failures), outcome
            )
        except Exception as error:  # noqa: BLE001  what a device says ends no service
            outcome = _contradicted(outcome, error)
            tables = checks.record(outcome)
            self._put(Observation(entry.target, entry.check, tables), outcome)
            brought = Observation(entry.target, entry.check)
        self._hand_on(entry, outcome, brought)
        self._note(entry, outcome)
        return outcome.answers

    def _hand_on(self, entry: Entry, outcome: Outcome, brought: Observation) -> None:
        refused = outcome.reason is Reason.DENIED
        told = CheckOutcome(entry.target, entry.check, outcome.brought_data, refused)
        now_s = self._clock.monotonic()
        expires_s = now_s + entry.interval_s * LIFETIME_INTERVALS
        kinds = {one.type for one in brought.known}
        others = tuple(fact for fact in brought.facts if type(fact) not in kinds)
        self._learn(entry.target, entry.check, (told, *others), expires_s)
        for one in brought.known:
            facts = tuple(fact for fact in brought.facts if type(fact) is one.type)
            until_s = now_s + max(one.lifetime_s, entry.interval_s * LIFETIME_INTERVALS)
            self._learn(entry.target, entry.check, facts, until_s, one.type)
        if brought.findings:
            self._report(brought.findings)
        for line in brought.notices:
            logger.warning("%s: %s", entry.check, line)

    def _note(self, entry: Entry, outcome: Outcome) -> None:
        former = self._last.get(entry.key)
        ended_s = self._clock.monotonic()
        success_s = former.success_s if former else None
        if outcome.brought_data:
            success_s = ended_s
        last = Last(outcome.reason, outcome.detail, outcome.text, ended_s, success_s)
        self._last[entry.key] = last
        _log_change(entry, outcome, former)

    def _put(self, observation: Observation, outcome: Outcome) -> None:
        self._store.put(observation, self._clock.monotonic(), outcome.at.timestamp())


def _contradicted(outcome: Outcome, error: Exception) -> Outcome:
    text = f"{outcome.target}: the tables of {outcome.check} cannot be kept: {error!r}"
    return replace(
        outcome,
        observation=None,
        reason=Reason.BAD_ANSWER,
        detail=Detail.INTERNAL,
        text=text,
        error=error,
    )


def _log_change(entry: Entry, outcome: Outcome, former: Last | None) -> None:
    """Say what is new: a failure that goes on for a day is one line, and so is its end."""
    now = outcome.reason, outcome.detail
    if now == ((former.reason, former.detail) if former else (None, Detail.NONE)):
        return
    if outcome.reason is None:
        logger.info("%s: answers again", entry.check)
        return
    words = f"{outcome.reason} ({outcome.detail})" if outcome.detail else str(outcome.reason)
    is_ours = outcome.detail is Detail.INTERNAL
    logger.warning(
        "%s: %s: %s",
        entry.check,
        words,
        outcome.text.removeprefix(f"{entry.target}: "),
        exc_info=outcome.error if is_ours else None,
    )
