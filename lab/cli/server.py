"""A switch's SSH server: its own host key, one account, few terminals, silence when it is silent.

It accepts by itself, since a silent switch must leave a connection unanswered and one without
power must drop those that it has.
"""

import asyncio
import contextlib
import hmac
import socket
from collections.abc import Callable
from dataclasses import dataclass, field

import asyncssh
from typing_extensions import override

from lab.cli.dialect import Dialect
from lab.cli.shell import Shell, Subject, until_awake
from lab.cli.terminal import HungUp, Terminal

TERMINALS = 5
"""VTYs, as switches have them by default; the agent needs one."""
IDLE_S = 600.0
"""A session in which nobody types for so long is closed, as switches do by default."""
LOGIN_S = 30
TRIES = 3
_LOOK_S = 0.25


@dataclass(frozen=True, slots=True)
class Account:
    """Who may log in."""

    user: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class House:
    """What a server stands in front of.

    Args:
        dark: whether the switch is without power.
        encoding: of its texts.
    """

    subject: Subject
    dark: Callable[[], bool]
    dialect: Dialect
    account: Account
    key: asyncssh.SSHKey
    encoding: str = "utf-8"


class CommandLine:
    """One switch's SSH server, listening from `open` to `close` on the running event loop."""

    def __init__(self, house: House, *, terminals: int = TERMINALS, idle_s: float = IDLE_S) -> None:
        """Listen to nobody yet."""
        self._house = house
        self._terminals, self._idle_s = terminals, idle_s
        self._connections: set[asyncssh.SSHServerConnection] = set()
        self._sessions = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._listener: socket.socket | None = None
        self._options = asyncssh.SSHServerConnectionOptions(
            server_factory=lambda: _Door(house.account),
            process_factory=self._session,
            server_host_keys=[house.key],
            encoding=None,
            line_editor=False,
            login_timeout=LOGIN_S,
            allow_scp=False,
        )

    def open(self, address: str, port: int) -> None:
        """Listen on a TCP address; OSError, with the address in its text, when it is taken."""
        listener = socket.socket()
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.setblocking(False)
            listener.bind((address, port))
            listener.listen()
        except OSError as error:
            listener.close()
            raise OSError(f"{address}:{port}: {error.strerror}") from error
        self._listener = listener
        self._begin(self._accept(listener), f"{address} accept")
        self._begin(self._watch_power(), f"{address} power")

    async def close(self) -> None:
        """Drop everybody and stop."""
        for connection in list(self._connections):
            connection.abort()
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._listener:
            self._listener.close()

    def _begin(self, work: "asyncio._CoroutineLike[None]", name: str) -> None:
        task = asyncio.get_running_loop().create_task(work, name=f"lab cli {name}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            connected, (host, port) = await loop.sock_accept(listener)
            self._begin(self._serve(connected), f"{host} {port}")

    async def _serve(self, connected: socket.socket) -> None:
        """Carry one connection until its end; whoever breaks off is no mistake of the lab."""
        try:
            await until_awake(self._house.subject)
            connection = await asyncssh.run_server(connected, options=self._options)
        except (asyncssh.Error, OSError):
            connected.close()
            return
        except asyncio.CancelledError:
            connected.close()
            raise
        self._connections.add(connection)
        try:
            await connection.wait_closed()
        finally:
            connection.abort()
            self._connections.discard(connection)

    async def _watch_power(self) -> None:
        while True:
            await asyncio.sleep(_LOOK_S)
            if self._house.dark():
                for connection in list(self._connections):
                    connection.abort()

    async def _session(self, process: asyncssh.SSHServerProcess[bytes]) -> None:
        terminal = Terminal(process, self._house.encoding, self._idle_s)
        if process.command is not None or process.subsystem is not None:
            process.exit(1)  # interactive shells only: the exec channel is not for switches
            return
        if self._sessions >= self._terminals:
            terminal.write(f"\n{self._house.dialect.full}\n")
            process.exit(1)
            return
        self._sessions += 1
        try:
            shell = Shell(terminal, self._house.dialect, self._house.subject)
            await shell.run(self._terminals, self._sessions)
        except HungUp as end:
            if end.idle:
                terminal.write(f"\n{self._house.dialect.idle}\n")
        finally:
            self._sessions -= 1
            with contextlib.suppress(asyncssh.Error, OSError):
                process.exit(0)
                process.channel.get_connection().close()


class _Door(asyncssh.SSHServer):
    """Asks for the password, and for nothing else."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._tries = 0
        self._connection: asyncssh.SSHServerConnection | None = None

    @override
    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn

    @override
    def password_auth_supported(self) -> bool:
        return True

    @override
    def validate_password(self, username: str, password: str) -> bool:
        right = hmac.compare_digest(password.encode(), self._account.password.encode())
        if right and username == self._account.user:
            return True
        self._tries += 1
        if self._tries >= TRIES and self._connection:
            self._connection.close()
        return False
