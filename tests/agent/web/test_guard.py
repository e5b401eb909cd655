"""Clients that are slow, silent or too many, on both event loops."""

import asyncio
import resource
import socket
from collections.abc import AsyncGenerator

import pytest
import uvloop
from typing_extensions import override

from agent.settings import Address
from agent.web.door import Cut, Door, Patience, client_of
from agent.web.guard import Guard
from agent.web.server import WebServer
from tests.agent.web.conftest import HandClock, Serve, until
from tests.agent.web.fake import FakeViews

QUICK = Patience(request_s=0.3, reader_s=0.5, answer_s=30.0, idle_s=0.6, connections=512)
REQUEST = b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"


async def connected(server: WebServer, receive_buffer: int = 0, source: str = "") -> socket.socket:
    client = socket.socket()
    if source:
        client.bind((source, 0))
    if receive_buffer:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    client.setblocking(False)
    address = server.addresses[0]
    await asyncio.get_running_loop().sock_connect(client, (address.host, address.port))
    return client


async def trickle(client: socket.socket, octets: bytes) -> None:
    for octet in octets:
        await asyncio.get_running_loop().sock_sendall(client, bytes([octet]))
        await asyncio.sleep(0.02)


async def read_to_the_end(client: socket.socket) -> None:
    while await asyncio.get_running_loop().sock_recv(client, 65536):
        pass


async def test_a_client_that_reads_nothing_is_cut(serve: Serve) -> None:
    views = FakeViews(pieces=[b"x" * 1_000_000] * 100)
    server = await serve(views, patience=QUICK)
    client = await connected(server, receive_buffer=4096)
    await asyncio.get_running_loop().sock_sendall(client, REQUEST)
    await asyncio.get_running_loop().sock_recv(client, 100)
    await until(lambda: not views.streams_open)
    assert server.statistics().cuts == {"slow_reader": 1}
    assert server.statistics().connections == 0
    client.close()


async def test_a_client_that_reads_slowly_is_not_cut(serve: Serve) -> None:
    """It reads for three times the patience, a little at a time."""
    server = await serve(FakeViews(pieces=[b"x" * 1_000_000] * 100), patience=QUICK)
    client, loop = await connected(server, receive_buffer=4096), asyncio.get_running_loop()
    await loop.sock_sendall(client, REQUEST)
    for _read in range(15):
        for _part in range(20):
            assert await loop.sock_recv(client, 4096)
        await asyncio.sleep(QUICK.reader_s / 5)
    assert server.statistics().cuts == {}
    client.close()


async def test_a_request_that_trickles_in_is_cut(serve: Serve) -> None:
    server = await serve(FakeViews(), patience=QUICK)
    client = await connected(server)
    with pytest.raises(ConnectionError):
        await trickle(client, REQUEST * 100)
    assert server.statistics().cuts == {"slow_request": 1}
    client.close()


async def test_a_client_is_cut_even_where_no_descriptor_is_left(serve: Serve) -> None:
    server = await serve(FakeViews(), patience=QUICK)
    client = await connected(server)
    await until(lambda: server.statistics().connections == 1)
    former = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, former[1]))
    try:
        with pytest.raises(ConnectionError):
            await asyncio.get_running_loop().sock_recv(client, 100)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, former)
    assert server.statistics().connections == 0
    client.close()


async def test_a_connection_that_says_nothing_is_cut(serve: Serve) -> None:
    server = await serve(FakeViews(), patience=QUICK)
    client = await connected(server)
    with pytest.raises(ConnectionError):
        await asyncio.get_running_loop().sock_recv(client, 100)
    assert server.statistics().cuts == {"slow_request": 1}
    client.close()


async def test_between_two_requests_a_connection_may_rest(serve: Serve) -> None:
    server = await serve(FakeViews(), patience=QUICK)
    client, loop = await connected(server), asyncio.get_running_loop()
    for _request in range(3):
        await loop.sock_sendall(client, REQUEST)
        assert (await loop.sock_recv(client, 65536)).startswith(b"HTTP/1.1 200")
        await asyncio.sleep(QUICK.request_s * 1.5)
    assert server.statistics().cuts == {}
    client.close()


