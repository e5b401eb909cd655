"""How many questions are on their way at once, so that dead targets do not hold up live ones.

Four budgets stand side by side:

- **visits** of targets that answered last time;
- **warm-up** visits, the first ones of a target: they cost several times the CPU of the others, and
  after a start ten thousand of them are due in an interval that has no room for them. They take
  few of the slots of visits while the loop is busy, so that they fill what time is left;
- **slow** visits: one that runs longer than `SLOW_AFTER_S` hands its slot back when others wait
  for it. A target that died since its last visit sits here until its deadline;
- **knocks**: the one cheap question for targets that are silent or not known yet.

The last two do little but wait, and a whole district dies at once, so there are
`WAITERS_PER_VISIT` times as many of them.

The limit bounds memory and sockets; it is not what paces a device (its session does that).
"""

from collections.abc import Hashable
from enum import StrEnum

SLOW_AFTER_S = 0.5
"""Most visits of live switches take less; one that does not loses nothing by standing aside. With
2 s instead, 40 targets a second that die held all of 64 slots, and the others waited seconds."""

WARM_UP_SHARE = 16
WARM_UP_LEAST = 8
"""32 of 512 slots: a turn of the loop that reads their answers takes some 30 ms, which is how late
it makes others. While the loop has time left, so many more are allowed with each judgement."""

WAITERS_PER_VISIT = 4
"""512 visits leave 2 048 knocks: 10 000 dead targets at 60 s and 10 s each need 1 667 of them, and
2 000 that die at once, each waiting 54 s for its deadline, need 1 800 slow visits."""

FREE_NOW = float("-inf")


class Budget(StrEnum):
    """What a slot is taken for."""

    VISIT = "visit"
    WARM_UP = "warm_up"
    SLOW = "slow"
    KNOCK = "knock"


_LENDING = (Budget.VISIT, Budget.WARM_UP)


class Slots:
    """Counts the slots of each budget; holders are known by any hashable key."""

    def __init__(self, limit: int) -> None:
        """Allow `limit` visits."""
        self._limit = limit
        self._held: dict[Budget, dict[Hashable, float]] = {budget: {} for budget in Budget}
        self._more_warm_up = 0

    def resize(self, limit: int) -> None:
        """Change the limit; holders above a smaller one keep their slots until they end."""
        self._limit = limit

    def strain(self, *, busy: bool) -> None:
        """Take note of whether the loop is busy: what warms up is admitted accordingly."""
        some = self._some_warm_up
        self._more_warm_up = 0 if busy else min(self._more_warm_up + some, self._limit)

    def take(self, holder: Hashable, budget: Budget, monotonic_s: float) -> bool:
        """Take a slot if one is free, or if a slow visit can hand its own back."""
        at_s = self.free_at_s(budget)
        if at_s is None or at_s > monotonic_s:
            return False
        if at_s > FREE_NOW:
            self._lend_oldest(budget)
        self._held[budget][holder] = monotonic_s
        return True

    def give_back(self, holder: Hashable) -> None:
        """Free the slot of `holder`, whichever budget it stands in by now."""
        for held in self._held.values():
            if held.pop(holder, None) is not None:
                return

    def free_at_s(self, budget: Budget) -> float | None:
        """Say when a slot can be had without waiting for a holder to end; None: not before that.

        `FREE_NOW` when one is free; otherwise the moment at which the oldest visit becomes slow
        enough to hand its slot back.
        """
        if len(self._held[budget]) < self._room(budget):
            return FREE_NOW
        if budget not in _LENDING or self.free_at_s(Budget.SLOW) is None:
            return None
        oldest_s = next(iter(self._held[budget].values()), None)
        return None if oldest_s is None else oldest_s + SLOW_AFTER_S

    def held(self, budget: Budget) -> int:
        """Count the holders in a budget."""
        return len(self._held[budget])

    def _room(self, budget: Budget) -> int:
        if budget is Budget.VISIT:
            return self._limit - len(self._held[Budget.WARM_UP])
        if budget is Budget.WARM_UP:
            left = self._limit - len(self._held[Budget.VISIT])
            return min(self._some_warm_up + self._more_warm_up, left)
        return self._limit * WAITERS_PER_VISIT

    @property
    def _some_warm_up(self) -> int:
        return max(self._limit // WARM_UP_SHARE, WARM_UP_LEAST)

    def _lend_oldest(self, budget: Budget) -> None:
        visits = self._held[budget]
        oldest = next(iter(visits))
        self._held[Budget.SLOW][oldest] = visits.pop(oldest)
