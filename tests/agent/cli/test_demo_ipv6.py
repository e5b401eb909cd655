"""The demo's IPv6: what the pages say, on any terminal."""

import io

import pytest
from rich.console import Console, Group

from agent.cli import demo_ipv6_view, demo_view
from agent.cli.api import TargetJson
from agent.cli.demo_ipv6 import Count, Item, Lack, Page, Place, Readiness, page_of, readiness
from agent.cli.demo_watch import Figures, Watch, figures_of, rows_of
from texts import speaking

PAGE = """\
# HELP egov_ipv6_ready text that holds egov_ipv6_ready 1
# TYPE egov_ipv6_ready gauge
egov_ipv6_ready{target="a",site="s"} 0
egov_ipv6_expected{target="a",site="s"} 1
egov_ipv6_ready_item{target="a",site="s",item="routing",state="failed"} 1
egov_ipv6_ready_item{target="a",site="s",item="routing",state="passed"} 0
egov_ipv6_ready_item{target="a",site="s",item="traffic",state="unknown"} 1
egov_ipv6_ready_item{target="a",site="s",item="path",state="not_applicable"} 1
egov_ipv6_ready_items_of_somebody_else{item="address",state="failed"} 1
egov_ospfv3_neighbor_up{target="a",site="s",neighbor="10.51.0.1",interface="TenGigabitEthernet 0/25"} 0
egov_ospfv3_neighbor_up{target="a",site="s",neighbor="10.51.0.2",interface="TenGigabitEthernet 0/26"} 1
egov_bgp_peer_up{target="a",site="s",vrf="",peer="2001:db8::1",family="ipv6",subfamily="unicast"} 0
egov_bgp_peer_up{target="a",site="s",vrf="",peer="2001:db8::2",family="ipv6",subfamily="unicast"} 0
egov_bgp_peer_up{target="a",site="s",vrf="",peer="192.0.2.1",family="ipv4",subfamily="unicast"} 0
egov_bgp_peer_admin_up{target="a",site="s",vrf="",peer="2001:db8::2",family="ipv6",subfamily="unicast"} 0
"""  # noqa: E501  # lines of the format
SITE_PAGE = """\
egov_probe_success{target="s",site="s",probe="tcp",family="ipv6"} 0
egov_probe_success{target="s",site="s",probe="tcp",family="ipv4"} 1
egov_probe_success{target="s",site="s",probe="icmp",family="ipv6"} 1
"""
PLACES = {
    "s": Place("s", "云溪街道", "street", "青岚区"),
    "t": Place("t", "石塘村", "village", "青岚区"),
}
READY = Page(expected=True, ready=True)
FAILING = Page(True, False, {"path": "failed"})


def lacking(number: int, state: str = "failed") -> Lack:
    return Lack(f"acc-{number}", (Item("address", state),))


def drawn(found: Readiness, rows: int, width: int = 80) -> list[str]:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    with speaking("en"), console.capture() as captured:
        console.print(Group(demo_ipv6_view.block(found, rows)))
    return captured.get().splitlines()


def test_a_page_says_which_items_lack_and_which_neighbours_are_down() -> None:
    page = figures_of(PAGE).ipv6
    assert page == Page(
        expected=True,
        ready=False,
        lacking={"routing": "failed", "traffic": "unknown"},
        neighbors=("OSPFv3 10.51.0.1 Te0/25", "BGP 2001:db8::1"),
    )


def test_a_sites_page_says_which_probes_fail_over_ipv6() -> None:
    assert figures_of(SITE_PAGE).ipv6.probes == ("tcp",)


def test_an_empty_page_says_nothing() -> None:
    assert page_of({}) == Page()
    assert rows_of("", {"egov_ipv6_ready"}) == {}


