"""Ruijie RGOS 10 and 11: a recording, newer and older tables, and what is not there."""

import pytest

from collectors.snmp.load import Loaded
from tests.collectors.snmp import derive_ruijie
from tests.collectors.snmp.agent import Agent, Cell, number
from tests.collectors.snmp.conftest import Visiting, table, texts
from tests.collectors.snmp.golden_lines import golden
from tests.collectors.snmp.switch import IF
from tests.collectors.snmp.vendor import device, of, row, visited

SWITCH = "1.3.6.1.4.1.4881.1.1.10.1.41"
RUIJIE = "1.3.6.1.4.1.4881.1.1.10.2"
FIBER = f"{RUIJIE}.105.1.1.1"
RECEIVE, TRANSMIT = "egov_optic_receive_power_dbm", "egov_optic_transmit_power_dbm"
CELSIUS, BIAS = "egov_optic_temperature_celsius", "egov_optic_bias_amperes"
INVALID = -10_000


async def test_the_recording_has_its_golden_values(visiting: Visiting, loaded: Loaded) -> None:
    name, lines = await visited("ruijie-s5750-24gt12sfp", derive_ruijie.SUBTREES, visiting, loaded)
    assert name == "ruijie-rgos"
    assert lines == golden("ruijie-s5750-24gt12sfp")
    assert lines == derive_ruijie.metrics("ruijie-s5750-24gt12sfp")


@pytest.mark.parametrize("family", ["1.1.10.1.165", "1.1.10.1.41", "1.3.1.1.73"])
def test_families_are_recognised(loaded: Loaded, family: str) -> None:
    object_id = f"1.3.6.1.4.1.4881.{family}"
    assert loaded.profiles.select(object_id, "Ruijie 10G Switch").name == "ruijie-rgos"


def fiber(index: int, ddm: int = 1, **cells: int) -> dict[str, Cell]:
    """Make a row of ruijieFiberTable; `rx1` is column 77, the first lane's received power."""
    columns = {"celsius": 17, "bias": 21, "rx": 76, "tx": 81}
    columns |= {f"bias{n}": 21 + 2 * n for n in (1, 2, 3, 4)}
    columns |= {f"rx{n}": 76 + n for n in (1, 2, 3, 4)} | {f"tx{n}": 81 + n for n in (1, 2, 3, 4)}
    found: dict[int, int | str] = {columns[key]: cell for key, cell in cells.items()}
    return row(FIBER, index, {15: ddm} | found)


async def test_power_in_hundredths_and_limits(visiting: Visiting) -> None:
    names = {1: "Te1/1", 2: "Te1/2", 3: "Te1/3", 4: "Te1/4"}
    limits: dict[int, int | str] = {93: -1440, 94: 50, 97: -820, 98: INVALID}
    async with Agent(device(SWITCH, names)) as agent:
        agent.put(fiber(1, celsius=36, bias=7636, rx=-254, tx=-229) | row(FIBER, 1, limits))
        agent.put(fiber(2, celsius=0, bias=7000, rx=-4000, tx=150))
        agent.put(fiber(3, ddm=2, celsius=0, bias=0, rx=INVALID, tx=INVALID))  # no diagnostics
        agent.put(fiber(4, celsius=-255, bias=0, rx=INVALID, tx=INVALID))
        observation = await visiting(agent).visit()
    assert of(observation, "optic", RECEIVE) == {"Te1/1 1": -2.54, "Te1/2 1": -40}
    assert of(observation, "optic", TRANSMIT) == {"Te1/1 1": -2.29, "Te1/2 1": 1.5}
    assert of(observation, "optic", CELSIUS) == {"Te1/1 1": 36, "Te1/2 1": 0}
    bias = of(observation, "optic", BIAS)
    assert bias == pytest.approx({"Te1/1 1": 0.007636, "Te1/2 1": 0.007, "Te1/4 1": 0})
    low = of(observation, "optic", "egov_optic_receive_power_low_dbm")
    assert low == {"Te1/1 1": -14.4}
    assert of(observation, "optic", "egov_optic_transmit_power_low_dbm") == {}


@pytest.mark.parametrize(
    ("integer", "hundredths", "sign", "dbm"),
    [
        (-7, 21, -1, -7.21),
        (-7, -21, -1, -7.21),
        (2, 5, 1, 2.05),
        (0, 50, -1, -0.5),
        (0, 50, 1, 0.5),
        (0, 50, None, None),  # of 0 nobody knows on which side
        (-7, 21, None, -7.21),
        (-40, 0, -1, -40),
        (-100, -100, 1, None),
    ],
)
async def test_power_in_three_columns(
    visiting: Visiting, integer: int, hundredths: int, sign: int | None, dbm: float | None
) -> None:
    async with Agent(device(SWITCH, {1: "Te1/1"})) as agent:
        agent.put(fiber(1, celsius=36, bias=7636))
        agent.put(row(FIBER, 1, {31: integer, 32: hundredths, 51: integer, 52: hundredths}))
        if sign is not None:
            agent.put(row(FIBER, 1, {66: sign, 71: sign}))
        observation = await visiting(agent).visit()
    wanted = {} if dbm is None else {"Te1/1 1": dbm}
    assert of(observation, "optic", RECEIVE) == wanted
    assert of(observation, "optic", TRANSMIT) == wanted


