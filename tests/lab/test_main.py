"""`python -m lab` as a child, from start to a clean stop."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from lab.__main__ import main
from lab.qinglan import qinglan
from texts import speaking


@pytest.fixture(autouse=True)
def _language() -> Iterator[None]:
    """Leave to the other tests the language that they had: main speaks the environment's."""
    with speaking("en"):
        yield


def test_a_scenario_that_does_not_exist_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--scenario", "/no/such/file.yaml"]) == 1
    assert "/no/such/file.yaml" in capsys.readouterr().err


def test_configuration_is_written_without_listening(tmp_path: Path) -> None:
    assert main(["--write-config", str(tmp_path / "lab")]) == 0
    assert (tmp_path / "lab" / "agent.yaml").is_file()
    assert (tmp_path / "lab" / "inventory" / "devices.yaml").is_file()


@pytest.mark.parametrize("prefix", ["127.20.", "127.a.0.", "127.300.0.", "10.0.0.", "127.20.0.1"])
def test_addresses_that_are_no_prefix_of_loopback_are_refused(
    prefix: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["--addresses", prefix])
    assert "--addresses" in capsys.readouterr().err


def test_an_address_that_is_taken_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    first = qinglan().switches[0]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind((f"127.20.0.{first.number}", 0))
        port = taken.getsockname()[1]
        assert main(["--base-port", str(port - 61), "--scenario", "none"]) == 1
    assert f"127.20.0.{first.number}:{port}: " in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_the_lab_says_when_it_is_ready_and_stops_cleanly(
    tmp_path: Path, stop: signal.Signals
) -> None:
    ready = tmp_path / "ready"
    address = f"127.20.{os.getpid() % 200 + 10}."
    command = [sys.executable, "-m", "lab", "--addresses", address, "--ready-file", str(ready)]
    with subprocess.Popen(
        [*command, "--scenario", "none"], stdout=subprocess.PIPE, text=True, env={"LANG": "en_US"}
    ) as child:
        assert child.stdout is not None
        lines = []
        for line in child.stdout:
            lines.append(line.strip())
            if lines[-1] == "READY":
                break
        assert ready.read_text() == "READY\n"
        child.send_signal(stop)
        rest, _ = child.communicate(timeout=20)
    assert len(lines) == 9
    assert child.returncode == 0
    assert rest.strip() == "lab stopped"
