"""What the demo's table shows: the agent's own API and pages, asked as any client would."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from agent.cli import demo_ipv6
from agent.cli.api import EdgeJson, TargetJson
from agent.cli.demo_ipv6 import Place, Readiness, Rows
from agent.cli.demo_links import Link, Links, Port

WINDOW = 6
"""Observations that a rate is taken over, so that one late visit does not make it jump."""
DEVICE = "device"

SITES = "egov_site_info"
SHOWN = frozenset(
    {
        "egov_device_cpu_ratio",
        "egov_interface_receive_bytes_total",
        "egov_interface_speed_bytes_per_second",
        "egov_interface_up",
        "egov_optic_receive_power_dbm",
        "egov_optic_receive_power_low_dbm",
    }
)


@dataclass(frozen=True, slots=True)
class Figures:
    """What one page says: octets received since ever, ports up and shut down, CPU, interfaces."""

    octets: int = 0
    up: int = 0
    ports: int = 0
    cpu: float | None = None
    interfaces: Mapping[str, Port] = field(default_factory=dict)


@dataclass(slots=True)
class Watch:
    """The devices and links with their latest figures; rates come from pages that differ.

    Sites with an address are targets as well, but they are no rows.
    """

    url: str
    targets: list[TargetJson] = field(default_factory=list)
    figures: dict[str, Figures] = field(default_factory=dict)
    places: Mapping[str, Place] = field(default_factory=dict)
    _links: Links = field(default_factory=Links)
    _octets: dict[str, list[tuple[float, int]]] = field(default_factory=dict)

    async def look(self, client: aiohttp.ClientSession) -> None:
        """Ask the agent once for its targets, their pages and the topology."""
        async with client.get(f"{self.url}/api/v1/targets") as reply:
            targets: list[TargetJson] = (await reply.json())["targets"]
        now = asyncio.get_running_loop().time()
        self.targets = [target for target in targets if target["kind"] == DEVICE]
        for target in self.targets:
            async with client.get(f"{self.url}/metrics/target/{target['id']}") as reply:
                figures = figures_of(await reply.text())
            self.figures[target["id"]] = figures
            self._remember(target["id"], now, figures.octets)
        if not self.places:
            async with client.get(f"{self.url}/metrics/agent") as reply:
                self.places = demo_ipv6.places_of(rows_of(await reply.text(), {SITES}))
        async with client.get(f"{self.url}/api/v1/topology") as reply:
            self.take_edges((await reply.json())["edges"])

    def readiness(self) -> Readiness:
        """Return how ready the devices are for IPv6."""
        return demo_ipv6.readiness(self.targets, self.places)

    def take_edges(self, edges: Iterable[EdgeJson]) -> None:
        """Take in what the topology says now."""
        self._links.take(edges)

    def links(self) -> Sequence[Link]:
        """Return every link that was ever told, as it is now."""
        return self._links.now({name: page.interfaces for name, page in self.figures.items()})

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


def rows_of(page: str, families: Collection[str]) -> Rows:
    """Read a few families of a page; the lines of the others are not even looked into."""
    lines = [line for line in page.splitlines() if line.split("{")[0].split(" ")[0] in families]
    found: dict[str, list[tuple[Mapping[str, str], float]]] = {}
    for family in text_string_to_metric_families("\n".join(lines) + "\n"):
        for sample in family.samples:
            found.setdefault(sample.name, []).append((sample.labels, sample.value))
    return found


def figures_of(page: str) -> Figures:
    """Read the families that the screen shows from a target's page."""
    rows = rows_of(page, SHOWN)
    values = {
        name: [(labels.get("interface", ""), value) for labels, value in rows[name]]
        for name in rows.keys() & SHOWN
    }
    octets = values.get("egov_interface_receive_bytes_total", [])
    up = values.get("egov_interface_up", [])
    return Figures(
        # octets of virtual ports were counted on the ports below them
        octets=int(sum(count for interface, count in octets if "Ethernet" in interface)),
        up=int(sum(value for _interface, value in up)),
        ports=len(up),
        cpu=max((load for _none, load in values.get("egov_device_cpu_ratio", [])), default=None),
        interfaces=_interfaces(values),
    )


def _interfaces(values: Mapping[str, Sequence[tuple[str, float]]]) -> Mapping[str, Port]:
    """Put together what several families say of an interface."""
    up = dict(values.get("egov_interface_up", []))
    speed = dict(values.get("egov_interface_speed_bytes_per_second", []))
    light = _folded(values.get("egov_optic_receive_power_dbm", []), min)
    low = _folded(values.get("egov_optic_receive_power_low_dbm", []), max)
    return {
        name: Port(
            up=up[name] == 1 if name in up else None,
            speed_bps=speed[name] * 8 if name in speed else None,
            receive_dbm=light.get(name),
            low_dbm=low.get(name),
        )
        for name in {**up, **light}
    }


def _folded(
    rows: Iterable[tuple[str, float]], fold: Callable[[float, float], float]
) -> Mapping[str, float]:
    """Make one value of an interface's lanes."""
    found: dict[str, float] = {}
    for interface, value in rows:
        found[interface] = fold(found.get(interface, value), value)
    return found
