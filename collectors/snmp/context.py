"""What formulas know of the device as a whole: its clock and its entry in the inventory."""

from collections.abc import Callable, Mapping

from collectors.catalogue import Catalogue
from collectors.snmp.absences import YOUNG_S
from collectors.snmp.clock import Clock
from collectors.snmp.formula import Cell
from collectors.snmp.profile import TableProfile
from collectors.snmp.sharing import Pool
from collectors.snmp.target import DeviceTarget


class Context:
    """Shared by the tables of one device.

    Attributes:
        epoch: rises whenever names, texts or the clock's base changed, and with it everything that
            was computed from them.
        pool: what the device has in common with others.
    """

    functions: Mapping[str, Callable[..., Cell]]

    def __init__(self, target: DeviceTarget, catalogue: Catalogue, pool: Pool) -> None:
        """Know the inventory; the clock comes with the first visit."""
        self.epoch = 0
        self.pool = pool
        self.clock: Clock | None = None
        self._catalogue = catalogue
        self.constants: dict[str, Cell] = {
            "boot_timestamp": None,
            "drop_admin_down": target.interfaces.admin_down == "drop",
        }
        self.functions = {
            "happened": self._happened,
            "wanted": target.interfaces.wanted,
            "uplink": target.uplinks.__contains__,
        }

    @property
    def young(self) -> bool:
        """Whether the agent has just started, for all that we know."""
        return self.clock is None or self.clock.uptime_s < YOUNG_S

    def changed(self) -> None:
        """Let everything that was computed be computed anew."""
        self.epoch += 1

    def set_clock(self, clock: Clock | None) -> None:
        """Take the clock of this visit."""
        former, self.clock = self.clock, clock
        if clock is None or former is None or _base(clock) != _base(former):
            self.epoch += 1
        self.constants["boot_timestamp"] = None if clock is None else clock.published_s

    def identity(self, profile: TableProfile, label: str) -> int:
        """Return the place of a label in the keys of a table, lanes left out."""
        spec = self._catalogue.tables[profile.gives or ""]
        return [name for name in spec.identity if name != profile.lanes].index(label)

    def _happened(self, ticks: float) -> Cell:
        return None if self.clock is None else self.clock.happened(ticks)


def _base(clock: Clock) -> tuple[int, int | None]:
    # A wrap is left out on purpose: a TimeStamp that did not move keeps the time it had, for
    # afterwards nothing tells an event before the wrap from one as long after it.
    return clock.boot_s, clock.host_boot_s
