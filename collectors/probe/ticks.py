"""A clock beat that many wait for together.

A wake-up of an idle loop costs more than what a ping does in it (0.1 ms against 0.02), so pings
that are under way at the same time send their next packets in the same one.
"""

import asyncio


class Ticks:
    """Beats every `period_s` while somebody waits, and rests otherwise."""

    def __init__(self, period_s: float) -> None:
        """Rest."""
        self._period_s = period_s
        self._beat: asyncio.Event | None = None

    async def next(self) -> None:
        """Return at the next beat: after `period_s`, or sooner when others wait already."""
        if self._beat is None:
            self._beat = asyncio.Event()
            asyncio.get_running_loop().call_later(self._period_s, self._strike)
        await self._beat.wait()

    def _strike(self) -> None:
        beat, self._beat = self._beat, None
        if beat is not None:
            beat.set()
