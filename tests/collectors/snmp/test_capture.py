"""A capture is the device again: polled, it gives what the device gave, but for mapped labels."""

import asyncio
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from collectors.contract import Observation
from collectors.errors import TimedOut
from collectors.snmp.anonymise import Anonymised, Known, anonymised
from collectors.snmp.capture import EVERYTHING, INTERRUPTED, Caps, Captured, Recorder, roots_of
from collectors.snmp.disclosure import Disclosure
from collectors.snmp.load import Loaded
from collectors.snmp.pseudonyms import Pseudonyms
from collectors.snmp.snmprec import Row, lines
from collectors.snmp.target import DeviceTarget
from protocols.snmp.credentials import Community, Version
from protocols.snmp.engine import Engine
from protocols.snmp.errors import Refusal
from protocols.snmp.progress import Problem
from tests.collectors.snmp.agent import (
    RECORDINGS,
    Agent,
    Cell,
    Oid,
    cell,
    dotted,
    number,
    recorded,
    text,
)
from tests.collectors.snmp.conftest import QUICK, Visiting
from tests.peers import free_port, program

SALT = "a salt of a test"
COMMUNITY = b"canary-community"
WHOLE = ("1.",)

Capturing = Callable[..., "Recording"]


class Recording:
    """Captures one agent and gives it back as an agent's objects."""

    def __init__(self, engine: Engine, loaded: Loaded, agent: Agent, **fields: object) -> None:
        self.loaded = loaded
        self.agent = agent
        self.target = DeviceTarget(
            id="canary-target",
            addresses=(agent.host,),
            credential=Community(Version.V2C, COMMUNITY),
            port=agent.port,
            limits=QUICK,
        )
        self.target = replace(self.target, **fields)  # type: ignore[arg-type]  # a test knows its fields
        self._engine = engine

    async def capture(
        self, *roots: str, caps: Caps | None = None, progress: object = None
    ) -> Captured:
        async def resolve(name: str) -> tuple[str, ...]:
            return (name,)

        recorder = Recorder(self._engine, self.loaded.profiles, resolve, caps or Caps())
        return await recorder.capture(self.target, roots, progress)  # type: ignore[arg-type]  # or None

    def mapped(self, captured: Captured, salt: str = SALT, **known: object) -> Anonymised:
        disclosure = Disclosure(self.loaded.profiles, self.loaded.catalogue)
        beforehand = Known(names=("canary-target", "127.0.0.1"), secrets=(COMMUNITY,))
        beforehand = replace(beforehand, **known)  # type: ignore[arg-type]  # a test knows its fields
        return anonymised(captured.rows, disclosure, Pseudonyms(salt), beforehand)


@pytest.fixture
def capturing(engine: Engine, loaded: Loaded) -> Capturing:
    def make(agent: Agent, **fields: object) -> Recording:
        return Recording(engine, loaded, agent, **fields)

    return make


def served(rows: tuple[Row, ...]) -> dict[Oid, Cell]:
    """Read the written lines back as the tests read the recordings of others."""
    parts = (line.split("|", 2) for line in lines(rows))
    return {dotted(oid): cell(tag, value) for oid, tag, value in parts}


def figures(
    observation: Observation,
) -> dict[tuple[str, str, tuple[tuple[str, str], ...]], list[object]]:
    """Return every value without its row's labels: those may be mapped."""
    return {
        (found.name, one.family, one.labels): sorted(map(str, one.values))
        for found in observation.tables
        for one in found.samples
        if any(value is not None for value in one.values)
    }


def keys(observation: Observation) -> Mapping[str, int]:
    return {found.name: len(set(found.keys)) for found in observation.tables}


@pytest.mark.parametrize("recording", RECORDINGS)
async def test_a_capture_polls_like_its_device(
    recording: str, visiting: Visiting, capturing: Capturing
) -> None:
    async with Agent(recorded(recording, WHOLE)) as agent:
        golden = await visiting(agent).visit()
        recorder = capturing(agent)
        captured = await recorder.capture()
        found = recorder.mapped(captured)
    assert captured.complete
    assert found.dropped == 0
    async with Agent(served(found.rows)) as again:
        ours = await visiting(again).visit()
    assert figures(ours) == figures(golden)
    assert keys(ours) == keys(golden)
    assert ours.failures == golden.failures


