"""A thermometer that two MIBs know is one thermometer."""

import pytest

from tests.collectors.snmp.agent import Agent, Cell, number
from tests.collectors.snmp.conftest import Visiting
from tests.collectors.snmp.switch import GAUGE32
from tests.collectors.snmp.vendor import device, entity, of, row

CELSIUS = "egov_device_temperature_celsius"
ZTE = "1.3.6.1.4.1.3902.3"
OWN: dict[str, tuple[str, dict[str, Cell], str]] = {
    "zte-9900": (
        f"{ZTE}.600.3.1.601",
        row(f"{ZTE}.600.2.4.1", "0.0.3", {3: 41}),
        "card 0.0.3",
    ),
    "zte-5960": (
        f"{ZTE}.6002.3.1.1",
        row(f"{ZTE}.6002.2.5.1", "0.0.1.0.1", {7: "CPU", 9: 41}),
        "slot 0/0/1 CPU",
    ),
    "dcrs": (
        "1.3.6.1.4.1.6339.1.1.2.29",
        {"1.3.6.1.4.1.6339.100.1.11.9.0": number(41)},
        "switch",
    ),
    "dcrs-chassis": (
        "1.3.6.1.4.1.6339.1.1.2.29",
        row("1.3.6.1.4.1.6339.100.1.8.1", 1, {10: 41}),
        "slot 1",
    ),
    "maipu": (
        "1.3.6.1.4.1.5651.1.101.5",
        {"1.3.6.1.4.1.5651.3.20.1.1.4.1.0": number(41)},
        "cpu",
    ),
    "dptech": (
        "1.3.6.1.4.1.31648.1.60012",
        row("1.3.6.1.4.1.31648.6.1.1", 1, {7: 0, 17: 41}),
        "slot 1",
    ),
    "juniper": (
        "1.3.6.1.4.1.2636.1.1.1.2.21",
        row("1.3.6.1.4.1.2636.3.1.13.1", "7.1.0.0", {5: "FPC 0", 6: 2, 7: 41}),
        "FPC 0",
    ),
    "cisco": (
        "1.3.6.1.4.1.9.1.2494",
        row("1.3.6.1.4.1.9.9.91.1.1.1.1", 1006, {1: 8, 2: 9, 3: 0, 4: 41, 5: 1}),
        "inlet",
    ),
}
STANDARD = row("1.3.6.1.2.1.99.1.1.1", 1006, {1: 8, 2: 9, 3: 0, 4: 41, 5: 1})


@pytest.mark.parametrize("vendor", OWN)
async def test_the_vendors_word_counts_once(visiting: Visiting, vendor: str) -> None:
    object_id, own, name = OWN[vendor]
    async with Agent(device(object_id, {1: "port 1"})) as agent:
        agent.put({**STANDARD, **own, **entity(1006, "inlet", 8)})
        watch = visiting(agent)
        first, second = await watch.visit(), await watch.visit()
    for observation in (first, second):
        assert of(observation, "temperature", CELSIUS) == {name: 41}


@pytest.mark.parametrize("vendor", sorted(OWN.keys() - {"cisco"}))
async def test_the_standard_counts_where_the_vendor_has_nothing(
    visiting: Visiting, vendor: str
) -> None:
    async with Agent(device(OWN[vendor][0], {1: "port 1"})) as agent:
        agent.put({**STANDARD, **entity(1006, "inlet", 8)})
        observation = await visiting(agent).visit()
    assert of(observation, "temperature", CELSIUS) == {"inlet": 41}


async def test_sensors_of_linux_count_once(visiting: Visiting) -> None:
    sensors = "1.3.6.1.4.1.2021.13.16.2.1"
    async with Agent(device("1.3.6.1.4.1.44641", {1: "eth0"}, "VyOS 1.4.0")) as agent:
        agent.put({**STANDARD, **entity(1006, "inlet", 8), **row(sensors, 1, {2: "temp1"})})
        agent.put({f"{sensors}.3.1": number(41_000, GAUGE32)})
        observation = await visiting(agent).visit()
    assert of(observation, "temperature", CELSIUS) == {"inlet": 41}
