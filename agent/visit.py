"""Asks one poller one question and says how it ended.

This is the one boundary where a collector's errors are caught, so no collector can forget its
duration, success or failure reason, and none of its mistakes ends the service.
"""

import asyncio
import logging
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime

from agent.clock import Clock
from collectors.contract import Failure, Observation, Poller, Question
from collectors.errors import CollectError, Detail, Reason

logger = logging.getLogger(__name__)

SILENCE = frozenset({Reason.UNREACHABLE, Reason.TIMEOUT, Reason.DENIED})
"""After these a full visit is not worth asking for until one cheap question was answered. A refusal
belongs here: repeating wrong credentials by the dozen locks accounts."""

GRACE_SHARE = 0.05
GRACE_S = 1.0
"""What a poller may need beyond its deadline to hand over what it has."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one question ended.

    Args:
        reason: None when everything was brought, PARTIAL when some of it was.
        observation: what was brought; None when nothing was, or after a knock.
        text: for the reader of a log; names the target.
    """

    target: str
    check: str
    at: datetime
    duration_s: float
    observation: Observation | None = None
    reason: Reason | None = None
    detail: Detail = Detail.NONE
    text: str = ""
    error: BaseException | None = None

    @property
    def brought_data(self) -> bool:
        """Whether at least one table came, an empty one included."""
        return self.reason in (None, Reason.PARTIAL)

    @property
    def answers(self) -> bool:
        """Whether the target is worth a full visit next time.

        One that tells of silence in a table is: the table goes on telling.
        """
        told = self.observation is not None and self.observation.failed is not None
        return told or self.reason not in SILENCE

    @property
    def failures(self) -> tuple[Failure, ...]:
        """The parts that were missed while the rest came."""
        return self.observation.failures if self.observation else ()


async def visit(
    target: str, check: str, poller: Poller, question: Question, clock: Clock
) -> Outcome:
    """Ask for everything that is due."""
    return await _ask(target, check, poller.visit(question), question, clock)


async def knock(
    target: str, check: str, poller: Poller, question: Question, clock: Clock
) -> Outcome:
    """Ask the one cheap question."""
    return await _ask(target, check, poller.knock(question), question, clock)


async def _ask(
    target: str,
    check: str,
    asking: Awaitable[Observation | None],
    question: Question,
    clock: Clock,
) -> Outcome:
    observation: Observation | None = None
    error: Exception | None = None
    try:
        async with asyncio.timeout_at(_last_moment_s(question)):
            observation = await asking
    except Exception as caught:  # noqa: BLE001  the one boundary around every collector
        error = caught
    reason, detail, text = _explain(target, error) if error else _judge(observation)
    if detail is not Detail.INTERNAL:
        _forget_frames(error)
    duration_s = clock.monotonic() - question.monotonic_s
    return Outcome(target, check, clock.now(), duration_s, observation, reason, detail, text, error)


def _forget_frames(error: BaseException | None) -> None:
    """Break the circle of an error and the frames it went through, whose variables know it.

    Only a mistake of ours is told with them. The garbage collector does not look at what is as old
    as a timeout, and a dead target leaves an error a minute.
    """
    while error is not None:
        error.__traceback__ = None
        error = error.__cause__ or error.__context__


def _last_moment_s(question: Question) -> float:
    allowed_s = question.deadline_s - question.monotonic_s
    return question.deadline_s + min(GRACE_S, allowed_s * GRACE_SHARE)


def _explain(target: str, error: Exception) -> tuple[Reason, Detail, str]:
    match error:
        case CollectError():
            return error.reason, error.detail, str(error)
        case TimeoutError():
            return Reason.TIMEOUT, Detail.DEADLINE, f"{target}: the visit outran its deadline"
        case _:
            text = f"{target}: {type(error).__name__} in the collector: {error}"
            return Reason.BAD_ANSWER, Detail.INTERNAL, text


def _judge(observation: Observation | None) -> tuple[Reason | None, Detail, str]:
    """Tell a full success from a partial one, and from failures alone."""
    if observation is None or not observation.failures:
        return None, Detail.NONE, ""
    first = observation.failed or observation.failures[0]
    text = f"{observation.target}: {first.table}: {first.text}"
    if observation.tables and observation.failed is None:
        return Reason.PARTIAL, first.detail, text
    return first.reason, first.detail, text
