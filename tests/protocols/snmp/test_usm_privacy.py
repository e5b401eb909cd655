"""Ciphers against the library's plain use, and one context against one for each message."""

import itertools
from typing import Final

import pytest
from cryptography.hazmat.decrepit.ciphers.modes import CFB
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from hypothesis import given
from hypothesis import strategies as st

from protocols.snmp.credentials import PrivProtocol
from protocols.snmp.errors import Malformed
from protocols.snmp.usm_keys import PRIVACY_OCTETS
from protocols.snmp.usm_privacy import AesCfb, privacy

KEY: Final = bytes(range(32))
LATEST: Final = 2**31 - 1

numbers = st.integers(0, LATEST)
messages = st.lists(st.tuples(st.binary(max_size=100), numbers, numbers), max_size=8)


@pytest.mark.parametrize("octets", [16, 24, 32])
@given(sent=messages)
def test_aes_is_the_plain_cfb_of_rfc_3826(octets: int, sent: list[tuple[bytes, int, int]]) -> None:
    ours = AesCfb(KEY[:octets])
    for plain, boots, time_s in sent:
        enciphered, salt = ours.encrypt(plain, boots, time_s)
        iv = boots.to_bytes(4, "big") + time_s.to_bytes(4, "big") + salt
        assert enciphered == Cipher(AES(KEY[:octets]), CFB(iv)).encryptor().update(plain)
        assert ours.decrypt(enciphered, salt, boots, time_s) == plain


@pytest.mark.parametrize("protocol", PrivProtocol)
def test_what_one_session_enciphers_another_reads(protocol: PrivProtocol) -> None:
    key = KEY[: PRIVACY_OCTETS[protocol]]
    one, other = privacy(protocol, key), privacy(protocol, key)
    for octets in range(40):
        plain = bytes(range(octets))
        enciphered, salt = one.encrypt(plain, LATEST, LATEST)
        found = other.decrypt(enciphered, salt, LATEST, LATEST)
        assert found[:octets] == plain
        assert len(found) - octets < 8


@pytest.mark.parametrize("protocol", PrivProtocol)
def test_no_salt_comes_twice(protocol: PrivProtocol) -> None:
    cipher = privacy(protocol, KEY[: PRIVACY_OCTETS[protocol]])
    salts = [cipher.encrypt(b"", 1, 1)[1] for _ in range(100)]
    assert len(set(salts)) == 100
    assert all(one != other for one, other in itertools.pairwise(salts))


@pytest.mark.parametrize("protocol", PrivProtocol)
@pytest.mark.parametrize("salt", [b"", b"1234567", b"123456789"])
def test_a_salt_of_another_length_is_malformed(protocol: PrivProtocol, salt: bytes) -> None:
    with pytest.raises(Malformed):
        privacy(protocol, KEY[: PRIVACY_OCTETS[protocol]]).decrypt(bytes(16), salt, 1, 1)


@pytest.mark.parametrize("protocol", [PrivProtocol.DES, PrivProtocol.DES3])
def test_a_broken_block_of_des_is_malformed(protocol: PrivProtocol) -> None:
    with pytest.raises(Malformed):
        privacy(protocol, KEY[: PRIVACY_OCTETS[protocol]]).decrypt(bytes(15), bytes(8), 1, 1)
