"""The parts of the service, each made once and handed to those that need it."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor
from importlib.metadata import version

from prometheus_client import Metric

from agent import logins, self_metrics
from agent.busy import Busy
from agent.clock import Clock
from agent.configuration import Configuration
from agent.control.commands import Commands
from agent.control.server import ControlServer
from agent.derive.adjacency import AdjacencyDerivation
from agent.derive.engine import Engine
from agent.derive.engine_ids import EngineIds
from agent.derive.ipv6_addresses import Ipv6Addresses
from agent.derive.ipv6_neighbors import Ipv6Neighbors
from agent.derive.ipv6_readiness import Ipv6ReadinessDerivation
from agent.derive.ipv6_sites import Ipv6Sites
from agent.derive.ipv6_traffic import Ipv6TrafficShare
from agent.derive.runner import Runner
from agent.derive.site_rollup import SiteRollup
from agent.derive.target_up import UpDerivation
from agent.derive.topology import TopologyDerivation
from agent.exposition.exposition import Exposition
from agent.forgery import Forgeries
from agent.pollers import Pollers
from agent.pulse import Pulse
from agent.reload import Read, Reloader
from agent.resolve import resolve
from agent.rounds import Rounds
from agent.scheduler import Key, Scheduler
from agent.service import Service
from agent.settings import User
from agent.sink import CountingSink
from agent.state import StateFile
from agent.store.store import Store
from agent.supervisor import Supervisor
from agent.views import ServiceViews
from agent.web.server import WebServer
from agent.web.views import Family
from collectors.cli.transport import Transport as CliTransport
from collectors.contract import Fact, Observation
from collectors.probe.pinger import Pinger
from collectors.registry import Check, family_in_use
from protocols.snmp.engine import Engine as SnmpEngine
from protocols.snmp.security import Rejection
from protocols.snmp.wire import Address
from protocols.ssh.known_hosts import KnownHosts


class Parts:
    """Everything that lives as long as the service does."""

    def __init__(  # noqa: PLR0913  the composition root's own list
        self,
        *,
        configuration: Configuration,
        read: Read,
        checks: Iterable[Check],
        state: StateFile,
        supervisor: Supervisor,
        executor: Executor,
        clock: Clock,
    ) -> None:
        """Make the parts; nothing runs and no socket is open yet."""
        settings = configuration.settings
        self.clock = clock
        self.state = state
        self.supervisor = supervisor
        self.urgent = asyncio.Event()
        self.logins = logins.remembering(clock, state, self.urgent)
        self.pulse = Pulse(clock)
        self.runner = Runner(clock)
        self.sink = CountingSink()
        self.forgeries = Forgeries(clock, self.sink.take)
        self.snmp = SnmpEngine(clock.monotonic, self._forged)
        self.pinger = Pinger(clock.monotonic)
        self.cli = CliTransport(
            pacer=self.logins,
            known_hosts=KnownHosts(settings.known_hosts),
            resolve=resolve,
            monotonic=clock.monotonic,
        )
        self.store = Store(
            configuration.devices.catalogue, settings.exposition.max_series_per_target
        )
        self.derivations = Engine(
            (
                UpDerivation(self._checks_of),
                SiteRollup(),
                AdjacencyDerivation(),
                TopologyDerivation(),
                EngineIds(),
                Ipv6Addresses(),
                Ipv6Neighbors(),
                Ipv6TrafficShare(),
                Ipv6ReadinessDerivation(),
                Ipv6Sites(),
            ),
            state,
            clock,
            self._emit,
            self.runner.touched,
        )
        self.rounds = Rounds(clock, self.store, self._learn, self.sink.take)
        concurrency = settings.limits.concurrency
        self.scheduler = Scheduler(clock, self.rounds, concurrency, Busy())
        self.pollers = Pollers(checks, state)
        self.exposition = Exposition(
            self.store,
            self_metrics.registry(self._metrics),
            executor,
            timestamps=settings.exposition.timestamps,
        )
        self.service = Service(
            clock=clock,
            snmp=self.snmp,
            pinger=self.pinger,
            cli=self.cli,
            resolve=resolve,
            store=self.store,
            exposition=self.exposition,
            rounds=self.rounds,
            scheduler=self.scheduler,
            pollers=self.pollers,
            derivations=self.derivations,
            sink=self.sink,
            forgeries=self.forgeries,
        )
        self.reloader = Reloader(configuration, clock, supervisor, read, self.service.follow)
        self.views = ServiceViews(
            clock=clock,
            supervisor=supervisor,
            reloader=self.reloader,
            exposition=self.exposition,
            scheduler=self.scheduler,
            rounds=self.rounds,
            derivations=self.derivations,
            family_in_use=self._family_in_use,
        )
        self.web = WebServer(self.views, settings.listen, clock=clock.monotonic)
        self.reloader.after = self.web.refresh
        commands = Commands(self._running, self.logins, self.derivations)
        self.control = ControlServer(settings.control, commands.all(), self._users)

    def _emit(self, observation: Observation) -> None:
        self.service.emit(observation)

    def _learn(
        self,
        target: str,
        check: str,
        facts: tuple[Fact, ...],
        expires_s: float,
        kind: type[Fact] | None = None,
    ) -> None:
        self.derivations.put(target, check, facts, expires_s, kind)

    def _forged(self, source: Address, reason: Rejection, peer: Address) -> None:
        self.forgeries.seen(peer[0], peer[1], reason.value, source[0])

    def _checks_of(self, target: str) -> Iterable[str]:
        return self.service.checks_of(target)

    def _family_in_use(self, key: Key) -> Family | None:
        entry = self.pollers.entries.get(key)
        family = family_in_use(entry.poller) if entry is not None else None
        return Family(family) if family is not None else None

    def _running(self) -> Configuration:
        return self.reloader.running

    def _users(self) -> Sequence[User]:
        return self.reloader.running.settings.users

    def _metrics(self) -> Iterator[Metric]:
        loop = type(asyncio.get_running_loop()).__module__.partition(".")[0]
        yield from self_metrics.of_build(version("egov-agent"), loop)
        yield from self_metrics.of_scheduler(self.scheduler.statistics())
        yield from self_metrics.of_loop(self.pulse.lag)
        yield from self_metrics.of_store(self.store.statistics())
        yield from self_metrics.of_snmp(self.snmp.statistics())
        yield from self_metrics.of_state(self.state.statistics())
        yield from self_metrics.of_derivations(self.derivations.accounts.statistics())
        yield from self_metrics.of_reload(self.reloader.statistics())
        yield from self_metrics.of_findings(self.sink.counts)
        yield from self_metrics.of_web(self.web.statistics())
