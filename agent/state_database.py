"""The SQLite file of the state: checked as a whole, written in one transaction, moved aside.

Functions here raise StateError and nothing else because of the file, whatever is in it.
"""

import contextlib
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from hashlib import blake2b
from itertools import islice
from pathlib import Path

APPLICATION_ID = 0x65676F76  # "egov": another program's database is not taken for ours
SCHEMA_VERSION = 1
ROWS_PER_INSERT = 500
"""Rows of one INSERT: executemany gives the GIL away at each row, and beside a busy loop a batch of
500 then takes 900 ms instead of 27 ms."""

_CREATE = f"""
BEGIN;
CREATE TABLE documents (key TEXT PRIMARY KEY, version INTEGER NOT NULL,
                        document TEXT NOT NULL, checksum BLOB NOT NULL) WITHOUT ROWID;
PRAGMA application_id = {APPLICATION_ID};
PRAGMA user_version = {SCHEMA_VERSION};
COMMIT;
"""
_INSERT = "INSERT OR REPLACE INTO documents (key, version, document, checksum) VALUES "
_COMPANIONS = ("-journal", "-wal", "-shm")

Document = tuple[int, str]
"""A document's version and its JSON text."""


class Trouble(StrEnum):
    """What was wrong with the file; `problem` of egov_agent_state_problems_total.

    After DAMAGED, NEWER and FORBIDDEN the file is in the way and is moved aside; after UNWRITABLE
    (disk full, locked by another process, no folder) the file is not to blame and is left alone.
    """

    DAMAGED = "damaged"
    NEWER = "newer"
    FORBIDDEN = "forbidden"
    UNWRITABLE = "unwritable"


class StateError(Exception):
    """The file cannot be used; the text says why."""

    def __init__(self, trouble: Trouble, text: str) -> None:
        """Keep the closed-list word for the metric."""
        super().__init__(text)
        self.trouble = trouble


