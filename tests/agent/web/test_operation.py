"""Health, readiness, reload."""

import asyncio

import aiohttp
import pytest

from agent.web.views import Readiness, ReloadResult
from tests.agent.web.conftest import Serve, until
from tests.agent.web.fake import FakeViews


async def test_healthy(serve: Serve, http: aiohttp.ClientSession) -> None:
    server = await serve(FakeViews())
    async with http.get(server.urls[0] + "-/healthy") as answer:
        assert (answer.status, await answer.text()) == (200, "healthy\n")


async def test_ready_says_what_is_missing(serve: Serve, http: aiohttp.ClientSession) -> None:
    views = FakeViews(readiness=Readiness(ready=False, reasons=("the ledger is not open",)))
    server = await serve(views)
    async with http.get(server.urls[0] + "-/ready") as answer:
        assert (answer.status, await answer.text()) == (503, "not ready\nthe ledger is not open\n")
    views.readiness = Readiness(ready=True)
    async with http.get(server.urls[0] + "-/ready") as answer:
        assert (answer.status, await answer.text()) == (200, "ready\n")


async def test_a_reload_says_what_changed(serve: Serve, http: aiohttp.ClientSession) -> None:
    result = ReloadResult(ok=True, generation=5, added=1, changed=2, removed=3)
    server = await serve(FakeViews(reloaded=result))
    async with http.post(server.urls[0] + "-/reload") as answer:
        assert answer.status == 200
        assert await answer.text() == "Generation 5: 1 added, 2 changed, 3 removed.\n"


async def test_a_reload_refused_says_why(serve: Serve, http: aiohttp.ClientSession) -> None:
    problems = ("a.yaml:3: devices[x].site: unknown site", "listen: needs a restart")
    result = ReloadResult(ok=False, generation=4, problems=problems)
    server = await serve(FakeViews(reloaded=result))
    async with http.post(server.urls[0] + "-/reload") as answer:
        assert answer.status == 422
        text = "Refused; generation 4 goes on:\n" + "".join(f"{one}\n" for one in problems)
        assert await answer.text() == text


@pytest.mark.parametrize("path", ["-/reload", "egov/-/reload"])
async def test_a_reload_is_asked_for_once_at_a_time(
    serve: Serve, http: aiohttp.ClientSession, path: str
) -> None:
    """Whichever path it is asked for on."""
    views = FakeViews(reload_waits=asyncio.Event(), external_url="https://monitor.example/egov/")
    server = await serve(views)
    url = server.urls[0] + "-/reload"

    async def first() -> int:
        async with http.post(url) as answer:
            return answer.status

    task = asyncio.create_task(first())
    await until(lambda: views.reloads == 1)
    async with http.post(server.urls[0] + path) as answer:
        assert answer.status == 409
    assert views.reload_waits is not None
    views.reload_waits.set()
    assert await task == 200
    assert views.reloads == 1


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
async def test_a_reload_is_posted(serve: Serve, http: aiohttp.ClientSession, method: str) -> None:
    views = FakeViews()
    server = await serve(views)
    async with http.request(method, server.urls[0] + "-/reload") as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "POST")
    assert views.reloads == 0


@pytest.mark.parametrize("path", ["", "metrics", "sd", "api/v1/targets", "-/healthy"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
async def test_everything_else_is_only_read(
    serve: Serve, http: aiohttp.ClientSession, method: str, path: str
) -> None:
    server = await serve(FakeViews())
    async with http.request(method, server.urls[0] + path, data=b"x" * 100) as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "GET,HEAD")


@pytest.mark.parametrize("chunked", [None, True])
async def test_a_body_is_refused_unread(
    serve: Serve, http: aiohttp.ClientSession, chunked: bool | None
) -> None:
    views = FakeViews()
    server = await serve(views)
    url = server.urls[0] + "-/reload"
    async with http.post(url, data=b"x" * 5000, chunked=chunked) as answer:
        assert (answer.status, answer.headers["Connection"]) == (413, "close")
    assert views.reloads == 0