async def test_too_many_connections_are_cut_and_the_others_served(serve: Serve) -> None:
    few = Patience(connections=3)
    server = await serve(FakeViews(), patience=few)
    clients, loop = [await connected(server) for _ in range(3)], asyncio.get_running_loop()
    late = await connected(server)
    with pytest.raises(ConnectionError):
        await loop.sock_recv(late, 100)
    for client in clients:
        await loop.sock_sendall(client, REQUEST)
        assert (await loop.sock_recv(client, 65536)).startswith(b"HTTP/1.1 200")
    assert server.statistics().cuts == {"too_many": 1}
    for client in (*clients, late):
        client.close()


async def test_one_address_cannot_keep_the_others_out(serve: Serve) -> None:
    server = await serve(FakeViews(), patience=Patience(connections=10, share=3))
    greedy, loop = [await connected(server) for _ in range(3)], asyncio.get_running_loop()
    late = await connected(server)
    with pytest.raises(ConnectionError):
        await loop.sock_recv(late, 100)
    other = await connected(server, source="127.0.0.2")
    await loop.sock_sendall(other, REQUEST)
    assert (await loop.sock_recv(other, 65536)).startswith(b"HTTP/1.1 200")
    assert server.statistics().cuts == {"share": 1}
    greedy.pop().close()
    await until(lambda: server.statistics().connections == 3)
    again = await connected(server)
    await loop.sock_sendall(again, REQUEST)
    assert (await loop.sock_recv(again, 65536)).startswith(b"HTTP/1.1 200")
    for client in (*greedy, late, other, again):
        client.close()


def test_an_ipv6_client_is_a_network_of_its_own() -> None:
    """It may take another address of its /64 for each connection."""
    door = Door(Patience(share=1), lambda _certificate: True, lambda _peer, _why: None)
    made = [Guard(asyncio.Protocol(), door) for _ in range(4)]
    addresses = ("2001:db8:1::1", "2001:db8:1::2", "2001:db8:2::1", "192.0.2.1")
    refused = [door.enter(g, client_of(one)) for g, one in zip(made, addresses, strict=True)]
    assert refused == [None, "share", None, None]


async def test_an_answer_without_end_has_one(serve: Serve) -> None:
    class Endless(FakeViews):
        @override
        async def stream(self, *, gzip: bool) -> AsyncGenerator[bytes, None]:
            while not gzip:
                yield b"a 1\n"
                await asyncio.sleep(0.01)

    server = await serve(Endless(), patience=Patience(answer_s=0.3))
    client, loop = await connected(server), asyncio.get_running_loop()
    await loop.sock_sendall(client, REQUEST)
    with pytest.raises(ConnectionError):
        await read_to_the_end(client)
    assert server.statistics().cuts == {"too_long": 1}
    client.close()


@pytest.mark.parametrize(
    "octets",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 100,
        b"GET / HTTP/1.1\r\nA: " + b"x" * 20_000 + b"\r\n\r\n",
        b"GET /" + b"x" * 20_000 + b" HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 1000 + b"\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"\0" * 1000,
        b"GET /\x1b[31mforged\nline HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999999\r\n\r\n",
    ],
)
async def test_what_is_no_request_is_refused_without_a_word_in_the_log(
    serve: Serve, caplog: pytest.LogCaptureFixture, octets: bytes
) -> None:
    server = await serve(FakeViews(), patience=QUICK)
    client, loop = await connected(server), asyncio.get_running_loop()
    await loop.sock_sendall(client, octets)
    answer = await loop.sock_recv(client, 65536)
    assert answer.split(b" ")[1] in (b"400", b"404")
    assert b"\r\nServer: egov-agent\r\n" in answer
    assert b"aiohttp" not in answer
    assert not caplog.records
    client.close()


def test_slow_readers_are_cut_on_uvloop_too() -> None:
    async def scenario() -> dict[Cut, int]:
        views = FakeViews(pieces=[b"x" * 1_000_000] * 100)
        listen = [Address("127.0.0.1", 0)]
        async with WebServer(views, listen, clock=HandClock(), patience=QUICK) as server:
            client = await connected(server, receive_buffer=4096)
            await asyncio.get_running_loop().sock_sendall(client, REQUEST)
            await asyncio.get_running_loop().sock_recv(client, 100)
            await until(lambda: not server.statistics().connections)
            client.close()
            return dict(server.statistics().cuts)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(scenario()) == {"slow_reader": 1}
