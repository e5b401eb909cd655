"""How late the event loop is: whatever blocks it delays this timer as it delays everything else."""

import asyncio

from agent.clock import Clock
from agent.distribution import Distribution

BEAT_S = 0.1


class Pulse:
    """Beats ten times a second and keeps how late each beat came."""

    def __init__(self, clock: Clock) -> None:
        """Not beaten yet."""
        self._clock = clock
        self.lag = Distribution()

    async def beat(self) -> None:
        """Beat until cancelled."""
        while True:
            due_s = self._clock.monotonic() + BEAT_S
            await asyncio.sleep(BEAT_S)
            self.lag.add(self._clock.monotonic() - due_s)