def test_a_failed_path_names_the_probe_of_the_devices_own_site() -> None:
    pages = {"a": FAILING, "b": FAILING, "s": Page(probes=("tcp",)), "t": Page()}
    found = readiness([("a", "s"), ("b", "t")], pages, PLACES)
    assert found.lacks == [
        Lack("a", (Item("path", "failed", ("tcp",)),)),
        Lack("b", (Item("path", "failed"),)),
    ]


def test_devices_are_counted_by_district_and_site_and_exempt_ones_are_not() -> None:
    pages = {"a": READY, "b": FAILING, "c": Page(expected=False)}
    found = readiness([("a", "s"), ("b", "t"), ("c", "t"), ("d", "t")], pages, PLACES)
    assert found.districts == [Count("青岚区", 1, 2)]
    assert found.sites == [Count("云溪街道", 1, 1), Count("石塘村", 0, 1)]


def test_a_device_that_says_nothing_yet_is_expected_and_not_ready() -> None:
    found = readiness([("a", "s")], {"a": Page(expected=True)}, PLACES)
    assert found.districts == [Count("青岚区", 0, 1)]


def test_a_site_that_nobody_described_keeps_its_id() -> None:
    assert readiness([("a", "x")], {"a": READY}, {}).sites == [Count("x", 1, 1)]


BROKEN = Readiness(
    [Count("青岚区", 5, 7)],
    [Count("区数据局机房", 2, 2), Count("石塘村", 0, 1)],
    [
        Lack("ql-acc-hall", (Item("routing", "failed", ("OSPFv3 10.51.0.1 Te0/25",)),)),
        Lack("ql-agg-2", (Item("path", "unknown"), Item("traffic", "unknown"))),
    ],
)


def test_one_line_says_it_all_for_a_pipe() -> None:
    with speaking("en"):
        assert demo_ipv6_view.plain(BROKEN) == (
            "IPv6: 青岚区 5 of 7 ready; "
            "ql-acc-hall: routing neighbours failed (OSPFv3 10.51.0.1 Te0/25); "
            "ql-agg-2: path, traffic unknown"
        )
        assert demo_ipv6_view.plain(Readiness([], [], [])) == "IPv6: nothing is known yet"


def test_the_block_counts_by_district_and_site_and_names_what_fails() -> None:
    lines = drawn(BROKEN, 6)
    assert lines[0].startswith("IPv6  青岚区 5/7 ███████░░░ 71%")
    assert lines[1] == "石塘村 0/1 · 区数据局机房 2/2"
    assert lines[2].startswith("ql-acc-hall: routing neighbours failed (OSPFv3 10.51.0.1")
    assert len(lines) == 4


@pytest.mark.parametrize("rows", [-3, 0, 1, 2, 3, 4, 6, 12])
@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_no_terminal_is_too_small(rows: int, width: int) -> None:
    many = Readiness(BROKEN.districts, BROKEN.sites, [lacking(number) for number in range(9)])
    lines = drawn(many, rows, width)
    assert len(lines) <= max(1, rows)
    if rows == 6 and width == 80:
        assert lines[-1] == "and 6 more devices"


def test_the_whole_screen_fits_eighty_columns_and_twenty_four_lines() -> None:
    watch = Watch("http://127.0.0.1:0", places=PLACES)
    for number in range(8):
        name = f"ql-acc-{number}"
        watch.targets.append(
            TargetJson(
                id=name,
                kind="device",
                name="石塘村接入",
                site="t",
                address="127.20.0.24",
                state="up",
                checks=[],
            )
        )
        watch.figures[name] = Figures(ipv6=FAILING)
    console = Console(file=io.StringIO(), width=80, height=24, force_terminal=True)
    with speaking("en"):
        screen = demo_view.screen(watch, ["event"] * 20, ["status page", "metrics"], console)
        lines = console.render_lines(screen)
    shown = ["".join(segment.text for segment in line) for line in lines]
    assert len(shown) < 24
    assert any("ql-acc-7" in line and " up " in line for line in shown)
    assert any(line.startswith("IPv6") for line in shown)
    assert not any("…" in line for line in shown if "ql-acc-7 " in line)
