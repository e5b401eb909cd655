"""The scheduler in virtual time: no test waits."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from statistics import fmean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.limits import WAITERS_PER_VISIT
from agent.schedule import EARLY_GAP_S
from agent.scheduler import Entry, Scheduler
from tests.agent.fakes import FakePoller
from tests.agent.virtual import VirtualClock, run, until

DEAD = float("inf")


@dataclass
class FakeVisitor:
    """Takes as long as it is told for each target; DEAD ones are silent until their deadline."""

    clock: VirtualClock
    visit_s: dict[str, float] = field(default_factory=dict)
    usual_s: float = 0.2
    visits: list[tuple[str, float]] = field(default_factory=list)
    knocks: list[tuple[str, float]] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    running: set[tuple[str, str]] = field(default_factory=set)
    most: int = 0

    async def visit(self, entry: Entry, deadline_s: float) -> bool:
        self.visits.append((entry.target, self.clock.monotonic()))
        assert entry.key not in self.running
        self.running.add(entry.key)
        self.most = max(self.most, len(self.running))
        try:
            return await self._wait(entry, self.visit_s.get(entry.target, self.usual_s), deadline_s)
        finally:
            self.running.discard(entry.key)

    async def knock(self, entry: Entry, deadline_s: float) -> bool:
        self.knocks.append((entry.target, self.clock.monotonic()))
        silent = self.visit_s.get(entry.target) == DEAD
        return await self._wait(entry, DEAD if silent else 0.01, deadline_s)

    async def _wait(self, entry: Entry, seconds: float, deadline_s: float) -> bool:
        allowed_s = deadline_s - self.clock.monotonic()
        try:
            await asyncio.sleep(min(seconds, allowed_s))
        except asyncio.CancelledError:
            self.cancelled.append(entry.target)
            raise
        return seconds <= allowed_s

    def times(self, target: str) -> list[float]:
        return [at_s for name, at_s in self.visits if name == target]


def entry(target: str, check: str = "snmp", interval_s: float = 60.0) -> Entry:
    return Entry(target, check, interval_s, FakePoller(target))


def entries(number: int, interval_s: float = 60.0) -> Iterable[Entry]:
    return (entry(f"sw{index:05}", interval_s=interval_s) for index in range(number))


@asynccontextmanager
async def scheduling(
    *watched: Entry, concurrency: int = 512, **options: object
) -> AsyncIterator[tuple[Scheduler, FakeVisitor]]:
    clock = VirtualClock()
    visitor = FakeVisitor(clock, **options)  # type: ignore[arg-type]  # fields by name
    scheduler = Scheduler(clock, visitor, concurrency)
    for one in watched:
        scheduler.add(one)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(scheduler.run(grace_s=0.0))
        yield scheduler, visitor
        scheduler.stop()


def test_every_target_is_visited_once_an_interval_at_the_same_place() -> None:
    async def main() -> None:
        async with scheduling(*entries(50)) as (_scheduler, visitor):
            await asyncio.sleep(600)
        for index in range(50):
            times = visitor.times(f"sw{index:05}")
            assert len(times) == 10
            gaps = [b - a for a, b in pairwise(times[1:])]
            assert gaps == pytest.approx([60.0] * len(gaps), abs=1e-6)

    run(main())


def test_first_visits_are_spread_over_one_interval() -> None:
    async def main() -> None:
        async with scheduling(*entries(600)) as (_scheduler, visitor):
            await asyncio.sleep(60.5)
        assert len({name for name, _at in visitor.visits}) == 600
        in_second = [sum(s <= at - 1000 < s + 1 for _n, at in visitor.visits) for s in range(60)]
        assert max(in_second) < 25

    run(main())


def test_unknown_target_is_asked_one_cheap_question_before_its_first_visit() -> None:
    async def main() -> None:
        async with scheduling(entry("sw")) as (_scheduler, visitor):
            await asyncio.sleep(180)
        assert len(visitor.knocks) == 1
        assert len(visitor.visits) == 3

    run(main())


def test_silent_target_costs_one_cheap_question_an_interval() -> None:
    async def main() -> None:
        async with scheduling(entry("sw"), visit_s={"sw": DEAD}) as (scheduler, visitor):
            await asyncio.sleep(600)
            assert scheduler.statistics().silent == 1
        assert visitor.visits == []
        assert len(visitor.knocks) == 10

    run(main())


def test_target_that_falls_silent_is_visited_in_full_the_moment_it_answers() -> None:
    async def main() -> None:
        async with scheduling(entry("sw")) as (_scheduler, visitor):
            await asyncio.sleep(120)
            visitor.visit_s["sw"] = DEAD
            await asyncio.sleep(240)
            silent_visits = len(visitor.visits)
            del visitor.visit_s["sw"]
            await asyncio.sleep(60)
            assert len(visitor.visits) == silent_visits + 1
            knocked_s, visited_s = visitor.knocks[-1][1], visitor.visits[-1][1]
            assert visited_s - knocked_s == pytest.approx(0.01, abs=1e-3)

    run(main())


def test_visit_that_takes_longer_than_allowed_does_not_overlap_the_next() -> None:
    async def main() -> None:
        async with scheduling(entry("sw", interval_s=10), usual_s=8.9) as (scheduler, visitor):
            await asyncio.sleep(100)
            assert scheduler.statistics().missed == 0
        assert len(visitor.visits) >= 9

    run(main())


def test_dead_targets_do_not_move_the_visits_of_live_ones() -> None:
    """20 % of the targets die at once; the others' start moves by less than 5 % of a visit."""

    async def lag_s(dead: int) -> tuple[float, float]:
        async with scheduling(*entries(2000), concurrency=100, usual_s=0.5) as (_s, visitor):
            await asyncio.sleep(70)
            visitor.visit_s.update({f"sw{index:05}": DEAD for index in range(dead)})
            await asyncio.sleep(300)
        lags = []
        for index in range(400, 2000):
            times = visitor.times(f"sw{index:05}")
            assert len(times) >= 5
            lags += [abs((b - a) - 60) for a, b in pairwise(times[1:])]
        return fmean(lags), max(lags)

    calm, _worst = run(lag_s(0))
    struck, worst = run(lag_s(400))
    assert struck - calm < 0.05 * 0.5
    assert worst < 60 * 0.05


