"""Messages and PDUs: what stands in clear, the PDU's frame, and the requests that we send.

SEQUENCE { version, community, PDU }                               v1, v2c (RFC 1157, RFC 1901)
SEQUENCE { version, SEQUENCE { msgID, ... }, OCTET STRING, data }  v3 (RFC 3412 section 6)
"""

from functools import lru_cache
from typing import Final

from protocols.snmp import ber
from protocols.snmp.credentials import Version
from protocols.snmp.errors import Malformed
from protocols.snmp.security import Head, Pdu

IDENTIFIER_OCTETS: Final = 4
"""Of the request-ids and msgIDs that we make."""

_ONE: Final = b"\x02\x01"
_FOUR: Final = b"\x02\x04"
_NULL: Final = b"\x05\x00"
_ZERO: Final = ber.integer(0)
_LONG: Final = 0x82
_MIDDLING: Final = 0x81
_MSG_ID_AT: Final = 11  # in a v3 message of 256 octets or more
_REQUEST_ID_AT: Final = 15  # without the community's octets


def head(datagram: bytes) -> Head:
    """Read what any version shows in clear, of a datagram that is one whole message.

    Raises:
        Malformed: it is none, or something trails it.
    """
    try:
        found = _usual(datagram)
    except IndexError:
        found = None
    return found or _any(datagram)


def likely_identifier(datagram: bytes) -> int:
    """Return what `head` would most likely say of an answer, else anything.

    It is good for looking somebody up who then looks at each octet.
    """
    if len(datagram) <= _MSG_ID_AT:
        return 0
    if datagram[1] == _LONG:
        at = _MSG_ID_AT if datagram[6] == Version.V3 else _REQUEST_ID_AT + datagram[8]
    else:
        at = _likely_place(datagram)
    return int.from_bytes(datagram[at : at + IDENTIFIER_OCTETS], "big")


def _likely_place(datagram: bytes) -> int:
    """Return where the identifier is in an answer of up to 255 octets, all headers included."""
    longer = datagram[1] == _MIDDLING
    if datagram[4 + longer] == Version.V3:
        return _MSG_ID_AT - 2 + longer
    pdu_at = 7 + longer + datagram[6 + longer]
    longer = pdu_at + 1 < len(datagram) and datagram[pdu_at + 1] == _MIDDLING
    return pdu_at + 4 + longer


@lru_cache(maxsize=4096)
def around_answer(front: bytes, octets: int) -> tuple[bytes, bytes]:
    """Return what stands before and behind the request-id of a response without an error.

    It has so many octets of varbinds, and `front` between its outermost header and the PDU.
    """
    middle = _ZERO + _ZERO + ber.header(ber.SEQUENCE, octets)
    size = len(_FOUR) + IDENTIFIER_OCTETS + len(middle) + octets
    pdu = ber.header(ber.RESPONSE, size) + _FOUR
    outermost = len(front) + len(pdu) - len(_FOUR) + size
    return ber.header(ber.SEQUENCE, outermost) + front + pdu, middle


@lru_cache(maxsize=4096)
def around_request(
    front: bytes | None, kind: int, repetitions: int, varbinds: bytes
) -> tuple[bytes, bytes]:
    """Return what stands before and behind the request-id: of a message with that front, or a PDU.

    See `request`; the request-id has four octets.
    """
    behind = _asking(repetitions, varbinds)
    size = len(_FOUR) + IDENTIFIER_OCTETS + len(behind)
    before = ber.header(kind, size) + _FOUR
    if front is not None:
        outermost = len(front) + len(before) - len(_FOUR) + size
        before = ber.header(ber.SEQUENCE, outermost) + front + before
    return before, behind


def _usual(data: bytes) -> Head | None:
    """Read a v1 or v2c response of the shape that nearly all have, else return None.

    The same as `_any` and `read_pdu` without their twelve calls, which took a fifth of the time of
    an exchange: every container has to end where the datagram does, small numbers take one octet.
    """
    end = len(data)
    at, stop = _contents(data, 0)
    if stop != end or data[0] != ber.SEQUENCE or data[at : at + 2] != _ONE:
        return None
    version = data[at + 2]
    if version == Version.V3:
        return _usual_v3(data, at + 3)
    if data[at + 3] != ber.OCTET_STRING:
        return None
    pdu_at = at + 5 + data[at + 4]
    if version > Version.V2C or data[at + 4] >= ber.LONG_FORM:
        return None
    pdu = usual_pdu(data, pdu_at, end)
    return Head(version, pdu.request_id, at + 3, pdu_at, pdu) if pdu else None


def _usual_v3(data: bytes, at: int) -> Head | None:
    """Read msgID alone, of four octets, as every agent returns those that we make."""
    if data[at] != ber.SEQUENCE or data[at + 1] >= ber.LONG_FORM or data[at + 2 : at + 4] != _FOUR:
        return None
    pdu_at = at + 2 + data[at + 1]
    identifier = int.from_bytes(data[at + 4 : at + 8], "big", signed=True)
    return Head(Version.V3, identifier, at, pdu_at) if at + 8 <= pdu_at < len(data) else None


def usual_pdu(data: bytes, at: int, end: int) -> Pdu | None:
    """Read a response of the shape that nearly all have, the same as `read_pdu`, else None.

    Raises:
        IndexError: it is none.
    """
    start, stop = _contents(data, at)
    if stop != end or data[start : start + 2] != _FOUR or data[start + 2] >= ber.LONG_FORM:
        return None
    shape = data[start + 6 : start + 13]
    if shape[:2] != _ONE or shape[3:5] != _ONE or shape[6] != ber.SEQUENCE:
        return None
    first, stop = _contents(data, start + 12)
    if stop != end or shape[2] >= ber.LONG_FORM or shape[5] >= ber.LONG_FORM:
        return None
    number = int.from_bytes(data[start + 2 : start + 6], "big")
    return Pdu(data[at], number, shape[2], shape[5], data[first:end])


def _contents(data: bytes, at: int) -> tuple[int, int]:
    """Return where the contents of an element start and stop; IndexError, or nonsense, if none."""
    form = data[at + 1]
    if form == 0x82:  # noqa: PLR2004 - two octets of length follow
        return at + 4, at + 4 + (data[at + 2] << 8 | data[at + 3])
    if form < ber.LONG_FORM:
        return at + 2, at + 2 + form
    if form == 0x81:  # noqa: PLR2004 - one octet of length follows
        return at + 3, at + 3 + data[at + 2]
    return at, -1


def _any(datagram: bytes) -> Head:
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
    body = ber.integer(request_id) + _asking(repetitions, varbinds)
    return ber.header(kind, len(body)) + body


@lru_cache(maxsize=4096)
def _asking(repetitions: int, varbinds: bytes) -> bytes:
    """Return what follows the request-id; remembered, because a column starts alike everywhere."""
    return _ZERO + ber.integer(repetitions) + ber.tlv(ber.SEQUENCE, varbinds)


@lru_cache(maxsize=4096)
def unbound(names: tuple[bytes, ...]) -> bytes:
    """Return the contents of a VarBindList that asks for these OIDs (contents octets)."""
    return b"".join(
        ber.tlv(ber.SEQUENCE, ber.tlv(ber.OBJECT_IDENTIFIER, name) + _NULL) for name in names
    )
