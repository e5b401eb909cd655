"""Devices that lie, and devices that are only odd: no lock-out, no row in the wrong place."""

import asyncio
import socket
import threading
import time
from collections.abc import Mapping

import asyncssh
import paramiko
import pytest

from collectors.cli.legacy import PinnedTransport
from collectors.cli.login import Jump, Place
from collectors.cli.screen import cleaned
from collectors.cli.session import Session
from collectors.contract import Json, Observation, Table
from collectors.errors import CollectError, Denied, Detail, TimedOut
from inventory.secrets import Secret
from protocols.ssh.host_key import HostKey
from protocols.ssh.known_hosts import Pin
from protocols.ssh.pacer import LoginPacer
from tests.collectors.cli import answers
from tests.collectors.cli.conftest import LOGIN, QUICK, Bench, with_login
from tests.collectors.cli.device import PASSWORD, USER, Device, Line, _Server

OSPFV3 = answers.HUAWEI_OSPFV3.rstrip()
BGP6 = answers.HUAWEI_BGP6.rstrip()
VRP = {"display ospfv3 peer": OSPFV3, "display bgp ipv6 peer": BGP6}


def tables(observation: Observation) -> dict[str, Table]:
    return {one.name: one for one in observation.tables}


async def test_a_message_between_two_visits_does_not_shift_the_answers(bench: Bench) -> None:
    lines: list[Line] = []

    async def remember(line: Line) -> None:
        lines.append(line)

    async with Device(answers=VRP, before=remember).serve() as device:
        poller = bench.poller(device)
        first = tables(await poller.visit(bench.question()))
        assert first["ospfv3_neighbor"].keys
        lines[0].write("\r\nInfo: The configuration was changed by admin.\r\n<SW-HX-01>")
        await asyncio.sleep(0.2)
        again = tables(await poller.visit(bench.question()))
    assert device.logins == 1
    assert {name: one.keys for name, one in again.items()} == {
        name: one.keys for name, one in first.items()
    }


async def test_a_prompt_that_comes_late_and_twice_does_not_shift_the_answers(bench: Bench) -> None:
    async def twice(line: Line) -> None:
        line.write(line.device.prompt)
        await asyncio.sleep(0.3)
        line.write("\r\n")
        await line.pages(OSPFV3.split("\n"))

    shows = {"display ospfv3 peer": twice, "display bgp ipv6 peer": BGP6}
    async with Device(answers=shows).serve() as device:
        found = tables(await bench.poller(device).visit(bench.question()))
    assert found["bgp_peer"].keys


async def test_a_message_right_behind_a_command_ends_no_answer(bench: Bench) -> None:
    async with Device(answers=VRP).serve() as device:
        original = Line.read

        async def read(line: Line) -> str:
            command = await original(line)
            if command == "display ospfv3 peer":
                line.write("\r\n%Nov 24 2026 login from 10.0.0.9\r\n<SW-HX-01>")
                await asyncio.sleep(0.3)
            return command

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(Line, "read", read)
            found = tables(await bench.poller(device).visit(bench.question()))
    assert found["ospfv3_neighbor"].keys
    assert found["bgp_peer"].keys


@pytest.mark.parametrize("says", ["\r\nPassword:", "\r\n% Bad secrets\r\nPassword:"])
async def test_enable_that_asks_again_gets_its_password_once_an_hour(
    bench: Bench, says: str
) -> None:
    async def enable(line: Line) -> None:
        line.write("Password:")
        while True:
            line.device.passwords.append(await line.read())
            line.write(says)

    device = Device(prompt="Ruijie>", answers={"enable": enable})
    async with device.serve():
        login = with_login(enable=Secret("Enable-1"))
        poller = bench.poller(device, "ruijie_os", login=login)
        for _visit in range(3):
            with pytest.raises(Denied):
                await poller.visit(bench.question())
            bench.shift_s += 300
    assert device.passwords == [PASSWORD, "Enable-1"]


async def test_a_device_that_echoes_the_password_of_enable_puts_it_into_no_error(
    bench: Bench,
) -> None:
    async def enable(line: Line) -> None:
        line.write("Password:")
        line.write("\r\nyou said " + await line.read())
        await line.hang()

    async with Device(prompt="Ruijie>", answers={"enable": enable}).serve() as device:
        login = with_login(enable=Secret("Enable-Canary"))
        poller = bench.poller(device, "ruijie_os", login=login)
        with pytest.raises(Denied) as caught:
            await poller.visit(bench.question())
    assert "Enable-Canary" not in str(caught.value)


