"""One visit outside the service: the parts that a single question needs, built and taken down.

Read-only like everything; it shares nothing with a running service but what log-ins were refused.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from agent.clock import Clock
from agent.configuration import Configuration
from agent.logins import CommandLogins
from agent.resolve import resolve
from agent.visit import Outcome, visit
from collectors.cli.transport import Transport as CliTransport
from collectors.contract import Poller, Question
from collectors.probe.pinger import Pinger
from collectors.registry import CHECKS, Check, Plan, Resources
from protocols.snmp.engine import Engine
from protocols.ssh.known_hosts import KnownHosts


@dataclass(slots=True)
class Lines:
    """A transcript kept in memory, each line with the seconds since the visit began."""

    clock: Clock
    began_s: float
    lines: list[str] = field(default_factory=list)

    def note(self, line: str) -> None:
        """Keep one line; contract.Transcript."""
        self.lines.append(f"{self.clock.monotonic() - self.began_s:7.3f} s  {line}")


@dataclass(frozen=True, slots=True)
class Asked:
    """One check of one target, ready to be asked."""

    target: str
    check: Check
    plan: Plan
    poller: Poller
    resources: Resources
    clock: Clock

    async def visit(self, timeout_s: float) -> tuple[Outcome, list[str]]:
        """Ask for everything once; return the outcome and the transcript."""
        now_s = self.clock.monotonic()
        transcript = Lines(self.clock, now_s)
        question = Question(
            self.clock.now(), now_s, now_s + timeout_s, everything=True, transcript=transcript
        )
        outcome = await visit(self.target, self.check.name, self.poller, question, self.clock)
        return outcome, transcript.lines


@contextlib.asynccontextmanager
async def asking(
    configuration: Configuration, target: str, check: str, clock: Clock
) -> AsyncIterator[Asked]:
    """Build what one check of one target needs; KeyError when the target has no such check."""
    row = {one.name: one for one in CHECKS}[check]
    plan = configuration.plans[target, check]
    settings, devices = configuration.settings, configuration.devices
    logins = await asyncio.to_thread(CommandLogins, clock, settings.state, settings.control)
    async with Engine() as engine, Pinger(clock.monotonic) as pinger:
        cli = CliTransport(
            pacer=logins.pacer,
            known_hosts=KnownHosts(settings.known_hosts),
            resolve=resolve,
            monotonic=clock.monotonic,
        )
        resources = Resources(
            engine, devices.profiles, devices.catalogue, resolve, pinger, cli, devices.cli
        )
        poller = row.poller(plan, resources, None)
        try:
            yield Asked(target, row, plan, poller, resources, clock)
        finally:
            await poller.close()
            await asyncio.to_thread(logins.close)
