"""What a device did not have, and when to ask for it again."""

from collections.abc import Hashable, Iterable, Iterator
from typing import TypeVar

from typing_extensions import override

from collectors.snmp.moments import Moments, later

Key = TypeVar("Key", bound=Hashable)

YOUNG_S = 1800.0
"""An agent that has just started fills its tables bit by bit, line cards one after the other."""
SOON_S = 300.0
"""After the first miss, unless it was at the first visit of an agent that has been up for long:
then it is no interruption of what was there, and nothing that is still to come."""
LATER_S = 3600.0
"""After every further miss: the device may have been updated or given a licence."""


class Absences(Moments[Key]):
    """Columns or scalars that were not there, and until when they are not asked for."""

    __slots__ = ("_restored",)

    def __init__(self, known: Iterable[Key] = ()) -> None:
        """Take up what was absent before a restart of ours; it counts as missed more than once."""
        super().__init__()
        self._restored: tuple[Key, ...] = tuple(known)

    @override
    def __contains__(self, key: object) -> bool:
        """Whether it was absent when it was last asked for."""
        return super().__contains__(key) or key in self._restored

    @override
    def __iter__(self) -> Iterator[Key]:
        """Go through what is absent."""
        return iter({*self._keys, *self._restored})

    def lacks(self, key: Key, now_s: float) -> bool:
        """Say whether it is not to be asked for yet."""
        if self._restored:
            fresh = [one for one in self._restored if one not in self._keys]
            self.set(fresh, later(now_s, LATER_S))
            self._restored = ()
        return now_s < self.get(key, now_s)

    def next_s(self, now_s: float) -> float:
        """Return when the next thing is to be asked for again."""
        return self.first_s(now_s)

    def missed(self, key: Key, now_s: float, *, soon: bool) -> None:
        """Remember that it was not there; `soon`: it may be back, or come, in a few minutes."""
        self.set((key,), later(now_s, SOON_S if soon and key not in self else LATER_S))

    def found(self, key: Key) -> None:
        """Forget that it was absent."""
        if key in self:
            self._restored = tuple([one for one in self._restored if one != key])
            self.drop(key)

    @override
    def clear(self) -> None:
        """Ask for everything again."""
        self._restored = ()
        super().clear()
