"""How commands write states, ages and rates."""

from texts import gettext as _
from texts import marked

STATES = {"up": marked("up"), "down": marked("down"), "unknown": marked("unknown")}
REASONS = {
    "unreachable": marked("unreachable"),
    "timeout": marked("timeout"),
    "denied": marked("denied"),
    "unsupported": marked("unsupported"),
    "bad_answer": marked("bad answer"),
    "partial": marked("partial"),
}
STYLES = {"up": "green", "down": "bold red", "unknown": "yellow"}

MINUTE_S = 60
HOUR_S = 3600
DAY_S = 86400
STEP = 1000


def reason(word: str) -> str:
    """Write why a visit failed; a word of a newer agent stays as it came."""
    return _(REASONS[word]) if word in REASONS else word


def age(seconds: float) -> str:
    """Write a duration with one or two units: 7s, 3m20s, 2h05m, 4d."""
    whole = int(seconds)
    if whole < MINUTE_S:
        return f"{whole}s"
    if whole < HOUR_S:
        return f"{whole // MINUTE_S}m{whole % MINUTE_S:02}s"
    if whole < DAY_S:
        return f"{whole // HOUR_S}h{whole % HOUR_S // MINUTE_S:02}m"
    return f"{whole // DAY_S}d"


def bits(rate_bps: float) -> str:
    """Write bits a second with a decimal prefix, as interface speeds are written."""
    for unit in ("bit/s", "kbit/s", "Mbit/s", "Gbit/s"):
        if rate_bps < STEP:
            return f"{rate_bps:.0f} {unit}" if unit == "bit/s" else f"{rate_bps:.1f} {unit}"
        rate_bps /= STEP
    return f"{rate_bps:.1f} Tbit/s"
