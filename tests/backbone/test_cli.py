"""The same backbone by its command line: what FRR's SNMP does not show."""

from pathlib import Path

import pytest

from collectors.cli.collector import CliPoller
from collectors.cli.login import Login
from collectors.cli.target import CliTarget
from collectors.contract import Observation
from collectors.facts import Ospfv3Neighbor
from inventory.secrets import Secret
from protocols.ssh.known_hosts import Pin
from tests.backbone.network import Running, sshd, wait_for
from tests.backbone.topology import Router
from tests.collectors.cli.conftest import Bench
from tests.collectors.snmp.conftest import samples, table
from tests.protocols.ssh.servers import Sshd

pytestmark = [pytest.mark.peer, pytest.mark.slow]
Routers = dict[str, Running]


def poller(bench: Bench, server: Sshd, folder: Path) -> CliPoller:
    bench.known_hosts.trust([Pin(server.host, server.port, server.keys)])
    key = Secret((folder / "login").read_text())
    login = Login(credential="routers", user="root", key=key)
    target = CliTarget(
        id="r", addresses=(server.host,), port=server.port, login=login, platform="frr"
    )
    made = CliPoller(
        target, transport=bench.transport, profiles=bench.profiles, catalogue=bench.catalogue
    )
    bench.pollers.append(made)
    return made


def of(observation: Observation, name: str, family: str) -> dict[tuple[str, ...], object]:
    return dict(samples(table(observation, name), family))


async def test_ipv6_peers_are_there_and_one_that_is_shut_is_told_at_the_next_visit(
    routers: Routers, bench: Bench, tmp_path: Path
) -> None:
    router, far = routers["r2"], Router("r2")
    peer = ("", far.peer("a", 6), "ipv6", "unicast")
    with sshd(router, tmp_path / "sshd") as server:
        one = poller(bench, server, tmp_path / "sshd")
        first = await one.visit(bench.question())
        assert of(first, "bgp_peer", "egov_bgp_peer_up") == {
            peer: 1, ("", far.peer("a", 4), "ipv4", "unicast"): 1,
        }  # fmt: skip
        assert table(first, "bgp_peer").complete
        assert of(first, "ospfv3_neighbor", "egov_ospfv3_neighbor_up") == {
            ("10.0.0.1", "a"): 1, ("10.0.0.3", "b"): 1,
        }  # fmt: skip
        router.configure("router bgp 65002", f"neighbor {peer[1]} shutdown")
        try:
            wait_for(
                lambda: "Idle (Admin)" in router.typed("show bgp ipv6 unicast summary"), "shutdown"
            )
            shut = await one.visit(bench.question())
        finally:
            router.configure("router bgp 65002", f"no neighbor {peer[1]} shutdown")
            wait_for(router.settled, "r2 to find its neighbours")
        assert of(shut, "bgp_peer", "egov_bgp_peer_up")[peer] == 0
        assert of(shut, "bgp_peer", "egov_bgp_peer_admin_up")[peer] == 0
        await one.close()


async def test_is_is_and_routes_of_a_router(routers: Routers, bench: Bench, tmp_path: Path) -> None:
    with sshd(routers["r4"], tmp_path / "sshd") as server:
        one = poller(bench, server, tmp_path / "sshd")
        found = await one.visit(bench.question())
        await one.close()
    assert of(found, "isis_adjacency", "egov_isis_adjacency_up") == {
        ("0000.0000.0003", "c", "ipv4", "2"): 1, ("0000.0000.0003", "c", "ipv6", "2"): 1,
    }, "the rows that SNMP has"  # fmt: skip
    assert of(found, "ipv6_route", "egov_ipv6_routes")["connected", ""]


async def test_a_daemon_that_is_killed_leaves_no_neighbour_that_looks_alive(
    routers: Routers, bench: Bench, tmp_path: Path
) -> None:
    router = routers["r1"]
    neighbor = ("10.0.0.2", "a")
    with sshd(router, tmp_path / "sshd") as server:
        one = poller(bench, server, tmp_path / "sshd")
        first = await one.visit(bench.question())
        assert of(first, "ospfv3_neighbor", "egov_ospfv3_neighbor_up") == {neighbor: 1}
        router.stop("ospf6d")
        try:
            killed = await one.visit(bench.question())
        finally:
            router.start("ospf6d")
            router.run("vtysh", "-b")
            wait_for(router.settled, "r1 to find its neighbours")
        up = [one for one in killed.facts if isinstance(one, Ospfv3Neighbor) and one.up]
        assert up == []
        told = {one.name: one for one in killed.tables}.get("ospfv3_neighbor")
        assert told is None or not told.keys
        again = await one.visit(bench.question())
        assert of(again, "ospfv3_neighbor", "egov_ospfv3_neighbor_up") == {neighbor: 1}
        await one.close()


async def test_a_route_that_comes_is_counted(
    routers: Routers, bench: Bench, tmp_path: Path
) -> None:
    router = routers["r1"]
    route = f"ipv6 route 2001:db8:ffff::/48 {Router('r1').peer('a', 6)}"
    with sshd(router, tmp_path / "sshd") as server:
        one = poller(bench, server, tmp_path / "sshd")

        async def static() -> object:
            found = await one.visit(bench.question())
            return of(found, "ipv6_route", "egov_ipv6_routes").get(("static", ""), 0)

        assert await static() == 0
        router.configure(route)
        try:
            wait_for(lambda: "S>" in router.typed("show ipv6 route static"), "the route")
            assert await static() == 1
        finally:
            router.configure(f"no {route}")
        wait_for(lambda: "S>" not in router.typed("show ipv6 route static"), "the route to go")
        assert await static() == 0
        await one.close()
