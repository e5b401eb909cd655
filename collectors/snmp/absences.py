"""What a device did not have, and when to ask for it again."""

from collections.abc import Hashable, Iterable, Iterator
from typing import Generic, TypeVar

from collectors.snmp.moments import Moments, later

Key = TypeVar("Key", bound=Hashable)

SOON_S = 300.0
"""After the first miss: an agent that has just started fills its tables bit by bit."""
LATER_S = 3600.0
"""After every further miss: the device may have been updated or given a licence."""


class Absences(Generic[Key]):
    """Columns or scalars that were not there, on the monotonic clock."""

    __slots__ = ("_known", "_until")

    def __init__(self, known: Iterable[Key] = ()) -> None:
        """Take up what was absent before a restart of ours; it counts as missed more than once."""
        self._known: tuple[Key, ...] = tuple(known)
        self._until: Moments[Key] = Moments()

    def __contains__(self, key: object) -> bool:
        """Whether it was absent when it was last asked for."""
        return key in self._until or key in self._known

    def __iter__(self) -> Iterator[Key]:
        """Go through what is absent."""
        return iter({*self._until, *self._known})

    def lacks(self, key: Key, now_s: float) -> bool:
        """Say whether it is not to be asked for yet."""
        if self._known:
            fresh = [one for one in self._known if one not in self._until]
            self._until.set(fresh, later(now_s, LATER_S))
            self._known = ()
        return now_s < self._until.get(key, now_s)

    def next_s(self, now_s: float) -> float:
        """Return when the next thing is to be asked for again."""
        return self._until.first_s(now_s)

    def missed(self, key: Key, now_s: float) -> None:
        """Remember that it was not there."""
        self._until.set((key,), later(now_s, LATER_S if key in self else SOON_S))

    def found(self, key: Key) -> None:
        """Forget that it was absent."""
        if key in self:
            self._known = tuple([one for one in self._known if one != key])
            self._until.drop(key)

    def clear(self) -> None:
        """Ask for everything again."""
        self._known = ()
        self._until.clear()
