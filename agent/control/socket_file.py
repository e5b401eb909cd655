"""The file of the control socket: bound without a gap, never taken from a service that lives."""

import contextlib
import errno
import os
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

from agent.web.listening import CannotListen
from texts import gettext as _

MODE = 0o660
BACKLOG = 16
_LONGEST = 107
"""Octets of sun_path without the final NUL (unix(7))."""

_NOBODY_THERE = (errno.ECONNREFUSED, errno.ENOENT)


@contextlib.contextmanager
def reachable(path: Path) -> Iterator[str]:
    """Write the path so that it fits into an address, however deep the folder is."""
    if len(os.fsencode(path)) <= _LONGEST:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def bound(path: Path) -> socket.socket:
    """Listen at `path`; what a service that is no more left there is taken away.

    It is bound under another name and renamed: nobody finds it before its mode is right.

    Raises:
        CannotListen: another service listens there, it is no socket, or it is not permitted.
    """
    one = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    new = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        _make_room(path)
        with reachable(new) as name:
            new.unlink(missing_ok=True)
            one.bind(name)
        new.chmod(MODE)
        one.listen(BACKLOG)
        new.replace(path)
    except OSError as error:
        one.close()
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)
        text = _("cannot listen on {address}: {why}")
        raise CannotListen(text.format(address=path, why=error.strerror or error)) from error
    return one


def taken_away(path: Path, inode: int) -> None:
    """Take the file away if it is still the one that was made."""
    with contextlib.suppress(OSError):
        if path.lstat().st_ino == inode:
            path.unlink()


def _make_room(path: Path) -> None:
    """Refuse what is in the way, unless it is a socket that nobody serves any more."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise OSError(_("there is a file that is no socket"))
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe, reachable(path) as name:
        probe.setblocking(False)
        if probe.connect_ex(name) not in _NOBODY_THERE:
            raise OSError(_("another service listens there"))
