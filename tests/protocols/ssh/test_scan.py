"""Host keys are fetched from real servers without a log-in."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import cast

import asyncssh
import pytest

from protocols.ssh.known_hosts import KnownHosts, Pin, Verdict
from protocols.ssh.scan import ScanFailed, offered_keys
from tests.peers import free_port
from tests.protocols.ssh.servers import host_key, sshd

SOON_S = 20.0


@pytest.mark.peer
async def test_every_type_of_key_that_sshd_has_is_shown(tmp_path: Path) -> None:
    with sshd(tmp_path / "sshd", ("rsa", "ecdsa", "ed25519")) as server:
        offer = await offered_keys(server.host, server.port, SOON_S)
        assert set(offer.keys) == set(server.keys)
        assert offer.problem == ""
        hosts = KnownHosts(tmp_path / "known_hosts")
        hosts.trust([Pin(server.host, server.port, offer.keys)])
        for key in server.keys:
            assert hosts.verdict(server.host, server.port, key) is Verdict.TRUSTED


@pytest.mark.peer
async def test_nobody_logs_in(tmp_path: Path) -> None:
    with sshd(tmp_path / "sshd", options=["LogLevel DEBUG1"]) as server:
        await offered_keys(server.host, server.port, SOON_S)
        log = server.log.read_text()
    assert "egov-agent" in log
    assert "userauth" not in log.replace("no matching", "")
    assert "Failed" not in log
    assert "invalid user" not in log.lower()


@pytest.mark.peer
async def test_server_is_reached_over_ipv6(tmp_path: Path) -> None:
    with sshd(tmp_path / "sshd", host="::1") as server:
        offer = await offered_keys("::1", server.port, SOON_S)
        assert offer.keys == server.keys


@pytest.fixture
async def old_switch(tmp_path: Path) -> AsyncIterator[int]:
    """Offer what a switch of 2010 has: group1, SHA-1, 3DES, MD5."""
    rsa = asyncssh.read_private_key(host_key(tmp_path, "rsa"))
    dss = asyncssh.generate_private_key("ssh-dss")
    server = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_host_keys=[rsa, dss],
        kex_algs=["diffie-hellman-group1-sha1"],
        encryption_algs=["3des-cbc"],
        mac_algs=["hmac-md5"],
        signature_algs=["ssh-rsa", "ssh-dss"],
    )
    async with server:
        yield server.get_port()


@pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")
async def test_keys_of_an_old_switch_are_readable(old_switch: int) -> None:
    offer = await offered_keys("127.0.0.1", old_switch, SOON_S)
    assert [key.algorithm for key in offer.keys] == ["ssh-rsa", "ssh-dss"]


async def test_closed_port_is_an_error_that_says_so() -> None:
    with pytest.raises(ScanFailed, match="Connection refused"):
        await offered_keys("127.0.0.1", free_port(), SOON_S)


async def test_name_that_does_not_exist_is_an_error_that_says_so() -> None:
    with pytest.raises(ScanFailed, match=r"(?i)name|resol|service"):
        await offered_keys("no-such-host.invalid", 22, SOON_S)


Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextlib.asynccontextmanager
async def _serving(talk: Talk) -> AsyncIterator[int]:
    """Serve on the port given, and wait for every connection's end."""
    talks: list[asyncio.Task[None]] = []

    async def served(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.append(cast("asyncio.Task[None]", asyncio.current_task()))
        with contextlib.suppress(ConnectionError):
            await talk(reader, writer)
        await _closed(writer)

    async with await asyncio.start_server(served, "127.0.0.1", 0) as server:
        yield server.sockets[0].getsockname()[1]
        await asyncio.gather(*talks)


def _saying(answer: bytes, *, then_wait: bool) -> Talk:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()
        if then_wait:
            await reader.read()

    return talk


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (b"", "closed the connection"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "closed the connection"),
        (b"hello\r\n" * 60, "does not identify itself"),
        (b"x" * 20_000, "not what an SSH server says"),
        (b"SSH-1.5-old\r\n", "which nobody should"),
        (b"SSH-2.0-x\r\n\0\0", "closed the connection"),
        (b"SSH-2.0-x\r\n\xff\xff\xff\xff", "a packet of 4294967295 octets"),
        (b"SSH-2.0-x\r\n\0\0\0\x08\x04\x01\0\0\0\0\0\0", "no key exchange"),
        (b"SSH-2.0-x\r\n\0\0\0\x08\x04\x14\0\0\0\0\0\0", "cut off"),
    ],
)
async def test_what_is_no_ssh_server_is_an_error(answer: bytes, why: str) -> None:
    async with _serving(_saying(answer, then_wait=False)) as port:
        with pytest.raises(ScanFailed, match=why):
            await offered_keys("127.0.0.1", port, SOON_S)


async def test_silent_server_is_given_up_at_the_deadline() -> None:
    async with _serving(_saying(b"SSH-2.0-x\r\n", then_wait=True)) as port:
        with pytest.raises(ScanFailed, match=r"no answer within 0\.3 s"):
            await offered_keys("127.0.0.1", port, 0.3)


@pytest.mark.peer
async def test_server_that_breaks_off_keeps_the_keys_seen(tmp_path: Path) -> None:
    """Its lines are full after the second connection."""
    with sshd(tmp_path / "sshd", ("rsa", "ed25519")) as server:
        admitted = itertools.count(1)

        async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if next(admitted) <= 2:
                there, back = await asyncio.open_connection(server.host, server.port)
                await asyncio.gather(_copy(reader, back), _copy(there, writer))

        async with _serving(relay) as port:
            offer = await offered_keys("127.0.0.1", port, SOON_S)
        assert [key.algorithm for key in offer.keys] == ["ssh-ed25519"]
        assert offer.problem == "it closed the connection; are all its lines taken?"


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while octets := await reader.read(65536):
            writer.write(octets)
    await _closed(writer)


async def _closed(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()
