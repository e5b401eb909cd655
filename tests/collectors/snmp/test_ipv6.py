"""IPv6 of a router: forwarding, addresses, routes, and what is not known of them."""

import pytest

from collectors.contract import Observation
from collectors.facts import IpTraffic, Ipv6Address, Ipv6DefaultRoute, Ipv6Forwarding
from tests.collectors.snmp.agent import Agent, Cell, dotted, number
from tests.collectors.snmp.conftest import Visiting, samples, table, texts
from tests.collectors.snmp.ipv6 import (
    ADDRESS,
    FORWARDING,
    OLD,
    ROUTE,
    ROUTES,
    inet,
    ip_address,
    octets,
    route,
    routes,
)
from tests.collectors.snmp.switch import COUNTER64, GAUGE32, switch

PORTS: dict[int, str | bytes] = {1: "GE0/0/1", 7: "Vlanif7"}


def names(observation: Observation) -> set[str]:
    return {one.name for one in observation.tables}


async def visited(visiting: Visiting, *cells: dict[str, Cell]) -> Observation:
    async with Agent(switch(PORTS)) as agent:
        for some in cells:
            agent.put(some)
        observation: Observation = await visiting(agent).visit()
    return observation


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({FORWARDING: number(1)}, 1),
        ({FORWARDING: number(2), f"{OLD}.1.0": number(1)}, 0),
        ({f"{OLD}.1.0": number(1)}, 1),
        ({f"{OLD}.1.0": number(2)}, 0),
    ],
)
async def test_forwarding_is_what_the_newer_mib_says(
    visiting: Visiting, cells: dict[str, Cell], expected: int
) -> None:
    observation = await visited(visiting, cells)
    assert samples(table(observation, "ipv6"), "egov_ipv6_forwarding") == {(): expected}
    assert Ipv6Forwarding("sw-1", forwarding=bool(expected)) in observation.facts


async def test_a_forwarding_that_is_no_forwarding_is_not_known(visiting: Visiting) -> None:
    observation = await visited(visiting, {FORWARDING: number(3)})
    assert samples(table(observation, "ipv6"), "egov_ipv6_forwarding") == {}
    assert not any(isinstance(one, Ipv6Forwarding) for one in observation.facts)


async def test_a_device_without_ipv6_has_no_tables_and_no_failure(visiting: Visiting) -> None:
    async with Agent(switch(PORTS)) as agent:
        watch = visiting(agent)
        first = await watch.visit()
        agent.asked.clear()
        second = await watch.visit()
    assert first.failures == second.failures == ()
    ipv6 = {"ip", "ipv6", "ipv6_address", "ipv6_route", "ipv6_default_route", "ospfv3_interface",
            "ospfv3_neighbor", "isis_adjacency", "bgp_peer"}  # fmt: skip
    assert (names(first) | names(second)) & ipv6 == set()
    assert not any(isinstance(one, Ipv6Address | Ipv6DefaultRoute) for one in first.facts)
    for subtree in ("4.24", "4.25", "4.34", "15", "55", "138", "191"):
        assert agent.requests(f"1.3.6.1.2.1.{subtree}") == 0


async def test_addresses_have_interface_scope_and_status(visiting: Visiting) -> None:
    observation = await visited(
        visiting,
        ip_address("192.0.2.9", 1),
        ip_address("2001:db8::1", 1),
        ip_address("2001:db8:0:7::1", 7, 7),
        ip_address("fd00::1", 7, 6),
        ip_address("fe80::1%7", 7),
        ip_address("fe80::1", 1),  # Linux writes no zone
        ip_address("::ffff:192.0.2.1", 1, 99),
    )
    assert observation.failures == ()
    found = texts(table(observation, "ipv6_address"), "egov_ipv6_address_info")
    assert {key: (info["scope"], info["status"]) for key, info in found.items()} == {
        ("GE0/0/1", "2001:db8::1"): ("global", "preferred"),
        ("Vlanif7", "2001:db8:0:7::1"): ("global", "duplicate"),
        ("Vlanif7", "fd00::1"): ("unique_local", "tentative"),
        ("Vlanif7", "fe80::1"): ("link_local", "preferred"),
        ("GE0/0/1", "fe80::1"): ("link_local", "preferred"),
        ("GE0/0/1", "::ffff:192.0.2.1"): ("other", "unknown"),
    }
    fact = Ipv6Address("sw-1", "GE0/0/1", "2001:db8::1", "global", "preferred")
    assert fact in observation.facts


async def test_an_address_of_a_wrong_length_is_misplaced_and_the_others_stay(
    visiting: Visiting,
) -> None:
    wrong = f"2.20.{octets('fe80::9%7')}"  # ipv6(2) with the octets of ipv6z(4)
    observation = await visited(
        visiting,
        ip_address("2001:db8::1", 1),
        {f"{ADDRESS}.3.{wrong}": number(7), f"{ADDRESS}.7.{wrong}": number(1)},
    )
    found = table(observation, "ipv6_address")
    assert found.keys == (("GE0/0/1", "2001:db8::1"),)
    assert not found.complete
    assert [one.table for one in observation.failures] == ["ipv6_address"]
    assert not any(isinstance(one, Ipv6Address) for one in observation.facts)


@pytest.mark.parametrize("length", ["", "16."])
async def test_addresses_of_the_old_mib_stand_in(visiting: Visiting, length: str) -> None:
    rows = {
        f"{OLD}.8.1.5.7.{length}{octets('2001:db8::7')}": number(1),
        f"{OLD}.8.1.5.7.{length}{octets('fe80::7')}": number(4),
    }
    observation = await visited(visiting, {f"{OLD}.3.0": number(1, GAUGE32), **rows})
    assert observation.failures == ()
    found = texts(table(observation, "ipv6_address"), "egov_ipv6_address_info")
    assert {key: (info["scope"], info["status"]) for key, info in found.items()} == {
        ("Vlanif7", "2001:db8::7"): ("global", "preferred"),
        ("Vlanif7", "fe80::7"): ("link_local", "inaccessible"),
    }


