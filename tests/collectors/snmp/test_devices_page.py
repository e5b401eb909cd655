"""The page of supported devices says what the profiles say."""

from collectors.snmp.devices_page import ENTRIES, OTHERS, PAGE, PORTS, cost_of, page
from collectors.snmp.load import Loaded
from collectors.snmp.profile import TableProfile
from tests.collectors.snmp.agent import GET, Agent
from tests.collectors.snmp.conftest import Visiting
from tests.collectors.snmp.switch import switch


def test_committed_page_is_current(loaded: Loaded) -> None:
    """If not: python -m collectors.snmp.devices_page."""
    assert PAGE.read_text(encoding="utf-8") == page(loaded)


def test_every_profile_that_is_chosen_by_itself_has_a_row_and_a_section(loaded: Loaded) -> None:
    written = page(loaded)
    for name, profile in loaded.profiles.by_name.items():
        if profile.matches:
            assert f"| [`{name}`](#{name}) |" in written
            assert f"\n## {name}\n" in written
            assert profile.matches[0].prefix in written


def interfaces(loaded: Loaded) -> TableProfile:
    tables = loaded.profiles.named("generic").tables
    return next(one for one in tables if one.gives == "interface")


async def test_what_a_table_costs_is_about_what_it_is_asked(
    loaded: Loaded, visiting: Visiting
) -> None:
    """Of a switch with as many ports: the page may say more, for it assumes every column."""
    async with Agent(switch({index: f"Ethernet{index}" for index in range(1, PORTS + 1)})) as agent:
        watch = visiting(agent)
        await watch.visit()
        agent.asked.clear()
        await watch.visit()
    asked = {oid for kind, oid in agent.asked if kind != GET and oid[:7] == (1, 3, 6, 1, 2, 1, 31)}
    table = interfaces(loaded)
    assert 0 < len(asked) <= cost_of(table).values <= 3 * len(table.columns)
    assert OTHERS < PORTS < ENTRIES
