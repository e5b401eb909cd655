"""The pace of log-ins, with its memory in the state file."""

import asyncio
import contextlib
import json
import logging
import os
from concurrent.futures import Future
from pathlib import Path

from agent.clock import Clock
from agent.control.client import NotRunning, ask, is_served
from agent.control.protocol import Refused
from agent.state import StateFile
from agent.state_database import Database, StateError, read_document
from protocols.ssh.pacer import LoginPacer
from protocols.ssh.refusals import VERSION, Json, pairs

logger = logging.getLogger(__name__)

KEY = "ssh/refusals"
NOTE = "note-refusals"
"""The control socket's command that takes over what a single visit was refused."""

FLUSH_S = 10.0
"""A log-in waits so long for the disk, then goes on: the state is an aid, monitoring the aim."""


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
    at the end, for it alone writes the file. What cannot be kept in either way is a warning.
    """

    def __init__(self, clock: Clock, state: Path, control: Path) -> None:
        """Read the file; where it cannot be read, no refusal is known."""
        self._state = state
        self._control = control
        self._last = self._known = self._read()
        self.pacer = LoginPacer(
            clock.monotonic, lambda: clock.now().timestamp(), lambda: self._known, self._save
        )

    def close(self) -> None:
        """Tell a service that runs what it does not know yet; blocks."""
        if not self._new("refused") and not self._new("doubted"):
            return
        try:
            ask(self._control, NOTE, {key: self._new(key) for key in ("refused", "doubted")})
        except NotRunning:
            self._write()
        except Refused as error:
            logger.warning("log-ins: the service does not remember what was refused: %s", error)

    def _read(self) -> Json:
        try:
            found = read_document(self._state, KEY)
        except (StateError, OSError):
            return None
        document: Json = json.loads(found[1]) if found and found[0] == VERSION else None
        return document

    def _save(self, document: Json) -> None:
        self._last = document
        if not is_served(self._control):
            self._write()

    def _new(self, key: str) -> list[Json]:
        known = pairs(self._known, key)
        return [list(one) for one in pairs(self._last, key) if one not in known]

    def _write(self) -> None:
        try:
            with contextlib.closing(Database(self._state)) as database:
                _leave_to_service(self._state)
                text = json.dumps(self._last, separators=(",", ":"), sort_keys=True)
                database.write({KEY: None if self._last is None else (VERSION, text)})
        except (StateError, OSError) as error:
            logger.warning("log-ins: what was refused is not remembered: %s", error)


def _leave_to_service(state: Path) -> None:
    """Give a file that root has just made to the service, whose folder it stands in."""
    folder = state.parent.stat()
    if os.geteuid() == 0 and state.stat().st_uid != folder.st_uid:
        os.chown(state, folder.st_uid, folder.st_gid)
