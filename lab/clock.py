"""The lab's clock: wall time at the start, monotonic from there.

Counters are computed from it, so a step of the machine's clock must not move it.
"""

import time
from collections.abc import Callable

from lab.state import SwitchState
from lab.world import World

Clock = Callable[[], float]
"""Unix seconds that never go back."""

TICKS_A_SECOND = 10
"""Moments are this coarse: all rows of an answer, and both ends of a link, see the same one."""


def lab_clock(wall: Clock = time.time, monotonic: Clock = time.monotonic) -> Clock:
    """Return a clock (unix seconds) that starts at the wall's time and never steps."""
    start, zero = wall(), monotonic()
    return lambda: start + int((monotonic() - zero) * TICKS_A_SECOND) / TICKS_A_SECOND


class Latest:
    """A switch's state now, worked out once a moment however many rows are asked for."""

    def __init__(self, world: World, switch: str, clock: Clock) -> None:
        """Work out the first state."""
        self._world, self._switch, self._clock = world, switch, clock
        self._asked_s = clock()
        self._state = world.state(switch, self._asked_s)

    def __call__(self) -> SwitchState:
        """Return the state."""
        now = self._clock()
        if now != self._asked_s:
            self._state = self._world.state(self._switch, now)
            self._asked_s = now
        return self._state
