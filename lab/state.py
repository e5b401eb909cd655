"""What a switch knows of itself at a moment: counters, ports, modules, clocks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from lab.district import Port, Switch
from lab.optics import Optic
from lab.routing import Routing
from lab.traffic import EPOCH_S


class Counts(NamedTuple):
    """What a stream has carried since the epoch, or a port since its switch booted.

    `ipv6` is how many of the octets belong to IPv6; the rest is IPv4 and what is neither.
    """

    octets: float = 0.0
    unicast: float = 0.0
    multicast: float = 0.0
    broadcast: float = 0.0
    errors: float = 0.0
    discards: float = 0.0
    ipv6: float = 0.0

    def plus(self, other: "Counts") -> "Counts":
        """Add, field by field."""
        return Counts(*map(float.__add__, self, other))

    def minus(self, other: "Counts") -> "Counts":
        """Subtract, field by field."""
        return Counts(*map(float.__sub__, self, other))


@dataclass(frozen=True, slots=True)
class PortState:
    """A row of ifTable at a moment; `changed_s` is unix time."""

    port: Port
    up: bool
    changed_s: float
    received: Counts
    sent: Counts


@dataclass(frozen=True, slots=True)
class SwitchState:
    """What a switch knows of itself at a moment; ratios 0 to 1, degrees Celsius, unix seconds.

    Args:
        optics: the optical modules by ifName; a port that is not there has none.
        tree_changes: topology changes of the spanning tree, and when the last one was.
        routing: of IPv6; None for a switch that does not speak it.
    """

    switch: Switch
    at_s: float
    boot_s: float
    cpu: float
    memory: float
    temperature: float
    ports: tuple[PortState, ...]
    optics: Mapping[str, Optic]
    tree_changes: tuple[int, float]
    routing: Routing | None

    @property
    def boots(self) -> int:
        """SNMP-FRAMEWORK-MIB::snmpEngineBoots.

        The boot's own time in seconds since 2020: it never goes back, even if the lab is started
        anew, which is what USM rests on (RFC 3414 section 2.2.2).
        """
        return int(self.boot_s - EPOCH_S)

    def ticks(self, moment_s: float) -> int:
        """Turn a moment into TimeTicks since the boot (hundredths; wraps after 497 days)."""
        return max(0, int((moment_s - self.boot_s) * 100)) % 2**32