async def test_a_password_that_has_expired_is_told_as_such(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """RFC 4252, section 8: SSH_MSG_USERAUTH_PASSWD_CHANGEREQ."""

    async def demand(_server: _Server, _user: str, _password: str) -> bool:
        raise asyncssh.PasswordChangeRequired("Change it")

    monkeypatch.setattr(_Server, "validate_password", demand)
    async with Device().serve() as device:
        found = await bench.poller(device).visit(bench.question())
    told = "127.0.0.1: the password of credential switch-ssh has expired"
    assert [(one.detail, one.text) for one in found.failures] == [(Detail.PASSWORD_EXPIRED, told)]
    assert [one.kind for one in found.findings] == ["auth.password"]


async def test_a_server_that_takes_keys_alone_is_told_as_such(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_Server, "password_auth_supported", lambda _server: False)
    monkeypatch.setattr(_Server, "public_key_auth_supported", lambda _server: True)
    async with Device().serve() as device:
        with pytest.raises(Denied, match=r"no way to log in .* it offers publickey"):
            await bench.poller(device).visit(bench.question())


@pytest.mark.parametrize("how", ["resets", "says nothing"])
async def test_a_password_without_a_verdict_is_not_sent_again_within_the_hour(
    bench: Bench, how: str
) -> None:
    passwords: list[str] = []

    async def judge(server: _Server, _user: str, password: str) -> bool:
        passwords.append(password)
        if how == "resets":
            server._device.connections[-1].abort()
        await asyncio.sleep(60.0)
        return False

    device = Device()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_Server, "validate_password", judge)
        async with device.serve():
            poller = bench.poller(device, addresses=("127.0.0.1", "::ffff:127.0.0.1"))
            for _visit in range(3):
                with pytest.raises(CollectError):
                    await poller.visit(bench.question(4.0))
                bench.shift_s += 300
    assert passwords == [PASSWORD]


