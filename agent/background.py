"""What the service does beside visiting: keep its state, give back memory, feed the watchdog."""

import asyncio

from agent.clock import Clock
from agent.pollers import Pollers
from agent.state import StateFile
from agent.store.store import Store
from agent.supervisor import Supervisor

FLUSH_S = 60.0
"""What a crash may lose is learned again in a visit or two; a disk is not worn for that."""

SWEEP_S = 120.0


async def keep_state(pollers: Pollers, state: StateFile) -> None:
    """Gather what was learned and write it, until cancelled."""
    while True:
        await asyncio.sleep(FLUSH_S)
        await pollers.save(list(pollers.entries))
        await asyncio.to_thread(state.flush)


async def sweep(store: Store, clock: Clock) -> None:
    """Give back the memory of rows that are no longer exposed, until cancelled."""
    while True:
        await asyncio.sleep(SWEEP_S)
        store.sweep(clock.monotonic())


async def beat_watchdog(supervisor: Supervisor) -> None:
    """Feed the watchdog until cancelled; without one there is nothing to do."""
    while supervisor.watchdog_s is not None:
        supervisor.alive()
        await asyncio.sleep(supervisor.watchdog_s)
