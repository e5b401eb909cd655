"""The ciphers of a scopedPDU: AES in CFB (RFC 3826), DES and 3DES in CBC (RFC 3414 section 8)."""

import secrets
from typing import Final, Protocol

from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from protocols.snmp.credentials import PrivProtocol
from protocols.snmp.errors import Malformed

SALT_OCTETS: Final = 8
_BLOCK: Final = 8
_AES_BLOCK: Final = 16
_ZEROS: Final = bytes(_AES_BLOCK)
_64_BITS: Final = (1 << 64) - 1
_32_BITS: Final = (1 << 32) - 1


class Privacy(Protocol):
    """Enciphers with a key of one engine; `boots` and `time_s` are those of the message."""

    def encrypt(self, plain: bytes, boots: int, time_s: int) -> tuple[bytes, bytes]:
        """Return the ciphertext and the salt, which stands in msgPrivacyParameters."""

    def decrypt(self, enciphered: bytes, salt: bytes, boots: int, time_s: int) -> bytes:
        """Return the plaintext, perhaps with padding behind it; Malformed: it cannot be any."""


def privacy(protocol: PrivProtocol, key: bytes) -> Privacy:
    """Return the cipher of a protocol; `key` is what `usm_keys.privacy_key` makes."""
    if protocol is PrivProtocol.DES:
        # One-key 3DES is DES, and the only form in which the library still has it.
        return DesCbc(key[:8] * 3, key[8:])
    if protocol is PrivProtocol.DES3:
        return DesCbc(key[:24], key[24:])
    return AesCfb(key)


class AesCfb:
    """AES in 128-bit CFB; the IV is boots, time and a 64-bit salt (RFC 3826 section 3.1.2.1).

    One context each way serves all messages; making one takes 4.4 of the 6.6 µs of 1 400 octets.
    What CFB makes of a block depends on nothing but the ciphertext block before it, so a context
    that has just seen an IV as ciphertext goes on as a new one with that IV would. The decryptor is
    fed the IV; the encryptor is fed what it turns into the IV.
    """

    __slots__ = ("_decryptor", "_encryptor", "_last", "_salt")

    def __init__(self, key: bytes) -> None:
        """Start the salt anywhere: two sessions share a key, and must never share an IV."""
        cipher = Cipher(AES(key), CFB(_ZEROS))
        self._encryptor = cipher.encryptor()
        self._decryptor = cipher.decryptor()
        self._last = _ZEROS  # the ciphertext block that the encryptor saw last
        self._salt = secrets.randbits(64)

    def encrypt(self, plain: bytes, boots: int, time_s: int) -> tuple[bytes, bytes]:
        """Encipher with a salt that was not used before."""
        self._salt = (self._salt + 1) & _64_BITS
        salt = self._salt.to_bytes(8, "big")
        octets = len(plain)
        lead = self._lead(boots << 96 | time_s << 64 | self._salt)
        whole = self._encryptor.update(lead + plain + bytes(-octets % _AES_BLOCK))
        self._last = whole[-_AES_BLOCK:]
        return whole[_AES_BLOCK : _AES_BLOCK + octets], salt

    def _lead(self, iv: int) -> bytes:
        """Return the block that the encryptor enciphers to the IV.

        It xors the enciphered `_last` to it, which is what the decryptor makes of zeros behind it.
        """
        stream = self._decryptor.update(self._last + _ZEROS)[_AES_BLOCK:]
        return (int.from_bytes(stream, "big") ^ iv).to_bytes(_AES_BLOCK, "big")

    def decrypt(self, enciphered: bytes, salt: bytes, boots: int, time_s: int) -> bytes:
        """Decipher; the length stays."""
        _check_salt(salt)
        octets = len(enciphered)
        iv = (boots << 32 | time_s).to_bytes(8, "big") + salt
        whole = self._decryptor.update(iv + enciphered + bytes(-octets % _AES_BLOCK))
        return whole[_AES_BLOCK : _AES_BLOCK + octets]


class DesCbc:
    """DES or 3DES-EDE in CBC; the IV is the key's pre-IV xor a salt of boots and a counter."""

    __slots__ = ("_algorithm", "_counter", "_pre_iv")

    def __init__(self, key: bytes, pre_iv: bytes) -> None:
        """Start the counter anywhere, as with AES."""
        self._algorithm = TripleDES(key)
        self._pre_iv = int.from_bytes(pre_iv, "big")
        self._counter = secrets.randbits(32)

    def encrypt(self, plain: bytes, boots: int, time_s: int) -> tuple[bytes, bytes]:
        """Encipher, padded to whole blocks (RFC 3414 section 8.1.1.2)."""
        del time_s
        self._counter = (self._counter + 1) & _32_BITS
        salt = (boots << 32 | self._counter).to_bytes(8, "big")
        padded = plain + bytes(-len(plain) % _BLOCK)
        encryptor = Cipher(self._algorithm, CBC(self._iv(salt))).encryptor()
        return encryptor.update(padded) + encryptor.finalize(), salt

    def decrypt(self, enciphered: bytes, salt: bytes, boots: int, time_s: int) -> bytes:
        """Decipher whole blocks; what padding there is stays."""
        del boots, time_s
        _check_salt(salt)
        if len(enciphered) % _BLOCK:
            raise Malformed(f"{len(enciphered)} octets are no whole blocks")
        decryptor = Cipher(self._algorithm, CBC(self._iv(salt))).decryptor()
        return decryptor.update(enciphered) + decryptor.finalize()

    def _iv(self, salt: bytes) -> bytes:
        return (int.from_bytes(salt, "big") ^ self._pre_iv).to_bytes(8, "big")


def _check_salt(salt: bytes) -> None:
    if len(salt) != SALT_OCTETS:
        raise Malformed(f"salt of {len(salt)} octets")
