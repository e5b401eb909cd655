"""Expected IPv6 neighbours: egov_ospfv3_neighbors_expected, and rows of those that vanished.

The rows stand in the tables of the collectors, with egov_..._up 0 and the method `agent`, and they
win over the row that the CLI may still have from its last visit. They are taken back when the
neighbour is there again, and when that is not known any more.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from typing_extensions import override

from agent.derive import confirmed
from agent.derive.derivation import Derivation, Derived, Facts, Scope, Subject
from agent.derive.ipv6_items import Item
from agent.derive.ipv6_routing import (
    F,
    Neighbors,
    View,
    missing,
    never_seen,
    routing,
    wanted_bgp,
    wanted_ospf,
)
from agent.derive.joined import Joined, Key, joined
from collectors.contract import Fact, Json, Method, Observation, Samples, Table
from collectors.facts import BgpPeer, IsisAdjacency, Ospfv3Neighbor
from inventory.inventory import Inventory
from inventory.models import Device

OSPF, BGP, ISIS = "ospfv3_neighbor", "bgp_peer", "isis_adjacency"
UP: Mapping[str, str] = {
    OSPF: "egov_ospfv3_neighbor_up",
    BGP: "egov_bgp_peer_up",
    ISIS: "egov_isis_adjacency_up",
}


@dataclass(frozen=True, slots=True)
class Ipv6Routing:
    """A fact for the readiness: how the neighbours of a device are."""

    target: str
    item: Item


class Ipv6Neighbors(Derivation):
    """Runs when a neighbour changed, and when one was up long enough to be confirmed."""

    name = "ipv6_neighbors"
    version = 1
    scope = Scope.DEVICE
    reads: frozenset[type[Fact]] = frozenset((Ospfv3Neighbor, BgpPeer, IsisAdjacency))

    def __init__(self) -> None:
        """Have said nothing yet."""
        self._said: set[tuple[str, str]] = set()

    @override
    def derive(
        self, subject: Subject, inventory: Inventory, facts: Facts, memory: Json, now: datetime
    ) -> Derived:
        device = inventory.devices[subject.id]
        neighbors = _neighbors(device, facts, memory, now)
        kept = {OSPF: neighbors.ospf.kept, BGP: neighbors.bgp.kept, ISIS: neighbors.isis.kept}
        document = {name: confirmed.written(some) for name, some in kept.items() if some}
        times = [confirmed.next_change(some, now) for some in kept.values()]
        tables = (*self._vanished(device, neighbors), *_expected(device, neighbors.ospf))
        fact = Ipv6Routing(device.id, routing(device, neighbors))
        observation = Observation(device.id, f"derived.{self.name}", tables, (fact,))
        again = min((at for at in times if at is not None), default=None)
        return Derived(observation, document or None, again)

    def forget(self, memory: Json, what: str) -> tuple[Json, tuple[str, ...]]:
        """Forget a neighbour by a member of its identity (router id, peer, system); "": every one.

        Returns the memory without it, and what was forgotten, as a person would call it.
        """
        gone: list[str] = []
        left: dict[str, Json] = {}
        for table, document in (memory if isinstance(memory, Mapping) else {}).items():
            kept = confirmed.read(document)
            found = [key for key in kept if not what or what in key]
            gone += [f"{table} {' '.join(filter(None, key))}" for key in found]
            rest = {key: one for key, one in kept.items() if key not in found}
            if rest:
                left[table] = confirmed.written(rest)
        return left or None, tuple(gone)

    def _vanished(self, device: Device, neighbors: Neighbors) -> Iterator[Table]:
        """Say a table that has rows, and once more when it has none any longer."""
        ospf, bgp = never_seen(device, neighbors)
        keys: Mapping[str, list[Key]] = {
            OSPF: [*missing(neighbors.ospf), *ospf],
            BGP: [*missing(neighbors.bgp), *bgp],
            ISIS: missing(neighbors.isis),
        }
        for table, some in keys.items():
            place = device.id, table
            if some or place in self._said:
                yield Table(table, Method.AGENT, some, (Samples(UP[table], [0] * len(some)),))
            (self._said.add if some else self._said.discard)(place)


def _neighbors(device: Device, facts: Facts, memory: Json, now: datetime) -> Neighbors:
    former = memory if isinstance(memory, Mapping) else {}
    ospf = joined(facts.of(Ospfv3Neighbor), _ospf_key)
    bgp = joined(facts.of(BgpPeer), _bgp_key, _is_shut_there)
    isis = joined(facts.of(IsisAdjacency), _isis_key)
    return Neighbors(
        _view(ospf, former.get(OSPF), wanted_ospf(device, ospf.rows), now),
        _view(bgp, former.get(BGP), wanted_bgp(device, bgp.rows), now),
        _view(isis, former.get(ISIS), (), now),
    )


def _view(seen: Joined[F], former: Json, wanted: Collection[Key], now: datetime) -> View[F]:
    kept = confirmed.follow(confirmed.read(former), seen, lambda one: one.up, wanted, now)
    absent = {key for key, one in kept.items() if one.absent_since is not None}
    rows = {key: row for key, row in seen.rows.items() if key not in absent}
    return View(replace(seen, rows=rows), kept)


def _expected(device: Device, view: View[Ospfv3Neighbor]) -> Iterator[Table]:
    """Say how many; nothing where nobody said so and OSPFv3 has never been seen."""
    wanted = device.expect.ospfv3_neighbors
    count = len(wanted) if isinstance(wanted, tuple) else wanted
    if count is None and (view.seen.known or view.kept):
        count = sum(one.is_confirmed for one in view.kept.values())
    if count is not None:
        samples = (Samples("egov_ospfv3_neighbors_expected", [count]),)
        yield Table("ospfv3_expectation", Method.AGENT, [()], samples)


def _ospf_key(one: Ospfv3Neighbor) -> Key:
    return one.neighbor, one.interface


def _bgp_key(one: BgpPeer) -> Key:
    return one.vrf, one.peer, one.family, one.subfamily


def _is_shut_there(row: BgpPeer, other: BgpPeer) -> bool:
    """Say whether a peer that is not up is known to be shut down by another method alone."""
    return not (row.up or row.admin_known or other.up or other.admin_up)


def _isis_key(one: IsisAdjacency) -> Key:
    return one.neighbor, one.interface, one.family, one.level
