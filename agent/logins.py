"""The pace of log-ins, with its memory in the state file."""

import asyncio

from agent.clock import Clock
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
