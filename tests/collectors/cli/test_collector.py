"""One visit of a device that behaves, over real SSH."""

import asyncio
import logging

import pytest

from collectors.contract import Known, Observation, Table
from collectors.errors import BadAnswer, Detail, Unreachable, Unsupported
from collectors.facts import BgpPeer, Ipv6Address, Ospfv3Neighbor
from inventory.secrets import Secret
from tests.collectors.cli import answers
from tests.collectors.cli.conftest import Bench, Lines, with_login
from tests.collectors.cli.device import PASSWORD, Device

VRP = {
    "display ospfv3 peer": answers.HUAWEI_OSPFV3.rstrip(),
    "display bgp ipv6 peer": answers.HUAWEI_BGP6.rstrip(),
    "display ipv6 interface brief": answers.HUAWEI_IF6.rstrip(),
    "display ipv6 routing-table :: 0": answers.HUAWEI_DEFAULT.rstrip(),
}


def table(observation: Observation, name: str) -> Table:
    return next(one for one in observation.tables if one.name == name)


async def test_a_visit_brings_tables_and_facts(bench: Bench) -> None:
    device = Device(answers=VRP)
    async with device.serve():
        found = await bench.poller(device).visit(bench.question())
    assert {one.name for one in found.tables} == {
        "ospfv3_neighbor",
        "bgp_peer",
        "ipv6_address",
        "ipv6_default_route",
    }
    assert table(found, "bgp_peer").complete
    assert not found.failures
    assert Ospfv3Neighbor("SW-HX-01", "2.2.2.2", "Vlanif100", 4, up=True) in found.facts
    shut = BgpPeer("SW-HX-01", "", "fc00::2b6", "ipv6", "unicast", up=False, admin_up=False)
    assert shut in found.facts
    assert Known(BgpPeer, 600.0) in found.known
    assert found.effort is not None
    assert found.effort.requests == 11


async def test_a_command_that_shows_one_address_an_interface_claims_no_completeness(
    bench: Bench,
) -> None:
    device = Device(answers=VRP)
    async with device.serve():
        found = await bench.poller(device).visit(bench.question())
    assert not table(found, "ipv6_address").complete
    assert any(isinstance(one, Ipv6Address) for one in found.facts)
    assert Ipv6Address not in {one.type for one in found.known}


async def test_one_log_in_serves_many_visits_and_is_ended_politely(bench: Bench) -> None:
    device = Device(answers=VRP)
    async with device.serve():
        poller = bench.poller(device)
        for _visit in range(3):
            await poller.visit(bench.question())
        assert device.logins == 1
        assert bench.transport.kept == 1
        await poller.close()
        assert device.farewells == ["quit"]
        assert bench.transport.kept == 0


async def test_a_session_that_would_not_last_to_the_next_visit_is_closed_at_once(
    bench: Bench,
) -> None:
    device = Device(answers=VRP)
    async with device.serve():
        poller = bench.poller(device, interval_s=900.0)
        await poller.visit(bench.question())
        await poller.close()
        assert device.farewells == ["quit"]


async def test_no_more_sessions_are_kept_than_allowed(bench: Bench) -> None:
    device = Device(answers=VRP)
    bench.transport.kept_limit = 0
    async with device.serve():
        poller = bench.poller(device)
        await poller.visit(bench.question())
        await poller.visit(bench.question())
        await poller.close()
        assert device.logins == 2
        assert device.farewells == ["quit", "quit"]


async def test_a_session_that_the_device_ended_meanwhile_is_opened_again(bench: Bench) -> None:
    device = Device(answers=VRP)
    async with device.serve():
        poller = bench.poller(device)
        await poller.visit(bench.question())
        for connection in device.connections:
            connection.abort()
        found = await poller.visit(bench.question())
    assert table(found, "ospfv3_neighbor").complete
    assert device.logins == 2


async def test_a_command_that_the_device_lacks_costs_nothing_and_is_not_asked_each_time(
    bench: Bench,
) -> None:
    device = Device(answers=VRP)
    async with device.serve():
        poller = bench.poller(device)
        await poller.visit(bench.question())
        await poller.visit(bench.question())
    assert device.typed.count("display isis peer") == 1
    assert device.typed.count("display ospfv3 peer") == 2


