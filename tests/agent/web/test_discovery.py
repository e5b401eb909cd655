"""`/sd`, read by us and by Prometheus itself."""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from agent.settings import Address
from agent.web.server import WebServer
from tests.agent.web.conftest import HandClock, Serve
from tests.agent.web.fake import FakeViews, a_target
from tests.peers import free_port, program


async def groups(http: aiohttp.ClientSession, url: str) -> list[dict[str, Any]]:
    async with http.get(url + "sd") as answer:
        assert answer.headers["Content-Type"] == "application/json; charset=utf-8"
        found: list[dict[str, Any]] = await answer.json()
        return found


async def test_each_target_has_a_group_of_its_own(
    serve: Serve, http: aiohttp.ClientSession
) -> None:
    server = await serve(FakeViews(shown=[a_target("sw-2"), a_target("sw-1")]))
    address = str(server.addresses[0])
    assert await groups(http, server.urls[0]) == [
        {
            "targets": [address],
            "labels": {
                "__scheme__": "http",
                "__metrics_path__": "/metrics/target/sw-1",
                "instance": "sw-1",
            },
        },
        {
            "targets": [address],
            "labels": {
                "__scheme__": "http",
                "__metrics_path__": "/metrics/target/sw-2",
                "instance": "sw-2",
            },
        },
        {
            "targets": [address],
            "labels": {
                "__scheme__": "http",
                "__metrics_path__": "/metrics/agent",
                "instance": address,
            },
        },
    ]


@pytest.mark.parametrize(
    ("external_url", "reached"),
    [
        ("http://monitor.example:9877", ("http", "monitor.example:9877", "")),
        ("https://monitor.example", ("https", "monitor.example:443", "")),
        ("http://monitor.example/", ("http", "monitor.example:80", "")),
        ("https://monitor.example/egov/agent/", ("https", "monitor.example:443", "/egov/agent")),
        ("https://[2001:db8::1]:8443/x", ("https", "[2001:db8::1]:8443", "/x")),
    ],
)
async def test_external_url_says_how_others_reach_the_agent(
    serve: Serve, http: aiohttp.ClientSession, external_url: str, reached: tuple[str, str, str]
) -> None:
    server = await serve(FakeViews(external_url=external_url, shown=[a_target("sw-1")]))
    scheme, address, path = reached
    first = (await groups(http, server.urls[0]))[0]
    assert first["targets"] == [address]
    assert first["labels"]["__scheme__"] == scheme
    assert first["labels"]["__metrics_path__"] == f"{path}/metrics/target/sw-1"


async def test_a_wildcard_is_replaced_by_the_address_that_was_reached(
    serve: Serve, http: aiohttp.ClientSession
) -> None:
    server = await serve(FakeViews(), "::")
    port = server.addresses[0].port
    for host in ("127.0.0.1", "[::1]"):
        (agent,) = await groups(http, f"http://{host}:{port}/")
        assert agent["targets"] == [f"{host}:{port}"]


async def test_the_host_header_is_not_believed(serve: Serve, http: aiohttp.ClientSession) -> None:
    server = await serve(FakeViews())
    headers = {"Host": "evil.example", "X-Forwarded-Host": "evil.example"}
    async with http.get(server.urls[0] + "sd", headers=headers) as answer:
        assert "evil" not in await answer.text()


async def test_a_reload_shows_at_once(serve: Serve, http: aiohttp.ClientSession) -> None:
    views = FakeViews(shown=[a_target("sw-1")])
    server = await serve(views)
    assert len(await groups(http, server.urls[0])) == 2
    views.shown, views.generation = [], 2
    assert len(await groups(http, server.urls[0])) == 1


@pytest.mark.peer
@pytest.mark.slow
async def test_prometheus_writes_one_steady_up_for_each_target(
    http: aiohttp.ClientSession, tmp_path: Path, clock: HandClock
) -> None:
    views = FakeViews(shown=[a_target(f"sw-{number}") for number in range(20)])
    async with (
        WebServer(views, [Address("127.0.0.1", 0)], clock=clock) as server,
        _prometheus(tmp_path, server.urls[0]) as url,
    ):
        await _scraped(http, url, 21)
        rows = await _query(http, url, "count_over_time(up[1m])")
        assert len(rows) == 21
        assert {row["metric"]["instance"] for row in rows} == {
            *(target.id for target in views.shown),
            str(server.addresses[0]),
        }
        assert not await _query(http, url, "min_over_time(up[1m]) == 0")
        brought = await _query(http, url, 'egov_target_up{instance=~"sw-.*"}')
        assert len(brought) == 20
        assert all(row["metric"]["target"] == row["metric"]["instance"] for row in brought)


@asynccontextmanager
async def _prometheus(folder: Path, agent: str) -> AsyncIterator[str]:
    config = folder / "prometheus.yml"
    job = {
        "job_name": "egov",
        "http_sd_configs": [{"url": agent + "sd", "refresh_interval": "1s"}],
    }
    everything = {"global": {"scrape_interval": "1s"}, "scrape_configs": [job]}
    config.write_text(json.dumps(everything))  # JSON is YAML
    port = free_port()
    child = await asyncio.create_subprocess_exec(
        program("prometheus"),
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'tsdb'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=error",
        env={**os.environ, "no_proxy": "*"},
    )
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        child.terminate()
        await child.wait()


async def _scraped(http: aiohttp.ClientSession, url: str, count: int) -> None:
    """Wait until every target has been scraped three times."""
    async with asyncio.timeout(60):
        while len(await _query(http, url, "count_over_time(up[1m]) >= 3")) < count:  # noqa: ASYNC110  # Prometheus tells nobody
            await asyncio.sleep(0.2)


async def _query(http: aiohttp.ClientSession, url: str, query: str) -> list[dict[str, Any]]:
    try:
        async with http.get(url + "/api/v1/query", params={"query": query}) as answer:
            if answer.status != 200:  # still starting
                return []
            found: list[dict[str, Any]] = (await answer.json())["data"]["result"]
            return found
    except aiohttp.ClientConnectionError:
        return []
