"""Cisco: a recording of IOS, and what IOS-XE and NX-OS have beyond it."""

import pytest

from collectors.snmp.load import Loaded
from tests.collectors.snmp import derive_cisco
from tests.collectors.snmp.agent import Agent, Cell, dotted, number, oid_octets, text
from tests.collectors.snmp.conftest import Visiting, samples, table, texts
from tests.collectors.snmp.golden_lines import golden
from tests.collectors.snmp.switch import COUNTER64, GAUGE32, TICKS
from tests.collectors.snmp.vendor import SEEN_AT, device, entity, of, row, visited

SWITCH, NEXUS = "1.3.6.1.4.1.9.1.2494", "1.3.6.1.4.1.9.12.3.1.3.1812"
CISCO = derive_cisco.CISCO
SENSOR, LIMIT = f"{CISCO}.91.1.1.1.1", f"{CISCO}.91.1.2.1.1"
RECEIVE, TRANSMIT = "egov_optic_receive_power_dbm", "egov_optic_transmit_power_dbm"
BIAS, HEAT = "egov_optic_bias_amperes", "egov_optic_temperature_celsius"
CELSIUS, MEMORY = "egov_device_temperature_celsius", "egov_device_memory_ratio"


async def test_the_recording_has_its_golden_values(visiting: Visiting, loaded: Loaded) -> None:
    name, lines = await visited("cisco-c3560", derive_cisco.SUBTREES, visiting, loaded)
    assert name == "cisco-ios"
    assert lines == golden("cisco-c3560")
    assert lines == derive_cisco.metrics("cisco-c3560", SEEN_AT)


@pytest.mark.parametrize(
    ("object_id", "profile"),
    [
        ("1.3.6.1.4.1.9.1.617", "cisco-ios"),
        (SWITCH, "cisco-ios"),
        (NEXUS, "cisco-ios"),
        ("1.3.6.1.4.1.9.6.1.83.24.1", "generic"),  # small business: another system
    ],
)
def test_families_are_recognised(loaded: Loaded, object_id: str, profile: str) -> None:
    assert loaded.profiles.select(object_id, "Cisco").name == profile


def mapped(part: int, index: int) -> dict[str, Cell]:
    """Map a port's entity to an interface."""
    pointer = (6, oid_octets(dotted(f"1.3.6.1.2.1.2.2.1.1.{index}")))
    return {f"1.3.6.1.2.1.47.1.3.2.1.2.{part}.0": pointer}


def sensor(
    index: int, name: str, kind: int, value: int, precision: int = 1, **more: int
) -> dict[str, Cell]:
    """Make a sensor: 14 dBm, 6 W, 5 A, 8 degrees; scale 9 is units, 8 thousandths."""
    cells = {1: kind, 2: more.get("scale", 9), 3: precision, 4: value, 5: more.get("status", 1)}
    return row(SENSOR, index, cells) | entity(index, name, 8, contained_in=more.get("inside", 0))


def transceiver(first: int, port: str, inside: int, receive: int = -51) -> dict[str, Cell]:
    """Make the sensors of a module as IOS names them."""
    return (
        sensor(first, f"{port} Module Temperature Sensor", 8, 231, inside=inside)
        | sensor(first + 1, f"{port} Bias Current Sensor", 5, 62, scale=8, inside=inside)
        | sensor(first + 2, f"{port} Transmit Power Sensor", 14, -22, inside=inside)
        | sensor(first + 3, f"{port} Receive Power Sensor", 14, receive, inside=inside)
    )


async def test_a_module_is_found_by_its_port(visiting: Visiting) -> None:
    """As the port itself, as what contains the sensor, beside it in the module, by name alone."""
    names = {1: "Te1/1/1", 2: "Te1/1/2", 3: "Te1/1/3", 4: "Ethernet1/4"}
    async with Agent(device(SWITCH, names)) as agent:
        agent.put(entity(100, "port one", 10) | mapped(100, 1) | transceiver(101, "x", 100))
        agent.put(entity(200, "SFP container", 9) | transceiver(201, "x", 200))
        agent.put(entity(210, "port two", 10, contained_in=200) | mapped(210, 2))
        agent.put(transceiver(301, "Te1/1/3", 0) | transceiver(401, "Ethernet1/4", 0, -400))
        observation = await visiting(agent).visit()
    ports = {f"{name} 1" for name in names.values()}
    for family in (RECEIVE, TRANSMIT, BIAS, HEAT):
        assert set(of(observation, "optic", family)) == ports
    assert of(observation, "optic", RECEIVE)["Te1/1/1 1"] == pytest.approx(-5.1)
    assert of(observation, "optic", RECEIVE)["Ethernet1/4 1"] == -40
    assert of(observation, "optic", BIAS)["Te1/1/2 1"] == pytest.approx(0.0062)
    assert of(observation, "optic", HEAT)["Te1/1/3 1"] == pytest.approx(23.1)
    assert of(observation, "temperature", CELSIUS) == {}


