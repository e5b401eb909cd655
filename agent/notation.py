"""Notations that only agent.yaml has: listening addresses, hours of a week, intervals, networks."""

import ipaddress
import re
from collections.abc import Mapping
from typing import get_args

from agent.calendars import MINUTES_A_DAY, Hours
from agent.settings import Address, Check
from inventory.fields import Mistake, duration_s, network, split_port, text
from inventory.located import Plain, did_you_mean, shown
from texts import gettext as _

CHECKS: tuple[str, ...] = get_args(Check)
MIN_INTERVAL_S = 1.0
MAX_INTERVAL_S = 7 * 86400.0

_TABLE = re.compile(r"[a-z][a-z0-9_]{0,62}")
_DAYS: Mapping[str, int] = {
    name: number
    for number, names in enumerate(
        ("mon 周一", "tue 周二", "wed 周三", "thu 周四", "fri 周五", "sat 周六", "sun 周日")
    )
    for name in names.split()
}
_SPAN = re.compile(r"(?:(\S+)\s+)?([0-9]{2}):([0-9]{2})-([0-9]{2}):([0-9]{2})")


def listening(value: Plain) -> tuple[Address, ...]:
    """Take one numeric address with a port or a list of them; port 0 takes a free one."""
    written = value if isinstance(value, list) else [value]
    if not written:
        raise Mistake(_("expected an address with a port, such as 127.0.0.1:9877"))
    return tuple(bound(one) for one in written)


def bound(value: Plain) -> Address:
    """Take a numeric address with a port: one listens on addresses, not on names."""
    host, port = split_port(value)
    try:
        ipaddress.ip_address(host)
    except ValueError:
        text_ = _("{value}: expected a numeric address, such as 127.0.0.1:9877 or [::]:9877")
        raise Mistake(text_.format(value=shown(value))) from None
    return Address(host, port)


def remote(value: Plain) -> Address:
    """Take the address or the name of another machine with a port."""
    host, port = split_port(value)
    if port == 0 or host in ("::", "0.0.0.0"):  # noqa: S104 - compared, not bound
        text_ = _("{value}: expected another machine's address with a port")
        raise Mistake(text_.format(value=shown(value)))
    return Address(host, port)


def accepted(value: Plain) -> str | tuple[str, ...]:
    """Take `inventory`, `any`, or a list of networks."""
    if isinstance(value, list) and value:
        return tuple(network(one) for one in value)
    if value in ("inventory", "any"):
        return str(value)
    text_ = _("expected inventory, any, or a list of networks; found {value}")
    raise Mistake(text_.format(value=shown(value)))


def interval_name(value: Plain) -> str:
    """Take a check (`snmp`) or a table of one (`snmp.lldp`)."""
    name = text(value)
    check, dot, table = name.partition(".")
    if check not in CHECKS:
        text_ = _("unknown check {name}; expected one of {names}, or check.table")
        raise Mistake(
            text_.format(name=shown(check), names=", ".join(CHECKS)) + did_you_mean(check, CHECKS)
        )
    if dot and not _TABLE.fullmatch(table):
        raise Mistake(_("{name} is not the name of a table").format(name=shown(table)))
    return name


def interval_s(value: Plain) -> float:
    """Take a duration from a second to a week."""
    seconds = duration_s(value)
    if not MIN_INTERVAL_S <= seconds <= MAX_INTERVAL_S:
        raise Mistake(_("expected from 1s to 7d; found {value}").format(value=shown(value)))
    return seconds


def hours(value: Plain) -> Hours:
    """Take `Mon-Fri 08:30-12:00`, `Sat,Sun 09:00-17:00` or `22:00-06:00` (every day)."""
    match = _SPAN.fullmatch(text(value).strip())
    if match is None:
        raise _no_hours(value)
    start = _minute(match[2], match[3], value)
    end = _minute(match[4], match[5], value)
    if start in (MINUTES_A_DAY, end):
        raise _no_hours(value)
    return Hours(days=_days(match[1], value), start=start, end=end)


def _minute(hour: str, minute: str, value: Plain) -> int:
    found = int(hour) * 60 + int(minute)
    if int(minute) >= 60 or found > MINUTES_A_DAY:  # noqa: PLR2004 - minutes of an hour
        raise _no_hours(value)
    return found


def _days(written: str | None, value: Plain) -> frozenset[int]:
    if written is None:
        return frozenset(range(7))
    days: set[int] = set()
    for part in written.split(","):
        first, dash, last = part.partition("-")
        numbers = [_DAYS.get(name.casefold()) for name in (first, last if dash else first)]
        if numbers[0] is None or numbers[1] is None:
            raise _no_hours(value)
        length = (numbers[1] - numbers[0]) % 7 + 1
        days.update((numbers[0] + step) % 7 for step in range(length))
    return frozenset(days)


def _no_hours(value: Plain) -> Mistake:
    text_ = _("{value} is not a time of the week; expected such as Mon-Fri 08:30-12:00")
    return Mistake(text_.format(value=shown(value)))
