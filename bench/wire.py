"""SNMP messages as a fake agent takes them apart and puts them together.

It trusts its only client: digests are made, never checked, and a level is whatever was asked for.
"""

import hashlib
import hmac
from typing import NamedTuple

from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms

from bench.template import COUNTER32, INTEGER, OCTETS, Oid, encode_number, encode_oid, tlv

GET, GETNEXT, RESPONSE, GETBULK, REPORT = 0xA0, 0xA1, 0xA2, 0xA5, 0xA8
NO_ERROR = b"\x02\x01\x00\x02\x01\x00"
_UNKNOWN_ENGINE = (1, 3, 6, 1, 6, 3, 15, 1, 1, 4, 0)
_DIGEST_OCTETS = 24
"""usmHMAC192SHA256 (RFC 7860)."""
_AUTH, _PRIV, _REPORTABLE = 1, 2, 4
_PASSWORD_OCTETS = 1_048_576


class Keys(NamedTuple):
    """A user's localized keys at one engine: SHA-256 and AES-128."""

    auth: bytes
    priv: bytes


def master_key(password: str) -> bytes:
    """Turn a password into Ku with SHA-256 (RFC 3414 section A.2)."""
    octets = password.encode()
    stretched = (octets * (_PASSWORD_OCTETS // len(octets) + 1))[:_PASSWORD_OCTETS]
    return hashlib.sha256(stretched).digest()


def localized(master: bytes, engine: bytes) -> bytes:
    """Localize Ku to an engine (RFC 3414 section 2.6)."""
    return hashlib.sha256(master + engine + master).digest()


def part(datagram: bytes, at: int) -> tuple[int, int, int]:
    """Read a tag and a length: (tag, where the contents start, where they end)."""
    size = datagram[at + 1]
    if size < 0x80:
        return datagram[at], at + 2, at + 2 + size
    start = at + 2 + (size & 0x7F)
    return datagram[at], start, start + int.from_bytes(datagram[at + 2 : start], "big")


def number(octets: bytes) -> int:
    """Decode an INTEGER's contents."""
    return int.from_bytes(octets, "big", signed=True)


class Asked(NamedTuple):
    """What a request wants, decoded: for GETBULK non-repeaters and max-repetitions."""

    kind: int
    single: int
    repetitions: int
    oids: list[Oid]


def asked(kind: int, after_id: bytes) -> Asked:
    """Decode what follows the request-id of a PDU."""
    _, start, first = part(after_id, 0)
    single = number(after_id[start:first])
    _, start, second = part(after_id, first)
    repetitions = number(after_id[start:second])
    _, at, end = part(after_id, second)
    oids = []
    while at < end:
        _, name, after = part(after_id, at)
        _, start, stop = part(after_id, name)
        oids.append(_decoded_oid(after_id[start:stop]))
        at = after
    return Asked(kind, single, repetitions, oids)


def _decoded_oid(octets: bytes) -> Oid:
    numbers, number_so_far = [octets[0] // 40, octets[0] % 40], 0
    for octet in octets[1:]:
        number_so_far = number_so_far << 7 | octet & 0x7F
        if octet < 0x80:
            numbers.append(number_so_far)
            number_so_far = 0
    return tuple(numbers)


class Secured(NamedTuple):
    """An SNMPv3 request, decrypted as far as it was encrypted (RFC 3412 section 6)."""

    message_id: bytes
    flags: int
    engine: bytes
    user: bytes
    scope: bytes
    """contextEngineID and contextName, encoded."""
    pdu: bytes


def secured(datagram: bytes, at: int, keys: Keys) -> Secured:
    """Take an SNMPv3 message apart from behind its version."""
    _, header, security = part(datagram, at)
    _, _start, id_end = part(datagram, header)
    _, _start, size_end = part(datagram, id_end)
    _, flags_at, _end = part(datagram, size_end)
    flags = datagram[flags_at]
    _, usm, scoped_at = part(datagram, security)
    fields = _fields(datagram, part(datagram, usm)[1])
    scoped = datagram[scoped_at:]
    if flags & _PRIV:
        boots, seconds = (number(field) for field in fields[1:3])
        _, start, end = part(scoped, 0)
        scoped = _cipher(keys.priv, boots, seconds, fields[5]).decryptor().update(scoped[start:end])
    _, start, end = part(scoped, 0)
    context_end = part(scoped, part(scoped, start)[2])[2]
    message_id = datagram[header:id_end]
    return Secured(
        message_id, flags, fields[0], fields[3], scoped[start:context_end], scoped[context_end:end]
    )


def _fields(datagram: bytes, at: int) -> list[bytes]:
    """Return engine, boots, time, user, authentication and privacy parameters."""
    fields = []
    for _ in range(6):
        _, start, at = part(datagram, at)
        fields.append(datagram[start:at])
    return fields


class Clock(NamedTuple):
    """An engine's id, boots and time (seconds)."""

    engine: bytes
    boots: int
    seconds: int


def secured_reply(request: Secured, pdu: bytes, clock: Clock, keys: Keys, salt: int) -> bytes:
    """Answer at the request's own level; an unknown engine is answered in clear."""
    flags = request.flags & (_AUTH | _PRIV) if request.engine else 0
    scoped = tlv(0x30, (request.scope if request.engine else _scope(clock.engine)) + pdu)
    salted = salt.to_bytes(8, "big") if flags & _PRIV else b""
    if salted:
        cipher = _cipher(keys.priv, clock.boots, clock.seconds, salted)
        scoped = tlv(OCTETS, cipher.encryptor().update(scoped))
    digest = bytes(_DIGEST_OCTETS) if flags & _AUTH else b""
    usm = tlv(
        0x30,
        tlv(OCTETS, clock.engine)
        + encode_number(INTEGER, clock.boots)
        + encode_number(INTEGER, clock.seconds)
        + tlv(OCTETS, request.user)
        + tlv(OCTETS, digest)
        + tlv(OCTETS, salted),
    )
    header = request.message_id + b"\x02\x03\x00\xff\xe3" + b"\x04\x01" + bytes((flags,))
    front = b"\x02\x01\x03" + tlv(0x30, header + b"\x02\x01\x03") + tlv(OCTETS, usm)
    whole = tlv(0x30, front + scoped)
    if not digest:
        return whole
    place = len(whole) - len(scoped) - len(tlv(OCTETS, salted)) - _DIGEST_OCTETS
    made = hmac.digest(keys.auth, whole, "sha256")[:_DIGEST_OCTETS]
    return whole[:place] + made + whole[place + _DIGEST_OCTETS :]


def unknown_engine(request_id: bytes) -> bytes:
    """Return the Report PDU by which an engine is discovered (RFC 3414 section 4)."""
    name = tlv(0x06, encode_oid(_UNKNOWN_ENGINE))
    bind = tlv(0x30, name + encode_number(COUNTER32, 1))
    return tlv(REPORT, request_id + NO_ERROR + tlv(0x30, bind))


def _scope(engine: bytes) -> bytes:
    return tlv(OCTETS, engine) + tlv(OCTETS, b"")


def _cipher(key: bytes, boots: int, seconds: int, salt: bytes) -> Cipher[CFB]:
    """AES-128 in CFB with the initialization vector of RFC 3826 section 3.1.2.1."""
    vector = boots.to_bytes(4, "big") + seconds.to_bytes(4, "big") + salt
    return Cipher(algorithms.AES(key), CFB(vector))
