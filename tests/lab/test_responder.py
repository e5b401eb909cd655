"""The lab's switches as net-snmp's own tools see them."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
from pysnmp.proto import rfc1905

from lab.access import AUTH_KEY, COMMUNITY, PRIV_KEY, USER, access
from lab.mib.switch import switch_tree
from lab.qinglan import qinglan
from lab.responder import Responder, Served
from lab.scenario import Event, Kind, Scenario, Schedule
from lab.world import World
from tests.peers import free_port, program

START = 1_795_000_000.0
DISTRICT = qinglan()
V2C = ("-v2c", "-c", COMMUNITY)
V3 = ("-v3", "-l", "authPriv", "-u", USER, "-a", "SHA-256", "-A", AUTH_KEY, "-x", "AES",
      "-X", PRIV_KEY)  # fmt: skip
EVENTS = (
    Event(Kind.SILENT, at_s=100, for_s=50, switch="ql-agg-2"),
    Event(Kind.REBOOT, at_s=100, for_s=50, switch="ql-acc-songting"),
    Event(Kind.LINK_DOWN, 155, 50, "ql-agg-2", "Ten-GigabitEthernet1/0/21"),
)

pytestmark = pytest.mark.peer


class Bench:
    """Two switches on free ports and a clock that the test turns."""

    def __init__(self) -> None:
        self.now = START
        self.world = World(DISTRICT, Schedule(Scenario("test", 0.0, EVENTS), START))
        self.ports: dict[str, int] = {}
        self.responders: list[Responder] = []

    async def open(self, switch: str) -> None:
        plan = DISTRICT.switch(switch)
        served = Served(
            switch_tree(plan, DISTRICT),
            lambda: self.world.state(switch, self.now),
            lambda: self.world.silent(switch, self.now),
        )
        responder = Responder(served, access(plan))
        self.ports[switch] = free_port(kind=socket.SOCK_DGRAM)
        await responder.open("127.0.0.1", self.ports[switch])
        self.responders.append(responder)

    async def ask(self, tool: str, switch: str, *arguments: str) -> str:
        command = [program(tool), "-On", "-t", "1", "-r", "0", *arguments]
        command.insert(-1, f"127.0.0.1:{self.ports[switch]}")
        child = await asyncio.create_subprocess_exec(
            *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
        )
        output, _ = await child.communicate()
        return output.decode()


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    ready = Bench()
    await ready.open("ql-agg-2")
    await ready.open("ql-acc-songting")
    yield ready
    for responder in ready.responders:
        responder.close()


@pytest.mark.parametrize(
    ("switch", "credential"), [("ql-agg-2", V2C), ("ql-acc-songting", V3)], ids=["v2c", "v3"]
)
async def test_a_bulk_walk_brings_every_row(
    bench: Bench, switch: str, credential: tuple[str, ...]
) -> None:
    names = set()
    for root in ("1.0.8802", "1.3.6.1"):
        found = await bench.ask("snmpbulkwalk", switch, *credential, "-Oq", root)
        rows = [line for line in found.splitlines() if line.startswith(f".{root}.")]
        names |= {line.split(" ", 1)[0] for line in rows}
    tree = switch_tree(DISTRICT.switch(switch), DISTRICT)
    state = bench.world.state(switch, bench.now)
    there = [oid for oid in tree.oids if tree.exact(oid, state).value is not rfc1905.noSuchInstance]
    assert {"." + ".".join(map(str, oid)) for oid in there} == names


async def test_a_neighbour_is_there_while_the_link_is_up(bench: Bench) -> None:
    names = "1.0.8802.1.1.2.1.4.1.1.9"
    seen = await bench.ask("snmpbulkwalk", "ql-agg-2", *V2C, "-Oqv", names)
    assert seen.split() == ['"ql-core-1"', '"ql-core-2"', '"ql-acc-shitang"']
    bench.now = START + 160
    seen = await bench.ask("snmpbulkwalk", "ql-agg-2", *V2C, "-Oqv", names)
    assert seen.split() == ['"ql-core-2"', '"ql-acc-shitang"']
    changes = await bench.ask("snmpget", "ql-agg-2", *V2C, "-Oqv", "1.3.6.1.2.1.17.2.4.0")
    assert int(changes) > 1


async def test_get_answers_in_the_order_asked_and_tells_what_is_missing(bench: Bench) -> None:
    found = await bench.ask("snmpbulkget", "ql-agg-2", *V2C, "-Cn1", "-Cr2", "1.3.6.1.2.1.1.5")
    assert '.1.3.6.1.2.1.1.5.0 = STRING: "ql-agg-2"' in found
    found = await bench.ask("snmpget", "ql-agg-2", *V2C, "1.3.6.1.2.1.1.5.7")
    assert "No Such Instance" in found


@pytest.mark.parametrize(
    ("credential", "said"),
    [
        (("-v2c", "-c", "wrong"), "Timeout"),
        (("-v3", "-l", "noAuthNoPriv", "-u", USER), "Unsupported security level"),
        (
            tuple("not-the-key" if word == AUTH_KEY else word for word in V3),
            "Authentication failure",
        ),
        (("-v3", "-l", "noAuthNoPriv", "-u", "nobody"), "Unknown user name"),
    ],
    ids=["community", "level", "key", "user"],
)
async def test_who_has_no_credential_gets_no_value(
    bench: Bench, credential: tuple[str, ...], said: str
) -> None:
    switch = "ql-agg-2" if "-v2c" in credential else "ql-acc-songting"
    found = await bench.ask("snmpget", switch, *credential, "1.3.6.1.2.1.1.5.0")
    assert said in found
    assert "ql-" not in found


async def test_a_silent_switch_answers_nothing_until_its_time_is_over(bench: Bench) -> None:
    bench.now = START + 120
    assert "Timeout" in await bench.ask("snmpget", "ql-agg-2", *V2C, "1.3.6.1.2.1.1.5.0")
    bench.now = START + 151
    assert "ql-agg-2" in await bench.ask("snmpget", "ql-agg-2", *V2C, "1.3.6.1.2.1.1.5.0")


async def test_a_rebooted_switch_answers_v3_with_a_new_boot_and_uptime(bench: Bench) -> None:
    boots = "1.3.6.1.6.3.10.2.1.2.0"
    before = await bench.ask("snmpget", "ql-acc-songting", *V3, "-Oqv", boots)
    bench.now = START + 160
    assert int(await bench.ask("snmpget", "ql-acc-songting", *V3, "-Oqv", boots)) > int(before)
    uptime = await bench.ask("snmpget", "ql-acc-songting", *V3, "-Oqvt", "1.3.6.1.2.1.1.3.0")
    assert int(uptime) == 1000
