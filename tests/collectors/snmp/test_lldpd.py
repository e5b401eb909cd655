"""Two real lldpd on both ends of a cable, each in a network namespace; one is read over SNMP.

The other end tells its name, comes, and says good-bye.
"""

import contextlib
import ctypes
import json
import os
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from collectors.facts import LldpLocal, LldpNeighbor
from protocols.snmp.engine import Engine
from protocols.snmp.session import Limits
from tests.collectors.snmp.conftest import Visiting, table, texts
from tests.peers import program

pytestmark = pytest.mark.peer
_CLONE_NEWNET = 0x40000000
_PORT = 16161
_PATIENCE_S = 30.0


class Cable:
    """Two namespaces with a cable between them; what runs there ends with it."""

    host = "127.0.0.1"
    port = _PORT

    def __init__(self, folder: Path) -> None:
        """Know the ends by the interfaces `uplink0` and `port1`; nothing is there yet."""
        self.folder = folder
        self.near, self.far = f"egov-{os.getpid()}-near", f"egov-{os.getpid()}-far"
        self._running: dict[str, subprocess.Popen[str]] = {}

    def lay(self) -> None:
        """Make the namespaces; skip by name where that is not allowed."""
        ip = program("ip")
        for name in (self.near, self.far):
            made = subprocess.run([ip, "netns", "add", name], check=False, capture_output=True)
            if made.returncode:
                missing = f"network namespaces are not allowed here: {made.stderr.decode()}"
                if os.environ.get("CI") == "true":
                    pytest.fail(missing)
                pytest.skip(missing)
            _run(ip, "-n", name, "link", "set", "lo", "up")
        pair = ("type", "veth", "peer", "name", "port1", "netns", self.far)
        _run(ip, "link", "add", "name", "uplink0", "netns", self.near, *pair)
        _run(ip, "-n", self.near, "link", "set", "uplink0", "up")
        _run(ip, "-n", self.far, "link", "set", "port1", "up")
        _run(ip, "-n", self.far, "address", "add", "192.0.2.2/24", "dev", "port1")

    def take_away(self) -> None:
        """End everything."""
        for name in list(self._running):
            self.stop(name)
        for name in (self.near, self.far):
            subprocess.run([program("ip"), "netns", "del", name], check=False, capture_output=True)

    def start(self, name: str, where: str, *command: str) -> subprocess.Popen[str]:
        """Start a program in a namespace."""
        inside = [program("ip"), "netns", "exec", where, *command]
        environment = {**os.environ, "SNMP_PERSISTENT_DIR": str(self.folder)}
        self._running[name] = subprocess.Popen(
            inside, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
        )
        return self._running[name]

    def stop(self, name: str) -> None:
        """End a program that `start` began."""
        process = self._running.pop(name)
        process.terminate()
        process.communicate(timeout=10)

    def start_snmpd(self) -> None:
        """Start snmpd as the master of AgentX, and wait until it serves."""
        settings = self.folder / "snmpd.conf"
        settings.write_text(
            "rocommunity public\nmaster agentx\nagentXSocket tcp:127.0.0.1:705\n"
            f"agentaddress udp:127.0.0.1:{_PORT}\n"
        )
        command = (program("snmpd"), "-f", "-C", "-c", str(settings), "-Lo", "-r")
        output = self.start("snmpd", self.near, *command).stdout
        assert output is not None
        assert any("NET-SNMP version" in line for line in output)

    def start_lldpd(self, where: str, *options: str) -> None:
        """Start lldpd with a control socket of its own."""
        control = self._control(where)
        self.start(f"lldpd {where}", where, program("lldpd"), "-d", "-u", control, *options)
        self.until(lambda: self.ask(where, "show", "configuration") is not None)

    def ask(self, where: str, *words: str) -> str | None:
        """Ask a lldpd by lldpcli; None while it does not answer."""
        command = [program("lldpcli"), "-u", self._control(where), "-f", "keyvalue", *words]
        asked = subprocess.run(command, check=False, capture_output=True, text=True)
        return asked.stdout if asked.returncode == 0 else None

    def until(self, holds: Callable[[], bool]) -> None:
        """Wait for something; each look is a program run, so this does not spin."""
        end_s = time.monotonic() + _PATIENCE_S
        while not holds():
            assert time.monotonic() < end_s

    def tell(self, where: str) -> bool:
        """Let a lldpd tell its neighbours of itself at once."""
        return self.ask(where, "update") is not None

    def sees(self, name: str) -> bool:
        """Say whether the near lldpd has a neighbour of this name."""
        return f"chassis.name={name}\n" in (self.ask(self.near, "show", "neighbors") or "")

    def mac(self, where: str, interface: str) -> str:
        """Return the address of an interface."""
        command = [program("ip"), "-n", where, "-j", "link", "show", interface]
        shown = subprocess.run(command, check=True, capture_output=True, text=True)
        return str(json.loads(shown.stdout)[0]["address"])

    def _control(self, where: str) -> str:
        return str(self.folder / f"{where}.sock")


