"""SNMPv3 with the user-based security model (RFC 3412, RFC 3414, RFC 3826, RFC 7860).

    no engine known ──discovery──▶ unauthenticated Report: id, boots, time ──▶ request
    request ──▶ response: authenticated, deciphered, in the window, our engine, context and level
            ──▶ Report, authenticated: notInTimeWindow sets the clock, once a request; others refuse
            ──▶ Report, unauthenticated: dropped and counted; what it says explains a silence

Only on a discovery message of our own is an unauthenticated Report believed, and only until the
engine proves itself with our key, which it has to do again after 150 s of silence. Outside of it
anybody could have sent it, so it sets no clock and ends no wait; when it speaks of an unknown
engine or of the time, the next attempt is a discovery (a stack's new master has another engine id),
while the reply to the former attempt is still taken if it comes.
"""

from collections import deque
from typing import Final, NamedTuple, cast

from protocols.snmp import ber, message, usm_report, v3_message
from protocols.snmp.credentials import User, Version
from protocols.snmp.errors import Malformed, Refusal, Refused, SnmpError
from protocols.snmp.security import Head, Outgoing, Pdu, Rejected, Rejection, Resync
from protocols.snmp.usm_clock import EngineClock
from protocols.snmp.usm_peer import Peer
from protocols.snmp.usm_usual import usual_answer
from protocols.snmp.v3_message import AUTHENTICATED, ENCIPHERED, REPORTABLE, Envelope, Scoped

_ENGINE_ID_OCTETS: Final = range(5, 33)  # SNMP-FRAMEWORK-MIB::SnmpEngineID
_USER_OCTETS: Final = range(1, 33)  # SNMP-USER-BASED-SM-MIB::usmUserName
_NOBODY: Final = v3_message.security_parameters(b"", 0, 0, b"", 0, 0)
_EMPTY_CONTEXT: Final = ber.octets(b"") * 2
_DOUBTS: Final = frozenset({Refusal.UNKNOWN_ENGINE, Refusal.TIME_WINDOW})
_REMEMBERED: Final = 16


class Sent(NamedTuple):
    """What a reply is judged by: the engine it was meant for, None for a discovery."""

    peer: Peer | None
    request_id: int
    revision: int


