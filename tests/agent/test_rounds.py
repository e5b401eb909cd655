"""What is booked, kept, handed on and logged around each question."""

import logging
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest

from agent.rounds import Rounds
from agent.scheduler import Entry
from agent.store.store import Store
from collectors.catalogue import load_catalogue
from collectors.contract import (
    Effort,
    Fact,
    Failure,
    Finding,
    Known,
    Method,
    Number,
    Observation,
    Samples,
    Severity,
    Table,
)
from collectors.errors import BadAnswer, Denied, Detail, Reason, TimedOut
from collectors.facts import CheckOutcome, LldpNeighbor
from tests.agent.fakes import ROWS, FakePoller, observation
from tests.agent.virtual import VirtualClock, run


@dataclass
class FakeStore:
    """Keeps the last table of each name."""

    tables: dict[str, Table] = field(default_factory=dict)
    puts: int = 0

    def put(self, observation: Observation, monotonic_s: float, wall_s: float) -> None:
        del monotonic_s, wall_s
        self.puts += 1
        self.tables |= {table.name: table for table in observation.tables}

    def value(self, family: str, *key: str) -> Number | None:
        for table in self.tables.values():
            for samples in table.samples:
                if samples.family == family and key in table.keys:
                    return samples.values[list(table.keys).index(key)]
        return None


