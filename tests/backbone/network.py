"""Starts the routers of `topology` in namespaces of their own and takes them down again.

Every router is one process tree in its own network, mount and process namespaces. No namespace has
a name, and nothing is written outside a tmpfs inside: when the tree's first process dies, which it
does with the tests however they end, the kernel clears everything away.
"""

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.backbone.topology import DAEMONS, LINKS, ROUTERS, Router
from tests.peers import program
from tests.protocols.ssh.servers import Sshd, host_key, public

FRR = Path("/usr/lib/frr")
_PATIENCE_S = 30.0
_STEP_S = 0.05
_CACHED = ("1.3.6.1.2.1.2.2", "1.3.6.1.2.1.4.24.7")
"""Tables of which net-snmp keeps what it read for 15 and 60 s: the tests have no such time."""
_SESSIONS = 2
"""Of BGP: one over each family."""
_SUBAGENTS = {
    "ospf6d": "1.3.6.1.2.1.191.1.1.2.0",
    "isisd": "1.3.6.1.2.1.138.1.1.1.8.0",
    "bgpd": "1.3.6.1.2.1.15.2.0",
}
"""A scalar of each daemon's."""
_PREPARE = """
set -e
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /etc/frr
mkdir -p /run/frr /run/snmp
chown frr:frr /run/frr /etc/frr
ip link set lo up
sysctl -qw net.ipv6.conf.all.forwarding=1 net.ipv4.ip_forward=1 net.ipv6.conf.default.accept_dad=0
touch /run/ready
exec sleep infinity
"""
_SNMPD = """\
rocommunity public
rwcommunity private
agentaddress udp:{address}:161
sysdescr FRRouting on {name}
master agentx
agentXSocket /run/snmp/agentx
agentXPerms 0777 0777
"""


class Running:
    """A router that runs; `host` and `port` are where its SNMP agent answers."""

    port = 161

    def __init__(self, router: Router, holder: subprocess.Popen[bytes], host: str) -> None:
        """Know the tree by the process that holds its namespaces."""
        self.router = router
        self.host = host
        self._holder = holder
        self._init = _child(holder.pid)

    def command(self, *arguments: str) -> list[str]:
        """Return a command line that runs inside."""
        inside = ["-t", str(self._init), "-n", "-m", "-p"]
        return [program("nsenter"), *inside, "--", *arguments]

    def run(self, *arguments: str, stdin: str | None = None) -> str:
        """Run a command inside and return what it prints."""
        environment = {
            **os.environ,
            "SNMPCONFPATH": "/run/snmp",
            "SNMP_PERSISTENT_DIR": "/run/snmp",
        }
        found = subprocess.run(
            self.command(*arguments), check=True, input=stdin, text=True, env=environment,
            capture_output=True, timeout=_PATIENCE_S,
        )  # fmt: skip
        return found.stdout

    def typed(self, *commands: str) -> str:
        """Type commands at the router."""
        return self.run("vtysh", *(word for one in commands for word in ("-c", one)))

    def configure(self, *commands: str) -> None:
        """Type commands in configuration mode."""
        self.typed("configure terminal", *commands)

    def start(self, daemon: str) -> None:
        """Start one daemon, with its AgentX subagent where it has one."""
        module = [] if daemon == "staticd" else ["-M", "snmp"]
        self.run(str(FRR / daemon), "-d", "-A", "127.0.0.1", *module)

    def stop(self, daemon: str) -> None:
        """Kill one daemon."""
        pid = self.run("cat", f"/run/frr/{daemon}.pid").strip()
        self.run("kill", "-9", pid)

    def prepare(self) -> None:
        """Start snmpd and the daemons, and let them read the configuration."""
        name, files = self.router.name, self._write
        files("/run/snmp/snmpd.conf", _SNMPD.format(address=self.host, name=name))
        files("/run/snmp/frr.conf", "agentXSocket /run/snmp/agentx\nagentXPingInterval 1\n")
        files("/etc/frr/frr.conf", self.router.configuration())
        files("/etc/frr/vtysh.conf", "service integrated-vtysh-config\n")
        self.run(
            "snmpd", "-C", "-c", "/run/snmp/snmpd.conf", "-Lf", "/dev/null", "-p", "/run/snmpd.pid"
        )
        for table in _CACHED:
            oid = f"1.3.6.1.4.1.8072.1.5.3.1.2.{table}"  # nsCacheTimeout
            self.run("snmpset", "-v2c", "-cprivate", self.host, oid, "i", "1")
        for daemon in DAEMONS[name]:
            self.start(daemon)
        self.run("vtysh", "-b")

    def _write(self, path: str, text: str) -> None:
        self.run("sh", "-c", f"cat >{path}", stdin=text)

    def settled(self) -> bool:
        """Say whether every protocol has found its neighbours, and every daemon the SNMP agent."""
        daemons = DAEMONS[self.router.name]
        if "ospf6d" in daemons:
            # until a router knows its id it says hello as 0.0.0.0
            found = self.typed("show ipv6 ospf6 neighbor")
            full = len(set(self.router.links) - {"c"})
            if found.count("Full") != full or "0.0.0.0" in found:
                return False
        if "isisd" in daemons and " Up " not in self.typed("show isis neighbor"):
            return False
        if "bgpd" in daemons:
            found = self.typed("show bgp neighbors")
            if found.count("= Established") != _SESSIONS:
                return False
        return all(self._answers(oid) for daemon, oid in _SUBAGENTS.items() if daemon in daemons)

    def _answers(self, oid: str) -> bool:
        options = ["-v2c", "-cpublic", "-On", "-t1", "-r1"]
        answer = self.run("snmpget", *options, self.host, oid)
        return " = " in answer and "No Such" not in answer  # silence is no answer


