"""Moments by key, in as little memory as a hundred thousand tables of them may take.

Nearly all of them are few, were noted in the same visit and stay for an hour. A dictionary takes
232 octets for four; a tuple of keys that all devices share and one of times take a third of it, and
less where the times are one and the same.
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
        self._times: tuple[float, ...] = ()  # one for each key, or one for all of them

    def __contains__(self, key: object) -> bool:
        """Whether there is a moment for a key."""
        return key in self._keys

    def __iter__(self) -> Iterator[Key]:
        """Go through the keys."""
        return iter(self._keys)

    def get(self, key: Key, default: float) -> float:
        """Return the moment of a key."""
        keys, times = self._keys, self._times
        if key not in keys:
            return default
        return times[0] if len(times) == 1 else times[keys.index(key)]

    @property
    def common_s(self) -> float | None:
        """The moment that is noted for every key; None: there are several, or none."""
        return self._times[0] if len(self._times) == 1 else None

    def set(self, keys: Iterable[Key], at_s: float) -> None:
        """Note the same moment for some keys."""
        self._keep(self._known() | dict.fromkeys(keys, at_s))

    def fill(self, keys: tuple[Key, ...], at_s: float) -> None:
        """Note the same moment for these keys and no others."""
        self._keys, self._times = _shared(keys), _single(at_s)

    def drop(self, key: Key) -> None:
        """Forget a key."""
        if key in self._keys:
            known = self._known()
            del known[key]
            self._keep(known)

    def clear(self) -> None:
        """Forget all of them."""
        self._keys, self._times = (), ()

    def first_s(self, after_s: float = float("-inf")) -> float:
        """Return the first moment later than `after_s`; infinity when there is none."""
        return min([at_s for at_s in self._times if at_s > after_s], default=float("inf"))

    def _keep(self, known: dict[Key, float]) -> None:
        times = tuple(known.values())
        self._keys = _shared(tuple(known))
        self._times = _single(times[0]) if times and times.count(times[0]) == len(times) else times

    def _known(self) -> dict[Key, float]:
        times = self._times if len(self._times) > 1 else self._times * len(self._keys)
        return dict(zip(self._keys, times, strict=True))


@lru_cache(maxsize=4096)
def _shared(keys: tuple[Key, ...]) -> tuple[Key, ...]:
    """Return the one tuple for all that are equal."""
    return keys


@lru_cache(maxsize=256)
def _single(at_s: float) -> tuple[float]:
    """Return the one tuple for all that was noted in one visit."""
    return (at_s,)


@lru_cache(maxsize=64)
def later(now_s: float, seconds: float) -> float:
    """Return the moment so much later: one object for all that is noted in one visit."""
    return now_s + seconds
