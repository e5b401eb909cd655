"""What the service does beside visiting: keep its state, give back memory, feed the watchdog."""

import asyncio
import contextlib
import gc
import itertools
from collections.abc import Callable
from pathlib import Path

from agent.clock import Clock
from agent.pollers import Pollers
from agent.state import StateFile
from agent.store.store import Store
from agent.supervisor import Supervisor

FLUSH_S = 60.0
"""What a crash may lose is learned again in a visit or two; a disk is not worn for that."""

TURNS = 10
"""Each flush gathers a tenth of what was learned: a clock moves with each visit, so all documents
are others each minute, and to write them took a twelfth of our time at 10 000 switches. What a
crash loses so is ten minutes of it; what ends in order is gathered whole."""

SWEEP_S = 120.0

FREEZE_S = 1.0
"""At 10 000 targets the first visits of a second leave 48 000 objects, which take 15 ms to look
through; those of a whole interval, left alone, stopped the loop for 0.8 s."""

GROWN = 1.25
_ROUNDS = 3600
"""How often memory is looked at: an hour, in which everything has been visited and read again."""


async def keep_state(pollers: Pollers, state: StateFile, urgent: asyncio.Event) -> None:
    """Gather what was learned and write it, until cancelled; what is `urgent` at once."""
    loop = asyncio.get_running_loop()
    due_s = loop.time() + FLUSH_S
    turns = itertools.cycle(range(TURNS))
    while True:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout_at(due_s):
                await urgent.wait()
        urgent.clear()
        if loop.time() >= due_s:
            due_s = loop.time() + FLUSH_S
            await pollers.save(list(pollers.entries)[next(turns) :: TURNS])
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
    growth = Growth(resident_pages)
    while True:
        for _ in range(_ROUNDS):
            await asyncio.sleep(FREEZE_S)
            gc.collect(1)
            gc.freeze()
        if growth.noticed():
            gc.unfreeze()
            gc.collect()
            gc.freeze()


class Growth:
    """Notices when memory has grown for good.

    A circle that was frozen while it was in use stays for ever. Looking through everything stops
    the loop for a second at 10 000 targets, so it is done only when something seems to leak.
    """

    def __init__(self, resident: Callable[[], int]) -> None:
        """Know nothing before the first look."""
        self._resident = resident
        self._usual = 0

    def noticed(self) -> bool:
        """Say whether there is a quarter more than there was when this was last said."""
        pages = self._resident()
        grown = bool(self._usual) and pages > GROWN * self._usual
        if grown or not self._usual:
            self._usual = pages
        return grown


def resident_pages() -> int:
    """Return the resident set in pages; 0 where /proc does not tell it."""
    try:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return 0


async def beat_watchdog(supervisor: Supervisor) -> None:
    """Feed the watchdog until cancelled; without one there is nothing to do."""
    while supervisor.watchdog_s is not None:
        supervisor.alive()
        await asyncio.sleep(supervisor.watchdog_s)
