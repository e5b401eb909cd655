"""LLDP tables as devices tell them: port numbers, time marks, identifiers of every subtype."""

from collections.abc import Mapping
from types import MappingProxyType

import pytest

from collectors.facts import LldpLocal, LldpNeighbor
from tests.collectors.snmp.agent import Agent, Cell, number, text
from tests.collectors.snmp.conftest import Visiting, table
from tests.collectors.snmp.switch import IF, IFX, TICKS, switch

LOCAL = "1.0.8802.1.1.2.1.3."
REMOTE = "1.0.8802.1.1.2.1.4.1.1."
ADDRESSES = "1.0.8802.1.1.2.1.4.2.1."
BASE_PORT = "1.3.6.1.2.1.17.1.4.1.2."
MAC, INTERFACE, ALIAS, COMPONENT, ASSIGNED = 3, 5, 1, 2, 7
CHASSIS_MAC, CHASSIS_ADDRESS, CHASSIS_LOCAL = 4, 5, 7
OCTETS = bytes((0, 26, 255, 0, 1, 2))


def local_port(num: int, subtype: int, port_id: str | bytes, desc: str = "") -> dict[str, Cell]:
    base = f"{LOCAL}7.1."
    return {
        f"{base}2.{num}": number(subtype),
        f"{base}3.{num}": text(port_id),
        f"{base}4.{num}": text(desc),
    }


def remote(
    port: int,
    name: str = "core",
    *,
    mark: int = 0,
    index: int = 1,
    cells: Mapping[str, Cell] = MappingProxyType({}),
) -> dict[str, Cell]:
    """Make a neighbour; `cells` replaces columns by `c7`."""
    columns = {
        "c4": number(CHASSIS_MAC),
        "c5": text(OCTETS),
        "c6": number(INTERFACE),
        "c7": text("Te1/0/1"),
        "c8": text("description"),
        "c9": text(name),
        **cells,
    }
    return {f"{REMOTE}{key[1:]}.{mark}.{port}.{index}": cell for key, cell in columns.items()}


async def neighbors(visiting: Visiting, *cells: dict[str, Cell]) -> list[tuple[str, ...]]:
    async with Agent(switch({1: "Gi0/1", 2: "Gi0/2", 13: "Gi0/3"})) as agent:
        for some in cells:
            agent.put(some)
        observation = await visiting(agent).visit()
    assert observation.failures == ()
    return list(table(observation, "lldp").keys)


@pytest.mark.parametrize(
    ("port", "interface"),
    [
        (local_port(40, INTERFACE, "Gi0/2"), "Gi0/2"),
        (local_port(40, INTERFACE, "descr Gi0/2"), "Gi0/2"),
        (local_port(40, ASSIGNED, "Gi0/2"), "Gi0/2"),
        (local_port(40, ASSIGNED, "13"), "Gi0/3"),
        (local_port(40, ALIAS, "to the hall"), "Gi0/2"),
        (local_port(40, COMPONENT, "slot 1", "Gi0/2"), "Gi0/2"),
        (local_port(40, MAC, bytes((0, 1, 2, 3, 4, 2))), "Gi0/2"),
        (local_port(40, MAC, OCTETS, "descr Gi0/2"), "Gi0/2"),
        ({BASE_PORT + "40": number(2)}, "Gi0/2"),
        (local_port(40, MAC, OCTETS) | {BASE_PORT + "40": number(2)}, "Gi0/2"),
        (local_port(40, INTERFACE, "management"), "management"),
        ({}, "port 40"),
    ],
)  # fmt: skip
async def test_the_local_port_is_called_by_its_ifname(
    visiting: Visiting, port: dict[str, Cell], interface: str
) -> None:
    alias = {IFX + "18.2": text("to the hall")}
    assert await neighbors(visiting, port, alias, remote(40)) == [(interface, "core", "Te1/0/1")]


async def test_a_local_port_number_that_is_an_ifindex_is_the_last_resort(
    visiting: Visiting,
) -> None:
    assert await neighbors(visiting, remote(13)) == [("Gi0/3", "core", "Te1/0/1")]
    bridge = {BASE_PORT + "13": number(2)}
    assert await neighbors(visiting, bridge, remote(13)) == [("Gi0/2", "core", "Te1/0/1")]


async def test_of_time_marks_the_highest_counts(visiting: Visiting) -> None:
    cells = (
        remote(2, "gone", mark=100),
        remote(2, "here", mark=5586666),
        remote(2, "second", mark=100, index=2),
    )
    found = await neighbors(visiting, *cells)
    assert found == [("Gi0/2", "second", "Te1/0/1"), ("Gi0/2", "here", "Te1/0/1")]


