"""The layouts that the profile of FRR expects are those of a real FRR."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from collectors.cli.profile import CliProfiles
from collectors.cli.understanding import Understood, understood
from tests.peers import program

BGPD = """\
router bgp 64512
 bgp router-id 10.0.0.1
 no bgp default ipv4-unicast
 neighbor 2001:db8:1::2 remote-as 64513
 neighbor 2001:db8:1::3 remote-as 64513
 neighbor 2001:db8:1::3 shutdown
 address-family ipv6 unicast
  neighbor 2001:db8:1::2 activate
  neighbor 2001:db8:1::3 activate
 exit-address-family
"""
SCRIPT = """\
set -e
trap 'kill $(cat {folder}/*.pid)' EXIT
ip link set lo up
ip link add name veA type veth peer name veB
ip link set veA up
ip link set veB up
ip addr add 2001:db8:1::1/64 dev veA
for one in zebra ospf6d bgpd; do
    /usr/lib/frr/$one --vty_socket {folder} -u frr -g frr -z {folder}/z.sock \\
        -i {folder}/$one.pid -f {folder}/$one.conf -P 0 -d
done
# zebra hears of an address when duplicate address detection is through with it
for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    vtysh --vty_socket {folder} -c 'show interface json' | grep -q 2001:db8:1::1/64 \\
        && vtysh --vty_socket {folder} -c 'show bgp ipv6 unicast summary json' \\
        | grep -q totalPeers && break
    sleep 0.5
done
while read -r command; do
    echo "### $command"
    vtysh --vty_socket {folder} -c "$command" 2>&1 || true
done < {folder}/commands
"""


@pytest.fixture(scope="module")
def said(
    profiles: CliProfiles,
) -> dict[str, str]:
    """What one router in a network namespace answers to every command of the profile."""
    program("vtysh")
    if os.geteuid() != 0:
        pytest.skip("a network namespace needs root")
    folder = Path("/tmp") / f"frr-{os.getpid()}"  # noqa: S108  a socket's path is short
    folder.mkdir(mode=0o777)
    for name, text in (
        ("zebra", "ipv6 forwarding\n"),
        ("ospf6d", "router ospf6\n"),
        ("bgpd", BGPD),
    ):
        (folder / f"{name}.conf").write_text(text)
    commands = [one.command for one in profiles.platforms["frr"].commands]
    (folder / "commands").write_text("\n".join([*commands, ""]))
    try:
        subprocess.run(["chown", "-R", "frr:frr", folder], check=True)
        ran = subprocess.run(
            ["unshare", "-n", "sh", "-c", SCRIPT.format(folder=folder)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        shutil.rmtree(folder)
    if "not permitted" in ran.stderr:
        pytest.skip("network namespaces are not allowed here")
    answers = ran.stdout.split("### ")[1:]
    assert answers, ran.stderr
    return {one.partition("\n")[0]: one.partition("\n")[2].rstrip("\n") for one in answers}


@pytest.fixture
def read(profiles: CliProfiles, said: dict[str, str]) -> Callable[[str], Understood]:
    def of(name: str) -> Understood:
        command = next(one for one in profiles.platforms["frr"].commands if one.name == name)
        return understood(command, said[command.command], "frr")

    return of


@pytest.mark.peer
def test_a_real_frr_is_understood(read: Callable[[str], Understood]) -> None:
    names = ("ipv6", "ospfv3_neighbor", "bgp_peer_ipv6", "ipv6_address", "ipv6_route")
    found = {name: read(name) for name in (*names, "ipv6_default_route")}
    assert not [one.missed for one in found.values() if one.missed]
    assert found["ipv6"].rows[()].metrics == {"egov_ipv6_forwarding": 1}
    assert found["ipv6_default_route"].rows[()].metrics == {"egov_ipv6_default_route": 0}
    assert not found["ospfv3_neighbor"].rows
    assert ("veA", "2001:db8:1::1") in found["ipv6_address"].rows
    assert ("connected", "") in found["ipv6_route"].rows
    shut = found["bgp_peer_ipv6"].rows["", "2001:db8:1::3", "ipv6", "unicast"].metrics
    assert shut["egov_bgp_peer_admin_up"] == 0
    waits = found["bgp_peer_ipv6"].rows["", "2001:db8:1::2", "ipv6", "unicast"].metrics
    assert (waits["egov_bgp_peer_up"], waits["egov_bgp_peer_admin_up"]) == (0, 1)


@pytest.mark.peer
def test_a_daemon_that_does_not_run_means_no_rows(
    profiles: CliProfiles, said: dict[str, str]
) -> None:
    answer = said["show isis neighbor detail json"]
    assert any(one.search(answer) for one in profiles.platforms["frr"].empty)
