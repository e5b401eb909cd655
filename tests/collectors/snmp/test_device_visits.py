"""A device as a whole: identity, clock, addresses, what is remembered over a restart of ours."""

import json

import pytest

from collectors.errors import Denied, Detail, TimedOut, Unreachable, Unsupported
from tests.collectors.snmp.agent import Agent, dotted, number, oid_octets, text
from tests.collectors.snmp.conftest import START, Visiting, samples, table, texts
from tests.collectors.snmp.switch import ENGINE_BOOTS, ENGINE_TIME, IFX, TICKS, UP_TIME, switch

BOOT = "egov_device_boot_timestamp_seconds"
WRAP = 1 << 32


def ticks(seconds: float) -> tuple[int, bytes]:
    return number(int(seconds * 100) % WRAP, TICKS)


async def test_the_boot_time_is_one_value_a_boot(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1"})) as agent:
        watch = visiting(agent)
        seen = []
        for passed_s in (0, 60.9, 119.2, 181.7):
            agent.put({UP_TIME: ticks(1000 + passed_s)})
            seen.append(samples(table(await watch.visit(60), "device"), BOOT)[()])
    assert len(set(seen)) == 1
    assert seen[0] == int(START.timestamp()) + 60 - 1000


async def test_a_step_of_our_own_clock_is_no_restart(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1"})) as agent:
        watch = visiting(agent)
        await watch.visit()
        agent.put({UP_TIME: ticks(1060)})
        observation = await watch.visit(60, wall_step_s=86_400)
    assert observation.findings == ()


@pytest.mark.parametrize("told", [True, False])
async def test_a_wrap_after_497_days_is_no_restart(visiting: Visiting, told: bool) -> None:
    up_s = WRAP / 100 - 30
    async with Agent(switch({1: "Gi1"})) as agent:
        agent.put({UP_TIME: ticks(up_s)})
        if told:
            agent.put({ENGINE_BOOTS: number(3), ENGINE_TIME: number(int(up_s))})
        watch = visiting(agent)
        before = table(await watch.visit(), "device")
        agent.put({UP_TIME: ticks(up_s + 60)})
        if told:
            agent.put({ENGINE_TIME: number(int(up_s) + 60)})
        observation = await watch.visit(60)
    assert observation.findings == ()
    assert samples(table(observation, "device"), BOOT) == samples(before, BOOT)
    # ifLastChange was 3 s after the boot, in the round before
    changed = samples(
        table(observation, "interface"), "egov_interface_last_change_timestamp_seconds"
    )
    assert changed["Gi1",] == pytest.approx(samples(before, BOOT)[()] + 3, abs=1)


async def test_the_engine_time_tells_a_wrap_that_nobody_saw(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1"})) as agent:
        agent.put({UP_TIME: ticks(100), ENGINE_TIME: number(int(WRAP / 100) + 100)})
        observation = await visiting(agent).visit()
    boot = samples(table(observation, "device"), BOOT)[()]
    assert boot == pytest.approx(START.timestamp() + 60 - WRAP / 100 - 100, abs=1)


async def test_an_uptime_that_falls_while_the_engine_counts_on_is_no_restart(
    visiting: Visiting,
) -> None:
    """Its names are read again all the same."""
    async with Agent(switch({1: "Gi1"})) as agent:
        agent.put({ENGINE_BOOTS: number(3), ENGINE_TIME: number(1000)})
        watch = visiting(agent)
        before = await watch.visit()
        agent.put({UP_TIME: ticks(7), ENGINE_TIME: number(1060), IFX + "1.1": text("Gi9")})
        after = await watch.visit()
    assert after.findings == ()
    assert table(after, "interface").keys == (("Gi9",),)
    assert samples(table(after, "device"), BOOT) == samples(table(before, "device"), BOOT)


async def test_a_restart_is_one_finding_and_a_new_boot_time(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1"})) as agent:
        watch = visiting(agent)
        before = await watch.visit()
        agent.put({UP_TIME: ticks(5)})
        during = await watch.visit()
        agent.put({UP_TIME: ticks(65)})
        after = await watch.visit()
    assert [len(one.findings) for one in (before, during, after)] == [0, 1, 0]
    boots = [samples(table(one, "device"), BOOT)[()] for one in (before, during, after)]
    assert boots[0] < boots[1] == boots[2] == int(START.timestamp()) + 115


async def test_a_restart_longer_ago_than_the_uptime_seen_before(visiting: Visiting) -> None:
    """Up 50 s, then a day of silence in which it restarted: its uptime never fell."""
    async with Agent(switch({1: "Gi1"})) as agent:
        agent.put({UP_TIME: ticks(50)})
        watch = visiting(agent)
        await watch.visit()
        agent.put({UP_TIME: ticks(80_000)})
        assert len((await watch.visit(86_400)).findings) == 1


async def test_the_device_says_what_it_is(visiting: Visiting) -> None:
    entities = "1.3.6.1.2.1.47.1.1.1.1."
    async with Agent(switch({1: "Gi1"})) as agent:
        agent.put({"1.3.6.1.2.1.1.2.0": (6, oid_octets(dotted("1.3.6.1.4.1.25506.1.9")))})
        agent.put({entities + "5.1": number(10), entities + "5.7": number(3)})
        agent.put({entities + "13.1": text("SFP"), entities + "13.7": text("S5560X")})
        agent.put({entities + "11.7": text("SN-1")})
        found = table(await visiting(agent).visit(), "device")
    assert texts(found, "egov_device_info")[()] == {
        "vendor": "H3C",
        "model": "S5560X",
        "version": "1.2",
        "serial": "SN-1",
    }


async def test_temperatures_carry_scale_precision_and_the_name_of_the_entity(
    visiting: Visiting,
) -> None:
    sensor, entity = "1.3.6.1.2.1.99.1.1.1.", "1.3.6.1.2.1.47.1.1.1.1."
    rows = {  # type, scale, precision, value, status
        1: (8, 9, 0, 41, 1),
        2: (8, 9, 1, 425, 1),
        3: (8, 8, 0, 36_100, 1),
        4: (8, 9, 0, 50, 2),
        5: (8, 9, 0, 1_000_000_000, 1),
        6: (4, 9, 0, 12, 1),
        7: (8, 17, -8, 1, 1),
    }
    async with Agent(switch({1: "Gi1"})) as agent:
        for row, cells in rows.items():
            agent.put({f"{sensor}{n}.{row}": number(cell) for n, cell in enumerate(cells, 1)})
        agent.put({f"{entity}7.{row}": text(f"sensor {row}") for row in rows if row != 2})
        found = table(await visiting(agent).visit(), "temperature")
    values = samples(found, "egov_device_temperature_celsius")
    assert {key[0]: value for key, value in values.items()} == {
        "sensor 1": 41,
        "2": 42.5,
        "sensor 3": 36.1,
        "sensor 7": pytest.approx(10**32),
    }


async def test_ip_octets_of_each_family_name_the_interface(visiting: Visiting) -> None:
    stats = "1.3.6.1.2.1.4.31.3.1."
    async with Agent(switch({1: "Gi1", 2: "Gi2"})) as agent:
        agent.put({f"{stats}6.{row}": number(n, 70) for n, row in enumerate(("1.1", "2.1", "2.2"))})
        agent.put({"1.3.6.1.2.1.4.31.1.1.6.2": number(9, 70)})
        observation = await visiting(agent).visit()
    assert samples(table(observation, "ip"), "egov_ip_receive_bytes_total") == {
        ("Gi1", "ipv4"): 0,
        ("Gi1", "ipv6"): 1,
        ("Gi2", "ipv6"): 2,
    }
    system = samples(table(observation, "ip_system"), "egov_ip_system_receive_bytes_total")
    assert system == {("ipv6",): 9}


async def test_no_rows_and_no_answer_are_different_states(visiting: Visiting) -> None:
    async with Agent(switch({})) as agent:
        observation = await visiting(agent).visit()
    assert table(observation, "interface").keys == ()
    assert table(observation, "interface").complete
    assert observation.failures == ()


async def test_a_silent_device_times_out(visiting: Visiting) -> None:
    async with Agent(switch({})) as agent:
        agent.silent = True
        with pytest.raises(TimedOut, match="sw-1"):
            await visiting(agent).visit()


async def test_a_closed_port_is_told_from_silence(visiting: Visiting) -> None:
    async with Agent(switch({})) as agent:
        pass
    with pytest.raises(Unreachable) as caught:
        await visiting(agent).visit()
    assert caught.value.detail is Detail.CLOSED_PORT


async def test_the_next_address_answers_when_the_first_does_not(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1"}), host="::1") as agent:
        watch = visiting(agent, addresses=("127.0.0.2", "sw-1.example"))
        observation = await watch.visit()
        assert watch.poller.family == "ipv6"
        assert table(observation, "interface").keys == (("Gi1",),)
        assert any("asking [::1]" in line for line in watch.notes.lines)


async def test_what_was_learned_is_json_and_spares_the_second_start(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1"})) as agent:
        watch = visiting(agent)
        before = await watch.visit()
        learned = json.loads(json.dumps(watch.poller.learned()))
        agent.asked.clear()
        later = visiting(agent, learned=learned)
        agent.put({UP_TIME: ticks(1060)})
        later.elapsed_s = watch.elapsed_s
        after = await later.visit(60)
    assert agent.requests("1.3.6.1.2.1.99") == 0
    assert after.findings == ()
    assert samples(table(after, "device"), BOOT) == samples(table(before, "device"), BOOT)


@pytest.mark.parametrize("learned", [{"version": 1, "clock": 7, "absent": [1]}, [], 3, {}])
async def test_strange_memories_are_ignored(visiting: Visiting, learned: object) -> None:
    async with Agent(switch({1: "Gi1"})) as agent:
        observation = await visiting(agent, learned=learned).visit()
    assert table(observation, "interface").keys == (("Gi1",),)


async def test_tables_with_an_interval_of_their_own(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1"})) as agent:
        watch = visiting(agent, intervals_s={"interface": 300.0})
        names = [[one.name for one in (await watch.visit(60)).tables] for _ in range(7)]
        assert [("interface" in some) for some in names] == [
            True, False, False, False, False, True, False,
        ]  # fmt: skip
        observation = await watch.visit(1, everything=True)
    assert table(observation, "interface").lifetime_s == 600


@pytest.mark.parametrize(("up_s", "soon"), [(1000, True), (100_000, False)])
async def test_what_a_settled_device_lacks_is_asked_for_once_an_hour(
    visiting: Visiting, up_s: int, *, soon: bool
) -> None:
    sensors = "1.3.6.1.2.1.99"
    async with Agent(switch({1: "Gi1"})) as agent:
        agent.put({UP_TIME: ticks(up_s)})
        watch = visiting(agent)
        await watch.visit()
        assert agent.requests(sensors)
        for passed_s, is_asked in ((301, soon), (3600, True)):
            up_s += passed_s
            agent.put({UP_TIME: ticks(up_s)})
            agent.asked.clear()
            await watch.visit(passed_s)
            assert (agent.requests(sensors) > 0) is is_asked


async def test_what_a_settled_device_had_is_asked_for_again_in_five_minutes(
    visiting: Visiting,
) -> None:
    async with Agent(switch({1: "Gi1"})) as agent:
        agent.put({UP_TIME: ticks(100_000)})
        watch = visiting(agent)
        await watch.visit()
        agent.put({IFX + "15.1": None})
        for number_ in range(1, 4):
            agent.put({UP_TIME: ticks(100_000 + 60 * number_)})
            agent.asked.clear()
            await watch.visit(60)
        assert agent.requests(IFX + "15") == 0
        agent.put({UP_TIME: ticks(100_000 + 180 + 301)})
        await watch.visit(301)
        assert agent.requests(IFX + "15") > 0


async def test_structure_is_read_again_every_hour(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1"})) as agent:
        watch = visiting(agent)
        await watch.visit()
        agent.put({IFX + "18.1": text("to the hall")})
        agent.put({UP_TIME: ticks(1060)})
        before = texts(table(await watch.visit(60), "interface"), "egov_interface_info")
        agent.put({UP_TIME: ticks(1060 + 3600)})
        after = texts(table(await watch.visit(3600), "interface"), "egov_interface_info")
    assert before["Gi1",]["alias"] == ""
    assert after["Gi1",]["alias"] == "to the hall"


async def test_a_profile_that_nobody_has_is_unsupported(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1"})) as agent:
        with pytest.raises(Unsupported, match="no profile is called s5720"):
            await visiting(agent, profile="s5720").visit()


async def test_a_time_later_than_now_is_absent(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1", 2: "Gi2"})) as agent:
        agent.put({"1.3.6.1.2.1.2.2.1.9.1": number(4_000_000_000, TICKS)})
        found = table(await visiting(agent).visit(), "interface")
    changed = samples(found, "egov_interface_last_change_timestamp_seconds")
    assert list(changed) == [("Gi2",)]


async def test_a_refusal_is_denied(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1"})) as agent:
        agent.refuse = 16
        with pytest.raises(Denied) as caught:
            await visiting(agent).visit()
    assert caught.value.detail is Detail.AUTHORIZATION
