"""Scenario files and the mistakes in them."""

from pathlib import Path

import pytest

from inventory.located import Problems
from lab.qinglan import qinglan
from lab.scenario import Kind
from lab.scenario_file import FOLDER, load_scenario
from texts import speaking


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "bad.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_scenario_loads(path: Path) -> None:
    assert load_scenario(path, qinglan()).events


def test_the_demo_shows_everything_within_five_minutes() -> None:
    scenario = load_scenario(FOLDER / "demo.yaml", qinglan())
    assert 0 < scenario.period_s <= 300
    assert {event.kind for event in scenario.events} == set(Kind)


MISTAKES = {
    "period: 60s": "{file}:1: events: expected a list of events",
    "events: [{kind: fire, at: 1s, for: 1s, switch: ql-agg-1}]": (
        "{file}:1: events[0].kind: expected one of "
        "link_down, cpu, silent, reboot, errors, dirty_fibre, hot, "
        "ospfv3_neighbor_lost, bgp_ipv6_idle, ipv6_path_down"
    ),
    "events: [{kind: slient, at: 1s, for: 1s, switch: ql-agg-1}]": (
        "{file}:1: events[0].kind: expected one of "
        "link_down, cpu, silent, reboot, errors, dirty_fibre, hot, "
        "ospfv3_neighbor_lost, bgp_ipv6_idle, ipv6_path_down"
        '; did you mean "silent"?'
    ),
    "events: [{kind: silent, at: 1s, for: 1s, switch: ql-agg1}]": (
        '{file}:1: events[0].switch: no such switch in the lab; did you mean "ql-agg-1"?'
    ),
    "events:\n- {kind: silent, at: soon, for: 1s, switch: ql-agg-1}": (
        '{file}:2: events[0].at: expected a number or a duration such as 30s, 5m, 1h; found "soon"'
    ),
    "events:\n- {kind: silent, at: 1s, switch: ql-agg-1}": (
        "{file}:2: events[0].for: expected a number or a duration such as 30s, 5m, 1h;"
        " found nothing"
    ),
    "events:\n- {kind: errors, at: 1, for: 1, switch: ql-core-2, value: 3,\n   interface: X}": (
        "{file}:3: events[0].interface: ql-core-2 has no such interface"
    ),
    "events:\n- {kind: dirty_fibre, at: 1, for: 1, switch: ql-agg-1, value: 3,\n"
    "   interface: GigabitEthernet0/0/1}": ("{file}:3: events[0].interface: no fibre ends there"),
    "events:\n- {kind: ospfv3_neighbor_lost, at: 1, for: 1, switch: ql-core-1,\n"
    "   interface: XGigabitEthernet0/0/12}": (
        "{file}:3: events[0].interface: there is no OSPFv3 neighbour"
    ),
    "events:\n- {kind: bgp_ipv6_idle, at: 1, for: 1, switch: ql-core-1,\n   peer: lj-metro-2}": (
        '{file}:3: events[0].peer: ql-core-1 has no such BGP peer; did you mean "lj-metro-1"?'
    ),
    "events:\n- {kind: ipv6_path_down, at: 1, for: 1,\n   site: lianhua}": (
        "{file}:3: events[0].site: no such site with an IPv6 address in the lab"
    ),
    "events:\n- {kind: silent, at: 1s, for: 1s, switch: ql-agg-1, evry: 5s}": (
        "{file}:2: events[0].evry: unknown key"
    ),
    "period: 10s\nevents:\n- {kind: silent, at: 5s, for: 6s, switch: ql-agg-1}": (
        "{file}:3: events[0]: ends after the period, so it would meet itself"
    ),
}


@pytest.mark.parametrize("text", MISTAKES)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, text)
    with pytest.raises(Problems) as caught, speaking("en"):
        load_scenario(path, qinglan())
    assert str(caught.value) == MISTAKES[text].format(file=path)


def test_all_mistakes_are_told_in_one_run(tmp_path: Path) -> None:
    path = written(tmp_path, "events:\n- {kind: x, at: 1s, for: y, switch: z}\n- {}")
    with pytest.raises(Problems) as caught, speaking("en"):
        load_scenario(path, qinglan())
    assert len(caught.value.problems) == 7
