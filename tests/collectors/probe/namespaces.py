"""Network namespaces on a wire: the agent's, a router's and a site's, each with both families.

agent 10.99.0.2, fd00:a::2 ──── 10.99.0.1, fd00:a::1 router 10.99.1.1, fd00:b::1 ──── site
                                                                  10.99.1.2, fd00:b::2 ──┘
"""

import asyncio
import ctypes
import os
import secrets
import subprocess
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest

from tests.peers import program

Result = TypeVar("Result")
_CLONE_NEWNET = 0x40000000


@dataclass(frozen=True)
class Line:
    """Three namespaces by their roles, and the ends of their links as interface names."""

    tag: str = field(default_factory=lambda: f"eg{secrets.token_hex(3)}")

    def name(self, role: str) -> str:
        """Name a namespace."""
        return f"{self.tag}-{role}"

    def link(self, role: str, towards: str) -> str:
        """Name the interface of one that leads to another."""
        return f"{self.tag}{role[0]}{towards[0]}"

    def run(self, role: str, *words: str) -> None:
        """Run a command inside one."""
        _ip("netns", "exec", self.name(role), *words)

    def ip(self, role: str, *words: str) -> None:
        """Run ip inside one."""
        self.run(role, program("ip"), *words)

    def set(self, role: str, key: str, value: object) -> None:
        """Set a kernel parameter of one, such as net/ipv4/ip_forward."""
        self.run(role, "sh", "-c", f"echo '{value}' > /proc/sys/{key}")

    def inside(self, role: str, work: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
        """Run a coroutine in a thread of its own that has entered the namespace."""
        found: list[Result] = []
        failed: list[BaseException] = []

        def enter() -> None:
            try:
                enter_namespace(self.name(role))
                found.append(asyncio.run(work()))
            except BaseException as error:  # noqa: BLE001 - told by the thread that waits
                failed.append(error)

        thread = threading.Thread(target=enter)
        thread.start()
        thread.join()
        if failed:
            raise failed[0]
        return found[0]


def enter_namespace(name: str) -> None:
    """Let this thread alone live in the namespace from here on."""
    libc = ctypes.CDLL(None, use_errno=True)
    with Path("/run/netns", name).open() as handle:
        if libc.setns(handle.fileno(), _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")


@contextmanager
def line() -> Iterator[Line]:
    """Lay the line; skip by name where namespaces are not allowed, but never for root in CI."""
    made = Line()
    try:
        _add_first(made)
        _lay(made)
        yield made
    finally:
        for role in ("agent", "router", "site"):
            subprocess.run(
                [program("ip"), "netns", "delete", made.name(role)],
                capture_output=True,
                check=False,
            )


def _add_first(made: Line) -> None:
    try:
        _ip("netns", "add", made.name("agent"))
    except subprocess.CalledProcessError as error:
        text = f"network namespaces are not allowed here: {error.stderr.strip()}"
        if os.environ.get("CI") == "true" and os.geteuid() == 0:
            pytest.fail(text)
        pytest.skip(text)


def _lay(made: Line) -> None:
    for role in ("router", "site"):
        _ip("netns", "add", made.name(role))
    _join(made, "agent", "router", "10.99.0.{}/24", "fd00:a::{}/64")
    _join(made, "site", "router", "10.99.1.{}/24", "fd00:b::{}/64")
    for key in ("net/ipv4/ip_forward", "net/ipv6/conf/all/forwarding"):
        made.set("router", key, 1)
    made.set("router", "net/ipv4/icmp_ratelimit", 0)
    made.set("router", "net/ipv6/icmp/ratelimit", 0)
    for role, net in (("agent", "0"), ("site", "1")):
        made.ip(role, "route", "add", "default", "via", f"10.99.{net}.1")
        made.ip(role, "-6", "route", "add", "default", "via", f"fd00:{'ab'[int(net)]}::1")
        made.ip(role, "link", "set", "lo", "up")


def _join(made: Line, role: str, other: str, four: str, six: str) -> None:
    ends = (role, other, 2), (other, role, 1)
    names = [made.link(one, towards) for one, towards, _host in ends]
    _ip("link", "add", names[0], "netns", made.name(role), "type", "veth",
        "peer", "name", names[1], "netns", made.name(other))  # fmt: skip
    for (one, _towards, host), name in zip(ends, names, strict=True):
        made.ip(one, "address", "add", four.format(host), "dev", name)
        made.ip(one, "-6", "address", "add", six.format(host), "dev", name, "nodad")
        made.ip(one, "link", "set", name, "up")


def _ip(*words: str) -> None:
    subprocess.run([program("ip"), *words], capture_output=True, text=True, check=True)
