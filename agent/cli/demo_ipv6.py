"""How ready the demo's devices are for IPv6: what their pages say, put together by site.

Everything here is read from the agent's own pages; it judges nothing by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from agent.cli.demo_links import short

Rows = Mapping[str, Sequence[tuple[Mapping[str, str], float]]]
"""The samples of a page by family: labels and value."""

SHOWN = frozenset(
    {
        "egov_bgp_peer_admin_up",
        "egov_bgp_peer_up",
        "egov_ipv6_expected",
        "egov_ipv6_ready",
        "egov_ipv6_ready_item",
        "egov_ospfv3_neighbor_up",
        "egov_probe_success",
    }
)
FAILED, UNKNOWN = "failed", "unknown"
LACKING = (FAILED, UNKNOWN)


@dataclass(frozen=True, slots=True)
class Page:
    """What the page of one target says of IPv6.

    Args:
        expected: the inventory wants the device to be ready.
        ready: None where nothing is said yet.
        lacking: items that are failed or unknown, with their state.
        neighbors: adjacencies and sessions that are not up; `probes` those that failed.
    """

    expected: bool = False
    ready: bool | None = None
    lacking: Mapping[str, str] = field(default_factory=dict)
    neighbors: tuple[str, ...] = ()
    probes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """A site as `egov_site_info` has it; `district` is the name of the district that it is in."""

    id: str
    name: str
    level: str
    district: str


@dataclass(frozen=True, slots=True)
class Count:
    """How many of the expected devices of a place are ready."""

    name: str
    ready: int
    expected: int

    @property
    def whole(self) -> bool:
        """Whether every one is."""
        return self.ready == self.expected


@dataclass(frozen=True, slots=True)
class Item:
    """One item that keeps a device from being ready, and what it failed on."""

    name: str
    state: str
    on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lack:
    """A device that is not ready, and why."""

    target: str
    items: tuple[Item, ...]

    @property
    def failed(self) -> bool:
        """Whether something is known to be wrong."""
        return any(item.state == FAILED for item in self.items)


@dataclass(frozen=True, slots=True)
class Readiness:
    """The whole picture: districts, the sites that have devices, and what is missing."""

    districts: Sequence[Count]
    sites: Sequence[Count]
    lacks: Sequence[Lack]


def page_of(rows: Rows) -> Page:
    """Read what a page says; an empty one says nothing."""
    ready = [value for _labels, value in rows.get("egov_ipv6_ready", ())]
    return Page(
        expected=any(value == 1 for _labels, value in rows.get("egov_ipv6_expected", ())),
        ready=ready[0] == 1 if ready else None,
        lacking={
            labels["item"]: labels["state"]
            for labels, value in rows.get("egov_ipv6_ready_item", ())
            if value == 1 and labels["state"] in LACKING
        },
        neighbors=(*_adjacencies(rows), *_sessions(rows)),
        probes=tuple(
            labels["probe"]
            for labels, value in rows.get("egov_probe_success", ())
            if value == 0 and labels["family"] == "ipv6"
        ),
    )


def places_of(rows: Rows) -> Mapping[str, Place]:
    """Read the sites from the agent's page."""
    return {
        labels["site"]: Place(labels["site"], labels["name"], labels["level"], labels["district"])
        for labels, _value in rows.get("egov_site_info", ())
    }


def readiness(
    devices: Iterable[tuple[str, str]], pages: Mapping[str, Page], places: Mapping[str, Place]
) -> Readiness:
    """Count the expected devices, each given with its site, and name what they lack."""
    wanted = [(target, site) for target, site in devices if pages.get(target, Page()).expected]
    lacks = [
        Lack(target, _items(pages[target], pages.get(site, Page())))
        for target, site in wanted
        if pages[target].lacking
    ]
    ready = {target for target, _site in wanted if pages[target].ready}
    by_district = ((target, _district(places, site)) for target, site in wanted)
    by_site = ((target, places[site].name if site in places else site) for target, site in wanted)
    return Readiness(
        _counts(by_district, ready),
        _counts(by_site, ready),
        sorted(lacks, key=lambda lack: not lack.failed),
    )


def _counts(devices: Iterable[tuple[str, str]], ready: set[str]) -> Sequence[Count]:
    found: dict[str, list[str]] = {}
    for target, name in devices:
        found.setdefault(name, []).append(target)
    return [
        Count(name, len(ready.intersection(targets)), len(targets))
        for name, targets in found.items()
        if name
    ]


def _district(places: Mapping[str, Place], site: str) -> str:
    return places[site].district if site in places else ""


def _items(page: Page, site: Page) -> tuple[Item, ...]:
    """Say what is missing and on what, as far as the pages of device and site tell."""
    on = {"routing": page.neighbors, "path": site.probes}
    return tuple(Item(name, state, on.get(name, ())) for name, state in page.lacking.items())


def _adjacencies(rows: Rows) -> Iterable[str]:
    return [
        f"OSPFv3 {labels['neighbor']} {short(labels['interface'])}"
        for labels, value in rows.get("egov_ospfv3_neighbor_up", ())
        if value == 0
    ]


def _sessions(rows: Rows) -> Iterable[str]:
    """Name the IPv6 peers that are not up, but for those that the administrator shut."""
    shut = {
        tuple(labels.items())
        for labels, value in rows.get("egov_bgp_peer_admin_up", ())
        if value == 0
    }
    return [
        f"BGP {labels['peer']}"
        for labels, value in rows.get("egov_bgp_peer_up", ())
        if value == 0 and labels["family"] == "ipv6" and tuple(labels.items()) not in shut
    ]
