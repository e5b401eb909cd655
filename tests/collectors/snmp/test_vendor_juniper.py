"""Juniper: a recording, a virtual chassis, modules of several lanes."""

import pytest

from collectors.snmp.load import Loaded
from tests.collectors.snmp import derive_juniper
from tests.collectors.snmp.agent import Agent, Cell, number, text
from tests.collectors.snmp.conftest import START, Visiting, samples, table, texts
from tests.collectors.snmp.golden_lines import golden
from tests.collectors.snmp.switch import TICKS
from tests.collectors.snmp.vendor import SEEN_AT, device, of, row, visited

SWITCH = "1.3.6.1.4.1.2636.1.1.1.2.31"
PARTS, FRUS, DOM = derive_juniper.PARTS, derive_juniper.FRUS, derive_juniper.DOM
LANES = "1.3.6.1.4.1.2636.3.60.1.2.1.1"
RECEIVE, TRANSMIT = "egov_optic_receive_power_dbm", "egov_optic_transmit_power_dbm"
FINE, DARK = "000000", "800000"


async def test_the_recording_has_its_golden_values(visiting: Visiting, loaded: Loaded) -> None:
    name, lines = await visited(
        "juniper-mx960-13-3r9-13", derive_juniper.SUBTREES, visiting, loaded
    )
    assert name == "juniper-junos"
    assert lines == golden("juniper-mx960-13-3r9-13")
    assert lines == derive_juniper.metrics("juniper-mx960-13-3r9-13")


def module(index: int, cells: dict[int, int | str], alarms: str = FINE) -> dict[str, Cell]:
    return {f"{DOM}.1.{index}": text(bytes.fromhex(alarms))} | row(DOM, index, cells)


@pytest.mark.parametrize(
    ("cells", "alarms", "receive"),
    [
        ({5: -721, 6: 34500, 7: -206, 8: 22}, FINE, -7.21),
        ({5: 0, 6: 34500, 7: -206, 8: 22}, DARK, -40),
        ({5: 0, 6: 34500, 7: -206, 8: 22}, "080000", -40),  # too low, and no word of a loss
        ({5: 0, 6: 34500, 7: -206, 8: 22}, FINE, 0),  # one milliwatt exactly
        ({5: -4500, 6: 34500, 7: -206, 8: 22}, FINE, -40),
        ({5: 0, 6: 0, 7: 0, 8: 0, 21: 0}, FINE, None),  # no diagnostics
    ],
)
async def test_no_light_is_no_power_of_one_milliwatt(
    visiting: Visiting, cells: dict[int, int | str], alarms: str, receive: float | None
) -> None:
    async with Agent(device(SWITCH, {501: "xe-0/0/1"})) as agent:
        agent.put(module(501, cells, alarms))
        observation = await visiting(agent).visit()
    wanted = {} if receive is None else {"xe-0/0/1 1": receive}
    assert of(observation, "optic", RECEIVE) == wanted


async def test_each_lane_has_its_power_and_the_module_its_temperature(visiting: Visiting) -> None:
    async with Agent(device(SWITCH, {501: "et-0/0/48"})) as agent:
        agent.put(module(501, {5: -300, 6: 40000, 7: 100, 8: 41, 9: 340, 10: -1449, 17: 400}))
        for lane, (receive, bias, transmit) in enumerate(
            [(-210, 37880, 100), (0, 39150, 90), (0, 38000, 0), (-240, 37820, -50)]
        ):
            alarms = text(
                bytes.fromhex(
                    "44" if receive == 0 and lane == 2 else "40" if receive == 0 else "00"
                )
            )
            agent.put({f"{LANES}.2.501.{lane}": alarms})
            agent.put(row(LANES, f"501.{lane}", {6: receive, 7: bias, 8: transmit}))
        observation = await visiting(agent).visit()
    name = "et-0/0/48 "
    assert of(observation, "optic", RECEIVE) == {
        name + "1": -2.1, name + "2": -40, name + "3": -40, name + "4": -2.4,
    }  # fmt: skip
    assert of(observation, "optic", TRANSMIT) == {
        name + "1": 1, name + "2": 0.9, name + "3": -40, name + "4": -0.5,
    }  # fmt: skip
    assert of(observation, "optic", "egov_optic_temperature_celsius") == {name + "1": 41}
    limits = of(observation, "optic", "egov_optic_receive_power_low_dbm")
    assert limits == {name + str(lane): -14.49 for lane in (1, 2, 3, 4)}


