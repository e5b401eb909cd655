"""What the poller needs to know of a device; made from the inventory by whoever starts it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from collectors.cli.login import Login


@dataclass(frozen=True, slots=True, kw_only=True)
class CliTarget:
    """One device and how it is logged in to.

    Args:
        addresses: numeric or names, in the order of preference; keys are pinned under these.
        platform: a profile's name; None: the device is asked what it is.
        interval_s: of the check; a sample lives for two of them.
        intervals_s: of single tables, by the catalogue's name.
    """

    id: str
    addresses: tuple[str, ...]
    login: Login
    port: int = 22
    platform: str | None = None
    interval_s: float = 300.0
    intervals_s: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