def test_district_that_dies_whole_is_still_asked_once_an_interval() -> None:
    async def main() -> None:
        number = 6 * 8 * WAITERS_PER_VISIT  # each knock takes 10 s of the 60
        dead = {f"sw{index:05}": DEAD for index in range(number)}
        async with scheduling(*entries(number), concurrency=12, visit_s=dead) as (_s, visitor):
            await asyncio.sleep(600)
        assert len(visitor.knocks) > 9.5 * number

    run(main())


def test_number_of_visits_at_once_is_limited() -> None:
    async def main() -> None:
        async with scheduling(*entries(600), concurrency=3, usual_s=0.4) as (_s, visitor):
            await asyncio.sleep(300)
        assert visitor.most == 3
        async with scheduling(*entries(600), concurrency=3, usual_s=5.0) as (_s, visitor):
            await asyncio.sleep(300)
        assert visitor.most == 3 + 3 * WAITERS_PER_VISIT

    run(main())


def test_early_visit_comes_at_once_and_the_rhythm_stays() -> None:
    async def main() -> None:
        async with scheduling(entry("sw")) as (scheduler, visitor):
            await asyncio.sleep(120)
            before = visitor.times("sw")
            await asyncio.sleep(EARLY_GAP_S)
            scheduler.ask_early("sw", "snmp")
            asked_s = visitor.clock.monotonic()
            await asyncio.sleep(180)
        early, *rest = visitor.times("sw")[len(before) :]
        assert early == pytest.approx(asked_s, abs=1e-6)
        assert rest[0] == pytest.approx(before[-1] + 60)

    run(main())


