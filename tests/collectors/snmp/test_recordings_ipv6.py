"""Recordings of real devices: IPv6 against values that a second script derives."""

import pytest

from tests.collectors.snmp import derive_ipv6
from tests.collectors.snmp.agent import RECORDINGS, SUBTREES, Agent, recorded
from tests.collectors.snmp.conftest import Visiting, samples, table, texts

ND = ("1.3.6.1.2.1.4.35.",)
FAMILIES = {
    "egov_ipv6_forwarding": "ipv6",
    "egov_ipv6_routes": "ipv6_route",
    "egov_ipv6_default_route": "ipv6_default_route",
    "egov_ospfv3_neighbor_state": "ospfv3_neighbor",
    "egov_ospfv3_interface_state": "ospfv3_interface",
}


@pytest.mark.parametrize("recording", RECORDINGS)
async def test_ipv6_of_a_recording_is_the_golden_one(recording: str, visiting: Visiting) -> None:
    async with Agent(recorded(recording, (*SUBTREES, *derive_ipv6.SUBTREES, *ND))) as agent:
        watch = visiting(agent)
        first, second = await watch.visit(), await watch.visit(3700)
    for observation in (first, second):
        assert observation.failures == ()
        tables = {one.name: one for one in observation.tables}
        found: dict[str, derive_ipv6.Values] = {
            family: dict(values)
            for family, name in FAMILIES.items()
            if name in tables and (values := samples(tables[name], family))
        }
        if "ipv6_address" in tables:
            infos = texts(table(observation, "ipv6_address"), "egov_ipv6_address_info")
            addresses = {key: info["status"] for key, info in infos.items()}
            found |= {"egov_ipv6_address_info": addresses} if addresses else {}
        assert found == derive_ipv6.golden(recording)
