"""The whole inventory as one value, and the questions that are asked of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias, TypeVar

from inventory.cloud import CloudNode, Migration, System
from inventory.endpoints import Endpoint
from inventory.machines import Host, Kiosk
from inventory.models import Credential, Device, Site

Target: TypeAlias = Device | Host | Kiosk | CloudNode | Endpoint | Site
TARGET_KINDS = ("device", "host", "kiosk", "cloud_node", "endpoint", "site")

Kind = TypeVar("Kind")


def _none() -> Mapping[str, Kind]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """Everything that is watched; each mapping is by id and keeps the order of the files.

    Every reference in it exists: sites, parents, credentials, nodes, hosts, systems.
    """

    sites: Mapping[str, Site] = field(default_factory=_none)
    credentials: Mapping[str, Credential] = field(default_factory=_none)
    devices: Mapping[str, Device] = field(default_factory=_none)
    hosts: Mapping[str, Host] = field(default_factory=_none)
    kiosks: Mapping[str, Kiosk] = field(default_factory=_none)
    cloud_nodes: Mapping[str, CloudNode] = field(default_factory=_none)
    systems: Mapping[str, System] = field(default_factory=_none)
    migrations: tuple[Migration, ...] = ()
    endpoints: Mapping[str, Endpoint] = field(default_factory=_none)
    _children: Mapping[str | None, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Turn the tree of sites round, once."""
        children: dict[str | None, list[str]] = {}
        for site in self.sites.values():
            children.setdefault(site.parent, []).append(site.id)
        turned = MappingProxyType({parent: tuple(ids) for parent, ids in children.items()})
        object.__setattr__(self, "_children", turned)

    def targets(self) -> Iterator[Target]:
        """Go through everything that has a state of its own; of the sites those with an address."""
        yield from self.devices.values()
        yield from self.hosts.values()
        yield from self.kiosks.values()
        yield from self.cloud_nodes.values()
        yield from self.endpoints.values()
        yield from (site for site in self.sites.values() if site.address is not None)

    def target(self, target_id: str) -> Target | None:
        """Return a target of any kind by its id; a site without an address is none."""
        site = self.sites.get(target_id)
        return (
            self.devices.get(target_id)
            or self.hosts.get(target_id)
            or self.kiosks.get(target_id)
            or self.cloud_nodes.get(target_id)
            or self.endpoints.get(target_id)
            or (site if site is not None and site.address is not None else None)
        )

    def children(self, site: str | None) -> tuple[str, ...]:
        """Return the sites right below one; None: the roots."""
        return self._children.get(site, ())

    def subtree(self, site: str) -> Iterator[str]:
        """Go through a site and everything below it, parents first."""
        yield site
        for child in self.children(site):
            yield from self.subtree(child)

    def site_path(self, site: str) -> tuple[Site, ...]:
        """Return the sites from the root down to this one.

        Raises:
            KeyError: there is no such site.
        """
        step: Site | None = self.sites[site]
        path: list[Site] = []
        while step is not None:
            path.append(step)
            step = self.sites[step.parent] if step.parent is not None else None
        return tuple(reversed(path))

    def above(self, site: str, *levels: str) -> Site | None:
        """Return the nearest site of one of these levels, from this one upwards (itself too)."""
        for step in reversed(self.site_path(site)):
            if step.level in levels:
                return step
        return None


def site_of(target: Target) -> str:
    """Name the site that a target stands at; a site stands at itself."""
    return target.site


def name_of(target: Target) -> str:
    """Name a target for people: its name, else its id."""
    if isinstance(target, Endpoint):
        return target.id
    return target.name or target.id


def credentials_of(target: Target) -> tuple[str, ...]:
    """Name the credentials that a target's checks use, each once."""
    used: list[str | None] = []
    if isinstance(target, Device):
        used += [target.snmp.credential if target.snmp else None]
        used += [target.cli.credential, target.cli.config_credential] if target.cli else []
    elif isinstance(target, Host | Kiosk):
        used += [target.ssh.credential if target.ssh else None]
    elif isinstance(target, CloudNode):
        used += [target.openstack.credential if target.openstack else None]
    return tuple(dict.fromkeys(name for name in used if name is not None))
