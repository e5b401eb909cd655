"""What systemd is told, read from the other end of its socket."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.supervisor import Supervisor


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[tuple[socket.socket, dict[str, str]]]:
    path = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.bind(str(path))
        door.settimeout(5)
        yield door, {"NOTIFY_SOCKET": str(path)}


def test_life_of_the_service_is_told(manager: tuple[socket.socket, dict[str, str]]) -> None:
    door, environ = manager
    supervisor = Supervisor(environ, pid=1)
    supervisor.ready("visiting")
    supervisor.reloading(12.5)
    supervisor.alive()
    supervisor.stopping()
    said = [door.recv(1000).decode() for _ in range(4)]
    assert said == [
        "READY=1\nSTATUS=visiting",
        "RELOADING=1\nMONOTONIC_USEC=12500000",
        "WATCHDOG=1",
        "STOPPING=1",
    ]


def test_abstract_socket_is_found() -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.bind("\0egov-agent-test-notify")
        door.settimeout(5)
        Supervisor({"NOTIFY_SOCKET": "@egov-agent-test-notify"}, pid=1).alive()
        assert door.recv(100) == b"WATCHDOG=1"


def test_without_a_manager_nothing_is_said() -> None:
    supervisor = Supervisor({"WATCHDOG_USEC": "1000000"}, pid=1)
    supervisor.ready("visiting")
    assert supervisor.watchdog_s is None


@pytest.mark.parametrize(
    ("more", "period_s"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "60000000"}, 30.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "42"}, 30.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "43"}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_watchdog_is_fed_twice_in_its_time_by_the_process_it_watches(
    more: dict[str, str], period_s: float | None
) -> None:
    assert Supervisor({"NOTIFY_SOCKET": "/x", **more}, pid=42).watchdog_s == period_s


def test_manager_that_is_gone_does_not_end_the_service(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    Supervisor({"NOTIFY_SOCKET": str(tmp_path / "gone")}, pid=1).ready("visiting")
    assert "cannot be told" in caplog.text
