"""Aggregates, table sizes, spanning tree, clocks, BFD, VRRP: every index, every enumeration."""

import pytest

from tests.collectors.snmp.agent import Agent, Cell, dotted, number, oid_octets, text
from tests.collectors.snmp.conftest import Visiting, samples, table, texts
from tests.collectors.snmp.switch import COUNTER32, GAUGE32, IF, switch

ATTACHED = "1.2.840.10006.300.43.1.2.1.1.13."
STATE = "1.2.840.10006.300.43.1.2.1.1.21."
STACK = "1.3.6.1.2.1.31.1.2.1.3."
OBJECT_ID = "1.3.6.1.2.1.1.2.0"
V6 = ".".join(map(str, (32, 1, 13, 184, *[0] * 11)))
LINK_LOCAL = ".".join(map(str, (254, 128, *[0] * 13)))


def vendor(oid: str) -> dict[str, Cell]:
    return {OBJECT_ID: (6, oid_octets(dotted(oid)))}


async def members(visiting: Visiting, *cells: dict[str, Cell]) -> dict[str, int | float | None]:
    ports: dict[int, str | bytes] = {1: "Gi1", 2: "Gi2", 3: "Gi3", 9: "Po9", 10: "Po10"}
    async with Agent(switch(ports)) as agent:
        agent.put({IF + "3.9": number(161), IF + "3.10": number(161)})
        for some in cells:
            agent.put(some)
        observation = await visiting(agent).visit()
    assert observation.failures == ()
    found = samples(table(observation, "lag"), "egov_lag_members_up")
    return {key[0]: value for key, value in found.items()}


async def test_lacp_members_count_when_they_distribute(visiting: Visiting) -> None:
    attached = {ATTACHED + str(port): number(9) for port in (1, 2, 3)}
    # activity, aggregation, synchronization, collecting, distributing; the second only collects
    states = {STATE + "1": text(b"\xbc"), STATE + "2": text(b"\xb8"), STATE + "3": text(b"\xfc")}
    assert await members(visiting, attached, states) == {"Po9": 2}


async def test_members_of_a_static_aggregate_count_when_they_are_up(visiting: Visiting) -> None:
    attached = {ATTACHED + str(port): number(9) for port in (1, 2, 3)}
    silent = {STATE + str(port): text(b"\0") for port in (1, 2, 3)}
    assert await members(visiting, attached, silent, {IF + "8.3": number(2)}) == {"Po9": 2}


async def test_a_port_attached_to_itself_is_in_no_aggregate(visiting: Visiting) -> None:
    attached = {ATTACHED + "1": number(1), ATTACHED + "2": number(0)}
    states = {STATE + "1": text(b"\xbc"), STATE + "2": text(b"")}
    assert await members(visiting, attached, states) == {}


async def test_without_lacp_tables_the_stack_tells_the_members(visiting: Visiting) -> None:
    stack = {STACK + row: number(1) for row in ("0.9", "9.1", "9.2", "10.3", "1.0", "0.1")}
    assert await members(visiting, stack, {IF + "8.2": number(2)}) == {"Po9": 1, "Po10": 1}


async def test_an_aggregate_that_all_left_has_none_and_one_that_is_up_no_number(
    visiting: Visiting,
) -> None:
    assert await members(visiting, {IF + "8.9": number(7)}) == {"Po9": 0}


