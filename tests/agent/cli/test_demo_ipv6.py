"""The demo's IPv6: what the agent says, on any terminal."""

import io

import pytest
from rich.console import Console, Group

from agent.cli import demo_ipv6_view, demo_view
from agent.cli.api import Ipv6Json, ItemJson, TargetJson
from agent.cli.demo_ipv6 import Count, Item, Lack, Place, Readiness, places_of, readiness
from agent.cli.demo_watch import Watch, rows_of
from texts import speaking

SITE_PAGE = """\
# HELP egov_site_info text that holds egov_site_info 1
# TYPE egov_site_info gauge
egov_site_info{site="s",name="云溪街道",level="street",district="青岚区"} 1
egov_site_info_of_somebody_else{site="t",name="",level="",district=""} 1
"""
PLACES = {
    "s": Place("s", "云溪街道", "street", "青岚区"),
    "t": Place("t", "石塘村", "village", "青岚区"),
}


def ipv6(*, expected: bool = True, **states: tuple[str, list[str]]) -> Ipv6Json:
    items = {name: ItemJson(state=state, names=on) for name, (state, on) in states.items()}
    lacks = any(item["state"] in ("failed", "unknown") for item in items.values())
    return Ipv6Json(expected=expected, ready=not lacks if expected else None, items=items)


def device(name: str, site: str, said: Ipv6Json | None) -> TargetJson:
    return TargetJson(
        id=name,
        kind="device",
        name="石塘村接入",
        site=site,
        address="127.20.0.24",
        state="up",
        checks=[],
        ipv6=said,
    )


READY = ipv6(routing=("passed", []), path=("not_applicable", []))
FAILING = ipv6(routing=("passed", []), path=("failed", ["tcp"]), traffic=("unknown", []))


def lacking(number: int, state: str = "failed") -> Lack:
    return Lack(f"acc-{number}", (Item("address", state),))


def drawn(found: Readiness, rows: int, width: int = 80) -> list[str]:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    with speaking("en"), console.capture() as captured:
        console.print(Group(demo_ipv6_view.block(found, rows)))
    return captured.get().splitlines()


def test_sites_are_read_from_the_agents_page() -> None:
    assert places_of(rows_of(SITE_PAGE, {"egov_site_info"})) == {"s": PLACES["s"]}
    assert rows_of("", {"egov_site_info"}) == {}


def test_what_failed_or_is_unknown_is_named_with_what_the_agent_says_of_it() -> None:
    found = readiness([device("a", "s", FAILING), device("b", "t", READY)], PLACES)
    assert found.lacks == [
        Lack("a", (Item("path", "failed", ("tcp",)), Item("traffic", "unknown"))),
    ]


def test_devices_are_counted_by_district_and_site_and_exempt_ones_are_not() -> None:
    exempt = ipv6(expected=False, path=("not_applicable", []))
    found = readiness(
        [
            device("a", "s", READY),
            device("b", "t", FAILING),
            device("c", "t", exempt),
            device("d", "t", None),
        ],
        PLACES,
    )
    assert found.districts == [Count("青岚区", 1, 2)]
    assert found.sites == [Count("云溪街道", 1, 1), Count("石塘村", 0, 1)]


def test_a_site_that_nobody_described_keeps_its_id() -> None:
    assert readiness([device("a", "x", READY)], {}).sites == [Count("x", 1, 1)]


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
            "ql-agg-2: unknown: path, traffic"
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
    if rows == 3 and width == 80:
        assert lines[-1].startswith("(9) acc-0: address failed; acc-1: address failed; ")
        assert lines[-1].endswith("…")


def test_the_whole_screen_fits_eighty_columns_and_twenty_four_lines() -> None:
    watch = Watch("http://127.0.0.1:0", places=PLACES)
    for number in range(8):
        watch.targets.append(device(f"ql-acc-{number}", "t", FAILING))
    console = Console(file=io.StringIO(), width=80, height=24, force_terminal=True)
    with speaking("en"):
        screen = demo_view.screen(watch, ["event"] * 20, ["status page", "metrics"], console)
        lines = console.render_lines(screen)
    shown = ["".join(segment.text for segment in line) for line in lines]
    assert len(shown) < 24
    assert any("ql-acc-7" in line and " up " in line for line in shown)
    assert any(line.startswith("IPv6") for line in shown)
    assert not any("…" in line for line in shown if "ql-acc-7 " in line)
