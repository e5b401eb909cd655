"""A switch's command line, as somebody with an SSH client finds it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncssh
import pytest

from lab.access import CLI_PASSWORD, CLI_USER, account
from lab.cli.dialects import dialect
from lab.cli.keys import host_key
from lab.cli.server import CommandLine, House
from lab.cli.shell import Subject
from lab.qinglan import qinglan
from lab.scenario import Event, Kind, Scenario, Schedule
from lab.world import World
from tests.peers import free_port

START = 1_795_000_000.0
DISTRICT = qinglan()
EVENTS = (
    Event(Kind.SILENT, at_s=100, for_s=50, switch="ql-agg-2"),
    Event(Kind.REBOOT, at_s=100, for_s=50, switch="ql-acc-songting"),
)
VRP, COMWARE, RGOS = "ql-core-1", "ql-agg-2", "ql-acc-songting"
PROMPTS = {VRP: "<ql-core-1>", COMWARE: "<ql-agg-2>", RGOS: "ql-acc-songting#"}
PATIENCE_S = 20


class Bench:
    """Three switches on free ports, and a clock that the test turns."""

    def __init__(self) -> None:
        self.now = START
        self.world = World(DISTRICT, Schedule(Scenario("test", 0.0, EVENTS), START))
        self.ports: dict[str, int] = {}

    def line(self, switch: str, *, terminals: int = 5, idle_s: float = 600) -> CommandLine:
        plan = DISTRICT.switch(switch)
        house = House(
            Subject(
                lambda: self.world.state(switch, self.now),
                lambda: self.world.silent(switch, self.now),
            ),
            lambda: self.world.dark(switch, self.now),
            dialect(plan.identity.vendor, DISTRICT),
            account(),
            host_key(plan, 1),
            plan.encoding,
        )
        made = CommandLine(house, terminals=terminals, idle_s=idle_s)
        self.ports[switch] = free_port()
        made.open("127.0.0.1", self.ports[switch])
        return made

    async def connect(
        self, switch: str, password: str = CLI_PASSWORD
    ) -> asyncssh.SSHClientConnection:
        pinned = asyncssh.import_known_hosts(
            f"* {host_key(DISTRICT.switch(switch), 1).export_public_key().decode()}"
        )
        return await asyncssh.connect(
            "127.0.0.1",
            self.ports[switch],
            username=CLI_USER,
            password=password,
            known_hosts=pinned,
            config=None,
            client_keys=None,
            agent_path=None,
        )


class Client:
    """A terminal that is read up to a text."""

    def __init__(self, process: asyncssh.SSHClientProcess[str]) -> None:
        self.process = process

    async def until(self, text: str) -> str:
        reading = self.process.stdout.readuntil(text)
        return await asyncio.wait_for(reading, PATIENCE_S)

    async def rest(self) -> str:
        return await asyncio.wait_for(self.process.stdout.read(), PATIENCE_S)

    def type(self, text: str) -> None:
        self.process.stdin.write(text)


@asynccontextmanager
async def terminal(bench: Bench, switch: str) -> AsyncIterator[Client]:
    async with (
        await bench.connect(switch) as connection,
        connection.create_process(term_type="vt100", term_size=(511, 1000)) as process,
    ):
        yield Client(process)


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    ready = Bench()
    lines = [ready.line(switch) for switch in PROMPTS]
    yield ready
    for line in lines:
        await line.close()


@pytest.mark.parametrize(
    ("switch", "command", "said"),
    [
        (VRP, "display ospfv3 peer", "OSPFv3 Process (1)"),
        (COMWARE, "display ospfv3 peer", "Router ID"),
        (RGOS, "show ipv6 ospf neighbor", "Neighbor ID"),
    ],
)
async def test_each_vendor_greets_prompts_and_answers(
    bench: Bench, switch: str, command: str, said: str
) -> None:
    async with terminal(bench, switch) as client:
        await client.until(PROMPTS[switch])
        client.type(command + "\n")
        answer = await client.until(PROMPTS[switch])
    assert command in answer
    assert said in answer


async def test_a_word_may_be_cut_short_as_on_a_switch(bench: Bench) -> None:
    async with terminal(bench, VRP) as client:
        await client.until("<ql-core-1>")
        client.type("dis ospf pe\r\n")
        assert "OSPFv3 Process (1)" in await client.until("<ql-core-1>")


@pytest.mark.parametrize(
    ("switch", "typed", "said"),
    [
        (VRP, "display nonsense", "Error: Unrecognized command found at '^' position."),
        (VRP, "display bgp", "Error:Incomplete command found at '^' position."),
        (COMWARE, "reset counters", " % Unrecognized command found at '^' position."),
        (RGOS, "configure terminal", "% Invalid input detected at '^' marker."),
    ],
)
async def test_a_command_that_is_none_is_told_in_the_vendors_words(
    bench: Bench, switch: str, typed: str, said: str
) -> None:
    async with terminal(bench, switch) as client:
        await client.until(PROMPTS[switch])
        client.type(typed + "\n")
        assert said in await client.until(PROMPTS[switch])


@pytest.mark.parametrize(
    ("switch", "command", "more", "off"),
    [
        (VRP, "display ipv6 neighbors", "---- More ----", "screen-length 0 temporary"),
        (COMWARE, None, "---- More ----", "screen-length disable"),
        (RGOS, None, "--More--", "terminal length 0"),
    ],
)
async def test_pages_are_turned_by_a_key_until_the_pager_is_off(
    bench: Bench, switch: str, command: str | None, more: str, off: str
) -> None:
    async with terminal(bench, switch) as client:
        await client.until(PROMPTS[switch])
        if command:
            client.type(command + "\n")
            await client.until(more)
            client.type("\n")
            line = await client.until(more)
            assert "\x1b[42D" in line
            client.type("q")
            await client.until(PROMPTS[switch])
        client.type(off + "\n")
        await client.until(PROMPTS[switch])
        client.type((command or "show version") + "\n")
        assert more not in await client.until(PROMPTS[switch])


async def test_a_wrong_password_lets_nobody_in(bench: Bench) -> None:
    with pytest.raises(asyncssh.PermissionDenied):
        await bench.connect(VRP, "something else")


async def test_no_terminal_is_free_for_one_too_many() -> None:
    bench = Bench()
    line = bench.line(VRP, terminals=1)
    async with terminal(bench, VRP) as first:
        await first.until("<ql-core-1>")
        async with terminal(bench, VRP) as second:
            assert "All user interfaces are used" in await second.rest()
        first.type("quit\n")
        await first.rest()
    async with terminal(bench, VRP) as third:
        await third.until("<ql-core-1>")
    await line.close()


async def test_who_types_nothing_for_too_long_is_sent_away() -> None:
    bench = Bench()
    line = bench.line(COMWARE, idle_s=0.3)
    async with terminal(bench, COMWARE) as client:
        assert "Idle time out" in await client.rest()
    await line.close()


async def test_a_silent_switch_answers_nothing_until_its_time_is_over(bench: Bench) -> None:
    async with terminal(bench, COMWARE) as client:
        await client.until("<ql-agg-2>")
        bench.now = START + 120
        client.type("display version\n")
        await client.until("version\r\n")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.process.stdout.read(1), 0.6)
        bench.now = START + 151
        await client.until("<ql-agg-2>")


async def test_a_switch_that_loses_power_drops_its_sessions(bench: Bench) -> None:
    async with terminal(bench, RGOS) as client:
        await client.until(PROMPTS[RGOS])
        bench.now = START + 120
        with pytest.raises((asyncssh.Error, asyncio.IncompleteReadError, ConnectionError)):
            await client.until("nothing more")
    bench.now = START + 151
    async with terminal(bench, RGOS) as client:
        await client.until(PROMPTS[RGOS])


async def test_the_exec_channel_is_not_for_switches(bench: Bench) -> None:
    async with await bench.connect(VRP) as connection:
        done = await asyncio.wait_for(connection.run("display version"), PATIENCE_S)
    assert done.exit_status == 1
    assert done.stdout == ""
