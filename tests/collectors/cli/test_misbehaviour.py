"""Devices that misbehave: a reason each, no hang, no false table, nobody locked out."""

import asyncio
import time

import asyncssh
import pytest

from collectors.cli.shell import MAX_OCTETS
from collectors.cli.threads import THREADS
from collectors.contract import Observation, Severity, Table
from collectors.errors import CollectError, Denied, Detail, Reason, TimedOut, Unreachable
from inventory.secrets import Secret
from tests.collectors.cli import answers
from tests.collectors.cli.conftest import Bench, with_login
from tests.collectors.cli.device import PASSWORD, Device, Line

OSPFV3 = answers.HUAWEI_OSPFV3.rstrip()
BGP6 = answers.HUAWEI_BGP6.rstrip()


def tables(observation: Observation) -> dict[str, Table]:
    return {one.name: one for one in observation.tables}


async def failure(bench: Bench, device: Device, **options: object) -> CollectError:
    poller = bench.poller(device, **options)  # type: ignore[arg-type]  # by keyword
    with pytest.raises(CollectError) as caught:
        await poller.visit(bench.question())
    return caught.value


async def half_of_it(line: Line) -> None:
    line.write(BGP6[: len(BGP6) // 2].replace("\n", "\r\n") + "\r\n")


async def test_an_answer_that_stalls_gives_no_table_and_the_others_stay(bench: Bench) -> None:
    async def stall(line: Line) -> None:
        await half_of_it(line)
        await line.hang()

    device = Device(answers={"display ospfv3 peer": OSPFV3, "display bgp ipv6 peer": stall})
    async with device.serve():
        poller = bench.poller(device)
        found = await poller.visit(bench.question())
        assert tables(found).keys() == {"ospfv3_neighbor"}
        missed = {one.table: one for one in found.failures}
        assert missed["bgp_peer"].reason is Reason.TIMEOUT
        assert missed["bgp_peer"].detail is Detail.STALLED
        assert "ipv6_route" in missed
        await poller.visit(bench.question())
        assert device.logins == 2


async def test_a_connection_reset_half_way_gives_no_table(bench: Bench) -> None:
    async def reset(line: Line) -> None:
        await half_of_it(line)
        await asyncio.sleep(0)
        line.reset()

    device = Device(answers={"display ospfv3 peer": OSPFV3, "display bgp ipv6 peer": reset})
    async with device.serve():
        found = await bench.poller(device).visit(bench.question())
    assert tables(found).keys() == {"ospfv3_neighbor"}
    assert {one.detail for one in found.failures} == {Detail.RESET}


async def test_an_answer_cut_at_the_prompt_is_never_called_complete(bench: Bench) -> None:
    device = Device(answers={"display bgp ipv6 peer": half_of_it})
    async with device.serve():
        found = await bench.poller(device).visit(bench.question())
    assert all(not one.complete for one in found.tables)
    assert not any(type(one).__name__ == "BgpPeer" for one in found.facts)
    assert found.failures


async def test_a_row_that_a_pager_stands_behind_is_kept(bench: Bench) -> None:
    """A pager that follows the row on its line, and erases nothing."""

    async def paged(line: Line) -> None:
        head, _, row = OSPFV3.replace("   ", " ").rpartition("\n")
        line.write(head.replace("\n", "\r\n") + "\r\n" + row + " --More--")
        assert await line.key() == b" "
        line.write("\r\n")

    async with Device(answers={"display ospfv3 peer": paged}).serve() as device:
        found = tables(await bench.poller(device).visit(bench.question()))
    assert [key[0] for key in found["ospfv3_neighbor"].keys] == ["6.6.6.1", "2.2.2.2", "1.1.1.1"]


async def test_another_prompt_half_way_is_told(bench: Bench) -> None:
    async def rename(line: Line) -> None:
        line.device.prompt = "<SOMEBODY-ELSE>"

    device = Device(answers={"display ospfv3 peer": rename})
    async with device.serve():
        told = await failure(bench, device)
    assert told.detail is Detail.PROMPT


async def test_an_endless_answer_is_ended(bench: Bench) -> None:
    async def flood(line: Line) -> None:
        for _part in range(MAX_OCTETS // 65_536 + 10):
            line.process.stdout.write(b"x" * 65_535 + b"\n")
            await line.process.stdout.drain()

    async with Device(answers={"display ospfv3 peer": flood}).serve() as device:
        told = await failure(bench, device)
    assert told.detail in (Detail.TOO_MANY_BYTES, Detail.DEADLINE)


@pytest.mark.parametrize(
    "says",
    [
        "All user interfaces are used, please try later!\r\n",
        "The number of users on VTY has reached the upper limit.\r\n",
    ],
)
async def test_a_full_device_is_told_from_a_refusal(bench: Bench, says: str) -> None:
    async def full(line: Line) -> None:
        line.write(says)
        line.process.exit(1)
        await line.hang()

    async with Device(before=full).serve() as device:
        told = await failure(bench, device)
    assert (told.reason, told.detail) == (Reason.DENIED, Detail.SESSION_LIMIT)


async def test_a_command_that_is_not_allowed_costs_its_own_table(bench: Bench) -> None:
    refuses = "Error: You do not have permission to run the command or the command is incomplete."
    device = Device(answers={"display ospfv3 peer": OSPFV3, "display bgp ipv6 peer": refuses})
    async with device.serve():
        found = await bench.poller(device).visit(bench.question())
    assert "ospfv3_neighbor" in tables(found)
    assert "bgp_peer" not in tables(found)
    assert [(one.table, one.reason, one.detail) for one in found.failures] == [
        ("bgp_peer", Reason.DENIED, Detail.PRIVILEGE)
    ]


async def test_the_question_for_another_password_is_answered_no(bench: Bench) -> None:
    async def ask(line: Line) -> None:
        line.write("Info: The password needs to be changed.\r\nChange now? [Y/N]:")
        line.device.passwords.append(await line.read())
        line.write("\r\nInfo: Licence of feature x expires in 3 days. Continue? [Y/N]:")
        line.device.passwords.append(await line.read())
        line.write("\r\n")

    device = Device(before=ask, answers={"display ospfv3 peer": OSPFV3})
    async with device.serve():
        found = await bench.poller(device).visit(bench.question())
    assert device.passwords == [PASSWORD, "n", "n"]
    assert [(one.kind, one.severity) for one in found.findings] == [
        ("auth.password", Severity.WARNING)
    ]
    assert tables(found)["ospfv3_neighbor"].keys


async def test_a_device_that_insists_on_a_new_password_gets_none(bench: Bench) -> None:
    async def insist(line: Line) -> None:
        line.write("Your password has expired.\r\nNew password:")
        await line.hang()

    device = Device(before=insist)
    async with device.serve():
        found = await bench.poller(device).visit(bench.question())
    assert found.failures[0].detail is Detail.PASSWORD_EXPIRED
    assert found.findings[0].kind == "auth.password"
    assert not device.typed


async def test_an_unknown_host_key_gets_no_password(bench: Bench) -> None:
    async with Device().serve() as device:
        told = await failure(bench, device, trust=False)
    assert (told.reason, told.detail) == (Reason.DENIED, Detail.UNKNOWN_HOST_KEY)
    assert "egov-agent trust SW-HX-01" in str(told)
    assert not device.passwords


async def test_a_changed_host_key_gets_no_password_and_is_told_once(bench: Bench) -> None:
    async with Device(answers={"display ospfv3 peer": OSPFV3}).serve() as device:
        poller = bench.poller(device)
        other = Device(key=asyncssh.generate_private_key("ssh-ed25519"))
        bench.trust(Device(key=other.key, port=device.port))
        found = await poller.visit(bench.question())
        assert [(one.kind, one.severity) for one in found.findings] == [
            ("ssh.host_key", Severity.CRITICAL)
        ]
        assert found.failures[0].detail is Detail.HOST_KEY
        with pytest.raises(Denied):
            await poller.visit(bench.question())
        assert not device.passwords
        bench.trust(device)
        assert (await poller.visit(bench.question())).tables


async def test_a_key_of_another_type_than_the_pinned_one_is_a_change(bench: Bench) -> None:
    device = Device(key=asyncssh.generate_private_key("ecdsa-sha2-nistp256"))
    async with device.serve():
        poller = bench.poller(device, trust=False)
        bench.trust(Device(port=device.port))
        found = await poller.visit(bench.question())
    assert found.failures[0].detail is Detail.HOST_KEY
    assert not device.passwords


async def test_a_wrong_password_is_tried_once_an_hour(bench: Bench) -> None:
    device = Device(password="another one")
    async with device.serve():
        poller = bench.poller(device)
        with pytest.raises(Denied) as caught:
            await poller.visit(bench.question())
        assert caught.value.detail is Detail.WRONG_LOGIN
        for _interval in range(11):
            bench.shift_s += 300
            for ask in (poller.knock, poller.visit):
                with pytest.raises(Denied) as caught:
                    await ask(bench.question())
                assert caught.value.detail is Detail.BRAKED
        assert device.passwords == [PASSWORD]
        bench.shift_s += 600
        with pytest.raises(Denied):
            await poller.visit(bench.question())
    assert len(device.passwords) == 2
    assert PASSWORD not in str(caught.value)


async def test_a_wrong_password_of_enable_is_tried_once_an_hour(bench: Bench) -> None:
    async def enable(line: Line) -> None:
        line.write("Password:")
        line.device.passwords.append(await line.read())
        line.write("\r\n% Access denied\r\n")

    device = Device(prompt="Ruijie>", answers={"enable": enable})
    async with device.serve():
        login = with_login(enable=Secret("Enable-1"))
        poller = bench.poller(device, "ruijie_os", login=login)
        with pytest.raises(Denied) as caught:
            await poller.visit(bench.question())
        assert caught.value.detail is Detail.PRIVILEGE
        bench.shift_s += 300
        with pytest.raises(Denied) as caught:
            await poller.visit(bench.question())
    assert caught.value.detail is Detail.BRAKED
    assert device.passwords == [PASSWORD, "Enable-1"]


async def test_a_credential_that_three_devices_refuse_rests_everywhere(bench: Bench) -> None:
    devices = [Device(password="another one") for _number in range(5)]
    for number, device in enumerate(devices):
        async with device.serve():
            await failure(bench, device, target=f"SW-{number}")
    assert [len(one.passwords) for one in devices] == [1, 1, 1, 0, 0]


async def test_a_slow_aaa_server_is_waited_for(bench: Bench) -> None:
    device = Device(auth_wait_s=1.5, answers={"display ospfv3 peer": OSPFV3})
    async with device.serve():
        assert (await bench.poller(device).visit(bench.question())).tables


LEGACY = {
    "kex_algs": ["diffie-hellman-group1-sha1"],
    "encryption_algs": ["3des-cbc"],
    "mac_algs": ["hmac-sha1"],
}


async def test_weak_algorithms_are_refused_and_said_so(bench: Bench) -> None:
    device = Device(algorithms={"kex_algs": LEGACY["kex_algs"]})
    async with device.serve():
        told = await failure(bench, device)
    assert (told.reason, told.detail) == (Reason.DENIED, Detail.LEGACY_ALGORITHMS)
    assert "legacy: true" in str(told)
    assert not device.passwords


@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
@pytest.mark.parametrize("kex", ["diffie-hellman-group1-sha1", "diffie-hellman-group14-sha1"])
async def test_a_credential_may_allow_weak_algorithms_which_is_a_finding(
    bench: Bench, kex: str
) -> None:
    device = Device(
        key=asyncssh.generate_private_key("ssh-rsa"),
        algorithms={**LEGACY, "kex_algs": [kex]},
        answers={"display ospfv3 peer": OSPFV3},
    )
    async with device.serve():
        poller = bench.poller(device, login=with_login(legacy=True))
        found = await poller.visit(bench.question())
        again = await poller.visit(bench.question())
    assert tables(found)["ospfv3_neighbor"].complete
    (told,) = found.findings
    assert (told.kind, told.severity) == ("auth.insecure", Severity.NOTICE)
    for weak in (kex, "3des-cbc"):
        assert weak in told.text
    assert not again.findings


async def test_a_visit_never_outlasts_its_deadline(bench: Bench) -> None:
    async def mute(line: Line) -> None:
        await line.hang()

    async with Device(before=mute).serve() as device:
        poller = bench.poller(device)
        began_s = time.monotonic()
        async with asyncio.timeout(10):
            with pytest.raises(TimedOut):
                await poller.visit(bench.question(3.0))
        assert time.monotonic() - began_s < 10


async def test_a_visit_that_is_cancelled_lets_go_of_device_and_thread(bench: Bench) -> None:
    async def mute(line: Line) -> None:
        heard.set()
        await line.hang()

    heard = asyncio.Event()
    async with Device(before=mute).serve() as device:
        task = asyncio.create_task(bench.poller(device).visit(bench.question()))
        await heard.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        async with asyncio.timeout(10):
            for _place in range(THREADS):  # each thread's place is free again
                await bench.transport.threads.run("free", int, int, 10.0)
        assert not bench.transport.threads.busy


async def test_a_server_that_hangs_up_before_the_key_exchange_is_told(bench: Bench) -> None:
    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    device = Device()
    server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    device.port = server.sockets[0].getsockname()[1]
    async with server:
        told = await failure(bench, device)
    assert told.detail is Detail.RESET


async def test_a_closed_port_is_told(bench: Bench) -> None:
    device = Device(port=1)
    told = await failure(bench, device)
    assert isinstance(told, Unreachable)
    assert told.detail is Detail.CLOSED_PORT
