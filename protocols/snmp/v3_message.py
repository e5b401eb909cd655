"""The SNMPv3 message (RFC 3412 section 6) with USM's security parameters (RFC 3414 section 2.4).

SEQUENCE {
  msgVersion INTEGER 3
  msgGlobalData SEQUENCE { msgID, msgMaxSize, msgFlags, msgSecurityModel }
  msgSecurityParameters OCTET STRING {
    SEQUENCE { engineID, boots, time, userName, authenticationParameters, privacyParameters } }
  msgData: scopedPDU SEQUENCE { contextEngineID, contextName, PDU }, or OCTET STRING of its cipher
}
"""

from typing import Final, NamedTuple

from protocols.snmp import ber, message
from protocols.snmp.errors import Malformed
from protocols.snmp.security import Head, Pdu

AUTHENTICATED: Final = 0x01
ENCIPHERED: Final = 0x02
REPORTABLE: Final = 0x04

MOST_INTEGER: Final = (1 << 31) - 1

_VERSION: Final = ber.integer(3)
# msgMaxSize is what fits in a datagram over IPv4; one octet of flags follows.
_MAX_SIZE_AND_FLAGS: Final = ber.integer(65_507) + bytes((ber.OCTET_STRING, 1))
_MODEL: Final = ber.integer(3)  # USM
_REST: Final = len(_MAX_SIZE_AND_FLAGS) + 1 + len(_MODEL)
_FOUR_OCTETS: Final = range(1 << 23, 1 << 31)
_BEFORE_FOUR: Final = _VERSION + ber.header(ber.SEQUENCE, 6 + _REST) + bytes((ber.INTEGER, 4))
_BEHIND_NUMBER: Final = [
    _MAX_SIZE_AND_FLAGS + bytes((flags,)) + _MODEL for flags in range(2 * REPORTABLE)
]


class Envelope(NamedTuple):
    """Everything around the scopedPDU of a message that was received.

    Args:
        flags: AUTHENTICATED and ENCIPHERED, nothing else.
        mac_at, mac_octets: where msgAuthenticationParameters stand, and how long they are.
        salt: msgPrivacyParameters.
        body_at: offset of msgData's tag; it ends where the datagram does.
    """

    flags: int
    engine_id: bytes
    boots: int
    time_s: int
    user: bytes
    mac_at: int
    mac_octets: int
    salt: bytes
    body_at: int


class Scoped(NamedTuple):
    """A scopedPDU in clear; `ours` when it bears the contextEngineID and contextName asked for."""

    ours: bool
    pdu: Pdu


def read(data: bytes, head: Head) -> Envelope:
    """Read what surrounds the scopedPDU; boots and time are in 0..2^31-1.

    Raises:
        Malformed: it is no message of USM.
    """
    flags = _flags(data, head)
    start, body_at = _short(data, head.pdu_at, len(data), ber.OCTET_STRING)
    at, stop = _short(data, start, body_at, ber.SEQUENCE)
    engine_at, boots_at = _short(data, at, stop, ber.OCTET_STRING)
    boots, at = _small(data, boots_at, stop)
    time_s, at = _small(data, at, stop)
    user_at, user_end = _short(data, at, stop, ber.OCTET_STRING)
    mac_at, mac_end = _short(data, user_end, stop, ber.OCTET_STRING)
    salt_at, end = _short(data, mac_end, stop, ber.OCTET_STRING)
    if end != stop or stop != body_at:
        raise Malformed(f"octets trail the security parameters at {stop}")
    return Envelope(
        flags,
        data[engine_at:boots_at],
        boots,
        time_s,
        data[user_at:user_end],
        mac_at,
        mac_end - mac_at,
        data[salt_at:end],
        body_at,
    )


def _short(data: bytes, at: int, end: int, tag: int) -> tuple[int, int]:
    """Do what `ber.expect` does, at once for lengths below 128, which nearly all are here."""
    if at + 1 < end and data[at] == tag:
        stop = at + 2 + data[at + 1]
        if data[at + 1] < ber.LONG_FORM and stop <= end:
            return at + 2, stop
    return ber.expect(data, at, end, tag)


