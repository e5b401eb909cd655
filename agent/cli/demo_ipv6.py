"""How ready the demo's devices are for IPv6: what the agent's API says, put together by site.

Nothing is judged here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from agent.cli.api import Ipv6Json, TargetJson

Rows = Mapping[str, Sequence[tuple[Mapping[str, str], float]]]
"""The samples of a page by family: labels and value."""

FAILED, UNKNOWN = "failed", "unknown"
LACKING = (FAILED, UNKNOWN)


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


def places_of(rows: Rows) -> Mapping[str, Place]:
    """Read the sites from the agent's page."""
    return {
        labels["site"]: Place(labels["site"], labels["name"], labels["level"], labels["district"])
        for labels, _value in rows.get("egov_site_info", ())
    }


def readiness(targets: Iterable[TargetJson], places: Mapping[str, Place]) -> Readiness:
    """Count the devices that ought to be ready, and name what the others lack."""
    wanted = [(one["id"], one["site"], said) for one in targets if (said := one["ipv6"])]
    wanted = [one for one in wanted if one[2]["expected"]]
    lacks = [Lack(target, items) for target, _site, said in wanted if (items := _items(said))]
    ready = {target for target, _site, said in wanted if said["ready"]}
    by_district = ((target, _district(places, site)) for target, site, _said in wanted)
    by_site = ((target, _name(places, site)) for target, site, _said in wanted)
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


def _name(places: Mapping[str, Place], site: str) -> str:
    return places[site].name if site in places else site


def _items(said: Ipv6Json) -> tuple[Item, ...]:
    return tuple(
        Item(name, item["state"], tuple(item["names"]))
        for name, item in said["items"].items()
        if item["state"] in LACKING
    )
