"""Runs derivations for the subjects touched: a fact changed or expired, a reload, a time came.

facts ──▶ board ──changed──▶ due subjects ──at most once a second each──▶ derive ──▶ observation
             ▲                    ▲                                         │
             │                    └──────────── again_at ───────────────────┤
             └──────────────────── facts of the observation ────────────────┘
"""

import heapq
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from agent.clock import Clock
from agent.derive.accounts import Accounts
from agent.derive.board import Board
from agent.derive.derivation import Derivation, Derived, F, Forgetful, Scope, Steps, Subject
from agent.derive.merge import merged
from agent.derive.scopes import Scopes
from collectors.contract import Fact, Json, Observation, State
from inventory.inventory import Inventory

if TYPE_CHECKING:
    from datetime import datetime

MIN_GAP_S = 1.0
"""A subject runs at most once in this time, however many of its inputs change."""

SLICE_S = 0.01
"""After this much work the loop gets its turn."""

AGENT = ""

Run = tuple[int, str]
"""A derivation's place in the list, and the id of a subject of its scope."""


@dataclass(frozen=True, slots=True)
class _UnderWay:
    """A run that was interrupted, and the time spent on it so far."""

    steps: Steps
    spent_s: float


def _at_once(derived: Derived) -> Steps:
    yield from ()
    return derived


