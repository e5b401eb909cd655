"""The fake agent as a child, and free ports."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bench.machine import cores, stop


@contextmanager
def fake_agent(silent_every: int = 0) -> Iterator[int]:
    """Run the fake agent on the serving core; yield its UDP port."""
    port = free_port(socket.SOCK_DGRAM)
    serving, _ = cores()
    command = [sys.executable, "-m", "bench.fake_agent", "--port", str(port)]
    options = ["--core", str(serving), "--silent-every", str(silent_every)]
    child = subprocess.Popen([*command, *options], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None  # noqa: S101  # it was asked for
        if child.stdout.readline().strip() != "READY":
            raise RuntimeError(f"the fake agent ended: exit code {child.wait(10)}")
        yield port
    finally:
        stop(child)


def free_port(kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """Return a port that was free a moment ago."""
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("0.0.0.0" if kind is socket.SOCK_DGRAM else "127.0.0.1", 0))  # noqa: S104  # as the fake agent binds
        port: int = probe.getsockname()[1]
        return port


def say(line: str) -> None:
    """Print a line of progress or result at once."""
    print(line, flush=True)
