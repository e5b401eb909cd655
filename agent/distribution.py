"""A histogram of seconds that costs a bisection per value and can be asked for a quantile."""

from bisect import bisect_left
from collections.abc import Iterator

BOUNDS_S = (
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0,
)  # fmt: skip


class Distribution:
    """Counts by bucket, in the manner of a Prometheus histogram."""

    __slots__ = ("_counts", "total_s")

    def __init__(self) -> None:
        """Start empty."""
        self._counts = [0] * (len(BOUNDS_S) + 1)
        self.total_s = 0.0

    def add(self, seconds: float) -> None:
        """Count one value; a negative one counts as 0."""
        self._counts[bisect_left(BOUNDS_S, seconds)] += 1
        self.total_s += max(seconds, 0.0)

    @property
    def count(self) -> int:
        """How many values were counted."""
        return sum(self._counts)

    def quantile_s(self, share: float) -> float:
        """Return the upper bound of the bucket in which `share` of the values is reached.

        0 when nothing was counted, infinity above the last bound: never better than the truth.
        """
        wanted = share * self.count
        reached = 0
        for bound_s, number in zip((*BOUNDS_S, float("inf")), self._counts, strict=True):
            reached += number
            if reached >= wanted and reached:
                return bound_s
        return 0.0

    def cumulative(self) -> Iterator[tuple[str, int]]:
        """Yield (le, count of values up to it), ending with +Inf."""
        reached = 0
        for bound_s, number in zip((*BOUNDS_S, None), self._counts, strict=True):
            reached += number
            yield ("+Inf" if bound_s is None else repr(bound_s)), reached
