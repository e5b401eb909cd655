"""What is known about one target: immutable, so that a scrape reads what it began with.

Content            one for each target, replaced by each observation
├── Part           one table as one method saw it last
└── Account        what egov_table_* says about it
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from agent.store.columns import Column, TextColumn
from agent.store.layout import Key, Layout, Mask
from agent.store.shape import Shape
from collectors.contract import Method, Number

Values = Sequence[Number | None]


@dataclass(frozen=True, slots=True)
class Part:
    """One table of one target as one method saw it last.

    Args:
        source: the keys that the collector gave; when it gives the same again, the layout stays.
        kept: which rows of `source` are in the layout, not duplicates and not beyond the cap;
            None: all of them.
        expires_s: on the monotonic clock; None: replaced by the next one only.
        wall_s: Unix time of the observation.
        rows: how many distinct ones the observation brought; the layout has at most the cap.
        series: how many samples the observation brought.
        limit: rows that the cap on series leaves; None: each of them.
        steady: the values that a column was made of, where they were equal twice: who gives the
            same object again gives the same column. What moves is not held on to.
    """

    table: str
    method: Method
    source: tuple[Key, ...]
    layout: Layout
    kept: Mask | None
    shape: Shape
    columns: tuple[Column, ...]
    texts: tuple[TextColumn, ...]
    expires_s: float | None
    wall_s: float
    rows: int
    series: int
    limit: int | None = None
    steady: tuple[Values | None, ...] = ()

    @property
    def is_cut(self) -> bool:
        """Tell whether the cap keeps rows from the exposition."""
        return self.limit is not None or self.rows > len(self.layout.keys)

    def is_fresh(self, monotonic_s: float) -> bool:
        """Tell whether the rows may still be exposed."""
        return self.expires_s is None or monotonic_s < self.expires_s


@dataclass(frozen=True, slots=True)
class Account:
    """What is said about a table beside its rows.

    Args:
        success_s: Unix time at which it was last complete; it stays when the rows are gone.
        expires_s: when it is no longer known whether it is complete.
    """

    complete: bool
    success_s: float | None
    expires_s: float | None


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that is exposed for one target.

    Args:
        head: target and site (nothing for the agent's own), as octets with a comma behind each.
        parts: for each table, one part a method, the preferred one first.
        series: what the parts hold; `cut`: how many of them the cap keeps from the exposition.
        first_end_s: when the first of the parts expires.
    """

    head: bytes
    parts: Mapping[str, tuple[Part, ...]] = field(default_factory=dict)
    accounts: Mapping[tuple[str, Method], Account] = field(default_factory=dict)
    series: int = 0
    cut: int = 0
    first_end_s: float = math.inf

    def expires_s(self, monotonic_s: float) -> float | None:
        """Say when a page of this moment is no longer true; None: at the next observation."""
        ends = [part.expires_s for parts in self.parts.values() for part in parts]
        ends += [account.expires_s for account in self.accounts.values()]
        return min((end for end in ends if end is not None and end > monotonic_s), default=None)


def visible(parts: Sequence[Part], monotonic_s: float) -> Iterator[tuple[Part, Mask | None]]:
    """Join the methods' rows by key: each fresh part with the rows that are exposed of it.

    A row belongs whole to the first method that knows it, so no row mixes two moments. The cap
    works on what a method brought, before the join.
    """
    fresh = [part for part in parts if part.is_fresh(monotonic_s)]
    if len(fresh) == 1:
        yield fresh[0], _within_limit(fresh[0])
        return
    seen: set[Key] = set()
    for part in fresh:
        keys = part.layout.keys
        limit = len(keys) if part.limit is None else part.limit
        mask = bytes(index < limit and key not in seen for index, key in enumerate(keys))
        seen.update(keys[:limit])
        yield part, mask


def _within_limit(part: Part) -> Mask | None:
    if part.limit is None:
        return None
    return b"\1" * part.limit + b"\0" * (len(part.layout.keys) - part.limit)