async def test_an_unknown_state_of_members_is_no_zero(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1", 9: "Po9"})) as agent:
        agent.put({IF + "3.9": number(161), STACK + "9.1": number(1)})
        watch = visiting(agent)
        await watch.visit()
        agent.mute = [dotted(IF + "8")]
        observation = await watch.visit()
    assert samples(table(observation, "lag"), "egov_lag_members_up") == {}


async def test_members_of_an_eth_trunk_are_in_its_own_tables(visiting: Visiting) -> None:
    trunk, member = "1.3.6.1.4.1.2011.5.25.41.1.3.3.1.2.", "1.3.6.1.4.1.2011.5.25.41.1.4.1.1."
    async with Agent(
        switch({1: "XGE0/0/1", 2: "XGE0/0/2", 3: "XGE0/0/3", 9: "Eth-Trunk5"})
    ) as agent:
        agent.put(vendor("1.3.6.1.4.1.2011.2.23.276") | {"1.3.6.1.2.1.1.1.0": text("Huawei VRP")})
        agent.put({IF + "3.9": number(53), trunk + "0": number(5)})
        agent.put({f"{member}2.0.{port}": number(1) for port in (1, 2)})
        agent.put({f"{member}6.0.1": number(1), f"{member}6.0.2": number(2)})
        observation = await visiting(agent).visit()
    assert observation.failures == ()
    assert samples(table(observation, "lag"), "egov_lag_members_up") == {("Eth-Trunk5",): 1}
    infos = texts(table(observation, "interface"), "egov_interface_info")
    assert {key[0]: info["lag"] for key, info in infos.items()} == {
        "XGE0/0/1": "Eth-Trunk5",
        "XGE0/0/2": "Eth-Trunk5",
        "XGE0/0/3": "",
        "Eth-Trunk5": "",
    }


async def one(
    visiting: Visiting, family: str, name: str, cells: dict[str, Cell]
) -> dict[tuple[str, ...], int | float | None]:
    async with Agent(switch({1: "Gi1", 2: "Vl2"})) as agent:
        agent.put(cells)
        observation = await visiting(agent).visit()
    assert observation.failures == ()
    return samples(table(observation, name), family) if _has(observation.tables, name) else {}


def _has(tables: object, name: str) -> bool:
    return any(found.name == name for found in tables)  # type: ignore[attr-defined]  # tables


FDB = "1.3.6.1.2.1.17.7.1.2."


def learned(base: str, *states: int) -> dict[str, Cell]:
    return {f"{base}.0.1.2.3.4.{row}": number(state) for row, state in enumerate(states)}


@pytest.mark.parametrize(
    ("cells", "count"),
    [
        ({FDB + "1.1.2.1": number(40, COUNTER32), FDB + "1.1.2.7": number(2, COUNTER32),
          **learned(FDB + "2.1.3.1", 3)}, 42),
        ({FDB + "1.1.2.1": number(0, COUNTER32)}, 0),
        (learned(FDB + "2.1.3.1", 3, 3, 4, 5, 1), 2),
        (learned("1.3.6.1.2.1.17.4.3.1.3", 3, 4, 3, 3), 3),
        (learned(FDB + "2.1.3.1", 3) | learned("1.3.6.1.2.1.17.4.3.1.3", 3, 3), 1),
    ],
)  # fmt: skip
async def test_mac_addresses_are_counted_in_the_cheapest_way(
    visiting: Visiting, cells: dict[str, Cell], count: int
) -> None:
    assert await one(visiting, "egov_mac_addresses", "mac", cells) == {(): count}


async def test_no_table_of_addresses_is_walked_where_the_device_counts(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1"})) as agent:
        agent.put({FDB + "1.1.2.1": number(40, COUNTER32)} | learned(FDB + "2.1.3.1", 3, 3))
        watch = visiting(agent)
        for _ in range(30):
            await watch.visit()
    assert agent.requests(FDB + "2") == 0
    assert agent.requests("1.3.6.1.2.1.17.4.3") == 0


@pytest.mark.parametrize(
    ("cells", "count"),
    [
        ({"1.3.6.1.2.1.17.7.1.1.4.0": number(12, GAUGE32)}, 12),
        ({f"1.3.6.1.2.1.17.7.1.4.3.1.5.{vlan}": number(1 + vlan % 2) for vlan in (2, 4, 5)}, 2),
    ],
)
async def test_vlans(visiting: Visiting, cells: dict[str, Cell], count: int) -> None:
    assert await one(visiting, "egov_vlans", "vlan", cells) == {(): count}


async def test_vlans_of_cisco_are_those_of_vtp(visiting: Visiting) -> None:
    cells = {f"1.3.6.1.4.1.9.9.46.1.3.1.1.2.1.{vlan}": number(1 + vlan % 2) for vlan in (2, 4, 5)}
    found = await one(visiting, "egov_vlans", "vlan", cells | vendor("1.3.6.1.4.1.9.1.563"))
    assert found == {(): 2}


ARP = "1.3.6.1.2.1.4.22.1.4."
NEIGHBOR = "1.3.6.1.2.1.4.35.1."


@pytest.mark.parametrize(
    ("cells", "count"),
    [
        ({ARP + "2.10.0.0.1": number(3), ARP + "2.10.0.0.2": number(4),
          ARP + "2.10.0.0.3": number(2)}, 2),
        ({NEIGHBOR + "6.2.1.4.10.0.0.1": number(3), NEIGHBOR + "6.2.1.10.0.0.4": number(3),
          NEIGHBOR + "6.2.1.4.10.0.0.2": number(2),
          NEIGHBOR + f"6.2.2.16.{V6}.1": number(3)}, 2),
    ],
)  # fmt: skip
async def test_arp_entries_but_invalid_ones(
    visiting: Visiting, cells: dict[str, Cell], count: int
) -> None:
    assert await one(visiting, "egov_arp_entries", "arp", cells) == {(): count}


async def test_ipv6_neighbours_by_interface_and_state(visiting: Visiting) -> None:
    column = NEIGHBOR + "7."
    cells = {
        column + "2.1.4.10.0.0.1": number(1),
        column + f"2.2.16.{V6}.1": number(1),
        column + f"2.2.16.{V6}.2": number(2),
        column + f"2.4.20.{LINK_LOCAL}.3.0.0.0.2": number(1),
        column + f"1.2.16.{V6}.4": number(7),
        column + f"7.2.16.{V6}.5": number(9),
    }
    assert await one(visiting, "egov_ipv6_neighbors", "ipv6_neighbor", cells) == {
        ("Vl2", "reachable"): 2,
        ("Vl2", "stale"): 1,
        ("Gi1", "incomplete"): 1,
        ("7", "unknown"): 1,
    }


async def test_an_old_ipv6_mib_counts_where_the_new_one_is_not(visiting: Visiting) -> None:
    column = "1.3.6.1.2.1.55.1.12.1.4."
    cells = {f"{column}2.{V6}.{row}": number(state) for row, state in enumerate((1, 1, 3, 6))}
    assert await one(visiting, "egov_ipv6_neighbors", "ipv6_neighbor", cells) == {
        ("Vl2", "reachable"): 2,
        ("Vl2", "delay"): 1,
        ("Vl2", "unknown"): 1,
    }


@pytest.mark.parametrize(("port", "interface"), [(7, "Gi1"), (0, ""), (8, "")])
async def test_spanning_tree_has_changes_and_root(
    visiting: Visiting, port: int, interface: str
) -> None:
    base = "1.3.6.1.2.1.17."
    async with Agent(switch({1: "Gi1"})) as agent:
        agent.put({base + "2.4.0": number(7, COUNTER32), base + "2.7.0": number(port)})
        agent.put({base + "2.5.0": text(b"\x80\0\0\x1a\xff\0\1\2"), base + "1.4.1.2.7": number(1)})
        observation = await visiting(agent).visit()
    found = table(observation, "stp")
    assert samples(found, "egov_stp_topology_changes_total") == {(): 7}
    root = {"root": "80:00:00:1a:ff:00:01:02", "root_interface": interface}
    assert texts(found, "egov_stp_info") == {(): root}


HUAWEI = vendor("1.3.6.1.4.1.2011.2.23.276") | {"1.3.6.1.2.1.1.1.0": text("Huawei VRP")}
H3C, CISCO = vendor("1.3.6.1.4.1.25506.1.921"), vendor("1.3.6.1.4.1.9.1.563")


@pytest.mark.parametrize(
    ("device", "oid", "values"),
    [
        ({}, "1.3.6.1.2.1.197.1.2.1.0", {1: 0, 2: 0, 3: 0, 4: 0, 5: 1, 6: 1, 99: None}),
        (HUAWEI, "1.3.6.1.4.1.2011.5.25.22.1.1.2.0", {1: 1, 15: 1, 16: 0}),
        (H3C, "1.3.6.1.4.1.25506.8.22.1.1.10.0", {0: 0, 1: 0, 2: 0, 3: 0, 4: 1, 5: 0, 6: None}),
        (CISCO, "1.3.6.1.4.1.9.9.168.1.1.11.0", {1: None, 2: 0, 3: 0, 4: 0, 5: 1, 6: 1}),
    ],
)
async def test_a_clock_is_synchronised_by_each_enumeration(
    visiting: Visiting, device: dict[str, Cell], oid: str, values: dict[int, int | None]
) -> None:
    for said, expected in values.items():
        found = await one(visiting, "egov_ntp_synchronised", "ntp", {**device, oid: number(said)})
        assert found == ({} if expected is None else {(): expected})


RFC_7331 = {1: (0, 0), 2: (0, 1), 3: (0, 1), 4: (1, 1), 5: (0, 1), 6: (None, None)}
FROM_0 = {0: (0, 0), 1: (0, 1), 2: (0, 1), 3: (1, 1), 4: (None, None)}
ADDRESS = text(bytes((10, 0, 0, 9)))
STANDARD = "1.3.6.1.2.1.222.1.2.1."
HW, HH3C = "1.3.6.1.4.1.2011.5.25.38.2.3.1.", "1.3.6.1.4.1.25506.2.72.1.3.1."


@pytest.mark.parametrize(
    ("device", "session", "state", "values"),
    [
        ({}, {STANDARD + "18.35": number(2), STANDARD + "22.35": ADDRESS},
         STANDARD + "11.35", RFC_7331),
        (HUAWEI, {HW + "5.35": (64, bytes((10, 0, 0, 9))), HW + "7.35": text("Vl2")},
         HW + "17.35", FROM_0),
        (H3C, {HH3C + "2.35": number(2), HH3C + "10.35": ADDRESS}, HH3C + "12.35", FROM_0),
    ],
)  # fmt: skip
async def test_bfd_sessions_by_each_enumeration(
    visiting: Visiting,
    device: dict[str, Cell],
    session: dict[str, Cell],
    state: str,
    values: dict[int, tuple[int | None, int | None]],
) -> None:
    for said, expected in values.items():
        cells = {**device, **session, state: number(said)}
        for family, value in zip(("up", "admin_up"), expected, strict=True):
            found = await one(visiting, f"egov_bfd_session_{family}", "bfd", cells)
            assert found == ({} if value is None else {("10.0.0.9", "Vl2"): value})


async def test_bfd_peers_over_ipv6_and_without_an_interface(visiting: Visiting) -> None:
    v6 = bytes((32, 1, 13, 184, *[0] * 11, 1))
    cells = {
        STANDARD + "18.1": number(0),
        STANDARD + "22.1": text(v6),
        STANDARD + "11.1": number(4),
    }
    assert await one(visiting, "egov_bfd_session_up", "bfd", cells) == {("2001:db8::1", ""): 1}
    nowhere = (64, bytes(4))
    huawei = {
        HW + "5.1": nowhere,
        HW + "36.1": text(v6),
        HW + "7.1": text(""),
        HW + "17.1": number(3),
    }
    found = await one(visiting, "egov_bfd_session_up", "bfd", HUAWEI | huawei)
    assert found == {("2001:db8::1", ""): 1}


async def test_vrrp_of_both_versions_each_group_once(visiting: Visiting) -> None:
    v3, v2 = "1.3.6.1.2.1.207.1.1.1.1.6.", "1.3.6.1.2.1.68.1.3.1.3."
    cells = {v3 + "2.10.1": number(3), v3 + "2.10.2": number(2), v2 + "2.10": number(1)}
    cells |= {v2 + "2.11": number(2), v3 + "2.10.9": number(3)}
    assert await one(visiting, "egov_vrrp_state", "vrrp", cells) == {
        ("Vl2", "10", "ipv4"): 3,
        ("Vl2", "10", "ipv6"): 2,
        ("Vl2", "11", "ipv4"): 2,
    }
