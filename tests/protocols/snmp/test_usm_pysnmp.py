"""The same messages by pysnmp and by us, for every hash and cipher: each reads the other's."""

from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyasn1.codec.ber import decoder, encoder
from pyasn1.type.univ import OctetString
from pysnmp.proto.mpmod.rfc3412 import ScopedPDU, SNMPv3Message
from pysnmp.proto.secmod.rfc3414.service import UsmSecurityParameters

from protocols.snmp import ber, message
from protocols.snmp.credentials import AuthProtocol, PrivProtocol, User
from protocols.snmp.security import Pdu
from protocols.snmp.usm import UsmSecurity
from protocols.snmp.usm_clock import EngineClock
from protocols.snmp.usm_keys import HASHES, authentication_key, privacy_key
from protocols.snmp.usm_peer import Peer
from tests.protocols.snmp.pysnmp_usm import AUTH_MODULES, PRIV_MODULES

NOW_S: Final = 1_000.0
AUTH_KEY, PRIV_KEY = b"auth passphrase", b"priv passphrase"
REQUEST_ID: Final = 0x41424344
LEVELS: Final = [(None, None), *((auth, None) for auth in AuthProtocol)] + [
    (auth, priv) for auth in AuthProtocol for priv in PrivProtocol
]

engine_ids = st.binary(min_size=5, max_size=32)
numbers = st.integers(0, 2**31 - 1)
names = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=32)
values = st.binary(max_size=1_200)
exhaustively = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _user(name: str, auth: AuthProtocol | None, priv: PrivProtocol | None, context: bytes) -> User:
    return User(name, auth, AUTH_KEY if auth else b"", priv, PRIV_KEY if priv else b"", context)


def _pdu(kind: int, value: bytes) -> bytes:
    bind = ber.sequence(ber.tlv(ber.OBJECT_IDENTIFIER, b"\x2b\x06\x01"), ber.octets(value))
    return ber.tlv(kind, ber.integer(REQUEST_ID) + ber.integer(0) * 2 + ber.sequence(bind))


def _known(user: User, engine_id: bytes, boots: int, time_s: int) -> UsmSecurity:
    security = UsmSecurity(user)
    security._peer = Peer(user, engine_id, EngineClock(boots, time_s, NOW_S))
    security._peer.proven_s = NOW_S
    return security


@pytest.mark.parametrize(("auth", "priv"), LEVELS)
@exhaustively
@given(engine_ids, numbers, numbers, names, values, st.binary(max_size=20))
def test_pysnmp_reads_what_we_write(  # noqa: PLR0913, PLR0917 - fields of a message
    auth: AuthProtocol | None,
    priv: PrivProtocol | None,
    engine_id: bytes,
    boots: int,
    time_s: int,
    name: str,
    value: bytes,
    context: bytes,
) -> None:
    security = _known(_user(name, auth, priv, context), engine_id, boots, time_s)
    pdu = _pdu(ber.GET, value)
    datagram = security.encode(pdu, REQUEST_ID, 0x51525354, NOW_S).datagram
    whole, rest = decoder.decode(datagram, asn1Spec=SNMPv3Message())
    assert not rest
    parameters, rest = decoder.decode(
        bytes(whole["msgSecurityParameters"]), asn1Spec=UsmSecurityParameters()
    )
    assert not rest
    assert [int(whole["msgGlobalData"][0]), int(whole["msgGlobalData"][3])] == [0x51525354, 3]
    assert bytes(whole["msgGlobalData"][2]) == bytes((4 | bool(auth) | bool(priv) << 1,))
    assert [bytes(parameters[0]), int(parameters[1]), int(parameters[2])] == [
        engine_id, boots, time_s,
    ]  # fmt: skip
    assert bytes(parameters[3]) == name.encode()
    if auth:
        key = OctetString(authentication_key(auth, AUTH_KEY, engine_id))
        AUTH_MODULES[auth].authenticate_incoming_message(key, parameters[4], datagram)
    scoped, _ = decoder.decode(
        _deciphered(whole, parameters, auth, priv, engine_id), asn1Spec=ScopedPDU()
    )
    assert [bytes(scoped[0]), bytes(scoped[1])] == [engine_id, context]
    assert encoder.encode(scoped[2]) == pdu


