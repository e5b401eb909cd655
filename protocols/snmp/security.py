"""The seam between the engine and a security model: what is sent, and what of a reply is believed.

    session ──pdu──▶ Security.encode ──Outgoing──▶ engine ──datagram──▶ agent
                                                     │
    session ◀──Pdu── Security.decode ◀──datagram, Head, Outgoing ◀─────┘
                        │ Rejected: drop it, count it, the wait goes on
                        │ Resync:   something was learned; encode again and send at once (bounded)
                        └ Refused:  the agent, authenticated, will not serve us; the request ends

The engine knows nothing of SNMPv3: a security model that does not know the agent's engine yet
encodes a discovery message instead of the PDU it was given, and raises Resync on its Report.
"""

from enum import StrEnum
from typing import NamedTuple, Protocol

from protocols.snmp.errors import Refused


class Pdu(NamedTuple):
    """A PDU whose varbinds are still undecoded (RFC 3416 section 3).

    Args:
        kind: its tag, such as ber.RESPONSE or ber.REPORT.
        varbinds: contents of the VarBindList: VarBind SEQUENCEs one after the other.
    """

    kind: int
    request_id: int
    error_status: int
    error_index: int
    varbinds: bytes


class Head(NamedTuple):
    """What any version shows in clear before security is applied.

    Args:
        version: msgVersion, one of `Version`.
        identifier: request-id of v1 and v2c, msgID of v3.
        at: offset of the first octet after the version, where the model goes on.
        pdu_at: offset of the PDU's tag in v1 and v2c; of msgSecurityParameters' tag in v3.
        pdu: what stands there, when it was read in passing (v1, v2c of the usual shape).
    """

    version: int
    identifier: int
    at: int
    pdu_at: int
    pdu: Pdu | None = None


class Outgoing(NamedTuple):
    """One datagram to send, and how its reply is recognised.

    Args:
        identifier: request-id (v1, v2c) or msgID (v3) that the reply will bear.
        memo: whatever the model wants back with the reply (v3: discovery or not, security level,
            engine id at the time of sending); the engine never looks at it.
    """

    datagram: bytes
    identifier: int
    memo: object = None


class Rejection(StrEnum):
    """Why a datagram was dropped while the wait went on; keys of `Statistics.rejected`."""

    JUNK = "junk"
    LATE = "late"
    WRONG_SOURCE = "wrong_source"
    WRONG_VERSION = "wrong_version"
    WRONG_COMMUNITY = "wrong_community"
    WRONG_REQUEST = "wrong_request"
    UNAUTHENTICATED = "unauthenticated"
    WRONG_DIGEST = "wrong_digest"
    WRONG_ENGINE = "wrong_engine"
    WRONG_LEVEL = "wrong_level"
    REPLAYED = "replayed"
    UNDECIPHERABLE = "undecipherable"
    UNTRUSTED_REPORT = "untrusted_report"

    @property
    def forged(self) -> bool:
        """Whether it smells of somebody else speaking in the agent's name; late and junk do not.

        Nor does a Report without proof: an agent answers so where our user or key is wrong. It does
        when the true answer to the same message follows, for an agent sends one of the two.
        """
        return self not in _HARMLESS


_HARMLESS = frozenset(
    {Rejection.JUNK, Rejection.LATE, Rejection.UNDECIPHERABLE, Rejection.UNTRUSTED_REPORT}
)


class Rejected(Exception):
    """Drop this datagram and go on waiting.

    `hint` is the error to end with if nothing better comes before the last timeout: an
    unauthenticated Report may be forged, so it never ends a request, but when the true agent stays
    silent it is the best explanation. After a hint a request is repeated at most once.
    """

    def __init__(self, reason: Rejection, hint: Refused | None = None) -> None:
        """Keep the closed-list reason for the counters."""
        super().__init__(reason.value)
        self.reason = reason
        self.hint = hint


class Resync(Exception):
    """The reply taught us something (engine id, boots, time): encode again and send at once.

    The engine follows at most `RESYNCS` of them for one request, then ends it with `hint` or
    NoAnswer; they do not count as retries. After a hint a request is repeated at most once.
    """

    def __init__(self, hint: Refused | None = None) -> None:
        """Keep what to say when this was one too many, or when silence follows."""
        super().__init__("resync")
        self.hint = hint


RESYNCS = 3
"""Discovery, time, and one more for an agent that restarts in between."""


class Security(Protocol):
    """A security model with the state of one peer; one instance for each session."""

    @property
    def version(self) -> int:
        """The msgVersion of what it encodes."""

    @property
    def engine_id(self) -> bytes:
        """The agent's snmpEngineID as far as this model learns it; b"" when it does not."""

    @property
    def front(self) -> bytes | None:
        """What stands before each PDU in a message that is nothing else; None: there is more."""

    @property
    def context_front(self) -> bytes:
        """What stands before the PDU in what `opened` returns."""

    def opened(self, datagram: bytes, memo: object, monotonic_s: float) -> bytes | None:
        """Return what is inside an answer that looks just as usual and is proven; else None.

        `memo` is that of the Outgoing. What is inside is a SEQUENCE of `context_front` and the PDU,
        perhaps with octets behind it. None says nothing against it: `decode` judges. It never
        raises.
        """

    def encode(self, pdu: bytes, request_id: int, message_id: int, monotonic_s: float) -> Outgoing:
        """Wrap a whole PDU (with its tag); called again for each retry and after each Resync.

        `request_id` stands in `pdu` and is the same for all attempts of one request; `message_id`
        is in 1..2^31-1, fresh for each call and unique among what is outstanding.
        """

    def decode(self, datagram: bytes, head: Head, outgoing: Outgoing, monotonic_s: float) -> Pdu:
        """Return the PDU of a reply that is believed.

        `head` is already parsed and `head.identifier` is `outgoing.identifier`. The engine checks
        afterwards that the PDU is a response to the request-id.

        Raises:
            Rejected: it is dropped and counted, the wait goes on.
            Resync: encode again.
            Refused: the agent, authenticated, refuses; the request ends with it.
            Malformed: it is dropped and counted as junk, the wait goes on.
        """
