"""ZTE ZXR10: a recording, and the layouts that it does not have."""

import pytest

from collectors.snmp.load import Loaded
from tests.collectors.snmp import derive_zte
from tests.collectors.snmp.agent import Agent, Cell, number, text
from tests.collectors.snmp.conftest import Visiting, samples, table, texts
from tests.collectors.snmp.golden_lines import golden
from tests.collectors.snmp.vendor import device, of, row, visited

NINE_THOUSAND = "1.3.6.1.4.1.3902.3.600.3.1.601"
FIVE_THOUSAND = "1.3.6.1.4.1.3902.3.100.614"
HARDWARE = "1.3.6.1.4.1.3902.3.600.2"
CPU, MEMORY = "egov_device_cpu_ratio", "egov_device_memory_ratio"


async def test_the_recording_has_its_golden_values(visiting: Visiting, loaded: Loaded) -> None:
    name, lines = await visited("zte-zrx10", derive_zte.SUBTREES, visiting, loaded)
    assert name == "zte-zxr10-9900"
    assert lines == golden("zte-zrx10")
    assert lines == derive_zte.metrics("zte-zrx10")


@pytest.mark.parametrize(
    ("object_id", "profile"),
    [
        (NINE_THOUSAND, "zte-zxr10-9900"),
        (FIVE_THOUSAND, "zte-zxr10"),
        ("1.3.6.1.4.1.3902.15.2.2.1.1", "zte-zxr10"),
        ("1.3.6.1.4.1.3902.3.6002.3.1.9", "zte-zxr10-5960"),
    ],
)
def test_families_are_recognised(loaded: Loaded, object_id: str, profile: str) -> None:
    assert loaded.profiles.select(object_id, "ZXR10").name == profile


async def test_the_newer_layout_of_the_hardware_tree(visiting: Visiting) -> None:
    """ZXR10-SYSTEM-HARDWARE-MIB: a description where the older one has the size of the memory."""
    entry = {3: "MPU", 4: 1, 5: 4096, 6: 42, 7: 99, 8: 17, 9: 98, 10: 97}
    async with Agent(device(NINE_THOUSAND, {1: "gei-0/1/0/1"}, "ZXR10 M6000")) as agent:
        agent.put(row(f"{HARDWARE}.1.1", "0.0.1.0", entry))
        agent.put(row(f"{HARDWARE}.1.1", "0.0.1.1", entry | {6: 43, 8: 18}))
        agent.put(row(f"{HARDWARE}.1.1", "0.0.2.0", entry | {5: 0, 6: 0, 8: 0}))
        agent.put(row(f"{HARDWARE}.3.1", "0.0.1.1", {1: 0, 2: 0, 3: 1, 4: 1, 5: 0, 6: "f", 7: 1}))
        agent.put(row(f"{HARDWARE}.3.1", "0.0.1.2", {1: 0, 2: 0, 3: 1, 4: 2, 5: 0, 6: "f", 7: 0}))
        agent.put(row(f"{HARDWARE}.4.1", "0.0", {1: 0, 2: 0, 3: 31, 4: 0, 5: 55, 6: 70, 7: 60}))
        agent.put(row(f"{HARDWARE}.5.1", "0.0.1.0.3", {7: "inlet", 9: 44}))
        agent.put(row(f"{HARDWARE}.5.1", "0.0.2.0.3", {7: "inlet", 9: 0}))
        for module, states in {1: (1, 1, 1), 2: (1, 2, 1), 3: (2, 0, 0), 4: (1, 0, 0)}.items():
            columns = dict(zip((4, 5, 7), states, strict=True))
            agent.put(row(f"{HARDWARE}.6.2.1", f"0.0.1.{module}", columns))
        agent.put({"1.3.6.1.4.1.3902.3.600.1.2.1.18.0.0": text("219000000001")})
        agent.put({"1.3.6.1.4.1.3902.3.600.1.2.1.7.0.0": number(40000000, 67)})
        observation = await visiting(agent).visit()
    assert observation.failures == ()
    assert of(observation, "cpu", CPU) == {"slot 0/0/1 unit 0": 0.17, "slot 0/0/1 unit 1": 0.18}
    assert of(observation, "memory", MEMORY) == {
        "slot 0/0/1 unit 0": 0.42, "slot 0/0/1 unit 1": 0.43,
    }  # fmt: skip
    assert of(observation, "temperature", "egov_device_temperature_celsius") == {
        "shelf 0.0": 31, "slot 0/0/1 inlet": 44,
    }  # fmt: skip
    assert of(observation, "fan", "egov_device_fan_up") == {"tray 1 fan 1": 1, "tray 1 fan 2": 0}
    assert of(observation, "power_supply", "egov_device_power_supply_up") == {
        "group 1 module 1": 1, "group 1 module 2": 0,
    }  # fmt: skip
    info = texts(table(observation, "device"), "egov_device_info")[()]
    assert info["serial"] == "219000000001"


