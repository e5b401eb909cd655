"""A real sshd on a free port, with host keys of its own."""

import contextlib
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from protocols.ssh.host_key import HostKey
from tests.peers import free_port, program

STARTS_WITHIN_S = 20.0


@dataclass(frozen=True, slots=True)
class Sshd:
    """A server that is listening."""

    host: str
    port: int
    keys: tuple[HostKey, ...]
    log: Path

    @property
    def name(self) -> str:
        """As known_hosts names it."""
        return f"[{self.host}]:{self.port}"


def host_key(folder: Path, kind: str) -> Path:
    """Make a private host key, or take the one that is there; return its path."""
    path = folder / f"ssh_host_{kind}_key"
    if not path.exists():
        make = [program("ssh-keygen"), "-q", "-t", kind, "-N", "", "-f", path]
        subprocess.run(make, check=True, timeout=60)
    return path


def public(private: Path) -> HostKey:
    """Read the public half."""
    algorithm, text, *_comment = private.with_suffix(".pub").read_text().split()
    return HostKey.of(algorithm, text)


@contextlib.contextmanager
def sshd(
    folder: Path,
    kinds: Sequence[str] = ("ed25519",),
    host: str = "127.0.0.1",
    port: int | None = None,
    options: Sequence[str] = (),
) -> Iterator[Sshd]:
    """Run sshd until the block ends; `folder` keeps its keys."""
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port(host)
    keys = [host_key(folder, kind) for kind in kinds]
    log = folder / "log"
    config = folder / "config"
    lines = [f"HostKey {key}" for key in keys]
    config.write_text("\n".join([*lines, "UsePAM no", "StrictModes no", *options, ""]))
    address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    command = [program("sshd"), "-D", "-f", config, "-o", f"ListenAddress={address}", "-E", log]
    Path("/run/sshd").mkdir(exist_ok=True)  # its privilege separation wants the folder
    with subprocess.Popen(command) as process:
        try:
            _wait(host, port, process, log)
            yield Sshd(host, port, tuple(map(public, keys)), log)
        finally:
            process.terminate()
            process.wait(10)


def _wait(host: str, port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until_s = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < until_s and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((host, port), 1):
            return
        time.sleep(0.05)
    raise AssertionError(f"sshd does not listen: {log.read_text() if log.exists() else ''}")
