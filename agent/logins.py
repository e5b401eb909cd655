"""The pace of log-ins, with its memory in the state file."""

import asyncio
import json
from pathlib import Path

from agent.clock import Clock
from agent.state_database import StateError, read_document
from collectors.contract import State
from protocols.ssh.pacer import LoginPacer
from protocols.ssh.refusals import VERSION, Json

KEY = "ssh/refusals"


def remembering(clock: Clock, state: State, urgent: asyncio.Event) -> LoginPacer:
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

    return LoginPacer(
        clock.monotonic, lambda: clock.now().timestamp(), lambda: state.load(KEY, VERSION), save
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