def _deciphered(
    whole: Any,
    parameters: Any,
    auth: AuthProtocol | None,
    priv: PrivProtocol | None,
    engine_id: bytes,
) -> bytes:
    if not auth or not priv:
        return bytes(encoder.encode(whole["msgData"]["plaintext"]))
    key = OctetString(privacy_key(auth, priv, PRIV_KEY, engine_id))
    salt = parameters[1], parameters[2], parameters[5]
    enciphered = whole["msgData"]["encryptedPDU"]
    return bytes(PRIV_MODULES[priv].decrypt_data(key, salt, enciphered))


@pytest.mark.parametrize(("auth", "priv"), LEVELS)
@exhaustively
@given(engine_ids, numbers, numbers, names, values, st.binary(max_size=20))
def test_we_read_what_pysnmp_writes(  # noqa: PLR0913, PLR0917 - fields of a message
    auth: AuthProtocol | None,
    priv: PrivProtocol | None,
    engine_id: bytes,
    boots: int,
    time_s: int,
    name: str,
    value: bytes,
    context: bytes,
) -> None:
    security = _known(_user(name, auth, priv, context), engine_id, boots, time_s)
    outgoing = security.encode(_pdu(ber.GET, b""), REQUEST_ID, 0x51525354, NOW_S)
    pdu = _pdu(ber.RESPONSE, value)
    scoped = ber.sequence(ber.octets(engine_id), ber.octets(context), pdu)
    datagram = _theirs(scoped, auth, priv, engine_id, boots, time_s, name)
    found = security.decode(datagram, message.head(datagram), outgoing, NOW_S)
    assert found == message.read_pdu(pdu, 0, len(pdu))
    assert isinstance(found, Pdu)


def _theirs(  # noqa: PLR0913, PLR0917 - fields of a message
    scoped: bytes,
    auth: AuthProtocol | None,
    priv: PrivProtocol | None,
    engine_id: bytes,
    boots: int,
    time_s: int,
    name: str,
) -> bytes:
    whole = SNMPv3Message()
    whole["msgVersion"] = 3
    for position, field in enumerate(
        (0x51525354, 65_507, bytes((bool(auth) | bool(priv) << 1,)), 3)
    ):
        whole["msgGlobalData"][position] = field
    salt = OctetString(b"")
    if auth and priv:
        key = OctetString(privacy_key(auth, priv, PRIV_KEY, engine_id))
        enciphered, salt = PRIV_MODULES[priv].encrypt_data(key, (boots, time_s, None), scoped)
        whole["msgData"]["encryptedPDU"] = enciphered
    else:
        whole["msgData"]["plaintext"], _ = decoder.decode(scoped, asn1Spec=ScopedPDU())
    parameters = UsmSecurityParameters()
    zeros = bytes(HASHES[auth].mac) if auth else b""
    for position, field in enumerate((engine_id, boots, time_s, name, zeros, salt)):
        parameters[position] = field
    whole["msgSecurityParameters"] = encoder.encode(parameters)
    datagram = bytes(encoder.encode(whole))
    if not auth:
        return datagram
    return _signed(datagram, zeros, authentication_key(auth, AUTH_KEY, engine_id), auth)


def _signed(datagram: bytes, zeros: bytes, key: bytes, auth: AuthProtocol) -> bytes:
    """Let pysnmp sign; it looks for the first run of zeros, so there must be no other before."""
    at = message.head(datagram).pdu_at
    assert datagram.find(zeros) > at
    return bytes(AUTH_MODULES[auth].authenticate_outgoing_message(OctetString(key), datagram))
