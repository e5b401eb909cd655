"""egov_ipv6_addresses, and whether a device has an address that others can reach it by."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from typing_extensions import override

from agent.derive.derivation import Derivation, Derived, Facts, Scope, Subject
from agent.derive.ipv6_items import Item, judged
from agent.derive.joined import Joined, first_known, joined
from collectors.contract import Fact, Json, Method, Observation, Samples, Table
from collectors.facts import Ipv6Address, Ipv6Forwarding
from inventory.inventory import Inventory
from inventory.models import Device

ROUTABLE = frozenset({"global", "unique_local"})
PREFERRED = "preferred"
"""Tentative and duplicate addresses are not in use (RFC 4862 section 5.4), deprecated ones end."""

_ALWAYS = ("global", PREFERRED)
"""Said with 0 too: that there is none is what people ask for."""


@dataclass(frozen=True, slots=True)
class Ipv6Basics:
    """A fact for the readiness: what the device itself is set to."""

    target: str
    forwarding: Item
    address: Item


class Ipv6Addresses(Derivation):
    """Counts addresses by scope and status while any check knows them."""

    name = "ipv6_addresses"
    version = 1
    scope = Scope.DEVICE
    reads: frozenset[type[Fact]] = frozenset((Ipv6Address, Ipv6Forwarding))

    def __init__(self) -> None:
        """Have said nothing yet."""
        self._said: set[str] = set()

    @override
    def derive(
        self, subject: Subject, inventory: Inventory, facts: Facts, memory: Json, now: datetime
    ) -> Derived:
        device = inventory.devices[subject.id]
        seen = joined(facts.of(Ipv6Address), lambda one: (one.interface, one.address))
        forwarding = first_known(facts.of(Ipv6Forwarding))
        fact = Ipv6Basics(
            device.id, _forwarding(forwarding), _address(device, seen, forwarding is not None)
        )
        tables = tuple(self._counted(device.id, seen))
        return Derived(Observation(device.id, f"derived.{self.name}", tables, (fact,)))

    def _counted(self, target: str, seen: Joined[Ipv6Address]) -> Iterator[Table]:
        """Count what is known; take the counts back when nothing is known any more."""
        counts = Counter((one.scope, one.status) for one in seen.rows.values())
        if seen.known:
            counts[_ALWAYS] += 0
        elif target not in self._said:
            return
        (self._said.add if seen.known else self._said.discard)(target)
        samples = (Samples("egov_ipv6_addresses", list(counts.values())),)
        yield Table("ipv6_addresses", Method.AGENT, list(counts), samples)


def _forwarding(told: Ipv6Forwarding | None) -> Item:
    """Believe SNMP before the CLI, as everywhere: whoever sees both differ has two metrics."""
    return judged(passed=told is not None and told.forwarding, certain=told is not None)


def _address(device: Device, seen: Joined[Ipv6Address], answers: bool) -> Item:
    """Look for a routable address on an uplink.

    Uplinks that have no IPv6 address at all are switch ports, whose addresses stand on a VLAN
    interface; then any interface will do, as where the inventory names no uplink.

    Args:
        answers: whether the device tells of IPv6 at all. One without the MIB shows an empty table
            over SNMP as well.
    """
    uplinks = {one.interface for one in device.uplinks}
    on_uplinks = [one for one in seen.rows.values() if one.interface in uplinks]
    looked_at = on_uplinks or list(seen.rows.values())
    certain = bool(looked_at) or "cli" in seen.known or (bool(seen.known) and answers)
    return judged(
        passed=any(map(_is_usable, looked_at)),
        certain=certain,
        names=tuple(sorted(map(_unusable, filter(_is_routable, looked_at)))),
    )


def _is_routable(one: Ipv6Address) -> bool:
    return one.scope in ROUTABLE


def _is_usable(one: Ipv6Address) -> bool:
    return _is_routable(one) and one.status == PREFERRED


def _unusable(one: Ipv6Address) -> str:
    return f"{one.interface} {one.address} {one.status}"