@pytest.mark.slow
@pytest.mark.parametrize("recording", RECORDINGS)
async def test_a_capture_tells_nothing_of_its_network(recording: str, capturing: Capturing) -> None:
    """Names, serial numbers and addresses of a recording, as text, as hex and in an index."""
    objects = shortened(recorded(recording, WHOLE))
    async with Agent(objects) as agent:
        recorder = capturing(agent)
        found = recorder.mapped(await recorder.capture(*EVERYTHING))
    written = "\n".join(lines(found.rows)) + "\n"
    lowered = written.lower()
    for canary in canaries(objects):
        assert canary.decode("latin-1").lower() not in lowered
        assert canary.hex() not in lowered
        assert f".{'.'.join(map(str, canary))}." not in lowered
    for address in addresses(objects):
        assert f"|{'.'.join(map(str, address))}\n" not in written
        assert f"|64x|{address.hex()}\n" not in written
    for mac in macs(objects):
        assert mac.hex() not in lowered
        assert f".{'.'.join(map(str, mac))}|" not in written
    columns = ("1.3.6.1.2.1.4.20.1.", "1.3.6.1.2.1.4.22.1.")
    for line in written.splitlines():
        if line.startswith(columns):
            quad = line.partition("|")[0].split(".")[-4:]
            assert bytes(map(int, quad)) not in addresses(objects), line


def shortened(objects: Mapping[Oid, Cell]) -> dict[Oid, Cell]:
    """Leave 60 rows to a column: some recordings have 200 000 objects."""
    counts = Counter[Oid]()
    kept = {}
    for oid, value in objects.items():
        counts[oid[:11]] += 1
        if counts[oid[:11]] <= 60:
            kept[oid] = value
    return kept


def canaries(objects: Mapping[Oid, Cell]) -> set[bytes]:
    """Return sysName, contact, location and serial numbers, where they say anything."""
    places = [dotted(f"1.3.6.1.2.1.1.{column}.0") for column in (4, 5, 6)]
    serial = dotted("1.3.6.1.2.1.47.1.1.1.1.11")
    places += [oid for oid in objects if oid[: len(serial)] == serial]
    found = {objects[place][1].strip(b"\0 ") for place in places if place in objects}
    common = {
        b"china",
        b"switch",
        b"huawei",
        b"router",
        b"h3c",
        b"ruijie",
        b"n/a",
        b"none",
        b"unknown",
    }
    return {one for one in found if len(one) > 4 and one.lower() not in common}


def addresses(objects: Mapping[Oid, Cell]) -> set[bytes]:
    """Return the device's own unicast addresses."""
    own = dotted("1.3.6.1.2.1.4.20.1.1")
    found = {value for oid, (_tag, value) in objects.items() if oid[: len(own)] == own}
    return {one for one in found if one[0] not in (0, 127)}


def macs(objects: Mapping[Oid, Cell]) -> set[bytes]:
    own = dotted("1.3.6.1.2.1.2.2.1.6")
    found = {value for oid, (_tag, value) in objects.items() if oid[: len(own)] == own}
    return {one for one in found if len(one) == 6 and len(set(one)) > 2}


async def test_the_same_salt_maps_alike_and_another_does_not(capturing: Capturing) -> None:
    async with Agent(recorded("cisco-c3560")) as agent:
        recorder = capturing(agent)
        captured = await recorder.capture()
    first, second = recorder.mapped(captured), recorder.mapped(captured)
    other = recorder.mapped(captured, "quite another salt")
    assert first.rows == second.rows
    assert first.rows != other.rows
    assert len(first.rows) == len(other.rows) == len(captured.rows)


async def test_lines_are_sorted_and_read_by_snmpsim(capturing: Capturing) -> None:
    async with Agent(recorded("h3c-comware-7-1-075")) as agent:
        recorder = capturing(agent)
        found = recorder.mapped(await recorder.capture())
    snmprec = pytest.importorskip("snmpsim.record.snmprec").SnmprecRecord()
    names = []
    for line in lines(found.rows):
        oid, tag, value = snmprec.grammar.parse(f"{line}\n".encode())
        snmprec.evaluate_value(oid, tag, value)
        names.append(dotted(oid))
    assert names == sorted(set(names))


# --- what devices do wrong


def column(rows: int, oid: str = "1.3.6.1.2.1.2.2.1.10") -> dict[Oid, Cell]:
    return {dotted(f"{oid}.{index}"): number(index, 65) for index in range(1, rows + 1)}


