"""Names become numeric addresses, and one that does not resolve is no error."""

import asyncio
import socket

import pytest

from agent.resolve import resolve


async def test_numeric_and_local_names_resolve() -> None:
    assert await resolve("127.0.0.1") == ["127.0.0.1"]
    assert set(await resolve("localhost")) & {"127.0.0.1", "::1"}
    assert set(await resolve("localhost", "ipv4")) == {"127.0.0.1"}


async def test_name_that_nobody_has_is_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await resolve("x" * 300) == ()
    assert await resolve("127.0.0.1", "ipv6") == ()
    fail_with(monkeypatch, socket.EAI_NONAME)
    assert await resolve("no-such-host.invalid") == ()


async def test_name_that_no_server_knows_about_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    fail_with(monkeypatch, socket.EAI_AGAIN)
    with pytest.raises(OSError, match="as a name server would"):
        await resolve("portal.example", "ipv6")


def fail_with(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """There is no name server in a test that says or does not say so."""

    async def getaddrinfo(*_arguments: object, **_options: object) -> list[object]:
        raise socket.gaierror(number, "as a name server would")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", getaddrinfo)
