"""A request that is made at every visit, and the octets around what an answer to it says."""

from functools import lru_cache
from typing import NamedTuple

from protocols.snmp import message
from protocols.snmp.security import Security


class Expected(NamedTuple):
    """The octets around the request-id and the varbinds of an answer of `octets` in all.

    It is shared by all agents that answer so: what every answer is compared with is at hand then.
    """

    octets: int
    lead: bytes
    id_at: int
    middle: bytes
    middle_at: int
    body_at: int


@lru_cache(maxsize=4096)
def expected(front: bytes, octets: int) -> Expected:
    """Return what surrounds so many octets of varbinds; see `message.around_answer`."""
    lead, middle = message.around_answer(front, octets)
    middle_at = len(lead) + message.IDENTIFIER_OCTETS
    body_at = middle_at + len(middle)
    return Expected(body_at + octets, lead, len(lead), middle, middle_at, body_at)


class Request:
    """A PDU but for its request-id.

    Attributes:
        repetitions, varbinds: max-repetitions of GETBULK, else 0, and the VarBindList's contents.
        before, after: the octets around the request-id, of the message or of the PDU (v3).
        expected: what surrounds the varbinds of the last answer; None before there was one.
    """

    __slots__ = ("after", "before", "expected", "kind", "repetitions", "varbinds")

    def __init__(self, kind: int, repetitions: int) -> None:
        """Ask for nothing yet."""
        self.kind = kind
        self.repetitions = repetitions
        self.varbinds = self.before = self.after = b""
        self.expected: Expected | None = None

    def write(self, security: Security, names: tuple[bytes, ...]) -> None:
        """Write it for these OIDs (contents octets)."""
        self.varbinds = message.unbound(names)
        self.before, self.after = message.around_request(
            security.front, self.kind, self.repetitions, self.varbinds
        )

    def pdu(self, request_id: int) -> bytes:
        """Return the PDU alone."""
        return message.request(self.kind, request_id, self.repetitions, self.varbinds)
