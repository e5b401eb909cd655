"""What blocks has its own thread, and never more than allowed."""

import asyncio
import threading

import pytest

from collectors.cli.threads import Threads


async def test_a_call_returns_what_it_returns_and_raises_what_it_raises() -> None:
    threads = Threads(1)
    assert await threads.run("x", lambda: 7, lambda: None, 5.0) == 7
    with pytest.raises(ZeroDivisionError):
        await threads.run("x", lambda: 1 // 0, lambda: None, 5.0)
    assert not threads.busy


async def test_a_call_that_hangs_keeps_its_place_and_nobody_waiting() -> None:
    threads, end = Threads(1), threading.Event()
    aborted: list[bool] = []
    with pytest.raises(TimeoutError):
        await threads.run("x", lambda: end.wait(10), lambda: aborted.append(True), 0.05)
    assert aborted == [True]
    assert threads.busy == 1
    with pytest.raises(TimeoutError):
        await threads.run("y", lambda: 7, lambda: None, 0.05)
    end.set()
    assert await threads.run("z", lambda: 7, lambda: None, 5.0) == 7


async def test_no_more_calls_run_at_once_than_allowed() -> None:
    threads = Threads(3)
    lock = threading.Lock()
    running, most = [0], [0]

    def call() -> None:
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        barrier.wait(5)
        with lock:
            running[0] -= 1

    barrier = threading.Barrier(3)
    await asyncio.gather(*(threads.run("x", call, lambda: None, 10.0) for _number in range(9)))
    assert most == [3]
