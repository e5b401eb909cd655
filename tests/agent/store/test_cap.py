"""A device that explodes loses rows of its largest tables, and nobody else loses any."""

from hypothesis import given
from hypothesis import strategies as st

from agent.store.cap import _level


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=20), st.integers(0, 5000))
def test_level_fills_the_cap_and_never_exceeds_it(sizes: list[int], cap: int) -> None:
    level = _level(sizes, cap)
    shown = sum(min(size, level) for size in sizes)
    assert shown <= cap
    if sum(sizes) <= cap:
        assert shown == sum(sizes)
    else:
        assert shown > cap - len(sizes)
