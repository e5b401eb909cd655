"""Timers of all requests in one: a wheel of buckets, armed on the loop once for the earliest.

A request is nearly always answered before its timer, so a timer has to be cheap to make and free to
abandon: adding appends to a list, and nothing is ever removed before its bucket is due.
"""

import heapq
from collections.abc import Callable
from typing import Protocol


class Cancellable(Protocol):
    """What `call_later` returns."""

    def cancel(self) -> None:
        """Forget the call."""


class Timed(Protocol):
    """What the wheel wakes; it judges itself whether the occasion still concerns it."""

    def due(self, now_s: float) -> None:
        """Act at or after the time asked for."""


CallLater = Callable[[float, Callable[[], None]], Cancellable]


class Wheel:
    """Wakes at the asked time or up to one tick later; times are of the clock that is passed in."""

    def __init__(
        self, call_later: CallLater, clock: Callable[[], float], tick_s: float = 0.02
    ) -> None:
        """Arm nothing yet."""
        self._call_later = call_later
        self._clock = clock
        self._tick_s = tick_s
        self._buckets: dict[int, list[Timed]] = {}
        self._order: list[int] = []
        self._armed: tuple[int, Cancellable] | None = None

    def add(self, at_s: float, timed: Timed) -> None:
        """Wake `timed` at `at_s`."""
        bucket = int(at_s / self._tick_s) + 1
        waiting = self._buckets.get(bucket)
        if waiting is not None:
            waiting.append(timed)
            return
        self._buckets[bucket] = [timed]
        heapq.heappush(self._order, bucket)
        if self._order[0] == bucket:
            self._arm()

    def close(self) -> None:
        """Wake nobody any more."""
        if self._armed:
            self._armed[1].cancel()
        self._armed = None
        self._buckets.clear()
        self._order.clear()

    def _arm(self) -> None:
        if self._armed:
            self._armed[1].cancel()
        bucket = self._order[0]
        delay_s = max(0.0, bucket * self._tick_s - self._clock())
        self._armed = (bucket, self._call_later(delay_s, self.turn))

    def turn(self) -> None:
        """Wake all whose time has come."""
        now_s = self._clock()
        self._armed = None
        while self._order and self._order[0] * self._tick_s <= now_s:
            for timed in self._buckets.pop(heapq.heappop(self._order)):
                timed.due(now_s)
        if self._order:
            self._arm()
