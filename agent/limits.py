"""How many questions are on their way at once, so that dead targets do not hold up live ones.

Three budgets stand side by side:

- **visits** of targets that answered last time;
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

WAITERS_PER_VISIT = 4
"""512 visits leave 2 048 knocks: 10 000 dead targets at 60 s and 10 s each need 1 667 of them, and
2 000 that die at once, each waiting 54 s for its deadline, need 1 800 slow visits."""

FREE_NOW = float("-inf")


class Budget(StrEnum):
    """What a slot is taken for."""

    VISIT = "visit"
    SLOW = "slow"
    KNOCK = "knock"


class Slots:
    """Counts the slots of each budget; holders are known by any hashable key."""

    def __init__(self, limit: int) -> None:
        """Allow `limit` visits."""
        self._limit = limit
        self._held: dict[Budget, dict[Hashable, float]] = {budget: {} for budget in Budget}

    def resize(self, limit: int) -> None:
        """Change the limit; holders above a smaller one keep their slots until they end."""
        self._limit = limit

    def take(self, holder: Hashable, budget: Budget, monotonic_s: float) -> bool:
        """Take a slot if one is free, or if a slow visit can hand its own back."""
        at_s = self.free_at_s(budget)
        if at_s is None or at_s > monotonic_s:
            return False
        if at_s > FREE_NOW:
            self._lend_oldest()
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
        if budget is not Budget.VISIT or self.free_at_s(Budget.SLOW) is None:
            return None
        oldest_s = next(iter(self._held[budget].values()), None)
        return None if oldest_s is None else oldest_s + SLOW_AFTER_S

    def held(self, budget: Budget) -> int:
        """Count the holders in a budget."""
        return len(self._held[budget])

    def _room(self, budget: Budget) -> int:
        return self._limit if budget is Budget.VISIT else self._limit * WAITERS_PER_VISIT

    def _lend_oldest(self) -> None:
        visits = self._held[Budget.VISIT]
        oldest = next(iter(visits))
        self._held[Budget.SLOW][oldest] = visits.pop(oldest)
