"""What the visits of one device cost it, and how hard it is asked because of that."""

from dataclasses import replace

from collectors.contract import Effort, Json, Known, Method, Observation, Samples, Table
from collectors.snmp import pace
from collectors.snmp.addresses import Addresses
from collectors.snmp.device import CPU, Device
from collectors.snmp.pace import Pace
from collectors.snmp.target import DeviceTarget

CPU_RATIO = "egov_device_cpu_ratio"
_INTERVALS = 2


class Sparing:
    """Keeps the budget of one device and slows down when its CPU is busy.

    Args:
        learned: what `export` wrote before a restart of ours.
    """

    def __init__(self, target: DeviceTarget, addresses: Addresses, learned: Json) -> None:
        """Ask as hard as before."""
        self._target = target
        self._addresses = addresses
        self._pace = pace.from_json(learned)
        self._spent = 0, 0, 0
        self._keep_to(self._pace)

    def adopt(self, device: Device) -> None:
        """Ask a device that was just made out at the pace of now."""
        if self._pace.stretch > 1:
            device.slow(self._pace.stretch)

    def follow(self, observed: Observation, device: Device) -> Observation:
        """Return what a visit brought with what is left out, what it cost, and what to say.

        The pace that follows from it holds from the next visit on.
        """
        former, effort = self._pace, self._effort()
        notices = tuple(device.quarantine.notices)
        tables, known = observed.tables, observed.known
        cpu = _busiest(tables)
        if cpu is not None:
            self._pace = pace.advance(former, cpu, effort.requests)
        if self._pace is not former:
            said = pace.said(former, self._pace)
            notices = notices if said is None else (*notices, said)
        if self._pace.step != former.step:
            self._keep_to(self._pace)
            device.slow(self._pace.stretch)
            longer = max(1.0, self._pace.stretch / former.stretch)
            tables = tuple(_living_longer(table, longer) for table in tables)
            known = tuple(Known(one.type, one.lifetime_s * longer) for one in known)
        if device.quarantine.known:
            tables = (*tables, self._left_out(device))
        return replace(observed, tables=tables, known=known, effort=effort, notices=notices)

    def _effort(self) -> Effort:
        before, spent = self._spent, self._addresses.spent()
        self._spent = spent
        limits = self._addresses.limits
        return Effort(
            requests=spent[0] - before[0],
            retries=spent[1] - before[1],
            octets=spent[2] - before[2],
            pace=self._pace.ratio,
            requests_per_second=limits.requests_per_second,
            in_flight=limits.in_flight,
        )

    def _keep_to(self, now: Pace) -> None:
        budget = self._target.limits
        self._addresses.limits = pace.limited(now, budget, self._target.interval_s)

    def _left_out(self, device: Device) -> Table:
        """Say of each table that was ever left out whether it is now."""
        held = device.quarantine
        said: dict[str, bool] = {}
        for name in sorted(held.known):
            case = held.cases.get(name)
            gives = device.profile.by_name[name].gives or name
            out = case is not None and case.until_s is not None
            said[gives] = said.get(gives, False) or out
        samples = (Samples("egov_table_quarantined", [int(out) for out in said.values()]),)
        keys = [(name, Method.SNMP.value) for name in said]
        lifetime_s = _INTERVALS * self._target.interval_s
        return Table("table_quarantine", Method.AGENT, keys, samples, lifetime_s=lifetime_s)

    def export(self) -> Json:
        """Write what outlives a restart of ours."""
        return pace.to_json(self._pace)


def _busiest(tables: tuple[Table, ...]) -> float | None:
    """Return the ratio of the busiest CPU; that of one core, which is all that SNMP has, counts."""
    for table in tables:
        if table.name == CPU:
            ratios = [
                value
                for one in table.samples
                if one.family == CPU_RATIO
                for value in one.values
                if value is not None
            ]
            return max(ratios, default=None)
    return None


def _living_longer(table: Table, times: float) -> Table:
    """Let rows live until the next visit of their table, which is further away from now on."""
    if table.lifetime_s is None or times == 1.0:
        return table
    return replace(table, lifetime_s=table.lifetime_s * times)
