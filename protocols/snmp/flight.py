"""One of the requests of a visit that is under way, and how its answer is recognised."""

from typing import TYPE_CHECKING, Generic, TypeVar

from protocols.snmp.errors import Malformed, Refused, Status
from protocols.snmp.request import Request, expected
from protocols.snmp.security import Head, Outgoing, Rejected, Resync

if TYPE_CHECKING:
    from protocols.snmp.sending import Sending

R = TypeVar("R", bound=Request)


class Flight(Generic[R]):
    """A request that is under way."""

    __slots__ = (
        "ask", "datagram", "due_s", "identifier", "memo", "peer", "request_id", "sending",
    )  # fmt: skip

    def __init__(self, sending: "Sending[R]", ask: R, request_id: int, due_s: float) -> None:
        """Begin; what was sent is filled in by the sending."""
        self.sending = sending
        self.ask = ask
        self.peer = sending.peer
        self.request_id = self.identifier = request_id
        self.due_s = due_s
        self.datagram = b""
        self.memo: object = None

    @property
    def outgoing(self) -> Outgoing:
        """What was sent, for whoever goes on with it."""
        return Outgoing(self.datagram, self.identifier, self.memo)

    def regular(self, datagram: bytes) -> bool:
        """Take an answer from that peer that looks just as expected, else False."""
        sending, usual = self.sending, self.ask.expected
        if usual is None:
            return False
        session = sending.session
        octets, lead, id_at, middle, middle_at, body_at = usual
        if session.numbered:
            opened = session.security.opened(datagram, self.memo, session.post.now_s())
            if opened is None or len(opened) < octets:
                return False
            if opened[id_at:middle_at] != self.request_id.to_bytes(4, "big"):
                return False
        elif len(datagram) == octets:
            opened = datagram  # its request-id is how it was brought here
        else:
            return False
        if opened.startswith(lead) and opened.startswith(middle, middle_at):
            sending.octets += len(datagram)
            sending.answered(self, opened[body_at:octets])
            return True
        return False

    def heard(self, datagram: bytes, head: Head) -> None:
        """Judge any other datagram from that peer."""
        sending = self.sending
        session = sending.session
        now_s = session.now_s()
        try:
            pdu = session.decode(datagram, head, self.outgoing, self.request_id, now_s)
        except (Malformed, Rejected, Resync, Refused) as objection:
            sending.promoted(self).objected(objection, self.identifier, now_s)
            return
        if pdu.error_status != Status.NO_ERROR or not pdu.varbinds:
            sending.refused(self, pdu)
            return
        self.ask.expected = expected(session.security.context_front, len(pdu.varbinds))
        sending.answered(self, pdu.varbinds)

    def abandon(self) -> None:
        """End the visit, because the engine is closed."""
        self.sending.abandon()
