"""H3C Comware 5 and 7: a recording, both places of its tables, and what is not there."""

import pytest

from collectors.snmp.load import Loaded
from tests.collectors.snmp import derive_h3c
from tests.collectors.snmp.agent import Agent, Cell, dotted, number
from tests.collectors.snmp.conftest import Visiting, samples, table, texts
from tests.collectors.snmp.golden_lines import golden
from tests.collectors.snmp.switch import IF, TICKS
from tests.collectors.snmp.vendor import SEEN_AT, device, entity, of, row, visited

SWITCH = "1.3.6.1.4.1.25506.1.578"
NEW, OLD = "1.3.6.1.4.1.25506.2", "1.3.6.1.4.1.2011.10.2"
STATE = "6.1.1.1.1"
OPTIC, LANE = f"{NEW}.70.1.1.1", f"{NEW}.70.1.2.1"
RECEIVE, TRANSMIT = "egov_optic_receive_power_dbm", "egov_optic_transmit_power_dbm"
CELSIUS, BIAS = "egov_optic_temperature_celsius", "egov_optic_bias_amperes"
NOTHING = 2147483647


async def test_the_recording_has_its_golden_values(visiting: Visiting, loaded: Loaded) -> None:
    name, lines = await visited("h3c-comware-7-1-075", derive_h3c.SUBTREES, visiting, loaded)
    assert name == "h3c-comware"
    assert lines == golden("h3c-comware-7-1-075")
    assert lines == derive_h3c.metrics("h3c-comware-7-1-075", SEEN_AT)


@pytest.mark.parametrize(
    "object_id",
    [
        "1.3.6.1.4.1.25506.1.921",
        "1.3.6.1.4.1.25506.1.578",
        "1.3.6.1.4.1.25506.1.612",
        "1.3.6.1.4.1.25506.11.1.101",
        "1.3.6.1.4.1.2011.10.1.88",
    ],
)
def test_families_are_recognised(loaded: Loaded, object_id: str) -> None:
    assert loaded.profiles.select(object_id, "H3C Comware Software VRP").name == "h3c-comware"


def board(style: str, index: int, name: str, **cells: int) -> dict[str, Cell]:
    """Make a row of hh3cEntityExtStateTable and its entity."""
    columns = {"cpu": 6, "limit": 7, "memory": 8, "celsius": 12}
    found: dict[int, int | str] = {columns[key]: cell for key, cell in cells.items()}
    return row(f"{style}.{STATE}", index, found) | entity(index, name)


@pytest.mark.parametrize("styles", [(NEW,), (OLD,), (NEW, OLD)])
async def test_the_same_tables_at_either_place_and_never_twice(
    visiting: Visiting, styles: tuple[str, ...]
) -> None:
    parts = {
        NEW: "1.3.6.1.4.1.25506.8.35.9.1",
        OLD: "1.3.6.1.4.1.2011.2.23.1.9.1",
    }
    async with Agent(device(SWITCH, {1: "GE1/0/1"})) as agent:
        for style in styles:
            agent.put(board(style, 5, "Board 1", cpu=9, limit=90, memory=40, celsius=36))
            agent.put(board(style, 6, "Port 1", cpu=0, limit=0, memory=0, celsius=65535))
            agent.put(row(f"{parts[style]}.1.1", 1, {2: 1}) | row(f"{parts[style]}.1.1", 2, {2: 2}))
            agent.put(row(f"{parts[style]}.2.1", 1, {2: 2}) | row(f"{parts[style]}.2.1", 2, {2: 3}))
            agent.put({f"{style}.4.1.1.1.0": number(50_000, TICKS)})
            agent.put({f"{style}.4.1.1.2.0": number(40_000, TICKS)})
            agent.put(row(f"{style}.70.1.1.1", 1, {8: 1, 9: -229, 12: -254, 15: 37, 17: 536}))
        observation = await visiting(agent).visit()
    assert observation.failures == ()
    assert of(observation, "cpu", "egov_device_cpu_ratio") == {"Board 1": 0.09}
    assert of(observation, "memory", "egov_device_memory_ratio") == {"Board 1": 0.4}
    assert of(observation, "temperature", "egov_device_temperature_celsius") == {"Board 1": 36}
    assert of(observation, "fan", "egov_device_fan_up") == {"fan 1": 1, "fan 2": 0}
    powers = of(observation, "power_supply", "egov_device_power_supply_up")
    assert powers == {"power supply 1": 0}
    assert of(observation, "optic", RECEIVE) == {"GE1/0/1 1": -2.54}
    assert of(observation, "optic", BIAS) == pytest.approx({"GE1/0/1 1": 0.00536})
    found = table(observation, "device_config")
    assert samples(found, "egov_device_config_unsaved") == {(): 1}
    info = texts(table(observation, "device"), "egov_device_info")[()]
    assert info["vendor"] == "H3C"


