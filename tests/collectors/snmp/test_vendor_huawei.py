"""Huawei VRP: a recording, and what devices say for things that are not there."""

import pytest

from collectors.snmp.load import Loaded
from tests.collectors.snmp import derive_huawei
from tests.collectors.snmp.agent import Agent, Cell, dotted, number, oid_octets
from tests.collectors.snmp.conftest import Visiting, samples, table, texts
from tests.collectors.snmp.golden_lines import golden
from tests.collectors.snmp.switch import GAUGE32, IF, TICKS, port
from tests.collectors.snmp.vendor import SEEN_AT, device, entity, of, row, visited

SWITCH = "1.3.6.1.4.1.2011.2.23.276"
STATE = "1.3.6.1.4.1.2011.5.25.31.1.1.1.1"
OPTIC = "1.3.6.1.4.1.2011.5.25.31.1.1.3.1"
POWER = "1.3.6.1.4.1.2011.5.25.31.1.1.18.1"
RECEIVE, TRANSMIT = "egov_optic_receive_power_dbm", "egov_optic_transmit_power_dbm"
CELSIUS, BIAS = "egov_optic_temperature_celsius", "egov_optic_bias_amperes"
NO_MODULE = {1: 5, 5: -255, 7: -1, 8: -1, 9: -1}


async def test_the_recording_has_its_golden_values(visiting: Visiting, loaded: Loaded) -> None:
    name, lines = await visited("huawei-s5720", derive_huawei.SUBTREES, visiting, loaded)
    assert name == "huawei-vrp"
    assert lines == golden("huawei-s5720")
    assert lines == derive_huawei.metrics("huawei-s5720", SEEN_AT)


@pytest.mark.parametrize(
    ("object_id", "description", "profile"),
    [
        ("1.3.6.1.4.1.2011.2.279.3", "S12704 Huawei Versatile Routing Platform", "huawei-vrp"),
        (SWITCH, "S5720-36C-EI-AC \r\nHuawei Versatile Routing Platform", "huawei-vrp"),
        ("1.3.6.1.4.1.2011.2.239.1", "VRP (R) software, Version 8.180 (CE6851)", "huawei-vrp"),
        ("1.3.6.1.4.1.2011.2.224.6", "Huawei AR2220 VRP", "huawei-vrp"),
        ("1.3.6.1.4.1.2011.2.62.1", "NE40E VRP", "huawei-vrp"),
        ("1.3.6.1.4.1.2011.2.239.9", "Huawei YunShan OS Version 1.22.0.1", "huawei-vrp"),
        ("1.3.6.1.4.1.2011.2.89.5", "", "huawei-vrp"),
        ("1.3.6.1.4.1.2011.2.91.1", "Linux OceanStor 4.1", "generic"),
        ("1.3.6.1.4.1.2011.10.1.9", "H3C S3100", "h3c-comware"),
    ],
)
def test_families_are_recognised(
    loaded: Loaded, object_id: str, description: str, profile: str
) -> None:
    assert loaded.profiles.select(object_id, description).name == profile


def ports(names: dict[int, str]) -> dict[str, Cell]:
    """Make the port entities: entPhysicalIndex 1000 + ifIndex, named as the interface."""
    found: dict[str, Cell] = {}
    for index, name in names.items():
        found |= entity(1000 + index, name, 10)
    return found


