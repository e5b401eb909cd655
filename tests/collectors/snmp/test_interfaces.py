"""Interfaces from visit to visit: a name never stays on an index that is another port by now."""

from collectors.contract import Observation
from collectors.errors import Detail, Reason
from collectors.snmp.target import Interfaces
from tests.collectors.snmp.agent import Agent, dotted, number, text
from tests.collectors.snmp.conftest import Visiting, samples, table, texts
from tests.collectors.snmp.switch import (
    COUNTER32,
    COUNTER64,
    GAUGE32,
    IF,
    IFX,
    TABLE_CHANGE,
    TICKS,
    UP_TIME,
    port,
    switch,
)

BYTES = "egov_interface_receive_bytes_total"


def received(observation: Observation) -> dict[str, object]:
    found = samples(table(observation, "interface"), BYTES)
    return {key[0]: value for key, value in found.items()}


async def test_keys_and_texts_stay_the_same_objects_while_the_rows_do(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1", 2: "Gi2"})) as agent:
        watch = visiting(agent)
        first = table(await watch.visit(), "interface")
        agent.put({IFX + "6.1": number(77, COUNTER64)})
        second = table(await watch.visit(), "interface")
    assert second.keys is first.keys
    assert second.texts[0] is first.texts[0]
    assert samples(second, BYTES) == {("Gi1",): 77, ("Gi2",): 2}
    assert second.complete
    assert second.lifetime_s == 120


async def test_names_are_not_read_again_while_the_table_says_that_it_did_not_change(
    visiting: Visiting,
) -> None:
    async with Agent(switch({1: "Gi1", 2: "Gi2"})) as agent:
        watch = visiting(agent)
        await watch.visit()
        agent.asked.clear()
        await watch.visit()
        assert agent.requests(IFX + "1") == 0
        agent.put({TABLE_CHANGE: None})
        await watch.visit()
        agent.asked.clear()
        await watch.visit()
        assert agent.requests(IFX + "1") > 0
        assert agent.requests(IFX + "18") == 0


async def test_renumbering_is_followed_when_the_table_says_so(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1", 2: "Gi2"})) as agent:
        watch = visiting(agent)
        assert received(await watch.visit()) == {"Gi1": 1, "Gi2": 2}
        agent.objects = switch({1: "Gi2", 2: "Gi1"})
        agent.put({TABLE_CHANGE: number(900, TICKS)})
        assert received(await watch.visit()) == {"Gi2": 1, "Gi1": 2}


async def test_renumbering_is_followed_when_the_device_offers_no_sign_of_it(
    visiting: Visiting,
) -> None:
    async with Agent(switch({1: "Gi1", 2: "Gi2"})) as agent:
        agent.put({TABLE_CHANGE: None})
        watch = visiting(agent)
        await watch.visit()
        agent.objects = switch({1: "Gi2", 2: "Gi1"})
        agent.put({TABLE_CHANGE: None})
        assert received(await watch.visit()) == {"Gi2": 1, "Gi1": 2}


async def test_renumbering_by_a_restart_is_followed(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1", 2: "Gi2"})) as agent:
        watch = visiting(agent)
        await watch.visit()
        agent.objects = switch({1: "Gi2", 2: "Gi1"})
        agent.put({UP_TIME: number(200, TICKS)})
        observation = await watch.visit()
    assert received(observation) == {"Gi2": 1, "Gi1": 2}
    assert [one.kind for one in observation.findings] == ["device.restart", "hw.changed"]


async def test_a_new_set_of_indexes_reads_the_names_in_the_same_visit(visiting: Visiting) -> None:
    """A card was moved: the old indexes are gone, others came, and no scalar moved."""
    async with Agent(switch({1: "Gi1", 2: "Gi2"})) as agent:
        watch = visiting(agent)
        await watch.visit()
        agent.objects = switch({2: "Gi1", 70_000: "Gi2"})
        observation = await watch.visit()
        assert received(observation) == {"Gi1": 2, "Gi2": 70_000}
        assert [one.kind for one in observation.findings] == ["hw.changed"]
        assert (await watch.visit()).findings == ()


async def test_port_that_vanished_is_not_reported_as_down(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1", 2: "Gi2"})) as agent:
        watch = visiting(agent)
        await watch.visit()
        agent.objects = switch({1: "Gi1"})
        observation = await watch.visit()
    assert samples(table(observation, "interface"), "egov_interface_up") == {("Gi1",): 1}
    assert table(observation, "interface").complete


async def test_two_ports_of_one_name_both_get_their_index(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi", 2: "Gi", 3: "Te"})) as agent:
        assert received(await visiting(agent).visit()) == {"Gi~1": 1, "Gi~2": 2, "Te": 3}


async def test_names_are_cut_before_they_are_compared(visiting: Visiting) -> None:
    long = "x" * 128
    async with Agent(switch({1: long + "a", 2: long + "b"})) as agent:
        assert received(await visiting(agent).visit()) == {f"{long}~1": 1, f"{long}~2": 2}


async def test_without_ifname_comes_ifdescr_and_then_the_index(visiting: Visiting) -> None:
    async with Agent(switch({1: "", 2: "Gi2", 3: ""})) as agent:
        agent.put({IFX + "1.1": None, IF + "2.3": text("")})
        assert received(await visiting(agent).visit()) == {"descr": 1, "Gi2": 2, "3": 3}


async def test_text_in_gbk_and_text_that_is_none(visiting: Visiting) -> None:
    names: dict[int, str | bytes] = {1: "上联口".encode("gb18030"), 2: b"\xff\xfe\x01"}
    async with Agent(switch(names)) as agent:
        agent.put({IFX + "18.1": text('a"\n\u202eb'.encode())})
        found = table(await visiting(agent).visit(), "interface")
    assert found.keys == (("上联口",), ("ff:fe:01",))
    assert texts(found, "egov_interface_info")["上联口",]["alias"] == 'a" b'


async def test_a_hole_keeps_the_row_and_invents_nothing(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1", 2: "Gi2"})) as agent:
        agent.put({IF + "8.2": None, IF + "14.1": None, IFX + "7.1": None, IFX + "7.2": None})
        watch = visiting(agent)
        for _ in range(2):
            found = table(await watch.visit(), "interface")
            assert found.keys == (("Gi1",), ("Gi2",))
            assert samples(found, "egov_interface_up") == {("Gi1",): 1}
            assert samples(found, "egov_interface_receive_errors_total") == {("Gi2",): 0}
            packets = "egov_interface_receive_packets_total"
            assert samples(found, packets, cast="unicast") == {}
            assert samples(found, packets, cast="multicast") == {("Gi1",): 1, ("Gi2",): 2}


async def test_an_absent_column_is_asked_for_again_later_and_not_in_every_visit(
    visiting: Visiting,
) -> None:
    async with Agent(switch({1: "Gi1"})) as agent:
        agent.put({IF + "14.1": None})
        watch = visiting(agent)
        await watch.visit()
        agent.asked.clear()
        await watch.visit(60)
        assert agent.requests(IF + "14") == 0
        agent.put({IF + "14.1": number(5, COUNTER32)})
        found = table(await watch.visit(300), "interface")
    assert samples(found, "egov_interface_receive_errors_total") == {("Gi1",): 5}


async def test_32_bit_counters_stand_in_only_where_they_cannot_wrap_unseen(
    visiting: Visiting,
) -> None:
    async with Agent(switch({1: "Gi1", 2: "Et2", 3: "Gi3"})) as agent:
        agent.put({IFX + "6.2": None, IFX + "6.3": None, IFX + "15.2": number(10, GAUGE32)})
        agent.put({IF + f"10.{row}": number(4_000_000_000, COUNTER32) for row in (1, 2, 3)})
        agent.put({IF + "5.2": number(10_000_000, GAUGE32)})
        watch = visiting(agent)
        assert received(await watch.visit()) == {"Gi1": 1, "Et2": 4_000_000_000}
        assert received(await watch.visit()) == {"Gi1": 1, "Et2": 4_000_000_000}


async def test_speed_is_exact_where_a_device_is_and_absent_where_it_says_nothing(
    visiting: Visiting,
) -> None:
    speeds = {  # ifHighSpeed, ifSpeed
        1: (10_000, 4_294_967_295),
        2: (2, 2_048_000),
        3: (0, 0),
        4: (0, 100_000_000),
        5: (1, 4_294_967_295),
    }
    async with Agent(switch({index: f"p{index}" for index in speeds})) as agent:
        for index, (high, low) in speeds.items():
            agent.put({IFX + f"15.{index}": number(high, GAUGE32)})
            agent.put({IF + f"5.{index}": number(low, GAUGE32)})
        found = table(await visiting(agent).visit(), "interface")
    assert samples(found, "egov_interface_speed_bytes_per_second") == {
        ("p1",): 1_250_000_000,
        ("p2",): 256_000,
        ("p4",): 12_500_000,
        ("p5",): 125_000,
    }


async def test_only_oper_status_up_is_up_and_a_state_that_nobody_knows_is_not(
    visiting: Visiting,
) -> None:
    async with Agent(switch({index: f"p{index}" for index in range(1, 9)})) as agent:
        agent.put({IF + f"8.{index}": number(index) for index in range(1, 8)})
        agent.put({IF + "8.8": number(99)})
        found = table(await visiting(agent).visit(), "interface")
    states = samples(found, "egov_interface_up")
    assert states == {(f"p{index}",): int(index == 1) for index in range(1, 9)}


async def test_the_inventory_chooses_interfaces(visiting: Visiting) -> None:
    wanted = Interfaces(include=("Gi*", "Te*"), exclude=("Gi2",), admin_down="drop")
    async with Agent(switch({1: "Gi1", 2: "Gi2", 3: "Te3", 4: "Vlan4"})) as agent:
        watch = visiting(agent, interfaces=wanted)
        assert received(await watch.visit()) == {"Gi1": 1, "Te3": 3}
        agent.put({IF + "7.3": number(2)})
        assert received(await watch.visit()) == {"Gi1": 1}
        agent.put({IF + "7.3": number(1)})
        assert received(await watch.visit()) == {"Gi1": 1, "Te3": 3}


async def test_roles_and_aggregates(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1", 2: "Gi2", 3: "Trunk1", 4: "Vlan4", 5: "Gi5"})) as agent:
        agent.put({IF + "3.3": number(161), IF + "3.4": number(136)})
        agent.put({f"1.3.6.1.2.1.31.1.2.1.3.{pair}": number(1) for pair in ("3.1", "4.3", "0.3")})
        agent.put({"1.2.840.10006.300.43.1.2.1.1.13.2": number(3)})
        found = table(await visiting(agent, uplinks={"Trunk1"}).visit(), "interface")
    infos = texts(found, "egov_interface_info")
    assert {key[0]: (info["role"], info["lag"]) for key, info in infos.items()} == {
        "Gi1": ("member", "Trunk1"),
        "Gi2": ("member", "Trunk1"),
        "Trunk1": ("uplink", ""),
        "Vlan4": ("virtual", ""),
        "Gi5": ("access", ""),
    }
    assert infos["Gi5",] == {
        "alias": "",
        "type": "ethernet",
        "index": "5",
        "mac": "00:01:02:03:04:05",
        "role": "access",
        "lag": "",
    }


async def test_half_a_table_is_never_called_complete(visiting: Visiting) -> None:
    async with Agent(switch({index: f"Gi{index}" for index in range(1, 41)})) as agent:
        watch = visiting(agent)
        await watch.visit()
        agent.errors = [dotted(f"{IFX}6.{index}") for index in range(20, 41)]
        observation = await watch.visit()
    found = table(observation, "interface")
    assert not found.complete
    assert len(found.keys) == 40
    assert len(samples(found, BYTES)) == 19
    assert len(samples(found, "egov_interface_transmit_bytes_total")) == 40
    [failure] = observation.failures
    assert (failure.table, failure.reason, failure.detail) == (
        "interface", Reason.BAD_ANSWER, Detail.GENERR,
    )  # fmt: skip


async def test_a_row_whose_name_could_not_be_read_is_left_out(visiting: Visiting) -> None:
    """The names broke off half-way: what is known of the other half may be wrong by now."""
    async with Agent(switch({1: "Gi1", 2: "Gi2"})) as agent:
        watch = visiting(agent)
        await watch.visit()
        agent.objects = switch({1: "Gi9", 2: "Gi1"})
        agent.put({TABLE_CHANGE: number(900, TICKS)})
        agent.errors = [dotted(IFX + "1.2")]
        observation = await watch.visit()
    assert received(observation) == {"Gi9": 1}
    assert not table(observation, "interface").complete


async def test_rows_of_other_tables_wait_until_their_names_are_sure(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1", 2: "Gi2"})) as agent:
        agent.put({f"1.3.6.1.2.1.4.31.3.1.6.2.{row}": number(row, COUNTER64) for row in (1, 2)})
        watch = visiting(agent)
        assert len(table(await watch.visit(), "ip").keys) == 2
        agent.put({TABLE_CHANGE: number(900, TICKS)})
        agent.errors = [dotted(IFX + "1.2")]
        observation = await watch.visit()
    assert "ip" not in [one.name for one in observation.tables]


async def test_numbers_where_a_text_was_and_the_other_way_round(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1", 2: "Gi2"})) as agent:
        agent.put({IF + "8.2": text("up"), IFX + "1.1": number(7)})
        observation = await visiting(agent).visit()
    found = table(observation, "interface")
    assert samples(found, "egov_interface_up") == {("7",): 1}
    assert [one.detail for one in observation.failures] == [Detail.UNEXPECTED_TYPE]


async def test_a_table_that_is_silent_does_not_hide_the_others(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1"})) as agent:
        watch = visiting(agent)
        await watch.visit()
        agent.mute = [dotted("1.3.6.1.2.1.2.2.1"), dotted("1.3.6.1.2.1.31.1.1")]
        observation = await watch.visit()
    assert {one.name for one in observation.tables} <= {"device", "lag"}
    assert {one.reason for one in observation.failures} == {Reason.TIMEOUT}


async def test_a_table_that_is_empty_for_a_moment_is_asked_for_in_the_next_visit(
    visiting: Visiting,
) -> None:
    """A stack changes masters, and its subagent has not registered the table yet."""
    async with Agent(switch({1: "Gi1"})) as agent:
        watch = visiting(agent)
        await watch.visit()
        agent.objects = switch({})
        assert table(await watch.visit(), "interface").keys == ()
        agent.objects = switch({1: "Gi1"})
        assert received(await watch.visit()) == {"Gi1": 1}


async def test_a_table_that_was_never_there_is_found_when_it_comes(visiting: Visiting) -> None:
    async with Agent(switch({})) as agent:
        watch = visiting(agent)
        await watch.visit()
        agent.objects = switch({1: "Gi1"})
        assert all(one.name != "interface" for one in (await watch.visit(60)).tables)
        found = await watch.visit(300)
    assert received(found) == {"Gi1": 1}
    assert samples(table(found, "interface"), "egov_interface_up") == {("Gi1",): 1}


async def test_a_new_port_appears_with_its_name(visiting: Visiting) -> None:
    async with Agent(switch({1: "Gi1"})) as agent:
        watch = visiting(agent)
        await watch.visit()
        agent.put(port(300, "Gi300", 5))
        assert received(await watch.visit()) == {"Gi1": 1, "Gi300": 5}
