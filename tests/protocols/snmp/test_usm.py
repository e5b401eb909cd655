"""What UsmSecurity believes, against an agent made of the same parts that lies when it is told."""

from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.snmp import ber, message, v3_message
from protocols.snmp.credentials import AuthProtocol, PrivProtocol, User
from protocols.snmp.errors import Malformed, Refusal, Refused
from protocols.snmp.security import Outgoing, Pdu, Rejected, Rejection, Resync
from protocols.snmp.usm import UsmSecurity
from protocols.snmp.usm_clock import EngineClock
from protocols.snmp.usm_peer import Peer
from tests.protocols.snmp.v3_proxy import USM_STATS, clear_response, report

SECURE: Final = User(
    "monitor", AuthProtocol.SHA256, b"auth secret", PrivProtocol.AES128, b"priv secret"
)
OPEN: Final = User("monitor")
ENGINE_ID: Final = b"\x80\x00\x1f\x88\x04switch"
LATEST: Final = 2**31 - 1
ASK: Final = message.request(ber.GET, 77, 0, b"")


class Agent:
    """An authoritative engine: answers what UsmSecurity sends, with boots and time as set."""

    def __init__(self, user: User, boots: int = 3, time_s: int = 500) -> None:
        self.peer = Peer(user, ENGINE_ID, EngineClock(boots, time_s, 0.0))
        self.boots = boots
        self.time_s = time_s

    def discovery(self, outgoing: Outgoing, engine_id: bytes = ENGINE_ID) -> bytes:
        """Answer a discovery."""
        parameters = v3_message.security_parameters(engine_id, self.boots, self.time_s, b"", 0, 0)
        return v3_message.encode(
            outgoing.identifier, 0, parameters, b"", _stats(4, ber.octets(engine_id))
        )

    def response(self, outgoing: Outgoing, value: bytes = b"true") -> bytes:
        """Answer a request at the user's level."""
        flags = 3 if self.peer.privacy else bool(self.peer.authentication)
        return self._send(outgoing, flags, clear_response(77, self.peer, value))

    def report(self, outgoing: Outgoing, counter: int) -> bytes:
        """Report with authentication and without privacy, as RFC 3414 section 3.2 has it."""
        return self._send(outgoing, 1, _stats(counter, ber.octets(ENGINE_ID)))

    def _send(self, outgoing: Outgoing, flags: int, body: bytes) -> bytes:
        salt = b""
        if flags & v3_message.ENCIPHERED:
            assert self.peer.privacy is not None
            body, salt = self.peer.privacy.encrypt(body, self.boots, self.time_s)
            body = ber.octets(body)
        mac = self.peer.authentication.octets if self.peer.authentication else 0
        parameters = v3_message.security_parameters(
            ENGINE_ID, self.boots, self.time_s, b"monitor", mac, len(salt)
        )
        whole = v3_message.encode(outgoing.identifier, flags, parameters, salt, body)
        if self.peer.authentication:
            return self.peer.authentication.sign(
                whole, len(whole) - len(body) - len(salt) - 2 - mac
            )
        return whole


def _stats(counter: int, engine: bytes) -> bytes:
    name = ber.tlv(ber.OBJECT_IDENTIFIER, USM_STATS + bytes((counter, 0)))
    bind = ber.sequence(name, ber.integer(1, ber.COUNTER32))
    pdu = ber.tlv(ber.REPORT, ber.integer(0) * 3 + ber.sequence(bind))
    return v3_message.scoped(engine + ber.octets(b""), pdu)


def ask(security: UsmSecurity, now_s: float = 0.0, request_id: int = 77) -> Outgoing:
    return security.encode(ASK, request_id, 0x41000000 + int(now_s), now_s)


def hear(security: UsmSecurity, datagram: bytes, outgoing: Outgoing, now_s: float = 0.0) -> Pdu:
    return security.decode(datagram, message.head(datagram), outgoing, now_s)


