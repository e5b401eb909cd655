"""Messages and PDUs: what stands in clear, the PDU's frame, and the requests that we send.

SEQUENCE { version, community, PDU }                               v1, v2c (RFC 1157, RFC 1901)
SEQUENCE { version, SEQUENCE { msgID, ... }, OCTET STRING, data }  v3 (RFC 3412 section 6)
"""

from protocols.snmp import ber
from protocols.snmp.credentials import Version
from protocols.snmp.errors import Malformed
from protocols.snmp.security import Head, Pdu

_NULL = b"\x05\x00"
_ZERO = ber.integer(0)


def head(datagram: bytes) -> Head:
    """Read what any version shows in clear, of a datagram that is one whole message.

    Raises:
        Malformed: it is none, or something trails it.
    """
    start, end = ber.expect_last(datagram, 0, len(datagram), ber.SEQUENCE)
    version, at = ber.read_integer(datagram, start, end)
    if version == Version.V3:
        start, pdu_at = ber.expect(datagram, at, end, ber.SEQUENCE)
        identifier, _ = ber.read_integer(datagram, start, pdu_at)
        return Head(version, identifier, at, pdu_at)
    if version not in {Version.V1, Version.V2C}:
        raise Malformed(f"version {version}")
    _, pdu_at = ber.expect(datagram, at, end, ber.OCTET_STRING)
    _, start, stop = ber.read(datagram, pdu_at, end)
    identifier, _ = ber.read_integer(datagram, start, stop)
    return Head(version, identifier, at, pdu_at)


def read_pdu(data: bytes, at: int, end: int) -> Pdu:
    """Read the frame of the PDU that fills data[at:end]; its varbinds stay undecoded.

    A v1 trap has another shape and is Malformed here.
    """
    kind, at, stop = ber.read(data, at, end)
    if stop != end:
        raise Malformed(f"{end - stop} octets trail the PDU")
    request_id, at = ber.read_integer(data, at, end)
    status, at = ber.read_integer(data, at, end)
    index, at = ber.read_integer(data, at, end)
    start, stop = ber.expect_last(data, at, end, ber.SEQUENCE)
    return Pdu(kind, request_id, status, index, data[start:stop])


def request(kind: int, request_id: int, repetitions: int, varbinds: bytes) -> bytes:
    """Return a PDU that asks; `repetitions` are max-repetitions of GETBULK, else 0.

    `varbinds` are the contents of the VarBindList, as `unbound` makes them.
    """
    return ber.tlv(
        kind,
        ber.integer(request_id)
        + _ZERO
        + ber.integer(repetitions)
        + ber.tlv(ber.SEQUENCE, varbinds),
    )


def unbound(names: tuple[bytes, ...] | list[bytes]) -> bytes:
    """Return the contents of a VarBindList that asks for these OIDs (contents octets)."""
    return b"".join(
        ber.tlv(ber.SEQUENCE, ber.tlv(ber.OBJECT_IDENTIFIER, name) + _NULL) for name in names
    )