SYSTEM = {
    dotted("1.3.6.1.2.1.1.1.0"): text("Some Switch, Version 1.0"),
    dotted("1.3.6.1.2.1.1.2.0"): (6, bytes((43, 6, 1))),
    dotted("1.3.6.1.2.1.1.3.0"): number(1, 67),
}


async def test_a_table_that_breaks_off_is_named_and_the_next_is_there(capturing: Capturing) -> None:
    objects = {**SYSTEM, **column(9), **column(5, "1.3.6.1.2.1.31.1.1.1.6")}
    async with Agent(objects) as agent:
        agent.errors = [dotted("1.3.6.1.2.1.2.2.1.10.4")]
        captured = await capturing(agent).capture("1.3.6.1.2.1")
    assert [(cut.behind, cut.problem) for cut in captured.cuts] == [
        ("1.3.6.1.2.1.2.2.1.10.3", Problem.GENERR)
    ]
    kept = {
        row.name[-1] for row in captured.rows if row.name[:10] == dotted("1.3.6.1.2.1.2.2.1.10")
    }
    assert kept == {1, 2, 3, 5, 6, 7, 8, 9}
    assert sum(row.name[:8] == dotted("1.3.6.1.2.1.31.1") for row in captured.rows) == 5


async def test_a_silent_subtree_costs_only_itself(capturing: Capturing) -> None:
    objects = {**SYSTEM, **column(3), **column(5, "1.3.6.1.2.1.31.1.1.1.6")}
    async with Agent(objects) as agent:
        agent.mute = [dotted("1.3.6.1.2.1.2.2.1.10")]
        captured = await capturing(agent).capture("1.3.6.1.2.1.2.2.1.10", "1.3.6.1.2.1.31")
    assert [cut.problem for cut in captured.cuts] == [Problem.NO_ANSWER]
    assert len(captured.rows) == 5


class Liar(Agent):
    """Steps back at one object, for ever."""

    def _next(self, name: Oid) -> tuple[Oid, Cell]:
        found, value = super()._next(name)
        bad = dotted("1.3.6.1.2.1.2.2.1.10.4")
        return (dotted("1.3.6.1.2.1.2.2.1.10.1"), number(1, 65)) if found == bad else (found, value)


async def test_a_device_that_steps_back_is_stepped_over(capturing: Capturing) -> None:
    async with Liar({**SYSTEM, **column(9), **column(5, "1.3.6.1.2.1.31.1.1.1.6")}) as agent:
        captured = await capturing(agent).capture("1.3.6.1.2.1")
    names = [row.name for row in captured.rows]
    assert names == sorted(set(names))
    assert [cut.problem for cut in captured.cuts] == [Problem.NONINCREASING]
    assert sum(name[:8] == dotted("1.3.6.1.2.1.31.1") for name in names) == 5


class Endless(Agent):
    """Has one more row, whatever is asked."""

    def _next(self, name: Oid) -> tuple[Oid, Cell]:
        inside = dotted("1.3.6.1.2.1.2.2.1.10")
        if name[:10] < inside:
            return (*inside, 1), number(1, 65)
        return (*inside, name[10] + 1 if len(name) > 10 else 1), number(1, 65)


async def test_an_endless_table_ends_at_the_cap(capturing: Capturing) -> None:
    async with Endless(SYSTEM) as agent:
        captured = await capturing(agent).capture("1.3.6.1.2.1.2", caps=Caps(rows=500))
        octets = await capturing(agent).capture("1.3.6.1.2.1.2", caps=Caps(octets=5000))
    assert [cut.problem for cut in captured.cuts] == [Problem.TOO_MANY_ROWS]
    assert len(captured.rows) == 500
    assert [cut.problem for cut in octets.cuts] == [Problem.TOO_MANY_BYTES]
    assert not captured.complete


async def test_a_device_that_dies_leaves_what_it_said(capturing: Capturing) -> None:
    async with Agent({**SYSTEM, **column(300)}) as agent:
        recorder = capturing(agent)

        def kill(_done: int, _roots: int, rows: int) -> None:
            agent.silent = rows > 50

        captured = await recorder.capture("1.3.6.1.2.1", progress=kill)
    assert 50 < len(captured.rows) < 300
    assert [cut.problem for cut in captured.cuts] == [Problem.NO_ANSWER]


