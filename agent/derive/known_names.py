"""Which target of the inventory a neighbour is, by the name or the address that it tells."""

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_address

from inventory.inventory import Inventory, Target, name_of
from inventory.machines import Host, Kiosk
from inventory.models import Device


class KnownNames:
    """Names and addresses of devices, hosts and kiosks; one that two of them share names neither.

    Many a switch was never given a name, and half a district answers to `HUAWEI`.
    """

    def __init__(self, inventory: Inventory) -> None:
        """Go through the inventory once."""
        targets = list(_with_neighbors(inventory))
        self._ids = {target.id.casefold(): target.id for target in targets}
        self._names = unique((name_of(one).casefold(), one.id) for one in targets)
        self._addresses = unique(
            (address, one.id) for one in targets for address in map(_written, one.addresses)
        )

    def find(self, name: str, address: str) -> str | None:
        """Return the id of the target of this system name, else of this management address."""
        return self._named(name.casefold()) or self._addresses.get(_written(address))

    def _named(self, name: str) -> str | None:
        """Try the whole name, then what stands before the domain."""
        for one in (name, name.partition(".")[0]):
            found = self._ids.get(one) or self._names.get(one)
            if found is not None:
                return found
        return None


def unique(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Return what names one target only."""
    found: dict[str, str | None] = {}
    for key, target in pairs:
        if key:
            found[key] = target if found.get(key, target) == target else None
    return {key: target for key, target in found.items() if target is not None}


def _with_neighbors(inventory: Inventory) -> Iterator[Device | Host | Kiosk]:
    yield from inventory.devices.values()
    yield from inventory.hosts.values()
    yield from inventory.kiosks.values()


def is_machine(target: Target | None) -> bool:
    """Say whether it hangs on a switch and has nothing below it."""
    return isinstance(target, Host | Kiosk)


def _written(address: str) -> str:
    """Write an address in the one way that compares; a host name stays as it is."""
    try:
        return str(ip_address(address))
    except ValueError:
        return address.casefold()
