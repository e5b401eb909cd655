"""Neighbours are found in the inventory by id, name and address; what names two, names neither."""

from datetime import UTC, datetime

import pytest

from agent.derive.adjacency import Adjacency, AdjacencyDerivation
from agent.derive.derivation import Facts, Scope, Subject
from agent.derive.known_names import KnownNames
from collectors.facts import LldpLocal, LldpNeighbor
from inventory.inventory import Inventory
from inventory.models import Device

DEVICES = (
    Device(id="SW-CORE", name="Core of the city", addresses=("2001:db8:0::1",), site="hexi"),
    Device(id="sw-1", name="HUAWEI", addresses=("192.0.2.1",), site="hexi"),
    Device(id="sw-2", name="HUAWEI", addresses=("192.0.2.2", "192.0.2.9"), site="hexi"),
    Device(id="sw-3", addresses=("192.0.2.9",), site="hexi"),
)
INVENTORY = Inventory(devices={one.id: one for one in DEVICES})


def derive(local: tuple[LldpLocal, ...] | None, seen: tuple[LldpNeighbor, ...] | None) -> Adjacency:
    held = {LldpLocal: {"sw-1": {"snmp": local}}, LldpNeighbor: {"sw-1": {"snmp": seen}}}
    facts = Facts(("sw-1",), held)  # type: ignore[arg-type]  # facts of two types
    subject = Subject(Scope.TARGET, "sw-1", ("sw-1",))
    now = datetime(2026, 3, 2, tzinfo=UTC)
    derived = AdjacencyDerivation().derive(subject, INVENTORY, facts, None, now)
    (fact,) = derived.observation.facts
    assert isinstance(fact, Adjacency)
    return fact


def neighbor(name: str = "", address: str = "", chassis: str = "") -> LldpNeighbor:
    return LldpNeighbor("sw-1", "Gi1", "", name, chassis, address, "Te1", "")


@pytest.mark.parametrize(
    ("name", "address", "found"),
    [
        ("SW-CORE", "", "SW-CORE"),
        ("sw-core.example.gov.cn", "", "SW-CORE"),
        ("core of the city", "", "SW-CORE"),
        ("HUAWEI", "", None),
        ("HUAWEI", "192.0.2.2", "sw-2"),
        ("", "2001:DB8::1", "SW-CORE"),
        ("", "192.0.2.9", None),
        ("", "", None),
        ("Quidway", "198.51.100.1", None),
    ],
)
def test_a_neighbour_is_found(name: str, address: str, found: str | None) -> None:
    assert KnownNames(INVENTORY).find(name, address) == found


def test_a_neighbour_is_called_by_the_best_that_it_tells() -> None:
    seen = (neighbor("SW-CORE"), neighbor(chassis="00:1a"), neighbor(address="192.0.2.77"))
    ends = derive(None, seen).ends
    assert ends is not None
    assert [(one.name, one.peer) for one in ends] == [
        ("SW-CORE", "SW-CORE"),
        ("00:1a", None),
        ("192.0.2.77", None),
    ]


def test_to_see_none_is_not_the_same_as_not_to_know() -> None:
    local = LldpLocal("sw-1", "00:1b", "HUAWEI")
    assert derive((local,), ()) == Adjacency("sw-1", (), "00:1b", speaks=True)
    assert derive((local,), None) == Adjacency("sw-1", None, "00:1b", speaks=False)
    assert derive((), ()) == Adjacency("sw-1", (), "", speaks=False)
    assert derive(None, None) == Adjacency("sw-1", None, "", speaks=False)
