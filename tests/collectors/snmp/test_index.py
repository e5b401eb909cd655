"""Indexes: the examples of real devices, round trips, and whatever else a device may send."""

import contextlib
import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.snmp.index import BadIndex, IndexPart, PartType, decode, dotted, written
from protocols.snmp.oid import encode_index

subid = st.integers(0, 2**32 - 1)
octets = st.binary(max_size=60)


def part(kind: str, name: str = "x", **fields: object) -> IndexPart:
    return IndexPart(name, PartType(kind), **fields)  # type: ignore[arg-type]  # by the test


def taken(subids: list[int], *parts: IndexPart) -> tuple[object, ...]:
    return decode(encode_index(subids), parts)


@pytest.mark.parametrize(
    ("subids", "parts", "expected"),
    [
        ([8, 10, 167772162], [part("integer"), part("integer"), part("router_id")],
         (8, 10, "10.0.0.2")),
        ([192, 0, 2, 2], [part("ipv4")], ("192.0.2.2",)),
        ([3, 118, 112, 110], [part("string")], ("vpn",)),
        ([118, 112, 110], [part("string", implied=True)], ("vpn",)),
        ([118, 112, 110, 5], [part("string", length=3), part("integer")], ("vpn", 5)),
        ([0, 26, 255, 0, 1, 2], [part("mac")], ("00:1a:ff:00:01:02",)),
        ([2, 1, 3, 7], [part("oid"), part("integer")], ("1.3", 7)),
        ([1, 4, 10, 1, 30, 1], [part("inet")], ("10.1.30.1", 1, None)),
        ([2, 16, 32, 1, 13, 184, *[0] * 11, 1], [part("inet")], ("2001:db8::1", 2, None)),
        ([4, 20, 254, 128, *[0] * 13, 2, 0, 0, 35, 13], [part("inet")], ("fe80::2", 4, 8973)),
        ([2, 16, 254, 128, *[0] * 13, 2], [part("inet")], ("fe80::2", 2, None)),
        ([3, 8, 10, 0, 0, 1, 0, 0, 0, 9], [part("inet")], ("10.0.0.1", 3, 9)),
        ([0, 0], [part("inet")], ("", 0, None)),
        ([16, 3, 97, 46, 98], [part("inet")], ("a.b", 16, None)),
        ([7, 1, 192, 0, 2, 1], [part("integer"), part("inet")], (7, "192.0.2.1", 1, None)),
        ([2, 32, 1, 13, 184, *[0] * 11, 1], [part("inet")], ("2001:db8::1", 2, None)),
        ([4, 192, 0, 2, 1], [part("address")], ("192.0.2.1",)),
        ([6, 0, 26, 255, 0, 1, 2], [part("address")], (None,)),
        ([164, 606, 1], [part("time_filter"), part("integer"), part("integer")], (164, 606, 1)),
        ([5, 4294967295, 0], [part("rest")], (None,)),
        ([100, 192, 0, 2, 1], [part("integer"), part("address")], (100, "192.0.2.1")),
        ([16, 32, 1, 13, 184, *[0] * 11, 1], [part("address")], ("2001:db8::1",)),
        # mapped from IPv4: RFC 5952 section 5, and the same on every Python
        ([2, 16, *[0] * 10, 255, 255, 192, 0, 2, 1], [part("inet")], ("::ffff:192.0.2.1", 2, None)),
        # ZTE: no length, and the zone as one number
        ([4, 254, 128, *[0] * 13, 2, 4318], [part("inet")], ("fe80::2", 4, 4318)),
        # Huawei, as one agent wrote it
        ([100, 1, 1, 1, 192, 0, 2, 1],
         [part("integer"), part("integer", "y"), part("integer", "z"), part("inet", "w")],
         (100, 1, 1, "192.0.2.1", 1, None)),
        # the local address before the remote one, with lengths and without
        ([0, 1, 4, 10, 0, 0, 1, 1, 4, 10, 0, 0, 2], [part("integer"), part("last_inet")],
         (0, "10.0.0.2", 1, None)),
        ([0, 1, 10, 0, 0, 1, 2, 32, 1, 13, 184, *[0] * 11, 2], [part("integer"), part("last_inet")],
         (0, "2001:db8::2", 2, None)),
        ([1, 1, 192, 168, 12, 1], [part("integer"), part("last_inet")],
         (1, "192.168.12.1", 1, None)),
    ],
)  # fmt: skip
def test_an_index_is_taken_apart(
    subids: list[int], parts: list[IndexPart], expected: tuple[object, ...]
) -> None:
    assert taken(subids, *parts) == expected


@pytest.mark.parametrize(
    ("subids", "parts"),
    [
        ([], [part("integer")]),
        ([1, 2], [part("integer")]),
        ([5, 1], [part("string")]),
        ([1, 256], [part("string")]),
        ([2, 16, 1], [part("inet")]),
        ([1, 16, 32, 1, 13, 184, *[0] * 11, 1], [part("inet")]),
        ([2, 4, 192, 0, 2, 1], [part("inet")]),
        ([2, 20, 254, 128, *[0] * 13, 2, 0, 0, 0, 9], [part("inet")]),
        ([4, 16, 254, 128, *[0] * 13, 2], [part("inet")]),
        ([9, 4, 192, 0, 2, 1], [part("inet")]),
        ([1, 4, 10, 0, 0, 1, 1, 4, 10, 0, 0], [part("last_inet")]),
        ([1, 2, 3], [part("ipv4")]),
        ([1, 2, 3], [part("address")]),
        ([0, 1, 2, 3, 4], [part("mac")]),
    ],
)
def test_an_index_that_does_not_fit_is_refused(subids: list[int], parts: list[IndexPart]) -> None:
    with pytest.raises(BadIndex):
        taken(subids, *parts)


@given(st.binary(max_size=40), st.sampled_from(PartType))
def test_no_octets_do_worse_than_being_refused(index: bytes, kind: PartType) -> None:
    with contextlib.suppress(BadIndex):
        decode(index, [IndexPart("x", kind)])


@given(st.lists(subid, max_size=20))
def test_integers_round_trip(subids: list[int]) -> None:
    parts = [part("integer", f"p{place}") for place in range(len(subids))]
    assert taken(subids, *parts) == tuple(subids)
    assert dotted(encode_index(subids)) == ".".join(map(str, subids))


@given(st.ip_addresses(), st.one_of(st.none(), subid))
def test_addresses_round_trip(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address, zone: int | None
) -> None:
    kind = (1 if address.version == 4 else 2) + (0 if zone is None else 2)
    packed = address.packed + (b"" if zone is None else zone.to_bytes(4))
    assert taken([kind, len(packed), *packed, 7], part("inet"), part("integer", "y")) == (
        written(address), kind, zone, 7,
    )  # fmt: skip


@given(st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=40), subid)
def test_strings_round_trip(text: str, beside: int) -> None:
    packed = list(text.encode())
    number = part("integer", "y")
    assert taken([len(packed), *packed, beside], part("string"), number) == (text, beside)
    assert taken([beside, *packed], number, part("string", implied=True)) == (beside, text)
    fixed = part("string", length=len(packed))
    assert taken([*packed, beside], fixed, number) == (text, beside)