class Engine:
    """Keeps what derivations read and remember, and decides when they run.

    Nothing here waits: `work` does what is due and says when there is more.

    Args:
        emit: where observations go.
        touched: called when something may have become due before the time that `work` gave.
    """

    def __init__(
        self,
        derivations: Sequence[Derivation],
        state: State,
        clock: Clock,
        emit: Callable[[Observation], None],
        touched: Callable[[], None],
    ) -> None:
        """Have no inventory yet; `adopt` brings the first one."""
        self._derivations = derivations
        self._state = state
        self._clock = clock
        self._emit = emit
        self._touched = touched
        self._inventory = Inventory()
        self._scopes = Scopes(self._inventory)
        self._board = Board()
        self._due_s: dict[Run, float] = {}
        self._ran_s: dict[Run, float] = {}
        self._memory: dict[Run, Json] = {}
        self._again: dict[Run, datetime] = {}
        self._again_heap: list[tuple[datetime, Run]] = []
        self._shared: dict[int, dict[str, Observation]] = {}
        self._unsaid: set[int] = set()
        self._said_s: dict[int, float] = {}
        self._said: dict[tuple[int, str], Observation] = {}
        self._under_way: dict[Run, _UnderWay] = {}
        self._touched_meanwhile: set[Run] = set()
        self.accounts = Accounts(one.name for one in derivations)

    def adopt(self, inventory: Inventory, scopes: Scopes) -> None:
        """Go on with another inventory: everything runs again, what is gone is forgotten."""
        self._inventory = inventory
        self._scopes = scopes
        self._board.keep_only(set(self._scopes.targets))
        self._due_s = {}
        self._said, self._under_way, self._touched_meanwhile = {}, {}, set()
        subjects = {
            place: self._scopes.of_scope(derivation.scope)
            for place, derivation in enumerate(self._derivations)
        }
        for place, ids in subjects.items():
            shared = self._shared.get(place, {})
            self._shared[place] = {one: shared[one] for one in ids if one in shared}
            self.accounts.keep_only(self._derivations[place].name, ids)
            self._make_due(place, ids)
        alive = {(place, one) for place, ids in subjects.items() for one in ids}
        for known in (self._ran_s, self._memory, self._again):
            for run in known.keys() - alive:
                del known[run]
        self._touched()

    def put(
        self,
        target: str,
        check: str,
        facts: Sequence[Fact],
        expires_s: float | None,
        kind: type[Fact] | None = None,
    ) -> None:
        """Take the facts of an observation; they are unknown after `expires_s` (monotonic).

        Of `kind` the target has these and no others.
        """
        changed = list(self._board.put(target, check, facts, expires_s, kind))
        for each, _target, _check in changed:
            self._touch(each, target)
        if changed:
            self._touched()

    def fact(self, kind: type[F], target: str) -> F | None:
        """Return the last fact of a type about a target, from whichever check; None: unknown."""
        of_target = self._board.held.get(kind, {}).get(target, {})
        known = [facts[-1] for facts in of_target.values() if facts]
        return cast("F", known[-1]) if known else None

    def forget(self, subject_id: str, what: str) -> tuple[str, ...]:
        """Take `what` ("": everything) out of all memories of a subject; return what that was.

        Only derivations that allow it have such a memory. It runs again, so its rows go too.
        """
        gone: list[str] = []
        for place, derivation in enumerate(self._derivations):
            run = place, subject_id
            if not isinstance(derivation, Forgetful) or not self._has(run):
                continue
            left, names = derivation.forget(self._memory_of(run), what)
            if names:
                gone += names
                self._memory[run] = left
                self._state.save(*self._document(run), left)
                self._make_due(place, [subject_id])
        self._touched()
        return tuple(gone)

    def size(self, scope: Scope, subject_id: str) -> int:
        """Count the targets of a subject."""
        subject = self._scopes.subject(scope, subject_id)
        return len(subject.targets) if subject is not None else 0

    def work(self) -> float | None:
        """Run what is due, for a slice of time; return when to come again (monotonic), if ever."""
        start_s = self._clock.monotonic()
        for kind, target, _check in self._board.expire(start_s):
            self._touch(kind, target)
        self._wake_by_wall_clock()
        for run in [run for run, due_s in self._due_s.items() if due_s <= start_s]:
            self._run(run)
            if self._clock.monotonic() - start_s > SLICE_S:
                break
        self._emit_shared()
        return self._next_s()

    def _run(self, run: Run) -> None:
        """The one boundary around derivations: what they raise, and what the store refuses."""
        del self._due_s[run]
        place, subject_id = run
        derivation = self._derivations[place]
        subject = self._scopes.subject(derivation.scope, subject_id)
        if subject is None:
            return
        began_s = self._clock.monotonic()
        going_on = self._under_way.pop(run, None)
        spent_s = going_on.spent_s if going_on else 0.0
        try:
            steps = going_on.steps if going_on else self._begun(run, subject)
            derived = self._advanced(place, steps, began_s)
            if derived is not None:
                self._hand_on(run, derived.observation)
                for one in derived.others:
                    self._say(place, one)
        except Exception as error:  # noqa: BLE001  see above
            self.accounts.failed(
                derivation.name, subject_id, spent_s + self._spent_s(began_s), error
            )
        else:
            spent_s += self._spent_s(began_s)
            if derived is None:
                self._under_way[run] = _UnderWay(steps, spent_s)
                self._due_s[run] = began_s
                return
            self._keep(run, derived)
            self.accounts.ran(derivation.name, subject_id, spent_s)
        if run in self._touched_meanwhile:
            self._touched_meanwhile.discard(run)
            self._make_due(place, [subject_id])

    def _begun(self, run: Run, subject: Subject) -> Steps:
        self._ran_s[run] = self._clock.monotonic()
        facts, memory, now = self._board.facts(subject), self._memory_of(run), self._clock.now()
        found = self._derivations[run[0]].derive(subject, self._inventory, facts, memory, now)
        return _at_once(found) if isinstance(found, Derived) else found

    def _advanced(self, place: int, steps: Steps, began_s: float) -> Derived | None:
        """Go on for a slice of time; None: there is more to do."""
        while True:
            try:
                said = next(steps)
            except StopIteration as end:
                return cast("Derived", end.value)
            if said is not None:
                self._say(place, said)
            if self._spent_s(began_s) > SLICE_S:
                return None

    def _hand_on(self, run: Run, observation: Observation) -> None:
        if observation.target != AGENT:
            self._emit(observation)
            return
        place, subject = run
        self._shared[place][subject] = observation
        self._unsaid.add(place)

    def _say(self, place: int, said: Observation) -> None:
        """Emit what is said of a single target where it is new."""
        key = place, said.target
        if self._said.get(key) != said:
            self._said[key] = said
            self._emit(said)

    def _emit_shared(self) -> None:
        """Put together what stands with the agent: all subjects of a derivation, once a second.

        While a district of 500 sites falls silent, each of them changes at another moment, and
        putting 500 together takes 5 ms.
        """
        now_s = self._clock.monotonic()
        for place in [one for one in self._unsaid if self._say_again_s(one) <= now_s]:
            self._unsaid.discard(place)
            self._said_s[place] = now_s
            try:
                self._emit(merged(self._shared[place].values()))
            except Exception as error:  # noqa: BLE001  as in _run
                self.accounts.failed(self._derivations[place].name, AGENT, 0.0, error)

    def _say_again_s(self, place: int) -> float:
        return self._said_s.get(place, float("-inf")) + MIN_GAP_S

    def _keep(self, run: Run, derived: Derived) -> None:
        if derived.memory != self._memory[run]:
            self._memory[run] = derived.memory
            self._state.save(*self._document(run), derived.memory)
        if derived.again_at is None:
            self._again.pop(run, None)
        elif self._again.get(run) != derived.again_at:
            self._again[run] = derived.again_at
            heapq.heappush(self._again_heap, (derived.again_at, run))
        observation = derived.observation
        for kind, target, _check in self._board.put(
            observation.target or run[1], observation.check, observation.facts, None
        ):
            self._touch(kind, target)

    def _touch(self, kind: type[Fact], target: str) -> None:
        for place, derivation in enumerate(self._derivations):
            if kind in derivation.reads:
                self._make_due(place, self._scopes.of_target(target, derivation.scope))

    def _make_due(self, place: int, subjects: Iterable[str]) -> None:
        for subject in subjects:
            run = place, subject
            if run in self._under_way:  # it may have gone past what is new
                self._touched_meanwhile.add(run)
                continue
            earliest_s = self._ran_s.get(run, float("-inf")) + MIN_GAP_S
            self._due_s.setdefault(run, earliest_s)

    def _wake_by_wall_clock(self) -> None:
        """Opening hours follow the wall clock, steps and all, so it is compared, not waited for."""
        now = self._clock.now()
        while self._again_heap and self._again_heap[0][0] <= now:
            at, run = heapq.heappop(self._again_heap)
            if self._again.get(run) == at:
                del self._again[run]
                self._make_due(run[0], [run[1]])

    def _next_s(self) -> float | None:
        times_s = [*self._due_s.values(), *map(self._say_again_s, self._unsaid)]
        if (expiry_s := self._board.next_expiry_s()) is not None:
            times_s.append(expiry_s)
        if self._again_heap:
            times_s.append(self._clock.monotonic() + MIN_GAP_S)
        return min(times_s, default=None)

    def _has(self, run: Run) -> bool:
        return self._scopes.subject(self._derivations[run[0]].scope, run[1]) is not None

    def _memory_of(self, run: Run) -> Json:
        if run not in self._memory:
            self._memory[run] = self._state.load(*self._document(run))
        return self._memory[run]

    def _document(self, run: Run) -> tuple[str, int]:
        derivation = self._derivations[run[0]]
        return f"derive/{derivation.name}/{run[1]}", derivation.version

    def _spent_s(self, began_s: float) -> float:
        return self._clock.monotonic() - began_s
