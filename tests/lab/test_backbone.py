"""The IPv6 backbone of the district, whole and broken, as the switches' MIBs tell it."""

from collections.abc import Mapping

import pytest
from pysnmp.proto import rfc1905

from lab.backbone import possible_routes
from lab.mib.backbone import HUAWEI_BGP, NEIGHBOR
from lab.mib.ip import IF_STATS, IP
from lab.mib.ipv6 import ADDRESS, ROUTE
from lab.mib.switch import switch_tree
from lab.mib.tree import Oid
from lab.numbering import DEFAULT, addresses
from lab.qinglan import qinglan
from lab.routing import BgpState, Protocol, Routing
from lab.scenario import Event, Kind, Scenario, Schedule
from lab.world import World

START = 1_795_000_000.0
DISTRICT = qinglan()
TREES = {switch.id: switch_tree(switch, DISTRICT) for switch in DISTRICT.switches}
SPEAKERS = [switch.id for switch in DISTRICT.switches if switch.ipv6]
IN_FAULT, AFTER = START + 20, START + 40
UPLINK = "TenGigabitEthernet 0/25"
LOST = Event(Kind.OSPFV3_NEIGHBOR_LOST, 10, 20, "ql-acc-hall", UPLINK)
IDLE = Event(Kind.BGP_IPV6_IDLE, 10, 20, "ql-core-1", peer="lj-metro-1")
NO_WAY_OUT = Event(Kind.LINK_DOWN, 10, 20, "ql-core-1", "XGigabitEthernet0/0/12")


def world(*events: Event) -> World:
    return World(DISTRICT, Schedule(Scenario("test", 0.0, events), START))


def routing(one: World, switch: str, at_s: float) -> Routing:
    found = one.state(switch, at_s).routing
    assert found
    return found


def neighbors(one: World, switch: str, at_s: float) -> set[str]:
    return {adjacency.neighbor for adjacency in routing(one, switch, at_s).adjacencies}


def states(one: World, switch: str, at_s: float) -> Mapping[str, BgpState]:
    return {session.name: session.state for session in routing(one, switch, at_s).sessions}


def default(one: World, switch: str, at_s: float) -> list[Protocol]:
    return [
        route.protocol for route in routing(one, switch, at_s).routes if route.prefix == DEFAULT
    ]


def rows(switch: str, column: Oid, one: World, at_s: float) -> dict[Oid, int]:
    """Walk a column: index and value."""
    state, tree = one.state(switch, at_s), TREES[switch]
    found: dict[Oid, int] = {}
    place = column
    while (bind := tree.after(place, state)) and bind.oid[: len(column)] == column:
        found[bind.oid[len(column) :]] = int(bind.value)  # type: ignore[call-overload]  # pysnmp's
        place = bind.oid
    return found


def test_every_whole_link_between_switches_with_ipv6_has_an_adjacency_at_both_ends() -> None:
    one = world()
    pairs = {(name, other) for name in SPEAKERS for other in neighbors(one, name, START)}
    assert pairs == {(other, name) for name, other in pairs}
    assert neighbors(one, "ql-core-1", START) == {
        "ql-acc-hall",
        "ql-agg-1",
        "ql-agg-2",
        "ql-core-2",
    }
    assert "ql-acc-lianhua" not in {name for pair in pairs for name in pair}


@pytest.mark.parametrize("switch", SPEAKERS)
def test_every_switch_with_ipv6_has_a_default_route(switch: str) -> None:
    assert len(default(world(), switch, START)) == 1


def test_a_lost_neighbour_is_gone_at_both_ends_while_the_ports_stay_up() -> None:
    one = world(LOST)
    assert "ql-core-1" in neighbors(one, "ql-acc-hall", START)
    assert neighbors(one, "ql-acc-hall", IN_FAULT) == {"ql-core-2"}
    assert "ql-acc-hall" not in neighbors(one, "ql-core-1", IN_FAULT)
    state = one.state("ql-acc-hall", IN_FAULT)
    assert next(port for port in state.ports if port.port.name == UPLINK).up
    assert neighbors(one, "ql-acc-hall", AFTER) == {"ql-core-1", "ql-core-2"}


def test_a_neighbour_that_came_back_says_since_when() -> None:
    one = world(LOST)
    before = routing(one, "ql-acc-hall", START).adjacency(UPLINK)
    after = routing(one, "ql-acc-hall", AFTER).adjacency(UPLINK)
    assert before
    assert after
    assert before.since_s < after.since_s == START + 30


def test_a_session_given_up_is_idle_here_and_default_comes_from_the_other_core() -> None:
    one = world(IDLE)
    assert set(states(one, "ql-core-1", START).values()) == {BgpState.ESTABLISHED}
    during = states(one, "ql-core-1", IN_FAULT)
    assert during == {"ql-core-2": BgpState.ESTABLISHED, "lj-metro-1": BgpState.IDLE}
    assert default(one, "ql-core-1", IN_FAULT) == [Protocol.BGP]
    assert set(states(one, "ql-core-1", AFTER).values()) == {BgpState.ESTABLISHED}


def test_between_the_cores_the_end_that_gave_up_is_idle_and_the_other_tries() -> None:
    one = world(Event(Kind.BGP_IPV6_IDLE, 10, 20, "ql-core-1", peer="ql-core-2"))
    assert states(one, "ql-core-1", IN_FAULT)["ql-core-2"] is BgpState.IDLE
    assert states(one, "ql-core-2", IN_FAULT)["ql-core-1"] is BgpState.ACTIVE


