"""A catalogue, the profiles, an engine, and a way to visit an agent."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from collectors.catalogue import load_catalogue
from collectors.contract import Json, Number, Observation, Question, Table
from collectors.snmp.collector import SnmpPoller
from collectors.snmp.load import Loaded, load_profiles
from collectors.snmp.target import DeviceTarget
from protocols.snmp.credentials import Community, Version
from protocols.snmp.engine import Engine
from protocols.snmp.session import Limits
from tests.collectors.snmp.agent import Agent
from texts import speaking

START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
INTERVAL_S = 60.0
QUICK = Limits(requests_per_second=100_000, timeout_s=0.05, retries=1)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with speaking("en"):
        yield


@pytest.fixture(scope="session")
def loaded() -> Loaded:
    return load_profiles(load_catalogue())


@pytest.fixture
async def engine() -> AsyncIterator[Engine]:
    async with Engine() as engine:
        yield engine


@dataclass
class Notes:
    """A transcript that keeps its lines."""

    lines: list[str] = field(default_factory=list)

    def note(self, line: str) -> None:
        self.lines.append(line)


@dataclass
class Watch:
    """Visits one agent on a clock of its own: only the deadline is of this world."""

    poller: SnmpPoller
    engine: Engine
    elapsed_s: float = 0.0
    notes: Notes = field(default_factory=Notes)

    async def visit(
        self, after_s: float = INTERVAL_S, *, everything: bool = False, wall_step_s: float = 0.0
    ) -> Observation:
        self.elapsed_s += after_s
        question = Question(
            now=START + timedelta(seconds=self.elapsed_s + wall_step_s),
            monotonic_s=1000.0 + self.elapsed_s,
            deadline_s=self.engine.now_s() + 20,
            everything=everything,
            transcript=self.notes,
        )
        return await self.poller.visit(question)


Visiting = Callable[..., Watch]


@pytest.fixture
def visiting(engine: Engine, loaded: Loaded) -> Visiting:
    """Return a function that makes a Watch of an agent."""

    def make(
        agent: Agent, learned: Json = None, loaded: Loaded = loaded, **fields: object
    ) -> Watch:
        credential = Community(Version.V2C, b"public")
        target = DeviceTarget(
            id="sw-1", addresses=(agent.host,), credential=credential, port=agent.port, limits=QUICK
        )
        target = replace(target, **fields)  # type: ignore[arg-type]  # a test knows its fields

        async def resolve(_name: str) -> tuple[str, ...]:
            return (agent.host,)

        poller = SnmpPoller(
            target,
            engine=engine,
            profiles=loaded.profiles,
            catalogue=loaded.catalogue,
            resolve=resolve,
            learned=learned,
        )
        return Watch(poller, engine)

    return make


def table(observation: Observation, name: str) -> Table:
    [found] = [one for one in observation.tables if one.name == name]
    return found


def samples(found: Table, family: str, **labels: str) -> dict[tuple[str, ...], Number | None]:
    """Return the samples of one family by key, holes left out; empty when it has none."""
    for one in found.samples:
        if one.family == family and dict(one.labels) == labels:
            pairs = zip(found.keys, one.values, strict=True)
            return {key: value for key, value in pairs if value is not None}
    return {}


def texts(found: Table, family: str) -> dict[tuple[str, ...], dict[str, str]]:
    [one] = [one for one in found.texts if one.family == family]
    pairs = zip(found.keys, one.values, strict=True)
    return {key: dict(zip(one.names, row, strict=True)) for key, row in pairs if row is not None}
