"""Makes label texts and numbers of what stood in a column."""

import ipaddress
import re
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase

from collectors.cli.interface_names import if_name
from collectors.cli.profile import Value
from collectors.cli.templates import Row
from collectors.contract import Number
from collectors.text import clean_text

_CLOCK = re.compile(r"(?:(\d+)d)?(\d+):(\d{2}):(\d{2})")
_UNITS = re.compile(r"(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_UNIT_S = (31_536_000, 604_800, 86_400, 3_600, 60, 1)
_ASDOT = re.compile(r"(\d{1,5})\.(\d{1,5})")
_DIGITS = 20
"""Of a counter of 64 bits; longer ones are none, and no arithmetic is done with them."""

_UNIQUE_LOCAL = ipaddress.IPv6Network("fc00::/7")
_GLOBAL = ipaddress.IPv6Network("2000::/3")


class Unfit(ValueError):
    """What stood there is not what the profile says it is; the text shows it."""


def made(value: Value, row: Row, platform: str) -> str | Number | None:
    """Return a value of a row; None: there is none.

    Raises:
        Unfit: it cannot be understood.
    """
    if not value.columns:
        return value.constant
    if any(not one.search(row.get(column, "")) for column, one in value.when.items()):
        return value.otherwise
    texts = [row.get(column, "").strip() for column in value.columns]
    text = "/".join(texts)
    if text.lower() in value.absent:
        return None
    if not any(texts) and "" not in (value.map or ()):
        return None
    if value.map is not None:
        return _mapped(value, value.map, text)
    return _FORMS[value.form](text, platform)


def _mapped(value: Value, words: Mapping[str, str | Number], text: str) -> str | Number:
    small = text.lower()
    for pattern, meaning in words.items():
        if fnmatchcase(small, pattern):
            return meaning
    if value.otherwise is None:
        raise Unfit(f"{text!r}: none of the words that the profile knows")
    return value.otherwise


def _number(text: str, _platform: str) -> Number:
    if not _is_number(text):
        raise Unfit(f"{text[:40]!r} is no number")
    return int(text)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS


def _router_id(text: str, _platform: str) -> str:
    try:
        return str(ipaddress.IPv4Address(text))
    except ValueError:
        raise Unfit(f"{text!r} is no router id") from None


def _address(text: str, _platform: str) -> str:
    """Write an address as RFC 5952 does; a prefix length goes, a zone stays (RFC 4007)."""
    try:
        found = ipaddress.ip_address(text.partition("/")[0])
    except ValueError:
        raise Unfit(f"{text!r} is no address") from None
    if found.version == 6 and found.ipv4_mapped is not None:  # noqa: PLR2004 - the IP version
        return f"::ffff:{found.ipv4_mapped}"
    return str(found)


def _scope(text: str, _platform: str) -> str:
    try:
        found = ipaddress.IPv6Address(text.partition("/")[0])
    except ValueError:
        raise Unfit(f"{text!r} is no IPv6 address") from None
    bare = ipaddress.IPv6Address(int(found))
    if bare.is_link_local:
        return "link_local"
    if bare in _UNIQUE_LOCAL:
        return "unique_local"
    return "global" if bare in _GLOBAL else "other"


def _as_number(text: str, _platform: str) -> str:
    """Read an AS number, asdot as well (RFC 5396): 635.66 is 635 * 65536 + 66."""
    if found := _ASDOT.fullmatch(text):
        return str(int(found[1]) * 65_536 + int(found[2]))
    if not _is_number(text):
        raise Unfit(f"{text[:40]!r} is no AS number")
    return text


def _seconds(text: str, _platform: str) -> Number:
    """Read how long something lasts: 00:17:49, 626h43m, 0286h47m, 1d02h, 3w2d, 00h03m02s, 75."""
    if text.lower() == "never":
        return 0
    if _is_number(text):
        return int(text)
    if len(text) > 2 * _DIGITS:
        raise Unfit(f"{text[:40]!r} is no time")
    if found := _CLOCK.fullmatch(text):
        days, hours, minutes, seconds = (int(one or 0) for one in found.groups())
        return days * 86_400 + hours * 3_600 + minutes * 60 + seconds
    found = _UNITS.fullmatch(text)
    if not text or found is None:
        raise Unfit(f"{text!r} is no time")
    return sum(int(n or 0) * s for n, s in zip(found.groups(), _UNIT_S, strict=True))


_FORMS: Mapping[str, Callable[[str, str], str | Number]] = {
    "text": lambda text, _platform: clean_text(text),
    "number": _number,
    "router_id": _router_id,
    "address": _address,
    "scope": _scope,
    "interface": lambda text, platform: if_name(platform, clean_text(text)),
    "as_number": _as_number,
    "seconds": _seconds,
    "joined": lambda text, _platform: clean_text("".join(text.split())),
}
