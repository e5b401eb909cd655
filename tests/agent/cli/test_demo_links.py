"""The demo's links: what the agent tells of both ends, on any terminal."""

import io

import pytest
from rich.console import Console

from agent.cli import demo_links_view, demo_view
from agent.cli.api import CheckJson, EdgeJson, TargetJson
from agent.cli.demo_links import End, Link, Links, LinkState, Port, short
from agent.cli.demo_watch import Figures, Watch, figures_of
from texts import speaking

PAGE = """\
# TYPE egov_interface_up gauge
egov_interface_up{interface="Te0/1"} 1
egov_interface_up{interface="Te0/2"} 0
# TYPE egov_interface_speed_bytes_per_second gauge
egov_interface_speed_bytes_per_second{interface="Te0/1"} 1250000000
# TYPE egov_optic_receive_power_dbm gauge
egov_optic_receive_power_dbm{interface="Te0/1",lane="1"} -4.5
egov_optic_receive_power_dbm{interface="Te0/1",lane="2"} -16
# TYPE egov_optic_receive_power_low_dbm gauge
egov_optic_receive_power_low_dbm{interface="Te0/1",lane="1"} -14.4
"""
GOOD = Port(True, 10e9, -5.1, -14.4)
DIM = Port(True, 10e9, -17.2, -14.4)
DARK = Port(False, 10e9, -40.0, -14.4)


def edge(source: str, source_port: str, target: str, target_port: str, state: str) -> EdgeJson:
    return {
        "source": source,
        "source_interface": source_port,
        "target": target,
        "target_interface": target_port,
        "state": state,
    }


CONFIRMED = edge("a", "TenGigabitEthernet 0/1", "b", "XGigabitEthernet0/0/2", "confirmed")
PORTS = {"a": {"TenGigabitEthernet 0/1": GOOD}, "b": {"XGigabitEthernet0/0/2": DIM}}


def link(number: int, state: LinkState = LinkState.UP, port: Port = GOOD) -> Link:
    return Link(End(f"acc-{number}", "Te0/25", GOOD), End("core", f"XGE0/0/{number}", port), state)


def drawn(links: list[Link], width: int, rows: int) -> list[str]:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    with speaking("en"), console.capture() as captured:
        console.print(demo_links_view.block(links, width, rows))
    return captured.get().splitlines()


def test_the_weakest_lane_is_the_light_of_an_interface() -> None:
    ports = figures_of(PAGE).interfaces
    assert ports == {"Te0/1": Port(True, 10e9, -16.0, -14.4), "Te0/2": Port(False)}
    assert ports["Te0/1"].dim
    assert not ports["Te0/2"].dim


def test_a_link_has_what_the_pages_say_of_both_ends() -> None:
    links = Links()
    links.take([CONFIRMED])
    assert links.now(PORTS) == [
        Link(End("a", "Te0/1", GOOD), End("b", "XGE0/0/2", DIM), LinkState.UP)
    ]


def test_a_broken_link_is_down_although_the_topology_forgets_it() -> None:
    links = Links()
    links.take([CONFIRMED])
    links.take([])
    broken = {"a": {"TenGigabitEthernet 0/1": DARK}, "b": {}}
    assert [found.state for found in links.now(broken)] == [LinkState.DOWN]
    assert [found.state for found in links.now(PORTS)] == [LinkState.GONE]
    assert [found.state for found in links.now({})] == [LinkState.UNKNOWN]


def test_an_end_alone_that_shortens_the_others_name_tells_the_same_link() -> None:
    links = Links()
    links.take([CONFIRMED])
    links.take([edge("b", "XGigabitEthernet0/0/2", "a", "Te0/1", "one_sided")])
    assert [(found.source.port, found.state) for found in links.now(PORTS)] == [
        (GOOD, LinkState.ONE_SIDED)
    ]


def test_a_stranger_has_a_name_and_no_port() -> None:
    links = Links()
    links.take([edge("a", "TenGigabitEthernet 0/1", "lldp:city", "X3/0/7", "outside")])
    assert links.now(PORTS) == [
        Link(End("a", "Te0/1", GOOD), End("city", "X3/0/7", Port()), LinkState.UP)
    ]


