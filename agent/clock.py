"""The two clocks of the service: one for intervals, one for people.

Intervals, deadlines and ages are judged on the monotonic clock alone, so a step of the wall clock
(NTP, leap second, an operator) neither delays a visit nor brings a burst of them.
"""

import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """Where the service learns the time; passed as an argument, so that tests own it."""

    def monotonic(self) -> float:
        """Return seconds of the monotonic clock, the same that the event loop's timers use."""

    def now(self) -> datetime:
        """Return the wall clock, aware UTC."""


class SystemClock:
    """The machine's clocks; CLOCK_MONOTONIC is what asyncio and uvloop keep their timers by."""

    def monotonic(self) -> float:
        """Return seconds of CLOCK_MONOTONIC."""
        return time.monotonic()

    def now(self) -> datetime:
        """Return the wall clock, aware UTC."""
        return datetime.now(UTC)
