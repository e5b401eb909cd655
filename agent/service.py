"""The parts that follow the configuration, and how they do it together."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from agent import inventory_tables
from agent.clock import Clock
from agent.configuration import Changes, Configuration, Key
from agent.derive.engine import Engine
from agent.derive.scopes import Scopes
from agent.exposition.exposition import Exposition
from agent.forgery import Forgeries
from agent.pollers import Pollers, close
from agent.rounds import Rounds
from agent.scheduler import Entry, Scheduler
from agent.sink import CountingSink
from agent.store.store import Store
from collectors.addressing import Resolve
from collectors.cli.transport import Transport as CliTransport
from collectors.contract import Observation
from collectors.probe.pinger import Pinger
from collectors.registry import Resources
from protocols.snmp.engine import Engine as SnmpEngine

logger = logging.getLogger(__name__)

AT_ONCE = 50
"""Targets placed before the loop gets its turn: a few milliseconds."""

EAGER = 64
"""Up to so many new or changed targets are visited at once after a reload: somebody is watching."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Everything that `follow` keeps in step with the configuration."""

    clock: Clock
    snmp: SnmpEngine
    pinger: Pinger
    cli: CliTransport
    resolve: Resolve
    store: Store
    exposition: Exposition
    rounds: Rounds
    scheduler: Scheduler
    pollers: Pollers
    derivations: Engine
    sink: CountingSink
    forgeries: Forgeries
    _checks: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def checks_of(self, target: str) -> tuple[str, ...]:
        """Name the checks that a target has in the running configuration."""
        return self._checks.get(target, ())

    def emit(self, observation: Observation) -> None:
        """Put an observation of our own into the store, and report what was found with it."""
        self.store.put(observation, self.clock.monotonic(), self.clock.now().timestamp())
        if observation.findings:
            self.sink.take(observation.findings)

    async def start(self, configuration: Configuration) -> None:
        """Take the first configuration; targets get their first turn within one interval."""
        everything = Changes(added=configuration.target_ids)
        await self._follow(configuration, everything)

    async def follow(self, configuration: Configuration, changes: Changes) -> None:
        """Take the next one; pollers of unchanged targets stay as they are."""
        await self._follow(configuration, changes)
        touched = (*changes.added, *changes.changed)
        if len(touched) <= EAGER:
            for target, check in _keys(configuration, touched):
                self.scheduler.ask_early(target, check)

    async def close(self) -> None:
        """Keep what was learned and close every poller."""
        await self.pollers.save(list(self.pollers.entries))
        await close(entry.poller for entry in self.pollers.entries.values())

    async def _follow(self, configuration: Configuration, changes: Changes) -> None:
        scopes = await asyncio.to_thread(Scopes, configuration.inventory)
        touched = (*changes.added, *changes.changed)
        gone = {*changes.removed, *changes.changed}
        dropped = [key for key in self.pollers.entries if key[0] in gone]
        await self.pollers.save(dropped)
        # What may fail comes before anything is taken away.
        entries = self._made(configuration, touched)
        await self.scheduler.remove(dropped)
        await self.pollers.drop(dropped)
        for target in changes.removed:
            self._remove(target)
        settings = configuration.settings
        if changes.exposition:
            cap = settings.exposition.max_series_per_target
            left = self.store.adopt(configuration.devices.catalogue, cap)
            while left:
                await asyncio.sleep(0)
                left = self.store.review()
            self.exposition.adopt(timestamps=settings.exposition.timestamps)
        self.scheduler.resize(settings.limits.concurrency)
        self.cli.trust_file(settings.known_hosts)
        for number, target in enumerate(touched):
            self._place(configuration, target)
            if number % AT_ONCE == AT_ONCE - 1:
                await asyncio.sleep(0)
        self.emit(inventory_tables.of_sites(configuration.inventory))
        self.pollers.take(entries)
        for entry in entries:
            self.scheduler.add(entry)
        self._checks.clear()
        self._checks.update(configuration.checks)
        self.derivations.adopt(configuration.inventory, scopes)
        self.forgeries.adopt(configuration.inventory)
        self.exposition.forget()

    def _made(self, configuration: Configuration, targets: Iterable[str]) -> Sequence[Entry]:
        devices = configuration.devices
        resources = Resources(
            self.snmp,
            devices.profiles,
            devices.catalogue,
            self.resolve,
            self.pinger,
            self.cli,
            devices.cli,
        )
        plans = {key: configuration.plans[key] for key in _keys(configuration, targets)}
        return self.pollers.made(plans, resources)

    def _remove(self, target: str) -> None:
        self.store.remove(target)
        self.rounds.remove(target)
        self.sink.forget(target)

    def _place(self, configuration: Configuration, target_id: str) -> None:
        target = configuration.targets[target_id]
        self.store.place(target_id, inventory_tables.labels_of(target))
        self.emit(inventory_tables.of_target(target))
        self.rounds.place(target_id, configuration.checks.get(target_id, ()))


def _keys(configuration: Configuration, targets: Iterable[str]) -> list[Key]:
    return [(target, check) for target in targets for check in configuration.checks.get(target, ())]