async def test_a_router_whose_old_mib_has_no_address_has_none(visiting: Visiting) -> None:
    observation = await visited(visiting, {f"{OLD}.3.0": number(0, GAUGE32)})
    assert table(observation, "ipv6_address").keys == ()
    assert table(observation, "ipv6_address").complete
    assert Ipv6Address in {one.type for one in observation.known}


async def test_routes_are_counted_by_protocol_and_ipv4_is_none_of_them(
    visiting: Visiting,
) -> None:
    observation = await visited(
        visiting,
        routes([
            route("10.0.0.0/8", 13), route("2001:db8:1::/64", 2), route("2001:db8:2::/64", 13, "0"),
            route("2001:db8:3::/64", 13, "7.0.536870912.2.0.0.0.0"), route("2001:db8:4::/64", 14),
            route("2001:db8:5::/64", 9, "3.0.0.4"), route("2001:db8:6::/64", 19),
        ]),
    )  # fmt: skip
    found = samples(table(observation, "ipv6_route"), "egov_ipv6_routes")
    assert found == {
        ("connected", ""): 1, ("ospf", ""): 2, ("bgp", ""): 1, ("isis", ""): 1, ("other", ""): 1,
    }  # fmt: skip


def old_route(prefix: str, protocol: int) -> dict[str, Cell]:
    address, length = prefix.split("/")
    index = f"{octets(address)}.{length}.1"
    return {f"{OLD}.11.1.4.{index}": number(7), f"{OLD}.11.1.7.{index}": number(protocol)}


async def test_routes_of_the_old_mib_stand_in_where_the_new_one_knows_ipv4_alone(
    visiting: Visiting,
) -> None:
    observation = await visited(
        visiting,
        routes([route("0.0.0.0/0", 13)]),
        {f"{OLD}.9.0": number(2, GAUGE32)},
        old_route("::/0", 7),
        old_route("2001:db8::/64", 2),
    )
    found = samples(table(observation, "ipv6_route"), "egov_ipv6_routes")
    assert found == {("bgp", ""): 1, ("connected", ""): 1}
    assert default(observation) == 1


def default(observation: Observation) -> float | None:
    [fact] = [one for one in observation.facts if isinstance(one, Ipv6DefaultRoute)] or [None]
    value = samples(table(observation, "ipv6_default_route"), "egov_ipv6_default_route").get(())
    assert (None if fact is None else int(fact.present)) == value
    return value


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (routes([route("::/0", 3), route("2001:db8::/64", 2)]), 1),
        (routes([route("2001:db8::/64", 2)]), 0),
        # nothing shows that this agent puts IPv6 routes there
        (routes([route("0.0.0.0/0", 3)]), None),
        ({f"{OLD}.9.0": number(1, GAUGE32), **old_route("2001:db8::/64", 2)}, 0),
        ({f"{OLD}.9.0": number(1, GAUGE32), **old_route("::/0", 3)}, 1),
    ],
)
async def test_a_default_route_is_there_is_not_or_cannot_be_known(
    visiting: Visiting, cells: dict[str, Cell], expected: int | None
) -> None:
    assert default(await visited(visiting, cells)) == expected


async def test_the_default_route_is_asked_for_alone_and_followed_in_every_visit(
    visiting: Visiting,
) -> None:
    usual = [route(f"2001:db8:{row:x}::/64", 14) for row in range(1, 400)]
    async with Agent(switch(PORTS)) as agent:
        agent.put(routes([route("::/0", 3), *usual]))
        watch = visiting(agent)
        assert default(await watch.visit()) == 1
        for _ in range(12):
            assert default(await watch.visit()) == 1
        [gone] = route("::/0", 3)
        agent.put({gone: None, ROUTES: number(399, GAUGE32)})
        agent.asked.clear()
        for _ in range(12):
            assert default(await watch.visit()) == 0
        beginning = len(dotted(f"{ROUTE}.9.{inet('::')}.0"))
        asked = {oid for _kind, oid in agent.asked if oid[:10] == dotted(ROUTE)}
        assert {oid[:beginning] for oid in asked} == {dotted(f"{ROUTE}.9.{inet('::')}.0")}
        agent.put(routes([route("::/0", 3), *usual]))
        assert default(await watch.visit()) == 1


async def test_a_default_route_that_the_agent_is_silent_about_is_not_absent(
    visiting: Visiting,
) -> None:
    async with Agent(switch(PORTS)) as agent:
        agent.put(routes([route("::/0", 3), route("2001:db8::/64", 2)]))
        watch = visiting(agent)
        await watch.visit()
        agent.errors = [dotted(f"{ROUTE}.9.{inet('::')}")]
        observation = await watch.visit()
    assert default(observation) is None


async def test_traffic_of_a_family_comes_with_all_traffic_of_its_interface(
    visiting: Visiting,
) -> None:
    stats = "1.3.6.1.2.1.4.31.3.1"
    rows = {f"{stats}.{column}.{family}.1": number(10 * family + column, COUNTER64)
            for column in (6, 33) for family in (1, 2)}  # fmt: skip
    lonely = {f"{stats}.6.2.7": number(5, COUNTER64)}
    observation = await visited(visiting, rows, lonely)
    facts = [one for one in observation.facts if isinstance(one, IpTraffic)]
    assert facts == [
        IpTraffic("sw-1", "GE0/0/1", "ipv4", 16 + 43, 2),
        IpTraffic("sw-1", "GE0/0/1", "ipv6", 26 + 53, 2),
    ]