@pytest.mark.parametrize(
    ("cells", "receive", "transmit"),
    [
        ({8: 331, 9: 385}, -4.8, -4.15),  # microwatts
        ({8: 0, 9: 385}, -40, -4.15),  # no light
        ({8: -721, 9: -240}, -7.21, -2.4),  # 0.01 dBm, as the MIB says
        ({8: -721, 9: 150}, -7.21, 1.5),  # above 1 mW, and in dBm as its receiver
        ({8: -4100, 9: -240}, -40, -2.4),
        ({8: 331, 9: 385, 32: "-480.00", 33: "-414.00"}, -4.8, -4.14),
        ({8: 0, 9: 500, 32: "-4000.00", 33: "-301.00"}, -40, -3.01),
        ({8: 331, 9: 385, 32: "-4.81", 33: "-4.15"}, -4.81, -4.15),  # dBm, as the MIB says
        ({8: 2147483647, 9: 65535}, None, None),
        ({8: -1, 9: -255}, None, None),
    ],
)
async def test_optical_power_in_both_encodings(
    visiting: Visiting, cells: dict[int, int | str], receive: float | None, transmit: float | None
) -> None:
    async with Agent(device(SWITCH, {1: "XGE0/0/1"})) as agent:
        agent.put(ports({1: "XGE0/0/1"}) | row(OPTIC, 1001, {1: 2, 5: 35, 7: 5818} | cells))
        observation = await visiting(agent).visit()
    wanted = {"XGE0/0/1 1": receive} if receive is not None else {}
    assert of(observation, "optic", RECEIVE) == wanted
    wanted = {"XGE0/0/1 1": transmit} if transmit is not None else {}
    assert of(observation, "optic", TRANSMIT) == wanted
    assert of(observation, "optic", CELSIUS) == {"XGE0/0/1 1": 35}
    assert of(observation, "optic", BIAS) == {"XGE0/0/1 1": pytest.approx(0.005818)}


@pytest.mark.parametrize(
    "cells",
    [
        NO_MODULE,
        {1: 1, 5: 0, 7: 0, 8: 0, 9: 0},  # notSupported
        {1: 7, 5: 30, 7: 0, 8: 0, 9: 0},  # copper
        {1: 2, 5: 0, 7: 0, 8: 0, 9: 0},  # a module without diagnostics
        {1: 2, 5: 0, 7: 0, 8: 0, 9: 0, 31: "0.00", 32: "0.00", 33: "0.00"},
        {1: 2, 5: 0, 7: 0, 8: 0, 9: 0, 31: "0,0,0,0", 32: "0,0,0,0", 33: "0,0,0,0"},
        {1: 2, 5: 2147483647, 7: 2147483647, 8: 2147483647, 9: 2147483647, 32: "", 33: ""},
        {1: 2, 5: -255, 7: -1, 8: 0, 9: 0},
    ],
)
async def test_no_module_has_no_values(visiting: Visiting, cells: dict[int, int | str]) -> None:
    async with Agent(device(SWITCH, {1: "GE0/0/1"})) as agent:
        agent.put(ports({1: "GE0/0/1"}) | row(OPTIC, 1001, {13: 0, 14: 0, **cells}))
        observation = await visiting(agent).visit()
    assert observation.failures == ()
    assert all(
        set(one.values) <= {None} for one in table(observation, "optic").samples
    )  # fmt: skip


async def test_each_lane_has_its_power_and_the_module_its_temperature(visiting: Visiting) -> None:
    lanes: dict[int, int | str] = {
        1: 2, 5: 41, 7: 0, 8: -1, 9: -1,
        31: "37.88,39.15,,37.82", 32: "-210.00,-240.00,--,-4000.00", 33: "100.00,90,95,0.00",
        13: -1390, 14: 350, 15: -940, 16: 300, 50: -5, 51: 75, 54: 5000, 55: 80000,
    }  # fmt: skip
    async with Agent(device(SWITCH, {1: "100GE1/0/1"})) as agent:
        agent.put(ports({1: "100GE1/0/1"}) | row(OPTIC, 1001, lanes))
        observation = await visiting(agent).visit()
    name = "100GE1/0/1 "
    assert of(observation, "optic", RECEIVE) == {
        name + "1": -2.1,
        name + "2": -2.4,
        name + "4": -40,
    }
    assert of(observation, "optic", TRANSMIT) == {
        name + "1": 1, name + "2": 0.9, name + "3": 0.95, name + "4": 0,
    }  # fmt: skip
    assert of(observation, "optic", BIAS) == pytest.approx(
        {name + "1": 0.03788, name + "2": 0.03915, name + "4": 0.03782}
    )
    once = {
        CELSIUS: 41,
        "egov_optic_receive_power_low_dbm": -13.9,
        "egov_optic_receive_power_high_dbm": 3.5,
        "egov_optic_transmit_power_low_dbm": -9.4,
        "egov_optic_transmit_power_high_dbm": 3,
        "egov_optic_temperature_low_celsius": -5,
        "egov_optic_temperature_high_celsius": 75,
        "egov_optic_bias_low_amperes": 0.005,
        "egov_optic_bias_high_amperes": 0.08,
    }
    found = {family: of(observation, "optic", family) for family in once}
    assert found == {family: {name + "1": value} for family, value in once.items()}


