"""A network device's command line over real SSH (asyncssh), as well behaved as a test wants it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

import asyncssh

USER = "egov"
PASSWORD = "Canary-7c1f"

Talk = Callable[["Line"], Awaitable[None]]


@dataclass
class Device:
    """How the device behaves; what it saw stands in the lists.

    Args:
        answers: by command, without the trailing newline; a value may be a coroutine function.
        banner: what comes before the first prompt.
        pager: lines of a page; 0: none. `screen-length`, `terminal length` do not switch it off.
        before: runs before the first prompt; it may never come back.
    """

    prompt: str = "<SW-HX-01>"
    banner: str = ""
    answers: Mapping[str, "str | bytes | Talk"] = field(default_factory=dict)
    unknown: str = "               ^\r\nError: Unrecognized command found at '^' position."
    pager: int = 0
    more: str = "  ---- More ----"
    erase: str = "\x1b[42D" + " " * 42 + "\x1b[42D"
    before: Talk | None = None
    auth_wait_s: float = 0.0
    newline: str = "\r\n"
    algorithms: Mapping[str, object] = field(default_factory=dict)
    password: str = PASSWORD
    key: asyncssh.SSHKey = field(
        default_factory=lambda: asyncssh.generate_private_key("ssh-ed25519")
    )
    port: int = 0
    logins: int = 0
    passwords: list[str] = field(default_factory=list)
    typed: list[str] = field(default_factory=list)
    raw: bytearray = field(default_factory=bytearray)
    farewells: list[str] = field(default_factory=list)
    connections: list[asyncssh.SSHServerConnection] = field(default_factory=list)
    forwards: bool = False
    forwarded: list[tuple[object, ...]] = field(default_factory=list)

    @contextlib.asynccontextmanager
    async def serve(self) -> AsyncIterator["Device"]:
        """Listen on loopback; `port` says where."""
        server = await asyncssh.listen(
            "127.0.0.1",
            self.port,
            server_factory=lambda: _Server(self),
            server_host_keys=[self.key],
            process_factory=self._process,
            encoding=None,
            line_editor=False,
            **self.algorithms,  # type: ignore[arg-type]  # options by name
        )
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            for connection in self.connections:
                connection.abort()
                await connection.wait_closed()
            await server.wait_closed()

    async def _process(self, process: "asyncssh.SSHServerProcess[bytes]") -> None:
        line = Line(self, process)
        with contextlib.suppress(
            asyncssh.BreakReceived, asyncssh.ConnectionLost, BrokenPipeError, EOFError, _Gone
        ):
            await line.session()
        process.exit(0)


class _Gone(Exception):
    """The client has gone, or said good-bye."""


@dataclass
class Line:
    """One session."""

    device: Device
    process: "asyncssh.SSHServerProcess[bytes]"

    async def session(self) -> None:
        device = self.device
        device.logins += 1
        if device.banner:
            self.write(device.banner)
        if device.before is not None:
            await device.before(self)
        while True:
            self.write(device.prompt)
            command = await self.read()
            self.write(command + device.newline)
            if command in ("quit", "exit", "logout"):
                device.farewells.append(command)
                raise _Gone
            if command:
                device.typed.append(command)
                await self.answer(command)

    async def answer(self, command: str) -> None:
        device = self.device
        if command.startswith(("screen-length", "terminal")):
            return
        found = device.answers.get(command, device.unknown)
        if callable(found):
            await found(self)
        elif isinstance(found, bytes):
            self.process.stdout.write(found)
        else:
            await self.pages(found.split("\n"))

    async def pages(self, lines: Sequence[str]) -> None:
        device = self.device
        for number, line in enumerate(lines):
            if device.pager and number and number % device.pager == 0:
                self.write(device.more)
                if await self.key() != b" ":
                    return
                self.write(device.erase)
            self.write(line + device.newline)

    async def read(self) -> str:
        typed = bytearray()
        while True:
            octet = await self.key()
            if octet in (b"\n", b"\r"):
                return typed.decode().strip()
            typed += octet

    async def key(self) -> bytes:
        octet = await self.process.stdin.read(1)
        if not octet:
            raise _Gone
        self.device.raw += octet
        return bytes(octet)

    def write(self, text: str) -> None:
        self.process.stdout.write(text.encode())

    def reset(self) -> None:
        """Break the connection in the middle, with a RST."""
        connection = self.process.channel.get_connection()
        connection.abort()

    async def hang(self) -> None:
        """Say nothing more until the client goes away."""
        await self.process.stdin.read()
        raise _Gone


class _Server(asyncssh.SSHServer):
    def __init__(self, device: Device) -> None:
        self._device = device

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._device.connections.append(conn)

    def begin_auth(self, username: str) -> bool:
        del username
        return True

    def connection_requested(self, *where: object) -> bool:
        self._device.forwarded.append(where[:2])
        return self._device.forwards

    def password_auth_supported(self) -> bool:
        return True

    async def validate_password(self, username: str, password: str) -> bool:
        self._device.passwords.append(password)
        if self._device.auth_wait_s:
            await asyncio.sleep(self._device.auth_wait_s)
        return username == USER and password == self._device.password
