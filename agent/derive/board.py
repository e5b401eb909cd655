"""The facts as they stand: the last ones of each (type, target, check), and when they expire."""

import heapq
from collections.abc import Collection, Iterator, Sequence

from agent.derive.derivation import Facts, Subject
from collectors.contract import Fact

Key = tuple[type[Fact], str, str]
"""Type, target, check."""


class Board:
    """Holds facts; every method that changes some says whose, and nothing is ever left out.

    An input that expired stays, as unknown: a derivation that did not see it any more would take
    the denominator for smaller than it is.
    """

    def __init__(self) -> None:
        """Know nothing."""
        self.held: dict[type[Fact], dict[str, dict[str, tuple[Fact, ...] | None]]] = {}
        self._expires_s: dict[Key, float] = {}
        self._heap: list[tuple[float, int, Key]] = []
        self._serial = 0

    def put(
        self,
        target: str,
        check: str,
        facts: Sequence[Fact],
        expires_s: float | None,
        kind: type[Fact] | None = None,
    ) -> Iterator[Key]:
        """Replace facts of the same (target, check, type); yield those whose value changed.

        Of `kind` there are no others, and perhaps none at all.
        """
        by_type: dict[type[Fact], list[Fact]] = {} if kind is None else {kind: []}
        for fact in facts:
            by_type.setdefault(type(fact), []).append(fact)
        for each, some in by_type.items():
            of_target = self.held.setdefault(each, {}).setdefault(target, {})
            new = tuple(some)
            changed = of_target.get(check) != new
            of_target[check] = new
            if expires_s is not None:
                self._expire_at((each, target, check), expires_s)
            if changed:
                yield each, target, check

    def expire(self, monotonic_s: float) -> Iterator[Key]:
        """Turn what is too old into unknown; yield what was."""
        while self._heap and self._heap[0][0] <= monotonic_s:
            _due_s, _serial, key = heapq.heappop(self._heap)
            end_s = self._expires_s.pop(key, None)
            if end_s is None:
                continue
            if end_s > monotonic_s:
                self._expire_at(key, end_s)
                continue
            kind, target, check = key
            self.held[kind][target][check] = None
            yield key

    def next_expiry_s(self) -> float | None:
        """Say when `expire` may find something, at the earliest."""
        return self._heap[0][0] if self._heap else None

    def facts(self, subject: Subject) -> Facts:
        """Hand over the inputs of a subject."""
        return Facts(subject.targets, self.held)

    def keep_only(self, targets: Collection[str]) -> None:
        """Forget all other targets, after a reload."""
        for of_kind in self.held.values():
            for target in [one for one in of_kind if one not in targets]:
                del of_kind[target]
        self._expires_s = {key: end for key, end in self._expires_s.items() if key[1] in targets}

    def _expire_at(self, key: Key, expires_s: float) -> None:
        """Keep one entry in the heap for each key, however often its end moves."""
        if key not in self._expires_s:
            self._serial += 1
            heapq.heappush(self._heap, (expires_s, self._serial, key))
        self._expires_s[key] = expires_s
