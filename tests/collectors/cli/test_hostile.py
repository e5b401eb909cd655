"""Devices that lie, and devices that are only odd: no lock-out, no row in the wrong place."""

import asyncio
import socket
import threading
import time

import paramiko
import pytest

from collectors.cli.legacy import PinnedTransport
from collectors.cli.login import Jump
from collectors.cli.screen import cleaned
from collectors.contract import Observation, Table
from collectors.errors import CollectError, Denied, Detail
from inventory.secrets import Secret
from tests.collectors.cli import answers
from tests.collectors.cli.conftest import Bench, with_login
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
    """Keyboard-interactive (RFC 4256) that asks for the password again and again."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def get_allowed_auths(self, _user: str) -> str:
        return "keyboard-interactive"

    def check_auth_interactive(self, _user: str, _kinds: str) -> paramiko.InteractiveQuery:
        return paramiko.InteractiveQuery("", "", ("Password:", False))

    def check_auth_interactive_response(
        self, responses: list[str]
    ) -> paramiko.InteractiveQuery | int:
        self.heard += responses
        again = paramiko.InteractiveQuery("", "", ("Password:", False))
        return again if len(self.heard) < 9 else paramiko.AUTH_FAILED


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
