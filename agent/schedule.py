"""The arithmetic of the schedule: when a check of a target is due, and how long it may take."""

import math
from dataclasses import dataclass
from hashlib import blake2b

DEADLINE_SHARE = 0.9
"""A visit ends before its next one is due, or that one would be missed."""

KNOCK_DEADLINE_S = 10.0
EARLY_GAP_S = 5.0
"""A flapping link sends traps by the dozen; the device still gets one early visit in this time."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The due times `origin_s + k * interval_s` of one check of one target."""

    origin_s: float
    interval_s: float

    def after(self, monotonic_s: float) -> float:
        """Return the first due time later than `monotonic_s`; never one before the origin."""
        if monotonic_s < self.origin_s:
            return self.origin_s
        beat = math.floor((monotonic_s - self.origin_s) / self.interval_s) + 1
        due_s = self.origin_s + beat * self.interval_s
        # Rounding may land on the moment itself, which would visit twice.
        return due_s if due_s > monotonic_s else due_s + self.interval_s

    def missed(self, due_s: float, next_s: float) -> int:
        """Count the due times that lie between two visits and were passed over."""
        return max(0, round((next_s - due_s) / self.interval_s) - 1)


def rhythm(target: str, check: str, interval_s: float, start_s: float) -> Rhythm:
    """Place a check inside its interval: the same place after every restart, evenly over all."""
    return Rhythm(start_s + place(target, check) * interval_s, interval_s)


def place(target: str, check: str) -> float:
    """Return the share of the interval, 0 up to 1, at which a check has its turn."""
    digest = blake2b(f"{target}\0{check}".encode(), digest_size=6).digest()
    return int.from_bytes(digest) / 2**48


def visit_deadline_s(monotonic_s: float, interval_s: float) -> float:
    """Return the deadline of a full visit that starts now."""
    return monotonic_s + interval_s * DEADLINE_SHARE


def knock_deadline_s(monotonic_s: float, interval_s: float) -> float:
    """Return the deadline of a cheap question that starts now."""
    return monotonic_s + min(interval_s * DEADLINE_SHARE, KNOCK_DEADLINE_S)


def early_gap_s(interval_s: float) -> float:
    """Return how long after its start a visit may be followed by an early one."""
    return min(EARLY_GAP_S, interval_s / 4)
