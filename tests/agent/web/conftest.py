"""A server in front of a fake service, certificates, passwords, curl."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import aiohttp
import bcrypt
import pytest

from agent.settings import Address
from agent.web.door import Patience
from agent.web.server import WebServer
from tests.agent.web.fake import FakeViews
from tests.peers import program

Serve = Callable[..., Awaitable[WebServer]]


@dataclass
class HandClock:
    """A monotonic clock that goes when it is told to."""

    now_s: float = 1000.0

    def __call__(self) -> float:
        return self.now_s


@dataclass(frozen=True)
class Curled:
    """What curl said: its exit code, the body, and what it wrote to stderr."""

    code: int
    body: bytes
    errors: str = field(repr=False)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
async def serve(clock: HandClock) -> AsyncIterator[Serve]:
    """Start servers; all are closed when the test ends."""
    async with AsyncExitStack() as stack:

        async def start(
            views: FakeViews, *listen: str, patience: Patience | None = None
        ) -> WebServer:
            addresses = [Address(host, 0) for host in listen or ("127.0.0.1",)]
            server = WebServer(views, addresses, clock=clock, patience=patience)
            return await stack.enter_async_context(server)

        yield start


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
        yield session


@pytest.fixture
def curl() -> Callable[..., Awaitable[Curled]]:
    path = program("curl")

    async def run(*arguments: object) -> Curled:
        child = await asyncio.create_subprocess_exec(
            path, "-sS", "--max-time", "20", "--noproxy", "*", *map(str, arguments),
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        body, errors = await child.communicate()
        return Curled(child.returncode or 0, body, errors.decode())

    return run


def hashed(password: str, cost: int = 4) -> str:
    return bcrypt.hashpw(password.encode(), bcrypt.gensalt(cost)).decode()


async def until(condition: Callable[[], bool]) -> None:
    """Wait until something holds that no event tells; fails after ten seconds."""
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110  # connections end in the kernel's own time
            await asyncio.sleep(0.01)


@pytest.fixture
def own_address() -> str:
    """Return an address of this machine other than loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing; the kernel chooses the source
        except OSError:
            pytest.skip("no address besides loopback")
        return str(probe.getsockname()[0])
