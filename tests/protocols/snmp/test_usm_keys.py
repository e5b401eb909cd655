"""Keys of RFC 3414 appendix A and of the drafts, and pysnmp's for every combination."""

import hashlib
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pysnmp.proto.rfc1902 import OctetString
from pysnmp.proto.secmod.rfc3414.localkey import hash_passphrase

from protocols.snmp.credentials import AuthProtocol, PrivProtocol
from protocols.snmp.usm_keys import (
    HASHES,
    PRIVACY_OCTETS,
    authentication_key,
    localised,
    password_to_key,
    privacy_key,
)
from tests.protocols.snmp.pysnmp_usm import AUTH_IDS, AUTH_MODULES, PRIV_MODULES

ENGINE_ID: Final = bytes.fromhex("000000000000000000000002")


@pytest.mark.parametrize(
    ("protocol", "ku", "kul"),
    [
        (
            AuthProtocol.MD5,
            "9faf3283884e92834ebc9847d8edd963",
            "526f5eed9fcce26f8964c2930787d82b",
        ),
        (
            AuthProtocol.SHA1,
            "9fb5cc0381497b3793528939ff788d5d79145211",
            "6695febc9288e36282235fc7151f128497b38f3f",
        ),
    ],
)
def test_the_keys_of_rfc_3414_a_3(protocol: AuthProtocol, ku: str, kul: str) -> None:
    assert password_to_key(protocol, b"maplesyrup").hex() == ku
    assert authentication_key(protocol, b"maplesyrup", ENGINE_ID).hex() == kul


def test_the_extended_key_of_the_reeder_draft() -> None:
    """The draft's own example, section 7: 3DES with MD5 of maplesyrup."""
    key = privacy_key(AuthProtocol.MD5, PrivProtocol.DES3, b"maplesyrup", ENGINE_ID)
    assert key.hex() == "526f5eed9fcce26f8964c2930787d82b79eff44a90650ee0a3a40abfac5acc12"


def test_blumenthal_appends_the_digest_of_what_there_is() -> None:
    short = authentication_key(AuthProtocol.SHA1, b"maplesyrup", ENGINE_ID)
    key = privacy_key(AuthProtocol.SHA1, PrivProtocol.AES256, b"maplesyrup", ENGINE_ID)
    assert key == (short + hashlib.sha1(short, usedforsecurity=False).digest())[:32]


def test_a_long_digest_is_the_same_key_in_both_styles() -> None:
    keys = {
        privacy_key(AuthProtocol.SHA512, priv, b"maplesyrup", ENGINE_ID)
        for priv in (PrivProtocol.AES256, PrivProtocol.AES256C)
    }
    assert len(keys) == 1


@pytest.mark.parametrize("auth", AuthProtocol)
@pytest.mark.parametrize("priv", PrivProtocol)
def test_pysnmp_makes_the_same_key_of_privacy(auth: AuthProtocol, priv: PrivProtocol) -> None:
    ours = privacy_key(auth, priv, b"a passphrase", ENGINE_ID)
    module = PRIV_MODULES[priv]
    ku = module.hash_passphrase(AUTH_IDS[auth], b"a passphrase")
    theirs = module.localize_key(AUTH_IDS[auth], ku, OctetString(ENGINE_ID))
    assert ours == bytes(theirs)[: PRIVACY_OCTETS[priv]]


@settings(max_examples=20, deadline=None)
@given(
    protocol=st.sampled_from(AuthProtocol),
    passphrase=st.binary(min_size=1, max_size=200),
    engine_id=st.binary(min_size=5, max_size=32),
)
def test_pysnmp_makes_the_same_key_of_authentication(
    protocol: AuthProtocol, passphrase: bytes, engine_id: bytes
) -> None:
    named = getattr(hashlib, HASHES[protocol].name)
    assert password_to_key(protocol, passphrase) == bytes(hash_passphrase(passphrase, named))
    ku = password_to_key(protocol, passphrase)
    assert localised(protocol, ku, engine_id) == bytes(
        AUTH_MODULES[protocol].localize_key(OctetString(ku), OctetString(engine_id))
    )


def test_no_passphrase_makes_no_key() -> None:
    with pytest.raises(ValueError, match="empty"):
        password_to_key(AuthProtocol.SHA256, b"")


def test_the_slow_half_is_done_once_for_all_devices_with_a_passphrase() -> None:
    password_to_key.cache_clear()
    for number in range(50):
        authentication_key(AuthProtocol.SHA256, b"one for all", b"switch" + bytes((number,)))
    assert password_to_key.cache_info().misses == 1
