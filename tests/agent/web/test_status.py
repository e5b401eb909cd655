"""The status page: language, filters, and that nothing a device says becomes markup."""

import html
import re

import aiohttp
import pytest
from typing_extensions import override

from agent.web.reading import ROWS
from agent.web.status import preferred
from agent.web.views import CheckView, ErrorView, Readiness, SiteView
from tests.agent.web.conftest import Serve
from tests.agent.web.fake import FakeViews, a_silent_target, a_target, district
from texts import Language


async def page(http: aiohttp.ClientSession, url: str, **headers: str) -> str:
    async with http.get(url, headers=headers) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        return await answer.text()


def rows(body: str) -> list[str]:
    return re.findall(r'<td class="id"><a href="metrics/target/([^"]+)">', body)


@pytest.mark.parametrize(
    ("query", "header", "languages"),
    [
        ("", "", ("zh", "zh-CN")),
        ("", "", ("en", "en")),
        ("?lang=en", "zh-CN", ("zh", "en")),
        ("?lang=zh", "en", ("en", "zh-CN")),
        ("?lang=fr", "en-GB,en;q=0.8", ("zh", "en")),
        ("", "fr, de;q=0.9", ("zh", "zh-CN")),
        ("", "en;q=0.5, zh-Hans-CN;q=0.7", ("en", "zh-CN")),
    ],
)
async def test_the_reader_chooses_the_language(
    serve: Serve,
    http: aiohttp.ClientSession,
    query: str,
    header: str,
    languages: tuple[Language, str],
) -> None:
    default, language = languages
    server = await serve(FakeViews(language=default))
    body = await page(http, server.urls[0] + query, **{"Accept-Language": header})
    assert f'<html lang="{language}">' in body


@pytest.mark.parametrize(
    ("field", "language"),
    [
        ("", None),
        ("*", None),
        ("en", "en"),
        ("ZH-tw", "zh"),
        ("en;q=0", None),
        ("en;q=0, zh;q=0.1", "zh"),
        ("en;q=x, zh;q=0.1", "zh"),
        ("zh;q=0.8,en;q=0.9", "en"),
        ("en,zh", "en"),
        (";;,,=", None),
    ],
)
def test_accept_language(field: str, language: str | None) -> None:
    assert preferred(field) == language


async def test_the_troubled_come_first(serve: Serve, http: aiohttp.ClientSession) -> None:
    server = await serve(district())
    body = await page(http, server.urls[0] + "?lang=en")
    states = re.findall(r'<span class="state (\w+)">', body)
    assert states == ["down"] * 7 + ["unknown"] * 5 + ["up"] * 48
    assert "<title>(7) " in body
    assert "no answer in 5 s" in body
    assert "66 min ago" in body


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("", 60),
        ("state=down", 7),
        ("state=nonsense", 60),
        ("q=CORE", 2),
        ("q=10.20.", 20),
        ("q=timeout", 7),
        ("q=generr", 3),
        ("site=hall-0", 12),
        ("site=east", 36),
        ("site=city", 60),
        ("site=nowhere", 0),
        ("site=east&state=down", 3),
        ("q=<script>", 0),
        ("page=99", 60),
        ("page=-1", 60),
        ("page=٣", 60),
    ],
)
async def test_filters(serve: Serve, http: aiohttp.ClientSession, query: str, count: int) -> None:
    server = await serve(district())
    body = await page(http, f"{server.urls[0]}?lang=en&{query}")
    assert len(rows(body)) == count
    assert f'<small id="shown">{count} target' in body


async def test_many_targets_come_in_pages(serve: Serve, http: aiohttp.ClientSession) -> None:
    shown = [a_target(f"sw-{number:04d}") for number in range(ROWS * 2 + 1)]
    server = await serve(FakeViews(shown=shown))
    first = await page(http, server.urls[0] + "?lang=en")
    last = await page(http, server.urls[0] + "?lang=en&page=3")
    assert len(rows(first)) == ROWS
    assert rows(last) == [shown[-1].id]
    assert "page 3 of 3" in last
    assert 'rel="next"' in first
    assert 'rel="next"' not in last