async def test_each_lane_of_a_qsfp_has_its_power(visiting: Visiting) -> None:
    names = {1: "Fo1/1", 2: "Te1/2", 3: "Fo1/3"}
    async with Agent(device(SWITCH, names)) as agent:
        lanes = {f"rx{n}": -100 * n for n in (1, 2, 3)} | {f"tx{n}": -50 * n for n in (1, 2, 3, 4)}
        lanes |= {f"bias{n}": 6000 + n for n in (1, 2, 3, 4)}
        agent.put(fiber(1, celsius=41, bias=0, rx=INVALID, tx=INVALID, rx4=-4000, **lanes))
        none = {f"{way}{n}": INVALID for way in ("rx", "tx") for n in (1, 2, 3, 4)}
        none |= {f"bias{n}": 0 for n in (1, 2, 3, 4)}
        agent.put(fiber(2, celsius=36, bias=7636, rx=-254, tx=-229, **none))
        agent.put(fiber(3, ddm=2, celsius=0, bias=0, rx=INVALID, tx=INVALID, **none))
        observation = await visiting(agent).visit()
    assert of(observation, "optic", RECEIVE) == {
        "Fo1/1 1": -1, "Fo1/1 2": -2, "Fo1/1 3": -3, "Fo1/1 4": -40, "Te1/2 1": -2.54,
    }  # fmt: skip
    assert of(observation, "optic", TRANSMIT) == {
        "Fo1/1 1": -0.5, "Fo1/1 2": -1, "Fo1/1 3": -1.5, "Fo1/1 4": -2, "Te1/2 1": -2.29,
    }  # fmt: skip
    assert of(observation, "optic", CELSIUS) == {"Fo1/1 1": 41, "Te1/2 1": 36}
    assert of(observation, "optic", BIAS) == pytest.approx(
        {"Te1/2 1": 0.007636} | {f"Fo1/1 {n}": (6000 + n) / 1e6 for n in (1, 2, 3, 4)}
    )


async def test_eight_lanes_of_a_qsfp_dd(visiting: Visiting) -> None:
    """The first four stand in both tables."""
    async with Agent(device(SWITCH, {1: "FHGE1/1"})) as agent:
        first = {f"rx{n}": -100 * n for n in (1, 2, 3, 4)}
        agent.put(fiber(1, celsius=55, bias=0, rx=INVALID, tx=INVALID, **first))
        for lane in range(1, 9):
            power = -100 * lane if lane < 8 else INVALID
            agent.put(row(f"{RUIJIE}.105.1.4.1", f"1.{lane}", {3: 0, 5: power, 8: INVALID}))
        observation = await visiting(agent).visit()
    assert of(observation, "optic", RECEIVE) == {f"FHGE1/1 {n}": -n for n in range(1, 8)}


async def test_lanes_in_three_columns(visiting: Visiting) -> None:
    async with Agent(device(SWITCH, {1: "Fo1/1"})) as agent:
        agent.put(fiber(1, celsius=41, bias=0))
        agent.put(row(FIBER, 1, {31: -100, 32: -100, 66: 1, 51: -100, 52: -100, 71: 1}))
        for lane in (1, 2, 3, 4):
            receive: dict[int, int | str] = {31 + 4 * lane: -lane, 32 + 4 * lane: 5, 66 + lane: -1}
            send: dict[int, int | str] = {51 + 3 * lane: lane, 52 + 3 * lane: 7, 71 + lane: 1}
            agent.put(row(FIBER, 1, receive | send))
        observation = await visiting(agent).visit()
    assert of(observation, "optic", RECEIVE) == {f"Fo1/1 {n}": -n - 0.05 for n in (1, 2, 3, 4)}
    assert of(observation, "optic", TRANSMIT) == {f"Fo1/1 {n}": n + 0.07 for n in (1, 2, 3, 4)}


async def test_a_module_stands_at_its_port_alone(visiting: Visiting) -> None:
    """Neither at a sub-interface nor at the aggregate port of two members."""
    names = {1: "Te1/1", 2: "Te1/2", 7: "Te1/1.100", 9: "AggregatePort 1"}
    async with Agent(device(SWITCH, names)) as agent:
        agent.put({f"{IF}3.9": number(161)})
        for member in (1, 2):
            agent.put({f"1.3.6.1.2.1.31.1.2.1.3.9.{member}": number(1)})
            agent.put(fiber(member, celsius=36, bias=7636, rx=-254, tx=-229))
        observation = await visiting(agent).visit()
    assert set(of(observation, "optic", RECEIVE)) == {"Te1/1 1", "Te1/2 1"}
    infos = texts(table(observation, "interface"), "egov_interface_info")
    assert [infos[name,]["lag"] for name in ("Te1/1", "Te1/2")] == ["AggregatePort 1"] * 2


