"""How many devices of a site and of all below it are ready for IPv6, and what the others lack.

For the pages of the agent; the ratios that boards and reports show are recording rules.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from typing_extensions import override

from agent.derive.derivation import Derivation, Derived, Facts, Scope, Subject
from agent.derive.ipv6_readiness import Ipv6Readiness
from collectors.contract import Fact, Json, Observation
from inventory.inventory import Inventory

MOST_NAMED = 20
"""Devices that a site names; a page that names thousands is read by nobody."""


@dataclass(frozen=True, slots=True)
class SiteIpv6:
    """A fact about a site, for the status page; `target` is the site's id.

    Args:
        expected: devices of the inventory that ought to be ready, whatever is known of them.
        lacking: how many of them lack each item, by item and state.
        devices: of those that stand at the site itself and are not ready, the first by id.
        more: how many are not named.
    """

    target: str
    expected: int
    ready: int
    lacking: tuple[tuple[str, str, int], ...] = ()
    devices: tuple[str, ...] = ()
    more: int = 0


class Ipv6Sites(Derivation):
    """Counts over the subtree; a device of which nothing is known yet is not ready."""

    name = "ipv6_sites"
    version = 1
    scope = Scope.SITE
    reads: frozenset[type[Fact]] = frozenset((Ipv6Readiness,))

    @override
    def derive(
        self, subject: Subject, inventory: Inventory, facts: Facts, memory: Json, now: datetime
    ) -> Derived:
        known = {one.target: one.facts[-1] for one in facts.of(Ipv6Readiness) if one.facts}
        devices = inventory.devices
        wanted = [one for one in subject.targets if _is_wanted(inventory, one)]
        ready = {one for one in wanted if one in known and known[one].ready}
        lacking = Counter(
            (str(name), item.state.value)
            for one in wanted
            if one in known
            for name, item in known[one].lacking.items()
        )
        own = sorted(one for one in wanted if one not in ready and devices[one].site == subject.id)
        fact = SiteIpv6(
            subject.id,
            len(wanted),
            len(ready),
            tuple((*what, count) for what, count in sorted(lacking.items())),
            tuple(own[:MOST_NAMED]),
            len(own[MOST_NAMED:]),
        )
        return Derived(Observation("", f"derived.{self.name}", facts=(fact,)))


def _is_wanted(inventory: Inventory, target: str) -> bool:
    device = inventory.devices.get(target)
    return device is not None and device.ipv6 == "expected"