@dataclass
class Made:
    """A Rounds with everything around it, for one target."""

    poller: FakePoller
    store: FakeStore = field(default_factory=FakeStore)
    facts: list[tuple[str, str, tuple[Fact, ...], float, type[Fact] | None]] = field(
        default_factory=list
    )
    findings: list[Finding] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Wire it."""
        self.clock = VirtualClock()
        self.rounds = Rounds(
            self.clock,
            self.store,
            self._learn,
            self.findings.extend,
        )
        self.rounds.place("sw", ("snmp",))
        self.entry = Entry("sw", "snmp", 60.0, self.poller)

    def _learn(
        self,
        target: str,
        check: str,
        facts: tuple[Fact, ...],
        expires_s: float,
        kind: type[Fact] | None = None,
    ) -> None:
        self.facts.append((target, check, facts, expires_s, kind))

    async def visit(self) -> bool:
        return await self.rounds.visit(self.entry, self.clock.monotonic() + 54)

    async def knock(self) -> bool:
        return await self.rounds.knock(self.entry, self.clock.monotonic() + 10)


def observed(effort: Effort | None = None, notices: tuple[str, ...] = ()) -> Observation:
    return replace(observation(), effort=effort, notices=notices)


def lines(caplog: pytest.LogCaptureFixture) -> Iterator[tuple[int, str]]:
    return ((record.levelno, record.getMessage()) for record in caplog.records)


def test_before_the_first_visit_every_failure_is_0_and_there_is_no_success() -> None:
    async def main() -> None:
        made = Made(FakePoller())
        table = made.store.tables["check_failures"]
        assert table.keys == [("snmp", reason.value) for reason in Reason]
        assert set(table.samples[0].values) == {0}
        assert table.method is Method.AGENT
        assert table.lifetime_s is None
        assert made.store.tables.keys() == {"check_failures"}

    run(main())


def test_visit_is_booked_and_kept_in_one_put() -> None:
    async def main() -> None:
        made = Made(FakePoller(visit_s=0.25))
        puts = made.store.puts
        assert await made.visit()
        assert made.store.puts == puts + 1
        assert made.store.tables["interface"] == ROWS
        assert made.store.value("egov_check_success", "snmp") == 1
        assert made.store.value("egov_check_duration_seconds", "snmp") == pytest.approx(0.25)
        at = datetime(2026, 3, 2, 8, 0, 0, 250_000, tzinfo=UTC).timestamp()
        assert made.store.value("egov_check_last_success_timestamp_seconds", "snmp") == at
        assert made.store.value("egov_check_failures_total", "snmp", "timeout") == 0

    run(main())


def test_failure_is_booked_by_reason_and_detail_and_the_last_success_stays() -> None:
    async def main() -> None:
        made = Made(FakePoller())
        await made.visit()
        success = made.store.value("egov_check_last_success_timestamp_seconds", "snmp")
        made.poller.error = Denied("sw", "wrong key", Detail.WRONG_KEY)
        assert not await made.visit()
        assert not await made.visit()
        assert made.store.value("egov_check_success", "snmp") == 0
        assert made.store.value("egov_check_failures_total", "snmp", "denied") == 2
        assert made.store.value("egov_check_failures_total", "snmp", "timeout") == 0
        assert made.store.value("egov_check_failure_detail_total", "snmp", "wrong_key") == 2
        assert made.store.value("egov_check_last_success_timestamp_seconds", "snmp") == success

    run(main())


def test_partial_visit_succeeds_and_counts_what_it_missed_once() -> None:
    async def main() -> None:
        failures = (
            Failure("optic", Reason.BAD_ANSWER, Detail.NONINCREASING, "rx: index fell"),
            Failure("optic", Reason.BAD_ANSWER, Detail.NONINCREASING, "tx: index fell"),
        )
        made = Made(FakePoller(result=Observation("sw", "snmp", (ROWS,), failures=failures)))
        assert await made.visit()
        assert made.store.value("egov_check_success", "snmp") == 1
        assert made.store.value("egov_check_failures_total", "snmp", "partial") == 1
        assert made.store.value("egov_check_failures_total", "snmp", "bad_answer") == 1
        assert made.store.value("egov_check_failure_detail_total", "snmp", "nonincreasing") == 1

    run(main())


def test_dead_target_that_a_table_tells_of_is_kept_and_is_no_success() -> None:
    """Rows that say 0 come with every visit; the target is not up by them."""

    async def main() -> None:
        failure = Failure("interface", Reason.TIMEOUT, Detail.NO_ANSWER, "no answer")
        brought = Observation("sw", "snmp", (ROWS,), failures=(failure,), failed=failure)
        made = Made(FakePoller(result=brought))
        assert await made.visit(), "the next question is a visit again, not a knock"
        assert made.store.tables[ROWS.name] is ROWS
        assert made.store.value("egov_check_success", "snmp") == 0
        assert made.store.value("egov_check_failures_total", "snmp", "timeout") == 1
        assert made.store.value("egov_check_failures_total", "snmp", "partial") == 0
        (told,) = made.facts[0][2]
        assert told == CheckOutcome("sw", "snmp", brought_data=False, refused=False)
        assert made.rounds.last["sw", "snmp"].text == "sw: interface: no answer"

    run(main())


def test_knock_that_is_answered_books_nothing() -> None:
    async def main() -> None:
        made = Made(FakePoller())
        puts = made.store.puts
        assert await made.knock()
        assert made.store.puts == puts
        assert made.facts == []
        assert ("sw", "snmp") not in made.rounds.last

    run(main())


def test_knock_that_fails_is_booked_like_a_visit() -> None:
    async def main() -> None:
        made = Made(FakePoller(error=TimedOut("sw", "silence")))
        assert not await made.knock()
        assert made.store.value("egov_check_failures_total", "snmp", "timeout") == 1
        assert made.store.value("egov_check_success", "snmp") == 0
        assert made.facts[0][2] == (CheckOutcome("sw", "snmp", False, False),)

    run(main())


def test_facts_live_for_two_intervals_and_name_a_refusal() -> None:
    async def main() -> None:
        made = Made(FakePoller(error=Denied("sw", "no view")))
        await made.visit()
        (known,) = made.facts
        assert known[:4] == ("sw", "snmp", (CheckOutcome("sw", "snmp", False, True),), 1000.0 + 120)

    run(main())


def test_tables_that_contradict_the_catalogue_are_the_collectors_mistake() -> None:
    async def main() -> None:
        made = Made(FakePoller())
        store = Store(load_catalogue(), 1000)
        store.place("sw", (("target", "sw"), ("site", "hexi")))
        made.rounds._store = store
        wrong = Table("no_such_table", Method.SNMP, [("x",)], (Samples("egov_y", [1]),))
        made.poller.result = Observation("sw", "snmp", (wrong,))
        assert await made.visit()
        assert made.rounds.last["sw", "snmp"].detail is Detail.INTERNAL
        assert made.facts[0][2] == (CheckOutcome("sw", "snmp", False, False),)
        made.poller.result = None
        await made.visit()
        assert made.rounds.last["sw", "snmp"].reason is None

    run(main())


def test_finding_is_reported() -> None:
    async def main() -> None:
        now = datetime(2026, 3, 2, tzinfo=UTC)
        finding = Finding("device.restart", "sw", Severity.NOTICE, "restarted", now)
        made = Made(FakePoller(result=Observation("sw", "snmp", (ROWS,), findings=(finding,))))
        await made.visit()
        assert made.findings == [finding]

    run(main())


def test_result_for_a_target_that_a_reload_took_away_is_dropped() -> None:
    async def main() -> None:
        made = Made(FakePoller())
        made.rounds.remove("sw")
        puts = made.store.puts
        await made.visit()
        assert made.store.puts == puts
        assert made.facts == []

    run(main())


def test_only_a_change_of_state_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)

    async def main() -> None:
        made = Made(FakePoller())
        await made.visit()
        made.poller.error = TimedOut("sw", "silence")
        for _ in range(5):
            await made.knock()
        made.poller.error = Denied("sw", "wrong key", Detail.WRONG_KEY)
        await made.knock()
        made.poller.error = None
        await made.visit()
        await made.visit()

    run(main())
    assert list(lines(caplog)) == [
        (logging.WARNING, "snmp: timeout: silence"),
        (logging.WARNING, "snmp: denied (wrong_key): wrong key"),
        (logging.INFO, "snmp: answers again"),
    ]


def test_mistake_of_a_collector_logs_one_traceback(caplog: pytest.LogCaptureFixture) -> None:
    async def main() -> None:
        made = Made(FakePoller(error=ZeroDivisionError("oops")))
        for _ in range(3):
            await made.visit()
        made.poller.error = BadAnswer("sw", "nonsense", Detail.MALFORMED)
        await made.visit()

    run(main())
    traced = [record for record in caplog.records if record.exc_info]
    assert len(traced) == 1
    assert len(caplog.records) == 2


def test_age_of_the_last_success_is_kept_beside_the_last_error() -> None:
    async def main() -> None:
        made = Made(FakePoller(visit_s=1.0))
        await made.visit()
        made.poller.error = TimedOut("sw", "silence")
        await made.visit()
        last = made.rounds.last["sw", "snmp"]
        assert (last.reason, last.success_s, last.ended_s) == (Reason.TIMEOUT, 1001.0, 1002.0)

    run(main())


def test_accounts_survive_a_reload_that_keeps_the_check() -> None:
    async def main() -> None:
        made = Made(FakePoller(error=TimedOut("sw", "silence")))
        await made.visit()
        made.rounds.place("sw", ("snmp", "cli"))
        assert made.store.value("egov_check_failures_total", "snmp", "timeout") == 1
        assert made.store.value("egov_check_failures_total", "cli", "timeout") == 0

    run(main())


def test_facts_of_a_table_live_as_long_as_it_even_when_there_are_none() -> None:
    async def main() -> None:
        neighbor = LldpNeighbor("sw", "Gi1", "", "core", "", "", "Gi9", "")
        choices: tuple[tuple[Fact, ...], ...] = ((neighbor,), ())
        for facts in choices:
            known = (Known(LldpNeighbor, 1200.0),)
            told = Observation("sw", "snmp", (ROWS,), facts=facts, known=known)
            made = Made(FakePoller(result=told))
            await made.visit()
            now_s = made.clock.monotonic()
            outcome, table = made.facts
            assert [type(one) for one in outcome[2]] == [CheckOutcome]
            assert table == ("sw", "snmp", facts, now_s + 1200, LldpNeighbor)

    run(main())


def test_what_visits_cost_adds_up_and_the_budget_is_the_last_one() -> None:
    async def main() -> None:
        spent = Effort(7, 1, 900, pace=1.0, requests_per_second=50.0, in_flight=2)
        made = Made(FakePoller(result=observed(effort=spent)))
        await made.visit()
        later = Effort(5, 0, 400, pace=0.5, requests_per_second=2.5, in_flight=1)
        made.poller.result = observed(effort=later)
        await made.visit()
        made.poller.error = TimedOut("sw", "no answer")
        await made.visit()
        seen = {
            name: made.store.value(f"egov_check_{name}", "snmp")
            for name in (
                "requests_total", "retries_total", "response_bytes_total",
                "pace_ratio", "requests_limit", "in_flight_limit",
            )
        }  # fmt: skip
        assert list(seen.values()) == [12, 1, 1300, 0.5, 2.5, 1]

    run(main())


def test_a_notice_is_logged_each_time_that_there_is_one(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def main() -> None:
        made = Made(FakePoller(result=observed(notices=("slowed down",))))
        await made.visit()
        made.poller.result = observed()
        await made.visit()
        assert list(lines(caplog)) == [(logging.WARNING, "snmp: slowed down")]

    run(main())
