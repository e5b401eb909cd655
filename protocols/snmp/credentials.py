"""Who we say we are to an SNMP agent; the repr of a credential never shows a secret."""

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum


class Version(IntEnum):
    """msgVersion as it stands on the wire (RFC 1157, RFC 1901, RFC 3412 section 6)."""

    V1 = 0
    V2C = 1
    V3 = 3


class AuthProtocol(StrEnum):
    """HMAC of a USM user, by the inventory's names (RFC 3414, RFC 7860)."""

    MD5 = "md5"
    SHA1 = "sha1"
    SHA224 = "sha224"
    SHA256 = "sha256"
    SHA384 = "sha384"
    SHA512 = "sha512"


class PrivProtocol(StrEnum):
    """Cipher of a USM user, by the inventory's names (RFC 3414, RFC 3826, drafts for the rest).

    A trailing `c` is the Reeder extension of short keys, as Cisco uses it; without it Blumenthal's.
    """

    DES = "des"
    DES3 = "3des"
    AES128 = "aes128"
    AES192 = "aes192"
    AES256 = "aes256"
    AES192C = "aes192c"
    AES256C = "aes256c"


@dataclass(frozen=True, slots=True)
class Community:
    """A community of SNMPv1 or v2c; the name is as good as a password and stays out of the repr."""

    version: Version
    name: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class User:
    """A USM user of SNMPv3 (RFC 3414).

    Args:
        auth_key: the passphrase as octets, not yet localised; b"" without auth.
        priv_key: the same for privacy; privacy without auth does not exist.
        context: contextName of the requests.
    """

    name: str
    auth: AuthProtocol | None = None
    auth_key: bytes = field(default=b"", repr=False)
    priv: PrivProtocol | None = None
    priv_key: bytes = field(default=b"", repr=False)
    context: bytes = b""


Credential = Community | User
