"""Calm visits look nothing up, and whatever happens is seen in the visit in which it happens."""

import gc
import weakref

import pytest

from collectors.contract import Observation
from collectors.errors import Detail
from tests.collectors.snmp.agent import Agent, dotted, number, text
from tests.collectors.snmp.conftest import Visiting, Watch, samples, table, texts
from tests.collectors.snmp.switch import (
    COUNTER32,
    COUNTER64,
    GAUGE32,
    IF,
    IFX,
    TABLE_CHANGE,
    TICKS,
    UP_TIME,
    switch,
)

BYTES = "egov_interface_receive_bytes_total"
UP = "egov_interface_up"


async def calm(watch: Watch) -> None:
    """Visit until the questions of the next visit are known."""
    for _ in range(3):
        await watch.visit()


def received(observation: Observation) -> dict[str, object]:
    return {key[0]: one for key, one in samples(table(observation, "interface"), BYTES).items()}


async def test_numbers_that_moved_show_at_once(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1", 2: "Gi2"})) as agent:
        watch = visiting(agent)
        await calm(watch)
        agent.put({IFX + "6.1": number(77, COUNTER64), IF + "8.2": number(2)})
        observation = await watch.visit()
    assert received(observation) == {"Gi1": 77, "Gi2": 2}
    assert samples(table(observation, "interface"), UP) == {("Gi1",): 1, ("Gi2",): 0}


async def test_calm_visits_ask_the_same_for_hours(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1", 2: "Gi2"})) as agent:
        watch = visiting(agent)
        await calm(watch)
        agent.asked.clear()
        await watch.visit()
        first = list(agent.asked)
        agent.asked.clear()
        await watch.visit()
        assert agent.asked == first
        assert agent.requests(IFX + "1") == 0


@pytest.mark.parametrize("sign", [True, False])
async def test_row_that_vanished_is_gone(visiting: Visiting, sign: bool) -> None:
    async with Agent(switch({1: "Gi1", 2: "Gi2"})) as agent:
        watch = visiting(agent)
        await calm(watch)
        agent.objects = switch({2: "Gi2"})
        if sign:
            agent.put({TABLE_CHANGE: number(900, TICKS)})
        for _ in range(3):
            observation = await watch.visit()
            assert received(observation) == {"Gi2": 2}
            assert table(observation, "interface").complete


async def test_row_that_came_is_there_with_its_name(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1"})) as agent:
        watch = visiting(agent)
        await calm(watch)
        agent.objects = switch({1: "Gi1", 2: "Gi2"})
        assert received(await watch.visit()) == {"Gi1": 1, "Gi2": 2}


@pytest.mark.parametrize("sign", [True, False])
async def test_row_that_was_renamed_has_its_new_name(visiting: Visiting, sign: bool) -> None:
    """Without ifTableLastChange the names are read in every visit, calm ones too."""
    async with Agent(switch({1: "Gi1", 2: "Gi2"})) as agent:
        if not sign:
            agent.put({TABLE_CHANGE: None})
        watch = visiting(agent)
        await calm(watch)
        agent.put({IFX + "1.1": text("Te1")})
        if sign:
            agent.put({TABLE_CHANGE: number(900, TICKS)})
        assert received(await watch.visit()) == {"Te1": 1, "Gi2": 2}


async def test_sign_of_change_that_vanished_makes_names_be_read(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1"})) as agent:
        watch = visiting(agent)
        await calm(watch)
        agent.put({TABLE_CHANGE: None, IFX + "1.1": text("Te1")})
        assert received(await watch.visit()) == {"Te1": 1}


async def test_alias_that_changed_shows_when_texts_are_due(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1"})) as agent:
        watch = visiting(agent)
        await calm(watch)
        agent.put({IFX + "18.1": text("uplink")})
        found = table(await watch.visit(3600), "interface")
    assert texts(found, "egov_interface_info")["Gi1",]["alias"] == "uplink"


async def test_hole_that_came_is_filled_by_the_fallback(visiting: Visiting) -> None:
    async with Agent(switch({1: "Et1", 2: "Gi2"})) as agent:
        agent.put({IF + "5.1": number(10_000_000, GAUGE32), IF + "10.1": number(4_000, COUNTER32)})
        watch = visiting(agent)
        await calm(watch)
        assert agent.requests(IF + "10") == 0
        agent.put({IFX + "6.1": None})
        for _ in range(3):
            assert received(await watch.visit()) == {"Et1": 4_000, "Gi2": 2}


async def test_column_that_broke_off_is_not_called_complete(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1", 2: "Gi2"})) as agent:
        watch = visiting(agent)
        await calm(watch)
        agent.errors = [dotted(IF + "8")]
        for _ in range(2):
            observation = await watch.visit()
            assert not table(observation, "interface").complete
            assert [one.detail for one in observation.failures] == [Detail.GENERR]
            assert samples(table(observation, "interface"), UP) == {}
        agent.errors = []
        observation = await watch.visit()
    assert table(observation, "interface").complete
    assert samples(table(observation, "interface"), UP) == {("Gi1",): 1, ("Gi2",): 1}


async def test_silence_in_between_leaves_nothing_old_behind(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1", 2: "Gi2"})) as agent:
        watch = visiting(agent)
        await calm(watch)
        agent.mute = [dotted(IFX + "6")]
        observation = await watch.visit()
        assert received(observation) == {}
        assert not table(observation, "interface").complete
        agent.mute = []
        agent.put({IFX + "6.1": number(9, COUNTER64)})
        assert received(await watch.visit()) == {"Gi1": 9, "Gi2": 2}


async def test_absent_column_is_asked_for_again_in_its_time(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1"})) as agent:
        agent.put({IF + "14.1": None})
        watch = visiting(agent)
        await calm(watch)
        agent.put({IF + "14.1": number(5, COUNTER32)})
        await watch.visit(300)
        found = table(await watch.visit(), "interface")
    assert samples(found, "egov_interface_receive_errors_total") == {("Gi1",): 5}


async def test_restart_reads_everything(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1", 2: "Gi2"})) as agent:
        watch = visiting(agent)
        await calm(watch)
        agent.objects = switch({1: "Gi2", 2: "Gi1"})
        agent.put({UP_TIME: number(200, TICKS)})
        observation = await watch.visit()
    assert received(observation) == {"Gi2": 1, "Gi1": 2}
    assert [one.kind for one in observation.findings] == ["device.restart", "hw.changed"]


async def test_table_with_its_own_interval_is_read_in_it(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1"})) as agent:
        watch = visiting(agent, intervals_s={"interface": 300.0})
        read = [bool(await _interfaces(watch)) for _ in range(11)]
    assert read == [True, *[False] * 4, True, *[False] * 4, True]


async def _interfaces(watch: Watch) -> list[str]:
    return [one.name for one in (await watch.visit()).tables if one.name == "interface"]


async def test_closed_poller_leaves_nothing_to_the_garbage_collector(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1"})) as agent:
        watch = visiting(agent)
        await calm(watch)
        device = watch.poller._device
        assert device is not None
        gone = weakref.ref(device.rows["interfaces"])
        del device
        gc.disable()
        try:
            await watch.poller.close()
            watch.poller = None  # type: ignore[assignment]  # let go of it
            assert gone() is None
        finally:
            gc.enable()


async def test_nothing_is_kept_of_tables_that_the_device_lacks(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1"})) as agent:
        watch = visiting(agent)
        await calm(watch)
        device = watch.poller._device
        assert device is not None
        assert all(rows.intake.order for rows in device.rows.values())
        assert "interfaces" in device.rows
        assert len(device.rows) < len(device.profile.tables)


async def test_table_that_the_device_lacked_is_there_when_it_came(visiting: Visiting) -> None:
    async with Agent({}) as agent:
        watch = visiting(agent)
        agent.put({UP_TIME: number(500, TICKS)})
        await calm(watch)
        assert await _interfaces(watch) == []
        agent.put({".".join(map(str, oid)): cell for oid, cell in switch({1: "Gi1"}).items()})
        await watch.visit(everything=True)
        assert received(await watch.visit()).keys() == {"Gi1"}
