"""The IPv6 section: readiness by site, the failing items of each device named."""

import re
from collections.abc import Sequence

import aiohttp
import pytest

from agent.web.ipv6 import chosen
from agent.web.reading import ROWS, tree
from agent.web.views import SiteIpv6View, SiteView
from tests.agent.web.conftest import Serve
from tests.agent.web.fake import FakeViews, a_target, readiness


def site(name: str, counts: SiteIpv6View | None, parent: str | None = None) -> SiteView:
    return SiteView(id=name, name=f"<{name}>", level="street", parent=parent, ipv6=counts)


def town() -> FakeViews:
    return FakeViews(
        shown=[
            a_target(
                "sw-1", ipv6=readiness(routing=("failed", "1.1.1.1 GE<1>"), path=("unknown",))
            ),
            a_target("sw-2", ipv6=readiness()),
            a_target("sw-3"),
        ],
        tree=[
            site("city", SiteIpv6View(expected=5, ready=3)),
            site(
                "hexi", SiteIpv6View(expected=4, ready=2, devices=("sw-1", "sw-3"), more=7), "city"
            ),
            site("hedong", SiteIpv6View(expected=1, ready=1), "city"),
            site("hall", SiteIpv6View(expected=0, ready=0), "city"),
            site("new", None, "city"),
        ],
    )


async def section(http: aiohttp.ClientSession, url: str) -> str:
    async with http.get(url) as answer:
        assert answer.status == 200
        body = await answer.text()
    found = re.search(r'<section class="panel ipv6".*?</section>', body, re.DOTALL)
    return found[0] if found else ""


def ratios(text: str) -> list[str]:
    return re.findall(r"(?<=>)\d+/\d+(?=<)", text)


async def test_sites_stand_with_their_ratio_and_devices_with_what_they_lack(
    serve: Serve, http: aiohttp.ClientSession
) -> None:
    server = await serve(town())
    text = await section(http, server.urls[0] + "?lang=en")
    assert ratios(text) == ["3/5", "2/4", "1/1"]
    assert "&lt;hexi&gt;" in text
    assert ">routing: failed (1.1.1.1 GE&lt;1&gt;)</span>" in text
    assert ">path: unknown</span>" in text
    assert ">sw-3</a></div>" in text
    assert "and 7 more" in text
    assert "sw-2" not in text


async def test_items_are_named_in_chinese(serve: Serve, http: aiohttp.ClientSession) -> None:
    server = await serve(town())
    text = await section(http, server.urls[0] + "?lang=zh")
    assert "路由：未通过（1.1.1.1 GE&lt;1&gt;）" in text
    assert not re.search(r">(routing|path|IPv6 readiness)", text)


async def test_site_that_the_reader_chose_stands_alone(
    serve: Serve, http: aiohttp.ClientSession
) -> None:
    server = await serve(town())
    assert ratios(await section(http, server.urls[0] + "?lang=en&site=hedong")) == ["1/1"]
    assert await section(http, server.urls[0] + "?lang=en&site=nowhere") == ""


async def test_there_is_no_section_without_devices(
    serve: Serve, http: aiohttp.ClientSession
) -> None:
    server = await serve(FakeViews(tree=[site("city", None)]))
    assert await section(http, server.urls[0]) == ""


def many(ready: Sequence[int], devices: tuple[str, ...] = ()) -> FakeViews:
    sites = [
        site(f"s-{number:04d}", SiteIpv6View(expected=2, ready=one, devices=devices))
        for number, one in enumerate(ready)
    ]
    return FakeViews(tree=sites, shown=[a_target(one) for one in devices])


@pytest.mark.parametrize(
    ("ready", "lines", "left"),
    [
        ([2] * ROWS, ROWS, 0),
        ([2] * ROWS + [1], 1, ROWS),
        ([1] * (ROWS + 3), ROWS, 3),
    ],
)
def test_page_keeps_to_those_that_are_not_ready_where_it_is_full(
    ready: list[int], lines: int, left: int
) -> None:
    views = many(ready)
    found = chosen(views, tree(views.sites()), None)
    assert (len(found.lines), found.left) == (lines, left)


def test_page_names_no_more_devices_than_it_has_rows() -> None:
    names = tuple(f"sw-{number}" for number in range(20))
    views = many([1] * 15, names)
    found = chosen(views, tree(views.sites()), None)
    assert sum(len(line.devices) for line in found.lines) == ROWS
    assert [line.more for line in found.lines] == [0] * 10 + [20] * 5


def test_device_that_a_reload_took_away_is_not_named() -> None:
    views = FakeViews(tree=[site("s", SiteIpv6View(expected=1, ready=0, devices=("gone",)))])
    (line,) = chosen(views, tree(views.sites()), None).lines
    assert line.devices == ()
