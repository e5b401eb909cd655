"""Neighbours that were up for a while: learned, confirmed, kept when they vanish, forgotten.

up ──CONFIRMED_AFTER──▶ confirmed ──row gone──▶ absent ──FORGOTTEN_AFTER──▶ forgotten
 ◀──── down, gone, or not known any more ────┘      └──row back──▶ confirmed
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from agent.derive.joined import FIRST, Joined, Key
from collectors.contract import Fact, Json

F = TypeVar("F", bound=Fact)

CONFIRMED_AFTER = timedelta(minutes=15)
"""Up all this time makes a neighbour expected. That is three visits of the CLI check and fifteen of
SNMP at their default intervals, and longer than an engineer tries a cable or a session flaps; what
comes up for less is no promise. A derivation does not run while nothing changes, so this is a time
and not a count of visits: a table that stops being seen complete expires and ends it."""

FORGOTTEN_AFTER = timedelta(days=7)
"""What complete tables have not shown for so long was taken away on purpose."""


CONTRADICTED_FOR = timedelta(minutes=10)
"""SNMP is asked each minute and drops a row that was lost, while what the CLI said five minutes ago
still has it. So SNMP is believed, for two visits of the CLI at its default interval. If the CLI has
the row even then, SNMP has lost sight of it (a subagent that died), and it is the CLI's row."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is remembered of one neighbour.

    Args:
        tellers: the checks that showed it last; only their complete tables can miss it.
        up_since: it is on trial since then; None: it is confirmed.
        absent_since: complete tables began not to show it.
    """

    tellers: tuple[str, ...]
    up_since: datetime | None = None
    absent_since: datetime | None = None

    @property
    def is_confirmed(self) -> bool:
        """Whether it is expected."""
        return self.up_since is None


Memory = Mapping[Key, Kept]

_LENGTHS = (CONTRADICTED_FOR, FORGOTTEN_AFTER)


def follow(
    former: Memory,
    seen: Joined[F],
    is_up: Callable[[F], bool],
    wanted: Collection[Key],
    now: datetime,
) -> dict[Key, Kept]:
    """Return what to remember after what is seen now; `wanted` ones need no trial."""
    kept: dict[Key, Kept] = {}
    for key, row in seen.rows.items():
        before, tellers = former.get(key), seen.tellers[key]
        since = _contradicted_since(before, tellers, seen, now)
        if before is not None and since is not None:
            kept[key] = Kept(before.tellers, absent_since=since)
            continue
        trial = timedelta() if key in wanted else CONFIRMED_AFTER
        one = _shown(before, tellers, now, trial if is_up(row) else None)
        if one is not None:
            kept[key] = one
    for key, before in former.items():
        if key not in seen.rows and before.is_confirmed:
            still = _missed(before, now, missing=is_missing(before, seen))
            if still is not None:
                kept[key] = still
    return kept


def is_missing(one: Kept, seen: Joined[F]) -> bool:
    """Say of a neighbour without a row whether that is knowledge."""
    return not seen.known.isdisjoint(one.tellers)


def next_change(memory: Memory, now: datetime) -> datetime | None:
    """Say when a trial or a contradiction ends or something is forgotten, if nothing else does."""
    trials = [one.up_since + CONFIRMED_AFTER for one in memory.values() if one.up_since]
    absent = [one.absent_since for one in memory.values() if one.absent_since]
    times = [*trials, *(at + length for at in absent for length in _LENGTHS)]
    return min((at for at in times if at > now), default=None)


def written(memory: Memory) -> Json:
    """Write what is remembered as a document: rows of key, tellers and the two times."""
    return [
        [list(key), list(one.tellers), _text(one.up_since), _text(one.absent_since)]
        for key, one in memory.items()
    ]


def read(document: Json) -> dict[Key, Kept]:
    """Take up what `written` wrote; what is not like that is forgotten."""
    rows = document if isinstance(document, list) else []
    return {key: kept for row in rows for key, kept in _entry(row)}


def _shown(
    before: Kept | None, tellers: tuple[str, ...], now: datetime, trial: timedelta | None
) -> Kept | None:
    """Go on with one that has a row; no `trial`: it is not up."""
    if before is not None and before.is_confirmed:
        return Kept(tellers)
    if trial is None:
        return None
    since = min(before.up_since, now) if before and before.up_since else now
    return Kept(tellers) if now - since >= trial else Kept(tellers, since)


def _contradicted_since(
    before: Kept | None, tellers: tuple[str, ...], seen: Joined[F], now: datetime
) -> datetime | None:
    """Say since when SNMP misses a row that it showed and that another method still has."""
    if before is None or not before.is_confirmed or FIRST not in before.tellers:
        return None
    if FIRST in tellers or FIRST not in seen.known:
        return None
    since = min(before.absent_since or now, now)
    return since if now - since < CONTRADICTED_FOR else None


def _missed(before: Kept, now: datetime, *, missing: bool) -> Kept | None:
    if not missing:
        return before
    since = min(before.absent_since or now, now)
    if now - since >= FORGOTTEN_AFTER:
        return None
    return Kept(before.tellers, absent_since=since)


def _entry(row: Json) -> Iterator[tuple[Key, Kept]]:
    if not isinstance(row, list) or len(row) != 4:  # noqa: PLR2004  what `written` makes
        return
    key, tellers, up_since, absent_since = row
    if _is_texts(key) and _is_texts(tellers):
        yield tuple(key), Kept(tuple(tellers), _time(up_since), _time(absent_since))


def _is_texts(found: Json) -> bool:
    return isinstance(found, list) and all(isinstance(one, str) for one in found)


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at is not None else None


def _time(text: Json) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None


def confirmed(memory: Memory) -> Iterable[tuple[Key, Kept]]:
    """Go through those that are expected."""
    return ((key, one) for key, one in memory.items() if one.is_confirmed)