def _small(data: bytes, at: int, end: int) -> tuple[int, int]:
    start, stop = _short(data, at, end, ber.INTEGER)
    value = int.from_bytes(data[start:stop], "big", signed=True)
    if start == stop or not 0 <= value <= MOST_INTEGER:
        raise Malformed(f"engine boots or time of {stop - start} octets")
    return value, stop


def _flags(data: bytes, head: Head) -> int:
    stop = head.pdu_at
    at, _ = _short(data, head.at, stop, ber.SEQUENCE)
    _, at = _short(data, at, stop, ber.INTEGER)
    _, at = _short(data, at, stop, ber.INTEGER)
    start, at = _short(data, at, stop, ber.OCTET_STRING)
    if at - start != 1:
        raise Malformed(f"{at - start} octets of flags")
    if data[at:stop] != _MODEL:
        raise Malformed("another security model")
    return data[start] & (AUTHENTICATED | ENCIPHERED)


def read_enciphered(data: bytes, envelope: Envelope) -> bytes:
    """Return the contents of the OCTET STRING that fills the rest of the message."""
    start, end = ber.expect_last(data, envelope.body_at, len(data), ber.OCTET_STRING)
    return data[start:end]


def read_scoped(data: bytes, at: int, context_front: bytes) -> Scoped:
    """Read the scopedPDU at `at`; `context_front` is what `scoped` would begin with.

    Octets may follow it: padding, when it was enciphered; the caller refuses them when it was not.

    Raises:
        Malformed: there is none; after deciphering that mostly means that the key is wrong.
    """
    at, stop = ber.expect(data, at, len(data), ber.SEQUENCE)
    if data.startswith(context_front, at):
        at += len(context_front)
        return Scoped(ours=True, pdu=_pdu(data, at, stop))
    _, at = ber.read_octets(data, at, stop)
    _, at = ber.read_octets(data, at, stop)
    return Scoped(ours=False, pdu=_pdu(data, at, stop))


def _pdu(data: bytes, at: int, stop: int) -> Pdu:
    try:
        found = message.usual_pdu(data, at, stop)
    except IndexError:
        found = None
    return found or message.read_pdu(data, at, stop)


def scoped(context_front: bytes, pdu: bytes) -> bytes:
    """Return a scopedPDU; `context_front` are contextEngineID and contextName, encoded."""
    return ber.header(ber.SEQUENCE, len(context_front) + len(pdu)) + context_front + pdu


def security_parameters(  # noqa: PLR0913, PLR0917 - as many as RFC 3414 section 2.4 has
    engine_id: bytes, boots: int, time_s: int, user: bytes, mac: int, salt: int
) -> bytes:
    """Return msgSecurityParameters with `mac` zeros of HMAC, up to the contents of the salt."""
    front = (
        ber.octets(engine_id)
        + ber.integer(boots)
        + ber.integer(time_s)
        + ber.octets(user)
        + ber.octets(bytes(mac))
        + ber.header(ber.OCTET_STRING, salt)
    )
    inner = ber.header(ber.SEQUENCE, len(front) + salt) + front
    return ber.header(ber.OCTET_STRING, len(inner) + salt) + inner


def encode(message_id: int, flags: int, parameters: bytes, salt: bytes, body: bytes) -> bytes:
    """Return a whole message, not yet signed.

    `parameters` are those of `security_parameters`, `body` is msgData with its tag. The HMAC's
    zeros end `len(body) + len(salt) + 2` octets before the end.
    """
    if message_id in _FOUR_OCTETS:  # all that we make
        front = _BEFORE_FOUR + message_id.to_bytes(4, "big")
    else:
        number = ber.integer(message_id)
        front = _VERSION + ber.header(ber.SEQUENCE, len(number) + _REST) + number
    whole = b"".join((front, _BEHIND_NUMBER[flags], parameters, salt, body))
    return ber.header(ber.SEQUENCE, len(whole)) + whole
