"""The pollers of the running configuration, and what they learned over restarts."""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from agent.scheduler import Entry, Key
from collectors.contract import Json, Poller, State
from collectors.registry import Check, Plan, Resources

logger = logging.getLogger(__name__)

SAVED_AT_ONCE = 100
"""Pollers asked for what they learned before the loop gets its turn."""

CLOSE_S = 5.0


class Pollers:
    """Makes pollers of plans, hands them what was learned, and closes them."""

    def __init__(self, checks: Iterable[Check], state: State) -> None:
        """Have none yet."""
        self._checks = {check.name: check for check in checks}
        self._state = state
        self._entries: dict[Key, Entry] = {}

    @property
    def entries(self) -> Mapping[Key, Entry]:
        """What is scheduled, by target and check."""
        return MappingProxyType(self._entries)

    def made(self, plans: Mapping[Key, Plan], resources: Resources) -> list[Entry]:
        """Make pollers without taking them; touches no network."""
        return [self._made(*key, plan, resources) for key, plan in plans.items()]

    def take(self, entries: Iterable[Entry]) -> None:
        """Keep entries whose pollers are in use from here on."""
        self._entries |= {entry.key: entry for entry in entries}

    async def drop(self, keys: Iterable[Key]) -> None:
        """Close these; what they learned was saved before."""
        gone = [entry for key in keys if (entry := self._entries.pop(key, None))]
        await close(entry.poller for entry in gone)

    async def save(self, keys: Iterable[Key]) -> None:
        """Hand what these learned to the state, which writes it with the next flush."""
        for number, key in enumerate(keys):
            if (entry := self._entries.get(key)) is not None:
                self._save(entry)
            if number % SAVED_AT_ONCE == SAVED_AT_ONCE - 1:
                await asyncio.sleep(0)

    def _made(self, target: str, check: str, plan: Plan, resources: Resources) -> Entry:
        row = self._checks[check]
        learned = self._state.load(_document(target, check), row.learned_version)
        return Entry(target, check, plan.interval_s, row.poller(plan, resources, learned))

    def _save(self, entry: Entry) -> None:
        version = self._checks[entry.check].learned_version
        try:
            learned: Json = entry.poller.learned()
            if learned is not None:
                self._state.save(_document(entry.target, entry.check), version, learned)
        except Exception:
            # A collector's mistake costs what it learned, not the service.
            logger.exception("%s: what %s learned cannot be kept", entry.target, entry.check)


async def close(pollers: Iterable[Poller]) -> None:
    """Close pollers side by side; one that hangs or fails is left behind and logged."""
    tasks = [asyncio.create_task(poller.close(), name="close") for poller in pollers]
    if not tasks:
        return
    done, pending = await asyncio.wait(tasks, timeout=CLOSE_S)
    for task in pending:
        task.cancel()
    failed = [error for task in done if (error := task.exception())]
    for error in failed:
        logger.error("a poller did not close: %s", error, exc_info=error)


def _document(target: str, check: str) -> str:
    return f"learned/{check}/{target}"
