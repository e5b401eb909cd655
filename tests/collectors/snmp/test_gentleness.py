"""A device is not hurt: tables that stall are left out, a busy CPU slows us down, lessons are kept.

Visits are on a clock of the test's own; only timeouts of 50 ms are of this world.
"""

import itertools
import json
from collections.abc import Iterable

from typing_extensions import override

from agent.derive.derivation import Facts, Scope, Subject
from agent.derive.engine_ids import EngineIds
from collectors.contract import Finding, Json, Observation
from collectors.errors import Detail, TimedOut
from collectors.facts import EngineId, IpTraffic
from inventory.inventory import Inventory
from tests.collectors.snmp.agent import GET_BULK, Agent, Cell, Oid, dotted, number
from tests.collectors.snmp.conftest import START, Visiting, Watch, samples, table
from tests.collectors.snmp.switch import IF, IFX, UP_TIME, switch

IP = "1.3.6.1.2.1.4.31.3.1."
SENSORS = "1.3.6.1.2.1.99.1.1.1."
NET_SNMP = "1.3.6.1.4.1.8072.3.2.10"
CPU = "1.3.6.1.2.1.25.3.3.1.2.1"
ENGINE = "1.3.6.1.6.3.10.2.1.1.0"


class Fussy(Agent):
    """An agent that counts, and refuses or goes silent for a reason.

    Attributes:
        stuck: OIDs below which it goes silent for good, as if it were busy with them.
        too_big: it answers tooBig to requests for more varbinds than that.
        refused: how often it did.
        datagrams: what it was sent; `octets` are what it answered.
    """

    stuck: tuple[Oid, ...] = ()
    too_big = 1000
    refused = datagrams = octets = 0

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.datagrams += 1
        super().datagram_received(data, addr)

    @override
    def _send(self, datagram: bytes, addr: tuple[str, int]) -> None:
        self.silent = self.silent or any(
            oid[: len(one)] == one for _kind, oid in self.asked for one in self.stuck
        )
        if not self.silent:
            self.octets += len(datagram)
            super()._send(datagram, addr)

    @override
    def _answer(
        self, kind: int, names: list[Oid], third: bytes, version: bytes
    ) -> tuple[int, int, list[tuple[Oid, Cell]]]:
        if kind == GET_BULK and len(names) * int.from_bytes(third) > self.too_big:
            self.refused += 1
            return 1, 0, [(name, (5, b"")) for name in names]
        return super()._answer(kind, names, third, version)


def gear(cpu: int | None = None, ports: int = 3) -> dict[Oid, Cell]:
    """Make a switch with IP counters and a temperature; with a CPU it is a net-snmp host."""
    objects = switch({index: f"Gi{index}" for index in range(1, ports + 1)})
    rows: dict[str, Cell] = {}
    for index in range(1, ports + 1):
        for column in (6, 33):
            rows[f"{IP}{column}.1.{index}"] = number(index, 70)
    for column, value in enumerate((8, 9, 0, 41, 1), 1):
        rows[f"{SENSORS}{column}.7"] = number(value)
    if cpu is not None:
        rows["1.3.6.1.2.1.1.2.0"] = (6, bytes.fromhex("2b06010401bf08030" + "20a"))
        rows[CPU] = number(cpu)
    return objects | {dotted(oid): cell for oid, cell in rows.items()}


def quarantined(observation: Observation) -> dict[str, object]:
    found = [one for one in observation.tables if one.name == "table_quarantine"]
    return {
        name: value
        for one in found
        for (name, _method), value in samples(one, "egov_table_quarantined").items()
    }


def details(observation: Observation) -> set[tuple[str, Detail]]:
    return {(one.table, one.detail) for one in observation.failures}


async def visits(watch: Watch, agent: Agent, times: int, after_s: float = 60.0) -> Observation:
    for _ in range(times):
        agent.asked.clear()
        observation = await watch.visit(after_s)
    return observation


def again(visiting: Visiting, agent: Agent, watch: Watch) -> Watch:
    """Restart: what was learned goes through JSON into a new poller."""
    learned: Json = json.loads(json.dumps(watch.poller.learned()))
    later = visiting(agent, learned=learned)
    later.elapsed_s = watch.elapsed_s
    return later


