"""Two readings of octet counters, some time apart, with which the present one is compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from collectors.contract import Json

Row = Sequence[int | None]
"""Octets of IPv4, of IPv6 and of the interface as a whole; None: not counted."""

Counters = Mapping[str, Row]
"""Rows by interface."""

_WIDTH = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """The counters of one moment."""

    at: datetime
    counters: Counters


@dataclass(frozen=True, slots=True)
class Window:
    """The readings that are remembered; at the beginning both are the first one."""

    older: Reading
    newer: Reading


def followed(former: Window | None, now: Reading, length: timedelta) -> Window:
    """Go on with a reading; the former object itself where there is nothing to remember.

    It begins anew after a gap, and when the clock went back. The newer reading becomes the older
    one when it is `length` old.
    """
    if former is None or not timedelta() <= now.at - former.newer.at <= 2 * length:
        return Window(now, now)
    window = former
    if now.at - former.newer.at >= length:
        window = Window(former.newer, now)
    begun = {
        interface: row
        for interface, row in now.counters.items()
        if _is_new(window.older.counters.get(interface), row)
    }
    if not begun:
        return window
    return Window(_changed(window.older, begun), _changed(window.newer, begun))


def written(window: Window) -> Json:
    """Write both readings as a document."""
    return [[one.at.isoformat(), one.counters] for one in (window.older, window.newer)]


def read(document: Json) -> Window | None:
    """Take up what `written` wrote; what is not like that is forgotten."""
    if not isinstance(document, list) or len(document) != 2:  # noqa: PLR2004  older and newer
        return None
    older, newer = map(_reading, document)
    return Window(older, newer) if older and newer and older.at <= newer.at else None


def _is_new(former: Row | None, row: Row) -> bool:
    """Say whether an interface counts from another beginning: it came, restarted or was cleared."""
    if former is None:
        return True
    (v4_then, v6_then, all_then), (v4, v6, every) = former, row
    return _fell(v4_then, v4) or _fell(v6_then, v6) or _fell(all_then, every)


def _fell(then: int | None, now: int | None) -> bool:
    """Say whether a counter is smaller, or is there at one time only."""
    if then is None or now is None:
        return then is not now
    return now < then


def _changed(reading: Reading, rows: Counters) -> Reading:
    return Reading(reading.at, {**reading.counters, **rows})


def _reading(document: Json) -> Reading | None:
    if not isinstance(document, list) or len(document) != 2:  # noqa: PLR2004  time and counters
        return None
    text, counters = document
    at = _time(text)
    if at is None or not isinstance(counters, Mapping):
        return None
    rows = {interface: row for interface, found in counters.items() if (row := _row(found))}
    return Reading(at, rows) if len(rows) == len(counters) else None


def _row(found: Json) -> Row | None:
    if not isinstance(found, list) or len(found) != _WIDTH:
        return None
    row = [one for one in found if one is None or type(one) is int]
    return row if len(row) == _WIDTH else None


def _time(text: Json) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
