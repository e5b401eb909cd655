"""The commands' way to a service behind TLS and a log-in."""

from pathlib import Path

import pytest
from aiohttp import encode_basic_auth, web
from aiohttp.test_utils import TestServer

from agent.cli.service import NoAnswer, Service

TARGETS = {"generation": 1, "targets": [{"id": "SW-1", "state": "up"}]}


async def serving(request: web.Request) -> web.Response:
    if request.headers.get("Authorization") != encode_basic_auth("officer", "canary"):
        raise web.HTTPUnauthorized
    return web.json_response(TARGETS)


async def server() -> TestServer:
    application = web.Application()
    application.router.add_get("/api/v1/targets", serving)
    running = TestServer(application)
    await running.start_server()
    return running


async def test_the_log_in_comes_from_netrc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    running = await server()
    path = tmp_path / ".netrc"
    path.write_text("machine 127.0.0.1 login officer password canary\n")
    path.chmod(0o600)
    monkeypatch.setenv("HOME", str(tmp_path))
    try:
        found = await Service(str(running.make_url("/"))).targets()
    finally:
        await running.close()
    assert list(found) == ["SW-1"]


async def test_without_a_log_in_it_says_where_and_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = await server()
    monkeypatch.setenv("HOME", str(tmp_path))
    try:
        with pytest.raises(NoAnswer, match=r"/api/v1/targets: 401"):
            await Service(str(running.make_url("/"))).targets()
    finally:
        await running.close()


async def test_a_service_that_is_down_is_no_traceback() -> None:
    with pytest.raises(NoAnswer, match=r"127\.0\.0\.1:1"):
        await Service("http://127.0.0.1:1").targets()
