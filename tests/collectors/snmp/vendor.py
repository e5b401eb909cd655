"""What the tests of vendors' profiles share: small devices, and the golden file of a recording."""

from collections.abc import Mapping
from typing import TypeVar

from collectors.contract import Number, Observation
from collectors.snmp.load import Loaded
from collectors.snmp.profile import Profile
from protocols.snmp import oid
from tests.collectors.snmp.agent import SUBTREES, Agent, Cell, Oid, dotted, number, recorded, text
from tests.collectors.snmp.agent import oid_octets as octets
from tests.collectors.snmp.conftest import START, Visiting, samples, table
from tests.collectors.snmp.golden_lines import HEALTH, observed
from tests.collectors.snmp.switch import switch

ENTITY = "1.3.6.1.2.1.47.1.1.1.1"
SEEN_AT = START.timestamp() + 60
"""When the first visit of a `Watch` is."""
Key = TypeVar("Key")


def device(object_id: str, ports: Mapping[int, str], description: str = "VRP") -> dict[Oid, Cell]:
    """Make a device that says it is of a vendor, with these ports by ifIndex."""
    objects = switch(dict(ports))
    objects[dotted("1.3.6.1.2.1.1.2.0")] = (6, octets(dotted(object_id)))
    objects[dotted("1.3.6.1.2.1.1.1.0")] = text(description)
    return objects


def row(entry: str, index: int | str, columns: Mapping[int, int | str]) -> dict[str, Cell]:
    """Make one row of a table: cells by column number, numbers and texts."""
    return {
        f"{entry}.{column}.{index}": number(cell) if isinstance(cell, int) else text(cell)
        for column, cell in columns.items()
    }


def entity(index: int, name: str, kind: int = 9, **columns: int | str) -> dict[str, Cell]:
    """Make a row of entPhysicalTable: contained_in, position."""
    cells: dict[int, int | str] = {7: name, 5: kind, 2: "part"}
    cells |= {{"contained_in": 4, "position": 6}[k]: v for k, v in columns.items()}
    return row(ENTITY, index, cells)


def of(observation: Observation, name: str, family: str) -> dict[str, Number]:
    """Return the samples of a family by the labels of their rows, joined by a space."""
    found = samples(table(observation, name), family)
    return {" ".join(key): value for key, value in found.items() if value is not None}


def columns_of(profile: Profile) -> set[Oid]:
    """List the columns and scalars that a profile reads."""
    found = {one.oid for table in profile.tables for one in table.columns.values()}
    found |= {one for table in profile.tables for one in (*table.changed, *table.running)}
    return {dotted(oid.decode(one)) for one in found}


async def visited(
    recording: str, subtrees: tuple[str, ...], visiting: Visiting, loaded: Loaded
) -> tuple[str | None, list[str]]:
    """Visit a recording twice; return the profile chosen and the lines, which must not change.

    What was asked for, beside the clock and the identity, is a column of the profile: nobody walks
    below an enterprise, where recordings keep passwords.
    """
    async with Agent(recorded(recording, (*SUBTREES, *subtrees))) as agent:
        watch = visiting(agent)
        first, second = await watch.visit(), await watch.visit(300)
    assert first.failures == second.failures == ()
    name = watch.poller.profile or ""
    columns = columns_of(loaded.profiles.named(name))
    strange = [
        one for _kind, one in agent.asked
        if not any(one[: len(column)] == column for column in columns)
        and one[:7] != dotted("1.3.6.1.2.1.1") and one[:7] != dotted("1.3.6.1.6.3.10")
    ]  # fmt: skip
    assert strange == []
    lines = observed(first, loaded.catalogue, HEALTH)
    again = observed(second, loaded.catalogue, HEALTH)
    assert again == lines
    return name, lines