async def test_each_lane_has_its_power_and_limits_hold_for_the_lane(visiting: Visiting) -> None:
    async with Agent(device(NEXUS, {1: "Ethernet1/49"})) as agent:
        agent.put(entity(100, "Ethernet1/49", 10) | mapped(100, 1))
        agent.put(
            sensor(110, "Ethernet1/49 Lane 1 Transceiver Temperature Sensor", 8, 31, 0, inside=100)
        )
        for lane in (1, 2, 3, 4):
            name = f"Ethernet1/49 Lane {lane} Transceiver"
            agent.put(
                sensor(
                    110 + 10 * lane, f"{name} Receive Power Sensor", 14, -2000 - lane, 3, inside=100
                )
            )
            agent.put(
                sensor(
                    111 + 10 * lane,
                    f"{name} Transmit Power Sensor",
                    6,
                    1000,
                    0,
                    scale=7,
                    inside=100,
                )
            )
        for place, (severity, relation, value) in enumerate(
            [(30, 4, 3400), (10, 4, 2400), (10, 2, -13000), (30, 2, -14449)], 1
        ):
            agent.put(row(LIMIT, f"130.{place}", {2: severity, 3: relation, 4: value}))
        observation = await visiting(agent).visit()
    name = "Ethernet1/49 "
    assert of(observation, "optic", RECEIVE) == pytest.approx(
        {name + str(lane): -2 - lane / 1000 for lane in (1, 2, 3, 4)}
    )
    # a thousand microwatts
    assert of(observation, "optic", TRANSMIT) == {name + str(lane): 0 for lane in (1, 2, 3, 4)}
    assert of(observation, "optic", HEAT) == {name + "1": 31}
    low = of(observation, "optic", "egov_optic_receive_power_low_dbm")
    assert low == pytest.approx({name + "2": -14.449})
    high = of(observation, "optic", "egov_optic_receive_power_high_dbm")
    assert high == pytest.approx({name + "2": 3.4})


async def test_no_module_and_a_broken_sensor_have_no_values(visiting: Visiting) -> None:
    async with Agent(device(SWITCH, {1: "Te1/1/1"})) as agent:
        agent.put(entity(100, "Te1/1/1", 10) | mapped(100, 1))
        agent.put(sensor(101, "Te1/1/1 Receive Power Sensor", 14, 0, inside=100, status=2))
        agent.put(sensor(102, "Te1/1/1 Transmit Power Sensor", 14, -1000000000, inside=100))
        agent.put(sensor(103, "Te1/1/1 Module Temperature Sensor", 8, 1000000000, inside=100))
        observation = await visiting(agent).visit()
    assert all(set(one.values) <= {None} for one in table(observation, "optic").samples)
    assert of(observation, "temperature", CELSIUS) == {}


async def test_boards_count_once(visiting: Visiting) -> None:
    """The same thermometer, supply and fan stand in the newer MIBs and in CISCO-ENVMON-MIB."""
    async with Agent(device(SWITCH, {1: "Te1/1/1"})) as agent:
        agent.put(sensor(1006, "Switch 1 - Inlet Temp Sensor", 8, 28, 0))
        agent.put(row("1.3.6.1.2.1.99.1.1.1", 1006, {1: 8, 2: 9, 3: 0, 4: 28, 5: 1}))
        agent.put(row(f"{CISCO}.13.1.3.1", 1006, {2: "SW#1, Sensor#1, GREEN", 3: 28, 6: 1}))
        agent.put(row(f"{CISCO}.117.1.4.1.1", 1010, {1: 2}) | entity(1010, "Switch 1 - Fan 1", 7))
        agent.put(row(f"{CISCO}.117.1.4.1.1", 1011, {1: 4}) | entity(1011, "Switch 1 - Fan 2", 7))
        agent.put(row(f"{CISCO}.13.1.4.1", 1010, {2: "Switch#1, Fan#1", 3: 1}))
        for part, kind, state in ((1020, 6, 2), (1021, 6, 8), (1030, 9, 2)):
            agent.put(
                row(f"{CISCO}.117.1.1.2.1", part, {2: state}) | entity(part, f"part {part}", kind)
            )
        agent.put(row(f"{CISCO}.13.1.5.1", 1020, {2: "Sw1, PS1 Normal, RPS NotExist", 3: 1}))
        observation = await visiting(agent).visit()
    assert of(observation, "temperature", CELSIUS) == {"Switch 1 - Inlet Temp Sensor": 28}
    fans = of(observation, "fan", "egov_device_fan_up")
    assert fans == {"Switch 1 - Fan 1": 1, "Switch 1 - Fan 2": 0}
    supplies = of(observation, "power_supply", "egov_device_power_supply_up")
    assert supplies == {"part 1020": 1, "part 1021": 0}


