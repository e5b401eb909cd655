"""From a passphrase to the keys of one engine (RFC 3414 section 2.6 and appendix A.2).

    passphrase ──(1 MiB through the hash, milliseconds)──▶ Ku ──(engine id, microseconds)──▶ Kul

Ku depends on nothing but hash and passphrase, so thousands of devices with one passphrase share the
slow half; it is remembered, bounded, for as long as the process lives.
"""

import hashlib
from collections.abc import Callable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

from protocols.snmp.credentials import AuthProtocol, PrivProtocol

_EXPANDED: Final = 1 << 20


class Hash(NamedTuple):
    """A hash of USM.

    Args:
        name: as hashlib knows it.
        block: octets of its blocks, by which HMAC pads its key (RFC 2104).
        mac: octets of the HMAC that stand in a message, the rest is cut (RFC 3414, RFC 7860).
    """

    name: str
    block: int
    mac: int


HASHES: Final[Mapping[AuthProtocol, Hash]] = MappingProxyType(
    {
        AuthProtocol.MD5: Hash("md5", 64, 12),
        AuthProtocol.SHA1: Hash("sha1", 64, 12),
        AuthProtocol.SHA224: Hash("sha224", 64, 16),
        AuthProtocol.SHA256: Hash("sha256", 64, 24),
        AuthProtocol.SHA384: Hash("sha384", 128, 32),
        AuthProtocol.SHA512: Hash("sha512", 128, 48),
    }
)

PRIVACY_OCTETS: Final[Mapping[PrivProtocol, int]] = MappingProxyType(
    {
        PrivProtocol.DES: 16,  # 8 of key, 8 of pre-IV
        PrivProtocol.DES3: 32,  # 24 of key, 8 of pre-IV
        PrivProtocol.AES128: 16,
        PrivProtocol.AES192: 24,
        PrivProtocol.AES256: 32,
        PrivProtocol.AES192C: 24,
        PrivProtocol.AES256C: 32,
    }
)

_REEDER: Final = frozenset({PrivProtocol.DES3, PrivProtocol.AES192C, PrivProtocol.AES256C})


@lru_cache(maxsize=1024)
def password_to_key(protocol: AuthProtocol, passphrase: bytes) -> bytes:
    """Return Ku: the digest of the passphrase repeated to 1 048 576 octets (RFC 3414 A.2).

    Raises:
        ValueError: the passphrase is empty.
    """
    if not passphrase:
        raise ValueError("an empty passphrase makes no key")
    repeated = passphrase * (_EXPANDED // len(passphrase) + 1)
    return hashlib.new(HASHES[protocol].name, repeated[:_EXPANDED]).digest()


def localised(protocol: AuthProtocol, ku: bytes, engine_id: bytes) -> bytes:
    """Return Kul, the key that is good for one engine alone (RFC 3414 A.2)."""
    return hashlib.new(HASHES[protocol].name, ku + engine_id + ku).digest()


def authentication_key(protocol: AuthProtocol, passphrase: bytes, engine_id: bytes) -> bytes:
    """Return the key of the HMAC, as many octets as the digest has."""
    return localised(protocol, password_to_key(protocol, passphrase), engine_id)


def privacy_key(
    auth: AuthProtocol, priv: PrivProtocol, passphrase: bytes, engine_id: bytes
) -> bytes:
    """Return the octets that the cipher needs; the hash is the one of authentication.

    A digest that is too short is extended: by Reeder's chain (draft-reeder-snmpv3-usm-3desede-00
    section 2.1; 3DES, and AES the way Cisco does) or Blumenthal's
    (draft-blumenthal-aes-usm-04 section 3.1.2.1).
    """
    extend = _reeder if priv in _REEDER else _blumenthal
    key = authentication_key(auth, passphrase, engine_id)
    return _extended(key, PRIVACY_OCTETS[priv], lambda short: extend(auth, short, engine_id))


def _extended(key: bytes, octets: int, more: Callable[[bytes], bytes]) -> bytes:
    while len(key) < octets:
        key += more(key)
    return key[:octets]


def _reeder(protocol: AuthProtocol, key: bytes, engine_id: bytes) -> bytes:
    """Take what there is for a passphrase, and do everything again.

    Not through the memory: this is a key of one engine, of no use to another.
    """
    return localised(protocol, password_to_key.__wrapped__(protocol, key), engine_id)


def _blumenthal(protocol: AuthProtocol, key: bytes, _engine_id: bytes) -> bytes:
    return hashlib.new(HASHES[protocol].name, key).digest()
