"""The security model of SNMPv1 and v2c: a community in clear (RFC 1157, RFC 1901)."""

from protocols.snmp import ber, message
from protocols.snmp.credentials import Community
from protocols.snmp.security import Head, Outgoing, Pdu, Rejected, Rejection


class CommunitySecurity:
    """Wraps PDUs with a community and believes only replies that bear the same one."""

    def __init__(self, community: Community) -> None:
        """Encode what stands before every PDU once."""
        self.version = int(community.version)
        self.engine_id = b""
        self._name = ber.octets(community.name)
        self.front = ber.integer(self.version) + self._name

    @property
    def context_front(self) -> bytes:
        """The same as `front`: everything is in clear."""
        return self.front

    def opened(self, datagram: bytes, memo: object, monotonic_s: float) -> bytes:
        """Return the datagram: whoever finds `front` in it has compared version and community."""
        del memo, monotonic_s
        return datagram

    def encode(self, pdu: bytes, request_id: int, message_id: int, monotonic_s: float) -> Outgoing:
        """Return the message; its reply bears the request-id, so every attempt is the same."""
        del message_id, monotonic_s  # only v3 has and needs them
        body = self.front + pdu
        return Outgoing(ber.header(ber.SEQUENCE, len(body)) + body, request_id)

    def decode(self, datagram: bytes, head: Head, outgoing: Outgoing, monotonic_s: float) -> Pdu:
        """Return the PDU, or raise Rejected for another version or community, or Malformed."""
        del outgoing, monotonic_s
        if head.version != self.version:
            raise Rejected(Rejection.WRONG_VERSION)
        if datagram[head.at : head.pdu_at] != self._name and not self._same(datagram, head):
            raise Rejected(Rejection.WRONG_COMMUNITY)
        return head.pdu or message.read_pdu(datagram, head.pdu_at, len(datagram))

    def _same(self, datagram: bytes, head: Head) -> bool:
        """Compare once more by contents: an agent may write a long form of the length."""
        name, _ = ber.read_octets(datagram, head.at, head.pdu_at)
        return ber.octets(name) == self._name
