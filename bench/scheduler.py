"""What a visit costs beside the asking: scheduler, visit, accounts, store, derivations.

    python -m bench.scheduler [--targets 10000] [--seconds 20]

Pollers answer at once with nothing but an empty table, every target once in `--seconds`.
"""

import argparse
import asyncio
import time

from agent.clock import SystemClock
from agent.derive.engine import Engine
from agent.derive.runner import Runner
from agent.derive.scopes import Scopes
from agent.derive.site_rollup import SiteRollup
from agent.derive.target_up import UpDerivation
from agent.rounds import Rounds
from agent.scheduler import Entry, Scheduler
from agent.store.store import Store
from collectors.catalogue import load_catalogue
from collectors.contract import Json, Observation, Question
from inventory.inventory import Inventory
from inventory.models import Device, Site


class Instant:
    """Answers every question at once."""

    def __init__(self, target: str) -> None:
        """Answer for one target."""
        self._observation = Observation(target, "snmp")

    async def visit(self, question: Question) -> Observation:
        """Bring nothing."""
        del question
        return self._observation

    async def knock(self, question: Question) -> None:
        """Answer."""

    def learned(self) -> Json:
        """Learn nothing."""
        return None

    async def close(self) -> None:
        """Hold nothing."""


class NoState:
    """Keeps nothing."""

    def load(self, key: str, version: int) -> Json:
        """Know nothing."""
        del key, version
        return None

    def save(self, key: str, version: int, document: Json) -> None:
        """Drop it."""


async def measure(targets: int, seconds: float) -> None:
    """Visit every target three times and print CPU per visit, without the first interval."""
    clock = SystemClock()
    sites = {
        f"site-{number}": Site(id=f"site-{number}", name="", level="room") for number in range(100)
    }
    devices = {
        f"sw-{number}": Device(
            id=f"sw-{number}", addresses=("192.0.2.1",), site=f"site-{number % 100}"
        )
        for number in range(targets)
    }
    inventory = Inventory(sites=sites, devices=devices)
    store = Store(load_catalogue(), 20_000)
    runner = Runner(clock)

    def emit(observation: Observation) -> None:
        store.put(observation, clock.monotonic(), time.time())

    derivations = Engine(
        (UpDerivation(lambda _target: ("snmp",)), SiteRollup()),
        NoState(),
        clock,
        emit,
        runner.touched,
    )
    rounds = Rounds(clock, store, derivations.put, lambda _findings: None)
    scheduler = Scheduler(clock, rounds, 512)
    for name, device in devices.items():
        store.place(name, (("target", name), ("site", device.site)))
        rounds.place(name, ("snmp",))
        scheduler.add(Entry(name, "snmp", seconds, Instant(name)))
    derivations.adopt(inventory, Scopes(inventory))
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(scheduler.run(0.0))
        running = tasks.create_task(runner.run(derivations))
        await asyncio.sleep(seconds * 1.1)
        await _report(scheduler, seconds * 2)
        scheduler.stop()
        running.cancel()


async def _report(scheduler: Scheduler, seconds: float) -> None:
    before, cpu_s = scheduler.statistics().started, time.process_time()
    await asyncio.sleep(seconds)
    seen = scheduler.statistics()
    visits, spent_s = seen.started - before, time.process_time() - cpu_s
    print(f"{visits} visits in {seconds:.0f} s: {spent_s / visits * 1e6:.1f} us of CPU each")
    mean_s = seen.lag.total_s / seen.lag.count
    print(f"schedule lag p99 <= {seen.lag.quantile_s(0.99)} s, mean {mean_s:.6f} s")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--targets", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=20.0)
    wanted = parser.parse_args()
    try:
        import uvloop  # noqa: PLC0415  as the service does
    except ImportError:
        factory = None
    else:
        factory = uvloop.new_event_loop
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(measure(wanted.targets, wanted.seconds))


if __name__ == "__main__":
    main()
