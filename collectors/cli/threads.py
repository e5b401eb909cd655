"""Threads for what blocks: so many at once and no more, and none that anybody waits for too long.

The threads are daemons of our own and not a pool's: a pool is joined at the end of the process, and
one device that hangs inside a library would hold up the stop of the service.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

THREADS = 32
"""Visits under way at once; each has a connection's own thread of the library beside it."""


class Threads:
    """Runs calls in threads; a call that outlives its deadline keeps its place until it ends."""

    def __init__(self, limit: int = THREADS) -> None:
        """Start no thread yet."""
        self.limit = limit
        self.busy = 0
        self._free = asyncio.Semaphore(limit)

    async def run(
        self, name: str, call: Callable[[], T], abort: Callable[[], None], wait_s: float
    ) -> T:
        """Return what the call returns, or raise what it raises.

        Args:
            abort: makes a call that is under way end soon; called when nobody waits any more.
            wait_s: for a free thread and for the call together.

        Raises:
            TimeoutError: no thread was free, or the call did not end.
        """
        async with asyncio.timeout(wait_s):
            await self._free.acquire()
            loop = asyncio.get_running_loop()
            future: asyncio.Future[T] = loop.create_future()
            thread = threading.Thread(
                target=self._work, args=(loop, future, call), name=f"cli {name}", daemon=True
            )
            try:
                thread.start()
            except RuntimeError:  # the system gives no more threads
                self._free.release()
                raise
            self.busy += 1
            try:
                return await asyncio.shield(future)
            except asyncio.CancelledError:
                future.add_done_callback(_forget)
                abort()
                raise

    def _work(
        self, loop: asyncio.AbstractEventLoop, future: asyncio.Future[T], call: Callable[[], T]
    ) -> None:
        try:
            result = call()
        except BaseException as error:  # noqa: BLE001  it belongs to whoever waits for the call
            told = error
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
                loop.call_soon_threadsafe(self._ended, future, None, told)
        else:
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._ended, future, result, None)

    def _ended(
        self, future: asyncio.Future[T], result: T | None, error: BaseException | None
    ) -> None:
        self.busy -= 1
        self._free.release()
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(result)  # type: ignore[arg-type]  # None only where T allows it


def _forget(future: "asyncio.Future[T]") -> None:
    if not future.cancelled():
        future.exception()
