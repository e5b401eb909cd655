"""Tables that are read only where the device lacks another (`unless`)."""

from pathlib import Path

from collectors.catalogue import load_catalogue
from collectors.snmp.load import load_profiles
from tests.collectors.snmp.agent import Agent, number
from tests.collectors.snmp.conftest import Visiting
from tests.collectors.snmp.switch import switch
from tests.collectors.snmp.vendor import of

BASE = "1.3.6.1.4.1.99999.9"
PROFILE = f"""\
extends: interfaces
tables:
  newer:
    gives: temperature
    index: {{id: integer}}
    values: {{value: {BASE}.1.1.2}}
    labels: {{component: id}}
    metrics: {{egov_device_temperature_celsius: value}}
  older:
    gives: temperature
    unless: newer
    index: {{id: integer}}
    values: {{value: {BASE}.2.1.2}}
    labels: {{component: id}}
    metrics: {{egov_device_temperature_celsius: value}}
  fans: # another table looks into the one that stands in
    gives: fan
    index: {{id: integer}}
    values: {{state: {BASE}.3.1.2}}
    keep: not (older(id).value > 90)
    labels: {{component: id}}
    metrics: {{egov_device_fan_up: state}}
"""


async def test_a_stand_in_that_others_look_into_is_read(tmp_path: Path, visiting: Visiting) -> None:
    (tmp_path / "pair.yaml").write_text(PROFILE, encoding="utf-8")
    loaded = load_profiles(load_catalogue(), tmp_path)
    async with Agent(switch({1: "Gi1"})) as agent:
        agent.put({f"{BASE}.2.1.2.{row}": number(celsius) for row, celsius in ((1, 40), (2, 95))})
        agent.put({f"{BASE}.3.1.2.{row}": number(1) for row in (1, 2)})
        watch = visiting(agent, loaded=loaded, profile="pair")
        older = await watch.visit()
        agent.put({f"{BASE}.1.1.2.1": number(33)})
        newer = await watch.visit(300)
        agent.asked.clear()
        await watch.visit()
        assert agent.requests(f"{BASE}.2") == 0
    family = "egov_device_temperature_celsius"
    assert of(older, "temperature", family) == {"1": 40, "2": 95}
    assert of(older, "fan", "egov_device_fan_up") == {"1": 1}
    assert of(newer, "temperature", family) == {"1": 33}
