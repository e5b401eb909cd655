"""How often a client may try a password: token buckets, judged by arithmetic alone."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` attempts at once, and one more every `refill_s` seconds."""

    burst: int
    refill_s: float


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at_s: float


class Attempts:
    """Buckets by key, the longest unused forgotten when there are too many.

    An attempt is charged before it is judged and given back when it succeeds; charged after, a
    thousand attempts sent at once would all find the bucket full.
    """

    def __init__(self, rate: Rate, keys: int = 10_000) -> None:
        """Keep at most `keys` buckets: an attacker with many addresses fills no memory."""
        self._rate = rate
        self._keys = keys
        self._buckets: OrderedDict[Hashable, _Bucket] = OrderedDict()

    def wait_s(self, key: Hashable, monotonic_s: float) -> float:
        """Return how long `key` has to wait for its next attempt; 0: it may try now."""
        return max(0.0, (1.0 - self._tokens(key, monotonic_s)) * self._rate.refill_s)

    def charge(self, key: Hashable, monotonic_s: float) -> None:
        """Take one attempt."""
        tokens = self._tokens(key, monotonic_s) - 1.0
        self._buckets[key] = _Bucket(tokens, monotonic_s)
        self._buckets.move_to_end(key)
        if len(self._buckets) > self._keys:
            self._buckets.popitem(last=False)

    def give_back(self, key: Hashable, monotonic_s: float) -> None:
        """Return the attempt of a success."""
        if key in self._buckets:
            tokens = self._tokens(key, monotonic_s) + 1.0
            self._buckets[key] = _Bucket(min(tokens, float(self._rate.burst)), monotonic_s)

    def __len__(self) -> int:
        """Count the keys remembered."""
        return len(self._buckets)

    def _tokens(self, key: Hashable, monotonic_s: float) -> float:
        bucket = self._buckets.get(key)
        if bucket is None:
            return float(self._rate.burst)
        gained = (monotonic_s - bucket.at_s) / self._rate.refill_s
        return min(float(self._rate.burst), bucket.tokens + gained)
