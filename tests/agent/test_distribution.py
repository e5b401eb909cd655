"""A histogram that never looks better than the truth."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.distribution import BOUNDS_S, Distribution

seconds = st.floats(min_value=0, max_value=BOUNDS_S[-1])


def test_nothing_counted_is_0() -> None:
    assert Distribution().quantile_s(0.99) == 0.0


@given(st.lists(seconds, min_size=1), st.floats(min_value=0.01, max_value=1))
def test_quantile_is_at_least_the_true_one_and_at_most_a_bucket_above(
    values: list[float], share: float
) -> None:
    seen = Distribution()
    for value in values:
        seen.add(value)
    rank = max(1, -int(-share * len(values) // 1))
    true = sorted(values)[rank - 1]
    found = seen.quantile_s(share)
    assert found >= true or found == pytest.approx(true)
    assert found == next(bound for bound in BOUNDS_S if bound >= true)


def test_value_above_the_last_bound_is_infinite() -> None:
    seen = Distribution()
    seen.add(1000.0)
    assert seen.quantile_s(0.5) == float("inf")
    assert list(seen.cumulative())[-2:] == [("60.0", 0), ("+Inf", 1)]


def test_clock_that_looks_back_counts_as_0() -> None:
    seen = Distribution()
    seen.add(-0.5)
    assert (seen.count, seen.total_s) == (1, 0.0)