@contextlib.contextmanager
def inside(namespace: str) -> Iterator[None]:
    """Open sockets of this thread in a network namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    with Path("/proc/thread-self/ns/net").open() as home:
        with Path(f"/run/netns/{namespace}").open() as other:
            assert libc.setns(other.fileno(), _CLONE_NEWNET) == 0
        try:
            yield
        finally:
            assert libc.setns(home.fileno(), _CLONE_NEWNET) == 0


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def cable() -> Iterator[Cable]:
    for name in ("snmpd", "lldpd", "lldpcli"):
        program(name)
    # the path of a Unix socket ends at 107 characters
    with tempfile.TemporaryDirectory(prefix="egov-") as folder:
        Path(folder).chmod(0o755)  # both lldpd and lldpcli give up root
        cable = Cable(Path(folder))
        try:
            cable.lay()
            cable.start_snmpd()
            cable.start_lldpd(cable.near, "-x", "-X", "tcp:127.0.0.1:705")
            yield cable
        finally:
            cable.take_away()


@pytest.fixture
async def engine(cable: Cable) -> AsyncIterator[Engine]:
    """Replace the common engine by one whose sockets are on the near side of the cable."""
    async with contextlib.AsyncExitStack() as stack:
        with inside(cable.near):
            engine = await stack.enter_async_context(Engine())
        yield engine


async def test_a_real_neighbour_comes_and_goes(cable: Cable, visiting: Visiting) -> None:
    watch = visiting(cable, limits=Limits(requests_per_second=1000, timeout_s=3))
    before = await watch.visit()
    assert before.failures == ()
    assert table(before, "lldp").keys == ()

    cable.start_lldpd(cable.far)
    hostname = ("configure", "system", "hostname", "core-1.example.gov.cn")
    cable.until(lambda: cable.ask(cable.far, *hostname) is not None)
    # `update` tells it at once, whatever timer began with the old name and interval
    cable.until(lambda: cable.tell(cable.far) and cable.sees(hostname[-1]))
    seen = await watch.visit(600)
    assert seen.failures == ()
    assert table(seen, "lldp").keys == (("uplink0", "core-1.example.gov.cn", "port1"),)
    assert list(table(seen, "lldp").texts[0].values) == [()]
    [local] = [one for one in seen.facts if isinstance(one, LldpLocal)]
    [neighbor] = [one for one in seen.facts if isinstance(one, LldpNeighbor)]
    mac = texts(table(seen, "interface"), "egov_interface_info")["uplink0",]["mac"]
    assert local.chassis == mac
    assert (neighbor.interface, neighbor.port) == ("uplink0", "port1")
    assert neighbor.address == "192.0.2.2"
    assert neighbor.chassis == cable.mac(cable.far, "port1")

    cable.stop(f"lldpd {cable.far}")
    cable.until(lambda: not cable.sees("core-1.example.gov.cn"))
    gone = await watch.visit(600)
    assert table(gone, "lldp").keys == ()
    assert table(gone, "lldp").complete
    assert {LldpLocal, LldpNeighbor} <= {one.type for one in gone.known}
    assert [one for one in gone.facts if isinstance(one, LldpNeighbor)] == []