async def test_a_switch_says_its_memory_in_percent(visiting: Visiting) -> None:
    """What the MIB calls octets is a percentage on the 5900 and 8900."""
    async with Agent(device(FIVE_THOUSAND, {1: "gei-1/1"}, "ZXR10 5950, V2.8.23")) as agent:
        agent.put(row("1.3.6.1.4.1.3902.3.3.1.1", 1, {3: 512, 4: 61, 11: 12, 12: 13}))
        agent.put(row("1.3.6.1.4.1.3902.3.3.1.1", 2, {3: 0, 4: 0, 12: 9}))
        agent.put(access("9.4", "9.9", "10.1", "82.5"))
        observation = await visiting(agent).visit()
    assert of(observation, "cpu", CPU) == {"unit 1": 0.12, "unit 2": 0.09}
    assert of(observation, "memory", MEMORY) == {"unit 1": 0.61}
    info = texts(table(observation, "device"), "egov_device_info")[()]
    assert (info["vendor"], info["model"]) == ("ZTE", "ZXR10 5950")
    assert info["version"] == "V2.8.23"


def access(*percentages: str) -> dict[str, Cell]:
    base = "1.3.6.1.4.1.3902.15.2.30.1"
    return {f"{base}.{n}.0": text(one) for n, one in zip((1, 2, 3, 5), percentages, strict=True)}


async def test_an_access_switch_writes_its_numbers_out(visiting: Visiting) -> None:
    async with Agent(device(FIVE_THOUSAND, {1: "gei-1/1"})) as agent:
        agent.put(access("9.4", "9.9", "10.1", "82.5"))
        observation = await visiting(agent).visit()
    assert of(observation, "cpu", CPU) == {"cpu": pytest.approx(0.099)}
    assert of(observation, "memory", MEMORY) == {"memory": 0.825}


@pytest.mark.parametrize(
    ("changed", "saved", "unsaved"),
    [
        ("07e3040811390900", "07e3031c11012700", 1),
        ("07e3031c11012700", "07e3040811390900", 0),
        ("07e3031c11012700", "0000000000000000", 1),  # never saved
        ("0000000000000000", "0000000000000000", None),
    ],
)
async def test_what_is_not_saved(
    visiting: Visiting, changed: str, saved: str, unsaved: int | None
) -> None:
    config = "1.3.6.1.4.1.3902.3.6000.90.1."
    async with Agent(device(NINE_THOUSAND, {1: "gei-0/1/0/1"})) as agent:
        agent.put({f"{config}1.0": text(bytes.fromhex(changed))})
        agent.put({f"{config}2.0": text(bytes.fromhex(saved))})
        observation = await visiting(agent).visit()
    found = samples(table(observation, "device_config"), "egov_device_config_unsaved")
    assert found == ({} if unsaved is None else {(): unsaved})


async def test_a_fan_that_stands_and_a_bay_that_is_empty(visiting: Visiting) -> None:
    async with Agent(device(NINE_THOUSAND, {1: "gei-0/1/0/1"})) as agent:
        for fan, states in {1: (2, 2), 2: (2, 1), 3: (1, 0)}.items():
            agent.put(
                row(f"{HARDWARE}.3.1", f"0.0.1.{fan}", dict(zip((2, 3), states, strict=True)))
            )
        for module, states in {1: (2, 2, 2), 2: (2, 2, 0), 3: (1, 0, 0)}.items():
            columns = dict(zip((2, 3, 4), states, strict=True))
            agent.put(row(f"{HARDWARE}.2.1", f"0.0.1.{module}", columns))
        observation = await visiting(agent).visit()
    assert of(observation, "fan", "egov_device_fan_up") == {"tray 1 fan 1": 1, "tray 1 fan 2": 0}
    assert of(observation, "power_supply", "egov_device_power_supply_up") == {
        "group 1 module 1": 1, "group 1 module 2": 0,
    }  # fmt: skip


