"""Cells: octets of the wire as numbers and texts."""

import contextlib
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.snmp.units import UNITS
from collectors.snmp.values import Unfit, ValueType, read

DATE = struct.pack(">HBBBBBB", 2019, 4, 8, 17, 12, 57, 0)


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (7, "integer", 7),
        (7, "text", "7"),
        (b"Gi1\0", "text", "Gi1"),
        (b"", "text", None),
        (b"\0\x1a\xff\0\1\2", "mac", "00:1a:ff:00:01:02"),
        (bytes(6), "mac", None),
        (b"", "mac", None),
        (b"\x04\xff", "hex", "04:ff"),
        (b"+\6\1\4\1", "oid", "1.3.6.1.4.1"),
        (bytes((192, 0, 2, 1)), "address", "192.0.2.1"),
        (bytes((254, 128, *[0] * 13, 1, 0, 0, 0, 9)), "address", "fe80::1"),
        (b"2001:12F8::223:253", "address", "2001:12f8::223:253"),
        (bytes((*[0] * 10, 255, 255, 192, 0, 2, 1)), "address", "::ffff:192.0.2.1"),
        (0x0A000002, "router_id", "10.0.0.2"),
        (-604748291, "router_id", "219.244.69.253"),
        (bytes((10, 0, 0, 2)), "router_id", "10.0.0.2"),
        (bytes.fromhex("192168001001"), "system_id", "1921.6800.1001"),
        (bytes(6), "system_id", None),
        (DATE, "date", 1554743577),
        (DATE + b"+\x08\0", "date", 1554743577 - 8 * 3600),
        (bytes(8), "date", None),
        (b"82.5", "decimal", 82.5),
        (b"45 C", "decimal", 45),
        (b"n/a", "decimal", None),
        (b"\x9f\x78\x04" + struct.pack(">f", 1.5), "decimal", 1.5),
        (b"\x9f\x78\x04" + struct.pack(">f", float("nan")), "decimal", None),
        (b"-480.00,,-4000", "numbers", (-480.0, None, -4000)),
        (None, "integer", None),
    ],
)
def test_a_cell_is_read(value: int | bytes | None, kind: str, expected: object) -> None:
    assert read(value, ValueType(kind)) == expected


@pytest.mark.parametrize(
    ("value", "kind"),
    [(b"7", "integer"), (7, "mac"), (b"x", "address"), (b"123", "date"), (b"\xff" * 8, "date"),
     (b"", "oid"), (1 << 32, "router_id"), (b"10.0", "system_id"), (7, "system_id")],
)  # fmt: skip
def test_a_cell_that_does_not_fit_is_refused(value: int | bytes, kind: str) -> None:
    with pytest.raises(Unfit):
        read(value, ValueType(kind))


@given(st.binary(max_size=40), st.sampled_from(ValueType))
def test_no_octets_do_worse_than_being_refused(value: bytes, kind: ValueType) -> None:
    with contextlib.suppress(Unfit):
        read(value, kind)


def test_units_are_exact_in_decimal() -> None:
    assert UNITS["percent"].convert(29) == 0.29
    assert UNITS["hundredths_of_dbm"].convert(-1439) == -14.39
    assert UNITS["microwatts"].convert(331) == -4.8
    assert UNITS["tenths_of_microwatts"].convert(0) == -40
    assert UNITS["megabits_per_second"].convert(10_000) == 1_250_000_000