class UsmSecurity:
    """The security model of one session with one agent; it believes nothing without proof."""

    version = int(Version.V3)
    front = None

    def __init__(self, user: User) -> None:
        """Take a user.

        Raises:
            ValueError: a key is missing, or there is privacy without authentication.
        """
        _check(user)
        self._user = user
        self._name = user.name.encode()
        self._level = (AUTHENTICATED if user.auth else 0) | (ENCIPHERED if user.priv else 0)
        self._peer: Peer | None = None
        self._doubt = False
        self._claimed_by = 0
        self._resynced: deque[int] = deque(maxlen=_REMEMBERED)
        self._silence = _silence(user)

    @property
    def engine_id(self) -> bytes:
        """The engine that the agent proved or claimed to be; b"" before the first contact."""
        return self._peer.engine_id if self._peer else b""

    @property
    def context_front(self) -> bytes:
        """What stands before the PDU in a scopedPDU."""
        return self._peer.context_front if self._peer else _EMPTY_CONTEXT

    def encode(self, pdu: bytes, request_id: int, message_id: int, monotonic_s: float) -> Outgoing:
        """Return the PDU as a secured message, or a discovery when the engine is not known."""
        peer = self._peer
        if peer is None or self._must_discover(peer, request_id, monotonic_s):
            return _discovery(request_id, message_id)
        boots, time_s = peer.clock.boots, peer.clock.time_s(monotonic_s)
        body, salt = v3_message.scoped(peer.context_front, pdu), b""
        if peer.privacy:
            enciphered, salt = peer.privacy.encrypt(body, boots, time_s)
            body = ber.octets(enciphered)
        parameters = peer.parameters(boots, time_s)
        datagram = v3_message.encode(message_id, self._level | REPORTABLE, parameters, salt, body)
        if peer.authentication:
            behind = len(body) + len(salt) + 2 + peer.authentication.octets
            datagram = peer.authentication.sign(datagram, len(datagram) - behind)
        return Outgoing(datagram, message_id, Sent(peer, request_id, peer.clock.revision))

    def _must_discover(self, peer: Peer, request_id: int, monotonic_s: float) -> bool:
        """Ask for the engine first in doubt, or if it has not proven itself lately.

        It answers a discovery whatever is wrong with our user; that tells a wrong key, which many
        agents meet with silence, from an agent that is gone.
        """
        return self._doubt or (request_id != self._claimed_by and not peer.settled(monotonic_s))

    def decode(self, datagram: bytes, head: Head, outgoing: Outgoing, monotonic_s: float) -> Pdu:
        """Return the PDU of a reply that has proven what the user's level asks for."""
        if head.version != self.version:
            raise Rejected(Rejection.WRONG_VERSION)
        envelope = v3_message.read(datagram, head)
        sent = cast("Sent", outgoing.memo)
        peer = sent.peer
        if peer is None:
            raise self._discovered(datagram, envelope, sent, monotonic_s)
        if self._level and not envelope.flags & AUTHENTICATED:
            raise self._distrusted(datagram, envelope)
        self._authenticate(datagram, envelope, peer)
        scoped = _opened(datagram, envelope, peer)
        if scoped.pdu.kind == ber.REPORT:
            raise self._reported(scoped.pdu, envelope, sent, peer, monotonic_s)
        self._accept(envelope, scoped, peer, monotonic_s)
        if self._level == AUTHENTICATED | ENCIPHERED:
            usual = usual_answer(datagram, envelope)
            if usual is not None:
                peer.usual[_form(datagram)] = usual
        return scoped.pdu

    def opened(self, datagram: bytes, memo: object, monotonic_s: float) -> bytes | None:
        """Return the scopedPDU of an answer that looks as the last one did, see `UsualAnswer`."""
        peer = cast("Sent", memo).peer
        usual = peer.usual.get(_form(datagram)) if peer is not None else None
        if peer is None or usual is None:
            return None
        try:
            plain = usual.opened(datagram, peer, monotonic_s)
        except Malformed:
            return None
        if plain is None or not plain.startswith(peer.context_front, 2 + _form(plain) % 0x80):
            return None
        self._trust(peer, monotonic_s)
        return plain

    def _authenticate(self, datagram: bytes, envelope: Envelope, peer: Peer) -> None:
        """Let pass what comes from that engine and bears the HMAC that our key makes."""
        if envelope.flags & ~self._level:
            raise Rejected(Rejection.WRONG_LEVEL)
        if envelope.engine_id != peer.engine_id:
            raise Rejected(Rejection.WRONG_ENGINE)
        if envelope.user != self._name:
            raise Rejected(Rejection.UNAUTHENTICATED)
        authentication = peer.authentication
        if authentication is None:
            return
        if not envelope.mac_octets:
            raise Rejected(Rejection.UNAUTHENTICATED)
        if envelope.mac_octets != authentication.octets or not authentication.verify(
            datagram, envelope.mac_at
        ):
            raise Rejected(Rejection.WRONG_DIGEST)

    def _accept(self, envelope: Envelope, scoped: Scoped, peer: Peer, monotonic_s: float) -> None:
        """Check what is left of a response (RFC 3412 section 7.2), and trust its engine."""
        if envelope.flags != self._level:
            raise Rejected(Rejection.WRONG_LEVEL)
        if not scoped.ours:
            raise Rejected(Rejection.WRONG_ENGINE)
        if self._level and not peer.clock.advance(envelope.boots, envelope.time_s, monotonic_s):
            # An agent that does not judge the window itself may have started again without a
            # Report to tell; the next attempt asks it for its time.
            raise self._suspected(
                Rejection.REPLAYED, Refused("answers out of the time window", Refusal.TIME_WINDOW)
            )
        self._trust(peer, monotonic_s)

    def _trust(self, peer: Peer, monotonic_s: float) -> None:
        peer.proven_s = monotonic_s
        self._peer = peer
        self._doubt = False

    def _discovered(
        self, datagram: bytes, envelope: Envelope, sent: Sent, monotonic_s: float
    ) -> Rejected | Resync:
        """Learn engine id, boots and time from the Report to a discovery (RFC 3414 section 4)."""
        if envelope.flags:
            return Rejected(Rejection.WRONG_LEVEL)
        if _clear(datagram, envelope).pdu.kind != ber.REPORT:
            return Rejected(Rejection.UNAUTHENTICATED)
        if len(envelope.engine_id) not in _ENGINE_ID_OCTETS:
            text = f"its engine id has {len(envelope.engine_id)} octets"
            return Rejected(Rejection.WRONG_ENGINE, Refused(text, Refusal.UNKNOWN_ENGINE))
        return self._learn(envelope, sent, monotonic_s)

    def _learn(self, envelope: Envelope, sent: Sent, monotonic_s: float) -> Rejected | Resync:
        """Take the engine for the agent's until proof; of two that claim it, try the later too."""
        peer = self._peer
        settled = peer is not None and not self._doubt and peer.settled(monotonic_s)
        if peer is None or peer.engine_id != envelope.engine_id:
            if settled:
                return Rejected(Rejection.UNTRUSTED_REPORT)
            clock = EngineClock(envelope.boots, envelope.time_s, monotonic_s)
            self._peer = Peer(self._user, envelope.engine_id, clock)
        elif not settled:
            peer.clock.set(envelope.boots, envelope.time_s, monotonic_s)
        self._doubt = False
        self._claimed_by = sent.request_id
        return Resync(None if settled else self._silence)

    def _distrusted(self, datagram: bytes, envelope: Envelope) -> Rejected:
        """Judge what is not authenticated although we are: a Report explains, nothing more."""
        if envelope.flags & ENCIPHERED:
            return Rejected(Rejection.UNAUTHENTICATED)
        pdu = _clear(datagram, envelope).pdu
        if pdu.kind != ber.REPORT:
            return Rejected(Rejection.UNAUTHENTICATED)
        return self._suspected(Rejection.UNTRUSTED_REPORT, usm_report.refusal(pdu.varbinds))

    def _suspected(self, reason: Rejection, refused: Refused) -> Rejected:
        if refused.detail in _DOUBTS:
            self._doubt = True
        return Rejected(reason, refused)

    def _reported(
        self, pdu: Pdu, envelope: Envelope, sent: Sent, peer: Peer, monotonic_s: float
    ) -> SnmpError | Rejected | Resync:
        """Follow an authenticated Report; without authentication a Report proves nothing."""
        refused = usm_report.refusal(pdu.varbinds)
        if not self._level:
            return self._suspected(Rejection.UNTRUSTED_REPORT, refused)
        if refused.detail is not Refusal.TIME_WINDOW:
            return refused
        if sent.revision != peer.clock.revision:
            return Rejected(Rejection.LATE)  # about a message that left before the clock was set
        if sent.request_id in self._resynced:
            return refused
        self._resynced.append(sent.request_id)
        peer.clock.set(envelope.boots, envelope.time_s, monotonic_s)
        self._trust(peer, monotonic_s)
        return Resync(refused)


