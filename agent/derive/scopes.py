"""Which subjects there are in an inventory, and which of them a target belongs to."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from agent.derive.derivation import Scope, Subject
from inventory.inventory import Inventory, site_of


class Scopes:
    """The subjects of one inventory, worked out once."""

    def __init__(self, inventory: Inventory) -> None:
        """Go through the inventory's targets once."""
        members: dict[tuple[Scope, str], list[str]] = {
            (scope, subject): [] for scope, subject in _all_subjects(inventory)
        }
        touched: dict[str, tuple[tuple[Scope, str], ...]] = {}
        systems, devices = _systems_of_hosts(inventory), _devices_of(inventory)
        for target in inventory.targets():
            ids = [(Scope.TARGET, target.id), (Scope.ALL, "")]
            ids += [(Scope.DEVICE, one) for one in devices.get(target.id, ())]
            ids += [(Scope.SITE, site.id) for site in inventory.site_path(site_of(target))]
            ids += [(Scope.NODE, node) for node in _nodes_of(inventory, target.id)]
            ids += [(Scope.SYSTEM, system) for system in systems.get(target.id, ())]
            touched[target.id] = tuple(ids)
            for key in ids:
                members.setdefault(key, []).append(target.id)
        self._subjects = {key: Subject(*key, tuple(some)) for key, some in members.items()}
        self._touched = MappingProxyType(touched)

    @property
    def targets(self) -> Iterable[str]:
        """The ids of all targets."""
        return self._touched.keys()

    def subject(self, scope: Scope, subject_id: str) -> Subject | None:
        """Return a subject, or None when the inventory has none of that name."""
        return self._subjects.get((scope, subject_id))

    def of_target(self, target: str, scope: Scope) -> list[str]:
        """Name the subjects of one scope that a fact about `target` touches."""
        return [subject for kind, subject in self._touched.get(target, ()) if kind is scope]

    def of_scope(self, scope: Scope) -> list[str]:
        """Name all subjects of one scope."""
        return [subject for kind, subject in self._subjects if kind is scope]


def _all_subjects(inventory: Inventory) -> Iterable[tuple[Scope, str]]:
    yield Scope.ALL, ""
    yield from ((Scope.DEVICE, device) for device in inventory.devices)
    yield from ((Scope.SITE, site) for site in inventory.sites)
    yield from ((Scope.NODE, node) for node in inventory.cloud_nodes)
    yield from ((Scope.SYSTEM, system) for system in inventory.systems)


def _devices_of(inventory: Inventory) -> Mapping[str, list[str]]:
    """Name the devices that a target tells of: itself, or all that stand at a site."""
    found: dict[str, list[str]] = {}
    for device in inventory.devices.values():
        found.setdefault(device.id, []).append(device.id)
        found.setdefault(device.site, []).append(device.id)
    return found


def _nodes_of(inventory: Inventory, target: str) -> tuple[str, ...]:
    if target in inventory.cloud_nodes:
        return (target,)
    host = inventory.hosts.get(target)
    return (host.node,) if host is not None and host.node is not None else ()


def _systems_of_hosts(inventory: Inventory) -> Mapping[str, list[str]]:
    """Both sides may name the other: a system its hosts, a host its systems."""
    found: dict[str, list[str]] = {}
    pairs = [(host, system.id) for system in inventory.systems.values() for host in system.hosts]
    pairs += [(host.id, system) for host in inventory.hosts.values() for system in host.systems]
    for host_id, system_id in dict.fromkeys(pairs):
        found.setdefault(host_id, []).append(system_id)
    return found