def test_a_session_over_a_cut_cable_is_not_established() -> None:
    one = world(NO_WAY_OUT)
    assert states(one, "ql-core-1", IN_FAULT)["lj-metro-1"] is BgpState.ACTIVE
    assert default(one, "ql-acc-hall", IN_FAULT) == [Protocol.OSPF]


def test_without_any_way_out_nobody_has_a_default_route() -> None:
    other = Event(Kind.LINK_DOWN, 10, 20, "ql-core-2", "Ten-GigabitEthernet1/0/28")
    one = world(NO_WAY_OUT, other)
    assert not any(default(one, switch, IN_FAULT) for switch in SPEAKERS)


def test_a_broken_cable_takes_its_adjacency_along() -> None:
    one = world(Event(Kind.LINK_DOWN, 10, 20, "ql-agg-2", "Ten-GigabitEthernet1/0/21"))
    assert neighbors(one, "ql-agg-2", IN_FAULT) == {"ql-core-2", "ql-acc-shitang"}


@pytest.mark.parametrize("events", [(), (LOST,), (IDLE,), (NO_WAY_OUT,)])
@pytest.mark.parametrize("switch", SPEAKERS)
def test_every_route_in_use_has_its_rows(switch: str, events: tuple[Event, ...]) -> None:
    one = world(*events)
    used = routing(one, switch, IN_FAULT).routes
    possible = {route.key for route in possible_routes(DISTRICT.switch(switch), DISTRICT)}
    assert {route.key for route in used} <= possible
    assert len(rows(switch, (*ROUTE, 7), one, IN_FAULT)) == len(used) == len({r.key for r in used})


@pytest.mark.parametrize("switch", SPEAKERS)
def test_addresses_are_the_plans_and_link_local_ones_have_a_zone(switch: str) -> None:
    found = rows(switch, (*ADDRESS, 7), world(), START)
    plan = list(addresses(DISTRICT, DISTRICT.switch(switch)))
    assert len(found) == len(plan)
    assert sum(index[:2] == (4, 20) for index in found) == sum(one.link_local for one in plan)
    assert set(found.values()) == {1}


def test_the_address_of_a_port_that_is_down_is_tentative() -> None:
    found = rows("ql-core-1", (*ADDRESS, 7), world(NO_WAY_OUT), IN_FAULT)
    assert sorted(found.values())[-3:] == [1, 6, 6]


def test_a_village_has_no_global_address_on_its_uplink() -> None:
    plan = DISTRICT.switch("ql-acc-shitang")
    uplink = DISTRICT.uplinks(plan.id)[0].low.port
    assert [one.link_local for one in addresses(DISTRICT, plan) if one.port.name == uplink] == [
        True
    ]


def test_a_switch_without_ipv6_says_so_and_has_no_rows_of_it() -> None:
    one = world()
    tree, state = TREES["ql-acc-lianhua"], one.state("ql-acc-lianhua", START)
    assert int(tree.exact((*IP, 25, 0), state).value) == 2  # type: ignore[call-overload]  # pysnmp's
    assert not rows("ql-acc-lianhua", ADDRESS, one, START)
    assert not rows("ql-acc-lianhua", (*IF_STATS, 6, 2), one, START)


def test_huawei_and_ruijie_have_ospfv3_tables_and_h3c_has_none() -> None:
    one = world(LOST)
    assert len(rows("ql-core-1", (*NEIGHBOR, 8), one, START)) == 4
    assert set(rows("ql-core-1", (*NEIGHBOR, 8), one, IN_FAULT).values()) == {8}
    assert len(rows("ql-core-1", (*NEIGHBOR, 8), one, IN_FAULT)) == 3
    assert len(rows("ql-acc-hall", (*NEIGHBOR, 8), one, IN_FAULT)) == 1
    assert not rows("ql-core-2", NEIGHBOR, one, START)


def test_huawei_tells_the_state_of_its_ipv6_sessions() -> None:
    one = world(IDLE)
    state = (*HUAWEI_BGP, 1, 2, 1, 5)
    assert set(rows("ql-core-1", state, one, START).values()) == {6}
    assert set(rows("ql-core-1", state, one, IN_FAULT).values()) == {6, 1}
    assert not rows("ql-core-2", HUAWEI_BGP, one, START)


def test_the_ipv6_share_of_an_uplink_is_its_users_share() -> None:
    one = world()
    for switch, share in (("ql-acc-hall", 0.38), ("ql-acc-shitang", 0.06)):
        plan = DISTRICT.switch(switch)
        index = plan.port(DISTRICT.uplinks(switch)[0].low.port).index
        both = [rows(switch, (*IF_STATS, 33, v), one, AFTER)[(index,)] for v in (1, 2)]
        assert both[1] / sum(both) == pytest.approx(share, abs=0.04)


def test_a_missing_row_is_no_such_instance() -> None:
    one = world(LOST)
    oid = next(oid for oid in TREES["ql-acc-hall"].oids if oid[: len(NEIGHBOR)] == NEIGHBOR)
    found = TREES["ql-acc-hall"].exact(oid, one.state("ql-acc-hall", IN_FAULT))
    assert found.value is rfc1905.noSuchInstance