async def test_an_interrupted_capture_keeps_what_it_has(capturing: Capturing) -> None:
    async with Agent({**SYSTEM, **column(300)}) as agent:
        recorder = capturing(agent)

        def interrupt(_done: int, _roots: int, rows: int) -> None:
            if rows > 50:
                task.cancel()

        task = asyncio.create_task(recorder.capture("1.3.6.1.2.1", progress=interrupt))
        captured = await task
    assert 50 < len(captured.rows) < 300
    assert [cut.problem for cut in captured.cuts] == [INTERRUPTED]


async def test_a_device_that_never_answers_is_an_error(capturing: Capturing) -> None:
    async with Agent(SYSTEM) as agent:
        agent.silent = True
        with pytest.raises(TimedOut):
            await capturing(agent).capture()


async def test_a_view_that_refuses_is_named(capturing: Capturing) -> None:
    async with Agent({**SYSTEM, **column(9)}) as agent:
        recorder = capturing(agent)

        def refuse(_done: int, _roots: int, _rows: int) -> None:
            agent.refuse = 16

        captured = await recorder.capture("1.3.6.1.2.1.1", "1.3.6.1.2.1.2", progress=refuse)
    assert {cut.problem for cut in captured.cuts} == {Refusal.AUTHORIZATION}


async def test_v1_is_captured_too(capturing: Capturing) -> None:
    async with Agent({**SYSTEM, **column(30)}) as agent:
        recorder = capturing(agent, credential=Community(Version.V1, COMMUNITY))
        captured = await recorder.capture("1.3.6.1.2.1")
    assert captured.complete
    assert len(captured.rows) == 33


def test_no_column_is_read_twice(loaded: Loaded) -> None:
    for profile in loaded.profiles.by_name.values():
        roots = roots_of(profile)
        assert len(set(roots)) == len(roots)
        assert not [a for a in roots for b in roots if a != b and a.startswith(b)]


# --- a real agent

CANARIES = ("Canary-Street-Office", "canary-contact", "canary-location", "canarycommunity")


@pytest.fixture
def snmpd(tmp_path: Path) -> Iterator[Agent]:
    port = free_port()
    name, contact, location, community = CANARIES
    (tmp_path / "snmpd.conf").write_text(
        f"rocommunity {community}\nrocommunity public\nagentaddress udp:127.0.0.1:{port}\n"
        f"sysname {name}\nsyscontact {contact}\nsyslocation {location}\n"
        f"extend canary-extension /bin/echo {name}\n"
    )
    command = [program("snmpd"), "-f", "-C", "-c", str(tmp_path / "snmpd.conf"), "-Lo", "-r"]
    agent = Agent({})
    agent.port = port
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={"SNMP_PERSISTENT_DIR": str(tmp_path)},
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "NET-SNMP version" in line:
                break
        try:
            yield agent
        finally:
            process.terminate()


@pytest.mark.peer
async def test_a_real_snmpd_is_captured_and_polls_alike(
    snmpd: Agent, visiting: Visiting, capturing: Capturing
) -> None:
    recorder = capturing(snmpd, credential=Community(Version.V2C, CANARIES[3].encode()))
    golden = await visiting(snmpd).visit()
    captured = await recorder.capture()
    assert captured.complete
    found = recorder.mapped(captured)
    async with Agent(served(found.rows)) as again:
        ours = await visiting(again).visit()
    assert families(ours) == families(golden)
    assert keys(ours) == keys(golden)
    assert ours.failures == golden.failures


@pytest.mark.peer
async def test_everything_of_a_real_snmpd_tells_nothing(snmpd: Agent, capturing: Capturing) -> None:
    community = CANARIES[3].encode()
    recorder = capturing(snmpd, credential=Community(Version.V2C, community))
    captured = await recorder.capture(*EVERYTHING)
    found = recorder.mapped(captured, secrets=(community,))
    written = "\n".join(lines(found.rows)).lower()
    plain = "\n".join(lines(captured.rows)).lower()
    assert "canary-street-office" in plain
    for canary in (*CANARIES, "canary-extension"):
        octets = canary.encode()
        assert canary.lower() not in written
        assert octets.hex() not in written
        assert ".".join(map(str, octets)) not in written
    assert len(found.rows) > 0.8 * len(captured.rows)


def families(observation: Observation) -> set[tuple[str, str]]:
    """Return what has a value: of a live device values move."""
    return {
        (found.name, one.family)
        for found in observation.tables
        for one in found.samples
        if any(value is not None for value in one.values)
    }
