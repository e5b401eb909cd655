"""What the service does beside visiting: keep its state, give back memory, feed the watchdog."""

import asyncio
import contextlib
import gc

from agent.clock import Clock
from agent.pollers import Pollers
from agent.state import StateFile
from agent.store.store import Store
from agent.supervisor import Supervisor

FLUSH_S = 60.0
"""What a crash may lose is learned again in a visit or two; a disk is not worn for that."""

SWEEP_S = 120.0

FREEZE_S = 1.0
"""At 10 000 targets the first visits of a second leave 48 000 objects, which take 15 ms to look
through; those of a whole interval, left alone, stopped the loop for 0.8 s."""


async def keep_state(pollers: Pollers, state: StateFile, urgent: asyncio.Event) -> None:
    """Gather what was learned and write it, until cancelled; what is `urgent` at once."""
    loop = asyncio.get_running_loop()
    due_s = loop.time() + FLUSH_S
    while True:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(due_s):
                await urgent.wait()
        urgent.clear()
        if loop.time() >= due_s:
            due_s = loop.time() + FLUSH_S
            await pollers.save(list(pollers.entries))
        await asyncio.to_thread(state.flush)


async def sweep(store: Store, clock: Clock) -> None:
    """Give back the memory of rows that are no longer exposed, until cancelled."""
    while True:
        await asyncio.sleep(SWEEP_S)
        left = store.sweep(clock.monotonic())
        while left:
            await asyncio.sleep(0)
            left = store.sweep(clock.monotonic())


async def freeze() -> None:
    """Keep the garbage collector from looking at what lives long, until cancelled.

    What a visit leaves is replaced by the next one and goes when nothing refers to it any more; the
    collector is for cycles, and those that are short-lived are collected before.
    """
    while True:
        await asyncio.sleep(FREEZE_S)
        gc.collect(1)
        gc.freeze()


async def beat_watchdog(supervisor: Supervisor) -> None:
    """Feed the watchdog until cancelled; without one there is nothing to do."""
    while supervisor.watchdog_s is not None:
        supervisor.alive()
        await asyncio.sleep(supervisor.watchdog_s)
