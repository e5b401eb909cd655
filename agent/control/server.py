"""Serves the control socket: who is it, may they, do it, say how it went."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from agent.control.operators import Operator, operator, uid_of
from agent.control.protocol import (
    MAX_LINE,
    Fault,
    Progress,
    Refused,
    Reply,
    Request,
    progress_line,
    read_request,
    reply_line,
)
from agent.control.socket_file import bound, taken_away
from agent.settings import User, UserRole
from collectors.contract import Json

logger = logging.getLogger(__name__)

CONNECTIONS = 16
"""At once; an operator needs one."""

Tell = Callable[[Progress], Awaitable[None]]
Run = Callable[[Mapping[str, Json], Tell], Awaitable[Json]]


@dataclass(frozen=True, slots=True)
class Command:
    """What can be asked for.

    Args:
        roles: who may; everybody may look.
        run: raises Refused with what the operator should know.
    """

    name: str
    roles: frozenset[UserRole]
    run: Run


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a client may take to say a line, to hear one, and a command to be carried out."""

    say_s: float = 30.0
    hear_s: float = 10.0
    run_s: float = 120.0


class _ClientGone(Exception):
    """The client left or does not listen; what went wrong is not the command's fault."""


class ControlServer:
    """`async with` it: listening while the block runs.

    Args:
        users: asked at each request, so a reload counts at once.
    """

    def __init__(
        self,
        path: Path,
        commands: Sequence[Command],
        users: Callable[[], Sequence[User]],
        limits: Limits | None = None,
    ) -> None:
        """Open nothing yet."""
        self.path = path
        self._commands = {command.name: command for command in commands}
        self._users = users
        self._limits = limits or Limits()
        self._talks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Listen.

        Raises:
            CannotListen: the socket cannot be had.
        """
        one = bound(self.path)
        self._inode = self.path.lstat().st_ino
        self._server = await asyncio.start_unix_server(self._serve, sock=one, limit=MAX_LINE)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the file away and end every conversation."""
        taken_away(self.path, self._inode)
        self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  a coroutine of a server runs as a task
        self._talks.add(task)
        try:
            if not self._server.is_serving():  # it connected while we were closing
                return
            await self._talk(reader, writer)
            writer.close()
        except asyncio.CancelledError:
            # From __aexit__ alone; asyncio's streams log a cancelled task of theirs as an error.
            return
        except (_ClientGone, OSError) as error:
            logger.info("control: a client went away: %s", str(error) or type(error).__name__)
        finally:
            self._talks.discard(task)
            if not writer.is_closing():
                writer.transport.abort()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._talks) > CONNECTIONS:
            text = f"{CONNECTIONS} operators are connected already"
            await self._say(writer, reply_line(Reply(fault=Fault.BUSY, text=text)))
            return
        uid = uid_of(writer.get_extra_info("socket"))
        while (line := await self._line(reader, writer)) is not None:
            await self._say(writer, reply_line(await self._answer(line, uid, writer)))

    async def _line(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> bytes | None:
        """Read a request's line; None: the conversation is over, the client was told why."""
        try:
            async with asyncio.timeout(self._limits.say_s):
                return await reader.readuntil(b"\n")
        except asyncio.IncompleteReadError:
            return None
        except TimeoutError:
            fault, text = Fault.TOO_SLOW, f"no request within {self._limits.say_s:g} s"
        except asyncio.LimitOverrunError:
            fault, text = Fault.TOO_LONG, f"a request has at most {MAX_LINE} octets"
        await self._say(writer, reply_line(Reply(fault=fault, text=text)))
        return None

    async def _answer(self, line: bytes, uid: int, writer: asyncio.StreamWriter) -> Reply:
        """The boundary of a command: whatever is wrong with it, the service goes on."""

        async def tell(progress: Progress) -> None:
            await self._say(writer, progress_line(progress))

        who: Operator | None = None
        request: Request | None = None
        try:
            who = await operator(uid, self._users())
            request = read_request(line)
            command = self._permitted(request, who)
            async with asyncio.timeout(self._limits.run_s):
                result = await command.run(request.arguments, tell)
        except _ClientGone:
            _log(who, request, "given up, for the client went away")
            raise
        except Refused as error:
            _log(who, request, f"{error.fault}: {error}")
            return Reply(fault=error.fault, text=str(error))
        except TimeoutError:
            text = f"not done within {self._limits.run_s:g} s"
            _log(who, request, text)
            return Reply(fault=Fault.FAILED, text=text)
        except Exception as error:
            logger.exception("control: a command failed")
            return Reply(fault=Fault.FAILED, text=f"{type(error).__name__}: {error}")
        _log(who, request, "done")
        return Reply(result)

    def _permitted(self, request: Request, who: Operator) -> Command:
        command = self._commands.get(request.command)
        if command is None:
            known = ", ".join(sorted(self._commands))
            raise Refused(Fault.UNKNOWN_COMMAND, f"no such command; there are {known}")
        if who.role not in command.roles:
            text = f"{who.name} is {who.role}; {' or '.join(sorted(command.roles))} may do this"
            raise Refused(Fault.DENIED, text)
        return command

    async def _say(self, writer: asyncio.StreamWriter, line: bytes) -> None:
        try:
            writer.write(line)
            async with asyncio.timeout(self._limits.hear_s):
                await writer.drain()
        except (OSError, TimeoutError) as error:
            raise _ClientGone(str(error) or type(error).__name__) from error


def _log(who: Operator | None, request: Request | None, outcome: str) -> None:
    """Keep who asked for what, and how it ended; names and texts of others are escaped."""
    name = who.name if who is not None else "nobody"
    role = who.role if who is not None else ""
    command = request.command[:64] if request is not None else "?"
    summary = _summary(request.arguments) if request is not None else ""
    logger.info("control: %s (%s): %s %s: %s", ascii(name), role, ascii(command), summary, outcome)


def _summary(arguments: Mapping[str, Json]) -> str:
    """Name what a command was about, cut: a thousand keys are their number."""
    parts = [
        f"{key[:32]}={len(value) if isinstance(value, list) else str(value)[:128]}"
        for key, value in list(arguments.items())[:8]
    ]
    return ascii(" ".join(parts))