async def test_an_idle_board_is_one_and_a_port_is_none(visiting: Visiting) -> None:
    async with Agent(device(SWITCH, {1: "GE1/0/1"})) as agent:
        agent.put(board(NEW, 1, "Board 1", cpu=0, limit=99, memory=13))
        agent.put(board(NEW, 2, "Port 1", cpu=0, limit=0, memory=0))
        agent.put(board(NEW, 3, "Board 3", cpu=4))  # half a row
        agent.put(board(NEW, 4, "Port 2", cpu=0))
        agent.put(board(NEW, 5, "Board 5", cpu=NOTHING, limit=99, memory=255))
        observation = await visiting(agent).visit()
    assert of(observation, "cpu", "egov_device_cpu_ratio") == {"Board 1": 0, "Board 3": 0.04}
    assert of(observation, "memory", "egov_device_memory_ratio") == {"Board 1": 0.13}


async def test_a_switch_over_renames_no_board_and_chassis_keep_them_apart(
    visiting: Visiting,
) -> None:
    async with Agent(device(SWITCH, {1: "GE1/0/1"})) as agent:
        agent.put(entity(1, "stack", 11, contained_in=0, position=0))
        for chassis, start in ((1, 100), (2, 200)):
            agent.put(entity(start, "S7506", 3, contained_in=1, position=chassis))
            for slot in (4, 5):
                place = start + slot
                agent.put(entity(place + 10, f"slot {slot}", 5, contained_in=start, position=slot))
                role = "Master" if slot == 4 else "Standby"
                agent.put(board(NEW, place, f"{role} Board {slot}", cpu=slot, limit=99))
                agent.put(entity(place, f"{role} Board {slot}", contained_in=place + 10))
        watch = visiting(agent)
        before = of(await watch.visit(), "cpu", "egov_device_cpu_ratio")
        for place, name in ((104, "Standby Board 4"), (105, "Master Board 5")):
            agent.put(entity(place, name))
        after = of(await watch.visit(everything=True), "cpu", "egov_device_cpu_ratio")
    assert before == {
        "chassis 1 Board 4": 0.04,
        "chassis 1 Board 5": 0.05,
        "chassis 2 Board 4": 0.04,
        "chassis 2 Board 5": 0.05,
    }
    assert after == before


async def test_a_temperature_is_told_once_and_the_sensor_tells_it(visiting: Visiting) -> None:
    family = "egov_device_temperature_celsius"
    async with Agent(device(SWITCH, {1: "GE1/0/1"})) as agent:
        for index, celsius in {1: 37, 2: 37, 3: 65535, 4: NOTHING, 5: 0, 6: -1}.items():
            agent.put(board(NEW, index, f"part {index}", celsius=celsius))
        agent.put(row("1.3.6.1.2.1.99.1.1.1", 1, {1: 8, 2: 9, 3: 0, 4: 37, 5: 1}))
        watch = visiting(agent)
        boards = of(await watch.visit(), "temperature", family)
        agent.put(entity(2, "sensor 1", 8))
        sensors = of(await watch.visit(everything=True), "temperature", family)
        for index in (1, 2):
            agent.put(row(f"{NEW}.{STATE}", index, {12: 65535}))
        standard = of(await watch.visit(), "temperature", family)
    assert boards == {"part 1": 37, "part 2": 37}
    assert sensors == {"sensor 1": 37}
    assert standard == {"part 1": 37}


@pytest.mark.parametrize(
    "cells",
    [
        {8: 2, 9: NOTHING, 12: NOTHING, 15: NOTHING, 17: NOTHING},  # no diagnostics
        {8: 1, 9: NOTHING, 12: NOTHING, 15: NOTHING, 17: NOTHING},
        {8: 1, 9: 65535, 12: 65535, 15: 65535, 17: 65535},
        {8: 1, 9: 0, 12: 0, 15: 0, 17: 0},
    ],
)
async def test_no_module_has_no_values(visiting: Visiting, cells: dict[int, int | str]) -> None:
    async with Agent(device(SWITCH, {1: "GE1/0/1"})) as agent:
        limits: dict[int, int | str] = dict.fromkeys((18, 19, 26, 27, 30, 31, 34, 35), 0)
        agent.put(row(OPTIC, 1, cells | limits))
        observation = await visiting(agent).visit()
    assert all(set(one.values) <= {None} for one in table(observation, "optic").samples)


@pytest.mark.parametrize(
    ("power", "dbm"), [(-254, -2.54), (-4000, -40), (-4550, -40), (0, 0), (-1, -0.01)]
)
async def test_no_light_is_minus_40(visiting: Visiting, power: int, dbm: float) -> None:
    async with Agent(device(SWITCH, {1: "GE1/0/1"})) as agent:
        agent.put(row(OPTIC, 1, {8: 1, 9: -229, 12: power, 15: 37, 17: 536}))
        observation = await visiting(agent).visit()
    assert of(observation, "optic", RECEIVE) == {"GE1/0/1 1": dbm}


