"""egov_ipv6_ready and egov_ipv6_ready_item: whether a device is ready for IPv6, and what it lacks.

    forwarding ─┐
    address ────┤ Ipv6Basics
    routing ────┤ Ipv6Routing        ready = no item failed, none unknown
    traffic ────┤ Ipv6Traffic
    path ───────┘ PathProbe of the device's own site

Each item has a derivation of its own, whose fact changes when its state does, so this one does not
run because a counter moved. docs/ipv6.md has the formulas and their sources.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar

from typing_extensions import override

from agent.derive.derivation import Derivation, Derived, Facts, Scope, Subject
from agent.derive.ipv6_addresses import Ipv6Basics
from agent.derive.ipv6_items import NOT_APPLICABLE, UNKNOWN, Item, Name, State
from agent.derive.ipv6_neighbors import Ipv6Routing
from agent.derive.ipv6_traffic import Ipv6Traffic
from collectors.contract import Fact, Json, Method, Observation, Samples, Table
from collectors.facts import PathProbe
from inventory.inventory import Inventory
from inventory.models import Device

F = TypeVar("F", bound=Fact)

Items = Mapping[str, Item]
"""Every item by its name."""

_UNREADY = (State.FAILED, State.UNKNOWN)
_KEYS = tuple((name.value, state.value) for name in Name for state in State)


@dataclass(frozen=True, slots=True)
class Ipv6Readiness:
    """A fact for pages and sites; `items` has every item. An exempt device is not asked to be."""

    target: str
    expected: bool
    items: Items

    @property
    def ready(self) -> bool:
        """Whether every item is known and none failed."""
        return self.expected and not self.lacking

    @property
    def lacking(self) -> Items:
        """The items that stand in the way."""
        return {name: one for name, one in self.items.items() if one.state in _UNREADY}


EXEMPT: Items = MappingProxyType(dict.fromkeys(Name, NOT_APPLICABLE))


class Ipv6ReadinessDerivation(Derivation):
    """Says all items of every device from the start: before the first visit they are unknown."""

    name = "ipv6_readiness"
    version = 1
    scope = Scope.DEVICE
    reads: frozenset[type[Fact]] = frozenset((Ipv6Basics, Ipv6Routing, Ipv6Traffic, PathProbe))

    @override
    def derive(
        self, subject: Subject, inventory: Inventory, facts: Facts, memory: Json, now: datetime
    ) -> Derived:
        device = inventory.devices[subject.id]
        expected = device.ipv6 == "expected"
        items = _items(device, facts) if expected else EXEMPT
        fact = Ipv6Readiness(device.id, expected, items)
        ready = Samples("egov_ipv6_ready", [int(fact.ready) if expected else None])
        states = [int(items[name].state is state) for name in Name for state in State]
        tables = (
            Table("ipv6_readiness", Method.AGENT, ((),), (ready,)),
            Table(
                "ipv6_ready_item", Method.AGENT, _KEYS, (Samples("egov_ipv6_ready_item", states),)
            ),
        )
        return Derived(Observation(device.id, f"derived.{self.name}", tables, (fact,)))


def _items(device: Device, facts: Facts) -> Items:
    basics = _last(facts, Ipv6Basics)
    routing = _last(facts, Ipv6Routing)
    traffic = _last(facts, Ipv6Traffic)
    return {
        Name.FORWARDING: basics.forwarding if basics else UNKNOWN,
        Name.ADDRESS: basics.address if basics else UNKNOWN,
        Name.ROUTING: routing.item if routing else UNKNOWN,
        Name.PATH: _path(device, facts),
        Name.TRAFFIC: traffic.item if traffic else UNKNOWN,
    }


def _path(device: Device, facts: Facts) -> Item:
    """Judge the probes of the site's own address over IPv6; without one nothing is known."""
    probes = {
        probe.probe: probe.success
        for one in facts.of(PathProbe)
        for probe in one.facts or ()
        if probe.target == device.site and probe.family == "ipv6"
    }
    failed = tuple(sorted(name for name, success in probes.items() if not success))
    if failed:
        return Item(State.FAILED, failed)
    return Item(State.PASSED) if probes else UNKNOWN


def _last(facts: Facts, kind: type[F]) -> F | None:
    known = [one.facts[-1] for one in facts.of(kind) if one.facts]
    return known[-1] if known else None
