"""A device is ready when every item is known and none failed; unknown is never ready."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.derive.derivation import Derived
from agent.derive.ipv6_addresses import Ipv6Addresses, Ipv6Basics
from agent.derive.ipv6_items import Item, Name, State
from agent.derive.ipv6_neighbors import Ipv6Neighbors, Ipv6Routing
from agent.derive.ipv6_readiness import Ipv6Readiness, Ipv6ReadinessDerivation
from agent.derive.ipv6_traffic import Ipv6Traffic, Ipv6TrafficShare
from collectors.contract import Fact
from collectors.facts import (
    BgpPeer,
    IpTraffic,
    Ipv6Address,
    Ipv6Forwarding,
    IsisAdjacency,
    Ospfv3Neighbor,
    PathProbe,
)
from inventory.models import Device
from tests.agent.derive.backbone import BOTH, CLI, SNMP, expecting, inventory, ospf, run, samples
from tests.agent.derive.test_engine import Bench

READY, ITEM = "egov_ipv6_ready", "egov_ipv6_ready_item"
EXEMPT = replace(SNMP, ipv6="exempt")
PASSED = Item(State.PASSED)


def items(found: Derived) -> dict[str, str]:
    """Return the state of each item, after checking that one of its members is 1, the others 0."""
    values = samples(found.observation, ITEM)
    assert values is not None
    assert values.keys() == set(product(Name, State))
    assert sorted(values.values(), key=str) == [0] * 15 + [1] * 5
    return {item: state for (item, state), value in values.items() if value}


def ready(found: Derived) -> object:
    values = samples(found.observation, READY)
    assert values is not None
    return values[()]


def derived(
    states: dict[Name, State], probes: tuple[PathProbe, ...] | None = (), device: Device = SNMP
) -> Derived:
    told: dict[Name, Item] = {name: Item(state) for name, state in states.items()}
    facts = {
        Ipv6Basics: {"d": [Ipv6Basics("sw", told[Name.FORWARDING], told[Name.ADDRESS])]},
        Ipv6Routing: {"d": [Ipv6Routing("sw", told[Name.ROUTING])]},
        Ipv6Traffic: {"d": [Ipv6Traffic("sw", told[Name.TRAFFIC])]},
        PathProbe: {"probe": probes},
    }
    return run(Ipv6ReadinessDerivation(), device, facts)


def probe(name: str = "icmp", family: str = "ipv6", *, success: bool = True) -> PathProbe:
    return PathProbe("hexi", name, family, success)


ALL_PASSED = dict.fromkeys(
    (Name.FORWARDING, Name.ADDRESS, Name.ROUTING, Name.TRAFFIC), State.PASSED
)


@given(
    st.fixed_dictionaries({name: st.sampled_from(State) for name in ALL_PASSED}),
    st.sampled_from([None, (), (probe(),), (probe(success=False),)]),
)
def test_ready_needs_no_failed_and_no_unknown_item(
    states: dict[Name, State], probes: tuple[PathProbe, ...] | None
) -> None:
    found = derived(states, probes)
    told = items(found)
    assert {Name(item): State(state) for item, state in told.items() if item != "path"} == states
    wanting = {State.FAILED.value, State.UNKNOWN.value}.intersection(told.values())
    assert ready(found) == int(not wanting)
    (fact,) = found.observation.facts
    assert isinstance(fact, Ipv6Readiness)
    assert fact.ready is not wanting


@pytest.mark.parametrize(
    ("probes", "item"),
    [
        ((probe("icmp"), probe("tcp"), probe("mtu")), Item(State.PASSED)),
        ((probe("tcp"),), Item(State.PASSED)),
        ((probe("icmp"), probe("icmp", "ipv4", success=False)), Item(State.PASSED)),
        ((probe("icmp"), probe("tcp", success=False)), Item(State.FAILED, ("tcp",))),
        ((probe("icmp"), probe("mtu", success=False)), Item(State.FAILED, ("mtu",))),
        ((probe("icmp", "ipv4"), probe("icmp", success=False)), Item(State.FAILED, ("icmp",))),
        ((probe("icmp", "ipv4"),), Item(State.UNKNOWN)),
        ((replace(probe(), target="elsewhere"),), Item(State.UNKNOWN)),
        ((), Item(State.UNKNOWN)),
        (None, Item(State.UNKNOWN)),
    ],
)
def test_path_is_that_of_the_devices_own_site(
    probes: tuple[PathProbe, ...] | None, item: Item
) -> None:
    (fact,) = derived(ALL_PASSED, probes).observation.facts
    assert isinstance(fact, Ipv6Readiness)
    assert fact.items[Name.PATH] == item


def test_before_anything_is_known_every_item_is_unknown_and_it_is_not_ready() -> None:
    found = run(Ipv6ReadinessDerivation(), SNMP, {})
    assert set(items(found).values()) == {"unknown"}
    assert ready(found) == 0


def test_exempt_device_is_neither_ready_nor_not() -> None:
    found = derived(ALL_PASSED, (probe(),), EXEMPT)
    assert set(items(found).values()) == {"not_applicable"}
    assert ready(found) is None
    (fact,) = found.observation.facts
    assert isinstance(fact, Ipv6Readiness)
    assert (fact.expected, fact.ready, fact.lacking) == (False, False, {})


# --- from facts to readiness, through the engine

GOOD: dict[type[Fact], tuple[Fact, ...]] = {
    Ipv6Forwarding: (Ipv6Forwarding("sw", True),),
    Ipv6Address: (Ipv6Address("sw", "GE1", "2001:db8::2", "global", "preferred"),),
    Ospfv3Neighbor: (ospf("1.1.1.1"),),
    BgpPeer: (),
    IsisAdjacency: (),
    IpTraffic: (IpTraffic("sw", "GE1", "ipv6", 100, 1000),),
}


class Backbone(Bench):
    """The derivations of the readiness, and one device that they watch."""

    def __init__(self, device: Device) -> None:
        super().__init__(
            Ipv6Addresses(),
            Ipv6Neighbors(),
            Ipv6TrafficShare(),
            Ipv6ReadinessDerivation(),
            inventory=inventory(device),
        )

    def tells(self, check: str = "snmp", **changes: tuple[Fact, ...]) -> None:
        """Tell all facts of one check, for two minutes; `changes` by the name of the type."""
        self._probes()
        for kind, some in GOOD.items():
            told = changes.get(kind.__name__, some)
            self.engine.put("sw", check, told, self.clock.monotonic_s + 120, kind)
        self.passes(3)

    def moves(self, check: str = "snmp", **changes: tuple[Fact, ...]) -> None:
        """Tell again, with more octets."""
        self.tells(check, **changes)
        more = (IpTraffic("sw", "GE1", "ipv6", 200, 2000),)
        self.tells(check, **{"IpTraffic": more, **changes})

    def _probes(self) -> None:
        end_s = self.clock.monotonic_s + 120
        self.engine.put("hexi", "probe", (probe(),), end_s, PathProbe)

    @property
    def lacks(self) -> dict[str, str]:
        fact = self.engine.fact(Ipv6Readiness, "sw")
        assert fact is not None
        assert fact.ready is not bool(fact.lacking)
        values = [samples(one, READY) for one in self.emitted if one.target == "sw"]
        assert [one for one in values if one is not None][-1] == {(): int(fact.ready)}
        return {name.value: one.state.value for name, one in fact.lacking.items()}


UNKNOWN = dict.fromkeys(("forwarding", "address", "routing", "path", "traffic"), "unknown")


def test_device_that_has_everything_is_ready() -> None:
    backbone = Backbone(SNMP)
    backbone.passes(1)
    assert backbone.lacks == UNKNOWN
    backbone.tells()
    assert backbone.lacks == {"traffic": "unknown"}
    backbone.moves()
    assert backbone.lacks == {}


@pytest.mark.parametrize(("device", "check"), [(SNMP, "snmp"), (CLI, "cli")])
def test_when_it_denies_what_was_known_expires_and_it_is_not_ready(
    device: Device, check: str
) -> None:
    backbone = Backbone(device)
    backbone.moves(check)
    assert backbone.lacks == {}
    backbone.passes(125)
    assert backbone.lacks == UNKNOWN


def test_cli_carries_on_when_snmp_is_denied_and_both_make_it_unknown() -> None:
    backbone = Backbone(BOTH)
    backbone.moves("snmp")
    backbone.moves("cli")
    backbone.passes(100)
    backbone.moves("cli")
    backbone.passes(60)
    assert backbone.lacks == {}
    backbone.passes(120)
    assert backbone.lacks == UNKNOWN


def test_site_without_an_answer_over_ipv6_leaves_the_path_unknown() -> None:
    backbone = Backbone(SNMP)
    backbone.moves()
    backbone.engine.put("hexi", "probe", (), backbone.clock.monotonic_s + 120, PathProbe)
    backbone.passes(3)
    assert backbone.lacks == {"path": "unknown"}


def test_path_that_breaks_is_seen_at_the_device_at_once() -> None:
    backbone = Backbone(SNMP)
    backbone.moves()
    end_s = backbone.clock.monotonic_s + 120
    backbone.engine.put("hexi", "probe", (probe(success=False),), end_s, PathProbe)
    backbone.passes(2)
    assert backbone.lacks == {"path": "failed"}


@pytest.mark.parametrize(
    "change",
    [
        {"Ospfv3Neighbor": ()},
        {"Ospfv3Neighbor": (ospf("1.1.1.1", up=False),)},
        {"Ospfv3Neighbor": (ospf("9.9.9.9"),)},
    ],
)
def test_neighbour_that_vanished_or_is_down_fails_the_routing(
    change: dict[str, tuple[Fact, ...]],
) -> None:
    backbone = Backbone(expecting(SNMP, ospf=("1.1.1.1",)))
    backbone.moves()
    assert backbone.lacks == {}
    backbone.moves(**change)
    assert backbone.lacks == {"routing": "failed"}


def test_learned_neighbour_that_vanished_fails_it_after_a_restart_too() -> None:
    backbone = Backbone(SNMP)
    for _minute in range(16):
        backbone.moves()
        backbone.clock.advance(54)
    again = Backbone(SNMP)
    again.state.documents.update(backbone.state.documents)
    again.adopt(inventory(SNMP))
    again.passes(1)
    assert again.lacks == UNKNOWN
    again.moves(Ospfv3Neighbor=(), BgpPeer=())
    assert again.lacks["routing"] == "failed"


def test_forgotten_neighbour_is_no_fault_any_more() -> None:
    backbone = Backbone(SNMP)
    for _minute in range(16):
        backbone.moves()
        backbone.clock.advance(54)
    others = (ospf("2.2.2.2"),)
    backbone.moves(Ospfv3Neighbor=others)
    assert backbone.lacks == {"routing": "failed"}
    assert backbone.engine.forget("sw", "1.1.1.1") == ("ospfv3_neighbor 1.1.1.1 GE1",)
    backbone.moves(Ospfv3Neighbor=others)
    assert backbone.lacks == {}
    rows = [samples(one, "egov_ospfv3_neighbor_up") for one in backbone.emitted]
    assert [one for one in rows if one is not None] == [{("1.1.1.1", "GE1"): 0}, {}]


def test_nobody_is_forgotten_of_a_target_that_is_not_there() -> None:
    assert Backbone(SNMP).engine.forget("nobody", "") == ()


def test_counters_that_move_do_not_judge_the_device_again() -> None:
    backbone = Backbone(SNMP)
    backbone.moves()
    backbone.emitted.clear()
    for octets in range(300, 1000, 100):
        backbone.tells(IpTraffic=(IpTraffic("sw", "GE1", "ipv6", octets, 10 * octets),))
    assert {one.check for one in backbone.emitted} == {"derived.ipv6_traffic"}