def _child(pid: int) -> int:
    """Return the first process inside, once it has prepared its mounts."""
    children = Path(f"/proc/{pid}/task/{pid}/children")

    def ready() -> bool:
        found = children.read_text(encoding="ascii").split()
        return bool(found) and Path(f"/proc/{found[0]}/root/run/ready").exists()

    wait_for(ready, f"namespaces of process {pid}")
    return int(children.read_text(encoding="ascii").split()[0])


def wait_for(condition: Callable[[], bool], what: str, patience_s: float = _PATIENCE_S) -> None:
    """Look until something holds.

    Raises:
        TimeoutError: it did not in time.
    """
    end_s = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > end_s:
            raise TimeoutError(what)
        time.sleep(_STEP_S)


@contextlib.contextmanager
def backbone() -> Iterator[dict[str, Running]]:
    """Run the four routers."""
    with contextlib.ExitStack() as stack:
        running = {one.name: _held(one, stack) for one in ROUTERS}
        for link, ends in LINKS.items():
            first, second = (running[name] for name in ends)
            _ip("link", "add", "name", link, "netns", str(first._init), "type", "veth",
                "peer", "name", link, "netns", str(second._init))  # fmt: skip
            for one in (first, second):
                one.run("ip", "link", "set", "dev", link, "up")
        for one in running.values():
            one.prepare()
        for name, one in running.items():
            wait_for(one.settled, f"{name} to find its neighbours")
        yield running


def _held(router: Router, stack: contextlib.ExitStack) -> Running:
    """Make the namespaces of one router, and its way to us."""
    holder = stack.enter_context(
        subprocess.Popen([
            program("setpriv"), "--pdeathsig", "KILL", program("unshare"), "--net", "--mount",
            "--pid", "--fork", "--kill-child=KILL", "--mount-proc", "sh", "-c", _PREPARE,
        ])
    )  # fmt: skip
    stack.callback(holder.kill)
    subnet, place = 18 + os.getpid() // 64 % 2, os.getpid() % 64 * 4 + router.number - 1
    ours, theirs = f"198.{subnet}.{place}.1", f"198.{subnet}.{place}.2"
    running = Running(router, holder, theirs)
    port = f"egb{os.getpid() % 100000}{router.name}"
    inside = str(running._init)
    _ip("link", "add", "name", port, "type", "veth", "peer", "name", "mgmt", "netns", inside)
    _ip("address", "add", f"{ours}/30", "dev", port)
    _ip("link", "set", port, "up")
    running.run("ip", "address", "add", f"{theirs}/30", "dev", "mgmt")
    running.run("ip", "link", "set", "mgmt", "up")
    return running


def _ip(*arguments: str) -> None:
    subprocess.run([program("ip"), *arguments], check=True, timeout=_PATIENCE_S)


@contextlib.contextmanager
def sshd(router: Running, folder: Path) -> Iterator[Sshd]:
    """Run sshd on a router, for root with the key `folder`/login, until the block ends."""
    folder.mkdir(parents=True, exist_ok=True)
    key, log, config = host_key(folder, "ed25519"), folder / "log", folder / "config"
    config.write_text(
        f"HostKey {key}\nAuthorizedKeysFile {folder}/login.pub\nPermitRootLogin yes\n"
        "PidFile /run/sshd.pid\n"
        "UsePAM no\nStrictModes no\nPrintMotd no\nForceCommand /bin/sh -i\n"
        f'SetEnv "PATH={os.environ["PATH"]}" "PS1=root@{router.router.name}:~# " LC_ALL=C\n'
    )
    login = [program("ssh-keygen"), "-q", "-t", "ed25519", "-N", "", "-f", folder / "login"]
    subprocess.run(login, check=True, timeout=_PATIENCE_S)
    router.run("mkdir", "-p", "/run/sshd")
    address = f"ListenAddress={router.host}:22"
    inside = router.command(program("sshd"), "-D", "-f", str(config), "-o", address, "-E", str(log))
    with subprocess.Popen(inside) as process:
        try:
            wait_for(lambda: _listens(router.host), "sshd to listen")
            yield Sshd(router.host, 22, (public(key),), log)
        finally:  # nsenter itself hands no signal on
            router.run("sh", "-c", "kill $(cat /run/sshd.pid) || true")
            process.terminate()


def _listens(host: str) -> bool:
    try:
        socket.create_connection((host, 22), 1).close()
    except OSError:
        return False
    return True
