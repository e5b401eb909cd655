"""The functions that a formula may call, and how device texts and numbers are understood."""

import ipaddress
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

_NUMBER = re.compile(r"[-+]?[0-9]{1,20}(?:\.[0-9]{1,20})?")
_LIGHTLESS_DBM = -40.0
"""What stands for no light: a power of 0 has no logarithm (design section 7)."""


@dataclass(frozen=True, slots=True)
class Function:
    """One function: the kinds of its arguments and of its result, by the names of `Kind`.

    A contextual one is brought by the rows it runs over, which know the device.
    """

    usage: str
    help: str
    arguments: tuple[str, ...]
    result: str
    call: Callable[..., int | float | str | bool | tuple[float | None, ...] | None]
    contextual: bool = False


def power(base: float, exponent: float) -> float:
    """Raise in floating point: 10 to the 2147483647, said by a device, must cost no memory."""
    result = float(base) ** float(exponent)
    if isinstance(result, complex):
        raise ValueError  # noqa: TRY004  # a value without a real power, not a wrong type
    return int(result) if result.is_integer() and abs(result) < 1 << 53 else result


def dbm(milliwatts: float) -> float:
    """Convert milliwatts to dBm; no power at all is no light."""
    if milliwatts == 0:
        return _LIGHTLESS_DBM
    return round(10 * math.log10(milliwatts), 2)


def number(text: str) -> float | None:
    """Read the first number of a text, such as `9.4` or `45 C`; absent when there is none."""
    found = _NUMBER.search(text)
    if found is None:
        return None
    written = found.group()
    return float(written) if "." in written else int(written)


def numbers(text: str) -> tuple[float | None, ...]:
    """Read `-2.1,-2.4,,-2.2`: one number a lane, an empty place is absent."""
    return tuple(number(part) for part in text.split(","))


def times(values: tuple[float | None, ...], factor: float) -> tuple[float | None, ...]:
    """Multiply the number of every lane."""
    return tuple(None if value is None else value * factor for value in values)


def bit(value: float, position: float) -> bool:
    """Test one bit of an integer, the lowest is 0."""
    return bool(int(value) >> int(position) & 1)


def bits(text: str, position: float) -> bool:
    """Test one bit of BITS read `as: hex`; 0 is the highest of the first octet (RFC 2578)."""
    octet, place = divmod(int(position), 8)
    octets = bytes.fromhex(text.replace(":", ""))
    return octet < len(octets) and bool(octets[octet] >> (7 - place) & 1)


def within(oid: str, prefix: str) -> bool:
    """Say whether an OID stands at or below a prefix."""
    return oid == prefix or oid.startswith(prefix + ".")


def enterprise(oid: str) -> int | None:
    """Return the enterprise number of an OID below 1.3.6.1.4.1; absent elsewhere."""
    found = re.match(r"1\.3\.6\.1\.4\.1\.([0-9]{1,10})(?:\.|$)", oid)
    return int(found.group(1)) if found else None


def last(oid: str) -> int:
    """Return the last sub-identifier of an OID."""
    return int(oid.rpartition(".")[2])


def found(text: str, pattern: str) -> str | None:
    """Return what the first group of a pattern finds in a text, or the whole find."""
    match = _compiled(pattern).search(text)
    if match is None:
        return None
    return match.group(1) if match.re.groups else match.group()


def matches(text: str, pattern: str) -> bool:
    """Say whether a pattern is found in a text."""
    return _compiled(pattern).search(text) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise ValueError(pattern) from error


def scope(address: str) -> str | None:
    """Name the scope of an IPv6 address (RFC 4007, RFC 4193): by its first bits, as routers do."""
    try:
        first = int(ipaddress.IPv6Address(address.partition("%")[0])) >> 112
    except ValueError:
        return None
    return next((name for name, value, mask in _SCOPES if first & mask == value), "other")


_SCOPES = (
    ("link_local", 0xFE80, 0xFFC0),
    ("unique_local", 0xFC00, 0xFE00),
    ("global", 0x2000, 0xE000),
)


def _nothing(*_cells: object) -> None:
    return None


FUNCTIONS: Mapping[str, Function] = {
    "happened": Function(
        "happened(ticks)",
        "a TimeStamp (sysUpTime at an event) as Unix time",
        ("number",),
        "number",
        _nothing,
        contextual=True,
    ),
    "wanted": Function(
        "wanted(interface)",
        "the inventory's interfaces.include and .exclude let it through",
        ("text",),
        "truth",
        _nothing,
        contextual=True,
    ),
    "uplink": Function(
        "uplink(interface)",
        "the inventory lists it under uplinks",
        ("text",),
        "truth",
        _nothing,
        contextual=True,
    ),
    "rows": Function(
        "rows(table)",
        "how many rows another table has; absent while that is not known",
        ("text",),
        "number",
        _nothing,
    ),
    "abs": Function("abs(x)", "x without its sign", ("number",), "number", abs),
    "min": Function("min(x, y)", "the smaller", ("number", "number"), "number", min),
    "max": Function("max(x, y)", "the larger", ("number", "number"), "number", max),
    "round": Function("round(x)", "the nearest integer", ("number",), "number", round),
    "copysign": Function(
        "copysign(x, y)", "x with the sign of y", ("number", "number"), "number", math.copysign
    ),
    "log10": Function("log10(x)", "the decimal logarithm", ("number",), "number", math.log10),
    "dbm": Function("dbm(mW)", "milliwatts as dBm; 0 is -40", ("number",), "number", dbm),
    "bit": Function("bit(x, n)", "bit n of an integer", ("number", "number"), "truth", bit),
    "bits": Function("bits(x, n)", "bit n of BITS read as hex", ("text", "number"), "truth", bits),
    "number": Function("number(t)", "the first number in a text", ("text",), "number", number),
    "numbers": Function(
        "numbers(t)", "the numbers in a text, one a lane", ("text",), "numbers", numbers
    ),
    "times": Function(
        "times(n, x)", "the number of every lane times x", ("numbers", "number"), "numbers", times
    ),
    "text": Function("text(x)", "a number written out", ("number",), "text", str),
    "join": Function(
        "join(t, u)", "one text after the other", ("text", "text"), "text", lambda a, b: a + b
    ),
    "matches": Function(
        "matches(t, 'pattern')", "a pattern is found", ("text", "text"), "truth", matches
    ),
    "found": Function(
        "found(t, 'pattern')", "what its group finds", ("text", "text"), "text", found
    ),
    "within": Function(
        "within(o, '1.3.6.1')", "an OID is at or below another", ("text", "text"), "truth", within
    ),
    "enterprise": Function(
        "enterprise(o)", "the enterprise number of an OID", ("text",), "number", enterprise
    ),
    "last": Function("last(o)", "the last sub-identifier", ("text",), "number", last),
    "scope": Function(
        "scope(address)",
        "link_local, unique_local, global or other, of an IPv6 address",
        ("text",),
        "text",
        scope,
    ),
}
"""By name; `docs/profiles.md` lists them and a test compares."""
