"""One engine, many peers, some of which lie; on asyncio and on uvloop."""

import asyncio
import random
import socket
import time
from collections.abc import Callable, Iterable

import pytest

from protocols.snmp import ber, message, oid, varbinds
from protocols.snmp.credentials import Community, Version
from protocols.snmp.engine import Engine
from protocols.snmp.errors import ClosedPort, Malformed, NoAnswer, NoRoute, Refused, SnmpError
from protocols.snmp.security import Pdu, Rejection
from protocols.snmp.session import Limits, Session
from tests.peers import free_port
from tests.protocols.snmp.conftest import Run
from tests.protocols.snmp.fakes import Asked, FakeAgent, reply, serving, varbind

PUBLIC = Community(Version.V2C, b"public")
UP_TIME = oid.encode("1.3.6.1.2.1.1.3.0")
OBJECTS = {"1.3.6.1.2.1.1.3.0": ber.integer(4711, ber.TIMETICKS)}
QUICK = Limits(timeout_s=0.1, retries=3, requests_per_second=10_000)
PATIENT = Limits(timeout_s=20.0, retries=0, requests_per_second=10_000)


async def ask(session: Session, within_s: float = 20.0) -> Pdu:
    names = message.unbound((UP_TIME,))
    return await session.exchange(ber.GET, 0, names, session.now_s() + within_s)


def up_time(pdu: Pdu) -> object:
    [found] = varbinds.read(pdu.varbinds)
    return found.value


Lie = Callable[[Asked], bytes]
TRUTH = [varbind(UP_TIME, ber.integer(1, ber.TIMETICKS))]


def nested(depth: int) -> bytes:
    data = b""
    for _ in range(depth):
        data = ber.tlv(ber.SEQUENCE, data)
    return data