def met(agent: Agent, user: User = SECURE) -> UsmSecurity:
    """Return a security model that has discovered the agent and heard its first response."""
    security = UsmSecurity(user)
    outgoing = ask(security)
    with pytest.raises(Resync):
        hear(security, agent.discovery(outgoing), outgoing)
    outgoing = ask(security)
    assert b"true" in hear(security, agent.response(outgoing), outgoing).varbinds
    return security


@pytest.mark.parametrize("user", [OPEN, replace(SECURE, priv=None, priv_key=b""), SECURE])
def test_discovery_then_a_response(user: User) -> None:
    assert met(Agent(user), user).engine_id == ENGINE_ID


def test_boots_at_their_maximum_are_read_while_the_agent_answers() -> None:
    agent = Agent(SECURE)
    security = met(agent)
    agent.boots, agent.time_s = LATEST, 7
    outgoing = ask(security)
    with pytest.raises(Resync):
        hear(security, agent.report(outgoing, 2), outgoing)
    outgoing = ask(security)
    assert hear(security, agent.response(outgoing), outgoing)


def test_an_engine_that_calls_everything_late_is_given_up_after_one_resync() -> None:
    """Boots latched at 2^31-1: RFC 3414 section 2.2.2 wants new keys for it."""
    agent = Agent(SECURE)
    security = met(agent)
    agent.boots = LATEST
    outgoing = ask(security)
    with pytest.raises(Resync):
        hear(security, agent.report(outgoing, 2), outgoing)
    outgoing = ask(security)
    with pytest.raises(Refused) as refused:
        hear(security, agent.report(outgoing, 2), outgoing)
    assert refused.value.detail is Refusal.TIME_WINDOW


def test_a_second_report_about_the_old_clock_is_late() -> None:
    agent = Agent(SECURE)
    security = met(agent)
    agent.boots += 1
    first, second = ask(security), ask(security)
    with pytest.raises(Resync):
        hear(security, agent.report(first, 2), first)
    with pytest.raises(Rejected) as rejected:
        hear(security, agent.report(second, 2), second)
    assert rejected.value.reason is Rejection.LATE


def test_a_response_more_than_150_s_old_is_replayed() -> None:
    agent = Agent(SECURE)
    security = met(agent)
    outgoing = ask(security, 150.0)
    assert hear(security, agent.response(outgoing), outgoing, 150.0)
    with pytest.raises(Rejected) as rejected:
        hear(security, agent.response(outgoing), outgoing, 151.0)
    assert rejected.value.reason is Rejection.REPLAYED


def test_a_forged_answer_to_the_discovery_gives_way_to_the_true_one() -> None:
    agent = Agent(SECURE)
    security = UsmSecurity(SECURE)
    outgoing = ask(security)
    for engine_id in (b"\x80\x00\x1f\x88\x04liar", ENGINE_ID):
        with pytest.raises(Resync):
            hear(security, agent.discovery(outgoing, engine_id), outgoing)
    outgoing = ask(security)
    assert hear(security, agent.response(outgoing), outgoing)


def test_a_proven_engine_is_not_replaced_by_a_late_answer_to_a_discovery() -> None:
    agent = Agent(SECURE)
    security = UsmSecurity(SECURE)
    discovery = ask(security)
    with pytest.raises(Resync):
        hear(security, agent.discovery(discovery), discovery)
    outgoing = ask(security)
    hear(security, agent.response(outgoing), outgoing)
    with pytest.raises(Rejected) as rejected:
        hear(security, agent.discovery(discovery, b"\x80\x00\x1f\x88\x04liar"), discovery)
    assert rejected.value.reason is Rejection.UNTRUSTED_REPORT
    assert security.engine_id == ENGINE_ID


def test_after_an_unknown_engine_the_next_attempt_discovers_and_the_truth_ends_the_doubt() -> None:
    agent = Agent(SECURE)
    security = met(agent)
    outgoing = ask(security)
    with pytest.raises(Rejected) as rejected:
        hear(security, report(agent.response(outgoing), 4), outgoing)
    assert rejected.value.hint is not None
    assert rejected.value.hint.detail is Refusal.UNKNOWN_ENGINE
    assert b"monitor" not in ask(security).datagram
    assert hear(security, agent.response(outgoing), outgoing)
    assert b"monitor" in ask(security).datagram


