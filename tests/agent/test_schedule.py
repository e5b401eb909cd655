"""The arithmetic of due times and deadlines."""

from statistics import fmean

from hypothesis import given
from hypothesis import strategies as st

from agent.schedule import (
    Rhythm,
    knock_deadline_s,
    place,
    rhythm,
    visit_deadline_s,
)

intervals = st.floats(min_value=1.0, max_value=86_400.0)
moments = st.floats(min_value=0.0, max_value=1e8)


@given(st.text(max_size=63), st.text(max_size=20))
def test_place_is_a_share_and_the_same_after_a_restart(target: str, check: str) -> None:
    assert 0 <= place(target, check) < 1
    assert place(target, check) == place(target, check)


def test_known_target_keeps_its_place_in_every_release() -> None:
    assert place("SW-HX-01", "snmp") == 0.3342678690836749


def test_targets_are_spread_evenly() -> None:
    places = sorted(place(f"SW-{number:05}", "snmp") for number in range(10_000))
    per_second = [sum(s <= p * 60 < s + 1 for p in places) for s in range(60)]
    assert max(per_second) < 1.35 * fmean(per_second)
    assert min(per_second) > 0.65 * fmean(per_second)


@given(st.text(max_size=63), intervals, moments)
def test_first_turn_comes_within_one_interval(target: str, interval_s: float, now_s: float) -> None:
    first_s = rhythm(target, "snmp", interval_s, now_s).after(now_s)
    assert now_s <= first_s <= now_s + interval_s * (1 + 1e-9) + 1e-6


@given(moments, intervals, moments)
def test_next_turn_is_later_than_now_and_at_most_an_interval_away(
    origin_s: float, interval_s: float, now_s: float
) -> None:
    next_s = Rhythm(origin_s, interval_s).after(now_s)
    assert next_s > now_s or next_s == origin_s
    assert next_s - max(now_s, origin_s) <= interval_s * (1 + 1e-6) + 1e-6


@given(st.floats(min_value=0, max_value=1e6), intervals)
def test_turn_itself_is_never_given_twice(origin_s: float, interval_s: float) -> None:
    beat = Rhythm(origin_s, interval_s)
    turn_s = origin_s
    for _ in range(20):
        later_s = beat.after(turn_s)
        assert later_s > turn_s
        turn_s = later_s


def test_missed_turns_are_counted() -> None:
    beat = Rhythm(0.0, 60.0)
    assert beat.missed(60.1, 120.0) == 0
    assert beat.missed(60.1, 180.0) == 1
    assert beat.missed(90.0, 120.0) == 0


def test_deadlines_end_before_the_next_turn() -> None:
    assert visit_deadline_s(100.0, 60.0) == 154.0
    assert knock_deadline_s(100.0, 60.0) == 110.0
    assert knock_deadline_s(100.0, 1.0) == 100.9
