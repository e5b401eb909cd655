"""Whose turn it is: a heap of due times, and the lines of those that are due and wait for a slot.

    heap of due times ──due──▶ visits ─ second visits ─ first visits ─ knocks ──▶ a slot

A check is warming up until two of its visits brought an answer: the first also reads names, the
second learns how answers lie, and they cost several times what later ones do. They wait behind
visits that are due, second ones before first ones, so that whoever was seen once stays seen.
"""

import heapq
from collections import deque
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from agent.limits import Budget
from agent.schedule import Rhythm
from collectors.contract import Poller

if TYPE_CHECKING:
    import asyncio

WARM_UP_VISITS = 2

PATIENCE_INTERVALS = 2

WAITING_OR_RUNNING = 0
GONE = -1
"""Serial numbers of jobs that are not in the heap; a heap entry with another number than its job's
is out of date and is skipped when its time comes."""

Key = tuple[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """One check of one target: what is scheduled."""

    target: str
    check: str
    interval_s: float
    poller: Poller

    @property
    def key(self) -> Key:
        """Return (target, check), by which the schedule knows it."""
        return self.target, self.check


class Line(Enum):
    """What is waited for, the most urgent first, and the budget of its slots."""

    VISIT = 0, Budget.VISIT
    SECOND = 1, Budget.WARM_UP
    FIRST = 2, Budget.WARM_UP
    KNOCK = 3, Budget.KNOCK

    def __init__(self, _rank: int, budget: Budget) -> None:
        """Take the budget out of the value."""
        self.budget = budget


class Job:
    """Where one entry stands.

    Attributes:
        visits: how many brought an answer; no more are counted than the warm-up has.
        serial: see WAITING_OR_RUNNING; else its number in the heap.
        again: it was asked for while it ran.
    """

    __slots__ = (
        "again", "answers", "due_s", "entry", "rhythm", "serial", "started_s", "task", "visits"
    )  # fmt: skip

    def __init__(self, entry: Entry, beat: Rhythm) -> None:
        """Have asked nothing yet."""
        self.entry = entry
        self.rhythm = beat
        self.due_s = 0.0
        self.started_s = float("-inf")
        self.serial = WAITING_OR_RUNNING
        self.answers = False
        self.again = False
        self.visits = 0
        self.task: asyncio.Task[None] | None = None

    @property
    def warming_up(self) -> bool:
        """Whether it answers, and its visits still cost more than they will."""
        return self.answers and self.visits < WARM_UP_VISITS

    @property
    def line(self) -> Line:
        """Where it waits when it is due."""
        if not self.answers:
            return Line.KNOCK
        if self.visits >= WARM_UP_VISITS:
            return Line.VISIT
        return Line.SECOND if self.visits else Line.FIRST


class Turns:
    """The heap and the lines."""

    def __init__(self) -> None:
        """Nobody is due."""
        self._heap: list[tuple[float, int, Job]] = []
        self._serial = 0
        self._lines: dict[Line, deque[Job]] = {line: deque() for line in Line}

    @property
    def waiting(self) -> int:
        """How many are due and wait."""
        return sum(map(len, self._lines.values()))

    @property
    def next_due_s(self) -> float:
        """When the heap has something to say; infinity when it is empty."""
        return self._heap[0][0] if self._heap else float("inf")

    def push(self, job: Job, due_s: float) -> None:
        """Let a job have its turn then."""
        self._serial += 1
        job.serial = self._serial
        job.due_s = due_s
        heapq.heappush(self._heap, (due_s, job.serial, job))

    def line_up(self, now_s: float) -> None:
        """Move what is due to the lines."""
        heap = self._heap
        while heap and heap[0][0] <= now_s:
            _due_s, serial, job = heapq.heappop(heap)
            if job.serial == serial:
                job.serial = WAITING_OR_RUNNING
                self._lines[job.line].append(job)

    def first(self, line: Line) -> Job | None:
        """Return who is first in a line; None: nobody waits there."""
        jobs = self._lines[line]
        while jobs and jobs[0].serial == GONE:
            jobs.popleft()
        return jobs[0] if jobs else None

    def take_first(self, line: Line) -> None:
        """Let the first in a line go."""
        self._lines[line].popleft()

    def lines(self, now_s: float) -> list[Line]:
        """List the lines in which somebody waits, the most urgent first.

        Nobody warms up while a visit is due and has no slot, unless he has waited for intervals:
        where there is room for too few visits each target gets some of them.
        """
        if not any(self._lines.values()):
            return []
        lines = [line for line in Line if self.first(line) is not None]
        if Line.VISIT not in lines:
            return lines
        warm_up = [line for line in lines if line.budget is Budget.WARM_UP]
        patient = [line for line in warm_up if not self._waited_long(line, now_s)]
        overdue = [line for line in warm_up if line not in patient]
        return overdue + [line for line in lines if line not in warm_up]

    def _waited_long(self, line: Line, now_s: float) -> bool:
        job = self.first(line)
        return job is not None and now_s - job.due_s > PATIENCE_INTERVALS * job.entry.interval_s
