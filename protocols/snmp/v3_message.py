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

_USM: Final = 3
_VERSION: Final = ber.integer(3)
_MAX_SIZE: Final = ber.integer(65_507)  # what fits in a datagram over IPv4 (RFC 3417 section 3)
_MODEL: Final = ber.integer(_USM)


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
    """A scopedPDU in clear."""

    engine_id: bytes
    context: bytes
    pdu: Pdu


def read(data: bytes, head: Head) -> Envelope:
    """Read what surrounds the scopedPDU; boots and time are in 0..2^31-1.

    Raises:
        Malformed: it is no message of USM.
    """
    flags = _flags(data, head)
    start, body_at = ber.expect(data, head.pdu_at, len(data), ber.OCTET_STRING)
    at, stop = ber.expect_last(data, start, body_at, ber.SEQUENCE)
    engine_id, at = ber.read_octets(data, at, stop)
    boots, at = ber.read_integer(data, at, stop)
    time_s, at = ber.read_integer(data, at, stop)
    user, at = ber.read_octets(data, at, stop)
    mac_at, at = ber.expect(data, at, stop, ber.OCTET_STRING)
    salt_at, end = ber.expect_last(data, at, stop, ber.OCTET_STRING)
    if not (0 <= boots <= MOST_INTEGER and 0 <= time_s <= MOST_INTEGER):
        raise Malformed(f"engine boots {boots}, time {time_s}")
    return Envelope(
        flags, engine_id, boots, time_s, user, mac_at, at - mac_at, data[salt_at:end], body_at
    )


def _flags(data: bytes, head: Head) -> int:
    stop = head.pdu_at
    at, _ = ber.expect(data, head.at, stop, ber.SEQUENCE)
    _, at = ber.read_integer(data, at, stop)
    _, at = ber.read_integer(data, at, stop)
    flags, at = ber.read_octets(data, at, stop)
    model, at = ber.read_integer(data, at, stop)
    if model != _USM or at != stop:
        raise Malformed(f"security model {model}")
    if len(flags) != 1:
        raise Malformed(f"{len(flags)} octets of flags")
    return flags[0] & (AUTHENTICATED | ENCIPHERED)


def read_enciphered(data: bytes, envelope: Envelope) -> bytes:
    """Return the contents of the OCTET STRING that fills the rest of the message."""
    start, end = ber.expect_last(data, envelope.body_at, len(data), ber.OCTET_STRING)
    return data[start:end]


def read_scoped(data: bytes, at: int) -> Scoped:
    """Read the scopedPDU at `at`.

    Octets may follow it: padding, when it was enciphered; the caller refuses them when it was not.

    Raises:
        Malformed: there is none; after deciphering that mostly means that the key is wrong.
    """
    at, stop = ber.expect(data, at, len(data), ber.SEQUENCE)
    engine_id, at = ber.read_octets(data, at, stop)
    context, at = ber.read_octets(data, at, stop)
    return Scoped(engine_id, context, message.read_pdu(data, at, stop))


def scoped(context_front: bytes, pdu: bytes) -> bytes:
    """Return a scopedPDU; `context_front` are contextEngineID and contextName, encoded."""
    return ber.header(ber.SEQUENCE, len(context_front) + len(pdu)) + context_front + pdu


def security_parameters(engine_id: bytes, boots: int, time_s: int, user: bytes, mac: int) -> bytes:
    """Return the encoded parameters up to msgAuthenticationParameters, these `mac` zeros."""
    return (
        ber.octets(engine_id)
        + ber.integer(boots)
        + ber.integer(time_s)
        + ber.octets(user)
        + ber.octets(bytes(mac))
    )


def encode(message_id: int, flags: int, parameters: bytes, salt: bytes, body: bytes) -> bytes:
    """Return a whole message, not yet signed.

    `parameters` are those of `security_parameters`, `body` is msgData with its tag. The HMAC's
    zeros end where the encoded salt begins: `len(body) + len(salt) + 2` octets before the end.
    """
    number = ber.integer(message_id)
    common = number + _MAX_SIZE + bytes((ber.OCTET_STRING, 1, flags)) + _MODEL
    secured = ber.sequence(parameters, ber.octets(salt))
    whole = _VERSION + ber.sequence(common) + ber.octets(secured) + body
    return ber.header(ber.SEQUENCE, len(whole)) + whole
