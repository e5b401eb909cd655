"""The machines that answer at the sites' addresses."""

import asyncio

import pytest

from lab.sites import Answering, Site
from tests.peers import free_port

PATIENCE_S = 20


async def accepted(address: str, port: int) -> bool:
    try:
        _reader, writer = await asyncio.open_connection(address, port)
    except OSError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


async def until_accepted(address: str, port: int, *, wanted: bool) -> None:
    async with asyncio.timeout(PATIENCE_S):
        while await accepted(address, port) is not wanted:  # noqa: ASYNC110  # a socket has no event
            await asyncio.sleep(0.05)


async def test_ipv6_closes_and_comes_back_while_ipv4_stays() -> None:
    reached = True
    where = Answering("hall", "127.20.0.101", "::1", free_port())
    site = Site(where, lambda: reached)
    await site.open()
    assert await accepted(where.v4, where.port)
    assert await accepted("::1", where.port)
    reached = False
    await until_accepted("::1", where.port, wanted=False)
    assert await accepted(where.v4, where.port)
    reached = True
    await until_accepted("::1", where.port, wanted=True)
    await site.close()
    assert not await accepted(where.v4, where.port)


async def test_a_site_without_ipv6_answers_ipv4_alone() -> None:
    where = Answering("lianhua", "127.20.0.102", None, free_port())
    site = Site(where, lambda: True)
    await site.open()
    assert await accepted(where.v4, where.port)
    assert not await accepted("::1", where.port)
    await site.close()


async def test_a_port_that_is_taken_is_named() -> None:
    where = Answering("hall", "127.20.0.101", "::1", free_port())
    first = Site(where, lambda: True)
    await first.open()
    with pytest.raises(OSError, match=str(where.port)):
        await Site(where, lambda: True).open()
    await first.close()
