"""Answers read by their layout say what `varbinds` says of them, or nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from protocols.snmp import ber, oid, varbinds
from protocols.snmp.errors import Malformed
from protocols.snmp.layout import Layouts
from tests.protocols.snmp.fakes import varbind

COLUMN = "1.3.6.1.2.1.31.1.1.1.6"
TAGS = [ber.COUNTER64, ber.COUNTER32, ber.GAUGE32, ber.TIMETICKS, ber.INTEGER]
BEHIND = varbind(oid.encode("1.3.6.1.2.1.31.1.1.1.7.1"), ber.octets(b"GE1"))


def answer(values: list[bytes], behind: bytes = BEHIND) -> bytes:
    rows = enumerate(values, start=1)
    return b"".join(varbind(oid.encode(f"{COLUMN}.{row}"), value) for row, value in rows) + behind


@st.composite
def columns(draw: st.DrawFn) -> list[bytes]:
    tag = draw(st.sampled_from(TAGS))
    most = {ber.COUNTER64: (1 << 64) - 1, ber.INTEGER: (1 << 31) - 1}.get(tag, (1 << 32) - 1)
    numbers = draw(st.lists(st.integers(0, most), min_size=1, max_size=60))
    return [ber.integer(number, tag) for number in numbers]


def careful(data: bytes) -> list[varbinds.VarBind] | None:
    try:
        return varbinds.read(data)
    except Malformed:
        return None


@given(columns())
def test_an_answer_is_read_as_with_care(values: list[bytes]) -> None:
    data = answer(values)
    layout = Layouts().of(data, len(values))
    assert layout is not None
    read = varbinds.read(data)[: len(values)]
    assert layout.read(data) == tuple(found.value for found in read)
    assert layout.tags == bytes(found.tag for found in read)


@given(columns(), st.data())
def test_whatever_octet_changes_it_says_the_same_as_the_careful_reader(
    values: list[bytes], data: st.DataObject
) -> None:
    """It may refuse anything; what it takes has the known names and the right values."""
    good = answer(values)
    layout = Layouts().of(good, len(values))
    assert layout is not None
    bad = bytearray(good)
    for _ in range(data.draw(st.integers(1, 3))):
        bad[data.draw(st.integers(0, len(bad) - 1))] = data.draw(st.integers(0, 255))
    found = layout.read(bytes(bad))
    if found is not None:
        read = careful(bytes(bad))
        assert read is not None
        names = [one.oid for one in varbinds.read(good)]
        assert [one.oid for one in read] == names
        assert [one.value for one in read[: len(values)]] == list(found)


@pytest.mark.parametrize("change", [-1, 1])
def test_a_longer_or_shorter_answer_is_none_of_its_own(change: int) -> None:
    data = answer([ber.integer(7, ber.COUNTER32)] * 3)
    layout = Layouts().of(data, 3)
    assert layout is not None
    assert layout.read(data[:change] if change < 0 else data + b"\0") is None


def test_what_stands_behind_the_rows_may_change_its_value_and_nothing_else() -> None:
    rows = [ber.integer(7, ber.COUNTER32)] * 3
    layout = Layouts().of(answer(rows), 3)
    assert layout is not None
    name = oid.encode("1.3.6.1.2.1.31.1.1.1.7.1")
    assert layout.read(answer(rows, varbind(name, ber.octets(b"XE9")))) == (7, 7, 7)
    assert layout.read(answer(rows, varbind(name, ber.tlv(ber.OPAQUE, b"XE9")))) is None
    other = oid.encode("1.3.6.1.2.1.31.1.1.1.7.2")
    assert layout.read(answer(rows, varbind(other, ber.octets(b"GE1")))) is None


@pytest.mark.parametrize(
    "value",
    [
        ber.integer(-1),
        ber.integer(-1, ber.COUNTER32),
        ber.octets(b"up"),
        bytes((ber.NO_SUCH_INSTANCE, 0)),
        ber.tlv(ber.COUNTER32, b"\0\0\0\0\0\1"),
        ber.octets(b"x" * 200),
    ],
)
def test_what_is_no_plain_number_has_no_layout(value: bytes) -> None:
    assert Layouts().of(answer([ber.integer(1), value]), 2) is None


def test_a_number_that_turns_negative_is_left_to_the_careful_reader() -> None:
    layout = Layouts().of(answer([ber.integer(1)]), 1)
    assert layout is not None
    assert layout.read(answer([ber.integer(-1)])) is None
    assert layout.read(answer([ber.integer(127)])) == (127,)


def test_layouts_are_shared_bounded_and_forgotten() -> None:
    layouts = Layouts(most=1)
    data, other = answer([ber.integer(1)] * 2), answer([ber.integer(1)] * 3)
    first = layouts.of(data, 2)
    assert first is not None
    assert layouts.of(answer([ber.integer(9)] * 2), 2) is first
    assert layouts.of(other, 3) is None
    del first
    assert layouts.of(other, 3) is not None