def written_in(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> list[list[Json]]:
    """Say what was doubted on disk, each time that a device hears a password."""
    found: list[Json] = [None]
    bench.transport.pacer = LoginPacer(
        bench.monotonic, time.time, save=lambda one: found.__setitem__(0, one)
    )
    at_password: list[list[Json]] = []
    judge = _Server.validate_password

    async def watched(server: _Server, user: str, password: str) -> bool:
        at_password.append(doubted(found[0]))
        return await judge(server, user, password)

    monkeypatch.setattr(_Server, "validate_password", watched)
    return at_password


def doubted(document: Json) -> list[Json]:
    rows = document["doubted"] if isinstance(document, Mapping) and "doubted" in document else []
    return [row[:2] for row in rows if isinstance(row, list)] if isinstance(rows, list) else []


async def test_a_password_is_written_down_as_doubted_before_it_is_sent(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the password and the verdict, the service would send it at each start."""
    at_password = written_in(bench, monkeypatch)
    async with Device(answers=VRP).serve() as device:
        await bench.poller(device).visit(bench.question())
    assert at_password == [[["switch-ssh", "SW-HX-01"]]]
    assert bench.transport.pacer.brakes() == ()


async def test_a_jump_host_is_doubted_until_it_has_let_us_pass(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_password = written_in(bench, monkeypatch)
    jump = Device(forwards=True)
    async with jump.serve(), Device(answers=VRP).serve() as device:
        bench.trust(jump)
        login = with_login(jump=Jump(host="127.0.0.1", port=jump.port))
        await bench.poller(device, login=login).visit(bench.question())
    gate = ["switch-ssh", f"jump:[127.0.0.1]:{jump.port}"]
    assert at_password == [[gate], [gate, ["switch-ssh", "SW-HX-01"]]]
    assert bench.transport.pacer.brakes() == ()


async def test_enable_waits_for_its_turn(bench: Bench) -> None:
    """Three devices are asked with an unproven password of `enable`, the fourth has to wait."""
    for number in range(3):
        await bench.pacer.admit("switch-ssh (enable)", f"SW-{number}", bench.monotonic() + 10)
    async with Device(prompt="Ruijie>").serve() as device:
        login = with_login(enable=Secret("Enable-1"))
        with pytest.raises(TimedOut, match="no turn to enable"):
            await bench.poller(device, "ruijie_os", login=login).visit(bench.question(4.0))
    assert device.typed == []


async def test_enable_that_says_nothing_to_its_password_rests_for_this_device_alone(
    bench: Bench,
) -> None:
    async def enable(line: Line) -> None:
        line.write("Password:")
        await line.read()
        await line.hang()

    login = with_login(enable=Secret("Enable-1"))
    for number in range(3):
        async with Device(prompt="Ruijie>", answers={"enable": enable}).serve() as device:
            poller = bench.poller(device, "ruijie_os", login=login, target=f"SW-{number}")
            with pytest.raises(Denied, match="no verdict on the password"):
                await poller.visit(bench.question())
    assert [(one.credential, one.device) for one in bench.transport.pacer.brakes()] == [
        ("switch-ssh (enable)", f"SW-{number}") for number in range(3)
    ]


async def test_enable_that_never_asked_for_its_password_has_not_refused_it(bench: Bench) -> None:
    login = with_login(enable=Secret("Enable-1"))
    for number in range(3):
        shows = {"enable": "% No password set"}
        async with Device(prompt="Ruijie>", answers=shows).serve() as device:
            poller = bench.poller(device, "ruijie_os", login=login, target=f"SW-{number}")
            with pytest.raises(Denied, match="asked for no password") as caught:
                await poller.visit(bench.question())
        assert caught.value.detail is Detail.PRIVILEGE
    assert bench.pacer.brakes() == ()


async def test_enable_without_a_password_lets_in(bench: Bench) -> None:
    async def enable(line: Line) -> None:
        line.device.prompt = "Ruijie#"

    shows = {"show ipv6 interface brief": answers.RUIJIE_IF6.rstrip(), "enable": enable}
    async with Device(prompt="Ruijie>", answers=shows).serve() as device:
        login = with_login(enable=Secret("Enable-1"))
        poller = bench.poller(device, "ruijie_os", login=login)
        assert (await poller.visit(bench.question())).tables
    assert not bench.pacer.is_proven("switch-ssh (enable)")


@pytest.mark.parametrize(("proven", "resting"), [(True, []), (False, ["SW-HX-01"])])
async def test_our_own_stop_while_enable_is_judged_is_no_doubt_about_a_proven_password(
    bench: Bench, proven: bool, resting: list[str]
) -> None:
    asked = asyncio.Event()

    async def enable(line: Line) -> None:
        line.write("Password:")
        await line.read()
        asked.set()
        await line.hang()

    if proven:
        bench.pacer.accepted("switch-ssh (enable)", "SW-9")
    async with Device(prompt="Ruijie>", answers={"enable": enable}).serve() as device:
        poller = bench.poller(device, "ruijie_os", login=with_login(enable=Secret("Enable-1")))
        visit = asyncio.create_task(poller.visit(bench.question()))
        async with asyncio.timeout(10):
            await asked.wait()
        visit.cancel()
        with pytest.raises(asyncio.CancelledError):
            await visit
        async with asyncio.timeout(10):
            while bench.transport.threads.busy:  # noqa: ASYNC110  it has no event
                await asyncio.sleep(0.01)
    assert [one.device for one in bench.pacer.brakes()] == resting


async def test_a_jump_host_that_refuses_is_asked_once_an_hour_whoever_is_behind_it(
    bench: Bench,
) -> None:
    jump = Device(password="another one", forwards=True)
    async with jump.serve(), Device(answers=VRP).serve() as device:
        bench.trust(jump)
        login = with_login(jump=Jump(host="127.0.0.1", port=jump.port))
        for number in range(3):
            poller = bench.poller(device, login=login, target=f"SW-{number}")
            with pytest.raises(Denied):
                await poller.visit(bench.question())
    assert jump.passwords == [PASSWORD]


class Asking(paramiko.ServerInterface):
    """Keyboard-interactive (RFC 4256) that asks for the password, and again and again."""

    def __init__(self, further: str = "Password:") -> None:
        self.heard: list[str] = []
        self._further = further

    def get_allowed_auths(self, _user: str) -> str:
        return "keyboard-interactive"

    def check_auth_interactive(self, _user: str, _kinds: str) -> paramiko.InteractiveQuery:
        return paramiko.InteractiveQuery("", "", ("Password:", False))

    def check_auth_interactive_response(
        self, responses: list[str]
    ) -> paramiko.InteractiveQuery | int:
        self.heard += responses
        again = paramiko.InteractiveQuery("", "", (self._further, False))
        return again if self._further and len(self.heard) < 9 else paramiko.AUTH_FAILED


@pytest.mark.parametrize(
    ("further", "detail", "text"),
    [
        ("", Detail.WRONG_LOGIN, "refuses credential switch-ssh"),
        ("Password:", Detail.WRONG_LOGIN, "refuses credential switch-ssh"),
        ("New password:", Detail.PASSWORD_EXPIRED, "switch-ssh has expired"),
    ],
)
def test_an_answer_to_a_question_gets_a_clear_verdict(
    bench: Bench, further: str, detail: Detail, text: str
) -> None:
    key = paramiko.ECDSAKey.generate()
    with socket.create_server(("127.0.0.1", 0)) as door:

        def serve() -> None:
            server = paramiko.Transport(door.accept()[0])
            server.add_server_key(key)
            server.start_server(threading.Event(), Asking(further))

        threading.Thread(target=serve, daemon=True).start()
        port = door.getsockname()[1]
        pin = Pin("127.0.0.1", port, (HostKey.of_blob(key.asbytes()),))
        bench.known_hosts.trust([pin], replace=True)
        session = Session("SW-HX-01", LOGIN, bench.known_hosts, QUICK)
        with pytest.raises(Denied, match=text) as caught:
            session.connect(Place("127.0.0.1", "127.0.0.1", port), bench.monotonic() + 20)
    assert caught.value.detail is detail


def test_questions_without_end_get_the_password_once() -> None:
    """Some devices ask three times in one go, and each counts as a failed log-in."""
    ours, theirs = socket.socketpair()
    server, asking = paramiko.Transport(theirs), Asking()
    server.add_server_key(paramiko.ECDSAKey.generate())
    client = PinnedTransport(ours)
    try:
        server.start_server(threading.Event(), asking)
        client.start_client(timeout=10)
        with pytest.raises(paramiko.AuthenticationException):
            client.auth_password(USER, PASSWORD)
    finally:
        client.close()
        server.close()
    assert asking.heard == [PASSWORD]
    assert client.asked
    assert not client.accepted


async def test_a_visit_cancelled_while_it_connects_leaves_no_session(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on = threading.Event(), threading.Event()
    connect = socket.create_connection

    def slowly(*where: object, **options: object) -> socket.socket:
        reached.set()
        go_on.wait(10)
        return connect(*where, **options)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr("collectors.cli.session.socket.create_connection", slowly)
    async with Device(answers=VRP).serve() as device:
        visit = asyncio.create_task(bench.poller(device).visit(bench.question()))
        await asyncio.to_thread(reached.wait, 10)
        visit.cancel()
        with pytest.raises(asyncio.CancelledError):
            await visit
        go_on.set()
        async with asyncio.timeout(10):
            while bench.transport.threads.busy:  # noqa: ASYNC110  it has no event
                await asyncio.sleep(0.01)
        assert (device.passwords, device.logins) == ([], 0)


@pytest.mark.parametrize(
    "line",
    [
        b"x" * 2_000_000 + b"\x1b[1K" * 500_000,
        b"x" * 2_000_000 + b"\r" + b"\x1b[P" * 600_000,
    ],
)
def test_an_endless_line_of_codes_costs_no_more_than_its_length(line: bytes) -> None:
    began_s = time.process_time()
    assert cleaned(line)
    assert time.process_time() - began_s < 30


def test_a_code_with_an_endless_number_is_passed_over() -> None:
    assert cleaned(b"ab\x1b[" + b"9" * 5000 + b"Dc") == "cb"


async def test_a_number_without_end_costs_its_own_table(bench: Bench) -> None:
    endless = BGP6.replace("253052", "9" * 5000)
    assert endless != BGP6
    shows = {**VRP, "display bgp ipv6 peer": endless}
    async with Device(answers=shows).serve() as device:
        found = await bench.poller(device).visit(bench.question())
    assert tables(found)["ospfv3_neighbor"].complete
    assert not tables(found)["bgp_peer"].complete
    assert {one.detail for one in found.failures} == {Detail.MALFORMED}
