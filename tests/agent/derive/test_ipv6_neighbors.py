"""Expected neighbours that are not up are said, and what is not known is not made up."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from agent.derive.confirmed import CONFIRMED_AFTER, CONTRADICTED_FOR, FORGOTTEN_AFTER
from agent.derive.derivation import Derived
from agent.derive.ipv6_items import State
from agent.derive.ipv6_neighbors import Ipv6Neighbors, Ipv6Routing
from collectors.contract import Fact, Json, Method
from collectors.facts import BgpPeer, IsisAdjacency, Ospfv3Neighbor
from inventory.models import Device
from tests.agent.derive.backbone import (
    BOTH,
    CLI,
    MINUTE,
    NOW,
    SNMP,
    Told,
    bgp,
    expecting,
    isis,
    ospf,
    run,
    samples,
)

KINDS = {"ospf": Ospfv3Neighbor, "bgp": BgpPeer, "isis": IsisAdjacency}
OSPF, BGP, ISIS = "egov_ospfv3_neighbor_up", "egov_bgp_peer_up", "egov_isis_adjacency_up"
EXPECTED = "egov_ospfv3_neighbors_expected"
ONE, TWO = ospf("1.1.1.1"), ospf("2.2.2.2", "GE2")
KEY = ("1.1.1.1", "GE1")


def derived(
    device: Device,
    memory: Json = None,
    minutes: float = 0,
    derivation: Ipv6Neighbors | None = None,
    **told: Told,
) -> Derived:
    """Run it once; `told` is by protocol: ospf, bgp, isis."""
    kinds: Mapping[type[Fact], Told] = {KINDS[name]: some for name, some in told.items()}
    return run(derivation or Ipv6Neighbors(), device, kinds, memory, NOW + minutes * MINUTE)


def routing(found: Derived) -> tuple[State, tuple[str, ...]]:
    (fact,) = found.observation.facts
    assert isinstance(fact, Ipv6Routing)
    return fact.item.state, fact.item.names


def learned(device: Device = SNMP, **told: Told) -> Json:
    """Return the memory after the neighbours were up for long enough."""
    first = derived(device, **told)
    assert first.again_at == NOW + CONFIRMED_AFTER
    return derived(device, first.memory, CONFIRMED_AFTER / MINUTE, **told).memory


# --- what is learned


def test_neighbour_is_expected_after_it_was_up_for_a_while() -> None:
    first = derived(SNMP, ospf={"snmp": [ONE]})
    assert samples(first.observation, EXPECTED) == {(): 0}
    later = derived(SNMP, first.memory, 15, ospf={"snmp": [ONE]})
    assert samples(later.observation, EXPECTED) == {(): 1}
    assert later.again_at is None


def test_vanished_neighbour_stays_with_0_until_it_is_forgotten() -> None:
    memory = learned(ospf={"snmp": [ONE, TWO]})
    gone = derived(SNMP, memory, 20, ospf={"snmp": [TWO]})
    assert samples(gone.observation, OSPF) == {KEY: 0}
    assert {table.method for table in gone.observation.tables} == {Method.AGENT}
    assert samples(gone.observation, EXPECTED) == {(): 2}
    assert routing(gone) == (State.FAILED, ("OSPFv3 1.1.1.1 GE1",))
    assert gone.again_at == NOW + 20 * MINUTE + CONTRADICTED_FOR
    after = derived(SNMP, gone.memory, 20 + FORGOTTEN_AFTER / MINUTE, ospf={"snmp": [TWO]})
    assert samples(after.observation, EXPECTED) == {(): 1}
    assert routing(after) == (State.PASSED, ())


def test_row_is_taken_back_when_it_is_not_known_any_more() -> None:
    derivation = Ipv6Neighbors()
    memory = learned(ospf={"snmp": [ONE]})
    gone = derived(SNMP, memory, 20, derivation=derivation, ospf={"snmp": []})
    assert samples(gone.observation, OSPF) == {KEY: 0}
    silent = derived(SNMP, gone.memory, 22, derivation=derivation, ospf={"snmp": None})
    assert samples(silent.observation, OSPF) == {}
    assert routing(silent) == (State.UNKNOWN, ("OSPFv3 1.1.1.1 GE1",))
    still = derived(SNMP, silent.memory, 24, derivation=derivation, ospf={"snmp": None})
    assert samples(still.observation, OSPF) is None


def test_row_is_taken_back_when_the_neighbour_is_there_again() -> None:
    derivation = Ipv6Neighbors()
    memory = learned(ospf={"snmp": [ONE]})
    gone = derived(SNMP, memory, 20, derivation=derivation, ospf={"snmp": []})
    back = derived(SNMP, gone.memory, 22, derivation=derivation, ospf={"snmp": [ONE]})
    assert samples(back.observation, OSPF) == {}
    assert routing(back) == (State.PASSED, ())


def test_after_a_restart_what_was_confirmed_is_unknown_until_somebody_tells() -> None:
    memory = learned(ospf={"snmp": [ONE]}, bgp={"snmp": [bgp("2001:db8::9")]})
    silent = derived(SNMP, memory, 30)
    assert routing(silent) == (State.UNKNOWN, ("BGP 2001:db8::9", "OSPFv3 1.1.1.1 GE1"))
    assert samples(silent.observation, OSPF) is None
    assert samples(silent.observation, EXPECTED) == {(): 1}
    assert silent.memory == memory


def test_neighbour_that_only_the_cli_showed_is_missed_by_the_cli_alone() -> None:
    memory = learned(BOTH, ospf={"snmp": [], "cli": [ONE]})
    denied = derived(BOTH, memory, 30, ospf={"snmp": [], "cli": None})
    assert routing(denied)[0] is State.UNKNOWN
    gone = derived(BOTH, memory, 30, ospf={"snmp": None, "cli": []})
    assert routing(gone)[0] is State.FAILED


def test_row_that_snmp_dropped_is_0_at_once_and_filled_by_the_cli_if_it_stays_there() -> None:
    derivation = Ipv6Neighbors()
    memory = learned(BOTH, ospf={"snmp": [ONE], "cli": [ONE]})
    told: Told = {"snmp": [], "cli": [ONE]}
    gone = derived(BOTH, memory, 30, derivation, ospf=told)
    assert routing(gone) == (State.FAILED, ("OSPFv3 1.1.1.1 GE1",))
    assert samples(gone.observation, OSPF) == {KEY: 0}
    filled = derived(BOTH, gone.memory, 40, derivation, ospf=told)
    assert routing(filled) == (State.PASSED, ())
    assert samples(filled.observation, OSPF) == {}


def test_row_that_only_the_cli_has_passes_where_snmp_never_had_it() -> None:
    memory = learned(BOTH, ospf={"snmp": [], "cli": [ONE]})
    found = derived(BOTH, memory, 30, ospf={"snmp": [], "cli": [ONE]})
    assert routing(found) == (State.PASSED, ())
    assert samples(found.observation, OSPF) is None


def test_vanished_bgp_peers_and_isis_adjacencies_stay_with_0_as_well() -> None:
    memory = learned(bgp={"snmp": [bgp("2001:db8::9")]}, isis={"snmp": [isis("core")]})
    gone = derived(SNMP, memory, 30, bgp={"snmp": []}, isis={"snmp": []})
    assert samples(gone.observation, BGP) == {("", "2001:db8::9", "ipv6", "unicast"): 0}
    assert samples(gone.observation, ISIS) == {("core", "GE1", "ipv6", "2"): 0}
    assert routing(gone) == (State.FAILED, ("BGP 2001:db8::9", "IS-IS core GE1"))


def test_peer_without_ipv6_routes_is_no_matter_of_ipv6() -> None:
    memory = learned(bgp={"snmp": [bgp("192.0.2.9", "ipv4")]}, isis={"snmp": [isis("c", "ipv4")]})
    gone = derived(SNMP, memory, 30, bgp={"snmp": []}, isis={"snmp": []})
    assert samples(gone.observation, BGP) == {("", "192.0.2.9", "ipv4", "unicast"): 0}
    assert routing(gone)[0] is State.UNKNOWN


def test_ipv6_routes_over_an_ipv4_session_count() -> None:
    memory = learned(bgp={"snmp": [bgp("192.0.2.9", "vpnv6", vrf="gov")]})
    down = derived(SNMP, memory, 30, bgp={"snmp": [bgp("192.0.2.9", "vpnv6", up=False, vrf="gov")]})
    assert routing(down) == (State.FAILED, ("BGP 192.0.2.9 gov vpnv6",))


@pytest.mark.parametrize("device", [SNMP, expecting(SNMP, bgp=("2001:db8::9",))])
def test_peer_that_the_administrator_shut_down_is_no_fault(device: Device) -> None:
    memory = learned(SNMP, bgp={"snmp": [bgp("2001:db8::9"), bgp("2001:db8::8")]})
    shut = [bgp("2001:db8::9", up=False, admin_up=False), bgp("2001:db8::8")]
    assert routing(derived(device, memory, 30, bgp={"snmp": shut})) == (State.PASSED, ())


@pytest.mark.parametrize("device", [BOTH, expecting(BOTH, bgp=("2001:db8::9",))])
def test_administrator_that_only_the_command_line_knows_of_is_heard(device: Device) -> None:
    """H3C's MIB tells that a peer is down, and not that somebody shut it down."""
    memory = learned(BOTH, bgp={"snmp": [bgp("2001:db8::9"), bgp("2001:db8::8")]})
    down = replace(bgp("2001:db8::9", up=False), admin_known=False)
    told: Told = {"snmp": [down, bgp("2001:db8::8")]}
    shut = [bgp("2001:db8::9", up=False, admin_up=False), bgp("2001:db8::8")]
    assert routing(derived(device, memory, 30, bgp={**told, "cli": shut}))[0] is State.PASSED
    late = [bgp("2001:db8::9"), bgp("2001:db8::8")]
    for cli in (late, None):
        assert routing(derived(device, memory, 30, bgp={**told, "cli": cli}))[0] is State.FAILED


