"""Programs that the tests talk to: found by name, skipped by name, never skipped in CI."""

import os
import shutil
import socket

import pytest


def program(name: str) -> str:
    """Return the path of a peer program, else skip the test by that name (fail when CI is set)."""
    path = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")
    if path is None:
        missing = f"program not installed: {name}"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    return path


def free_port(host: str = "127.0.0.1", kind: socket.SocketKind = socket.SOCK_STREAM) -> int:
    """Return a port that was free a moment ago, for programs that cannot bind port 0."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, kind) as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port
