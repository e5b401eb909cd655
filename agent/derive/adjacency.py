"""What a target sees by LLDP, with each neighbour found in the inventory where it is there."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from typing_extensions import override

from agent.derive.derivation import Derivation, Derived, Facts, Input, Scope, Subject
from agent.derive.known_names import KnownNames
from collectors.contract import Fact, Json, Observation
from collectors.facts import LldpLocal, LldpNeighbor
from inventory.inventory import Inventory


@dataclass(frozen=True, slots=True)
class End:
    """One neighbour as the target tells it.

    Args:
        lag: the aggregate that `interface` belongs to; "" for none.
        peer: the target that the neighbour is by name or address; None: not in the inventory.
        name: as a person would call it: system name, else chassis, else address.
        port: the neighbour's interface, as it calls it.
    """

    interface: str
    lag: str
    peer: str | None
    name: str
    chassis: str
    port: str
    port_description: str


@dataclass(frozen=True, slots=True)
class Adjacency:
    """A fact for the topology.

    Args:
        ends: None while it is not known what the target sees.
        chassis: what it calls itself; "" when it has no LLDP or does not say.
        speaks: it has LLDP, so that seeing nothing means something.
    """

    target: str
    ends: tuple[End, ...] | None
    chassis: str = ""
    speaks: bool = False


class AdjacencyDerivation(Derivation):
    """One fact a target, and no metrics: egov_lldp_neighbor_info has what the device said."""

    name = "adjacency"
    version = 1
    scope = Scope.TARGET
    reads: frozenset[type[Fact]] = frozenset((LldpNeighbor, LldpLocal))

    def __init__(self) -> None:
        """Know no inventory yet."""
        self._names: tuple[Inventory, KnownNames] | None = None

    @override
    def derive(
        self, subject: Subject, inventory: Inventory, facts: Facts, memory: Json, now: datetime
    ) -> Derived:
        if self._names is None or self._names[0] is not inventory:
            self._names = inventory, KnownNames(inventory)
        fact = _adjacency(subject.id, facts, self._names[1])
        return Derived(Observation(subject.id, f"derived.{self.name}", facts=(fact,)))


def _adjacency(target: str, facts: Facts, names: KnownNames) -> Adjacency:
    local = _last(facts.of(LldpLocal))
    seen = [one.facts for one in facts.of(LldpNeighbor) if one.facts is not None]
    if not seen:
        return Adjacency(target, None, local.chassis if local else "")
    ends = tuple(_end(one, names) for some in seen for one in some)
    speaks = local is not None or bool(ends)
    return Adjacency(target, ends, local.chassis if local else "", speaks)


def _last(inputs: Iterator[Input[LldpLocal]]) -> LldpLocal | None:
    known = [one.facts[-1] for one in inputs if one.facts]
    return known[-1] if known else None


def _end(seen: LldpNeighbor, names: KnownNames) -> End:
    return End(
        seen.interface,
        seen.lag,
        names.find(seen.name, seen.address),
        seen.name or seen.chassis or seen.address,
        seen.chassis,
        seen.port,
        seen.port_description,
    )
