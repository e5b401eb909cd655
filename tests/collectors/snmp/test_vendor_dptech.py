"""DPtech: a recording, a box without slots, and what fails."""

from collectors.snmp.load import Loaded
from tests.collectors.snmp import derive_dptech
from tests.collectors.snmp.agent import Agent, number
from tests.collectors.snmp.conftest import Visiting
from tests.collectors.snmp.golden_lines import golden
from tests.collectors.snmp.vendor import device, of, row, visited

FIREWALL = "1.3.6.1.4.1.31648.1.60012"
DPTECH = derive_dptech.DPTECH


async def test_the_recording_has_its_golden_values(visiting: Visiting, loaded: Loaded) -> None:
    name, lines = await visited("dptech-dpx800-a5", derive_dptech.SUBTREES, visiting, loaded)
    assert name == "dptech-conplat"
    assert lines == golden("dptech-dpx800-a5")
    assert lines == derive_dptech.metrics("dptech-dpx800-a5")


async def test_a_box_has_scalars_alone(visiting: Visiting) -> None:
    cells = {3: 5, 4: 37, 5: 29, 8: 0}
    async with Agent(device(FIREWALL, {1: "gige0_0"})) as agent:
        agent.put({f"{DPTECH}.3.15.{n}.0": number(one) for n, one in cells.items()})
        observation = await visiting(agent).visit()
    assert of(observation, "cpu", "egov_device_cpu_ratio") == {"cpu": 0.05}
    assert of(observation, "memory", "egov_device_memory_ratio") == {"memory": 0.29}
    assert of(observation, "temperature", "egov_device_temperature_celsius") == {"cpu": 37}


async def test_slots_count_and_the_scalars_of_the_master_do_not(visiting: Visiting) -> None:
    async with Agent(device(FIREWALL, {1: "gige0_0"})) as agent:
        agent.put({f"{DPTECH}.3.15.{n}.0": number(9) for n in (3, 4, 5, 8)})
        agent.put(row(f"{DPTECH}.6.1.1", 1, {6: 0, 7: 30, 16: 65535, 17: 27}))
        agent.put(row(f"{DPTECH}.6.1.1", 2, {6: 0, 7: 0, 16: 28, 17: 28}))
        observation = await visiting(agent).visit()
    assert of(observation, "cpu", "egov_device_cpu_ratio") == {"slot 1": 0}
    assert of(observation, "memory", "egov_device_memory_ratio") == {"slot 1": 0.3}
    assert of(observation, "temperature", "egov_device_temperature_celsius") == {
        "slot 1": 27, "slot 2": 28,
    }  # fmt: skip


async def test_what_is_not_0_is_a_fault(visiting: Visiting) -> None:
    async with Agent(device(FIREWALL, {1: "gige0_0"})) as agent:
        agent.put(row(f"{DPTECH}.3.15.11.1", "0.1", {3: 0}))
        agent.put(row(f"{DPTECH}.3.15.11.1", "0.2", {3: 1}))
        agent.put(row(f"{DPTECH}.3.15.12.1", "0.1", {3: 1}))
        observation = await visiting(agent).visit()
    assert of(observation, "power_supply", "egov_device_power_supply_up") == {
        "chassis 0 power supply 1": 1, "chassis 0 power supply 2": 0,
    }  # fmt: skip
    assert of(observation, "fan", "egov_device_fan_up") == {"chassis 0 fan 1": 0}