@pytest.mark.parametrize(
    ("cells", "name", "port"),
    [
        ({}, "core", "Te1/0/1"),
        ({"c9": text("")}, "00:1a:ff:00:01:02", "Te1/0/1"),
        ({"c9": text(""), "c4": number(CHASSIS_LOCAL), "c5": text("chassis 7")},
         "chassis 7", "Te1/0/1"),
        ({"c9": text(""), "c4": number(CHASSIS_ADDRESS), "c5": text(b"\1\300\0\2\1")},
         "01:c0:00:02:01", "Te1/0/1"),
        ({"c6": number(MAC), "c7": text(OCTETS)}, "core", "description"),
        ({"c6": number(MAC), "c7": text(OCTETS), "c8": text("")}, "core", "00:1a:ff:00:01:02"),
        ({"c6": number(ASSIGNED), "c7": text("513")}, "core", "description"),
        ({"c6": number(ASSIGNED), "c7": text("513"), "c8": text("")}, "core", "513"),
        ({"c6": number(ASSIGNED), "c7": text("ge-0/0/1")}, "core", "ge-0/0/1"),
        ({"c7": text(""), "c8": text("")}, "core", ""),
        ({"c9": text("核心".encode("gb18030"))}, "核心", "Te1/0/1"),
    ],
)  # fmt: skip
async def test_a_neighbour_is_called_by_what_it_says_best(
    visiting: Visiting, cells: dict[str, Cell], name: str, port: str
) -> None:
    assert await neighbors(visiting, remote(2, cells=cells)) == [("Gi0/2", name, port)]


async def test_facts_have_aggregate_address_and_chassis(visiting: Visiting) -> None:
    v6 = ".".join(map(str, (32, 1, 13, 184, *[0] * 11, 1)))
    async with Agent(switch({1: "Gi0/1", 2: "Gi0/2", 9: "Po1"})) as agent:
        agent.put({IF + "3.9": number(161), "1.2.840.10006.300.43.1.2.1.1.13.2": number(9)})
        agent.put(
            {LOCAL + "1.0": number(CHASSIS_MAC), LOCAL + "2.0": text(bytes((0, 1, 2, 3, 4, 5)))}
        )
        agent.put({LOCAL + "3.0": text(""), "1.3.6.1.2.1.1.5.0": text("acc-1")})
        agent.put(remote(2, mark=7))
        agent.put({f"{ADDRESSES}3.6.2.1.2.16.{v6}": number(2)})
        agent.put({f"{ADDRESSES}3.7.2.1.6.6.0.26.255.0.1.2": number(2)})
        agent.put({f"{ADDRESSES}3.7.2.1.2.16.{v6}": number(2)})
        observation = await visiting(agent).visit()
    assert observation.failures == ()
    by_type = {type(one): one for one in observation.facts}
    assert by_type[LldpLocal] == LldpLocal("sw-1", "00:01:02:03:04:05", "acc-1")
    assert by_type[LldpNeighbor] == LldpNeighbor(
        "sw-1", "Gi0/2", "Po1", "core", "00:1a:ff:00:01:02", "2001:db8::1", "Te1/0/1", "description"
    )
    assert {one.type: one.lifetime_s for one in observation.known} == {
        LldpLocal: 1200.0,
        LldpNeighbor: 1200.0,
    }


async def test_a_device_without_lldp_tells_nothing_of_itself(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi0/1"})) as agent:
        agent.put({"1.3.6.1.2.1.1.5.0": text("acc-1")})
        observation = await visiting(agent).visit()
    assert [one.type for one in observation.known] == [LldpNeighbor]
    assert observation.facts == ()


async def test_a_table_that_broke_off_makes_no_facts(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi0/1", 2: "Gi0/2"})) as agent:
        agent.put(remote(1) | remote(2))
        agent.errors = [(1, 0, 8802, 1, 1, 2, 1, 4, 1, 1, 9)]
        observation = await visiting(agent).visit()
    assert not table(observation, "lldp").complete
    assert table(observation, "lldp").keys
    assert observation.facts == ()
    assert observation.known == ()


async def test_neighbours_are_read_every_ten_minutes(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi0/1"})) as agent:
        agent.put(remote(1))
        watch = visiting(agent)
        await watch.visit()
        agent.asked.clear()
        for _ in range(9):
            await watch.visit()
        assert agent.requests("1.0.8802") == 0
        observation = await watch.visit()
    assert table(observation, "lldp").keys == (("Gi0/1", "core", "Te1/0/1"),)


async def test_the_first_neighbour_is_seen_when_the_device_says_that_something_changed(
    visiting: Visiting,
) -> None:
    """A table that was empty twice is looked at every hour only."""
    changed = "1.0.8802.1.1.2.1.2.1.0"
    async with Agent(switch({1: "Gi0/1"})) as agent:
        agent.put({changed: number(0, TICKS)})
        watch = visiting(agent)
        for _ in range(3):
            await watch.visit(600)
        agent.put(remote(1) | {changed: number(700, TICKS)})
        observation = await watch.visit(600)
    assert table(observation, "lldp").keys == (("Gi0/1", "core", "Te1/0/1"),)
