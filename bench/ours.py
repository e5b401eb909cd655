"""Our path from SNMP reply to exposition bytes: poller, store and page, a child of the comparison.

Visits run beside each other as in the service, only without its schedule; the plain page of a
switch is written after each of its visits, as snmp_exporter writes one for each scrape.
"""

import argparse
import asyncio
import itertools
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import uvloop
from prometheus_client import CollectorRegistry

from agent.background import freeze
from agent.exposition.exposition import Exposition
from agent.store import Store
from bench.child import obey
from bench.fake_agent import AUTH_PASSWORD, COMMUNITY, PRIV_PASSWORD, USER
from bench.side import SWITCHES, VISITS_AT_ONCE, addresses
from bench.template import INDEXES, SAMPLES
from collectors.addressing import Family
from collectors.catalogue import load_catalogue
from collectors.contract import Observation, Question
from collectors.snmp.collector import SnmpPoller
from collectors.snmp.load import load_profiles
from collectors.snmp.target import DeviceTarget
from protocols.snmp.credentials import (
    AuthProtocol,
    Community,
    Credential,
    PrivProtocol,
    User,
    Version,
)
from protocols.snmp.engine import Engine
from protocols.snmp.layout import Layouts
from protocols.snmp.session import Limits

LEARNING = 4
VISIT_S = 20.0
UNBRAKED = Limits(requests_per_second=1e6)


class Path:
    """Pollers of all switches, their store and exposition, kept over rounds."""

    def __init__(self, engine: Engine, port: int, switches: int, *, secured: bool) -> None:
        """Make a poller for each switch; nothing is asked yet."""
        loaded = load_profiles(load_catalogue())
        self._store = Store(loaded.catalogue, max_series_per_target=20_000)
        self._exposition = Exposition(
            self._store, CollectorRegistry(), ThreadPoolExecutor(1), timestamps=False
        )
        self._pollers = []
        for address in addresses(switches):
            target = DeviceTarget(
                id=address,
                addresses=(address,),
                credential=credential(secured=secured),
                port=port,
                profile="interfaces",
                limits=UNBRAKED,
            )
            poller = SnmpPoller(
                target,
                engine=engine,
                profiles=loaded.profiles,
                catalogue=loaded.catalogue,
                resolve=_numeric_only,
            )
            self._store.place(address, (("target", address), ("site", "bench")))
            self._pollers.append(poller)
        self._turn = itertools.cycle(self._pollers)

    async def prepare(self) -> None:
        """Visit every switch a few times: names, sizes and layouts are known, as after minutes."""
        for _round in range(LEARNING):
            for poller in self._pollers:
                await self._visit(poller)

    async def read(self, seconds: float) -> int:
        """Visit switches for that long; return how many values came."""
        until = time.monotonic() + seconds
        visits = 0

        async def visitor() -> None:
            nonlocal visits
            while time.monotonic() < until:
                await self._visit(next(self._turn))
                visits += 1

        freezing = asyncio.create_task(freeze(), name="freeze")  # as the service does
        async with asyncio.TaskGroup() as group:
            for number in range(VISITS_AT_ONCE):
                group.create_task(visitor(), name=f"visitor {number}")
        freezing.cancel()
        return visits * SAMPLES

    async def _visit(self, poller: SnmpPoller) -> None:
        now = time.monotonic()
        question = Question(datetime.now(UTC), now, now + VISIT_S)
        observation = await poller.visit(question)
        now = time.monotonic()
        self._store.put(observation, now, time.time())
        self._check(observation)
        await self._exposition.target_page(poller.target.id, now, gzip=False)

    def _check(self, observation: Observation) -> None:
        """See that a visit brought every value of the interface family, as the store counted."""
        (part,) = self._store.contents[observation.target].parts["interface"]
        found = part.series - len(INDEXES)  # texts are series, but no samples
        if found != SAMPLES or not observation.tables:
            raise RuntimeError(f"{found} samples instead of {SAMPLES}: {observation.failures}")


async def _numeric_only(name: str, _family: Family | None = None, /) -> tuple[str, ...]:
    raise OSError(f"no name to resolve: {name}")


def credential(*, secured: bool) -> Credential:
    """Return who reads the fake switches."""
    if not secured:
        return Community(Version.V2C, COMMUNITY.encode())
    return User(
        USER,
        AuthProtocol.SHA256,
        AUTH_PASSWORD.encode(),
        PrivProtocol.AES128,
        PRIV_PASSWORD.encode(),
    )


async def _built(port: int, switches: int, *, secured: bool, layouts: bool = True) -> Path:
    engine = await Engine().__aenter__()  # for the life of the child
    if not layouts:
        engine.layouts = Layouts(most=0)
    path = Path(engine, port, switches, secured=secured)
    await path.prepare()
    return path


def main() -> None:
    """Obey the comparison."""
    parser = argparse.ArgumentParser(prog="python -m bench.ours")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--switches", type=int, default=SWITCHES)
    parser.add_argument("--secured", action="store_true")
    parser.add_argument(
        "--no-layouts", action="store_true", help="as in a fleet beyond that memory"
    )
    options = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        path = runner.run(
            _built(
                options.port,
                options.switches,
                secured=options.secured,
                layouts=not options.no_layouts,
            )
        )
        obey(lambda seconds: runner.run(path.read(seconds)))


if __name__ == "__main__":
    main()
