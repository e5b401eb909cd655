"""What the demo's table shows: the agent's own API and pages, asked as any client would."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from agent.cli.api import TargetJson

WINDOW = 6
"""Observations that a rate is taken over, so that one late visit does not make it jump."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What one page says: octets received since ever, ports up and shut down, CPU."""

    octets: int = 0
    up: int = 0
    ports: int = 0
    cpu: float | None = None


@dataclass(slots=True)
class Watch:
    """The targets and their latest figures; rates come from pages that differ."""

    url: str
    targets: list[TargetJson] = field(default_factory=list)
    figures: dict[str, Figures] = field(default_factory=dict)
    _octets: dict[str, list[tuple[float, int]]] = field(default_factory=dict)

    async def look(self, client: aiohttp.ClientSession) -> None:
        """Ask the agent once for its targets and their pages."""
        async with client.get(f"{self.url}/api/v1/targets") as reply:
            self.targets = (await reply.json())["targets"]
        now = asyncio.get_running_loop().time()
        for target in self.targets:
            async with client.get(f"{self.url}/metrics/target/{target['id']}") as reply:
                figures = figures_of(await reply.text())
            self.figures[target["id"]] = figures
            self._remember(target["id"], now, figures.octets)

    def received_bps(self, target: str) -> float | None:
        """Return the bits received in a second over the last observations, or None."""
        seen = self._octets.get(target, [])
        if len(seen) < 2:  # noqa: PLR2004  # a rate needs two readings
            return None
        (start, first), (end, last) = seen[0], seen[-1]
        return (last - first) * 8 / (end - start)

    def _remember(self, target: str, now: float, octets: int) -> None:
        seen = self._octets.setdefault(target, [])
        if not octets or (seen and octets < seen[-1][1]):
            seen.clear()
        if octets and (not seen or octets != seen[-1][1]):
            seen.append((now, octets))
        del seen[:-WINDOW]


def figures_of(page: str) -> Figures:
    """Read the few families that the table shows from a target's page."""
    values: dict[str, list[float]] = {}
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            if _counts(sample.name, sample.labels):
                values.setdefault(sample.name, []).append(sample.value)
    cpu = values.get("egov_device_cpu_ratio")
    up = values.get("egov_interface_up", [])
    return Figures(
        octets=int(sum(values.get("egov_interface_receive_bytes_total", []))),
        up=int(sum(up)),
        ports=len(up),
        cpu=max(cpu) if cpu else None,
    )


def _counts(name: str, labels: Mapping[str, str]) -> bool:
    """Leave out virtual ports: their octets were counted on the ports below them."""
    if name == "egov_interface_receive_bytes_total":
        return "Ethernet" in labels.get("interface", "")
    return name in {"egov_device_cpu_ratio", "egov_interface_up"}
