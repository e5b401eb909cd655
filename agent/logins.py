"""The pace of log-ins, with its memory in the state file."""

import asyncio
import json
import logging
from concurrent.futures import Future
from pathlib import Path

from agent.clock import Clock
from agent.state import StateFile
from agent.state_database import StateError, read_document
from protocols.ssh.pacer import LoginPacer
from protocols.ssh.refusals import VERSION, Json

logger = logging.getLogger(__name__)

KEY = "ssh/refusals"

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


def of_a_command(clock: Clock, state: Path) -> LoginPacer:
    """Make the pacer of a single visit: it heeds what the service was refused, and keeps nothing.

    Where the state cannot be read the visit knows of no refusal.
    """

    def load() -> Json:
        try:
            found = read_document(state, KEY)
        except (StateError, OSError):
            return None
        document: Json = json.loads(found[1]) if found and found[0] == VERSION else None
        return document

    return LoginPacer(clock.monotonic, lambda: clock.now().timestamp(), load)
