"""The public key that an SSH server proves to hold, as known_hosts writes it."""

import base64
import binascii
import struct
from dataclasses import dataclass
from hashlib import sha256

_LENGTH = struct.Struct(">I")


class BadHostKey(ValueError):
    """What should be a host key is none; the text says why."""


@dataclass(frozen=True, slots=True)
class HostKey:
    """A public key.

    Args:
        algorithm: the type of the key (`ssh-ed25519`, `ecdsa-sha2-nistp256`, `ssh-rsa`). An RSA key
            is `ssh-rsa` here whichever hash signs with it (RFC 8332, section 3).
        blob: the key in the encoding of RFC 4253, section 6.6, which begins with the type.
    """

    algorithm: str
    blob: bytes

    @classmethod
    def of(cls, algorithm: str, text: str) -> "HostKey":
        """Read what known_hosts holds: the type, and the blob in base64.

        Raises:
            BadHostKey: it is not base64, or not a key of that type.
        """
        try:
            blob = base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError) as error:
            raise BadHostKey(f"not base64: {text[:20]!r}") from error
        key = cls.of_blob(blob)
        if key.algorithm != algorithm:
            raise BadHostKey(f"a key of type {key.algorithm!r}, not {algorithm!r}")
        return key

    @classmethod
    def of_blob(cls, blob: bytes) -> "HostKey":
        """Take the type from the blob itself.

        Raises:
            BadHostKey: there is no type in it.
        """
        if len(blob) < _LENGTH.size:
            raise BadHostKey("too short for a key")
        (length,) = _LENGTH.unpack_from(blob)
        name = blob[_LENGTH.size : _LENGTH.size + length]
        if not name or len(name) < length or len(blob) == _LENGTH.size + length:
            raise BadHostKey("cut off")
        if not name.isascii() or any(octet <= ord(" ") for octet in name):
            raise BadHostKey("no type in it")
        return cls(name.decode("ascii"), blob)

    @property
    def text(self) -> str:
        """The blob in base64, as known_hosts writes it."""
        return base64.b64encode(self.blob).decode("ascii")

    @property
    def fingerprint(self) -> str:
        """`SHA256:` and the digest in base64 without padding, as `ssh-keygen -l` shows it."""
        digest = base64.b64encode(sha256(self.blob).digest()).decode("ascii")
        return f"SHA256:{digest.rstrip('=')}"