async def test_the_same_tree_of_a_smaller_switch(visiting: Visiting) -> None:
    tree = "1.3.6.1.4.1.3902.3.6002.2"
    async with Agent(device("1.3.6.1.4.1.3902.3.6002.3.1.9", {1: "gei-0/1/1/1"})) as agent:
        unit: dict[int, int | str] = {3: "MP", 4: 1, 5: 2048, 6: 900, 8: 21, 33: 1000, 34: 3000}
        agent.put(row(f"{tree}.1.1", "0.0.1.0", unit))
        agent.put(row(f"{tree}.3.1", "0.0.1.1", {2: 0, 3: 1, 7: 1}))
        agent.put(row(f"{tree}.5.1", "0.0.1.0.1", {7: "CPU", 9: 51}))
        agent.put(row(f"{tree}.6.2.1", "0.0.1.1", {4: 1, 5: 1, 7: 2}))
        observation = await visiting(agent).visit()
    assert observation.failures == ()
    assert of(observation, "cpu", CPU) == {"slot 0/0/1 unit 0": 0.21}
    assert of(observation, "memory", MEMORY) == {"slot 0/0/1 unit 0": 0.75}
    celsius = of(observation, "temperature", "egov_device_temperature_celsius")
    assert celsius == {"slot 0/0/1 CPU": 51}
    assert of(observation, "fan", "egov_device_fan_up") == {"tray 1 fan 1": 1}
    supplies = of(observation, "power_supply", "egov_device_power_supply_up")
    assert supplies == {"group 1 module 1": 0}


MODULES = derive_zte.MODULES
RECEIVE, TRANSMIT = "egov_optic_receive_power_dbm", "egov_optic_transmit_power_dbm"
BIAS, CELSIUS = "egov_optic_bias_amperes", "egov_optic_temperature_celsius"
ONE = {3: 1, 18: "-9.073", 19: 1, 20: "-5.986", 21: 1, 22: "15.728", 23: 1, 24: "37.625", 25: 1}


def module(index: int, name: str, cells: dict[int, int | str]) -> dict[str, Cell]:
    silent: dict[int, int | str] = {
        34: "",
        35: 0,
        36: "",
        38: "",
        40: "",
        42: "",
        44: "",
        46: "",
        48: "",
    }
    return row(MODULES, index, {2: name} | silent | cells)


async def test_what_a_module_says_counts_where_its_flag_says_so(visiting: Visiting) -> None:
    names = {n: f"xgei-0/1/0/{n}" for n in range(1, 6)}
    lanes = {34: "-2.1", 35: 1, 36: "-2.4", 38: "-40.0", 40: "-2.2",
             42: "1.0", 44: "0.9", 46: "0.95", 48: "0.0"}  # fmt: skip
    nothing = {18: "", 19: 0, 20: "", 21: 0, 22: "0.000", 23: 0, 24: "0.000", 25: 0}
    async with Agent(device(NINE_THOUSAND, names)) as agent:
        agent.put(module(1, names[1], ONE) | module(2, names[2], ONE | {18: "-47.0"}))
        agent.put(module(3, names[3], {3: 0} | nothing) | module(4, names[4], {3: 1} | nothing))
        agent.put(module(5, names[5], {3: 1} | nothing | {24: "41.0", 25: 1} | lanes))
        observation = await visiting(agent).visit()
    assert observation.failures == ()
    assert of(observation, "optic", RECEIVE) == {
        "xgei-0/1/0/1 1": -9.073, "xgei-0/1/0/2 1": -40, "xgei-0/1/0/5 1": -2.1,
        "xgei-0/1/0/5 2": -2.4, "xgei-0/1/0/5 3": -40, "xgei-0/1/0/5 4": -2.2,
    }  # fmt: skip
    assert of(observation, "optic", TRANSMIT)["xgei-0/1/0/5 3"] == 0.95
    assert of(observation, "optic", BIAS)["xgei-0/1/0/1 1"] == pytest.approx(0.015728)
    celsius = of(observation, "optic", CELSIUS)
    assert celsius == {"xgei-0/1/0/1 1": 37.625, "xgei-0/1/0/2 1": 37.625, "xgei-0/1/0/5 1": 41}