def test_an_engine_that_was_silent_for_long_is_discovered_again() -> None:
    security = met(Agent(SECURE))
    assert b"monitor" in ask(security, 150.0, 78).datagram
    assert b"monitor" not in ask(security, 151.0, 78).datagram


def test_an_authenticated_refusal_ends_the_request() -> None:
    agent = Agent(SECURE)
    security = met(agent)
    outgoing = ask(security)
    with pytest.raises(Refused) as refused:
        hear(security, agent.report(outgoing, 1), outgoing)
    assert refused.value.detail is Refusal.SECURITY_LEVEL


@pytest.mark.parametrize("counter", range(1, 7))
def test_without_authentication_no_report_ends_a_request(counter: int) -> None:
    agent = Agent(OPEN)
    security = met(agent, OPEN)
    outgoing = ask(security)
    with pytest.raises(Rejected) as rejected:
        hear(security, report(agent.response(outgoing), counter), outgoing)
    assert rejected.value.reason is Rejection.UNTRUSTED_REPORT
    assert hear(security, agent.response(outgoing), outgoing)


@pytest.mark.parametrize(
    "user",
    [
        replace(SECURE, auth=None),
        replace(SECURE, auth_key=b""),
        replace(SECURE, priv_key=b""),
        replace(SECURE, name=""),
        replace(SECURE, name="x" * 33),
    ],
)
def test_a_user_that_cannot_be_is_refused_at_once(user: User) -> None:
    with pytest.raises(ValueError, match="user"):
        UsmSecurity(user)


def test_no_secret_in_any_repr() -> None:
    security = met(Agent(SECURE))
    text = repr(security) + repr(security._peer) + repr(ask(security).memo) + repr(SECURE)
    assert "secret" not in text


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_whatever_is_done_to_a_reply_only_the_errors_of_the_seam_come(data: st.DataObject) -> None:
    agent = Agent(SECURE)
    security = UsmSecurity(SECURE)
    discovery = ask(security)
    with pytest.raises(Resync):
        hear(security, agent.discovery(discovery), discovery)
    outgoing = ask(security)
    discovered = data.draw(st.booleans())
    reply = agent.discovery(discovery) if discovered else agent.response(outgoing)
    at = data.draw(st.integers(0, len(reply) - 1))
    stop = data.draw(st.integers(at, min(at + 6, len(reply))))
    garbled = reply[:at] + data.draw(st.binary(max_size=6)) + reply[stop:]
    try:
        hear(security, garbled, discovery if discovered else outgoing)
    except (Malformed, Rejected, Resync):
        return
    assert not discovered
    assert garbled == reply


LENGTHS = pytest.mark.parametrize("octets", [1, 8, 60, 100, 130, 200, 254, 300, 1200])


@LENGTHS
def test_an_answer_that_looks_as_the_last_one_is_opened_whatever_its_length(octets: int) -> None:
    agent = Agent(SECURE)
    security = met(agent)
    outgoing = ask(security)
    first = agent.response(outgoing, b"a" * octets)
    hear(security, first, outgoing)
    datagram = agent.response(outgoing, b"b" * octets)
    plain = security.opened(datagram, outgoing.memo, 0.0)
    assert plain is not None
    assert clear_response(77, agent.peer, b"b" * octets) in plain


@LENGTHS
def test_no_octet_of_such_an_answer_can_be_another(octets: int) -> None:
    agent = Agent(SECURE)
    security = met(agent)
    outgoing = ask(security)
    hear(security, agent.response(outgoing, b"a" * octets), outgoing)
    datagram = agent.response(outgoing, b"b" * octets)
    for at in range(len(datagram)):
        forged = datagram[:at] + bytes((datagram[at] ^ 1,)) + datagram[at + 1 :]
        assert security.opened(forged, outgoing.memo, 0.0) is None
        assert security.opened(datagram[:at], outgoing.memo, 0.0) is None
    assert security.opened(datagram + b"\0", outgoing.memo, 0.0) is None
    assert security.opened(datagram, outgoing.memo, 0.0) is not None