async def test_lanes_in_plain_dbm(visiting: Visiting) -> None:
    lanes: dict[int, int | str] = {1: 2, 5: 41, 7: 0, 8: -1, 9: -1}
    lanes |= {32: "-2.15,-2.40,-40.00", 33: "0.35,-1.00,0.00"}
    async with Agent(device(SWITCH, {1: "100GE1/0/1"})) as agent:
        agent.put(ports({1: "100GE1/0/1"}) | row(OPTIC, 1001, lanes))
        observation = await visiting(agent).visit()
    name = "100GE1/0/1 "
    receive, transmit = of(observation, "optic", RECEIVE), of(observation, "optic", TRANSMIT)
    assert receive == pytest.approx({name + "1": -2.15, name + "2": -2.4, name + "3": -40})
    assert transmit == pytest.approx({name + "1": 0.35, name + "2": -1, name + "3": 0})


async def test_a_module_stands_at_its_port_alone(visiting: Visiting) -> None:
    """Neither at sub-interfaces, to which its entity is mapped too, nor at the trunk above."""
    names = {1: "GE0/0/1", 2: "GE0/0/2", 7: "GE0/0/1.100", 9: "Eth-Trunk1"}
    async with Agent(device(SWITCH, names)) as agent:
        agent.put({f"{IF}3.9": number(161)})
        for member in (1, 2):
            agent.put({f"1.3.6.1.2.1.31.1.2.1.3.9.{member}": number(1)})
            agent.put(row(OPTIC, 1000 + member, {1: 2, 5: 30, 7: 6000, 8: 500, 9: 500}))
        agent.put(entity(1001, "GE0/0/1", 10) | entity(1002, "port 2", 10))
        for logical, (part, index) in enumerate([(1001, 7), (1001, 1), (1002, 2)]):
            pointer = (6, oid_octets(dotted(f"1.3.6.1.2.1.2.2.1.1.{index}")))
            agent.put({f"1.3.6.1.2.1.47.1.3.2.1.2.{part}.{logical}": pointer})
        observation = await visiting(agent).visit()
    assert set(of(observation, "optic", RECEIVE)) == {"GE0/0/1 1", "GE0/0/2 1"}
    infos = texts(table(observation, "interface"), "egov_interface_info")
    assert [infos[name,]["lag"] for name in ("GE0/0/1", "GE0/0/2")] == ["Eth-Trunk1"] * 2


async def test_a_port_that_is_shut_has_old_readings_and_a_left_out_one_none(
    visiting: Visiting,
) -> None:
    names = {1: "GE0/0/1", 2: "GE0/0/2"}
    async with Agent(device(SWITCH, names)) as agent:
        agent.put(ports(names))
        for index, admin in ((1, 12), (2, 11)):
            agent.put(row(OPTIC, 1000 + index, {1: 2, 5: 30, 7: 6000, 8: 500, 9: 500}))
            agent.put(row(STATE, 1000 + index, {1: admin}))
        observation = await visiting(agent).visit()
    assert set(of(observation, "optic", RECEIVE)) == {"GE0/0/2 1"}