class Database:
    """An open state file; one thread at a time uses it."""

    def __init__(self, path: Path) -> None:
        """Open `path`, create it if it is not there, and read all of it into `documents`."""
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._made = False
        self.documents: dict[str, Document] = {}
        try:
            path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
            self._made = _made(path)
            self._connection = _connect(path)
            self.documents = _checked(self._connection, path)
            _try_to_write(self._connection)
        except (sqlite3.Error, OSError) as error:
            self.close()
            self._unmake()
            raise StateError(_trouble(error), f"{path}: {error}") from error
        except StateError:
            self.close()
            raise

    def write(self, batch: Mapping[str, Document | None]) -> None:
        """Write a batch in one transaction, synced to disk; None deletes the key."""
        if self._connection is None:
            raise StateError(Trouble.UNWRITABLE, f"{self._path}: is closed")
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            _replace(self._connection, batch)
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise StateError(_trouble(error), f"{self._path}: {error}") from error

    def rewrite(self, key: str, change: Callable[[Document | None], Document | None]) -> None:
        """Put what `change` makes of a document in its place; nobody writes in between.

        After an error nothing is left to do with the file but to close it.
        """
        if self._connection is None:
            raise StateError(Trouble.UNWRITABLE, f"{self._path}: is closed")
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            _replace(self._connection, {key: change(_read(self._connection, self._path, key))})
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise StateError(_trouble(error), f"{self._path}: {error}") from error

    def close(self) -> None:
        """Close the file; an unfinished transaction is rolled back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _unmake(self) -> None:
        """Leave no empty file where the disk had no room: the next start takes it for damaged."""
        with contextlib.suppress(OSError):
            if self._made and self._path.stat().st_size == 0:
                self._path.unlink()


def read_document(path: Path, key: str) -> Document | None:
    """Read one document of a file that a running service may be writing; None: there is none.

    Raises:
        StateError: the file cannot be read, or is not as written.
    """
    if not path.exists():
        return None
    try:
        uri = f"{path.absolute().as_uri()}?mode=ro"
        with contextlib.closing(sqlite3.connect(uri, timeout=2.0, uri=True)) as connection:
            return _read(connection, path, key)
    except sqlite3.Error as error:
        raise StateError(_trouble(error), f"{path}: {error}") from error


def move_aside(path: Path) -> Path:
    """Rename the file and its companions, so that somebody can look at what was in them.

    Raises:
        StateError: it cannot be renamed.
    """
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
    aside = _free_name(path, stamp)
    try:
        for suffix in ("", *_COMPANIONS):
            old = path.with_name(path.name + suffix)
            if old.exists() or old.is_symlink():
                old.rename(aside.with_name(aside.name + suffix))
    except OSError as error:
        raise StateError(Trouble.UNWRITABLE, f"{path}: {error}") from error
    return aside


def _made(path: Path) -> bool:
    """Make the file if there is none; SQLite would make it readable by everyone.

    Its journal takes the mode over.
    """
    if _is_emptied(path):
        raise StateError(Trouble.DAMAGED, f"{path}: is empty")
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        return False
    return True


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=2.0, check_same_thread=False, isolation_level=None)
    # A rollback journal and not a write-ahead log: a reader beside it writes nothing, one file is
    # moved aside, and a flush a minute needs no speed.
    connection.execute("PRAGMA journal_mode = DELETE")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _checked(connection: sqlite3.Connection, path: Path) -> dict[str, Document]:
    version, application, schema = (
        _pragma(connection, name) for name in ("user_version", "application_id", "schema_version")
    )
    if (version, application, schema) == (0, 0, 0):
        connection.executescript(_CREATE)
        return {}
    if application != APPLICATION_ID:
        raise StateError(Trouble.DAMAGED, f"{path}: is not a state file")
    if version != SCHEMA_VERSION:
        raise StateError(Trouble.NEWER, f"{path}: has version {version}, not {SCHEMA_VERSION}")
    (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
    if verdict != "ok":
        raise StateError(Trouble.DAMAGED, f"{path}: {verdict}")
    return _documents(connection, path)


def _documents(connection: sqlite3.Connection, path: Path) -> dict[str, Document]:
    found: dict[str, Document] = {}
    rows = connection.execute("SELECT key, version, document, checksum FROM documents")
    for key, version, text, checksum in rows:
        if checksum != _checksum(key, version, text):
            raise StateError(Trouble.DAMAGED, f"{path}: document {key!r} has a wrong checksum")
        found[key] = version, text
    return found


def _try_to_write(connection: sqlite3.Connection) -> None:
    """Find out now that nothing can be written, not when something was learned."""
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    connection.execute("COMMIT")


def _read(connection: sqlite3.Connection, path: Path, key: str) -> Document | None:
    query = "SELECT version, document, checksum FROM documents WHERE key = ?"
    row = connection.execute(query, (key,)).fetchone()
    if row is None:
        return None
    version, text, checksum = row
    if checksum != _checksum(key, version, text):
        raise StateError(Trouble.DAMAGED, f"{path}: document {key!r} has a wrong checksum")
    return version, text


def _replace(connection: sqlite3.Connection, batch: Mapping[str, Document | None]) -> None:
    _insert(connection, ((key, one) for key, one in batch.items() if one))
    _delete(connection, (key for key, one in batch.items() if one is None))


def _insert(connection: sqlite3.Connection, entries: Iterator[tuple[str, Document]]) -> None:
    while chunk := list(islice(entries, ROWS_PER_INSERT)):
        cells: list[object] = []
        for key, (version, text) in chunk:
            cells += (key, version, text, _checksum(key, version, text))
        connection.execute(_INSERT + ",".join(["(?,?,?,?)"] * len(chunk)), cells)


def _delete(connection: sqlite3.Connection, keys: Iterable[str]) -> None:
    for key in keys:
        connection.execute("DELETE FROM documents WHERE key = ?", (key,))


def _pragma(connection: sqlite3.Connection, name: str) -> int:
    (value,) = connection.execute(f"PRAGMA {name}").fetchone()
    return int(value)


def _checksum(key: str, version: int, text: str) -> bytes:
    """SQLite checks its pages' structure, not what stands in them; a flipped bit there is seen."""
    return blake2b(f"{key}\0{version}\0{text}".encode(), digest_size=8).digest()


def _is_emptied(path: Path) -> bool:
    """Tell a file that lost everything from one whose creation was interrupted."""
    journal = path.with_name(path.name + _COMPANIONS[0])
    return path.is_file() and path.stat().st_size == 0 and not journal.exists()


def _trouble(error: sqlite3.Error | OSError) -> Trouble:
    """Tell a file that is broken from one that may not be used, and from a disk that is full."""
    if isinstance(error, OSError):
        return Trouble.UNWRITABLE
    match getattr(error, "sqlite_errorname", "").split("_")[1:2]:
        case ["FULL" | "IOERR" | "BUSY" | "LOCKED"]:
            return Trouble.UNWRITABLE
        case ["READONLY" | "PERM" | "AUTH" | "CANTOPEN"]:
            return Trouble.FORBIDDEN
        case _:
            return Trouble.DAMAGED


def _free_name(path: Path, stamp: str) -> Path:
    number = 0
    while (name := path.with_name(f"{path.name}.aside-{stamp}-{number}")).exists():
        number += 1
    return name