async def test_a_table_that_stalls_twice_is_left_out_while_the_rest_goes_on(
    visiting: Visiting,
) -> None:
    async with Agent(gear()) as agent:
        watch = visiting(agent)
        await visits(watch, agent, 2)
        agent.mute = [dotted(SENSORS[:-1])]
        first = await visits(watch, agent, 1)
        second = await visits(watch, agent, 1)
        third = await visits(watch, agent, 1)
        asked = agent.requests(SENSORS[:-1])
    assert ("temperature", Detail.NONE) in details(first)
    assert quarantined(first) == {}
    assert quarantined(second) == {"temperature": 1}
    assert any("stalls" in line for line in second.notices)
    assert asked == 0
    assert details(third) == {("temperature", Detail.QUARANTINED)}
    assert {one.name for one in third.tables} >= {"interface", "device"}
    assert "temperature" not in {one.name for one in third.tables}
    assert table(third, "interface").complete


async def test_it_is_tried_again_with_growing_pauses_and_comes_back(visiting: Visiting) -> None:
    async with Agent(gear()) as agent:
        watch = visiting(agent)
        await watch.visit()
        agent.mute = [dotted(SENSORS[:-1])]
        tried = []
        for minute in range(1, 100):
            await visits(watch, agent, 1)
            if agent.requests(SENSORS[:-1]):
                tried.append(minute)
        agent.mute = []
        seen = [await visits(watch, agent, 1) for _ in range(60)]
    gaps = [later - earlier for earlier, later in itertools.pairwise(tried)]
    assert gaps == [1, 5, 15, 60]
    back = [one for one in seen if "temperature" in {two.name for two in one.tables}]
    assert table(back[0], "temperature").complete
    assert quarantined(back[0]) == {"temperature": 0}
    assert back[0].failures == ()
    assert any("answers again" in line for line in back[0].notices)


async def test_a_suspect_is_asked_last(visiting: Visiting) -> None:
    async with Agent(gear()) as agent:
        watch = visiting(agent)
        agent.mute = [dotted(IF[:-1])]
        await visits(watch, agent, 2)
        order = [oid for _kind, oid in agent.asked]
    places = [
        place for place, oid in enumerate(order) if oid[: len(dotted(IF[:-1]))] == dotted(IF[:-1])
    ]
    others = [
        place
        for place, oid in enumerate(order)
        if oid[: len(dotted(SENSORS[:-1]))] == dotted(SENSORS[:-1])
    ]
    assert max(others) < min(places)


async def test_quarantine_goes_on_after_a_restart_of_ours(visiting: Visiting) -> None:
    async with Agent(gear()) as agent:
        watch = visiting(agent)
        agent.mute = [dotted(SENSORS[:-1])]
        await visits(watch, agent, 3)
        later = again(visiting, agent, watch)
        during = await visits(later, agent, 1)
        assert agent.requests(SENSORS[:-1]) == 0
        assert quarantined(during) == {"temperature": 1}
        agent.mute = []
        after = await visits(later, agent, 5)
    assert quarantined(after) == {"temperature": 0}


async def test_an_agent_that_is_stuck_in_one_table_is_found_out(visiting: Visiting) -> None:
    """It answers nothing at all for a while once that table is asked: no other is blamed."""
    async with Fussy(gear()) as agent:
        agent.stuck = (dotted(SENSORS[:-1]),)
        watch = visiting(agent)
        for _ in range(6):
            agent.silent = False
            agent.asked.clear()
            try:
                observation = await watch.visit()
            except TimedOut:
                continue
        agent.silent = False
        agent.asked.clear()
        observation = await watch.visit()
    assert quarantined(observation) == {"temperature": 1}
    assert {"interface", "device"} <= {one.name for one in observation.tables}
    assert table(observation, "interface").complete


async def test_a_column_that_stalls_alone_leaves_its_table_there(visiting: Visiting) -> None:
    async with Agent(gear(ports=60)) as agent:
        watch = visiting(agent)
        await watch.visit()
        agent.mute = [dotted(IFX + "13")]
        await visits(watch, agent, 2)
        observation = await visits(watch, agent, 1)
        assert agent.requests(IFX + "13") == 0
    found = table(observation, "interface")
    assert not found.complete
    assert samples(found, "egov_interface_receive_bytes_total")["Gi1",] == 1