async def test_each_lane_has_its_power_and_the_module_its_temperature(visiting: Visiting) -> None:
    """Ports 1 and 2 have four lanes, the first of port 2 dark to the agent; port 3 is no QSFP."""
    names = {1: "FGE1/0/1", 2: "FGE1/0/2", 3: "XGE1/0/3"}
    async with Agent(device(SWITCH, names)) as agent:
        for index in names:
            agent.put(row(OPTIC, index, {8: 1, 9: -300, 12: -400, 15: 40 + index, 17: 600}))
            agent.put(row(OPTIC, index, {18: 73000, 19: -3000, 34: 12589, 35: 646}))
        for lane in (1, 2, 3, 4):
            agent.put(row(LANE, f"1.{lane}", {2: -100 * lane, 3: -110 * lane, 5: 650}))
            lit = lane > 1
            agent.put(row(LANE, f"2.{lane}", {2: -50 if lit else NOTHING, 3: NOTHING, 5: NOTHING}))
        agent.put(row(LANE, "3.1", {2: NOTHING, 3: NOTHING, 5: NOTHING}))
        observation = await visiting(agent).visit()
    assert of(observation, "optic", TRANSMIT) == {
        "FGE1/0/1 1": -1, "FGE1/0/1 2": -2, "FGE1/0/1 3": -3, "FGE1/0/1 4": -4,
        "FGE1/0/2 2": -0.5, "FGE1/0/2 3": -0.5, "FGE1/0/2 4": -0.5, "XGE1/0/3 1": -3,
    }  # fmt: skip
    assert of(observation, "optic", RECEIVE) == {
        "FGE1/0/1 1": -1.1, "FGE1/0/1 2": -2.2, "FGE1/0/1 3": -3.3, "FGE1/0/1 4": -4.4,
        "XGE1/0/3 1": -4,
    }  # fmt: skip
    once = {"FGE1/0/1 1": 41, "FGE1/0/2 2": 42, "XGE1/0/3 1": 43}
    assert of(observation, "optic", CELSIUS) == once
    low = of(observation, "optic", "egov_optic_receive_power_low_dbm")
    assert low == dict.fromkeys(once, -11.9)
    high = of(observation, "optic", "egov_optic_temperature_high_celsius")
    assert high == dict.fromkeys(once, 73)


async def test_a_module_stands_at_its_port_alone(visiting: Visiting) -> None:
    """Neither at a sub-interface nor at the aggregation of two ports."""
    names = {1: "GE1/0/1", 2: "GE1/0/2", 7: "GE1/0/1.100", 9: "Bridge-Aggregation1"}
    async with Agent(device(SWITCH, names)) as agent:
        agent.put({f"{IF}3.9": number(161)})
        for member in (1, 2):
            agent.put({f"1.2.840.10006.300.43.1.2.1.1.13.{member}": number(9)})
            agent.put(row(OPTIC, member, {8: 1, 9: -229, 12: -254, 15: 37, 17: 536}))
        observation = await visiting(agent).visit()
    assert set(of(observation, "optic", RECEIVE)) == {"GE1/0/1 1", "GE1/0/2 1"}
    infos = texts(table(observation, "interface"), "egov_interface_info")
    assert [infos[name,]["role"] for name in ("GE1/0/1", "GE1/0/2")] == ["member"] * 2


async def test_a_member_that_loads_is_not_up(visiting: Visiting) -> None:
    stack = f"{NEW}.91"
    async with Agent(device(SWITCH, {1: "GE1/0/1"})) as agent:
        for index, (member, role) in {10: (1, 2), 11: (1, 1), 20: (2, 3)}.items():
            agent.put(row(f"{stack}.3.1", index, {1: role, 2: member}))
        agent.put(row(f"{stack}.2.1", 3, {1: 1}) | row(f"{stack}.2.1", 4, {1: 2}))
        observation = await visiting(agent).visit()
    members = of(observation, "stack_member", "egov_device_stack_member_up")
    assert members == {"1": 1, "2": 0}
    infos = texts(table(observation, "stack_member"), "egov_device_stack_member_info")
    assert [infos[member,]["role"] for member in "12"] == ["master", "member"]


async def test_a_table_that_breaks_off_keeps_what_came(visiting: Visiting) -> None:
    async with Agent(device(SWITCH, {1: "GE1/0/1"})) as agent:
        for index in (1, 2, 3):
            agent.put(board(NEW, index, f"Board {index}", cpu=index, limit=99, memory=10 * index))
        agent.errors = [dotted(f"{NEW}.{STATE}.6.3")]
        observation = await visiting(agent).visit()
    cpu = table(observation, "cpu")
    assert not cpu.complete
    assert of(observation, "cpu", "egov_device_cpu_ratio") == {"Board 1": 0.01, "Board 2": 0.02}
    assert table(observation, "memory").complete
