"""A small file that several processes rewrite: one at a time, all or nothing.

The folder is what is locked (flock), so no lock file is left behind and a file that is replaced
does not take the lock away with it.
"""

import contextlib
import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

LOCK_WAIT_S = 10.0
"""Others hold the lock for as long as it takes to write a few kilobytes."""

_TRY_AGAIN_S = 0.02


class Locked(OSError):
    """Somebody else holds the lock all the time."""


@contextlib.contextmanager
def locked(path: Path, wait_s: float) -> Iterator[None]:
    """Keep other writers of the file away, for a read followed by a write.

    Raises:
        Locked: it could not be had within `wait_s`.
        OSError: the folder cannot be opened.
    """
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _lock(folder, path, time.monotonic() + wait_s)
        yield
    finally:
        os.close(folder)


def replace(path: Path, content: bytes, mode: int) -> None:
    """Write the file anew: on disk before it takes the old one's place, which stays if that fails.

    A former file's mode and owner are kept; a new one belongs to whom the folder belongs to, so
    that the service can still write what root wrote for it.

    Raises:
        OSError: it could not be written; the old file is untouched.
    """
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    new = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            _dress(file.fileno(), path, mode)
            os.fsync(file.fileno())
        new.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            new.unlink()
        raise
    _sync_folder(path.parent)


def _lock(folder: int, path: Path, until_s: float) -> None:
    while True:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until_s:
                raise Locked(f"{path}: another process keeps it locked") from None
            time.sleep(_TRY_AGAIN_S)
        else:
            return


def _dress(descriptor: int, path: Path, mode: int) -> None:
    try:
        former = path.stat()
    except FileNotFoundError:
        owner = path.parent.stat()
    else:
        owner, mode = former, former.st_mode & 0o7777
    with contextlib.suppress(PermissionError):  # only root gives files away
        os.fchown(descriptor, owner.st_uid, owner.st_gid)
    os.fchmod(descriptor, mode)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
