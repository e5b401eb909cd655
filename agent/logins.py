"""The pace of log-ins, with its memory in the state file."""

import asyncio
import contextlib
import json
import logging
import time
from concurrent.futures import Future
from pathlib import Path

from agent.clock import Clock
from agent.control.client import NotRunning, ask, is_served
from agent.control.protocol import Refused
from agent.ownership import acting_as_owner
from agent.state import StateFile
from agent.state_database import Database, Document, StateError, read_document
from protocols.ssh.merging import merged, newer
from protocols.ssh.pacer import LoginPacer
from protocols.ssh.refusals import VERSION, Json

logger = logging.getLogger(__name__)

KEY = "ssh/refusals"
NOTE = "note-refusals"
"""The control socket's command that takes over what a single visit was refused."""

FLUSH_S = 10.0
"""A log-in waits so long for the disk, then goes on: the state is an aid, monitoring the aim."""

TRIES = 5
AGAIN_S = 0.1
"""A state file that another visit is just making cannot be written yet."""


def remembering(clock: Clock, state: StateFile, urgent: asyncio.Event) -> LoginPacer:
    """Make the pacer of a service; call it on the event loop.

    Args:
        urgent: set when the state should be written now and not in a minute: a service that dies
            with each start would otherwise try a wrong password each time.
    """
    loop = asyncio.get_running_loop()

    def keep(document: Json) -> None:
        state.save(KEY, VERSION, document)
        urgent.set()

    def save(document: Json) -> None:
        loop.call_soon_threadsafe(keep, document)

    def flush() -> None:
        behind: Future[None] = Future()
        loop.call_soon_threadsafe(behind.set_result, None)
        try:
            behind.result(FLUSH_S)
        except TimeoutError:
            logger.warning("log-ins: one goes on before it is written that it was tried")
        else:
            state.flush()

    return LoginPacer(
        clock.monotonic,
        lambda: clock.now().timestamp(),
        lambda: state.load(KEY, VERSION),
        save,
        flush,
    )


class CommandLogins:
    """The log-ins of a single visit: it heeds what the service was refused, and adds to it.

    Without a service what happens is written to its state file at once; a service that runs is told
    at the end, for it alone writes the file. Visits side by side keep each other's refusals. What
    cannot be kept in either way is a warning.
    """

    def __init__(self, clock: Clock, state: Path, control: Path) -> None:
        """Read the file; where it cannot be read, no refusal is known."""
        self._state = state
        self._control = control
        self._last = self._known = self._written = self._read()
        self.pacer = LoginPacer(
            clock.monotonic, lambda: clock.now().timestamp(), lambda: self._known, self._save
        )

    def close(self) -> None:
        """Tell a service that runs what it does not know yet; blocks."""
        new: dict[str, list[Json]] = {
            key: [list(pair) for pair in newer(self._known, self._last, key)]
            for key in ("refused", "doubted")
        }
        if not any(new.values()):
            return
        try:
            ask(self._control, NOTE, new)
        except NotRunning:
            self._write()
        except Refused as error:
            logger.warning("log-ins: the service does not remember what was refused: %s", error)

    def _read(self) -> Json:
        try:
            with acting_as_owner(self._state):
                # a pipe in its place would be waited for without end
                found = read_document(self._state, KEY) if self._state.is_file() else None
        except (StateError, OSError):
            return None
        return _document(found)

    def _save(self, document: Json) -> None:
        self._last = document
        if not is_served(self._control):
            self._write()

    def _write(self) -> None:
        """Do to the file what was done since it was read or written last."""
        mine = self._last
        for left in reversed(range(TRIES)):
            try:
                self._merge(mine)
            except (StateError, OSError) as error:
                if not left:
                    logger.warning("log-ins: what was refused is not remembered: %s", error)
                    return
                time.sleep(AGAIN_S)
            else:
                self._written = mine
                return

    def _merge(self, mine: Json) -> None:
        with acting_as_owner(self._state), contextlib.closing(Database(self._state)) as database:
            database.rewrite(
                KEY, lambda found: _entry(merged(_document(found), self._written, mine))
            )


def _document(found: Document | None) -> Json:
    document: Json = json.loads(found[1]) if found and found[0] == VERSION else None
    return document


def _entry(document: Json) -> Document | None:
    text = json.dumps(document, separators=(",", ":"), sort_keys=True)
    return None if document is None else (VERSION, text)
