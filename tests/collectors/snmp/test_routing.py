"""OSPFv3 and IS-IS: who is a neighbour, who is up, and what an empty table means."""

import pytest

from collectors.contract import Observation
from collectors.facts import IsisAdjacency, Ospfv3Neighbor
from tests.collectors.snmp.agent import Agent, Cell, dotted, number
from tests.collectors.snmp.conftest import Visiting, samples, table, texts
from tests.collectors.snmp.ipv6 import (
    ISIS,
    OSPF,
    OSPF_RUNS,
    isis_adjacency,
    ospf_interface,
    ospf_neighbor,
)
from tests.collectors.snmp.switch import GAUGE32, switch
from tests.collectors.snmp.vendor import device

PORTS: dict[int, str | bytes] = {1: "GE0/0/1", 8: "Vlanif8"}
HW = "1.3.6.1.4.1.2011.5.25.147.1"
STATE = f"{ISIS}.1.1.8.0"
"""isisSysAdminState."""


def has(observation: Observation, name: str) -> bool:
    return any(one.name == name for one in observation.tables)


def neighbors(observation: Observation) -> dict[tuple[str, ...], tuple[float | None, ...]]:
    """Return state and up of each neighbour, which facts must repeat."""
    found = table(observation, "ospfv3_neighbor")
    up = samples(found, "egov_ospfv3_neighbor_up")
    state = samples(found, "egov_ospfv3_neighbor_state")
    facts = {
        (one.neighbor, one.interface): (one.state, int(one.up))
        for one in observation.facts
        if isinstance(one, Ospfv3Neighbor)
    }
    assert facts == {key: (state.get(key), up[key]) for key in found.keys}
    return dict(facts)


@pytest.mark.parametrize(
    ("interface", "state", "up"),
    [
        (ospf_interface(8, 4), 8, 1),
        (ospf_interface(8, 4), 4, 0),
        (ospf_interface(8, 5, "10.0.0.1"), 4, 0),
        (ospf_interface(8, 7, "10.0.0.8", "10.0.0.9"), 4, 1),
        # to the designated router two-way is not enough
        (ospf_interface(8, 7, "10.0.0.2", "10.0.0.9"), 4, 0),
        (ospf_interface(8, 7, "10.0.0.8", "10.0.0.2"), 4, 0),
        ({}, 4, 0),
        (ospf_interface(8, 7, "10.0.0.8", "10.0.0.9"), 5, 0),
        (ospf_interface(8, 7, "10.0.0.8", "10.0.0.9"), 1, 0),
    ],
)
async def test_a_neighbour_is_up_when_full_or_among_bystanders(
    visiting: Visiting, interface: dict[str, Cell], state: int, up: int
) -> None:
    async with Agent(switch(PORTS)) as agent:
        agent.put(OSPF_RUNS | interface | ospf_neighbor(8, "10.0.0.2", state))
        observation = await visiting(agent).visit()
    assert observation.failures == ()
    assert neighbors(observation) == {("10.0.0.2", "Vlanif8"): (state, up)}


async def test_interfaces_have_a_state_and_neighbours_their_area(visiting: Visiting) -> None:
    async with Agent(switch(PORTS)) as agent:
        agent.put(OSPF_RUNS | ospf_interface(1, 4, area="0.0.0.5") | ospf_interface(8, 1))
        agent.put(ospf_neighbor(1, "10.0.0.2", 8))
        observation = await visiting(agent).visit()
    found = samples(table(observation, "ospfv3_interface"), "egov_ospfv3_interface_state")
    assert found == {("GE0/0/1",): 4, ("Vlanif8",): 1}
    infos = texts(table(observation, "ospfv3_neighbor"), "egov_ospfv3_neighbor_info")
    assert infos == {("10.0.0.2", "GE0/0/1"): {"process": "", "area": "0.0.0.5"}}


async def test_without_neighbours_a_router_that_runs_ospfv3_has_none(visiting: Visiting) -> None:
    """The first one shows at the next visit, however long there was none."""
    async with Agent(switch(PORTS)) as agent:
        agent.put(OSPF_RUNS)
        watch = visiting(agent)
        for _ in range(12):
            observation = await watch.visit()
            assert neighbors(observation) == {}
            assert table(observation, "ospfv3_neighbor").complete
            assert table(observation, "ospfv3_neighbor").lifetime_s == 120
        assert Ospfv3Neighbor in {one.type for one in observation.known}
        agent.put(ospf_interface(8, 4) | ospf_neighbor(8, "10.0.0.2", 8))
        assert neighbors(await watch.visit()) == {("10.0.0.2", "Vlanif8"): (8, 1)}


async def test_a_daemon_that_stops_takes_its_neighbours_along_and_brings_them_back(
    visiting: Visiting,
) -> None:
    running = OSPF_RUNS | ospf_interface(8, 4) | ospf_neighbor(8, "10.0.0.2", 8)
    async with Agent(switch(PORTS)) as agent:
        agent.put(running)
        watch = visiting(agent)
        await watch.visit()
        agent.put(dict.fromkeys(running))
        stopped = await watch.visit()
        later = [await watch.visit() for _ in range(90)]
        agent.put(running)
        back = await watch.visit()
    assert neighbors(stopped) == {}
    assert Ospfv3Neighbor in {one.type for one in stopped.known}
    assert not any(has(one, "ospfv3_neighbor") for one in later)
    assert neighbors(back) == {("10.0.0.2", "Vlanif8"): (8, 1)}


