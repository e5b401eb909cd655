"""What all CLI pollers of the service share: threads, the pace of log-ins, trusted host keys."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from collectors.addressing import Resolve
from collectors.cli.login import Login, Place
from collectors.cli.shell import Patience, Shell
from collectors.cli.threads import Threads
from protocols.ssh.known_hosts import KnownHosts
from protocols.ssh.pacer import LoginPacer

KEPT = 256
"""Sessions that stay open between visits; each is a thread of the library and about 100 KiB."""


class Session(Protocol):
    """`session.Session`, which is imported with the first log-in."""

    weak: tuple[str, ...]
    shell: Shell | None

    @property
    def unsettled(self) -> bool:
        """Say whether a secret was sent and no verdict came."""

    @property
    def at_jump(self) -> bool:
        """Say whether the log-in is, or ended, at the jump host."""

    @property
    def alive(self) -> bool:
        """Say whether the connection stands."""

    def connect(self, place: Place, deadline_s: float, before_secret: Callable[[], None]) -> Shell:
        """Log in, saying so before each secret is sent; blocks."""

    def close(self, farewell: str) -> None:
        """Log out; blocks for two seconds at most."""

    def abort(self) -> None:
        """Close at once."""


Open = Callable[[str, Login, KnownHosts, Patience], Session]
"""Makes a session that is not connected yet: target, log-in, pinned keys, patience."""


def open_session(target: str, login: Login, known_hosts: KnownHosts, patience: Patience) -> Session:
    """Make a session of netmiko; its import takes a second and 30 MB, which not everybody needs."""
    from collectors.cli.session import Session as NetmikoSession  # noqa: PLC0415  see above

    return NetmikoSession(target, login, known_hosts, patience)


@dataclass(slots=True)
class Transport:
    """Made once; `kept` counts the sessions that stay open.

    Args:
        proving: for each jump host, by credential and place: the first log-in there goes alone, for
            a hundred devices behind it would try a wrong password a hundred times.
        proven: the jump hosts that let the credential in.
    """

    pacer: LoginPacer
    known_hosts: KnownHosts
    resolve: Resolve
    monotonic: Callable[[], float] = time.monotonic
    patience: Patience = field(default_factory=Patience)
    threads: Threads = field(default_factory=Threads)
    open_session: Open = open_session
    kept_limit: int = KEPT
    kept: int = 0
    proving: dict[str, asyncio.Lock] = field(default_factory=dict)
    proven: set[str] = field(default_factory=set)

    def session(self, target: str, login: Login) -> Session:
        """Make a session that is not connected yet."""
        known = KnownHosts(Path(login.known_hosts)) if login.known_hosts else self.known_hosts
        return self.open_session(target, login, known, self.patience)

    def trust_file(self, path: Path) -> None:
        """Judge keys by this file from now on."""
        if path != self.known_hosts.path:
            self.known_hosts = KnownHosts(path)

    def may_keep(self) -> bool:
        """Take one of the places for a session that stays open, if there is one."""
        if self.kept >= self.kept_limit:
            return False
        self.kept += 1
        return True

    def let_go(self) -> None:
        """Give the place back."""
        self.kept -= 1
