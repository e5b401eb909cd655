"""Working hours, holidays, change windows and special periods, as agent.yaml writes them."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal

PeriodKind = Literal["guard", "drill", "freeze"]

MINUTES_A_DAY = 24 * 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """A stretch of the day on some days of the week.

    Attributes:
        days: 0 is Monday, as `date.weekday()` counts.
        start: minutes after midnight, local time.
        end: minutes after midnight, exclusive, at most 1440; not after `start`: the next day's.
    """

    days: frozenset[int]
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """When an office is open.

    Attributes:
        name: how kiosks refer to it.
        timezone: IANA name.
        hours: on a holiday none apply; on a workday (调休) those of Monday do, whatever the day.
        holidays: dates without hours.
        workdays: weekend dates that are worked.
    """

    name: str
    timezone: str = "Asia/Shanghai"
    hours: tuple[Hours, ...] = ()
    holidays: frozenset[dt.date] = frozenset()
    workdays: frozenset[dt.date] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeWindow:
    """When a change of configuration is no incident.

    Attributes:
        sites: subtrees it holds for; empty: everywhere.
        hours: in the default calendar's zone.
    """

    sites: tuple[str, ...] = ()
    hours: tuple[Hours, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Days with other thresholds: guard (重保), drill (演练), freeze (封网); ends included."""

    kind: PeriodKind
    name: str
    first: dt.date
    last: dt.date


def _office_hours() -> tuple[Hours, ...]:
    week = frozenset(range(5))
    return (
        Hours(days=week, start=8 * 60 + 30, end=12 * 60),
        Hours(days=week, start=14 * 60 + 30, end=17 * 60 + 30),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendars:
    """All of them; `default` is always there (an office's week in Asia/Shanghai)."""

    by_name: tuple[Calendar, ...] = (Calendar(name="default", hours=_office_hours()),)
    change_windows: tuple[ChangeWindow, ...] = ()
    periods: tuple[Period, ...] = ()

    def names(self) -> frozenset[str]:
        """Name the calendars that a kiosk may refer to."""
        return frozenset(calendar.name for calendar in self.by_name)

    def get(self, name: str) -> Calendar:
        """Return a calendar.

        Raises:
            KeyError: there is none of that name.
        """
        for calendar in self.by_name:
            if calendar.name == name:
                return calendar
        raise KeyError(name)
