"""Starts visits: each check of each target in its own rhythm, on the monotonic clock.

    turns ──due, a slot──▶ task: visit or knock ──▶ next due time
      ▲                        │
      └── ask_early            └── it answered: visit

An idle target costs an entry in a heap and no task; one timer wakes for the earliest of them. A
check of a target never overlaps itself: its next due time is found when its visit has ended.
A target that is silent, or not known yet, gets the cheap question alone, from a budget of its own;
one that warms up waits behind the others (see `turns`).

Lag is how much later than due a question starts. That of visits which warm up is counted apart:
after a start, more of them are due in an interval than it has room for.
"""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from agent.clock import Clock
from agent.distribution import Distribution
from agent.limits import Budget, Slots
from agent.schedule import early_gap_s, knock_deadline_s, rhythm, visit_deadline_s
from agent.turns import GONE, WAITING_OR_RUNNING, WARM_UP_VISITS, Entry, Job, Key, Line, Turns

__all__ = ["Entry", "Key", "Scheduler", "Statistics", "Visitor"]

STARTS_PER_WAKE = 256
"""Starting a task takes a few microseconds; this keeps a wake-up far under 20 ms."""

JUDGE_S = 0.25
BUSY_SHARE = 0.7
"""A loop that works more than this has no time for visits that can wait."""

CANCEL_S = 5.0
"""How long a cancelled visit may take to clean up before it is left behind."""


class Visitor(Protocol):
    """What asks; both return whether the target answered, and never raise but for cancellation."""

    async def visit(self, entry: Entry, deadline_s: float) -> bool:
        """Collect everything that is due."""

    async def knock(self, entry: Entry, deadline_s: float) -> bool:
        """Ask one cheap question."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the scheduler says of itself.

    Args:
        entries: checks of targets that are scheduled.
        silent: those of them that get the cheap question alone.
        warming_up: those of them that answer and have not had their second visit.
        missed: due times passed over because the visit before was still running.
        lag: how much later than due a question started, in seconds, warm-up left out.
        warm_up_lag: the same for first and second visits.
    """

    entries: int
    silent: int
    warming_up: int
    visits: int
    slow: int
    knocks: int
    waiting: int
    missed: int
    started: int
    lag: Distribution = field(compare=False)
    warm_up_lag: Distribution = field(compare=False)


