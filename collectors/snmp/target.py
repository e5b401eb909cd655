"""What the poller needs to know of a device; made from the inventory by whoever starts it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from types import MappingProxyType
from typing import Literal

from protocols.snmp.credentials import Credential
from protocols.snmp.session import Limits


@dataclass(frozen=True, slots=True, kw_only=True)
class Interfaces:
    """Which interfaces are exposed: shell patterns over names, and shut ports.

    Without `include` all are; `exclude` wins.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    admin_down: Literal["keep", "drop"] = "keep"

    def wanted(self, name: str) -> bool:
        """Say whether an interface of that name is exposed, not judging its state."""
        if any(fnmatchcase(name, pattern) for pattern in self.exclude):
            return False
        return not self.include or any(fnmatchcase(name, pattern) for pattern in self.include)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceTarget:
    """One device and how it is asked.

    Args:
        addresses: numeric or names, in the order of preference.
        profile: a profile's name, or `auto`.
        uplinks: names of the interfaces towards the core.
        interval_s: of the check; a sample lives for two of them.
        intervals_s: of single tables, by the catalogue's name.
    """

    id: str
    addresses: tuple[str, ...]
    credential: Credential = field(repr=False)
    port: int = 161
    profile: str = "auto"
    interfaces: Interfaces = field(default_factory=Interfaces)
    uplinks: Collection[str] = frozenset()
    interval_s: float = 60.0
    intervals_s: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    limits: Limits = field(default_factory=Limits)