async def test_processors_of_slots_or_the_whole_and_never_both(visiting: Visiting) -> None:
    family = "egov_device_cpu_ratio"
    node = f"{RUIJIE}.36.1.2.1"
    async with Agent(device(SWITCH, {1: "Te1/1"})) as agent:
        agent.put({f"{RUIJIE}.36.1.1.2.0": number(39)})
        watch = visiting(agent)
        whole = of(await watch.visit(), "cpu", family)
        agent.put(row(node, 1, {2: "Slot 1/M1: CM II, Cpu 0", 4: 45}))
        agent.put(row(node, 2, {2: "Slot 1/1: LC, Cpu 0", 4: 0}) | row(node, 3, {4: 255}))
        slots = of(await watch.visit(300, everything=True), "cpu", family)
    assert whole == {"cpu": 0.39}
    assert slots == {"Slot 1/M1: CM II, Cpu 0": 0.45, "Slot 1/1: LC, Cpu 0": 0}


@pytest.mark.parametrize(
    ("pool", "ratio"),
    [
        ({2: "memory", 3: 50, 6: 262144, 8: 132132}, 0.5),
        ({2: "memory", 6: 262144, 8: 131072}, 0.5),  # what is free instead of used
        ({2: "memory", 6: 0, 8: 0}, None),
    ],
)
async def test_memory_used_or_what_is_free(
    visiting: Visiting, pool: dict[int, int | str], ratio: float | None
) -> None:
    async with Agent(device(SWITCH, {1: "Te1/1"})) as agent:
        agent.put(row(f"{RUIJIE}.35.1.1.1", 1, pool))
        observation = await visiting(agent).visit()
    wanted = {} if ratio is None else {"memory": ratio}
    assert of(observation, "memory", "egov_device_memory_ratio") == wanted


async def test_temperatures_that_are_invalid_are_none(visiting: Visiting) -> None:
    family = "egov_device_temperature_celsius"
    new, old = f"{RUIJIE}.1.1.44.1", f"{RUIJIE}.1.1.23.1"
    async with Agent(device(SWITCH, {1: "Te1/1"})) as agent:
        agent.put(row(old, 1, {2: "number 1:invalid", 3: 45}))
        agent.put(row(old, 2, {2: "number 2", 3: 0}) | row(old, 3, {2: "number 3", 3: 41}))
        watch = visiting(agent)
        older = of(await watch.visit(), "temperature", family)
        agent.put(row(new, "1.0.1", {4: "Board", 5: 38}) | row(new, "1.0.2", {4: "CPU", 5: -255}))
        agent.put(row(new, "1.1.1", {4: "Board:invalid", 5: 60}) | row(new, "2.0.1", {5: 39}))
        newer = of(await watch.visit(300, everything=True), "temperature", family)
    assert older == {"number 3": 41}
    assert newer == {"1/0 Board": 38, "2/0/1": 39}


STATES = {1: None, 2: 0, 3: 0, 4: 1, 5: 0, 6: None, 7: 0}


async def test_only_normal_fans_and_supplies_are_up(visiting: Visiting) -> None:
    system = f"{RUIJIE}.1.1"
    async with Agent(device(SWITCH, {1: "Te1/1"})) as agent:
        for state in STATES:
            agent.put(row(f"{system}.21.1", state, {2: state}))
            agent.put(row(f"{system}.18.1", state, {2: state}))
        watch = visiting(agent)
        older = await watch.visit()
        for state in STATES:
            agent.put(row(f"{system}.43.1", f"1.1.{state}", {4: state}))
            agent.put(row(f"{system}.41.1", f"1.{state}", {3: state}))
        newer = await watch.visit(300, everything=True)
    up = {state: value for state, value in STATES.items() if value is not None}
    for observation, fan, supply in ((older, "fan ", ""), (newer, "fan 1/1/", "1/")):
        fans = of(observation, "fan", "egov_device_fan_up")
        assert fans == {f"{fan}{state}": value for state, value in up.items()}
        supplies = of(observation, "power_supply", "egov_device_power_supply_up")
        assert supplies == {f"power supply {supply}{state}": value for state, value in up.items()}


async def test_members_of_a_virtual_switch(visiting: Visiting) -> None:
    async with Agent(device(SWITCH, {1: "Te1/1"})) as agent:
        for member, role in {1: 1, 2: 2}.items():
            agent.put(row(f"{RUIJIE}.102.1.2.2.1", member, {1: member, 6: role}))
        observation = await visiting(agent).visit()
    members = of(observation, "stack_member", "egov_device_stack_member_up")
    assert members == {"1": 1, "2": 1}
    infos = texts(table(observation, "stack_member"), "egov_device_stack_member_info")
    assert [infos[member,]["role"] for member in "12"] == ["master", "standby"]
