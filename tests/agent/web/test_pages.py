"""The pages that Prometheus reads."""

import asyncio
import gzip
from collections.abc import Awaitable, Callable

import aiohttp
import pytest

from tests.agent.web.conftest import Curled, Serve, until
from tests.agent.web.fake import FakeViews, a_target

Curl = Callable[..., Awaitable[Curled]]
FORMAT = "text/plain; version=0.0.4; charset=utf-8"


@pytest.mark.peer
async def test_curl_reads_everything_plain_and_compressed(serve: Serve, curl: Curl) -> None:
    views = FakeViews(pieces=[b"a %d\n" % n for n in range(1000)])
    server = await serve(views)
    whole = b"".join(views.pieces)
    assert (await curl(server.urls[0] + "metrics")).body == whole
    assert (await curl("--compressed", server.urls[0] + "metrics")).body == whole
    assert (await curl("--http1.0", server.urls[0] + "metrics")).body == whole


@pytest.mark.parametrize(
    ("header", "encoding"),
    [("gzip", "gzip"), ("gzip;q=0", None), ("identity", None), ("br, gzip;q=0.2", "gzip")],
)
async def test_accept_encoding_is_followed(
    serve: Serve, http: aiohttp.ClientSession, header: str, encoding: str | None
) -> None:
    server = await serve(FakeViews(shown=[a_target("sw-1")]))
    for path in ("metrics", "metrics/agent", "metrics/target/sw-1"):
        async with http.get(server.urls[0] + path, headers={"Accept-Encoding": header}) as answer:
            assert answer.headers.get("Content-Encoding") == encoding
            assert answer.headers["Vary"] == "Accept-Encoding"
            assert (await answer.read()).startswith(b"# ")


@pytest.mark.parametrize(
    "accept",
    [
        "*/*",
        "text/html",
        "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4",
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily",
    ],
)
async def test_the_format_is_the_same_whatever_accept_says(
    serve: Serve, http: aiohttp.ClientSession, accept: str
) -> None:
    server = await serve(FakeViews())
    async with http.get(server.urls[0] + "metrics", headers={"Accept": accept}) as answer:
        assert answer.headers["Content-Type"] == FORMAT


async def test_the_whole_exposition_is_streamed_without_a_length(
    serve: Serve, http: aiohttp.ClientSession
) -> None:
    server = await serve(FakeViews())
    async with http.get(server.urls[0] + "metrics") as answer:
        assert answer.headers["Transfer-Encoding"] == "chunked"
        assert "Content-Length" not in answer.headers


async def test_a_head_request_reads_no_sample(serve: Serve, http: aiohttp.ClientSession) -> None:
    views = FakeViews(breaks_after=0)
    server = await serve(views)
    async with http.head(server.urls[0] + "metrics") as answer:
        assert (answer.status, answer.headers["Content-Type"]) == (200, FORMAT)


async def test_an_unknown_target_names_the_nearest(
    serve: Serve, http: aiohttp.ClientSession
) -> None:
    server = await serve(FakeViews(shown=[a_target("sw-core-1"), a_target("sw-access-1")]))
    async with http.get(server.urls[0] + "metrics/target/sw-cor-1") as answer:
        assert answer.status == 404
        assert await answer.text() == "There is no target sw-cor-1. Did you mean sw-core-1?\n"
    async with http.get(server.urls[0] + "metrics/target/zzz?lang=zh") as answer:
        assert answer.status == 404


@pytest.mark.peer
@pytest.mark.parametrize(
    "path",
    [
        "/metrics/target/../agent",
        "/metrics/target/%2e%2e/agent",
        "/metrics/target/..%2fagent",
        "/metrics/target/sw%2d1",
        "/metrics/target/sw-1%0aforged",
        "/metrics/target/sw-1/",
        "/metrics/target/",
        "/metrics/target/" + "a" * 64,
        "/metrics/target/..",
        "/metrics//agent",
        "/static/../../etc/passwd",
        "/metrics/target/sw-1;x",
    ],
)
async def test_a_path_that_plays_tricks_is_not_found(serve: Serve, curl: Curl, path: str) -> None:
    server = await serve(FakeViews(shown=[a_target("sw-1")]))
    url = server.urls[0].rstrip("/") + path
    said = await curl("--path-as-is", "-o", "/dev/null", "-w", "%{http_code}", url)
    assert said.body == b"404"


async def test_a_failure_before_the_first_octet_is_an_ordinary_error(
    serve: Serve, http: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture
) -> None:
    server = await serve(FakeViews(breaks_after=0))
    async with http.get(server.urls[0] + "metrics") as answer:
        assert answer.status == 500
        assert await answer.text() == "Something failed here.\n"
    assert "the store fell over" in caplog.text


@pytest.mark.peer
@pytest.mark.parametrize("how", ["--http1.1", "--http1.0", "--compressed"])
async def test_a_failure_half_way_is_never_a_clean_end(
    serve: Serve, curl: Curl, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    views = FakeViews(pieces=[b"a 1\n" * 100_000] * 3, breaks_after=1)
    server = await serve(views)
    said = await curl(how, server.urls[0] + "metrics")
    assert said.code in (18, 56)  # a partial file; a reset while receiving
    assert "broke off half-way" in caplog.text
    assert server.statistics().cuts == {"broken": 1}
    assert views.streams_open == 0


async def test_a_client_that_leaves_half_way_leaves_nothing_behind(
    serve: Serve, caplog: pytest.LogCaptureFixture
) -> None:
    views = FakeViews(pieces=[b"x" * 1_000_000] * 50)
    server = await serve(views)
    address = server.addresses[0]
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
    await reader.readexactly(1000)
    assert views.streams_open == 1
    writer.transport.abort()
    await until(lambda: not (views.streams_open or server.statistics().connections))
    assert not [one for one in caplog.records if one.levelname in ("ERROR", "WARNING")]


async def test_a_hundred_clients_at_once(serve: Serve, http: aiohttp.ClientSession) -> None:
    views = FakeViews(pieces=[b"a 1\n" * 10_000] * 10)
    server = await serve(views)
    whole = b"".join(views.pieces)

    async def scrape(_number: int) -> bool:
        async with http.get(server.urls[0] + "metrics") as answer:
            return await answer.read() == whole

    assert all(await asyncio.gather(*map(scrape, range(100))))
    assert server.statistics().requests == 100


async def test_compressed_pages_are_what_they_say(serve: Serve) -> None:
    """Read from the raw socket: a client library would unpack it."""
    server = await serve(FakeViews(shown=[a_target("sw-1")]))
    address = server.addresses[0]
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(
        b"GET /metrics/target/sw-1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        b"Accept-Encoding: gzip\r\n\r\n"
    )
    body = (await reader.read()).partition(b"\r\n\r\n")[2]
    assert b'egov_target_up{target="sw-1"' in gzip.decompress(body)
    writer.close()
