"""Runs the derivations of the service: when something touched them, and when time did."""

import asyncio

from agent.clock import Clock
from agent.derive.engine import Engine

GATHER_S = 0.05
"""What changes within this time is worked on together."""


class Runner:
    """Wakes for whichever comes first, a change or the time that the engine named."""

    def __init__(self, clock: Clock) -> None:
        """Nothing touched yet."""
        self._clock = clock
        self._touched = asyncio.Event()

    def touched(self) -> None:
        """Take note that something may be due."""
        self._touched.set()

    async def run(self, engine: Engine) -> None:
        """Work until cancelled; between two slices the loop gets its turn."""
        while True:
            self._touched.clear()
            next_s = engine.work()
            if next_s is not None and next_s <= self._clock.monotonic():
                await asyncio.sleep(0)
                continue
            try:
                async with asyncio.timeout_at(next_s):
                    await self._touched.wait()
            except TimeoutError:
                continue
            await asyncio.sleep(GATHER_S)