# --- what the inventory expects


def test_ids_of_the_inventory_are_the_number_that_is_expected() -> None:
    device = expecting(SNMP, ospf=("1.1.1.1", "2.2.2.2"))
    found = derived(device, ospf={"snmp": [ONE]})
    assert samples(found.observation, EXPECTED) == {(): 2}
    assert samples(found.observation, OSPF) == {("2.2.2.2", ""): 0}
    assert routing(found) == (State.FAILED, ("OSPFv3 2.2.2.2",))


def test_neighbour_of_the_inventory_keeps_its_interface_when_it_vanishes_at_once() -> None:
    device = expecting(SNMP, ospf=("1.1.1.1",))
    first = derived(device, ospf={"snmp": [ONE]})
    gone = derived(device, first.memory, 1, ospf={"snmp": []})
    assert samples(gone.observation, OSPF) == {KEY: 0}
    assert routing(gone) == (State.FAILED, ("OSPFv3 1.1.1.1",))


def test_one_of_two_links_to_an_expected_neighbour_is_enough() -> None:
    device = expecting(SNMP, ospf=("1.1.1.1",))
    both = {"snmp": [ospf("1.1.1.1", "GE1", up=False), ospf("1.1.1.1", "GE2")]}
    assert routing(derived(device, ospf=both)) == (State.PASSED, ())


