"""A real snmpd with users of SNMPv3, and the credentials that it knows."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from protocols.snmp.credentials import AuthProtocol, PrivProtocol, User
from tests.peers import free_port, program

AUTH_KEY: Final = b"auth passphrase"
PRIV_KEY: Final = b"priv passphrase"
COMMUNITY: Final = "public"

_AUTH_NAMES: Final = {
    AuthProtocol.MD5: "MD5",
    AuthProtocol.SHA1: "SHA",
    AuthProtocol.SHA224: "SHA-224",
    AuthProtocol.SHA256: "SHA-256",
    AuthProtocol.SHA384: "SHA-384",
    AuthProtocol.SHA512: "SHA-512",
}
_PRIV_NAMES: Final = {
    PrivProtocol.DES: "DES",
    PrivProtocol.AES128: "AES",
    PrivProtocol.AES192: "AES-192",
    PrivProtocol.AES256: "AES-256",
    PrivProtocol.AES192C: "AES-192-C",
    PrivProtocol.AES256C: "AES-256-C",
}
"""What Debian's net-snmp is built with; it has no 3DES, which pysnmp has."""


def user(auth: AuthProtocol | None = None, priv: PrivProtocol | None = None) -> User:
    """Return the user that `users` has for these protocols."""
    name = "-".join(part for part in (auth or "noauth", priv) if part)
    return User(name, auth, AUTH_KEY if auth else b"", priv, PRIV_KEY if priv else b"")


def users() -> list[User]:
    """Return one user for everything that net-snmp supports."""
    return [
        user(),
        *(user(auth) for auth in _AUTH_NAMES),
        *(user(auth, priv) for auth in _AUTH_NAMES for priv in _PRIV_NAMES),
    ]


@dataclass
class Snmpd:
    """A running snmpd; `restart` makes its engineBoots one more."""

    port: int
    folder: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until it answers a v2c question."""
        environment = os.environ | {
            "SNMP_PERSISTENT_DIR": str(self.folder / "persistent"),
            "SNMPCONFPATH": f"{self.folder}:{self.folder}/persistent",
            "MIBS": "",
        }
        self.process = subprocess.Popen(
            # Not -C: that would hide the persistent state with the engine's boots as well.
            [
                program("snmpd"),
                "-f",
                "-Lf",
                str(self.folder / "log"),
                "-p",
                str(self.folder / "pid"),
            ],
            env=environment,
        )
        self._wait()

    def stop(self) -> None:
        """Ask it to write its state down and end."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(10)
            self.process = None

    def restart(self) -> None:
        """Boot the agent once more."""
        self.stop()
        self.start()

    def _wait(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("127.0.0.1", self.port))
            probe.settimeout(0.1)
            until = time.monotonic() + 20
            while time.monotonic() < until:
                try:
                    probe.send(_SYS_UP_TIME)
                    probe.recv(1500)
                except TimeoutError:
                    continue
                except ConnectionRefusedError:
                    time.sleep(0.02)  # nothing says when a daemon listens; only asking does
                    continue
                return
        raise AssertionError((self.folder / "log").read_text())


_SYS_UP_TIME: Final = bytes.fromhex(
    "302602010104067075626c6963a019020101020100020100300e300c06082b060102010103000500"
)


@contextmanager
def snmpd(folder: Path, known: list[User], *more: str) -> Iterator[Snmpd]:
    """Run snmpd with these users, who may read everything at the level of their protocols.

    `more` are further lines of snmpd.conf.
    """
    peer = Snmpd(free_port(kind=socket.SOCK_DGRAM), folder)
    lines = [
        f"agentaddress udp:127.0.0.1:{peer.port}",
        f"rocommunity {COMMUNITY} 127.0.0.1",
        "sysName v3.example",
        *more,
    ]
    for one in known:
        lines += [_create(one), f"rouser {one.name} {_level(one)}"]
    (folder / "persistent").mkdir()
    (folder / "snmpd.conf").write_text("\n".join(lines) + "\n")
    peer.start()
    try:
        yield peer
    finally:
        peer.stop()


def _create(one: User) -> str:
    words = ["createUser", one.name]
    if one.auth:
        words += [_AUTH_NAMES[one.auth], f'"{one.auth_key.decode()}"']
    if one.priv:
        words += [_PRIV_NAMES[one.priv], f'"{one.priv_key.decode()}"']
    return " ".join(words)


def _level(one: User) -> str:
    if one.priv:
        return "priv"
    return "auth" if one.auth else "noauth"
