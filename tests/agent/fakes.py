"""Pollers that behave as they are told."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from collectors.contract import Json, Method, Observation, Question, Samples, Table
from collectors.errors import CollectError

ROWS = Table("interface", Method.SNMP, [("ge0",)], (Samples("egov_interface_up", [1]),))


def observation(target: str = "sw") -> Observation:
    return Observation(target, "snmp", (ROWS,))


@dataclass
class FakePoller:
    """Answers after a while, or raises `error`; remembers when it was asked.

    Args:
        clock: the loop's time, to note the moments of visits and knocks.
    """

    target: str = "sw"
    visit_s: float = 0.0
    knock_s: float = 0.0
    error: Exception | None = None
    result: Observation | None = None
    document: Json = None
    closed: int = 0
    visits: list[float] = field(default_factory=list)
    knocks: list[float] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    running: int = 0
    overlapped: bool = False
    on_visit: Callable[[], None] = lambda: None

    async def visit(self, question: Question) -> Observation:
        self.visits.append(question.monotonic_s)
        self.questions.append(question)
        self.on_visit()
        await self._busy(self.visit_s)
        return self.result or observation(self.target)

    async def knock(self, question: Question) -> None:
        self.knocks.append(question.monotonic_s)
        self.questions.append(question)
        await self._busy(self.knock_s)

    def learned(self) -> Json:
        return self.document

    async def close(self) -> None:
        self.closed += 1

    async def _busy(self, seconds: float) -> None:
        self.overlapped |= self.running > 0
        self.running += 1
        try:
            if seconds:
                await asyncio.sleep(seconds)
            if self.error is not None:
                raise self.error
        finally:
            self.running -= 1


def fails(error: CollectError) -> FakePoller:
    return FakePoller(target=error.target, error=error)


class ManualClock:
    """Time passes when a test says so."""

    def __init__(self) -> None:
        self.monotonic_s = 1000.0
        self.wall = datetime(2026, 3, 2, 8, tzinfo=UTC)

    def monotonic(self) -> float:
        return self.monotonic_s

    def now(self) -> datetime:
        return self.wall

    def advance(self, seconds: float) -> None:
        self.monotonic_s += seconds
        self.wall += timedelta(seconds=seconds)


class DictState:
    """A state without a file."""

    def __init__(self) -> None:
        self.documents: dict[str, tuple[int, Json]] = {}

    def load(self, key: str, version: int) -> Json:
        found = self.documents.get(key)
        return found[1] if found is not None and found[0] == version else None

    def save(self, key: str, version: int, document: Json) -> None:
        self.documents[key] = version, document
