"""The control socket among clients that behave and clients that do not."""

import asyncio
import json
import logging
import os
import socket
from collections.abc import Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from agent.control import operators, server
from agent.control.client import NotRunning, ask
from agent.control.protocol import MAX_LINE, Fault, Progress, Refused
from agent.control.server import Command, ControlServer, Limits, Tell
from agent.settings import User
from agent.web.listening import CannotListen
from collectors.contract import Json

SOON_S = 10.0


async def echo(arguments: Mapping[str, Json], tell: Tell) -> Json:
    await tell(Progress(1, 2))
    return dict(arguments)


async def fail(arguments: Mapping[str, Json], _tell: Tell) -> Json:
    raise RuntimeError(f"broken {sorted(arguments)}")


async def conflict(_arguments: Mapping[str, Json], _tell: Tell) -> Json:
    raise Refused(Fault.CONFLICT, "another key is pinned")


async def slow(_arguments: Mapping[str, Json], tell: Tell) -> Json:
    await tell(Progress(0, 1))
    await asyncio.Event().wait()
    return None


async def chatty(_arguments: Mapping[str, Json], tell: Tell) -> Json:
    while True:
        await tell(Progress(0, 1))
        await asyncio.sleep(0)


COMMANDS = tuple(
    Command(run.__name__, frozenset(("operator", "administrator")), run)
    for run in (echo, fail, conflict, slow, chatty)
)


def serving(path: Path, users: Sequence[User] = (), **limits: float) -> ControlServer:
    return ControlServer(path, COMMANDS, lambda: users, Limits(**limits))


@asynccontextmanager
async def connected(path: Path):  # noqa: ANN201
    reader, writer = await asyncio.open_unix_connection(path)
    try:
        yield reader, writer
    finally:
        writer.close()


async def said(path: Path, *lines: bytes) -> list[Any]:
    """Say lines as they are, and read until the other side hangs up or each has its reply."""
    async with asyncio.timeout(SOON_S), connected(path) as (reader, writer):
        answers = []
        for line in lines:
            writer.write(line)
            while True:
                answer = json.loads(await reader.readline())
                answers.append(answer)
                if "ok" in answer:
                    break
        return answers


async def asked(path: Path, command: str, arguments: Mapping[str, Json] | None = None) -> Json:
    return await asyncio.to_thread(ask, path, command, arguments or {}, answer_s=SOON_S)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "control.sock"


async def test_command_is_carried_out_and_logged_with_the_operators_name(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    seen: list[Progress] = []
    async with serving(path):
        found = await asyncio.to_thread(ask, path, "echo", {"a": ["x"]}, seen.append)
    assert found == {"a": ["x"]}
    assert seen == [Progress(1, 2)]
    assert "'root' (administrator): 'echo' 'a=1': done" in caplog.text.replace(
        operators._name(os.geteuid()), "root"
    )


async def test_one_connection_serves_several_requests(path: Path) -> None:
    request = b'{"version":1,"command":"echo","arguments":{}}\n'
    async with serving(path):
        answers = await said(path, request, request)
    assert [one.get("ok") for one in answers] == [None, True, None, True]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b"hello\n", "bad_request"),
        (b"\n", "bad_request"),
        (b"[]\n", "bad_request"),
        (b"\xff\xfe\n", "bad_request"),
        (b"[" * 100_000 + b"\n", "bad_request"),
        (b'{"version":1}\n', "bad_request"),
        (b'{"version":1,"command":7,"arguments":{}}\n', "bad_request"),
        (b'{"version":1,"command":"echo","arguments":[]}\n', "bad_request"),
        (b'{"version":2,"command":"echo","arguments":{}}\n', "version"),
        (b'{"command":"echo","arguments":{}}\n', "version"),
        (b'{"version":1,"command":"rm -rf","arguments":{}}\n', "unknown_command"),
        (b'{"version":1,"command":"conflict","arguments":{}}\n', "conflict"),
        (b'{"version":1,"command":"fail","arguments":{}}\n', "failed"),
    ],
)
async def test_bad_request_is_refused_and_the_conversation_goes_on(
    path: Path, line: bytes, fault: str
) -> None:
    good = b'{"version":1,"command":"echo","arguments":{}}\n'
    async with serving(path):
        bad, *_progress, last = await said(path, line, good)
    assert (bad["ok"], bad["error"]) == (False, fault)
    assert bad["text"]
    assert last["ok"]


async def test_line_that_is_too_long_ends_the_conversation(path: Path) -> None:
    async with serving(path), asyncio.timeout(SOON_S), connected(path) as (reader, writer):
        writer.write(b"x" * (2 * MAX_LINE))
        assert json.loads(await reader.readline())["error"] == "too_long"
        with suppress(ConnectionError):
            assert await reader.read() == b""


async def test_client_that_says_nothing_is_told_so_and_cut(path: Path) -> None:
    async with serving(path, say_s=0.1), connected(path) as (reader, writer):
        writer.write(b'{"version":1,')
        async with asyncio.timeout(SOON_S):
            assert json.loads(await reader.readline())["error"] == "too_slow"
            assert await reader.read() == b""


async def test_client_that_does_not_listen_is_cut(path: Path) -> None:
    big = json.dumps({"version": 1, "command": "echo", "arguments": {"a": "x" * 900_000}}) + "\n"
    async with serving(path, hear_s=0.1) as control:
        with socket.socket(socket.AF_UNIX) as door:
            door.setblocking(False)
            loop = asyncio.get_running_loop()
            await loop.sock_connect(door, str(path))
            await loop.sock_sendall(door, big.encode())
            async with asyncio.timeout(SOON_S):
                while control._talks:  # noqa: ASYNC110  the server's own end
                    await asyncio.sleep(0.01)
        assert await asked(path, "echo") == {}


