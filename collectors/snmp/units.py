"""Units that devices speak, and the base unit that each becomes in a metric."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from collectors.snmp.functions import dbm


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of a device: the catalogue's unit it becomes, and how; integers stay integers."""

    becomes: str
    convert: Callable[[float], float]


def _times(factor: int) -> Callable[[float], float]:
    return lambda value: value * factor


def _by(divisor: int) -> Callable[[float], float]:
    """Divide, which is exact in decimal where a product with 0.01 is not (29 * 0.01)."""
    return lambda value: value / divisor


UNITS: Mapping[str, Unit] = {
    "percent": Unit("ratio", _by(100)),
    "permille": Unit("ratio", _by(1000)),
    "hundredths_of_percent": Unit("ratio", _by(10_000)),
    "kibibytes": Unit("bytes", _times(1024)),
    "mebibytes": Unit("bytes", _times(1024**2)),
    "kilobytes": Unit("bytes", _times(1000)),
    "bits_per_second": Unit("bytes_per_second", lambda value: value // 8),
    "kilobits_per_second": Unit("bytes_per_second", _times(125)),
    "megabits_per_second": Unit("bytes_per_second", _times(125_000)),
    "tenths_of_celsius": Unit("celsius", _by(10)),
    "hundredths_of_celsius": Unit("celsius", _by(100)),
    "millicelsius": Unit("celsius", _by(1000)),
    "hundredths_of_dbm": Unit("dbm", _by(100)),
    "tenths_of_dbm": Unit("dbm", _by(10)),
    "thousandths_of_dbm": Unit("dbm", _by(1000)),
    "microwatts": Unit("dbm", lambda value: dbm(value / 1000)),
    "tenths_of_microwatts": Unit("dbm", lambda value: dbm(value / 10_000)),
    "milliamperes": Unit("amperes", _by(1000)),
    "hundredths_of_milliamperes": Unit("amperes", _by(100_000)),
    "microamperes": Unit("amperes", _by(1_000_000)),
    "milliseconds": Unit("seconds", _by(1000)),
    "centiseconds": Unit("seconds", _by(100)),
}
"""By name; `docs/profiles.md` lists them and a test compares."""