def test_storm_of_requests_brings_a_visit_every_few_seconds_only() -> None:
    async def main() -> None:
        async with scheduling(entry("sw")) as (scheduler, visitor):
            await asyncio.sleep(65)
            already = len(visitor.visits)
            for _ in range(300):
                scheduler.ask_early("sw", "snmp")
                await asyncio.sleep(0.1)
        assert len(visitor.visits) - already <= 30 / EARLY_GAP_S + 1

    run(main())


def test_request_during_a_visit_brings_one_more_after_it() -> None:
    async def main() -> None:
        async with scheduling(entry("sw"), usual_s=8.0) as (scheduler, visitor):
            await until(lambda: bool(visitor.visits))
            scheduler.ask_early("sw", "snmp")
            scheduler.ask_early("sw", "snmp")
            await asyncio.sleep(20)
        assert len(visitor.visits) == 2

    run(main())


def test_request_for_an_unknown_target_is_ignored() -> None:
    async def main() -> None:
        async with scheduling() as (scheduler, visitor):
            scheduler.ask_early("nobody", "snmp")
            await asyncio.sleep(1)
        assert visitor.knocks == []

    run(main())


def test_removed_target_is_cancelled_and_not_visited_again() -> None:
    async def main() -> None:
        async with scheduling(entry("sw"), entry("other"), usual_s=5.0) as (scheduler, visitor):
            await until(lambda: ("sw", "snmp") in visitor.running)
            await scheduler.remove([("sw", "snmp"), ("unknown", "snmp")])
            assert visitor.cancelled == ["sw"]
            seen = len(visitor.times("sw"))
            scheduler.add(entry("sw", interval_s=30))
            await asyncio.sleep(60)
            assert len(visitor.times("sw")) == seen + 2
            assert scheduler.statistics().entries == 2

    run(main())


def test_target_removed_before_its_visit_took_a_step_gives_its_slot_back() -> None:
    async def main() -> None:
        async with scheduling(concurrency=1) as (scheduler, visitor):
            for number in range(20):
                scheduler.add(entry(f"sw{number}"))
                scheduler.ask_early(f"sw{number}", "snmp")
                scheduler._wake()
                await scheduler.remove([(f"sw{number}", "snmp")])
            assert visitor.knocks == []
            scheduler.add(entry("last"))
            await asyncio.sleep(61)
            assert visitor.times("last")
            assert scheduler.statistics().knocks == 0

    run(main())


def test_target_is_not_scheduled_twice() -> None:
    async def main() -> None:
        async with scheduling(entry("sw")) as (scheduler, _visitor):
            with pytest.raises(ValueError, match="sw: snmp is scheduled already"):
                scheduler.add(entry("sw"))

    run(main())


def test_step_of_the_wall_clock_changes_nothing() -> None:
    async def main() -> None:
        async with scheduling(entry("sw")) as (_scheduler, visitor):
            await asyncio.sleep(120)
            visitor.clock.step = timedelta(hours=-1)
            await asyncio.sleep(120)
            visitor.clock.step = timedelta(hours=2)
            await asyncio.sleep(120)
        assert len(visitor.visits) == 6

    run(main())


def test_blocked_loop_brings_each_target_one_visit_not_a_burst_of_them() -> None:
    async def main() -> None:
        async with scheduling(*entries(100)) as (scheduler, visitor):
            await asyncio.sleep(120)
            before = len(visitor.visits)
            loop = asyncio.get_running_loop()
            loop._jumping.now_s += 300  # type: ignore[attr-defined]  # nobody ran for 5 minutes
            await asyncio.sleep(59)
            lag = scheduler.statistics().lag
            assert lag.quantile_s(0.99) > 60
        assert 100 <= len(visitor.visits) - before <= 200

    run(main())


