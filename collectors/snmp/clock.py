"""When a device booted, and what its TimeTicks mean in Unix time.

sysUpTime counts hundredths of a second in 32 bits and begins anew after 497.1 days, which is no
reboot. snmpEngineTime counts seconds and says how often that happened; where a device does not
offer it, the last visit does. The boot time is published as one value a boot: it is taken when a
boot is first seen and kept until the next, whatever latency, drift and our own clock do.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from collectors.contract import Json

WRAP = 1 << 32
TICKS = 100
_LATCHED = (1 << 31) - 1
"""snmpEngineTime at its end (RFC 3414 section 2.2.2) tells nothing any more."""
_SLACK_S = 60.0
"""How far an uptime may lag behind what was expected: a whole visit with retries."""
_DRIFT = 0.002
"""And per second since: 173 s a day, more than any crystal and less than a reboot hides."""


@dataclass(frozen=True, slots=True)
class Uptime:
    """What one visit read: SNMPv2-MIB::sysUpTime, SNMP-FRAMEWORK-MIB::snmpEngineBoots and -Time.

    `host_ticks` is HOST-RESOURCES-MIB::hrSystemUptime, which goes on when the SNMP agent restarts.
    """

    ticks: int
    engine_boots: int | None = None
    engine_time_s: int | None = None
    host_ticks: int | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """What is known of a device's clock after a visit.

    Args:
        boot_s: Unix time of the boot, one value a boot.
        epoch_s: Unix time at which the running 32-bit round of sysUpTime began.
        wraps: rounds before this one.
        uptime_s: as seen at `monotonic_s` and `unix_s`.
        host_boot_s: Unix time of the boot by hrSystemUptime, one value a boot.
    """

    boot_s: int
    epoch_s: float
    ticks: int
    wraps: int
    uptime_s: float
    unix_s: float
    monotonic_s: float | None
    host_boot_s: int | None = None
    host_ticks: int | None = None
    engine_boots: int | None = None
    engine_time_s: int | None = None

    @property
    def published_s(self) -> int:
        """The boot time to expose: the host's where it is known, else the agent's."""
        return self.boot_s if self.host_boot_s is None else self.host_boot_s

    def happened(self, ticks: float) -> int | None:
        """Convert a TimeStamp (sysUpTime at an event) to Unix time.

        0 is the boot itself. Above the current sysUpTime it belongs to the round before, and where
        there was none it is absent: the device is wrong.
        """
        if ticks <= 0:
            return self.boot_s
        if ticks <= self.ticks + _SLACK_S * TICKS:
            return int(self.epoch_s + ticks / TICKS)
        if not self.wraps:
            return None
        return max(self.boot_s, int(self.epoch_s + (ticks - WRAP) / TICKS))


def advance(
    former: Clock | None, seen: Uptime, unix_s: float, monotonic_s: float
) -> tuple[Clock, bool]:
    """Follow the clock by one visit; the second result says whether the device booted since."""
    wraps = _wraps(former, seen, unix_s, monotonic_s)
    uptime_s = (seen.ticks + wraps * WRAP) / TICKS
    fell = former is not None and _fell(former, uptime_s, unix_s, monotonic_s)
    rebooted = fell and not _engine_went_on(former, seen)
    host_boot_s, host_rebooted = _host(former, seen, unix_s, monotonic_s)
    boot_s, epoch_s = int(unix_s - uptime_s), unix_s - seen.ticks / TICKS
    if former is not None and not rebooted:
        boot_s = former.boot_s
        if not fell:
            epoch_s = former.epoch_s + (wraps - former.wraps) * WRAP / TICKS
    clock = Clock(
        boot_s=boot_s,
        epoch_s=epoch_s,
        ticks=seen.ticks,
        wraps=wraps,
        uptime_s=uptime_s,
        unix_s=unix_s,
        monotonic_s=monotonic_s,
        host_boot_s=host_boot_s,
        host_ticks=seen.host_ticks,
        engine_boots=seen.engine_boots,
        engine_time_s=seen.engine_time_s,
    )
    return clock, rebooted or host_rebooted


def _elapsed(former: Clock, unix_s: float, monotonic_s: float) -> float:
    """Return the seconds since the last visit; over a restart of ours only the wall clock knows."""
    if former.monotonic_s is None:
        return max(0.0, unix_s - former.unix_s)
    return max(0.0, monotonic_s - former.monotonic_s)


def _wraps(former: Clock | None, seen: Uptime, unix_s: float, monotonic_s: float) -> int:
    if seen.engine_time_s is not None and seen.engine_time_s < _LATCHED:
        # an engine restarted after the boot is younger than sysUpTime: no round at all
        return max(0, round((seen.engine_time_s * TICKS - seen.ticks) / WRAP))
    if former is None:
        return 0
    expected = former.uptime_s + _elapsed(former, unix_s, monotonic_s)
    wraps = max(0, round((expected * TICKS - seen.ticks) / WRAP))
    missed = abs((seen.ticks + wraps * WRAP) / TICKS - expected)
    # a reboot that looks like a wrap would have to hit this window in 497 days
    near = missed <= _slack(former, unix_s, monotonic_s)
    return wraps if near else 0


def _slack(former: Clock, unix_s: float, monotonic_s: float) -> float:
    return _SLACK_S + _DRIFT * _elapsed(former, unix_s, monotonic_s)


def _fell(former: Clock, uptime_s: float, unix_s: float, monotonic_s: float) -> bool:
    if uptime_s < former.uptime_s:
        return True
    expected = former.uptime_s + _elapsed(former, unix_s, monotonic_s)
    return uptime_s < expected - _slack(former, unix_s, monotonic_s)


def _engine_went_on(former: Clock | None, seen: Uptime) -> bool:
    """Say whether the engine counted on while sysUpTime began anew: then nothing restarted."""
    if former is None or former.engine_boots is None or former.engine_boots != seen.engine_boots:
        return False
    times = (former.engine_time_s, seen.engine_time_s)
    return times[0] is not None and times[1] is not None and times[0] <= times[1]


def _host(
    former: Clock | None, seen: Uptime, unix_s: float, monotonic_s: float
) -> tuple[int | None, bool]:
    """Follow hrSystemUptime; no engine time tells its wraps, so they are judged by sight."""
    if seen.host_ticks is None:
        return None, False
    candidate = int(unix_s - seen.host_ticks / TICKS)
    if former is None or former.host_boot_s is None or former.host_ticks is None:
        return candidate, False
    expected = former.host_ticks + _elapsed(former, unix_s, monotonic_s) * TICKS
    slack = _slack(former, unix_s, monotonic_s) * TICKS
    if abs(seen.host_ticks - expected % WRAP) <= slack:
        return former.host_boot_s, False
    if seen.host_ticks >= expected:
        return former.host_boot_s, False
    return candidate, True


def to_json(clock: Clock) -> Json:
    """Write what outlives a restart of ours."""
    return {
        "boot_s": clock.boot_s,
        "epoch_s": clock.epoch_s,
        "ticks": clock.ticks,
        "wraps": clock.wraps,
        "uptime_s": clock.uptime_s,
        "unix_s": clock.unix_s,
        "host_boot_s": clock.host_boot_s,
        "host_ticks": clock.host_ticks,
        "engine_boots": clock.engine_boots,
        "engine_time_s": clock.engine_time_s,
    }


def from_json(document: Json) -> Clock | None:
    """Read what `to_json` wrote; None for anything else."""
    if not isinstance(document, Mapping):
        return None
    numbers = {
        name: value
        for name, value in document.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }
    try:
        return Clock(
            boot_s=int(numbers["boot_s"]),
            epoch_s=float(numbers["epoch_s"]),
            ticks=int(numbers["ticks"]),
            wraps=int(numbers["wraps"]),
            uptime_s=float(numbers["uptime_s"]),
            unix_s=float(numbers["unix_s"]),
            monotonic_s=None,
            host_boot_s=_optional(numbers, "host_boot_s"),
            host_ticks=_optional(numbers, "host_ticks"),
            engine_boots=_optional(numbers, "engine_boots"),
            engine_time_s=_optional(numbers, "engine_time_s"),
        )
    except (KeyError, ValueError, OverflowError):
        return None


def _optional(numbers: Mapping[str, int | float], name: str) -> int | None:
    return int(numbers[name]) if name in numbers else None
