"""Net-snmp's agent with every user that it knows, and in front of it a proxy that lies."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest

from protocols.snmp import oid, scalars
from protocols.snmp.credentials import AuthProtocol, PrivProtocol, User
from protocols.snmp.engine import Engine
from protocols.snmp.errors import Refusal, Refused
from protocols.snmp.security import Rejection
from protocols.snmp.session import Limits, Session
from protocols.snmp.usm import UsmSecurity
from protocols.snmp.usm_peer import Peer
from protocols.snmp.v3_message import AUTHENTICATED
from tests.protocols.snmp.v3_peers import PRIV_KEY, Snmpd, snmpd, user, users
from tests.protocols.snmp.v3_proxy import Lie, changed, clear_response, proxy, report, signed

pytestmark = pytest.mark.peer

NAME: Final = oid.encode("1.3.6.1.2.1.1.5.0")
SECURE: Final = user(AuthProtocol.SHA256, PrivProtocol.AES128)
PATIENT: Final = Limits(timeout_s=5.0, retries=0)
HASTY: Final = Limits(timeout_s=0.2, retries=2)
WAIT_S: Final = 20.0


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Snmpd]:
    with snmpd(tmp_path_factory.mktemp("snmpd"), users()) as peer:
        yield peer


async def name_of(session: Session) -> object:
    binds = await scalars.get(session, [NAME], session.now_s() + WAIT_S)
    return binds[0].value


def peer_of(session: Session) -> Peer:
    security = session.security
    assert isinstance(security, UsmSecurity)
    assert security._peer is not None
    return security._peer


@pytest.mark.parametrize("known", users(), ids=lambda known: known.name)
async def test_every_user_of_net_snmp_is_answered(agent: Snmpd, known: User) -> None:
    async with Engine() as engine:
        session = engine.session("127.0.0.1", agent.port, known, PATIENT)
        assert await name_of(session) == b"v3.example"
        assert await name_of(session) == b"v3.example"
        assert engine.statistics().sent == 3  # one discovery
        assert not engine.statistics().rejected


@pytest.mark.parametrize(
    ("wrong", "detail"),
    [
        (replace(SECURE, name="nobody"), Refusal.WRONG_USER),
        (replace(SECURE, auth_key=b"something else"), Refusal.WRONG_KEY),
        (replace(SECURE, auth=AuthProtocol.SHA512), Refusal.WRONG_KEY),
        (replace(SECURE, priv_key=b"something else"), Refusal.WRONG_PRIVACY),
        (replace(SECURE, priv=PrivProtocol.DES), Refusal.WRONG_PRIVACY),
        (
            replace(user(AuthProtocol.SHA256), priv=PrivProtocol.AES128, priv_key=PRIV_KEY),
            Refusal.SECURITY_LEVEL,
        ),
        (replace(user(AuthProtocol.SHA256), context=b"none"), Refusal.UNKNOWN_CONTEXT),
    ],
    ids=["user", "key", "hash", "privacy key", "cipher", "level", "context"],
)
async def test_what_is_wrong_is_told_after_three_requests(
    agent: Snmpd, wrong: User, detail: Refusal
) -> None:
    forged: list[object] = []
    async with Engine(on_forged=lambda *told: forged.append(told)) as engine:
        session = engine.session("127.0.0.1", agent.port, wrong, HASTY)
        for visit in (1, 2):
            with pytest.raises(Refused) as refused:
                await name_of(session)
            assert refused.value.detail is detail
            assert str(refused.value).startswith(f"127.0.0.1:{agent.port}: ")
            assert engine.statistics().sent == 3 * visit
        assert engine.statistics().forged == 0
        assert not forged


Told = Callable[[Peer], Lie]


def _before(make: Callable[[bytes], bytes]) -> Told:
    return lambda _peer: lambda reply: [make(reply), reply]


def _in_clear(peer: Peer) -> Lie:
    def lie(reply: bytes) -> list[bytes]:
        body = clear_response(1, peer)
        return [signed(changed(reply, flags=AUTHENTICATED, salt=b"", body=body), peer), reply]

    return lie


def _flag_cleared(peer: Peer) -> Lie:
    body = clear_response(1, peer)
    return lambda reply: [changed(reply, flags=0, mac=b"", salt=b"", body=body), reply]


def _of_another_engine(peer: Peer) -> Lie:
    other = Peer(SECURE, b"\x80\x00\x1f\x88\x04other", peer.clock)
    return lambda reply: [signed(changed(reply, engine_id=other.engine_id), other), reply]


def _replayed() -> Lie:
    kept: list[bytes] = []

    def lie(reply: bytes) -> list[bytes]:
        kept.append(reply)
        return [kept[0], reply]

    return lie


LIES: Final[dict[str, tuple[Told, Rejection]]] = {
    "zero HMAC": (_before(lambda reply: changed(reply, mac=bytes(24))), Rejection.WRONG_DIGEST),
    "short HMAC": (
        _before(lambda reply: changed(reply, mac=bytes(12))),
        Rejection.WRONG_DIGEST,
    ),
    "missing HMAC": (_before(lambda reply: changed(reply, mac=b"")), Rejection.UNAUTHENTICATED),
    "one bit": (
        _before(lambda reply: reply[:-1] + bytes((reply[-1] ^ 1,))),
        Rejection.WRONG_DIGEST,
    ),
    "auth flag cleared": (_flag_cleared, Rejection.UNAUTHENTICATED),
    "auth flag alone cleared": (
        _before(lambda reply: changed(reply, flags=2)),
        Rejection.UNAUTHENTICATED,
    ),
    "another engine": (_of_another_engine, Rejection.WRONG_ENGINE),
    "another user": (
        _before(lambda reply: changed(reply, user=b"somebody")),
        Rejection.UNAUTHENTICATED,
    ),
    "in clear": (_in_clear, Rejection.WRONG_LEVEL),
    **{
        f"Report {counter}": (
            _before(lambda reply, counter=counter: report(reply, counter)),  # type: ignore[misc]  # binds the loop's value
            Rejection.UNTRUSTED_REPORT,
        )
        for counter in range(1, 7)
    },
}


@pytest.mark.parametrize("lie", LIES)
async def test_a_lie_is_dropped_and_counted_and_the_truth_still_taken(
    agent: Snmpd, lie: str
) -> None:
    forged: list[Rejection] = []
    told, reason = LIES[lie]
    async with (
        proxy(agent.port) as liar,
        Engine(on_forged=lambda _source, why, _peer: forged.append(why)) as engine,
    ):
        session = engine.session("127.0.0.1", liar.port, SECURE, PATIENT)
        assert await name_of(session) == b"v3.example"
        clock = peer_of(session).clock
        before = clock.boots, clock.revision
        liar.lie = told(peer_of(session))
        assert await name_of(session) == b"v3.example"
        assert forged == [reason]
        assert engine.statistics().rejected == {reason: 1}
        assert engine.statistics().forged == 1
        assert (clock.boots, clock.revision) == before
        assert len(liar.requests) == 3


async def test_an_old_reply_is_not_taken_for_a_new_one(agent: Snmpd) -> None:
    async with proxy(agent.port) as liar, Engine() as engine:
        session = engine.session("127.0.0.1", liar.port, SECURE, PATIENT)
        liar.lie = _replayed()
        for _ in range(3):
            assert await name_of(session) == b"v3.example"
        assert engine.statistics().rejected[Rejection.LATE] >= 2


async def test_a_restarted_agent_answers_the_same_request(tmp_path: Path) -> None:
    """Its boots are one more and its time starts again: one Report, no retry."""
    with snmpd(tmp_path, [SECURE]) as peer:
        async with Engine() as engine:
            session = engine.session("127.0.0.1", peer.port, SECURE, PATIENT)
            assert await name_of(session) == b"v3.example"
            boots = peer_of(session).clock.boots
            peer.restart()
            assert await name_of(session) == b"v3.example"
            assert peer_of(session).clock.boots == boots + 1
            assert engine.statistics().sent == 4
            assert session.statistics().retries == 0


@pytest.mark.parametrize("drift_s", [-100_000, -200, 200, 100_000])
async def test_a_clock_that_drifted_costs_one_more_request(agent: Snmpd, drift_s: int) -> None:
    async with Engine() as engine:
        session = engine.session("127.0.0.1", agent.port, SECURE, PATIENT)
        assert await name_of(session) == b"v3.example"
        clock = peer_of(session).clock
        true_s = clock.time_s(session.now_s())
        clock.set(clock.boots, max(true_s + drift_s, 0), session.now_s() + min(true_s + drift_s, 0))
        assert await name_of(session) == b"v3.example"
        assert engine.statistics().sent <= 4
        assert abs(clock.time_s(session.now_s()) - true_s) < 5


async def test_a_new_engine_behind_the_address_is_found(tmp_path: Path) -> None:
    """A stack's master changes, and with it the engine id."""
    with ExitStack() as stack:
        old, new = (
            stack.enter_context(snmpd(_folder(tmp_path, name), [SECURE], f"exactEngineID {octets}"))
            for name, octets in (("old", "0x80001f8804aaaa"), ("new", "0x80001f8804bbbb"))
        )
        async with proxy(old.port) as switch, Engine() as engine:
            session = engine.session("127.0.0.1", switch.port, SECURE, HASTY)
            assert await name_of(session) == b"v3.example"
            switch.target = new.port
            assert await name_of(session) == b"v3.example"
            assert peer_of(session).engine_id == bytes.fromhex("80001f8804bbbb")
            assert session.engine_id == bytes.fromhex("80001f8804bbbb")


async def test_two_agents_with_one_engine_id_are_both_read(tmp_path: Path) -> None:
    line = "exactEngineID 0x80001f8804cccc"
    with ExitStack() as stack:
        one, other = (
            stack.enter_context(snmpd(_folder(tmp_path, name), [SECURE], line))
            for name in ("one", "other")
        )
        other.restart()
        async with Engine() as engine:
            sessions = [
                engine.session("127.0.0.1", peer.port, SECURE, PATIENT) for peer in (one, other)
            ]
            for _ in range(2):
                for session in sessions:
                    assert await name_of(session) == b"v3.example"
            assert engine.statistics().sent == 6
            assert [peer_of(session).engine_id.hex() for session in sessions] == [
                "80001f8804cccc"
            ] * 2


def _folder(parent: Path, name: str) -> Path:
    folder = parent / name
    folder.mkdir()
    return folder