async def test_an_empty_bay_is_no_failed_fan(visiting: Visiting) -> None:
    states = {1: 6, 2: 8, 3: 2, 4: 1, 5: 3, 6: 6}
    async with Agent(device(SWITCH, {501: "xe-0/0/1"})) as agent:
        for bay, state in states.items():
            agent.put(
                row(FRUS, f"2.{bay}.0.0", {5: f"PSU {bay}", 6: 7 if bay < 6 else 18, 8: state})
            )
            agent.put(row(FRUS, f"4.{bay}.0.0", {5: f"Fan {bay}", 6: 13, 8: state}))
        agent.put(row(PARTS, "4.6.0.0", {5: "Fan 6", 6: 6, 7: 0, 8: 0, 11: 0, 15: 0}))
        agent.put(row(FRUS, "7.1.0.0", {5: "FPC 0", 6: 3, 8: 6}))
        observation = await visiting(agent).visit()
    assert of(observation, "power_supply", "egov_device_power_supply_up") == {
        "PSU 1": 1, "PSU 2": 0, "PSU 5": 1, "PSU 6": 1,
    }  # fmt: skip
    assert of(observation, "fan", "egov_device_fan_up") == {
        "Fan 1": 1, "Fan 2": 0, "Fan 5": 1, "Fan 6": 0,
    }  # fmt: skip


async def test_only_what_has_memory_has_a_processor(visiting: Visiting) -> None:
    async with Agent(device(SWITCH, {501: "xe-0/0/1"})) as agent:
        agent.put(
            row(
                PARTS,
                "9.1.0.0",
                {5: "Routing Engine 0", 6: 2, 7: 45, 8: 90, 11: 33, 15: 2048, 23: 12},
            )
        )
        agent.put(
            row(PARTS, "9.2.0.0", {5: "Routing Engine 1", 6: 7, 7: 255, 8: 0, 11: 0, 15: 2048})
        )
        agent.put(row(PARTS, "8.1.1.0", {5: "PIC", 6: 2, 7: 0, 8: 0, 11: 0, 15: 0}))
        observation = await visiting(agent).visit()
    assert of(observation, "cpu", "egov_device_cpu_ratio") == {
        "Routing Engine 0": 0.12, "Routing Engine 1": 0,
    }  # fmt: skip
    assert of(observation, "memory", "egov_device_memory_ratio") == {"Routing Engine 0": 0.33}
    assert of(observation, "temperature", "egov_device_temperature_celsius") == {
        "Routing Engine 0": 45,
    }  # fmt: skip


async def test_members_of_a_virtual_chassis(visiting: Visiting) -> None:
    roles = "1.3.6.1.4.1.2636.3.40.1.4.1.1.1.3."
    async with Agent(device(SWITCH, {501: "xe-0/0/1"})) as agent:
        agent.put({f"{roles}{member}": number(role) for member, role in {0: 1, 1: 2, 5: 3}.items()})
        observation = await visiting(agent).visit()
    assert of(observation, "stack_member", "egov_device_stack_member_up") == {
        "0": 1,
        "1": 1,
        "5": 1,
    }
    infos = texts(table(observation, "stack_member"), "egov_device_stack_member_info")
    assert [infos[member,]["role"] for member in "015"] == ["master", "standby", "member"]


async def test_the_last_commit(visiting: Visiting) -> None:
    config = "1.3.6.1.4.1.2636.3.18.1."
    async with Agent(device(SWITCH, {501: "xe-0/0/1"})) as agent:
        agent.put({f"{config}2.0": number(50_000, TICKS)})
        watch = visiting(agent)
        relative = await watch.visit()
        date = START.timetuple()
        octets = bytes(
            (date.tm_year >> 8, date.tm_year & 255, date.tm_mon, date.tm_mday, 16, 0, 0, 0)
        )
        agent.put({f"{config}3.0": text(octets + b"+\x08\x00")})
        dated = await watch.visit(3600)
    family = "egov_device_config_changed_timestamp_seconds"
    assert samples(table(relative, "device_config"), family) == {(): int(SEEN_AT) - 1000 + 500}
    assert samples(table(dated, "device_config"), family) == {(): int(START.timestamp())}


@pytest.mark.parametrize(
    ("description", "model", "version"),
    [
        ("Juniper Networks, Inc. ex4300-48t Ethernet Switch, kernel JUNOS 18.4R3.3, Build date",
         "ex4300-48t", "18.4R3.3"),
        ("Juniper Networks, Inc. qfx5120-48y-8c Ethernet Switch, kernel JUNOS 21.4R3-S5.4",
         "qfx5120-48y-8c", "21.4R3-S5.4"),
    ],
)  # fmt: skip
async def test_who_it_is(visiting: Visiting, description: str, model: str, version: str) -> None:
    async with Agent(device(SWITCH, {501: "xe-0/0/1"}, description)) as agent:
        agent.put({"1.3.6.1.4.1.2636.3.1.3.0": text("JN000000001")})
        observation = await visiting(agent).visit()
    info = texts(table(observation, "device"), "egov_device_info")[()]
    assert info == {
        "vendor": "Juniper",
        "model": model,
        "version": version,
        "serial": "JN000000001",
    }