def test_learned_ones_are_not_expected_where_the_inventory_says_which() -> None:
    memory = learned(ospf={"snmp": [ONE, TWO]})
    device = expecting(SNMP, ospf=("2.2.2.2",))
    found = derived(device, memory, 30, ospf={"snmp": [TWO]})
    assert routing(found) == (State.PASSED, ())
    assert samples(found.observation, OSPF) == {KEY: 0}


@pytest.mark.parametrize(
    ("told", "state", "names"),
    [
        ({"snmp": [ONE, TWO]}, State.PASSED, ()),
        ({"snmp": [ONE]}, State.FAILED, ("OSPFv3 1/2",)),
        ({"snmp": [ONE, ospf("2.2.2.2", up=False)]}, State.FAILED, ("OSPFv3 1/2",)),
        ({"snmp": []}, State.FAILED, ("OSPFv3 0/2",)),
        ({"snmp": None}, State.UNKNOWN, ("OSPFv3 0/2",)),
        ({}, State.UNKNOWN, ("OSPFv3 0/2",)),
    ],
)
def test_count_of_the_inventory(told: Told, state: State, names: tuple[str, ...]) -> None:
    found = derived(expecting(SNMP, ospf=2), ospf=told)
    assert routing(found) == (state, names)
    assert samples(found.observation, EXPECTED) == {(): 2}


WANTED = "2001:db8::9"


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({"snmp": [bgp(WANTED)]}, State.PASSED),
        ({"snmp": [bgp(WANTED, up=False)]}, State.FAILED),
        ({"snmp": [bgp(WANTED, up=False), bgp(WANTED, "vpnv6")]}, State.PASSED),
        ({"snmp": [bgp(WANTED, "ipv4")]}, State.FAILED),
        ({"snmp": [bgp("2001:DB8:0::9%7")]}, State.PASSED),
        ({"snmp": [bgp(WANTED, up=False, admin_up=False)]}, State.FAILED),
        ({"snmp": []}, State.FAILED),
        ({"snmp": None}, State.UNKNOWN),
        ({}, State.UNKNOWN),
    ],
)
def test_peer_of_the_inventory(told: Told, state: State) -> None:
    assert routing(derived(expecting(SNMP, bgp=(WANTED,)), bgp=told))[0] is state


def test_peer_of_the_inventory_that_no_table_shows_has_a_row() -> None:
    found = derived(expecting(SNMP, bgp=(WANTED,)), bgp={"snmp": []})
    assert samples(found.observation, BGP) == {("", WANTED, "ipv6", "unicast"): 0}


