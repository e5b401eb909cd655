"""The whole service on the backbone: a neighbour whose row is gone does not count as nothing."""

import re
import sys
from pathlib import Path

import pytest

from tests.backbone.network import Running, wait_for
from tests.e2e.programs import answers, fetched, started, until
from tests.peers import free_port

pytestmark = [pytest.mark.peer, pytest.mark.slow]
INVENTORY = """\
sites: [{{id: county, name: County, level: county}}]
credentials: [{{id: routers, snmp: {{version: v2c, community: {{env: COMMUNITY}}}}}}]
devices:
  - id: r3
    address: {host}
    site: county
    role: core
    profile: auto
    snmp: {{credential: routers}}
    expect: {{ospfv3_neighbors: [10.0.0.2]}}
"""
AGENT = """\
inventory: {folder}/inventory.yaml
listen: 127.0.0.1:{port}
state: {folder}/state
ledger: {{path: {folder}/ledger}}
intervals: {{snmp: 1s}}
"""


def of(page: str, family: str, *labels: str) -> list[str]:
    """Return the values of a family whose labels include some."""
    lines = (line for line in page.splitlines() if line.startswith(family + "{"))
    return [line.rsplit(" ", 1)[1] for line in lines if all(one in line for one in labels)]


async def test_a_lost_neighbour_stays_with_0_and_fails_the_routing_of_its_router(
    routers: dict[str, Running], tmp_path: Path
) -> None:
    router, port = routers["r3"], free_port()
    (tmp_path / "inventory.yaml").write_text(INVENTORY.format(host=router.host))
    (tmp_path / "agent.yaml").write_text(AGENT.format(folder=tmp_path, port=port))
    command = [sys.executable, "-m", "agent.cli", "run", "-c", tmp_path / "agent.yaml"]
    url = f"http://127.0.0.1:{port}"

    def up() -> set[str]:
        page = fetched(f"{url}/metrics/target/r3")
        return set(of(page, "egov_ospfv3_neighbor_up", 'neighbor="10.0.0.2"'))

    def routing() -> list[str]:
        page = fetched(f"{url}/metrics/target/r3")
        states = ("passed", "failed", "unknown")
        found = {
            one: of(page, "egov_ipv6_ready_item", 'item="routing"', f'state="{one}"')
            for one in states
        }
        return [one for one, values in found.items() if values == ["1"]]

    with started(command, tmp_path / "agent.log", {"COMMUNITY": "public"}) as program:
        until(lambda: answers(f"{url}/-/ready"), "the agent", program)
        until(lambda: up() == {"1"}, "the neighbour", program)
        until(lambda: routing() == ["passed"], "the item", program)
        router.run("ip", "link", "set", "dev", "b", "down")
        try:
            until(lambda: up() == {"0"}, "the loss", program)
            until(lambda: routing() == ["failed"], "the failed item", program)
        finally:
            router.run("ip", "link", "set", "dev", "b", "up")
            wait_for(router.settled, "r3 to find its neighbours")
        until(lambda: up() == {"1"}, "the neighbour again", program)
        assert not re.search(r"Traceback", program.words())
