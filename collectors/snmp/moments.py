"""Moments by key, in as little memory as a hundred thousand tables of them may take.

Nearly all of them are few, were noted in the same visit and stay for an hour. A dictionary takes
232 octets for four; a tuple of keys that all devices share and one of times take a third of it.
"""

from collections.abc import Hashable, Iterable, Iterator
from functools import lru_cache
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)


class Moments(Generic[Key]):
    """When something is due, on the monotonic clock, by key."""

    __slots__ = ("_keys", "_times")

    def __init__(self) -> None:
        """Know none yet."""
        self._keys: tuple[Key, ...] = ()
        self._times: tuple[float, ...] = ()

    def __contains__(self, key: object) -> bool:
        """Whether there is a moment for a key."""
        return key in self._keys

    def __iter__(self) -> Iterator[Key]:
        """Go through the keys."""
        return iter(self._keys)

    def get(self, key: Key, default: float) -> float:
        """Return the moment of a key."""
        keys = self._keys
        return self._times[keys.index(key)] if key in keys else default

    def set(self, keys: Iterable[Key], at_s: float) -> None:
        """Note the same moment for some keys."""
        known = dict(zip(self._keys, self._times, strict=True))
        self._keep(known | dict.fromkeys(keys, at_s))

    def drop(self, key: Key) -> None:
        """Forget a key."""
        if key in self._keys:
            known = dict(zip(self._keys, self._times, strict=True))
            del known[key]
            self._keep(known)

    def clear(self) -> None:
        """Forget all of them."""
        self._keys, self._times = (), ()

    def first_s(self, after_s: float = float("-inf")) -> float:
        """Return the first moment later than `after_s`; infinity when there is none."""
        return min([at_s for at_s in self._times if at_s > after_s], default=float("inf"))

    def _keep(self, known: dict[Key, float]) -> None:
        self._keys, self._times = _shared(tuple(known)), tuple(known.values())


@lru_cache(maxsize=4096)
def _shared(keys: tuple[Key, ...]) -> tuple[Key, ...]:
    """Return the one tuple for all that are equal."""
    return keys


@lru_cache(maxsize=64)
def later(now_s: float, seconds: float) -> float:
    """Return the moment so much later: one object for all that is noted in one visit."""
    return now_s + seconds
