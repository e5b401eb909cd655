"""Fixtures of the SNMP tests: both event loops, and net-snmp's agent on a free port."""

import asyncio
import os
import socket
import subprocess
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path

import pytest
import uvloop

from tests.peers import free_port, program

Run = Callable[[Coroutine[None, None, None]], None]


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Run:
    """Return what runs a coroutine, on the loop of the standard library and on uvloop."""

    def on_loop(coroutine: Coroutine[None, None, None]) -> None:
        with asyncio.Runner(loop_factory=request.param) as runner:
            runner.run(asyncio.wait_for(coroutine, 30))

    return on_loop


class Snmpd:
    """Debian's snmpd with a configuration of its own; communities public (v1, v2c) and nobody."""

    def __init__(self, folder: Path, configuration: str) -> None:
        self.port = free_port(kind=socket.SOCK_DGRAM)
        self.folder = folder
        (folder / "snmpd.conf").write_text(configuration)
        self.process = subprocess.Popen(
            [
                program("snmpd"), "-f", "-Lf", str(folder / "log"), "-C", "-c",
                str(folder / "snmpd.conf"), f"udp:127.0.0.1:{self.port}",
            ],
            env={**os.environ, "SNMP_PERSISTENT_DIR": str(folder), "MIBS": ""},
        )  # fmt: skip

    def bulkwalk(self, column: str) -> list[str]:
        """Return what snmpbulkwalk prints of a column, one line each, all numeric."""
        done = subprocess.run(
            [
                program("snmpbulkwalk"), "-v2c", "-c", "public", "-On", "-Oe", "-OU", "-Ot", "-Oq",
                "-m", "", "-r", "5", "-t", "1", f"127.0.0.1:{self.port}", column,
            ],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout.splitlines()

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(10)


@pytest.fixture
def snmpd(tmp_path: Path) -> Iterator[Snmpd]:
    """Start snmpd; it has answered once when the test begins."""
    peer = Snmpd(
        tmp_path, "rocommunity public 127.0.0.1\nsysServices 72\nsysName agent-under-test\n"
    )
    try:
        peer.bulkwalk(".1.3.6.1.2.1.1.3")
        yield peer
    finally:
        peer.close()
