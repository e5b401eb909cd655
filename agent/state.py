"""What the service learned, kept over restarts: versioned documents by key in one SQLite file.

    save ──▶ memory ──flush (a thread, one transaction)──▶ file
    load ◀── memory ◀──open: checked as a whole, or moved aside──┘

The file is an aid: a service without it learns everything again. So nothing that is wrong with it
keeps the service from starting. A damaged file, or one of a newer version, is moved aside and a new
one begun; where that cannot be written, documents live in memory until it can.
"""

import json
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from agent.state_database import Database, Document, StateError, Trouble, move_aside
from collectors.contract import Json

OnTrouble = Callable[[Trouble, str], None]


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the state says of itself: documents, those not yet on disk, troubles since the start."""

    documents: int
    unsaved: int
    troubles: Mapping[Trouble, int]


class StateFile:
    """The documents, and the file that they are kept in; implements contract.State.

    `load` and `save` are for the event loop; `flush` and `close` wait for the disk and are for any
    other thread.
    """

    def __init__(self, path: Path, on_trouble: OnTrouble) -> None:
        """Open `path`, or begin a new file there; never raises because of the file."""
        self._path = path
        self._on_trouble = on_trouble
        self._troubles = dict.fromkeys(Trouble, 0)
        self._lock = threading.Lock()  # around the two dictionaries, never around the disk
        self._writing = threading.Lock()  # around the disk
        self._documents: dict[str, Document] = {}
        self._unsaved: dict[str, Document | None] = {}
        self._database = self._open()
        if self._database is not None:
            self._documents = self._database.documents

    def load(self, key: str, version: int) -> Json:
        """Return the document, or None when there is none of that version."""
        found = self._documents.get(key)
        if found is None or found[0] != version:
            return None
        document: Json = json.loads(found[1])
        return document

    def save(self, key: str, version: int, document: Json) -> None:
        """Keep the document until it is flushed; None forgets the key. Unchanged costs nothing."""
        text = json.dumps(document, separators=(",", ":"), sort_keys=True)
        entry = None if document is None else (version, text)
        if self._documents.get(key) == entry:
            return
        with self._lock:
            self._unsaved[key] = entry
            if entry is None:
                del self._documents[key]
            else:
                self._documents[key] = entry

    def flush(self) -> bool:
        """Write what was saved since the last flush in one transaction, synced to disk.

        Returns False when it could not be written; it is kept and tried again with the next one.
        """
        with self._writing:
            return self._flushed()

    def _flushed(self) -> bool:
        if self._database is None:
            self._open_again()
        if self._database is None:
            return False
        with self._lock:
            batch, self._unsaved = self._unsaved, {}
        try:
            if batch:
                self._database.write(batch)
        except StateError as error:
            with self._lock:
                self._unsaved = {**batch, **self._unsaved}
            self._note(error)
            self._disconnect()
            return False
        return True

    def close(self) -> None:
        """Write what is left and close the file."""
        with self._writing:
            self._flushed()
            self._disconnect()

    def statistics(self) -> Statistics:
        """Count documents and troubles."""
        troubles = MappingProxyType(dict(self._troubles))
        return Statistics(len(self._documents), len(self._unsaved), troubles)

    def _open(self) -> Database | None:
        try:
            return Database(self._path)
        except StateError as error:
            if error.trouble is not Trouble.UNWRITABLE:
                return self._begin_anew(error)
            self._note(error)
            return None

    def _begin_anew(self, why: StateError) -> Database | None:
        try:
            aside = move_aside(self._path)
        except StateError as error:
            self._note(why)
            self._note(error)
            return None
        self._note(StateError(why.trouble, f"{why}; moved aside to {aside}"))
        try:
            return Database(self._path)
        except StateError as error:
            self._note(error)
            return None

    def _open_again(self) -> None:
        """Try whether the file can be written by now; what memory holds is newer than the file."""
        self._database = self._open()
        if self._database is not None:
            with self._lock:
                self._unsaved = {**self._documents, **self._unsaved}

    def _disconnect(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    def _note(self, error: StateError) -> None:
        self._troubles[error.trouble] += 1
        self._on_trouble(error.trouble, str(error))