async def test_a_table_that_broke_off_makes_no_facts(visiting: Visiting) -> None:
    async with Agent(switch(PORTS)) as agent:
        agent.put(OSPF_RUNS | ospf_neighbor(1, "10.0.0.2", 8) | ospf_neighbor(8, "10.0.0.3", 8))
        watch = visiting(agent)
        await watch.visit()
        agent.errors = [dotted(f"{OSPF}.9.1.8.8")]
        observation = await watch.visit()
    assert not table(observation, "ospfv3_neighbor").complete
    assert not any(isinstance(one, Ospfv3Neighbor) for one in observation.facts)
    assert Ospfv3Neighbor not in {one.type for one in observation.known}


async def test_vrp_has_the_same_in_tables_of_its_own(visiting: Visiting) -> None:
    def moved(rows: dict[str, Cell]) -> dict[str, Cell]:
        """State and routers stand one column earlier there."""
        earlier = {"12": "11", "13": "12", "14": "13"}
        found = {}
        for name, cell in rows.items():
            rest = name.removeprefix(f"{OSPF}.").split(".")
            if rest[:2] == ["7", "1"]:
                rest = ["6", "1", earlier.get(rest[2], rest[2]), *rest[3:]]
            elif rest[:2] == ["9", "1"]:
                rest = ["8", *rest[1:]]
            found[".".join((HW, *rest))] = cell
        return found

    async with Agent(device("1.3.6.1.4.1.2011.2.23.276", {8: "Vlanif8"}, "Huawei VRP")) as agent:
        agent.put(moved(OSPF_RUNS | ospf_interface(8, 7, "10.0.0.8", "10.0.0.9", "0.0.0.1")))
        agent.put(moved(ospf_neighbor(8, "10.0.0.2", 4) | ospf_neighbor(8, "10.0.0.8", 8)))
        observation = await visiting(agent).visit()
    assert observation.failures == ()
    assert neighbors(observation) == {
        ("10.0.0.2", "Vlanif8"): (4, 1), ("10.0.0.8", "Vlanif8"): (8, 1),
    }  # fmt: skip
    infos = texts(table(observation, "ospfv3_neighbor"), "egov_ospfv3_neighbor_info")
    assert {info["area"] for info in infos.values()} == {"0.0.0.1"}


async def test_numbers_of_junos_are_no_interfaces(visiting: Visiting) -> None:
    async with Agent(device("1.3.6.1.4.1.2636.1.1.1.2.21", {8: "gre"}, "Juniper")) as agent:
        agent.put(OSPF_RUNS | ospf_interface(8, 5) | ospf_neighbor(8, "10.0.0.2", 8))
        observation = await visiting(agent).visit()
    assert neighbors(observation) == {("10.0.0.2", "ospfv3 8"): (8, 1)}


def circuits(**ports: int) -> dict[str, Cell]:
    rows = {f"{ISIS}.3.2.1.2.{name[1:]}": number(port) for name, port in ports.items()}
    return {**rows, STATE: number(1)}


def adjacencies(observation: Observation) -> dict[tuple[str, ...], float | None]:
    found = samples(table(observation, "isis_adjacency"), "egov_isis_adjacency_up")
    facts = [one for one in observation.facts if isinstance(one, IsisAdjacency)]
    assert {
        (one.neighbor, one.interface, one.family, one.level): int(one.up) for one in facts
    } == found
    return found


async def test_an_adjacency_counts_for_each_family_that_its_neighbour_speaks(
    visiting: Visiting,
) -> None:
    async with Agent(switch(PORTS)) as agent:
        agent.put(circuits(c3=1, c4=8))
        agent.put(isis_adjacency(3, 3, 3, "0000.0000.0002", (204, 142)))
        agent.put(isis_adjacency(4, 2, 2, "1921.6800.1001", (129, 204)))
        observation = await visiting(agent).visit()
    assert observation.failures == ()
    assert adjacencies(observation) == {
        ("0000.0000.0002", "GE0/0/1", "ipv4", "1-2"): 1,
        ("0000.0000.0002", "GE0/0/1", "ipv6", "1-2"): 1,
        ("1921.6800.1001", "Vlanif8", "ipv4", "2"): 0,
    }


async def test_addresses_tell_the_families_where_protocols_are_not_told(
    visiting: Visiting,
) -> None:
    async with Agent(switch(PORTS)) as agent:
        agent.put(circuits(c3=1) | isis_adjacency(3, 3, 1, "0000.0000.0002", ()))
        agent.put({f"{ISIS}.6.3.1.2.3.1.{row}": number(kind) for row, kind in ((1, 2), (2, 2))})
        observation = await visiting(agent).visit()
    assert adjacencies(observation) == {("0000.0000.0002", "GE0/0/1", "ipv6", "1"): 1}


async def test_a_router_without_is_is_says_nothing_and_one_that_is_alone_says_none(
    visiting: Visiting,
) -> None:
    async with Agent(switch(PORTS)) as agent:
        watch = visiting(agent)
        assert not has(await watch.visit(), "isis_adjacency")
        agent.put({STATE: number(2)})
        observation = await watch.visit(4000)
    assert adjacencies(observation) == {}
    assert table(observation, "isis_adjacency").complete


async def test_two_instances_on_one_interface_are_told_apart(visiting: Visiting) -> None:
    second = {f"{OSPF}.9.1.8.8.1.167772162": number(1)}
    async with Agent(switch(PORTS)) as agent:
        agent.put(OSPF_RUNS | ospf_neighbor(8, "10.0.0.2", 8) | second)
        agent.put({f"{OSPF}.7.1.12.8.1": number(4), f"{OSPF}.7.1.3.8.1": number(0, GAUGE32)})
        observation = await visiting(agent).visit()
    keys = {key[0] for key in table(observation, "ospfv3_neighbor").keys}
    assert len(keys) == 2
    assert all(key.startswith("10.0.0.2~") for key in keys)
