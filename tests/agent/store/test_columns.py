"""Values come back exactly as they were given, and holes stay holes."""

import math
from array import array
from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from agent.store.columns import Sparse, listed, pack, pack_texts, size, unpack


def back(values: Sequence[float | None]) -> list[float | None]:
    """Pack and unpack."""
    column = pack(values)
    numbers, present = unpack(column)
    assert size(column) == len(listed(numbers))
    cells = iter(listed(numbers))
    found = [next(cells) if here else None for here in present or b"\1" * len(values)]
    assert next(cells, None) is None
    return found


def test_counter64_is_exact_up_to_its_end() -> None:
    numbers = [0, 2**53 + 1, 2**64 - 1]
    assert back(numbers) == numbers


def test_common_column_is_no_object_of_its_own() -> None:
    assert isinstance(pack([0, 1, 2**64 - 1]), bytes)
    assert isinstance(pack([]), bytes)


def test_hole_is_kept_apart_and_is_no_zero() -> None:
    column = pack([1, None, 3])
    assert isinstance(column, Sparse)
    assert listed(column.numbers) == (1, 3)
    assert column.present == b"\1\0\1"


def test_floats_are_doubles() -> None:
    assert pack([0.5, 1.0]) == Sparse(array("d", [0.5, 1.0]))


def test_negative_and_large_numbers_survive() -> None:
    assert pack([2**64, -40]) == Sparse((2**64, -40))


def test_whole_number_beside_a_float_is_not_rounded() -> None:
    assert back([0.5, 2**63 + 1]) == [0.5, 2**63 + 1]


def test_truth_is_one_and_zero() -> None:
    assert repr(back([True, False])) == "[1, 0]"
    assert repr(back([True, 0.5])) == "[1, 0.5]"


def test_column_of_holes_has_no_numbers() -> None:
    assert size(pack([None, None])) == 0


@given(st.lists(st.none() | st.integers() | st.integers(0, 2**64) | st.floats(allow_nan=False)))
def test_every_number_comes_back_equal(values: list[float | None]) -> None:
    assert back(values) == values


def test_not_a_number_is_kept() -> None:
    (found,) = back([math.nan])
    assert found is not None
    assert math.isnan(found)


def test_clean_texts_are_kept_by_reference() -> None:
    source = (("uplink", "1"), ("访问", "2"))
    assert pack_texts(source).words is source


def test_texts_with_something_to_escape_are_escaped_once() -> None:
    column = pack_texts([('say "hi"\n', "a\\b"), None])
    assert column.words == [(r"say \"hi\"", r"a\\b")]
    assert column.present == b"\1\0"