async def test_a_name_that_is_left_out_is_never_left_on_another_port(visiting: Visiting) -> None:
    """Names stall, and then the table says that its indexes moved: no row is better than a lie."""
    async with Agent(gear()) as agent:
        watch = visiting(agent)
        await watch.visit()
        agent.mute = [dotted(IFX[:-1]), dotted(IF + "2")]
        await visits(watch, agent, 3, after_s=3600.0)
        agent.put({"1.3.6.1.2.1.31.1.5.0": number(99, 67)})
        observation = await visits(watch, agent, 1)
    for one in observation.tables:
        if one.name == "interface":
            assert one.keys == ()


async def test_a_restarted_device_gets_another_chance(visiting: Visiting) -> None:
    async with Agent(gear()) as agent:
        watch = visiting(agent)
        agent.mute = [dotted(SENSORS[:-1])]
        await visits(watch, agent, 3)
        agent.mute = []
        agent.put({UP_TIME: number(100, 67)})
        observation = await visits(watch, agent, 1)
    assert table(observation, "temperature").complete


async def test_a_healthy_device_has_no_series_about_quarantine(visiting: Visiting) -> None:
    async with Agent(gear()) as agent:
        observation = await visits(visiting(agent), agent, 3)
    assert "table_quarantine" not in {one.name for one in observation.tables}
    assert observation.notices == ()


async def test_a_cpu_that_rises_with_our_polling_slows_us_down_within_two_visits(
    visiting: Visiting,
) -> None:
    async with Agent(gear(cpu=20)) as agent:
        watch = visiting(agent)
        before = await visits(watch, agent, 3)
        agent.put({CPU: number(85)})
        seen = [await visits(watch, agent, 1) for _ in range(2)]
        idle = await visits(watch, agent, 1)
        asked = agent.requests(IFX + "6")
        agent.put({CPU: number(30)})
        later = [await visits(watch, agent, 1) for _ in range(12)]
    assert before.effort is not None
    assert (before.effort.pace, before.effort.in_flight) == (1, 2)
    words = [line for one in seen for line in one.notices]
    assert words == [
        "slowed down to 0.5 of the pace: its CPU is at 85 %, usual 20 %",
        "slowed down to 0.25 of the pace: its CPU is at 85 %, usual 20 %",
    ]
    assert idle.effort is not None
    assert (idle.effort.pace, idle.effort.in_flight) == (0.25, 1)
    assert "interface" not in {one.name for one in idle.tables}
    assert asked == 0
    assert samples(table(idle, "cpu"), "egov_device_cpu_ratio")
    assert table(seen[1], "interface").lifetime_s == 240.0
    assert {one.type: one.lifetime_s for one in seen[1].known} == {IpTraffic: 240.0}
    assert [line for one in later for line in one.notices][-1] == "at full pace again"
    assert later[-1].effort is not None
    assert later[-1].effort.pace == 1
    assert "interface" in {one.name for one in later[-1].tables}


async def test_a_slow_pace_goes_on_after_a_restart_of_ours(visiting: Visiting) -> None:
    async with Agent(gear(cpu=20)) as agent:
        watch = visiting(agent)
        await visits(watch, agent, 1)
        agent.put({CPU: number(90)})
        await visits(watch, agent, 2)
        observation = await visits(again(visiting, agent, watch), agent, 1)
    assert observation.effort is not None
    assert (observation.effort.pace, observation.effort.in_flight) == (0.25, 1)


async def test_sizes_are_learned_downwards_and_upwards_and_kept(visiting: Visiting) -> None:
    async with Fussy(gear(ports=40)) as agent:
        agent.too_big = 20
        watch = visiting(agent)
        first = await visits(watch, agent, 1)
        refused = agent.refused
        later = again(visiting, agent, watch)
        assert again(visiting, agent, later).poller.learned() == watch.poller.learned()
        agent.refused = 0
        second = await visits(later, agent, 1)
        assert agent.refused == 0
        agent.too_big = 1000
        visit = await visits(later, agent, 1)
        for _ in range(60):
            visit = await visits(later, agent, 1)
    assert refused > 0
    assert table(first, "interface").keys == table(second, "interface").keys
    assert len(table(second, "interface").keys) == 40
    assert second.effort is not None
    assert visit.effort is not None
    assert visit.effort.requests < second.effort.requests / 2