def _form(data: bytes) -> int:
    """Return the first octet of an element's length if more follow, else 0."""
    return data[1] if len(data) > 1 and data[1] >= ber.LONG_FORM else 0


def _check(user: User) -> None:
    if len(user.name.encode()) not in _USER_OCTETS:
        raise ValueError("a user name has 1 to 32 octets")
    if user.priv and not user.auth:
        raise ValueError(f"user {user.name}: privacy needs authentication")
    if (user.auth and not user.auth_key) or (user.priv and not user.priv_key):
        raise ValueError(f"user {user.name}: a key is missing")


def _silence(user: User) -> Refused | None:
    """Return what it means when an engine answers a discovery and nothing else."""
    if user.priv:
        text = "silent to what we encipher: wrong key or protocol of privacy"
        return Refused(text + (", or context" if user.context else ""), Refusal.WRONG_PRIVACY)
    if user.context:
        return Refused("silent in this context", Refusal.UNKNOWN_CONTEXT)
    return None


def _discovery(request_id: int, message_id: int) -> Outgoing:
    """Return an empty GET to the engine without an id (RFC 3414 section 4)."""
    pdu = message.request(ber.GET, request_id, 0, b"")
    body = v3_message.scoped(_EMPTY_CONTEXT, pdu)
    datagram = v3_message.encode(message_id, REPORTABLE, _NOBODY, b"", body)
    return Outgoing(datagram, message_id, Sent(None, request_id, 0))


def _opened(datagram: bytes, envelope: Envelope, peer: Peer) -> Scoped:
    """Return the scopedPDU, deciphered when it is enciphered."""
    if not envelope.flags & ENCIPHERED or peer.privacy is None:
        return _clear(datagram, envelope, peer.context_front)
    enciphered = v3_message.read_enciphered(datagram, envelope)
    try:
        plain = peer.privacy.decrypt(enciphered, envelope.salt, envelope.boots, envelope.time_s)
        return v3_message.read_scoped(plain, 0, peer.context_front)
    except Malformed as error:
        refused = Refused("its answer cannot be deciphered", Refusal.WRONG_PRIVACY)
        raise Rejected(Rejection.UNDECIPHERABLE, refused) from error


def _clear(datagram: bytes, envelope: Envelope, context_front: bytes = _EMPTY_CONTEXT) -> Scoped:
    ber.expect_last(datagram, envelope.body_at, len(datagram), ber.SEQUENCE)
    return v3_message.read_scoped(datagram, envelope.body_at, context_front)