async def test_a_device_without_any_of_the_commands_is_unsupported(bench: Bench) -> None:
    device = Device()
    async with device.serve():
        with pytest.raises(Unsupported):
            await bench.poller(device).visit(bench.question())


async def test_a_protocol_that_is_not_running_has_no_neighbours(bench: Bench) -> None:
    says = "Error: The BGP process does not exist."
    device = Device(answers={"display bgp ipv6 peer": says, "display ospfv3 peer": ""})
    async with device.serve():
        found = await bench.poller(device).visit(bench.question())
    for name in ("bgp_peer", "ospfv3_neighbor"):
        assert not table(found, name).keys
        assert table(found, name).complete


async def test_pages_codes_and_line_ends_change_nothing(bench: Bench) -> None:
    plain, paged = Device(answers=VRP), Device(answers=VRP, pager=2, newline="\r\r\n")
    async with plain.serve(), paged.serve():
        one = await bench.poller(plain).visit(bench.question())
        other = await bench.poller(paged).visit(bench.question())
    assert one.tables == other.tables


@pytest.mark.parametrize(
    ("prompt", "banner"),
    [
        ("<青岚-核心-01>", "*** 警告：<未经授权> 禁止登录 # > $ ***\r\n[SW]\r\n<SW-HX-02>\r\n"),
        ("HRP_M<FW-01>", "Info: The max number of VTY users is 10, and 1 is on line.\r\n"),
        ("<SW_HX#01>", "<SW-HX-01>\r\n" * 3),
    ],
)
async def test_the_prompt_is_learned_past_banners_that_look_like_one(
    bench: Bench, prompt: str, banner: str
) -> None:
    device = Device(prompt=prompt, banner=banner, answers=VRP)
    async with device.serve():
        found = await bench.poller(device).visit(bench.question())
    assert table(found, "ospfv3_neighbor").complete


async def test_a_gbk_description_stands_in_the_transcript_as_chinese(bench: Bench) -> None:
    says = "Interface GE0/0/1 描述 核心".encode("gbk") + b"\r\n"
    device = Device(answers={**VRP, "display isis peer": says})
    lines = Lines()
    async with device.serve():
        await bench.poller(device).visit(bench.question(transcript=lines))
    assert "描述 核心" in lines.text


async def test_no_secret_stands_in_transcript_or_error(bench: Bench) -> None:
    device = Device(answers={**VRP, "display isis peer": "password cipher Canary-98a2"})
    lines = Lines()
    async with device.serve():
        await bench.poller(device).visit(bench.question(transcript=lines))
    assert "Canary" not in lines.text
    assert not logging.getLogger("netmiko").filters  # each would hold the password for good
    assert PASSWORD not in repr(bench.pollers)
    assert PASSWORD not in repr(bench.pollers[0].target)


async def test_a_platform_that_the_inventory_does_not_name_is_recognised_and_learned(
    bench: Bench,
) -> None:
    said = {"display version": "H3C Comware Software, Version 7.1.070"}
    device = Device(answers={**said, "display ospfv3 peer": answers.COMWARE_OSPFV3.rstrip()})
    async with device.serve():
        poller = bench.poller(device, None)
        found = await poller.visit(bench.question())
        assert table(found, "ospfv3_neighbor").keys[0] == ("2.2.2.2", "GigabitEthernet1/0/1")
        again = bench.poller(device, None, learned=poller.learned())
        await again.visit(bench.question())
    assert device.typed.count("display version") == 1


async def test_a_device_that_nobody_recognises_says_what_to_do(bench: Bench) -> None:
    async with Device(answers={"display version": "Unheard-of OS"}).serve() as device:
        with pytest.raises(Unsupported, match=r"cli\.platform"):
            await bench.poller(device, None).visit(bench.question())


@pytest.mark.parametrize("prompt", ["egov@r1:~$ ", "r1# ", "r1> "])
async def test_frr_is_asked_by_vtysh_or_in_vtysh(bench: Bench, prompt: str) -> None:
    shows = {
        "show ipv6 ospf6 neighbor json": answers.FRR_OSPFV3.rstrip(),
        "show ipv6 forwarding": "ipv6 forwarding is on",
        "show bgp ipv6 unicast summary json": "bgpd is not running",
    }
    posix = {f"vtysh -c '{command}'": text for command, text in shows.items()}
    device = Device(
        prompt=prompt, answers=posix if "@" in prompt else shows, unknown="% Unknown command: x"
    )
    async with device.serve():
        found = await bench.poller(device, "frr").visit(bench.question())
    assert table(found, "ospfv3_neighbor").complete
    assert table(found, "bgp_peer").complete
    assert not table(found, "bgp_peer").keys


