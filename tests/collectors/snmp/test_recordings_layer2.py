"""Recordings of real devices: neighbours and sizes against values that a second script derives."""

from collections import Counter

import pytest

from tests.collectors.snmp import derive_layer2
from tests.collectors.snmp.agent import RECORDINGS, SUBTREES, Agent, cell, dotted, lines
from tests.collectors.snmp.conftest import Visiting, samples, table

FAMILIES = {
    "egov_mac_addresses": "mac",
    "egov_vlans": "vlan",
    "egov_arp_entries": "arp",
    "egov_ipv6_neighbors": "ipv6_neighbor",
    "egov_stp_topology_changes_total": "stp",
    "egov_lag_members_up": "lag",
    "egov_bfd_session_up": "bfd",
    "egov_ntp_synchronised": "ntp",
}


@pytest.mark.parametrize("recording", RECORDINGS)
async def test_neighbours_and_sizes_of_a_recording_are_the_golden_ones(
    recording: str, visiting: Visiting
) -> None:
    subtrees = (*SUBTREES, *derive_layer2.SUBTREES)
    served = {dotted(oid): cell(tag, value) for oid, tag, value in lines(recording, subtrees)}
    async with Agent(served) as agent:
        observation = await visiting(agent).visit()
    assert observation.failures == ()
    tables = {one.name: one for one in observation.tables}
    found = {
        family: values
        for family, name in FAMILIES.items()
        if name in tables and (values := samples(tables[name], family))
    }
    assert found == derive_layer2.golden(recording)
    ports = Counter(key[0] for key in table(observation, "lldp").keys)
    assert ports == derive_layer2.lldp_ports(recording)
