"""Moments by key."""

from hypothesis import given
from hypothesis import strategies as st

from collectors.snmp.moments import Moments, later


@given(
    steps=st.lists(
        st.tuples(st.sampled_from("abcd"), st.one_of(st.none(), st.floats(0, 1e6))), max_size=30
    )
)
def test_moments_are_those_of_a_dictionary(steps: list[tuple[str, float | None]]) -> None:
    moments: Moments[str] = Moments()
    expected: dict[str, float] = {}
    for key, at_s in steps:
        if at_s is None:
            moments.drop(key)
            expected.pop(key, None)
        else:
            moments.set((key,), at_s)
            expected[key] = at_s
    assert {key: moments.get(key, -1.0) for key in moments} == expected
    assert moments.first_s() == min(expected.values(), default=float("inf"))
    assert all(key in moments for key in expected)


def test_what_is_unknown_has_the_default() -> None:
    moments: Moments[str] = Moments()
    moments.set("ab", 5.0)
    assert moments.get("c", 7.0) == 7.0
    assert moments.first_s(after_s=5.0) == float("inf")
    moments.clear()
    assert list(moments) == []


def test_moments_of_one_visit_are_one_object() -> None:
    assert later(1000.5, 3600.0) is later(1000.5, 3600.0)