@pytest.mark.parametrize(
    ("device", "told", "state"),
    [
        (BOTH, {"snmp": []}, State.UNKNOWN),
        (BOTH, {"snmp": [], "cli": None}, State.UNKNOWN),
        (BOTH, {"snmp": None, "cli": []}, State.UNKNOWN),
        (BOTH, {"snmp": [], "cli": []}, State.FAILED),
        (BOTH, {"snmp": [TWO], "cli": None}, State.FAILED),
        (BOTH, {"snmp": None, "cli": [ONE]}, State.PASSED),
        (CLI, {"cli": []}, State.FAILED),
        (CLI, {"cli": None}, State.UNKNOWN),
    ],
)
def test_empty_table_over_snmp_is_no_proof_while_the_cli_is_silent(
    device: Device, told: Told, state: State
) -> None:
    found = derived(expecting(device, ospf=("1.1.1.1",)), ospf=told)
    assert routing(found)[0] is state
    shown = samples(found.observation, OSPF)
    assert (shown == {("1.1.1.1", ""): 0}) is (state is State.FAILED)


def test_neighbour_whose_last_row_vanished_is_missed_though_the_cli_is_denied() -> None:
    device = expecting(BOTH, ospf=("1.1.1.1",))
    first = derived(device, ospf={"snmp": [ONE]})
    gone = derived(device, first.memory, 1, ospf={"snmp": [], "cli": None})
    assert routing(gone) == (State.FAILED, ("OSPFv3 1.1.1.1",))


# --- where none is expected


@pytest.mark.parametrize(
    ("device", "told", "state"),
    [
        (SNMP, {"ospf": {"snmp": [ONE]}}, State.PASSED),
        (SNMP, {"ospf": {"snmp": [ONE, ospf("2.2.2.2", up=False)]}}, State.PASSED),
        (SNMP, {"bgp": {"snmp": [bgp(WANTED)]}}, State.PASSED),
        (SNMP, {"isis": {"snmp": [isis("core")]}}, State.PASSED),
        (SNMP, {"ospf": {"snmp": [ospf("2.2.2.2", up=False)]}}, State.FAILED),
        (SNMP, {"bgp": {"snmp": [bgp(WANTED, up=False, admin_up=False)]}}, State.FAILED),
        (SNMP, {"ospf": {"snmp": []}, "bgp": {"snmp": []}}, State.UNKNOWN),
        (SNMP, {"bgp": {"snmp": [bgp("192.0.2.9", "ipv4")]}}, State.UNKNOWN),
        (SNMP, {"ospf": {"snmp": None}}, State.UNKNOWN),
        (SNMP, {}, State.UNKNOWN),
        (CLI, {"ospf": {"cli": []}}, State.FAILED),
        (CLI, {"ospf": {"cli": None}}, State.UNKNOWN),
        (expecting(SNMP, ospf=(), bgp=()), {}, State.NOT_APPLICABLE),
        (expecting(CLI, ospf=()), {"bgp": {"cli": []}}, State.NOT_APPLICABLE),
        (expecting(SNMP, ospf=(), bgp=()), {"ospf": {"snmp": []}}, State.NOT_APPLICABLE),
        (expecting(SNMP, ospf=()), {"ospf": {"snmp": [ONE]}}, State.PASSED),
        (expecting(SNMP, ospf=()), {"bgp": {"snmp": [bgp(WANTED, up=False)]}}, State.FAILED),
    ],
)
def test_where_none_is_expected_one_adjacency_suffices(
    device: Device, told: Mapping[str, Told], state: State
) -> None:
    assert routing(derived(device, **told))[0] is state


def test_a_protocol_that_is_due_nothing_does_not_hide_another_that_is_unknown() -> None:
    nothing = expecting(SNMP, ospf=())
    assert routing(derived(nothing)) == (State.UNKNOWN, ("BGP",))
    assert routing(derived(nothing, bgp={"snmp": []})) == (State.UNKNOWN, ("BGP",))
    assert routing(derived(expecting(CLI, bgp=()), ospf={"cli": None})) == (
        State.UNKNOWN,
        ("OSPFv3",),
    )


def test_nothing_is_said_of_ospfv3_where_nobody_knows_it() -> None:
    assert derived(SNMP).observation.tables == ()
    assert derived(SNMP, bgp={"snmp": [bgp(WANTED)]}).observation.tables == ()


# --- forgetting


def test_operator_makes_it_forget_a_neighbour_or_all() -> None:
    memory = learned(ospf={"snmp": [ONE, TWO]}, bgp={"snmp": [bgp(WANTED)]})
    left, gone = Ipv6Neighbors().forget(memory, "1.1.1.1")
    assert gone == ("ospfv3_neighbor 1.1.1.1 GE1",)
    found = derived(SNMP, left, 30, ospf={"snmp": [TWO]}, bgp={"snmp": [bgp(WANTED)]})
    assert routing(found) == (State.PASSED, ())
    nothing, every = Ipv6Neighbors().forget(memory, "")
    assert nothing is None
    assert len(every) == 3
    assert Ipv6Neighbors().forget(memory, "9.9.9.9") == (memory, ())
    assert Ipv6Neighbors().forget(None, "") == (None, ())
