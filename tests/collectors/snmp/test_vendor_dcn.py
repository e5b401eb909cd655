"""Digital China, and Maipu, which has its software in some series: recordings, chassis, MyPower."""

import pytest

from collectors.snmp.load import Loaded
from tests.collectors.snmp import derive_dcn
from tests.collectors.snmp.agent import Agent, number
from tests.collectors.snmp.conftest import Visiting, table, texts
from tests.collectors.snmp.golden_lines import golden
from tests.collectors.snmp.vendor import device, of, row, visited

DCRS, MAIPU = derive_dcn.DCRS, derive_dcn.MAIPU
SWITCH, ROUTER = "1.3.6.1.4.1.6339.1.1.2.29", "1.3.6.1.4.1.5651.1.101.5"
CPU, MEMORY = "egov_device_cpu_ratio", "egov_device_memory_ratio"
CELSIUS = "egov_device_temperature_celsius"


@pytest.mark.parametrize(
    ("recording", "vendor", "base"),
    [("dcrs-5980-28t-dc", "Digital China", DCRS), ("maipu-sm4200-16gef8ge-ac", "Maipu", MAIPU)],
)
async def test_a_recording_has_its_golden_values(
    recording: str, vendor: str, base: str, visiting: Visiting, loaded: Loaded
) -> None:
    name, lines = await visited(recording, derive_dcn.SUBTREES, visiting, loaded)
    assert name == ("dcrs-switch" if base == DCRS else "maipu-mypower")
    assert lines == golden(recording)
    assert lines == derive_dcn.metrics(recording, vendor, base)


@pytest.mark.parametrize("base", [DCRS, MAIPU])
async def test_a_chassis_has_a_row_for_each_slot(visiting: Visiting, base: str) -> None:
    """The switch's own scalars say the same once more; a card without a processor says 0."""
    object_id = SWITCH if base == DCRS else ROUTER
    async with Agent(device(object_id, {1: "Ethernet1/1"})) as agent:
        agent.put(row(f"{base}.1.8.1", 1, {4: 80, 7: 512, 8: 128, 10: 41}))
        agent.put(row(f"{base}.1.8.1", 2, {4: 0, 7: 512, 8: 256, 10: 255}))
        agent.put(row(f"{base}.1.8.1", 3, {4: 0, 7: 0, 8: 0, 10: 0}))
        agent.put(
            {f"{base}.1.11.{n}.0": number(one) for n, one in {3: 81, 6: 9, 7: 3, 9: 41}.items()}
        )
        for slot, (there, status) in {1: (1, 0), 2: (1, 1), 3: (0, 2), 4: (1, 2)}.items():
            agent.put(row(f"{base}.1.7.1", slot, {2: there, 5: status}))
            agent.put(row(f"{base}.1.12.1", slot, {2: there, 3: min(status, 1)}))
        observation = await visiting(agent).visit()
    assert of(observation, "cpu", CPU) == {"slot 1": 0.2, "slot 2": 1}
    assert of(observation, "memory", MEMORY) == {"slot 1": 0.25, "slot 2": 0.5}
    assert of(observation, "temperature", CELSIUS) == {"slot 1": 41}
    assert of(observation, "power_supply", "egov_device_power_supply_up") == {
        "power supply 1": 1, "power supply 2": 0,
    }  # fmt: skip
    assert of(observation, "fan", "egov_device_fan_up") == {"fan 1": 1, "fan 2": 0, "fan 4": 0}


async def test_a_fixed_switch_with_two_supplies_and_much_memory(visiting: Visiting) -> None:
    async with Agent(device(SWITCH, {1: "Ethernet1/0/1"})) as agent:
        # 4 GiB - 1 and 3 GiB as Integer32
        agent.put({f"{DCRS}.1.11.6.0": number(-1), f"{DCRS}.1.11.7.0": number(-(1 << 30))})
        agent.put({f"{DCRS}.1.11.10.0": number(33), f"{DCRS}.1.11.9.0": number(0)})
        for supply, (there, works) in {1: (1, 1), 2: (1, 0), 3: (0, 0)}.items():
            agent.put(row(f"{DCRS}.1.23.1", supply, {2: there, 3: works}))
        observation = await visiting(agent).visit()
    assert of(observation, "cpu", CPU) == {"cpu": 0.33}
    assert of(observation, "memory", MEMORY) == {"memory": pytest.approx(0.75)}
    assert CELSIUS not in {
        one.family for t in observation.tables for one in t.samples if any(one.values)
    }
    assert of(observation, "power_supply", "egov_device_power_supply_up") == {
        "power supply 1": 1, "power supply 2": 0,
    }  # fmt: skip


async def test_a_mypower_router(visiting: Visiting) -> None:
    mpios = "1.3.6.1.4.1.5651.3.20.1.1"
    async with Agent(device(ROUTER, {1: "gigaethernet0"}, "MyPower MP3840 Version 6.2")) as agent:
        agent.put(row(f"{mpios}.3.5.1", 0, {10: 7}) | row(f"{mpios}.3.5.1", 1, {10: 9}))
        agent.put({f"{mpios}.1.1.0": number(250), f"{mpios}.1.8.0": number(1000)})
        agent.put({f"{mpios}.4.1.0": number(52), f"{mpios}.4.3.0": number(-1)})
        observation = await visiting(agent).visit()
    assert of(observation, "cpu", CPU) == {"cpu 0": 0.07, "cpu 1": 0.09}
    assert of(observation, "memory", MEMORY) == {"memory": 0.75}
    assert of(observation, "temperature", CELSIUS) == {"cpu": 52}
    info = texts(table(observation, "device"), "egov_device_info")[()]
    assert (info["vendor"], info["model"]) == ("Maipu", "MyPower MP3840")


async def test_a_module_has_lanes_and_limits(visiting: Visiting) -> None:
    cells: dict[int, int | str] = {
        2: "41", 3: "75", 4: "-5", 12: "37.9,39.2,38.0,37.8", 13: "80.00", 14: "5.00",
        17: "-2.10(W+),-2.40,-40.00,-inf", 18: "3.50", 19: "-13.90",
        22: "1.00,0.90,0.95,0.00", 23: "3.00", 24: "-9.40",
    }  # fmt: skip
    async with Agent(device(SWITCH, {49: "Ethernet1/0/49"})) as agent:
        agent.put(row(f"{DCRS}.30.1.1", 49, cells))
        observation = await visiting(agent).visit()
    name = "Ethernet1/0/49 "
    receive = of(observation, "optic", "egov_optic_receive_power_dbm")
    assert receive == {name + "1": -2.1, name + "2": -2.4, name + "3": -40}
    transmit = of(observation, "optic", "egov_optic_transmit_power_dbm")
    assert transmit == {name + "1": 1, name + "2": 0.9, name + "3": 0.95, name + "4": 0}
    bias = of(observation, "optic", "egov_optic_bias_amperes")
    assert bias == pytest.approx(
        {name + str(n): b / 10000 for n, b in enumerate((379, 392, 380, 378), 1)}
    )
    once = {
        "egov_optic_temperature_celsius": 41,
        "egov_optic_temperature_low_celsius": -5,
        "egov_optic_receive_power_low_dbm": -13.9,
        "egov_optic_transmit_power_high_dbm": 3,
        "egov_optic_bias_high_amperes": 0.08,
    }
    for family, value in once.items():
        assert of(observation, "optic", family) == {name + "1": value}
