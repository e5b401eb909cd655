"""An event loop whose time is virtual: it never waits, it moves its clock to the next timer."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from typing_extensions import override

T = TypeVar("T")


class _JumpingSelector(selectors.DefaultSelector):
    """Polls the files and then jumps over the time that the loop would have waited."""

    now_s = 0.0

    @override
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        events = super().select(0 if timeout is not None else None)
        if not events and timeout:
            self.now_s += timeout
        return events


class VirtualLoop(asyncio.SelectorEventLoop):
    """Starts at 1000 s, so that nothing mistakes zero for unset."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        self._jumping.now_s = 1000.0
        super().__init__(self._jumping)
        self._clock_resolution = 1e-9

    @override
    def time(self) -> float:
        return self._jumping.now_s


class VirtualClock:
    """The loop's time, and a wall clock that a test may step."""

    def __init__(self) -> None:
        self.step = timedelta(0)
        self._loop = asyncio.get_running_loop()

    def monotonic(self) -> float:
        return self._loop.time()

    def now(self) -> datetime:
        start = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
        return start + timedelta(seconds=self._loop.time() - 1000.0) + self.step


def run(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` to its end in virtual time; an exception in a callback fails the test."""
    broken: list[object] = []
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        loop = runner.get_loop()
        loop.set_exception_handler(lambda _loop, context: broken.append(context))
        result = runner.run(main)
    assert not broken
    return result


async def until(condition: Callable[[], bool]) -> None:
    """Let virtual time pass until `condition` holds; for ever means that the test hangs."""
    while not condition():  # noqa: ASYNC110  virtual time is free
        await asyncio.sleep(0.5)
