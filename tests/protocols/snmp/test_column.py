"""The pattern of a column reads what the careful reader reads, or leaves it alone."""

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from protocols.snmp import ber, column, oid, varbinds
from protocols.snmp.errors import Malformed

PREFIX = oid.encode("1.3.6.1.2.1.31.1.1.1.6")
TAGS = st.sampled_from([ber.INTEGER, ber.COUNTER32, ber.GAUGE32, ber.TIMETICKS, ber.COUNTER64])
INDEX = st.lists(st.integers(0, 2**32 - 1), min_size=1, max_size=3).map(oid.encode_index)


def row(index: bytes, value: int, tag: int) -> bytes:
    return ber.sequence(ber.tlv(ber.OBJECT_IDENTIFIER, PREFIX + index), ber.integer(value, tag))


def greatest(tag: int) -> int:
    return {ber.INTEGER: 2**31 - 1, ber.COUNTER64: 2**64 - 1}.get(tag, 2**32 - 1)


@st.composite
def columns(draw: st.DrawFn) -> tuple[int, list[bytes], list[int]]:
    tag = draw(TAGS)
    indexes = draw(st.lists(INDEX, min_size=1, max_size=12, unique=True))
    assume(column.spellings(indexes))
    most = greatest(tag)
    sizes = st.one_of(st.integers(0, most), st.sampled_from([0, 127, 128, 255, 256, 2**31, most]))
    values = [min(draw(sizes), most) for _ in indexes]
    return tag, indexes, values


@settings(max_examples=500)
@given(columns(), st.integers(0, 3), st.binary(max_size=3))
def test_known_rows_are_read_as_they_were_written(
    made: tuple[int, list[bytes], list[int]], skipped: int, rest: bytes
) -> None:
    tag, indexes, values = made
    skipped = min(skipped, len(indexes) - 1)
    data = b"".join(row(i, v, tag) for i, v in zip(indexes, values, strict=True))
    start = sum(
        len(row(i, v, tag)) for i, v in zip(indexes, values, strict=True) if i in indexes[:skipped]
    )
    pattern = column.compiled(PREFIX, tag, column.spellings(indexes))
    run = column.read_known(data[start:] + rest, pattern, indexes, skipped)
    assert run == column.Run(values[skipped:], rest)


@settings(max_examples=2000)
@given(columns(), st.data())
def test_damaged_rows_are_left_to_the_careful_reader(
    made: tuple[int, list[bytes], list[int]], draw: st.DataObject
) -> None:
    """Whatever the pattern accepts, the careful reader accepts with the same values."""
    tag, indexes, values = made
    data = bytearray(b"".join(row(i, v, tag) for i, v in zip(indexes, values, strict=True)))
    for _ in range(draw.draw(st.integers(1, 3))):
        at = draw.draw(st.integers(0, len(data) - 1))
        data[at] = draw.draw(st.one_of(st.integers(0, 255), st.just((data[at] + 1) % 256)))
    octets = bytes(data)
    pattern = column.compiled(PREFIX, tag, column.spellings(indexes))
    run = column.read_known(octets, pattern, indexes, 0)
    if run is None:
        return
    taken = octets[: len(octets) - len(run.rest)]
    try:
        careful = varbinds.read(taken)
    except Malformed as error:
        raise AssertionError(taken.hex()) from error
    assert [found.value for found in careful] == run.values
    assert [found.oid for found in careful] == [PREFIX + i for i in indexes[: len(careful)]]


def test_a_row_that_is_new_leaves_the_response_to_the_careful_reader() -> None:
    data = row(b"\x01", 5, ber.COUNTER32) + row(b"\x02", 6, ber.COUNTER32)
    pattern = column.compiled(PREFIX, ber.COUNTER32, (1,))
    assert column.read_known(data, pattern, [b"\x01", b"\x03"], 0) is None


def test_rows_of_another_type_or_negative_ones_are_left_over() -> None:
    pattern = column.compiled(PREFIX, ber.INTEGER, (1,))
    good, negative = row(b"\x01", 5, ber.INTEGER), row(b"\x02", -6, ber.INTEGER)
    assert column.read_known(good + negative, pattern, [b"\x01", b"\x02"], 0) == ([5], negative)
    gauge = row(b"\x02", 6, ber.GAUGE32)
    assert column.read_known(good + gauge, pattern, [b"\x01", b"\x02"], 0) == ([5], gauge)


def test_a_value_that_looks_like_the_next_row_does_not_mislead() -> None:
    """Eight octets of a counter may spell the start of a varbind."""
    value = int.from_bytes(b"\x30\x10\x06\x0b" + PREFIX[:4], "big")
    data = row(b"\x01", value, ber.COUNTER64) + row(b"\x02", 1, ber.COUNTER64)
    pattern = column.compiled(PREFIX, ber.COUNTER64, (1,))
    assert column.read_known(data, pattern, [b"\x01", b"\x02"], 0) == ([value, 1], b"")


def test_indexes_of_too_many_lengths_or_none_are_not_tried() -> None:
    assert column.spellings([b"1", b"22", b"3", b"44"]) == (1, 2)
    assert column.spellings([b"1" * n for n in range(1, 7)]) == ()
    assert column.spellings([b""]) == ()
    assert column.spellings([]) == ()
