"""Linux routers on net-snmp: who they are, and what lm-sensors measures."""

import pytest

from collectors.snmp.load import Loaded
from tests.collectors.snmp.agent import Agent, number
from tests.collectors.snmp.conftest import Visiting, table, texts
from tests.collectors.snmp.switch import GAUGE32
from tests.collectors.snmp.vendor import device, of, row

LINUX = "1.3.6.1.4.1.8072.3.2.10"
SENSORS = "1.3.6.1.4.1.2021.13.16"


@pytest.mark.parametrize(
    ("object_id", "description", "profile"),
    [
        (LINUX, "Linux edge 6.1.0-18-amd64 #1 SMP x86_64", "net-snmp"),
        (LINUX, "FRRouting 8.4.4 on Linux edge", "frr"),
        (LINUX, "VyOS 1.4.0", "frr"),
        ("1.3.6.1.4.1.44641", "VyOS 1.4.0", "frr"),
    ],
)
def test_routers_are_told_from_hosts(
    loaded: Loaded, object_id: str, description: str, profile: str
) -> None:
    assert loaded.profiles.select(object_id, description).name == profile


async def test_a_router_with_sensors(visiting: Visiting) -> None:
    async with Agent(device(LINUX, {1: "eth0"}, "FRRouting 8.4.4 on Linux edge")) as agent:
        agent.put(row(f"{SENSORS}.2.1", 1, {2: "Core 0"}) | row(f"{SENSORS}.2.1", 2, {2: "temp2"}))
        agent.put({f"{SENSORS}.2.1.3.1": number(45500, GAUGE32)})
        agent.put({f"{SENSORS}.2.1.3.2": number(0, GAUGE32)})
        for fan, speed in {1: 2100, 2: 0}.items():
            agent.put(row(f"{SENSORS}.3.1", fan, {2: f"fan{fan}"}))
            agent.put({f"{SENSORS}.3.1.3.{fan}": number(speed, GAUGE32)})
        agent.put(row("1.3.6.1.2.1.25.3.3.1", 196608, {2: 7}))
        observation = await visiting(agent).visit()
    assert of(observation, "temperature", "egov_device_temperature_celsius") == {"Core 0": 45.5}
    assert of(observation, "fan", "egov_device_fan_up") == {"fan1": 1, "fan2": 0}
    assert of(observation, "cpu", "egov_device_cpu_ratio") == {"processor 0": 0.07}
    info = texts(table(observation, "device"), "egov_device_info")[()]
    assert (info["vendor"], info["version"]) == ("FRR", "8.4.4")
