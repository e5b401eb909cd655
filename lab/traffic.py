"""How busy an office is, integrated over time, so that a counter needs no memory.

The load curve repeats every week in China Standard Time (UTC+8, no summer time). `busy_seconds(t)`
is its integral from a fixed epoch: a counter between two moments is a rate at full load times the
difference of two integrals, whatever happened to clocks or processes in between.
"""

import math
from bisect import bisect_right
from itertools import accumulate, pairwise

EPOCH_S = 1_577_808_000.0
"""2020-01-01 00:00 in China, a Wednesday: unix seconds."""

DAY_S = 86_400.0
WEEK_S = 7 * DAY_S

_WORKDAY = (
    (0.0, 0.06), (6.5, 0.06), (8.0, 0.35), (8.75, 0.85), (9.5, 1.0), (11.5, 0.9),
    (12.25, 0.35), (14.25, 0.4), (15.0, 0.95), (16.75, 0.85), (17.75, 0.35),
    (19.0, 0.18), (23.0, 0.07), (24.0, 0.06),
)  # fmt: skip
_WEEKEND = ((0.0, 0.06), (8.0, 0.08), (10.0, 0.2), (16.0, 0.18), (20.0, 0.1), (24.0, 0.06))
_FIRST_DAYS = (_WORKDAY, _WORKDAY, _WORKDAY, _WEEKEND, _WEEKEND, _WORKDAY, _WORKDAY)
"""A week that begins on a Wednesday, as the epoch does: (hour, load) corners of each day."""

_WOBBLE = ((0.03, 47.0), (0.018, 311.0))
"""Amplitude and period in seconds; together below the least load, so that no rate is negative."""


def _corners() -> tuple[list[float], list[float], list[float]]:
    points = [
        (day * DAY_S + hour * 3600, load)
        for day, shape in enumerate(_FIRST_DAYS)
        for hour, load in shape
    ]
    areas = ((b[0] - a[0]) * (a[1] + b[1]) / 2 for a, b in pairwise(points))
    return [p[0] for p in points], [p[1] for p in points], [0.0, *accumulate(areas)]


_TIMES, _LOADS, _AREAS = _corners()


def load(at_s: float) -> float:
    """Return the load of an office at a moment (unix seconds), 0.06 to 1."""
    left, part = _segment((at_s - EPOCH_S) % WEEK_S)
    return _LOADS[left] + part * (_LOADS[left + 1] - _LOADS[left])


def busy_seconds(at_s: float, phase: float = 0.0) -> float:
    """Return the integral of load plus wobble from the epoch, in seconds at full load.

    Strictly increasing in `at_s`; `phase` (radians) lets each port breathe on its own.
    """
    weeks, second = divmod(at_s - EPOCH_S, WEEK_S)
    left, part = _segment(second)
    here = _LOADS[left] + part * (_LOADS[left + 1] - _LOADS[left])
    area = _AREAS[left] + (second - _TIMES[left]) * (_LOADS[left] + here) / 2
    wobble = sum(
        amplitude * period / math.tau * -math.cos(math.tau * (at_s - EPOCH_S) / period + phase)
        for amplitude, period in _WOBBLE
    )
    return weeks * _AREAS[-1] + area + wobble


def _segment(second: float) -> tuple[int, float]:
    """Find the corner left of a second of the week, and how far it is to the next (0 to 1)."""
    left = min(bisect_right(_TIMES, second), len(_TIMES) - 1) - 1
    width = _TIMES[left + 1] - _TIMES[left]
    return left, (second - _TIMES[left]) / width if width else 0.0