async def test_only_boards_have_processors_memory_and_temperature(visiting: Visiting) -> None:
    boards = {  # usage, its limit, memory, its limit, temperature
        1: (0, 0, 0, 0, 0),
        2: (38, 95, 7, 90, 42),
        3: (0, 95, 12, 90, -1),
        4: (0, 0, 0, 0, 65535),
        5: (0, 0, 0, 0, 2147483647),
        6: (0, 0, 0, 0, -255),
        7: (0, 0, 0, 0, -12),
    }
    async with Agent(device(SWITCH, {1: "GE0/0/1"})) as agent:
        for index, cells in boards.items():
            columns = dict(zip((5, 6, 7, 8, 11), cells, strict=True))
            agent.put(row(STATE, index, columns) | entity(index, f"part {index}"))
        # the same processors once more, one by one
        agent.put(row("1.3.6.1.4.1.2011.6.3.4.1", "0.0.0", {3: 40}))
        agent.put(row("1.3.6.1.4.1.2011.6.3.4.1", "0.0.1", {3: 36}))
        agent.put(row("1.3.6.1.4.1.2011.6.3.5.1.1", "0.0.0", {2: 1000, 3: 930}))
        agent.put(row("1.3.6.1.4.1.2011.5.25.31.1.1.8.1", "0.1.2.3", {6: 42}))
        sensor = {1: 8, 2: 9, 3: 0, 4: 42, 5: 1}
        agent.put(row("1.3.6.1.2.1.99.1.1.1", 2, sensor))
        observation = await visiting(agent).visit()
    assert of(observation, "cpu", "egov_device_cpu_ratio") == {"part 2": 0.38, "part 3": 0}
    assert of(observation, "memory", "egov_device_memory_ratio") == {"part 2": 0.07, "part 3": 0.12}
    celsius = of(observation, "temperature", "egov_device_temperature_celsius")
    assert celsius == {"part 2": 42, "part 7": -12}


async def test_older_tables_count_where_boards_tell_nothing(visiting: Visiting) -> None:
    async with Agent(device(SWITCH, {1: "GE0/0/1"})) as agent:
        agent.put(row(STATE, 1, {5: 0, 6: 0, 7: 0, 8: 0, 11: 0}) | entity(1, "chassis", 3))
        cpus, pools = "1.3.6.1.4.1.2011.6.3.4.1", "1.3.6.1.4.1.2011.6.3.5.1.1"
        agent.put(row(cpus, "0.1.0", {3: 40}) | row(cpus, "0.1.1", {3: 255}))
        for index, (size, free) in {"0.1.0": (1000, 250), "0.1.1": (0, 0)}.items():
            agent.put({f"{pools}.2.{index}": number(size, GAUGE32)})
            agent.put({f"{pools}.3.{index}": number(free, GAUGE32)})
        agent.put(row("1.3.6.1.4.1.2011.5.25.31.1.1.8.1", "1.2.3.4", {6: 51}))
        observation = await visiting(agent).visit()
    assert of(observation, "cpu", "egov_device_cpu_ratio") == {"cpu 0/1/0": 0.4}
    assert of(observation, "memory", "egov_device_memory_ratio") == {"memory 0/1/0": 0.75}
    celsius = of(observation, "temperature", "egov_device_temperature_celsius")
    assert celsius == {"sensor 1.2.3.4": 51}


async def test_half_a_table_is_half_the_values_and_no_wrong_one(visiting: Visiting) -> None:
    """The columns of limits and of names are missing, and one more breaks off."""
    async with Agent(device(SWITCH, {1: "GE0/0/1"})) as agent:
        for index, used in {1: 0, 2: 38, 3: 0, 4: 9}.items():
            agent.put(row(STATE, index, {5: used}))
        agent.put(row(STATE, 1, {7: 20}) | row(STATE, 2, {7: 30}))
        agent.errors = [dotted(f"{STATE}.7.2")]
        observation = await visiting(agent).visit()
    assert of(observation, "cpu", "egov_device_cpu_ratio") == {"2": 0.38, "4": 0.09}
    assert not table(observation, "memory").complete
    assert of(observation, "memory", "egov_device_memory_ratio") == {"1": 0.2}


