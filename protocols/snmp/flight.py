"""One request of a steady walk that is under way, and how its answer is recognised."""

from typing import TYPE_CHECKING

from protocols.snmp.errors import Malformed, Refused, Status
from protocols.snmp.plan import Ask, expected
from protocols.snmp.security import Head, Outgoing, Rejected, Resync

if TYPE_CHECKING:
    from protocols.snmp.steady import SteadyWalk


class Flight:
    """A request that is under way."""

    __slots__ = (
        "ask", "datagram", "due_s", "identifier", "memo", "peer", "request_id", "walk",
    )  # fmt: skip

    def __init__(self, walk: "SteadyWalk", ask: Ask, request_id: int, due_s: float) -> None:
        """Begin; what was sent is filled in by the walk."""
        self.walk = walk
        self.ask = ask
        self.peer = walk.peer
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
        walk, usual = self.walk, self.ask.expected
        if usual is None:
            return False
        session = walk.session
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
            walk.octets += len(datagram)
            walk.answered(self, opened[body_at:octets])
            return True
        return False

    def heard(self, datagram: bytes, head: Head) -> None:
        """Judge any other datagram from that peer."""
        walk = self.walk
        session = walk.session
        now_s = session.now_s()
        try:
            pdu = session.decode(datagram, head, self.outgoing, self.request_id, now_s)
        except (Malformed, Rejected, Resync, Refused) as objection:
            walk.promoted(self).objected(objection, self.identifier, now_s)
            return
        if pdu.error_status != Status.NO_ERROR or not pdu.varbinds:
            walk.refused(self, pdu)
            return
        self.ask.expected = expected(session.security.context_front, len(pdu.varbinds))
        walk.answered(self, pdu.varbinds)

    def abandon(self) -> None:
        """End the walk, because the engine is closed."""
        self.walk.abandon()
