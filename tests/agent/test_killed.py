"""A process that is killed between a password and the verdict does not send it again."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from protocols.ssh.host_key import HostKey
from protocols.ssh.known_hosts import KnownHosts, Pin
from tests.collectors.cli.device import PASSWORD, USER, Device, _Server

pytestmark = [pytest.mark.peer, pytest.mark.slow]

SERVICE, VISIT = ("run",), ("visit", "SW-HX-01", "--check", "cli")
INVENTORY = """\
sites: [{{id: hexi, name: Hexi, level: street}}]
credentials: [{{id: net, ssh: {{user: {user}, password: {{env: TEST_PASSWORD}}}}}}]
devices:
  - {{id: SW-HX-01, address: 127.0.0.1, site: hexi,
      cli: {{credential: net, platform: huawei_vrp, port: {port}}}}}
"""
SETTINGS = """\
inventory: inventory.yaml
listen: 127.0.0.1:0
ledger: {path: ledger}
state: state
known_hosts: known_hosts
intervals: {cli: 1s}
"""


def configured(folder: Path, device: Device) -> Path:
    (folder / "inventory.yaml").write_text(INVENTORY.format(user=USER, port=device.port))
    config = folder / "agent.yaml"
    config.write_text(SETTINGS)
    for path in folder.glob("*.yaml"):
        path.chmod(0o600)
    key = HostKey.of_blob(device.key.public_data)
    KnownHosts(folder / "known_hosts").trust([Pin("127.0.0.1", device.port, (key,))])
    return config


async def started(config: Path, what: tuple[str, ...]) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable, "-m", "agent.cli", *what, "-c", config, stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL, env={**os.environ, "TEST_PASSWORD": PASSWORD},
    )  # fmt: skip


@pytest.mark.parametrize("what", [SERVICE, VISIT], ids=["service", "visit"])
async def test_password_without_a_verdict_is_sent_once_however_often_it_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: tuple[str, ...]
) -> None:
    heard = asyncio.Event()
    passwords: list[str] = []

    async def judge(_server: _Server, _user: str, password: str) -> bool:
        passwords.append(password)
        heard.set()
        await asyncio.sleep(60)
        return False

    monkeypatch.setattr(_Server, "validate_password", judge)
    async with Device().serve() as device:
        config = configured(tmp_path, device)
        first = await started(config, what)
        async with asyncio.timeout(60):
            await heard.wait()
        first.kill()
        await first.communicate()
        again = await started(config, VISIT)
        async with asyncio.timeout(60):
            _, said = await again.communicate()
    assert "no verdict from SW-HX-01" in said.decode()
    assert passwords == [PASSWORD]
