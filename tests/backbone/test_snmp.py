"""A backbone of real FRR routers, watched by SNMP: what happens there shows at the next visit."""

import pytest

from collectors.contract import Observation
from collectors.facts import Ipv6DefaultRoute, Ospfv3Neighbor
from tests.backbone.network import Running, wait_for
from tests.backbone.topology import Router
from tests.collectors.snmp.conftest import Visiting, Watch, samples, table, texts

pytestmark = [pytest.mark.peer, pytest.mark.slow]
Routers = dict[str, Running]


def watch(visiting: Visiting, router: Running) -> Watch:
    return visiting(router, interval_s=60.0)


def neighbors(observation: Observation) -> dict[tuple[str, ...], float | None]:
    found = samples(table(observation, "ospfv3_neighbor"), "egov_ospfv3_neighbor_up")
    return dict(found)


async def test_a_router_tells_its_ipv6(routers: Routers, visiting: Visiting) -> None:
    observation = await watch(visiting, routers["r2"]).visit()
    assert observation.failures == ()
    assert samples(table(observation, "ipv6"), "egov_ipv6_forwarding") == {(): 1}
    addresses = texts(table(observation, "ipv6_address"), "egov_ipv6_address_info")
    assert addresses["a", "2001:db8:97::2"]["scope"] == "global"
    assert {info["scope"] for key, info in addresses.items() if key[0] == "b"} == {
        "global", "link_local",
    }  # fmt: skip
    assert neighbors(observation) == {("10.0.0.1", "a"): 1, ("10.0.0.3", "b"): 1}
    state = samples(table(observation, "ospfv3_interface"), "egov_ospfv3_interface_state")
    assert state == {("a",): 4, ("b",): 4}
    infos = texts(table(observation, "ospfv3_neighbor"), "egov_ospfv3_neighbor_info")
    assert {info["area"] for info in infos.values()} == {"0.0.0.0"}
    routes = samples(table(observation, "ipv6_route"), "egov_ipv6_routes")
    assert routes["connected", ""]


async def test_bgp_of_frr_shows_ipv4_alone_and_is_not_called_complete(
    routers: Routers, visiting: Visiting
) -> None:
    router = routers["r2"]
    peer = ("", Router("r2").peer("a", 4), "ipv4", "unicast")
    one = watch(visiting, router)
    first = await one.visit()
    found = table(first, "bgp_peer")
    assert samples(found, "egov_bgp_peer_up") == {peer: 1}
    assert not found.complete
    router.configure("router bgp 65002", f"neighbor {peer[1]} shutdown")
    try:
        wait_for(
            lambda: "Idle (Admin)" in router.typed("show bgp ipv4 unicast summary"), "shutdown"
        )
        shut = table(await one.visit(), "bgp_peer")
        assert samples(shut, "egov_bgp_peer_up") == {peer: 0}
    finally:
        router.configure("router bgp 65002", f"no neighbor {peer[1]} shutdown")
        wait_for(router.settled, "r2 to find its neighbours")


async def test_is_is_has_an_adjacency_for_each_family(routers: Routers, visiting: Visiting) -> None:
    observation = await watch(visiting, routers["r4"]).visit()
    found = samples(table(observation, "isis_adjacency"), "egov_isis_adjacency_up")
    assert found == {
        ("0000.0000.0003", "c", "ipv4", "2"): 1, ("0000.0000.0003", "c", "ipv6", "2"): 1,
    }  # fmt: skip


async def test_a_link_that_is_cut_takes_its_neighbour_along(
    routers: Routers, visiting: Visiting
) -> None:
    router = routers["r3"]
    one = watch(visiting, router)
    assert neighbors(await one.visit()) == {("10.0.0.2", "b"): 1}
    router.run("ip", "link", "set", "dev", "b", "down")
    try:
        wait_for(lambda: "10.0.0.2" not in router.typed("show ipv6 ospf6 neighbor"), "the cut")
        cut = await one.visit()
        assert neighbors(cut) == {}
        assert table(cut, "ospfv3_neighbor").complete
        assert Ospfv3Neighbor in {known.type for known in cut.known}
    finally:
        router.run("ip", "link", "set", "dev", "b", "up")
        wait_for(router.settled, "r3 to find its neighbours")
    assert neighbors(await one.visit()) == {("10.0.0.2", "b"): 1}


DEFAULT = "1.3.6.1.2.1.4.24.7.1.9.2.16.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0"


def routed(router: Running) -> bool:
    """Say whether the router's own SNMP agent has read its routing table again."""
    return DEFAULT in router.run("snmpgetnext", "-v2c", "-cpublic", "-On", router.host, DEFAULT)


async def test_a_default_route_comes_and_goes(routers: Routers, visiting: Visiting) -> None:
    router = routers["r1"]
    one = watch(visiting, router)

    async def present() -> list[bool]:
        facts = (await one.visit()).facts
        return [fact.present for fact in facts if isinstance(fact, Ipv6DefaultRoute)]

    route = f"ipv6 route ::/0 {Router('r1').peer('a', 6)}"
    assert await present() == [False]
    router.configure(route)
    wait_for(lambda: routed(router), "the route")
    assert await present() == [True]
    router.configure(f"no {route}")
    wait_for(lambda: not routed(router), "the route to go")
    assert await present() == [False]


async def test_a_daemon_that_is_killed_leaves_no_neighbour_that_looks_alive(
    routers: Routers, visiting: Visiting
) -> None:
    router = routers["r1"]
    one = watch(visiting, router)
    assert neighbors(await one.visit()) == {("10.0.0.2", "a"): 1}
    router.stop("ospf6d")
    try:
        killed = await one.visit()
        assert neighbors(killed) == {}
        assert Ospfv3Neighbor in {known.type for known in killed.known}
    finally:
        router.start("ospf6d")
        router.run("vtysh", "-b")
        wait_for(router.settled, "r1 to find its neighbours")
    assert neighbors(await one.visit()) == {("10.0.0.2", "a"): 1}
