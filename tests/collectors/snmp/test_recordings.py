"""Recordings of real devices: our interface table against values that a second script derives."""

import pytest

from collectors.contract import Table
from tests.collectors.snmp import derive
from tests.collectors.snmp.agent import RECORDINGS, Agent, recorded
from tests.collectors.snmp.conftest import Visiting, samples, table, texts


def _ours(found: Table) -> derive.Golden:
    golden: derive.Golden = {}
    for one in found.samples:
        labels = dict(one.labels)
        values = samples(found, one.family, **labels)
        if values:
            golden[one.family, labels.get("cast", "")] = {k[0]: int(v) for k, v in values.items()}
    return golden


@pytest.mark.parametrize("recording", RECORDINGS)
async def test_every_interface_of_a_recording_has_its_golden_values(
    recording: str, visiting: Visiting
) -> None:
    async with Agent(recorded(recording)) as agent:
        watch = visiting(agent)
        first = await watch.visit()
        second = await watch.visit()
    expected = derive.interfaces(recording)
    for observation in (first, second):
        assert observation.failures == ()
        ours = _ours(table(observation, "interface"))
        assert {key: ours[key] for key in expected} == expected
        assert set(ours) - set(expected) <= {
            ("egov_interface_last_change_timestamp_seconds", ""),
            ("egov_interface_discontinuity_timestamp_seconds", ""),
        }


@pytest.mark.parametrize("recording", RECORDINGS)
async def test_nothing_that_a_recording_lacks_is_asked_for_again(
    recording: str, visiting: Visiting
) -> None:
    async with Agent(recorded(recording)) as agent:
        watch = visiting(agent)
        await watch.visit()
        agent.asked.clear()
        await watch.visit()
        gone = await watch.visit()
    held = sorted(agent.objects)
    columns = {oid[:10] for _kind, oid in agent.asked if len(oid) >= 10}
    assert all(any(one[:10] == column for one in held) for column in columns)
    assert table(gone, "interface").complete


async def test_members_of_an_aggregate_name_it(visiting: Visiting) -> None:
    """The recording of the H3C chassis has three bridge aggregations."""
    async with Agent(recorded("h3c-comware-7-1-075")) as agent:
        observation = await visiting(agent, uplinks={"Route-Aggregation1"}).visit()
    infos = texts(table(observation, "interface"), "egov_interface_info")
    members = {key: info["lag"] for key, info in infos.items() if info["lag"]}
    assert members
    assert {infos[key]["role"] for key in members} <= {"member"}
    assert all(infos[(lag,)]["type"] == "lag" for lag in members.values())
