"""The commands' side of the control socket."""

import os
import socket
from collections.abc import Callable, Mapping
from pathlib import Path

from agent.control.protocol import (
    MAX_LINE,
    Fault,
    Progress,
    Refused,
    Reply,
    Request,
    read_answer,
    request_line,
)
from agent.control.socket_file import reachable
from collectors.contract import Json

ANSWER_S = 150.0
"""A little more than the service gives a command."""


class NotRunning(Exception):
    """Nobody serves the socket."""


def ask(
    path: Path,
    command: str,
    arguments: Mapping[str, Json],
    on_progress: Callable[[Progress], None] = lambda _progress: None,
    answer_s: float = ANSWER_S,
) -> Json:
    """Have the service carry a command out; return its result.

    Raises:
        NotRunning: there is no socket, or nobody behind it.
        Refused: the service would not, or could not be asked.
    """
    line = request_line(Request(command, arguments))
    if len(line) > MAX_LINE:
        raise Refused(Fault.TOO_LONG, f"a request has at most {MAX_LINE} octets")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
        door.settimeout(answer_s)
        _connect(door, path)
        try:
            door.sendall(line)
            reply = _reply(door, on_progress)
        except OSError as error:
            why = error.strerror or str(error) or type(error).__name__
            raise Refused(Fault.FAILED, f"{path}: {why}") from error
    if reply.fault is not None:
        raise Refused(reply.fault, reply.text)
    return reply.result


def is_served(path: Path) -> bool:
    """Say whether somebody serves the socket; one that may not be asked is served as well."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as door:
            _connect(door, path)
    except NotRunning:
        return False
    except Refused:
        return True
    return True


def _connect(door: socket.socket, path: Path) -> None:
    try:
        with reachable(path) as name:
            door.connect(name)
    except (FileNotFoundError, NotADirectoryError, ConnectionRefusedError) as error:
        raise NotRunning(f"{path}: {os.strerror(error.errno or 0)}") from error
    except OSError as error:
        why = error.strerror or str(error)
        raise Refused(Fault.DENIED, f"{path}: {why}") from error


def _reply(door: socket.socket, on_progress: Callable[[Progress], None]) -> Reply:
    with door.makefile("rb") as lines:
        while line := lines.readline(MAX_LINE + 1):
            if len(line) > MAX_LINE:
                raise Refused(Fault.TOO_LONG, "the answer is too long")
            answer = read_answer(line)
            if isinstance(answer, Reply):
                return answer
            on_progress(answer)
    raise Refused(Fault.FAILED, "the service closed the connection without an answer")
