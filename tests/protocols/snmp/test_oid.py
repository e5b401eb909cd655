"""OIDs as contents octets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyasn1.codec.ber import decoder, encoder
from pyasn1.type.univ import ObjectIdentifier

from protocols.snmp import oid
from protocols.snmp.errors import Malformed

SUB = st.integers(0, 0xFFFFFFFF)
OIDS = st.one_of(
    st.tuples(st.integers(0, 1), st.integers(0, 39), st.lists(SUB, max_size=20)),
    st.tuples(st.just(2), SUB, st.lists(SUB, max_size=20)),
).map(lambda parts: ".".join(map(str, (parts[0], parts[1], *parts[2]))))


@given(OIDS)
def test_octets_are_those_of_another_implementation(dotted: str) -> None:
    assert oid.encode(dotted) == encoder.encode(ObjectIdentifier(dotted))[2:]
    assert oid.decode(oid.encode(dotted)) == dotted


@given(st.lists(SUB, max_size=30))
def test_index_comes_back_as_it_went(index: list[int]) -> None:
    assert oid.decode_index(oid.encode_index(index)) == tuple(index)


@given(st.binary(max_size=12))
def test_any_octets_decode_or_are_malformed(octets: bytes) -> None:
    try:
        found = oid.decode_index(octets)
    except Malformed:
        return
    assert oid.encode_index(found) == octets


@given(st.binary(min_size=1, max_size=12))
def test_what_decodes_decodes_elsewhere_too(octets: bytes) -> None:
    try:
        dotted = oid.decode(octets)
    except Malformed:
        return
    theirs, _ = decoder.decode(bytes((6, len(octets))) + octets, ObjectIdentifier())
    assert dotted == str(theirs)


@given(st.lists(SUB, max_size=4), st.lists(SUB, max_size=4))
def test_order_is_the_order_of_numbers_not_of_octets(one: list[int], other: list[int]) -> None:
    assert oid.later(oid.encode_index(one), oid.encode_index(other)) == (one > other)


def test_16384_comes_after_256_although_its_octets_sort_before() -> None:
    assert oid.encode_index([16384]) < oid.encode_index([256])
    assert oid.later(oid.encode_index([16384]), oid.encode_index([256]))


@pytest.mark.parametrize(
    "dotted",
    ["", "1", "1.40", "3.1", "1.3.-6", "1.3.x", "1.3.4294967296", "1." + "1." * 127 + "1"],
)
def test_no_oid_is_refused(dotted: str) -> None:
    with pytest.raises(ValueError, match=r"no object identifier|invalid literal"):
        oid.encode(dotted)


@pytest.mark.parametrize(
    "octets", [b"\x80\x01", b"\x81", b"\x90\x80\x80\x80\x80\x00", b"\x01" * 200, b""]
)
def test_bad_octets_are_malformed(octets: bytes) -> None:
    with pytest.raises(Malformed):
        oid.decode(octets)


def test_leading_dot_is_fine() -> None:
    assert oid.encode(".1.3.6.1") == oid.encode("1.3.6.1") == b"\x2b\x06\x01"


def test_parent_of_a_column_is_its_entry_whatever_the_size_of_its_number() -> None:
    assert oid.parent(oid.encode("1.3.6.1.2.1.2.2.1.10")) == oid.encode("1.3.6.1.2.1.2.2.1")
    assert oid.parent(oid.encode("1.3.6.1.4.1.2011.70000")) == oid.encode("1.3.6.1.4.1.2011")
