"""One question: how it ended, whatever the collector did."""

import asyncio

import pytest

from agent import visit
from agent.visit import Outcome
from collectors.contract import Failure, Observation, Question
from collectors.errors import (
    BadAnswer,
    CollectError,
    Denied,
    Detail,
    Reason,
    TimedOut,
    Unreachable,
    Unsupported,
)
from tests.agent.fakes import ROWS, FakePoller
from tests.agent.virtual import VirtualClock, run


def asked(poller: FakePoller, allowed_s: float = 50.0) -> tuple[Outcome, float]:
    """Visit, and say how long it took in virtual time."""

    async def main() -> tuple[Outcome, float]:
        clock = VirtualClock()
        now_s = clock.monotonic()
        question = Question(clock.now(), now_s, now_s + allowed_s)
        outcome = await visit.visit("sw", "snmp", poller, question, clock)
        return outcome, clock.monotonic() - now_s

    return run(main())


def test_observation_without_failures_is_a_success() -> None:
    outcome, _took = asked(FakePoller(visit_s=1.5))
    assert outcome.reason is None
    assert outcome.brought_data
    assert outcome.answers
    assert outcome.duration_s == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("error", "reason", "answers"),
    [
        (Unreachable("sw", "refused", Detail.CLOSED_PORT), Reason.UNREACHABLE, False),
        (TimedOut("sw", "silence"), Reason.TIMEOUT, False),
        (Denied("sw", "wrong key", Detail.WRONG_KEY), Reason.DENIED, False),
        (Unsupported("sw", "no such table"), Reason.UNSUPPORTED, True),
        (BadAnswer("sw", "nonsense", Detail.MALFORMED), Reason.BAD_ANSWER, True),
    ],
)
def test_collect_error_is_the_reason(error: CollectError, reason: Reason, answers: bool) -> None:
    outcome, _took = asked(FakePoller(error=error))
    assert (outcome.reason, outcome.detail, outcome.text) == (reason, error.detail, str(error))
    assert outcome.answers is answers
    assert not outcome.brought_data
    assert outcome.observation is None


def test_mistake_of_a_collector_is_a_bad_answer_and_keeps_its_traceback() -> None:
    outcome, _took = asked(FakePoller(error=ZeroDivisionError("division by zero")))
    assert (outcome.reason, outcome.detail) == (Reason.BAD_ANSWER, Detail.INTERNAL)
    assert outcome.text == "sw: ZeroDivisionError in the collector: division by zero"
    assert isinstance(outcome.error, ZeroDivisionError)


def test_poller_that_forgets_its_deadline_is_cut_off_soon_after_it() -> None:
    outcome, took_s = asked(FakePoller(visit_s=1000), allowed_s=54.0)
    assert (outcome.reason, outcome.detail) == (Reason.TIMEOUT, Detail.DEADLINE)
    assert 54.0 <= took_s <= 55.0


def test_poller_that_hands_over_at_its_deadline_is_heard() -> None:
    outcome, _took = asked(FakePoller(visit_s=54.0), allowed_s=54.0)
    assert outcome.reason is None


def test_some_tables_and_some_failures_are_partial() -> None:
    failures = (Failure("optic", Reason.BAD_ANSWER, Detail.NONINCREASING, "index fell"),)
    outcome, _took = asked(FakePoller(result=Observation("sw", "snmp", (ROWS,), failures=failures)))
    assert (outcome.reason, outcome.detail) == (Reason.PARTIAL, Detail.NONINCREASING)
    assert outcome.brought_data
    assert outcome.text == "sw: optic: index fell"


def test_failures_without_a_table_are_a_failure() -> None:
    failures = (Failure("interface", Reason.TIMEOUT, Detail.DEADLINE, "no row"),)
    outcome, _took = asked(FakePoller(result=Observation("sw", "snmp", failures=failures)))
    assert (outcome.reason, outcome.detail) == (Reason.TIMEOUT, Detail.DEADLINE)
    assert not outcome.brought_data


def test_silence_that_a_table_tells_of_is_a_failure_and_worth_a_visit_next_time() -> None:
    """A probe of a dead site: its rows say 0, which must not go stale while the site is dead."""
    failure = Failure("probe", Reason.TIMEOUT, Detail.NO_ANSWER, "no answer")
    brought = Observation("sw", "snmp", (ROWS,), failures=(failure,), failed=failure)
    outcome, _took = asked(FakePoller(result=brought))
    assert (outcome.reason, outcome.detail) == (Reason.TIMEOUT, Detail.NO_ANSWER)
    assert not outcome.brought_data
    assert outcome.answers
    assert outcome.text == "sw: probe: no answer"


def test_device_that_has_nothing_is_no_failure() -> None:
    outcome, _took = asked(FakePoller(result=Observation("sw", "snmp")))
    assert outcome.reason is None


def test_cancellation_passes_through() -> None:
    async def main() -> None:
        clock = VirtualClock()
        question = Question(clock.now(), clock.monotonic(), clock.monotonic() + 50)
        poller = FakePoller(visit_s=10)
        task = asyncio.create_task(visit.visit("sw", "snmp", poller, question, clock))
        await asyncio.sleep(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    run(main())


def test_an_error_of_a_target_keeps_no_frames() -> None:
    first, error = TimedOut("sw", "silence"), Unreachable("sw", "gone")
    error.__cause__ = first
    with pytest.raises(TimedOut):
        raise first

    outcome, _took = asked(FakePoller(error=error))

    assert outcome.error is error
    assert error.__traceback__ is first.__traceback__ is None
