"""netmiko and our conversation against OpenSSH's own server: a Linux router with FRR's vtysh."""

import getpass
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from collectors.cli.collector import CliPoller
from collectors.cli.login import Login
from collectors.cli.target import CliTarget
from collectors.errors import Denied, Detail
from inventory.secrets import Secret
from protocols.ssh.known_hosts import Pin
from tests.collectors.cli import answers
from tests.collectors.cli.conftest import Bench
from tests.peers import program
from tests.protocols.ssh.servers import Sshd, sshd

VTYSH = """\
#!/bin/sh
[ "$1" = -c ] || exit 1
case "$2" in
    "show ipv6 ospf6 neighbor json") cat {folder}/ospf6 ;;
    "show bgp ipv6 unicast summary json") cat {folder}/bgp ;;
    "show ipv6 forwarding") echo "ipv6 forwarding is on" ;;
    "show isis neighbor detail json") echo "isisd is not running" ;;
    *) echo "% Unknown command: $2" ;;
esac
"""


@pytest.fixture
def router(tmp_path: Path) -> Path:
    """A folder with a key to log in with, and a vtysh to be found."""
    program("sshd")
    folder = tmp_path / "router"
    folder.mkdir()
    (folder / "ospf6").write_text(answers.FRR_OSPFV3)
    (folder / "bgp").write_text(answers.FRR_BGP6)
    vtysh = folder / "vtysh"
    vtysh.write_text(VTYSH.format(folder=folder))
    vtysh.chmod(0o755)
    subprocess.run(
        [program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", folder / "login"], check=True
    )
    return folder


def options(folder: Path) -> Sequence[str]:
    return [
        f"AuthorizedKeysFile {folder}/login.pub",
        "PermitRootLogin yes",
        "PasswordAuthentication no",
        "KbdInteractiveAuthentication no",
        "PrintMotd no",
        f'SetEnv "PATH={folder}:{os.environ["PATH"]}" "PS1=egov@r1:~$ " LC_ALL=C',
        "ForceCommand /bin/sh -i",
    ]


def poller(bench: Bench, server: Sshd, folder: Path, *, legacy: bool = False) -> CliPoller:
    bench.known_hosts.trust([Pin(server.host, server.port, server.keys)])
    key = Secret((folder / "login").read_text())
    login = Login(credential="routers", user=getpass.getuser(), key=key, legacy=legacy)
    made = CliPoller(
        CliTarget(id="r1", addresses=(server.host,), port=server.port, login=login, platform="frr"),
        transport=bench.transport,
        profiles=bench.profiles,
        catalogue=bench.catalogue,
    )
    bench.pollers.append(made)
    return made


@pytest.mark.peer
async def test_a_router_is_asked_by_vtysh_in_its_log_in_shell(
    bench: Bench, router: Path, tmp_path: Path
) -> None:
    with sshd(tmp_path / "sshd", options=options(router)) as server:
        asked = poller(bench, server, router)
        for _visit in range(2):
            found = await asked.visit(bench.question())
        await asked.close()
        log = server.log.read_text()
    names = {one.name: one for one in found.tables}
    assert names["bgp_peer"].keys[0] == ("", "2001:db8:12::2", "ipv6", "unicast")
    assert all(names[one].complete for one in ("bgp_peer", "ospfv3_neighbor", "isis_adjacency"))
    assert not found.failures
    assert log.count("Accepted publickey") <= 1


@pytest.mark.peer
async def test_an_old_server_is_refused_until_its_credential_allows_it(
    bench: Bench, router: Path, tmp_path: Path
) -> None:
    old = [
        *options(router),
        "KexAlgorithms diffie-hellman-group14-sha1",
        "HostKeyAlgorithms ssh-rsa",
        "Ciphers aes128-cbc",
    ]
    with sshd(tmp_path / "sshd", kinds=("rsa",), options=old) as server:
        with pytest.raises(Denied) as caught:
            await poller(bench, server, router).visit(bench.question())
        assert caught.value.detail is Detail.LEGACY_ALGORITHMS
        found = await poller(bench, server, router, legacy=True).visit(bench.question())
    (told,) = found.findings
    assert told.kind == "auth.insecure"
    for weak in ("diffie-hellman-group14-sha1", "ssh-rsa", "aes128-cbc"):
        assert weak in told.text


@pytest.mark.peer
async def test_a_key_that_the_server_does_not_know_is_tried_once(
    bench: Bench, router: Path, tmp_path: Path
) -> None:
    settings = [one for one in options(router) if not one.startswith("AuthorizedKeysFile")]
    with sshd(tmp_path / "sshd", options=[*settings, "AuthorizedKeysFile none"]) as server:
        asked = poller(bench, server, router)
        for detail in (Detail.WRONG_LOGIN, Detail.BRAKED):
            with pytest.raises(Denied) as caught:
                await asked.visit(bench.question())
            assert caught.value.detail is detail