async def test_the_site_tree_shows_counts_of_the_subtree(
    serve: Serve, http: aiohttp.ClientSession
) -> None:
    server = await serve(district())
    body = await page(http, server.urls[0] + "?lang=en")
    assert body.count("<details open>") == 3
    assert re.search(r'title="city">滨江市</a>.*?>7</span>.*?>5</span>.*?48/60', body, re.DOTALL)
    assert body.count("<details") == body.count("</details>")
    assert body.count("<ul>") == body.count("</ul>")


async def test_a_tree_may_be_deep_and_its_root_missing(
    serve: Serve, http: aiohttp.ClientSession
) -> None:
    deep = [
        SiteView(id=f"s{n}", name=f"n{n}", level="hall", parent=f"s{n - 1}") for n in range(3000)
    ]
    server = await serve(FakeViews(tree=deep))
    body = await page(http, server.urls[0])
    assert ">n0</a>" in body
    assert ">n2999</a>" in body


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}&amp;\u202e"


async def test_nothing_a_device_or_a_reader_says_becomes_markup(
    serve: Serve, http: aiohttp.ClientSession
) -> None:
    error = ErrorView(reason=HOSTILE, text=HOSTILE, age_s=1.0)
    check = CheckView(name=HOSTILE, error=error)
    target = a_target(
        "sw-1", name=HOSTILE, address=HOSTILE, site=HOSTILE, kind=HOSTILE, checks=(check,)
    )
    site = SiteView(id=HOSTILE, name=HOSTILE, level="hall", down=1)
    views = FakeViews(
        shown=[target], tree=[site], readiness=Readiness(ready=False, reasons=(HOSTILE,))
    )
    server = await serve(views)
    async with http.get(server.urls[0], params={"q": "script", "site": HOSTILE}) as answer:
        body = await answer.text()
    assert body.count("<script>") == body.count("</script>") == 1
    assert "<img" not in body
    assert "49" not in re.sub(r"sha256-\S+|<style>.*?</style>", "", body, flags=re.DOTALL)
    assert html.escape(HOSTILE, quote=False)[:20] in body


async def test_only_the_blocks_of_the_template_may_run(
    serve: Serve, http: aiohttp.ClientSession
) -> None:
    server = await serve(district())
    async with http.get(server.urls[0]) as answer:
        policy = answer.headers["Content-Security-Policy"]
        body = await answer.text()
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert not re.search(r'\son\w+="|\sstyle="|javascript:', body)
    assert not re.search(r'(?:src|href)="(?:https?:)?//', body)


async def test_a_target_without_checks_says_so_and_no_error_repeats_the_id(
    serve: Serve, http: aiohttp.ClientSession
) -> None:
    error = ErrorView(reason="timeout", text="sw-1: no answer", age_s=1.0)
    views = FakeViews(
        shown=[
            a_target("sw-1", checks=(CheckView(name="snmp", error=error),)),
            a_target("kiosk-1", checks=()),
        ]
    )
    server = await serve(views)
    body = await page(http, server.urls[0] + "?lang=en")
    assert "sw-1: no answer" not in body
    assert "</b> no answer <" in body
    assert "no check" in body


async def test_the_page_may_refresh_itself(serve: Serve, http: aiohttp.ClientSession) -> None:
    server = await serve(district())
    assert 'content="30"' in await page(http, server.urls[0] + "?refresh=30")
    assert 'http-equiv="refresh"' not in await page(http, server.urls[0])
    assert 'http-equiv="refresh"' not in await page(http, server.urls[0] + "?refresh=1")


async def test_a_service_that_is_not_ready_says_so(
    serve: Serve, http: aiohttp.ClientSession
) -> None:
    readiness = Readiness(ready=False, reasons=("the ledger is not open",))
    server = await serve(FakeViews(readiness=readiness))
    assert "the ledger is not open" in await page(http, server.urls[0])


async def test_a_target_that_a_reload_took_away_meanwhile_is_left_out(
    serve: Serve, http: aiohttp.ClientSession
) -> None:
    class Vanishing(FakeViews):
        @override
        def target_ids(self) -> list[str]:
            return ["gone", *(target.id for target in self.shown)]

    server = await serve(Vanishing(shown=[a_silent_target("sw-1")]))
    assert rows(await page(http, server.urls[0])) == ["sw-1"]
    async with http.get(server.urls[0] + "api/v1/targets") as answer:
        assert [one["id"] for one in (await answer.json())["targets"]] == ["sw-1"]