async def test_requests_retries_and_octets_are_counted_for_each_visit(visiting: Visiting) -> None:
    async with Fussy(gear()) as agent:
        watch = visiting(agent)
        await visits(watch, agent, 2)
        agent.octets = agent.datagrams = 0
        observation = await visits(watch, agent, 1)
    effort = observation.effort
    assert effort is not None
    assert (effort.requests, effort.retries, effort.octets) == (agent.datagrams, 0, agent.octets)


async def test_another_engine_behind_the_address_is_a_finding_and_a_fact(
    visiting: Visiting,
) -> None:
    async with Agent(gear() | {dotted(ENGINE): (4, bytes.fromhex("80001f8804aaaa"))}) as agent:
        watch = visiting(agent)
        first = await visits(watch, agent, 1)
        second = await visits(watch, agent, 1)
        agent.put({ENGINE: (4, bytes.fromhex("80001f8804bbbb"))})
        third = await visits(again(visiting, agent, watch), agent, 1)
    assert EngineId("sw-1", "80001f8804aaaa") in first.facts
    assert EngineId not in {type(one) for one in second.facts}
    assert EngineId("sw-1", "80001f8804bbbb") in third.facts
    assert [kinds(one.findings) for one in (first, second, third)] == [[], [], ["hw.changed"]]


async def test_two_devices_with_one_engine_id_are_both_polled_and_told(
    visiting: Visiting,
) -> None:
    cloned = gear() | {dotted(ENGINE): (4, bytes.fromhex("80001f8804cccc"))}
    async with Agent(cloned) as one, Agent(cloned) as two:
        watches = [visiting(one, id="sw-1"), visiting(two, id="sw-2")]
        seen = [await watch.visit() for watch in watches]
    assert all(table(observation, "interface").complete for observation in seen)
    facts = {one.target: tuple(f for f in one.facts if isinstance(f, EngineId)) for one in seen}
    held = {target: {"snmp": some} for target, some in facts.items()}
    subject = Subject(Scope.ALL, "", tuple(held))
    inputs = Facts(tuple(held), {EngineId: held})
    found = EngineIds().derive(subject, Inventory(), inputs, None, START)
    assert {kind for one in found.others for kind in kinds(one.findings)} == {"auth.insecure"}
    assert [one.findings[0].text for one in found.others] == [
        "duplicate engineID 80001f8804cccc, shared with sw-2",
        "duplicate engineID 80001f8804cccc, shared with sw-1",
    ]


async def test_a_new_stack_master_keeps_the_series_of_its_ports(visiting: Visiting) -> None:
    """Another engine, other indexes, uptime from the start: the names are what they were."""
    async with Agent(gear() | {dotted(ENGINE): (4, bytes.fromhex("80001f8804aaaa"))}) as agent:
        watch = visiting(agent)
        before = await visits(watch, agent, 2)
        agent.objects = switch({101: "Gi1", 102: "Gi2", 103: "Gi3"}) | {
            dotted(ENGINE): (4, bytes.fromhex("80001f8804bbbb")),
            dotted(UP_TIME): number(500, 67),
        }
        after = await visits(watch, agent, 1)
    assert set(table(after, "interface").keys) == set(table(before, "interface").keys)
    received = samples(table(after, "interface"), "egov_interface_receive_bytes_total")
    assert received["Gi1",] == 101
    assert {"device.restart", "hw.changed"} <= {*kinds(after.findings)}
    texts_of = [one.text for one in after.findings]
    assert any("its engine id is 80001f8804bbbb now" in text for text in texts_of)


async def test_a_card_that_moves_takes_its_names_along(visiting: Visiting) -> None:
    """Slot 2's card sits in slot 3 now: no sample of an old name is left on a new index."""
    async with Agent(switch({1: "Gi2/1", 2: "Gi2/2", 9: "Gi0/0"})) as agent:
        watch = visiting(agent)
        await visits(watch, agent, 2)
        agent.objects = switch({1: "Gi3/1", 2: "Gi3/2", 9: "Gi0/0"}, base=100) | {
            dotted("1.3.6.1.2.1.31.1.5.0"): number(900, 67),
        }
        observation = await visits(watch, agent, 1)
    received = samples(table(observation, "interface"), "egov_interface_receive_bytes_total")
    assert received == {("Gi3/1",): 101, ("Gi3/2",): 102, ("Gi0/0",): 109}


def kinds(findings: Iterable[Finding]) -> list[str]:
    return [one.kind for one in findings]