async def test_supplies_that_are_not_there_are_no_failed_ones(visiting: Visiting) -> None:
    states = {"0.1": (1, 1), "0.2": (1, 2), "0.3": (2, 2), "0.4": (1, 4), "0.5": (1, 3)}
    fans = {"0.1": (1, 1), "0.2": (1, 2), "0.3": (2, 2)}
    async with Agent(device(SWITCH, {1: "GE0/0/1"})) as agent:
        for index, (present, state) in states.items():
            agent.put(row(POWER, index, {5: present, 6: state}))
        for index, (present, state) in fans.items():
            agent.put(row("1.3.6.1.4.1.2011.5.25.31.1.1.10.1", index, {6: present, 7: state}))
        observation = await visiting(agent).visit()
    assert of(observation, "power_supply", "egov_device_power_supply_up") == {
        "slot 0 power 1": 1, "slot 0 power 2": 0, "slot 0 power 5": 0,
    }  # fmt: skip
    assert of(observation, "fan", "egov_device_fan_up") == {"slot 0 fan 1": 1, "slot 0 fan 2": 0}


@pytest.mark.parametrize(
    ("modified_s", "saved_s", "unsaved"),
    [
        (500, 400, 1),
        (400, 500, 0),
        (228, 0, 0),  # loading the configuration at the boot
        (900, 0, 1),  # never saved since
    ],
)
async def test_what_is_not_saved(
    visiting: Visiting, modified_s: int, saved_s: int, unsaved: int
) -> None:
    config = "1.3.6.1.4.1.2011.6.10.1.1."
    async with Agent(device(SWITCH, {1: "GE0/0/1"})) as agent:
        agent.put({f"{config}1.0": number(modified_s * 100, TICKS)})
        agent.put({f"{config}2.0": number(saved_s * 100, TICKS)})
        observation = await visiting(agent).visit()
    found = table(observation, "device_config")
    assert samples(found, "egov_device_config_unsaved") == {(): unsaved}
    changed = samples(found, "egov_device_config_changed_timestamp_seconds")
    assert changed == {(): int(SEEN_AT) - 1000 + modified_s}


async def test_members_of_a_cluster_and_what_is_none(visiting: Visiting) -> None:
    css = "1.3.6.1.4.1.2011.5.25.183.3.2.1.8."
    async with Agent(device(SWITCH, {1: "GE0/0/1"})) as agent:
        agent.put({f"{css}1": number(1), f"{css}2": number(2)})
        watch = visiting(agent)
        both = await watch.visit()
        agent.put({f"{css}1": number(4), f"{css}2": None})
        alone = await watch.visit()
    members = of(both, "stack_member", "egov_device_stack_member_up")
    assert members == {"1": 1, "2": 1}
    infos = texts(table(both, "stack_member"), "egov_device_stack_member_info")
    assert [infos[member,]["role"] for member in "12"] == ["master", "standby"]
    assert of(alone, "stack_member", "egov_device_stack_member_up") == {}


async def test_a_module_that_is_plugged_in_shows_at_the_next_reading(visiting: Visiting) -> None:
    async with Agent(device(SWITCH, {1: "GE0/0/1"})) as agent:
        agent.put(ports({1: "GE0/0/1"}) | row(OPTIC, 1001, NO_MODULE))
        watch = visiting(agent)
        before = await watch.visit()
        agent.put(row(OPTIC, 1001, {1: 2, 5: 30, 7: 6000, 8: 500, 9: 500}))
        agent.put(port(1, "GE0/0/1", 5))
        after = await watch.visit(300)
    assert of(before, "optic", RECEIVE) == {}
    assert of(after, "optic", RECEIVE) == {"GE0/0/1 1": -3.01}
