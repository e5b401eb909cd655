"""The real snmpd: what the profile reads against what net-snmp's own walk prints."""

import platform
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.collectors.snmp.conftest import Visiting, samples, table, texts
from tests.peers import free_port, program

pytestmark = pytest.mark.peer


class Snmpd:
    """A running snmpd; quacks like the tests' agent where `visiting` asks."""

    host = "127.0.0.1"

    def __init__(self, port: int) -> None:
        self.port = port

    def walk(self, oid: str) -> dict[str, str]:
        """Return {index: value} as snmpwalk prints them."""
        command = [program("snmpwalk"), "-v2c", "-cpublic", "-Onqe", "-Ih"]
        found = subprocess.run(
            [*command, f"{self.host}:{self.port}", oid], check=True, capture_output=True, text=True
        )
        pairs = (line.split(" ", 1) for line in found.stdout.splitlines() if " " in line)
        return {name.removeprefix(f".{oid}."): value.strip('"') for name, value in pairs}


@pytest.fixture
def snmpd(tmp_path: Path) -> Iterator[Snmpd]:
    port = free_port()
    (tmp_path / "snmpd.conf").write_text(f"rocommunity public\nagentaddress udp:127.0.0.1:{port}\n")
    command = [program("snmpd"), "-f", "-C", "-c", str(tmp_path / "snmpd.conf"), "-Lo", "-r"]
    environment = {"SNMP_PERSISTENT_DIR": str(tmp_path)}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, text=True
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "NET-SNMP version" in line:
                break
        try:
            yield Snmpd(port)
        finally:
            process.terminate()


async def test_interfaces_agree_with_snmpwalk(snmpd: Snmpd, visiting: Visiting) -> None:
    observation = await visiting(snmpd).visit()  # type: ignore[arg-type]  # it quacks
    assert observation.failures == ()
    found = table(observation, "interface")
    names = snmpd.walk("1.3.6.1.2.1.31.1.1.1.1")
    assert found.keys == tuple((name,) for name in names.values())
    states = snmpd.walk("1.3.6.1.2.1.2.2.1.8")
    up = samples(found, "egov_interface_up")
    assert up == {(names[index],): int(state == "1") for index, state in states.items()}
    octets = snmpd.walk("1.3.6.1.2.1.31.1.1.1.6")
    received = samples(found, "egov_interface_receive_bytes_total")
    for index, after in octets.items():
        assert received[names[index],] <= int(after)
    infos = texts(found, "egov_interface_info")
    assert {infos[(name,)]["index"] for name in names.values()} == set(names)


async def test_a_host_says_its_memory_load_and_boot_time(snmpd: Snmpd, visiting: Visiting) -> None:
    observation = await visiting(snmpd).visit()  # type: ignore[arg-type]  # it quacks
    info = texts(table(observation, "device"), "egov_device_info")[()]
    assert (info["vendor"], info["version"]) == ("net-snmp", platform.release())
    [ratio] = samples(table(observation, "memory"), "egov_device_memory_ratio").values()
    assert ratio is not None
    assert 0 < ratio < 1
    host = table(observation, "host")
    total = int(snmpd.walk("1.3.6.1.4.1.2021.4.5")["0"].split()[0])
    assert samples(host, "egov_host_memory_total_bytes")[()] == total * 1024
    assert samples(host, "egov_host_load1")[()] is not None