async def test_the_prompt_of_another_system_is_refused(bench: Bench) -> None:
    async with Device(prompt="Router#", answers=VRP).serve() as device:
        with pytest.raises(BadAnswer) as caught:
            await bench.poller(device).visit(bench.question())
    assert caught.value.detail is Detail.PROMPT


async def test_the_privileged_mode_is_entered_only_with_a_password_for_it(bench: Bench) -> None:
    async def enable(line) -> None:  # noqa: ANN001  device.Line
        line.write("Password:")
        typed = await line.read()
        line.write("\r\n")
        if typed == "Enable-1":
            device.prompt = "Ruijie#"
        else:
            line.write("% Access denied\r\n")

    shows = {"show ipv6 interface brief": answers.RUIJIE_IF6.rstrip(), "enable": enable}
    device = Device(prompt="Ruijie>", answers=shows, unknown="% Unknown command.")
    async with device.serve():
        await bench.poller(device, "ruijie_os").visit(bench.question())
        assert "enable" not in device.typed
        privileged = bench.poller(device, "ruijie_os", login=with_login(enable=Secret("Enable-1")))
        found = await privileged.visit(bench.question())
    assert device.typed.count("enable") == 1
    assert table(found, "ipv6_address").keys


async def test_a_name_is_resolved_and_its_key_is_pinned_under_the_name(bench: Bench) -> None:
    async with Device(answers=VRP).serve() as device:
        bench.trust(device, host="switch.test")
        poller = bench.poller(device, addresses=("switch.test",), trust=False)
        assert (await poller.visit(bench.question())).tables
        nowhere = bench.poller(device, addresses=("nowhere.test",), trust=False)
        with pytest.raises(Unreachable) as caught:
            await nowhere.visit(bench.question())
    assert caught.value.detail is Detail.NAME


async def test_the_second_address_is_asked_when_the_first_one_is_closed(bench: Bench) -> None:
    async with Device(answers=VRP).serve() as device:
        poller = bench.poller(device, addresses=("127.0.0.3", "127.0.0.1"))
        assert (await poller.visit(bench.question())).tables


async def test_a_jump_host_is_gone_through_with_its_own_pinned_key(bench: Bench) -> None:
    from collectors.cli.login import Jump  # noqa: PLC0415  this test alone

    device, jump = Device(answers=VRP), Device(forwards=True)
    async with device.serve(), jump.serve():
        login = with_login(jump=Jump(host="127.0.0.1", port=jump.port))
        poller = bench.poller(device, login=login)
        refused = await _failure(poller, bench)
        assert refused is Detail.UNKNOWN_HOST_KEY
        assert not jump.passwords
        bench.trust(jump)
        found = await poller.visit(bench.question())
    assert found.tables
    assert jump.forwarded == [("127.0.0.1", device.port)]


async def _failure(poller, bench: Bench) -> Detail:  # noqa: ANN001  CliPoller
    with pytest.raises(Exception) as caught:  # noqa: PT011  its detail is asserted
        await poller.visit(bench.question())
    return caught.value.detail  # type: ignore[attr-defined]  # a CollectError


async def test_a_knock_reads_the_banner_and_logs_nobody_in(bench: Bench) -> None:
    async with Device(answers=VRP).serve() as device:
        poller = bench.poller(device)
        await poller.knock(bench.question())
        assert not device.passwords
    with pytest.raises(Unreachable) as caught:
        await poller.knock(bench.question())
    assert caught.value.detail is Detail.CLOSED_PORT


async def test_a_knock_tells_another_server_from_ssh(bench: Bench) -> None:
    async def greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail\r\n")
        writer.close()

    device = Device()
    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    device.port = server.sockets[0].getsockname()[1]
    async with server:
        with pytest.raises(BadAnswer):
            await bench.poller(device).knock(bench.question())


async def test_what_is_not_read_again_lives_for_two_intervals(bench: Bench) -> None:
    async with Device(answers=VRP).serve() as device:
        found = await bench.poller(device, interval_s=120.0).visit(bench.question())
    assert {one.lifetime_s for one in found.tables} == {240.0}
