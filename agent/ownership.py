"""Root touches other users' files with their rights only.

Whoever owns a folder can put a link in the way of a file there, or of the journal that SQLite makes
beside it, at any moment: no look at it beforehand says what will be opened. So nothing is looked
at: the kernel judges each access as if the owner had made it, and what is made belongs to him.
"""

import contextlib
import ctypes
import errno
import os
from collections.abc import Iterator
from pathlib import Path

_ROOT = 0
_ASK = 0xFFFFFFFF
"""No user: setfsuid changes nothing and answers who it is."""


@contextlib.contextmanager
def acting_as_owner(path: Path) -> Iterator[None]:
    """Let root act as who could put something in the way of `path`; only the calling thread does.

    Raises:
        OSError: it is not possible; nothing was touched.
    """
    owner = _other_owner(path) if os.geteuid() == _ROOT else None
    if owner is None:
        yield
        return
    try:
        _become(*owner)
        yield
    finally:
        _become(os.geteuid(), os.getegid())


def _other_owner(path: Path) -> tuple[int, int] | None:
    """Name the first owner beside root on the way to `path`, along links that root has made."""
    for way in (path.absolute(), Path(os.path.realpath(path))):
        for place in (*reversed(way.parents), way):
            try:
                found = place.lstat()
            except FileNotFoundError:
                break  # we make what is below
            if found.st_uid != _ROOT:
                return found.st_uid, found.st_gid
    return None


def _become(user: int, group: int) -> None:
    libc = ctypes.CDLL(None)
    for name, wanted in (("setfsgid", group), ("setfsuid", user)):
        change = libc[name]
        change.argtypes, change.restype = [ctypes.c_uint], ctypes.c_uint
        change(wanted)
        if change(_ASK) != wanted:  # it has no other way to fail
            raise PermissionError(errno.EPERM, f"cannot act as user {user}, group {group}")