async def test_a_state_in_a_description_makes_no_other_name(visiting: Visiting) -> None:
    base = f"{CISCO}.13.1"
    async with Agent(device(SWITCH, {1: "Gi0/1"})) as agent:
        agent.put(row(f"{base}.3.1", 1, {2: "SW#1, Sensor#1, GREEN", 3: 41, 6: 1}))
        agent.put(row(f"{base}.3.1", 2, {2: "chassis inlet", 3: 0, 6: 5}))
        agent.put(
            row(f"{base}.4.1", 1, {2: "Fan 1 Normal", 3: 1})
            | row(f"{base}.4.1", 2, {2: "Fan 2", 3: 5})
        )
        agent.put(row(f"{base}.5.1", 1, {2: "Sw1, PS1 Normal, RPS NotExist", 3: 1}))
        watch = visiting(agent)
        await watch.visit()
        agent.put(row(f"{base}.3.1", 1, {2: "SW#1, Sensor#1, RED", 3: 77, 6: 3}))
        agent.put(row(f"{base}.4.1", 1, {2: "Fan 1 Normal", 3: 6}))
        agent.put(row(f"{base}.5.1", 1, {2: "Sw1, PS1 Faulty, RPS NotExist", 3: 3}))
        observation = await watch.visit(3600)
    assert of(observation, "temperature", CELSIUS) == {"SW#1, Sensor#1": 77}
    assert of(observation, "fan", "egov_device_fan_up") == {"Fan 1": 0}
    assert of(observation, "power_supply", "egov_device_power_supply_up") == {"Sw1, PS1": 0}


async def test_memory_of_the_system_and_pools(visiting: Visiting) -> None:
    """IOS-XE: 64-bit where they are, no pool twice, and none that is full by design."""
    async with Agent(device(SWITCH, {1: "Te1/1/1"})) as agent:
        agent.put(row(f"{CISCO}.109.1.1.1.1", 1, {2: 1000, 4: 99}) | entity(1000, "Switch 1", 3))
        cpu = f"{CISCO}.109.1.1.1.1"
        agent.put(
            {f"{cpu}.{n}.1": number(v, GAUGE32) for n, v in {7: 12, 12: 3000, 13: 1000}.items()}
        )
        for pool, (name, used, free) in {
            1: ("Processor", 6 << 30, 2 << 30),
            2: ("lsmpi_io", 99, 1),
        }.items():
            base = f"{CISCO}.221.1.1.1.1"
            agent.put({f"{base}.3.1000.{pool}": text(name)})
            agent.put({f"{base}.18.1000.{pool}": number(used, COUNTER64)})
            agent.put({f"{base}.20.1000.{pool}": number(free, COUNTER64)})
            agent.put(row(f"{CISCO}.48.1.1.1", pool, {2: name, 5: 1, 6: 1}))
        observation = await visiting(agent).visit()
    assert of(observation, "cpu", "egov_device_cpu_ratio") == {"Switch 1": 0.12}
    assert of(observation, "memory", MEMORY) == {"Switch 1": 0.75, "Switch 1 Processor": 0.75}


async def test_members_of_a_stack(visiting: Visiting) -> None:
    base = f"{CISCO}.500.1.2.1.1"
    members = {1001: (1, 1, 4), 2001: (2, 4, 4), 3001: (3, 2, 6), 4001: (4, 2, 9), 5001: (5, 2, 11)}
    async with Agent(device(SWITCH, {1: "Te1/1/1"})) as agent:
        for part, cells in members.items():
            agent.put(row(base, part, dict(zip((1, 3, 6), cells, strict=True))))
        observation = await visiting(agent).visit()
    ups = of(observation, "stack_member", "egov_device_stack_member_up")
    assert ups == {"1": 1, "2": 1, "3": 0}
    infos = texts(table(observation, "stack_member"), "egov_device_stack_member_info")
    assert [infos[member,]["role"] for member in "123"] == ["master", "standby", "member"]


@pytest.mark.parametrize(
    ("changed_s", "saved_s", "unsaved"), [(500, 400, 1), (400, 500, 0), (161, 0, 0), (900, 0, 1)]
)
async def test_what_is_not_saved(
    visiting: Visiting, changed_s: int, saved_s: int, unsaved: int
) -> None:
    config = f"{CISCO}.43.1.1."
    async with Agent(device(SWITCH, {1: "Te1/1/1"})) as agent:
        agent.put({f"{config}1.0": number(changed_s * 100, TICKS)})
        agent.put({f"{config}2.0": number(99_900, TICKS)})  # shown to somebody just now
        agent.put({f"{config}3.0": number(saved_s * 100, TICKS)})
        observation = await visiting(agent).visit()
    found = samples(table(observation, "device_config"), "egov_device_config_unsaved")
    assert found == {(): unsaved}


async def test_an_old_router_has_one_number(visiting: Visiting) -> None:
    async with Agent(
        device("1.3.6.1.4.1.9.1.122", {1: "Et0"}, "IOS (tm) Version 11.3(3a)")
    ) as agent:
        agent.put({"1.3.6.1.4.1.9.2.1.57.0": number(17)})
        agent.put({"1.3.6.1.4.1.9.3.6.3.0": text("FOC0")})
        observation = await visiting(agent).visit()
    assert of(observation, "cpu", "egov_device_cpu_ratio") == {"cpu": 0.17}
    info = texts(table(observation, "device"), "egov_device_info")[()]
    assert (info["version"], info["serial"]) == ("11.3(3a)", "FOC0")
