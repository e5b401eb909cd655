"""Values come back exactly as they were given, and holes stay holes."""

import math
from array import array

from hypothesis import given
from hypothesis import strategies as st

from agent.store.columns import pack, pack_texts


def test_counter64_is_exact_up_to_its_end() -> None:
    numbers = [0, 2**53 + 1, 2**64 - 1]
    column = pack(numbers)
    assert isinstance(column.numbers, array)
    assert list(column.numbers) == numbers


def test_hole_is_kept_apart_and_is_no_zero() -> None:
    column = pack([1, None, 3])
    assert list(column.numbers) == [1, 3]
    assert column.present == b"\1\0\1"


def test_negative_numbers_and_floats_have_their_own_words() -> None:
    assert pack([-40, 2]).numbers == array("q", [-40, 2])
    assert pack([0.5, 1.0]).numbers == array("d", [0.5, 1.0])


def test_whole_number_beside_a_float_is_not_rounded() -> None:
    assert pack([0.5, 2**63 + 1]).numbers == (0.5, 2**63 + 1)


def test_more_than_64_bits_survive() -> None:
    assert pack([2**64, -1]).numbers == (2**64, -1)


def test_truth_is_one_and_zero() -> None:
    assert list(pack([True, False]).numbers) == [1, 0]
    assert repr(pack([True, 0.5]).numbers) == "(1, 0.5)"


def test_column_of_holes_has_no_numbers() -> None:
    assert list(pack([None, None]).numbers) == []


@given(st.lists(st.none() | st.integers() | st.floats(allow_nan=False)))
def test_every_number_comes_back_equal(values: list[float | None]) -> None:
    column = pack(values)
    numbers = iter(column.numbers)
    present = column.present or b"\1" * len(values)
    back = [next(numbers) if here else None for here in present]
    assert back == values
    assert next(numbers, None) is None


def test_not_a_number_is_kept() -> None:
    assert math.isnan(pack([math.nan]).numbers[0])


def test_clean_texts_are_kept_by_reference() -> None:
    source = (("uplink", "1"), ("访问", "2"))
    assert pack_texts(source).words is source


def test_texts_with_something_to_escape_are_escaped_once() -> None:
    column = pack_texts([('say "hi"\n', "a\\b"), None])
    assert column.words == [(r"say \"hi\"", r"a\\b")]
    assert column.present == b"\1\0"
