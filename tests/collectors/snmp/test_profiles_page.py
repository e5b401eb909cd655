"""docs/profiles.md: its example works and its tables name what there is, no more and no less."""

import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from pydantic import BaseModel

from collectors.catalogue import load_catalogue
from collectors.snmp import schema
from collectors.snmp.functions import FUNCTIONS
from collectors.snmp.index import PartType
from collectors.snmp.load import load_profiles
from collectors.snmp.units import UNITS
from collectors.snmp.values import ValueType
from tests.collectors.snmp.agent import Agent, number, text
from tests.collectors.snmp.conftest import Visiting, samples, table
from tests.collectors.snmp.switch import switch

PAGE = (Path(__file__).parents[3] / "docs" / "profiles.md").read_text(encoding="utf-8")


def example() -> str:
    return PAGE.split("<!-- example: cabinet.yaml -->\n```yaml\n")[1].split("```")[0]


def first_cells(section: str, heading: str) -> list[str]:
    """List the first cells of the table under a heading that begins with `heading`."""
    body = re.split(r"\n###? ", PAGE.split(f"\n### {section}\n")[1])[0]
    rows = body.split(f"| {heading} |")[1].split("\n\n")[0].splitlines()[2:]
    return [cell for row in rows for cell in re.findall(r"`([^`]+)`", row.split(" | ")[0])]


def keys(*models: type[BaseModel]) -> Iterable[str]:
    for model in models:
        for name, field in model.model_fields.items():
            yield field.alias or name


@pytest.mark.parametrize(
    ("section", "heading", "names"),
    [
        ("The file", "key", keys(schema.ProfileShape)),
        ("A table", "key", keys(schema.TableShape)),
        ("An index part", "key", keys(schema.PartShape)),
        ("An index part", "type", PartType),
        ("A column", "key", keys(schema.ColumnShape)),
        ("A column", "as", ValueType),
        ("A value", "key", dict.fromkeys(keys(schema.ValueShape, schema.MetricShape))),
        ("A value", "unit", UNITS),
        ("Formulas", "function", (one.usage for one in FUNCTIONS.values())),
    ],
)
def test_the_reference_names_what_there_is(
    section: str, heading: str, names: Iterable[str]
) -> None:
    assert first_cells(section, heading) == [str(name) for name in names]


def test_the_reference_says_of_functions_and_units_what_they_do() -> None:
    for function in FUNCTIONS.values():
        assert f"| `{function.usage}` | {function.help} |" in PAGE
    for name, unit in UNITS.items():
        assert re.search(rf"\| [^|]*`{name}`[^|]* \| {unit.becomes} \|", PAGE)


async def test_the_worked_example_works(tmp_path: Path, visiting: Visiting) -> None:
    (tmp_path / "cabinet.yaml").write_text(example(), encoding="utf-8")
    loaded = load_profiles(load_catalogue(), tmp_path)
    doors = "1.3.6.1.4.1.99999.1.1."
    async with Agent(switch({1: "eth0"})) as agent:
        agent.put({f"{doors}2.1": text("front"), f"{doors}2.2": text(""), f"{doors}2.3": text("c")})
        agent.put({f"{doors}3.{row}": number(row) for row in (1, 2, 3)})
        agent.put({"1.3.6.1.4.1.99999.2.0": number(-45)})
        watch = visiting(agent, loaded=loaded, profile="cabinet")
        observation = await watch.visit()
        agent.put({"1.3.6.1.4.1.99999.2.0": number(32767)})
        broken = await watch.visit()
    opened = samples(table(observation, "x_door"), "egov_x_door_open")
    assert opened == {("front",): 1, ("2",): 0}
    degrees = "egov_device_temperature_celsius"
    assert samples(table(observation, "temperature"), degrees) == {("cabinet",): -4.5}
    assert samples(table(broken, "temperature"), degrees) == {}
    assert table(observation, "interface").keys == (("eth0",),)
