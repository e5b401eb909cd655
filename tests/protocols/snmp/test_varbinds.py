"""Varbinds one by one: types, liberties, and what is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from protocols.snmp import ber, oid, varbinds
from protocols.snmp.errors import Malformed

NAME = oid.encode("1.3.6.1.2.1.2.2.1.10.4")


def encoded(value: bytes, name: bytes = NAME) -> bytes:
    return ber.sequence(ber.tlv(ber.OBJECT_IDENTIFIER, name), value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"\x02\x01\xff", -1),
        (b"\x41\x04\xff\xff\xff\xff", 2**32 - 1),
        (b"\x42\x05\x00\xff\xff\xff\xff", 2**32 - 1),
        (b"\x46\x09\x00\xff\xff\xff\xff\xff\xff\xff\xff", 2**64 - 1),
        (b"\x46\x08\xff\xff\xff\xff\xff\xff\xff\xff", 2**64 - 1),
        (b"\x46\x07\x20\x00\x00\x00\x00\x00\x01", 2**53 + 1),
        (b"\x04\x00", b""),
        (b"\x06\x02\x2b\x06", b"\x2b\x06"),
        (b"\x40\x04\x0a\x00\x00\x01", b"\x0a\x00\x00\x01"),
        (b"\x05\x00", None),
        (b"\x81\x00", None),
    ],
)
def test_value_of_each_type(value: bytes, expected: varbinds.Value) -> None:
    [found] = varbinds.read(encoded(value))
    assert found.value == expected
    assert found.tag == value[0]


@pytest.mark.parametrize(
    "value",
    [
        b"\x42\x01\xff",
        b"\x41\x05\x01\x00\x00\x00\x00",
        b"\x46\x09\x01" + b"\x00" * 8,
        b"\x43\x02\xff\x00",
    ],
)
def test_number_outside_its_type_has_no_value_rather_than_a_wrong_one(value: bytes) -> None:
    [found] = varbinds.read(encoded(value))
    assert found.value is None
    assert found.tag == value[0]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("empty integer", encoded(b"\x02\x00")),
        ("integer of ten octets", encoded(b"\x02\x0a" + b"\x01" * 10)),
        ("contents of an exception", encoded(b"\x81\x01\x00")),
        ("a constructed value", encoded(b"\x30\x02\x05\x00")),
        ("no value", ber.sequence(ber.tlv(ber.OBJECT_IDENTIFIER, NAME))),
        ("two values", encoded(b"\x05\x00\x05\x00")),
        ("no name", encoded(b"\x05\x00", b"")),
        ("a name that ends inside", encoded(b"\x05\x00", b"\x2b\x86")),
        ("a padded name", encoded(b"\x05\x00", b"\x2b\x80\x01")),
        ("a name too long", encoded(b"\x05\x00", b"\x2b" * 130)),
        ("half a varbind", encoded(b"\x05\x00")[:-1]),
        ("no sequence", b"\x31" + encoded(b"\x05\x00")[1:]),
    ],
)
def test_anything_else_is_malformed(name: str, data: bytes) -> None:
    with pytest.raises(Malformed):
        varbinds.read(encoded(b"\x05\x00") + data)
    assert name


@settings(max_examples=1000)
@given(st.data())
def test_short_reader_agrees_with_the_careful_one(draw: st.DataObject) -> None:
    data = bytearray(encoded(draw.draw(st.sampled_from([b"\x02\x01\x05", b"\x41\x02\x01\x01"]))))
    for _ in range(draw.draw(st.integers(0, 2))):
        at = draw.draw(st.integers(0, len(data) - 1))
        data[at] = draw.draw(st.one_of(st.integers(0, 255), st.just((data[at] + 1) % 256)))
    octets = bytes(data) + draw.draw(st.binary(max_size=2))
    try:
        short = varbinds._read_short(octets, 0, len(octets))
    except Malformed:
        short = None
    if short is not None:
        assert short == varbinds._read_any(octets, 0, len(octets))
