"""Listening, closing, headers, and the path of external_url."""

import asyncio
import socket
from pathlib import Path

import aiohttp
import pytest

from agent.settings import Address
from agent.web.door import Patience
from agent.web.listening import CannotListen
from agent.web.server import WebServer
from inventory.located import Problems
from tests.agent.web.conftest import HandClock, Serve, until
from tests.agent.web.fake import FakeViews
from texts import speaking


async def test_it_says_where_it_listens(serve: Serve, http: aiohttp.ClientSession) -> None:
    server = await serve(FakeViews(), "127.0.0.1", "::1")
    four, six = server.urls
    assert four.startswith("http://127.0.0.1:")
    assert six.startswith("http://[::1]:")
    for url in server.urls:
        assert ":0/" not in url
        async with http.get(url + "-/healthy") as answer:
            assert answer.status == 200


async def test_all_of_ipv6_takes_ipv4_too(serve: Serve, http: aiohttp.ClientSession) -> None:
    server = await serve(FakeViews(), "::")
    port = server.addresses[0].port
    for host in ("127.0.0.1", "[::1]"):
        async with http.get(f"http://{host}:{port}/-/healthy") as answer:
            assert answer.status == 200


async def test_both_wildcards_share_a_port(clock: HandClock) -> None:
    with socket.socket() as probe:
        probe.bind(("0.0.0.0", 0))
        port = probe.getsockname()[1]
    listen = [Address("::", port), Address("0.0.0.0", port)]
    async with WebServer(FakeViews(), listen, clock=clock) as server:
        assert len(server.addresses) == 2


async def test_a_port_that_is_taken_is_named(serve: Serve, clock: HandClock) -> None:
    first = await serve(FakeViews())
    second = WebServer(FakeViews(), [Address("127.0.0.1", 0), *first.addresses], clock=clock)
    with speaking("en"), pytest.raises(CannotListen) as caught:
        await second.start()
    assert str(caught.value) == f"cannot listen on {first.addresses[0]}: Address already in use"


async def test_a_wrong_web_config_stops_the_start(tmp_path: Path, clock: HandClock) -> None:
    file = tmp_path / "web.yaml"
    file.write_text("a: 1")
    server = WebServer(FakeViews(web_config=file), [Address("127.0.0.1", 0)], clock=clock)
    with pytest.raises(Problems):
        await server.start()
    await server.close()


async def test_close_really_closes(clock: HandClock) -> None:
    server = WebServer(FakeViews(), [Address("127.0.0.1", 0)], clock=clock)
    await server.start()
    address = server.addresses[0]
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(b"GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n")
    await reader.readuntil(b"healthy\n")
    await server.close()
    assert await reader.read() == b""
    writer.close()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(address.host, address.port)
    again = WebServer(FakeViews(), [address], clock=clock)
    await again.start()
    await again.close()


async def test_an_answer_under_way_ends_before_the_close(clock: HandClock) -> None:
    views = FakeViews(reload_waits=asyncio.Event())
    server = WebServer(views, [Address("127.0.0.1", 0)], clock=clock)
    await server.start()
    address = server.addresses[0]
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(b"POST /-/reload HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n")
    await until(lambda: views.reloads == 1)
    closing = asyncio.create_task(server.close())
    await asyncio.sleep(0)
    assert views.reload_waits is not None
    views.reload_waits.set()
    await closing
    assert (await reader.read()).startswith(b"HTTP/1.1 200")
    writer.close()


async def test_a_client_that_reads_nothing_does_not_hold_the_close(clock: HandClock) -> None:
    views = FakeViews(pieces=[b"x" * 1_000_000] * 100)
    patience = Patience(reader_s=0.3)
    server = WebServer(views, [Address("127.0.0.1", 0)], clock=clock, patience=patience)
    await server.start()
    address = server.addresses[0]
    reader, writer = await asyncio.open_connection(address.host, address.port)
    writer.write(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
    await reader.readexactly(100)
    async with asyncio.timeout(10):
        await server.close()
    writer.close()


@pytest.mark.parametrize("path", ["", "metrics", "sd", "nowhere", "-/reload", "api/v1/targets"])
async def test_headers_tell_browsers_to_do_nothing_unasked(
    serve: Serve, http: aiohttp.ClientSession, path: str
) -> None:
    server = await serve(FakeViews())
    async with http.get(server.urls[0] + path) as answer:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert answer.headers["Server"] == "egov-agent"
        assert "Access-Control-Allow-Origin" not in answer.headers


async def test_headers_of_web_config_win(
    serve: Serve, http: aiohttp.ClientSession, tmp_path: Path
) -> None:
    file = tmp_path / "web.yaml"
    file.write_text("http_server_config: {headers: {X-Frame-Options: SAMEORIGIN}}")
    file.chmod(0o640)
    server = await serve(FakeViews(web_config=file))
    async with http.get(server.urls[0]) as answer:
        assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"


async def test_the_path_of_external_url_is_served_beside_the_root(
    serve: Serve, http: aiohttp.ClientSession
) -> None:
    """Some proxies take the path away before they ask, others do not."""
    server = await serve(FakeViews(external_url="https://monitor.example/egov/"))
    for path in ("metrics", "egov/metrics", "", "egov/", "egov/-/healthy"):
        async with http.get(server.urls[0] + path) as answer:
            assert answer.status == 200, path
    async with http.get(server.urls[0] + "other/metrics") as answer:
        assert answer.status == 404


async def test_no_query_names_an_address_to_poll(serve: Serve, http: aiohttp.ClientSession) -> None:
    """What snmp_exporter and blackbox_exporter do by design is not offered."""
    server = await serve(FakeViews())
    async with http.get(server.urls[0] + "metrics?target=169.254.169.254&module=x") as answer:
        assert "169.254.169.254" not in await answer.text()