@pytest.mark.parametrize("how", ["leaves", "does not listen"])
async def test_client_that_is_gone_during_progress_is_no_fault_of_the_command(
    path: Path, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    caplog.set_level(logging.INFO)
    async with serving(path, hear_s=0.2), connected(path) as (reader, writer):
        writer.write(b'{"version": 1, "command": "chatty", "arguments": {}}\n')
        await reader.readline()
        if how == "leaves":
            writer.transport.abort()
        else:
            writer.transport.pause_reading()  # type: ignore[attr-defined]  # a transport of a socket
        async with asyncio.timeout(SOON_S):
            while "a client went away" not in caplog.text:  # noqa: ASYNC110  a log has no event
                await asyncio.sleep(0.01)
    assert "'chatty' '': given up, for the client went away" in caplog.text
    assert [one for one in caplog.records if one.levelno >= logging.ERROR] == []
    assert "Traceback" not in caplog.text


async def test_command_that_takes_too_long_is_given_up(path: Path) -> None:
    async with serving(path, run_s=0.05):
        with pytest.raises(Refused, match=r"not done within 0\.05 s"):
            await asked(path, "slow")


async def test_a_seventeenth_operator_is_told_to_come_later(path: Path) -> None:
    async with serving(path):
        crowd = [await asyncio.open_unix_connection(path) for _ in range(server.CONNECTIONS)]
        async with asyncio.timeout(SOON_S):
            async with connected(path) as (reader, _writer):
                assert json.loads(await reader.readline())["error"] == "busy"
        for _reader, writer in crowd:
            writer.close()


@pytest.mark.parametrize(
    ("role", "may"),
    [("viewer", False), ("auditor", False), ("operator", True), ("administrator", True)],
)
async def test_role_decides(
    path: Path, monkeypatch: pytest.MonkeyPatch, role: Any, *, may: bool
) -> None:
    me = operators._name(os.geteuid())
    monkeypatch.setattr(operators, "_ROOT", -1)
    monkeypatch.setattr(operators.os, "geteuid", lambda: -1)
    async with serving(path, [User(name=me, role=role)]):
        if may:
            assert await asked(path, "echo") == {}
        else:
            with pytest.raises(Refused, match=f"{me} is {role}; administrator or operator may"):
                await asked(path, "echo")


async def test_somebody_unknown_may_only_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(operators.os, "geteuid", lambda: 1)
    nobody = await operators.operator(4_000_000, [User(name="root", role="administrator")])
    assert (nobody.name, nobody.role) == ("uid 4000000", "viewer")


async def test_root_and_the_services_user_are_administrators() -> None:
    for uid in (0, os.geteuid()):
        assert (await operators.operator(uid, ())).role == "administrator"


def files(folder: Path) -> dict[str, int]:
    return {one.name: one.stat().st_mode & 0o777 for one in folder.iterdir()}


async def test_only_owner_and_group_may_connect(path: Path) -> None:
    async with serving(path):
        assert files(path.parent) == {path.name: 0o660}
    assert files(path.parent) == {}


async def test_socket_of_a_service_that_died_is_replaced(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    async with serving(path):
        assert await asked(path, "echo") == {}


async def test_socket_of_a_service_that_lives_is_not_stolen(path: Path) -> None:
    async with serving(path):
        with pytest.raises(CannotListen, match=r"control\.sock: another service listens there"):
            await serving(path).__aenter__()
        assert await asked(path, "echo") == {}


def test_file_in_the_way_is_not_deleted(path: Path) -> None:
    path.write_text("precious")
    with pytest.raises(CannotListen, match="there is a file that is no socket"):
        asyncio.run(serving(path).__aenter__())
    assert path.read_text() == "precious"


async def test_folder_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotListen, match=r"none/control\.sock: No such file"):
        await serving(tmp_path / "none" / "control.sock").__aenter__()


async def test_folder_may_be_deeper_than_an_address_is_long(tmp_path: Path) -> None:
    deep = tmp_path / ("d" * 100) / ("e" * 100)
    deep.mkdir(parents=True)
    async with serving(deep / "control.sock"):
        assert await asked(deep / "control.sock", "echo") == {}
    assert list(deep.iterdir()) == []


async def test_end_of_the_service_ends_conversations(path: Path) -> None:
    async with serving(path):
        reader, writer = await asyncio.open_unix_connection(path)
        writer.write(b'{"version":1,"command":"slow","arguments":{}}\n')
        assert b"progress" in await reader.readline()
    async with asyncio.timeout(SOON_S):
        with suppress(ConnectionError):
            assert await reader.read() == b""
    writer.close()


def test_service_that_does_not_run_is_told_apart_from_one_that_refuses(path: Path) -> None:
    with pytest.raises(NotRunning, match="No such file"):
        ask(path, "echo", {})
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(path))
    with pytest.raises(NotRunning, match="refused"):
        ask(path, "echo", {})


@pytest.mark.parametrize("answer", [b"", b"nonsense\n", b"{}\n", b"x" * (MAX_LINE + 2)])
async def test_answer_that_is_none_is_an_error(path: Path, answer: bytes) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(answer)
        writer.close()

    async with await asyncio.start_unix_server(talk, path):
        with pytest.raises(Refused, match=r"."):
            await asked(path, "echo")


def test_request_that_is_too_long_is_not_sent(path: Path) -> None:
    with pytest.raises(Refused, match="at most"):
        ask(path, "echo", {"a": "x" * MAX_LINE})