LIES: dict[str, tuple[Lie, Rejection]] = {
    "old request id": (lambda a: reply(a, TRUTH, request_id=a.request_id - 1), Rejection.LATE),
    "request id 0": (lambda a: reply(a, TRUTH, request_id=0), Rejection.LATE),
    "wrong community": (lambda a: reply(a, TRUTH, community=b"x"), Rejection.WRONG_COMMUNITY),
    "another version": (lambda a: reply(a, TRUTH, version=0), Rejection.WRONG_VERSION),
    "version of nobody": (lambda a: reply(a, TRUTH, version=2), Rejection.JUNK),
    "a request": (lambda a: reply(a, TRUTH, kind=ber.GET), Rejection.WRONG_REQUEST),
    "truncated": (lambda a: reply(a, TRUTH)[:-3], Rejection.JUNK),
    "trailing": (lambda a: reply(a, TRUTH) + b"\0", Rejection.JUNK),
    "one octet": (lambda _: b"\x30", Rejection.JUNK),
    "garbled": (lambda a: bytes(o ^ 0xFF for o in reply(a, TRUTH)), Rejection.JUNK),
    "depth of 50": (lambda _: nested(50), Rejection.JUNK),
    "length of 2^32": (lambda a: b"\x30\x85\x01\0\0\0\0" + reply(a), Rejection.JUNK),
    "indefinite": (lambda a: b"\x30\x80" + reply(a)[2:] + b"\0\0", Rejection.JUNK),
    "65507 octets": (lambda _: b"\x30" * 65_507, Rejection.JUNK),
    "v3": (
        lambda a: ber.sequence(
            ber.integer(3),
            ber.sequence(ber.integer(a.request_id), ber.integer(65_507), ber.octets(b"\0")),
            ber.octets(b""),
            ber.sequence(),
        ),
        Rejection.WRONG_VERSION,
    ),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_dropped_and_counted_and_the_true_answer_taken(run: Run, lie: str) -> None:
    falsify, reason = LIES[lie]

    def behaviour(agent: FakeAgent, asked: Asked) -> Iterable[bytes]:
        return [falsify(asked), *agent.truth(asked)]

    async def scenario() -> None:
        forged: list[tuple[object, Rejection]] = []
        async with (
            serving(OBJECTS, behaviour) as agent,
            Engine(on_forged=lambda source, why, _peer: forged.append((source, why))) as engine,
        ):
            pdu = await ask(engine.session("127.0.0.1", agent.port, PUBLIC, PATIENT))
            assert up_time(pdu) == 4711
            assert engine.statistics().rejected == {reason: 1}
            assert engine.statistics().sent == 1
            assert [why for _, why in forged] == [reason] * reason.forged

    run(scenario())


def test_an_answer_from_another_address_is_dropped_although_the_id_is_right(run: Run) -> None:
    async def scenario() -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as stranger:
            stranger.bind(("127.0.0.2", 0))

            def behaviour(agent: FakeAgent, asked: Asked) -> Iterable[bytes]:
                stranger.sendto(reply(asked, TRUTH), ("127.0.0.1", engine_port(engine)))
                return agent.truth(asked)

            told: list[tuple[object, Rejection, object]] = []
            async with (
                serving(OBJECTS, behaviour) as agent,
                Engine(on_forged=lambda *forged: told.append(forged)) as engine,
            ):
                session = engine.session("127.0.0.1", agent.port, PUBLIC, PATIENT)
                assert up_time(await ask(session)) == 4711
                assert engine.statistics().rejected == {Rejection.WRONG_SOURCE: 1}
                assert engine.statistics().forged == 1
                assert told == [(stranger.getsockname(), Rejection.WRONG_SOURCE, session.peer)]

    run(scenario())


def test_a_zone_is_part_of_the_name(run: Run) -> None:
    async def scenario() -> None:
        async with Engine() as engine:
            number = socket.if_nametoindex("lo")
            session = engine.session("fe80::1%lo", 161, PUBLIC, PATIENT)
            assert session.name == f"[fe80::1%{number}]:161"
            assert engine.session("::1", 161, PUBLIC, PATIENT).name == "[::1]:161"

    run(scenario())


def engine_port(engine: Engine) -> int:
    port: int = engine._wires[socket.AF_INET]._socket.getsockname()[1]
    return port


def test_silence_is_no_answer_after_the_retries(run: Run) -> None:
    async def scenario() -> None:
        async with serving(OBJECTS, lambda _agent, _asked: []) as agent, Engine() as engine:
            session = engine.session("127.0.0.1", agent.port, PUBLIC, QUICK)
            with pytest.raises(NoAnswer, match=f"127.0.0.1:{agent.port}"):
                await ask(session)
            assert len(agent.asked) == 4
            assert session.statistics().retries == 3
            assert session.statistics().failed == 1
            assert engine.statistics().outstanding == 0

    run(scenario())


def test_deadline_ends_the_wait_before_the_retries_do(run: Run) -> None:
    async def scenario() -> None:
        async with serving(OBJECTS, lambda _agent, _asked: []) as agent, Engine() as engine:
            session = engine.session("127.0.0.1", agent.port, PUBLIC, PATIENT)
            with pytest.raises(NoAnswer):
                await ask(session, within_s=0.05)
            assert len(agent.asked) == 1

    run(scenario())


def test_a_lost_first_packet_is_retried_and_the_late_duplicate_counted(run: Run) -> None:
    def behaviour(agent: FakeAgent, asked: Asked) -> Iterable[bytes]:
        return [] if len(agent.asked) == 1 else agent.truth(asked) * 2

    async def scenario() -> None:
        async with serving(OBJECTS, behaviour) as agent, Engine() as engine:
            session = engine.session("127.0.0.1", agent.port, PUBLIC, QUICK)
            assert up_time(await ask(session)) == 4711
            assert up_time(await ask(session)) == 4711
            assert session.statistics().retries == 1
            assert engine.statistics().rejected[Rejection.LATE] >= 1

    run(scenario())


def test_answer_to_the_first_attempt_is_taken_while_the_second_is_out(run: Run) -> None:
    """A slow agent is not asked in vain: attempts of v2c bear the same request-id."""
    held: list[bytes] = []

    def behaviour(agent: FakeAgent, asked: Asked) -> Iterable[bytes]:
        held.extend(agent.truth(asked))
        return held[:1] if len(agent.asked) == 2 else []

    async def scenario() -> None:
        async with serving(OBJECTS, behaviour) as agent, Engine() as engine:
            session = engine.session("127.0.0.1", agent.port, PUBLIC, QUICK)
            assert up_time(await ask(session)) == 4711
            assert len({asked.request_id for asked in agent.asked}) == 1

    run(scenario())


def test_thirty_percent_loss_duplicates_and_reordering_lose_nothing(run: Run) -> None:
    weather = random.Random(3)  # noqa: S311 - weather, not a secret
    held: list[bytes] = []

    def behaviour(agent: FakeAgent, asked: Asked) -> Iterable[bytes]:
        if weather.random() < 0.3:
            return []
        held.extend(agent.truth(asked) * weather.choice([1, 1, 2]))
        weather.shuffle(held)
        out, held[:] = held[: len(held) // 2 + 1], held[len(held) // 2 + 1 :]
        return out

    async def scenario() -> None:
        limits = Limits(timeout_s=0.05, retries=12, in_flight=4, requests_per_second=10_000)
        async with serving(OBJECTS, behaviour) as agent, Engine() as engine:
            session = engine.session("127.0.0.1", agent.port, PUBLIC, limits)
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(ask(session)) for _ in range(60)]
            assert {up_time(task.result()) for task in tasks} == {4711}
            assert session.statistics().answered == 60
            assert session.statistics().sent == len(agent.asked)
            assert session.statistics().retries == len(agent.asked) - 60

    run(scenario())


def test_a_closed_port_is_told_from_silence_and_the_socket_lives_on(run: Run) -> None:
    """A plain reader on uvloop would never be called again after the first ICMP error."""

    async def scenario() -> None:
        async with serving(OBJECTS) as agent, Engine() as engine:
            closed = engine.session("127.0.0.1", free_port(kind=socket.SOCK_DGRAM), PUBLIC, QUICK)
            for _ in range(3):
                with pytest.raises(ClosedPort):
                    await ask(closed)
                good = engine.session("127.0.0.1", agent.port, PUBLIC, PATIENT)
                assert up_time(await ask(good)) == 4711
            assert engine.statistics().unreachable >= 3
            assert not engine._concerned
            assert closed.statistics().sent == 6

    run(scenario())


def test_an_agent_that_closes_its_port_and_comes_back_is_answered_again(run: Run) -> None:
    async def scenario() -> None:
        async with Engine() as engine:
            async with serving(OBJECTS) as agent:
                port = agent.port
                session = engine.session("127.0.0.1", port, PUBLIC, QUICK)
                await ask(session)
            with pytest.raises(ClosedPort):
                await ask(session)
            asking = asyncio.create_task(ask(session))
            while engine.statistics().unreachable < 3:  # noqa: ASYNC110 - the kernel sets no event
                await asyncio.sleep(0)
            async with serving(OBJECTS, port=port):
                assert up_time(await asking) == 4711
                assert up_time(await ask(session)) == 4711

    run(scenario())


def test_an_icmp_error_of_one_peer_does_not_touch_another(run: Run) -> None:
    async def scenario() -> None:
        release = asyncio.Event()

        def behaviour(agent: FakeAgent, asked: Asked) -> Iterable[bytes]:
            return agent.truth(asked) if release.is_set() else []

        async with serving(OBJECTS, behaviour) as agent, Engine() as engine:
            slow = asyncio.create_task(
                ask(engine.session("127.0.0.1", agent.port, PUBLIC, Limits(timeout_s=0.3)))
            )
            closed = engine.session("127.0.0.1", free_port(kind=socket.SOCK_DGRAM), PUBLIC, QUICK)
            with pytest.raises(ClosedPort):
                await ask(closed)
            release.set()
            assert up_time(await slow) == 4711

    run(scenario())


def test_no_route_is_told_at_once(run: Run) -> None:
    """Loopback takes nothing for a class E address: the kernel refuses to send."""

    async def scenario() -> None:
        async with Engine() as engine:
            session = engine.session("255.255.255.255", 161, PUBLIC, PATIENT)
            with pytest.raises(NoRoute):
                await ask(session)

    run(scenario())


def test_ipv6_is_spoken_and_a_zone_understood(run: Run) -> None:
    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        agent = FakeAgent(OBJECTS)
        transport, _ = await loop.create_datagram_endpoint(lambda: agent, local_addr=("::1", 0))
        async with Engine() as engine:
            session = engine.session("::1", agent.port, PUBLIC, PATIENT)
            assert up_time(await ask(session)) == 4711
            assert session.name == f"[::1]:{agent.port}"
            zoned = engine.session("fe80::1%lo", 161, PUBLIC, PATIENT)
            assert zoned.peer == ("fe80::1", 161, 0, socket.if_nametoindex("lo"))
        transport.close()

    run(scenario())


@pytest.mark.parametrize("address", ["switch.example", "10.0.0.256", "fe80::1%nosuchzone"])
async def test_what_is_no_numeric_address_is_refused(address: str) -> None:
    async with Engine() as engine:
        with pytest.raises(ValueError, match="no numeric address"):
            engine.session(address, 161, PUBLIC)


def test_no_more_requests_are_in_flight_than_allowed(run: Run) -> None:
    out = 0
    most = 0

    async def scenario() -> None:
        loop = asyncio.get_running_loop()

        def behaviour(agent: FakeAgent, asked: Asked) -> Iterable[bytes]:
            nonlocal out, most
            out += 1
            most = max(most, out)
            loop.call_later(0.005, later, agent, asked)
            return []

        def later(agent: FakeAgent, asked: Asked) -> None:
            nonlocal out
            out -= 1
            assert agent.transport
            agent.transport.sendto(agent.truth(asked)[0], ("127.0.0.1", engine_port(engine)))

        async with serving(OBJECTS, behaviour) as agent, Engine() as engine:
            limits = Limits(in_flight=3, timeout_s=20.0, requests_per_second=10_000)
            session = engine.session("127.0.0.1", agent.port, PUBLIC, limits)
            async with asyncio.TaskGroup() as group:
                for _ in range(20):
                    group.create_task(ask(session))
        assert most == 3

    run(scenario())


def test_requests_per_second_are_kept_by_the_clock_that_was_passed_in(run: Run) -> None:
    """Ten at once, then one each tenth of a second of a clock that runs 50 times too fast."""
    started = time.monotonic()

    def clock() -> float:
        return (time.monotonic() - started) * 50

    async def scenario() -> None:
        seen: list[float] = []

        def behaviour(agent: FakeAgent, asked: Asked) -> Iterable[bytes]:
            seen.append(clock())
            return agent.truth(asked)

        async with serving(OBJECTS, behaviour) as agent, Engine(clock=clock) as engine:
            limits = Limits(in_flight=100, timeout_s=900.0, requests_per_second=10)
            session = engine.session("127.0.0.1", agent.port, PUBLIC, limits)
            async with asyncio.TaskGroup() as group:
                for _ in range(40):
                    group.create_task(ask(session, within_s=1000.0))
        assert seen[-1] - seen[0] >= 2.8

    run(scenario())


def test_who_waits_for_a_place_gives_up_at_the_deadline(run: Run) -> None:
    async def scenario() -> None:
        async with serving(OBJECTS, lambda _agent, _asked: []) as agent, Engine() as engine:
            limits = Limits(in_flight=1, timeout_s=5.0)
            session = engine.session("127.0.0.1", agent.port, PUBLIC, limits)
            hanging = asyncio.create_task(ask(session))
            outcomes = await asyncio.gather(
                *(ask(session, within_s=0.05) for _ in range(3)), return_exceptions=True
            )
            assert [type(outcome) for outcome in outcomes] == [NoAnswer] * 3
            assert len(agent.asked) == 1
            hanging.cancel()
            await asyncio.gather(hanging, return_exceptions=True)
            assert engine.statistics().outstanding == 0

    run(scenario())


def test_a_cancelled_request_gives_its_place_to_the_next(run: Run) -> None:
    def behaviour(agent: FakeAgent, asked: Asked) -> Iterable[bytes]:
        return agent.truth(asked) if len(agent.asked) > 1 else []

    async def scenario() -> None:
        async with serving(OBJECTS, behaviour) as agent, Engine() as engine:
            limits = Limits(in_flight=1, timeout_s=20.0)
            session = engine.session("127.0.0.1", agent.port, PUBLIC, limits)
            hanging = asyncio.create_task(ask(session))
            next_one = asyncio.create_task(ask(session))
            await agent.heard.wait()
            hanging.cancel()
            assert up_time(await next_one) == 4711

    run(scenario())


def test_closing_the_engine_ends_what_waits(run: Run) -> None:
    async def scenario() -> None:
        async with serving(OBJECTS, lambda _agent, _asked: []) as agent:
            async with Engine() as engine:
                session = engine.session("127.0.0.1", agent.port, PUBLIC, PATIENT)
                asking = asyncio.create_task(ask(session))
                await agent.heard.wait()
            with pytest.raises(asyncio.CancelledError):
                await asking

    run(scenario())


def test_an_agent_that_only_talks_junk_is_malformed_not_silent(run: Run) -> None:
    def behaviour(agent: FakeAgent, asked: Asked) -> Iterable[bytes]:
        del agent
        good = reply(asked, TRUTH)
        return [good.replace(b"\x02\x01\x00\x02\x01\x00\x30", b"\x02\x01\x00\x02\x01\x00\x31")]

    async def scenario() -> None:
        async with serving(OBJECTS, behaviour) as agent, Engine() as engine:
            with pytest.raises(Malformed, match="tag 0x31"):
                await ask(engine.session("127.0.0.1", agent.port, PUBLIC, QUICK))
            assert engine.statistics().rejected == {Rejection.JUNK: 4}

    run(scenario())


def test_identifiers_differ_from_engine_to_engine() -> None:
    first = {Engine().identifier() for _ in range(8)}
    assert len(first) == 8
    assert all(0x40000000 <= number <= 0x7FFFFFFF for number in first)


def test_every_error_is_of_the_family() -> None:
    for kind in (NoAnswer, ClosedPort, NoRoute, Refused, Malformed):
        assert issubclass(kind, SnmpError)
