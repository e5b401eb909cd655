"""The BER subset: strict readers that raise Malformed and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyasn1.codec.ber import decoder, encoder
from pyasn1.type.univ import Integer, OctetString

from protocols.snmp import ber
from protocols.snmp.errors import Malformed


@given(st.integers(-(2**63), 2**64 - 1))
def test_integers_are_those_of_another_implementation(value: int) -> None:
    encoded = ber.integer(value)
    assert encoded == encoder.encode(Integer(value))
    assert ber.read_integer(encoded, 0, len(encoded)) == (value, len(encoded))


@given(st.binary(max_size=70_000))
def test_octet_strings_are_those_of_another_implementation(value: bytes) -> None:
    encoded = ber.octets(value)
    assert encoded == encoder.encode(OctetString(value))
    assert ber.read_octets(encoded, 0, len(encoded)) == (value, len(encoded))


@given(st.binary(max_size=40), st.integers(0, 45), st.integers(0, 40))
def test_any_octets_are_read_within_their_limits_or_malformed(
    data: bytes, at: int, end: int
) -> None:
    end = min(end, len(data))
    try:
        tag, start, stop = ber.read(data, at, end)
    except Malformed:
        return
    assert tag == data[at]
    assert at + 2 <= start <= stop <= end


@given(st.binary(max_size=12))
def test_integers_of_any_octets_agree_with_another_implementation(contents: bytes) -> None:
    encoded = bytes((ber.INTEGER, len(contents))) + contents
    try:
        value, _ = ber.read_integer(encoded, 0, len(encoded))
    except Malformed:
        assert len(contents) in {0, 10, 11, 12}
        return
    assert value == int(decoder.decode(encoded, Integer())[0])


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("nothing", b""),
        ("a tag alone", b"\x30"),
        ("indefinite length", b"\x30\x80\x00\x00"),
        ("length of 2^32", b"\x30\x85\x01\x00\x00\x00\x00"),
        ("length of 2^32 - 1", b"\x30\x84\xff\xff\xff\xff"),
        ("reserved length", b"\x30\xff"),
        ("length cut short", b"\x30\x82\x01"),
        ("one octet too few", b"\x30\x03\x02\x01"),
    ],
)
def test_bad_length_is_malformed(name: str, data: bytes) -> None:
    with pytest.raises(Malformed):
        ber.read(data, 0, len(data))
    assert name


def test_long_forms_of_short_lengths_are_accepted() -> None:
    """net-snmp writes every SEQUENCE with two octets of length."""
    assert ber.read(b"\x30\x82\x00\x02ab", 0, 6) == (0x30, 4, 6)


def test_what_trails_is_refused_where_nothing_may() -> None:
    with pytest.raises(Malformed, match="trail"):
        ber.expect_last(b"\x30\x00\x00", 0, 3, ber.SEQUENCE)


def test_another_tag_is_refused() -> None:
    with pytest.raises(Malformed, match="tag 0x4"):
        ber.read_integer(b"\x04\x01a", 0, 3)
