"""Pinned host keys in an OpenSSH known_hosts file, shared with whoever else uses that file.

Only a key that was pinned is TRUSTED; nothing is pinned by logging in. Lines that cannot be read,
comments, certificates' authorities and other hosts' names stay as they are when the file is
written. It is read again whenever it changed.

    KnownHostsError
    ├─ Conflict     keys are pinned that the server no longer has
    └─ Revoked      a key to be pinned is marked @revoked
"""

import os
import stat
import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from protocols.ssh.host_key import HostKey
from protocols.ssh.known_hosts_content import Content
from protocols.ssh.known_hosts_line import SSH_PORT, Marker, host_name, line_of
from protocols.ssh.replaced_file import LOCK_WAIT_S, locked, replace

MODE = 0o644
"""Of a file that was not there: fingerprints are no secret, pins are only the owner's to change."""


class KnownHostsError(Exception):
    """The file cannot be used, or does not allow what was asked; the text names it."""


class Conflict(KnownHostsError):
    """Other keys are pinned for the host; `replace` would have forgotten them."""


class Revoked(KnownHostsError):
    """The key is marked @revoked."""


class Verdict(StrEnum):
    """What a server's key amounts to."""

    TRUSTED = "trusted"
    UNKNOWN = "unknown"
    CHANGED = "changed"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Pin:
    """Keys of one server; the host as the inventory writes its address."""

    host: str
    port: int
    keys: tuple[HostKey, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """What a change of the file came to, as (name in the file, key)."""

    added: tuple[tuple[str, HostKey], ...] = ()
    removed: tuple[tuple[str, HostKey], ...] = ()


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is passed over."""

    number: int
    problem: str


_Change = Callable[[Content], Content]


class KnownHosts:
    """The file; any thread may use it. Every method but the constructor touches the disk.

    All of them raise KnownHostsError when the file cannot be read, or can be written by everyone.
    A missing file pins nothing.
    """

    def __init__(self, path: Path, lock_wait_s: float = LOCK_WAIT_S) -> None:
        """Read nothing yet; other writers are waited for `lock_wait_s` at most."""
        self.path = path
        self._lock_wait_s = lock_wait_s
        self._lock = threading.Lock()
        self._seen: tuple[int, int, int] | None = None
        self._content = Content()

    def verdict(self, host: str, port: int, key: HostKey) -> Verdict:
        """Judge the key that a server proved to hold.

        CHANGED: keys are pinned for it and this is none of them. That goes for a key of another
        type too: who sits in between cannot pass for a first contact by offering one.
        """
        name, content = host_name(host, port), self._read()
        if key in content.revoked(name):
            return Verdict.REVOKED
        pinned = content.keys(name)
        if not pinned:
            return Verdict.UNKNOWN
        return Verdict.TRUSTED if key in pinned else Verdict.CHANGED

    def keys(self, host: str, port: int = SSH_PORT) -> tuple[HostKey, ...]:
        """Return the keys pinned for a server, in the file's order; revoked ones are left out."""
        name, content = host_name(host, port), self._read()
        revoked = content.revoked(name)
        return tuple(key for key in content.keys(name) if key not in revoked)

    def algorithms(self, host: str, port: int = SSH_PORT) -> tuple[str, ...]:
        """Return the types of the pinned keys: a client asks for these, so as to be shown one."""
        return tuple(dict.fromkeys(key.algorithm for key in self.keys(host, port)))

    def problems(self) -> tuple[BadLine, ...]:
        """Name the lines that cannot be read and are passed over."""
        lines = enumerate(self._read().lines, 1)
        return tuple(BadLine(number, line.problem) for number, line in lines if line.problem)

    def trust(self, pins: Iterable[Pin], *, replace: bool = False) -> Written:
        """Pin keys, all of them or none; a key that is pinned already is not written again.

        Args:
            replace: forget the pinned keys that are not among the new ones.

        Raises:
            Conflict: a host has pinned keys that `consistent` denies; without replace.
            Revoked: one of the keys is.
            KnownHostsError: the file could not be written; it is what it was.
        """
        wanted: defaultdict[str, dict[HostKey, None]] = defaultdict(dict)
        for pin in pins:
            wanted[host_name(pin.host, pin.port)].update(dict.fromkeys(pin.keys))
        return self._change(lambda content: _with(content, wanted, replace=replace))

    def forget(self, hosts: Iterable[tuple[str, int]]) -> Written:
        """Take hosts out of the file, their @revoked lines excepted.

        A pattern that means others as well stays, and so may a key: ask `keys` afterwards.

        Raises:
            KnownHostsError: the file could not be written; it is what it was.
        """
        names = {host_name(host, port): () for host, port in hosts}
        return self._change(lambda content: content.without(names))

    def _read(self) -> Content:
        try:
            with self._lock:
                return self._newest()
        except FileNotFoundError:
            return Content()
        except (OSError, ValueError) as error:
            raise KnownHostsError(f"{self.path}: {_why(error)}") from error

    def _newest(self) -> Content:
        state = self.path.stat()
        if state.st_mode & stat.S_IWOTH:
            raise KnownHostsError(f"{self.path}: can be written by others (chmod o-w)")
        seen = (state.st_ino, state.st_mtime_ns, state.st_size)
        if seen != self._seen:
            self._content = Content.of(self.path.read_bytes())
            self._seen = seen
        return self._content

    def _change(self, change: _Change) -> Written:
        path = Path(os.path.realpath(self.path))  # a link stays a link
        try:
            path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
            with locked(path, self._lock_wait_s):
                before = self._read()
                after = change(before)
                if after != before:
                    replace(path, after.octets(), MODE)
        except (OSError, ValueError) as error:
            raise KnownHostsError(f"{self.path}: {_why(error)}") from error
        return _difference(before, after)


def consistent(pinned: Collection[HostKey], offered: Collection[HostKey]) -> bool:
    """Say whether a server that offers these keys is the one that was pinned.

    At least one key is the same, and no key of the same type is another.
    """
    types = {key.algorithm for key in pinned}
    changed = any(key.algorithm in types and key not in pinned for key in offered)
    return not changed and any(key in pinned for key in offered)


def _with(
    content: Content, wanted: Mapping[str, Mapping[HostKey, None]], *, replace: bool
) -> Content:
    new = []
    for name, keys in wanted.items():
        pinned = content.keys(name)
        if any(key in keys for key in content.revoked(name)):
            raise Revoked(f"{name}: the key is revoked")
        if pinned and not replace and not consistent(pinned, keys):
            raise Conflict(f"{name}: another key is pinned")
        new += [line_of(name, key) for key in keys if key not in pinned]
    if replace:
        content = content.without(wanted)
    return Content((*content.lines, *new))


def _difference(before: Content, after: Content) -> Written:
    old, new = _entries(before), _entries(after)
    return Written(
        tuple(entry for entry in new if entry not in old),
        tuple(entry for entry in old if entry not in new),
    )


def _entries(content: Content) -> dict[tuple[str, HostKey], None]:
    return {
        (name, line.key): None
        for line in content.lines
        if line.key and line.marker is Marker.HOST
        for name in line.names
    }


def _why(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