@pytest.mark.parametrize(
    ("name", "brief"),
    [
        ("Ten-GigabitEthernet1/0/21", "XGE1/0/21"),
        ("GigabitEthernet 0/3", "Gi0/3"),
        ("GigabitEthernet0/0/3", "GE0/0/3"),
        ("eth0", "eth0"),
    ],
)
def test_names_are_shortened_as_vendors_do(name: str, brief: str) -> None:
    assert short(name) == brief


def test_a_wide_terminal_shows_interfaces_speed_and_light_at_both_ends() -> None:
    head, line = drawn([link(1)], 120, 20)
    assert head.split() == ["link", "other", "end", "state", "speed", "receives", "(dBm)"]
    assert line.split() == ["acc-1", "Te0/25", "core", "XGE0/0/1", "ok", "10G", "-5.1", "/", "-5.1"]


@pytest.mark.parametrize("width", [20, 40, 60, 80, 95, 96, 200])
def test_no_line_is_wider_than_the_terminal_and_none_is_folded(width: int) -> None:
    lines = drawn([link(number) for number in range(12)], width, 20)
    assert len(lines) == 13
    assert max(map(len, lines)) <= width


def test_a_low_terminal_shows_faults_first_and_counts_the_rest() -> None:
    links = [link(number) for number in range(12)]
    links[9], links[10] = link(9, LinkState.DOWN, DARK), link(10, port=DIM)
    lines = drawn(links, 120, 6)
    assert len(lines) == 6
    assert "acc-9" in lines[1]
    assert "no light" in lines[1]
    assert "acc-10" in lines[2]
    assert lines[-1].strip() == "and 8 more links"


@pytest.mark.parametrize("rows", [-5, 0, 3])
def test_a_very_low_terminal_gets_one_line(rows: int) -> None:
    assert len(drawn([link(number) for number in range(12)], 80, rows)) == 1


def test_a_pipe_gets_one_line_that_names_faults_with_their_light() -> None:
    links = [link(1), link(2, LinkState.DOWN, DARK), link(3, port=DIM)]
    with speaking("en"):
        assert demo_links_view.plain(links) == (
            "2 of 3 links up; acc-2 Te0/25 – core XGE0/0/2: broken;"
            " acc-3 Te0/25 – core XGE0/0/3: ok (-5.1 / -17.2 dBm)"
        )
    with speaking("zh"):
        assert "acc-2 Te0/25 – core XGE0/0/2" in demo_links_view.plain(links)


TARGET: TargetJson = {
    "id": "a",
    "kind": "device",
    "name": "政务服务中心接入",
    "site": "hall",
    "address": "127.20.0.21",
    "state": "up",
    "checks": [],
    "ipv6": None,
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("width", "height"), [(80, 24), (100, 50), (120, 40), (60, 30), (200, 60)])
def test_the_screen_fits_the_terminal(width: int, height: int, language: str) -> None:
    """One that is higher than the terminal is drawn anew below itself, once a second."""
    silent: CheckJson = {
        "name": "snmp",
        "last_success_age_seconds": 17.0,
        "error": {"reason": "timeout", "text": "no answer " * 9},
    }
    watch = Watch("", [{**TARGET, "id": f"a{number}", "checks": [silent]} for number in range(8)])
    watch.figures = {"a": Figures(interfaces=PORTS["a"])}
    watch.take_edges([{**CONFIRMED, "source_interface": f"Te0/{n}"} for n in range(14)])
    console = Console(file=io.StringIO(), width=width, height=height, force_terminal=True)
    events = [f"12:00:0{number} link down: somewhere {'far ' * 30}" for number in range(9)]
    with speaking("zh" if language == "zh" else "en"):
        screen = demo_view.screen(watch, events, ["status page", "metrics"], console)
    lines = console.render_lines(screen)
    assert len(lines) < height
    said = "".join(part.text for line in lines for part in line)
    assert "12:00:08" in said