def test_shutdown_lets_visits_end_and_then_cancels() -> None:
    async def main() -> tuple[list[str], float]:
        clock = VirtualClock()
        visitor = FakeVisitor(clock, visit_s={"quick": 1.0, "slow": 50.0})
        scheduler = Scheduler(clock, visitor, 512)
        for name in ("quick", "slow"):
            scheduler.add(entry(name))
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(scheduler.run(grace_s=3.0))
            while len(visitor.running) < 2:
                scheduler.ask_early("quick", "snmp")
                await asyncio.sleep(0.1)
            asked_s = clock.monotonic()
            scheduler.stop()
        return visitor.cancelled, clock.monotonic() - asked_s

    cancelled, took_s = run(main())
    assert cancelled == ["slow"]
    assert took_s == pytest.approx(3.0)


@settings(max_examples=25, deadline=None)
@given(
    durations=st.lists(st.floats(min_value=0, max_value=20), min_size=1, max_size=12),
    interval_s=st.floats(min_value=1, max_value=15),
    concurrency=st.integers(min_value=1, max_value=5),
    asks=st.lists(st.integers(min_value=0, max_value=11), max_size=20),
)
def test_check_never_overlaps_itself(
    durations: list[float], interval_s: float, concurrency: int, asks: list[int]
) -> None:
    async def main() -> None:
        names = [f"sw{index}" for index in range(len(durations))]
        watched = [entry(name, interval_s=interval_s) for name in names]
        took = dict(zip(names, durations, strict=True))
        async with scheduling(*watched, concurrency=concurrency, visit_s=took) as (sched, visitor):
            for ask in asks:
                sched.ask_early(f"sw{ask}", "snmp")
                await asyncio.sleep(1.0)
            await asyncio.sleep(60)
            assert visitor.knocks  # FakeVisitor itself asserts that nothing overlaps
            assert sched.statistics().visits <= concurrency

    run(main())


def test_first_visits_leave_the_others_on_time() -> None:
    async def main() -> None:
        clock = VirtualClock()
        visitor = FakeVisitor(clock)
        scheduler = Scheduler(clock, visitor, 64, clock.monotonic)  # the loop is always busy
        old, new = (entry(f"old{n:02}") for n in range(30)), [*entries(300)]
        for one in old:
            scheduler.add(one)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(scheduler.run(grace_s=0.0))
            await asyncio.sleep(180.0)
            assert scheduler.statistics().warming_up == 0
            for one in new:
                visitor.visit_s[one.target] = 5.0
                scheduler.add(one)
            before = scheduler.statistics().lag.count
            await asyncio.sleep(120.0)
            seen = scheduler.statistics()
            scheduler.stop()
        assert seen.warming_up > 100
        assert seen.lag.count - before > 60
        assert seen.lag.quantile_s(1.0) < 0.01
        assert seen.warm_up_lag.quantile_s(0.99) > 10.0

    run(main())


def test_each_target_is_visited_where_there_is_room_for_half_of_the_visits() -> None:
    async def main() -> list[str]:
        clock = VirtualClock()
        visitor = FakeVisitor(clock, usual_s=2.0)
        scheduler = Scheduler(clock, visitor, 1, clock.monotonic)
        for one in entries(60):
            scheduler.add(one)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(scheduler.run(grace_s=0.0))
            await asyncio.sleep(900.0)
            scheduler.stop()
        return [name for name, _at in visitor.visits]

    visits = run(main())
    assert len(set(visits)) == 60
    assert min(map(visits.count, set(visits))) >= 2


@pytest.mark.parametrize(("share", "together"), [(0.0, 5), (1.0, 1)])
def test_visits_that_are_slow_because_the_loop_is_busy_keep_their_slots(
    share: float, together: int
) -> None:
    async def main() -> int:
        clock = VirtualClock()
        visitor = FakeVisitor(clock, visit_s={f"sw{index:05}": 50.0 for index in range(10)})
        scheduler = Scheduler(clock, visitor, 1, lambda: share * clock.monotonic())
        for one in entries(10):
            scheduler.add(one)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(scheduler.run(grace_s=0.0))
            await asyncio.sleep(119.0)
            counts = scheduler.statistics()
            scheduler.stop()
        return counts.visits + counts.slow

    assert run(main()) == together