class Scheduler:
    """Owns the heap, the slots and the tasks of the visits.

    Args:
        busy_s: the time in which the loop did not wait for anything. It does not count when a visit
            is judged to be slow: that one waits for us. If visits handed their slots on because the
            loop is busy, more of them would run and each take longer still, until answers wait
            longer in our socket than the timeout.
    """

    def __init__(
        self,
        clock: Clock,
        visitor: Visitor,
        concurrency: int,
        busy_s: Callable[[], float] = lambda: 0.0,
    ) -> None:
        """Start with nothing to do."""
        self._busy_s = busy_s
        self._clock = clock
        self._visitor = visitor
        self._slots = Slots(concurrency)
        self._start_s = clock.monotonic()
        self._jobs: dict[Key, Job] = {}
        self._turns = Turns()
        self._timer: asyncio.TimerHandle | None = None
        self._timer_s = float("inf")
        self._tasks: asyncio.TaskGroup | None = None
        self._stop = asyncio.Event()
        self._lag = Distribution()
        self._warm_up_lag = Distribution()
        self._judged = self._start_s, busy_s()
        self._missed = 0
        self._started = 0

    async def run(self, grace_s: float) -> None:
        """Visit until `stop` is called; running visits then have `grace_s` to end."""
        try:
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                self._begin()
                self._wake()
                await self._stop.wait()
                self._disarm()
                await _end(self._running(self._jobs.values()), grace_s)
        finally:
            self._tasks = None
            self._disarm()

    def stop(self) -> None:
        """Start no more visits and let `run` end."""
        self._stop.set()

    def add(self, entry: Entry) -> None:
        """Schedule `entry`, which has no job yet; its first turn comes within one interval."""
        if entry.key in self._jobs:
            message = f"{entry.target}: {entry.check} is scheduled already"
            raise ValueError(message)
        beat = rhythm(entry.target, entry.check, entry.interval_s, self._start_s)
        job = self._jobs[entry.key] = Job(entry, beat)
        self._turns.push(job, beat.after(self._clock.monotonic()))
        self._arm()

    async def remove(self, keys: Iterable[Key]) -> None:
        """Forget these checks; what they are doing is cancelled and its result is not kept."""
        gone = [job for key in keys if (job := self._jobs.pop(key, None))]
        for job in gone:
            job.serial = GONE
        await _end(self._running(gone), 0.0)
        for job in gone:
            # A task that is cancelled before its first step never comes to its own `finally`.
            self._slots.give_back(job)
        self._arm()

    def ask_early(self, target: str, check: str) -> None:
        """Visit soon, because something was heard of `target`; unknown ones are nobody's fault."""
        job = self._jobs.get((target, check))
        if job is None:
            return
        if job.serial > WAITING_OR_RUNNING:
            self._push_early(job)
            self._arm()
        job.again = job.task is not None

    def next_due_s(self, target: str, check: str) -> float | None:
        """Say when a check has its turn (monotonic): past while it runs; None: not scheduled."""
        job = self._jobs.get((target, check))
        return None if job is None else job.due_s

    def resize(self, concurrency: int) -> None:
        """Change how many visits run at once."""
        self._slots.resize(concurrency)
        self._arm()

    def statistics(self) -> Statistics:
        """Count what is going on."""
        return Statistics(
            entries=len(self._jobs),
            silent=sum(not job.answers for job in self._jobs.values()),
            warming_up=sum(job.warming_up for job in self._jobs.values()),
            visits=self._slots.held(Budget.VISIT) + self._slots.held(Budget.WARM_UP),
            slow=self._slots.held(Budget.SLOW),
            knocks=self._slots.held(Budget.KNOCK),
            waiting=self._turns.waiting,
            missed=self._missed,
            started=self._started,
            lag=self._lag,
            warm_up_lag=self._warm_up_lag,
        )

    def _begin(self) -> None:
        """Count the first interval from now: what was added before is not late already."""
        self._start_s = self._clock.monotonic()
        for job in self._jobs.values():
            entry = job.entry
            job.rhythm = rhythm(entry.target, entry.check, entry.interval_s, self._start_s)
            self._turns.push(job, job.rhythm.after(self._start_s))

    def _wake(self) -> None:
        """Move what is due to the waiting line and start what has a slot."""
        self._disarm()
        now_s = self._clock.monotonic()
        self._judge_strain(now_s)
        self._turns.line_up(now_s)
        starts = STARTS_PER_WAKE
        for line in self._turns.lines(now_s):
            starts = self._start_waiting(line, now_s, starts)
        self._arm()

    def _judge_strain(self, now_s: float) -> None:
        """See a few times a second how much of its time the loop had to itself."""
        judged_s, busy_s = self._judged
        if now_s >= judged_s + JUDGE_S:
            self._judged = now_s, self._busy_s()
            share = (self._judged[1] - busy_s) / (now_s - judged_s)
            self._slots.strain(busy=share > BUSY_SHARE)

    def _start_waiting(self, line: Line, now_s: float, starts: int) -> int:
        idle_s = now_s - self._busy_s()
        while starts and (job := self._turns.first(line)) is not None:
            if not self._slots.take(job, line.budget, idle_s):
                break
            self._turns.take_first(line)
            self._start(job, line, now_s)
            starts -= 1
        return starts

    def _start(self, job: Job, line: Line, now_s: float) -> None:
        if self._tasks is None or self._stop.is_set():
            self._slots.give_back(job)
            return
        lag = self._warm_up_lag if line.budget is Budget.WARM_UP else self._lag
        lag.add(now_s - job.due_s)
        self._started += 1
        job.again = False
        job.started_s = now_s
        question = self._knock if line is Line.KNOCK else self._visit
        job.task = self._tasks.create_task(question(job, now_s), name=job.entry.target)

    async def _visit(self, job: Job, now_s: float) -> None:
        entry = job.entry
        try:
            deadline_s = visit_deadline_s(now_s, entry.interval_s)
            job.answers = await self._visitor.visit(entry, deadline_s)
            if job.answers and job.visits < WARM_UP_VISITS:
                job.visits += 1
        finally:
            self._ended(job)

    async def _knock(self, job: Job, now_s: float) -> None:
        entry = job.entry
        try:
            deadline_s = knock_deadline_s(now_s, entry.interval_s)
            job.answers = await self._visitor.knock(entry, deadline_s)
        finally:
            self._ended(job, visit_now=job.answers)

    def _ended(self, job: Job, *, visit_now: bool = False) -> None:
        job.task = None
        self._slots.give_back(job)
        if job.serial != GONE and not self._stop.is_set():
            self._plan(job, visit_now=visit_now)
        self._arm()

    def _plan(self, job: Job, *, visit_now: bool) -> None:
        now_s = self._clock.monotonic()
        if visit_now:
            self._turns.push(job, now_s)
        elif job.again:
            self._push_early(job)
        else:
            next_s = job.rhythm.after(now_s)
            self._missed += job.rhythm.missed(job.started_s, next_s)
            self._turns.push(job, next_s)

    def _push_early(self, job: Job) -> None:
        """Bring the turn of `job` forward; a turn that comes sooner anyway stays."""
        now_s = self._clock.monotonic()
        early_s = max(now_s, job.started_s + early_gap_s(job.entry.interval_s))
        regular_s = job.rhythm.after(now_s) if job.serial == WAITING_OR_RUNNING else job.due_s
        self._turns.push(job, min(early_s, regular_s))

    def _arm(self) -> None:
        """Set the timer to the next moment at which something can start."""
        if self._tasks is None or self._stop.is_set():
            return
        at_s = self._next_s()
        if self._timer is None or at_s < self._timer_s:
            self._disarm()
            if at_s < float("inf"):
                self._timer_s = at_s
                self._timer = asyncio.get_running_loop().call_at(at_s, self._wake)

    def _next_s(self) -> float:
        at_s = self._turns.next_due_s
        for line in self._turns.lines(self._clock.monotonic()):
            if (free_s := self._slots.free_at_s(line.budget)) is not None:
                at_s = min(at_s, free_s + self._busy_s())
        return at_s

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._timer_s = float("inf")

    @staticmethod
    def _running(jobs: Iterable[Job]) -> list[asyncio.Task[None]]:
        return [job.task for job in jobs if job.task is not None]


async def _end(tasks: list[asyncio.Task[None]], grace_s: float) -> None:
    """Give tasks `grace_s` to end, then cancel them and wait until they have."""
    if not tasks:
        return
    pending = set(tasks)
    if grace_s > 0:
        _done, pending = await asyncio.wait(tasks, timeout=grace_s)
    for task in pending:
        task.cancel()
    if pending:
        await asyncio.wait(pending, timeout=CANCEL_S)
