"""What is said over the control socket: one JSON object a line, in UTF-8.

    ▶ {"version": 1, "command": "forget-credential", "arguments": {"credential": "net"}}
    ◀ {"progress": {"done": 3, "total": 10}}                        any number of these
    ◀ {"ok": true, "result": ...}                                   and exactly one of these
    ◀ {"ok": false, "error": "denied", "text": "..."}

Requests of a connection are answered one after the other. A version that the other side does not
speak is refused before anything else is looked at.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from collectors.contract import Json

VERSION = 1

MAX_LINE = 1 << 20
"""Octets of a line: the host keys of some thousand devices; more go in several requests."""


class Fault(StrEnum):
    """Why a request was not carried out; `error` of a reply."""

    VERSION = "version"
    BAD_REQUEST = "bad_request"
    TOO_LONG = "too_long"
    TOO_SLOW = "too_slow"
    BUSY = "busy"
    DENIED = "denied"
    UNKNOWN_COMMAND = "unknown_command"
    CONFLICT = "conflict"
    FAILED = "failed"


class Refused(Exception):
    """A request that is not carried out; the text is for the operator."""

    def __init__(self, fault: Fault, text: str) -> None:
        """Keep the word for programs beside the text for people."""
        super().__init__(text)
        self.fault = fault


@dataclass(frozen=True, slots=True)
class Request:
    """What an operator asks for."""

    command: str
    arguments: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work is."""

    done: int
    total: int


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of it: a result, or a fault with its text."""

    result: Json = None
    fault: Fault | None = None
    text: str = ""


def request_line(request: Request) -> bytes:
    """Write a request."""
    return _line({"version": VERSION, "command": request.command, "arguments": request.arguments})


def reply_line(reply: Reply) -> bytes:
    """Write a reply."""
    if reply.fault is not None:
        return _line({"ok": False, "error": reply.fault, "text": reply.text})
    return _line({"ok": True, "result": reply.result})


def progress_line(progress: Progress) -> bytes:
    """Write progress."""
    return _line({"progress": {"done": progress.done, "total": progress.total}})


def read_request(line: bytes) -> Request:
    """Read a request.

    Raises:
        Refused: it is none, or of another version.
    """
    found = _object(line)
    if found.get("version") != VERSION:
        text = f"this service speaks version {VERSION} of the control protocol"
        raise Refused(Fault.VERSION, text)
    match found:
        case {"command": str(command), "arguments": Mapping() as arguments}:
            return Request(command, arguments)
        case _:
            text = "expected command (a text) and arguments (an object)"
            raise Refused(Fault.BAD_REQUEST, text)


def read_answer(line: bytes) -> Reply | Progress:
    """Read what a service said.

    Raises:
        Refused: nothing that a service says.
    """
    match _object(line):
        case {"progress": {"done": int(done), "total": int(total)}}:
            return Progress(done, total)
        case {"ok": True, "result": result}:
            return Reply(result)
        case {"ok": False, "error": str(error), "text": str(text)}:
            known = error in Fault.__members__.values()
            return Reply(fault=Fault(error) if known else Fault.FAILED, text=text)
        case _:
            raise Refused(Fault.BAD_REQUEST, "not a reply of the control protocol")


def _line(content: Mapping[str, Json]) -> bytes:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def _object(line: bytes) -> Mapping[str, Json]:
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Refused(Fault.BAD_REQUEST, f"not JSON: {error}") from error
    if not isinstance(found, dict):
        raise Refused(Fault.BAD_REQUEST, "expected a JSON object")
    return found
