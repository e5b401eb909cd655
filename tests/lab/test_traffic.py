"""The load curve and its integral."""

from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from lab.traffic import EPOCH_S, WEEK_S, busy_seconds, load

CHINA = timezone(timedelta(hours=8))


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA).timestamp()


def test_office_is_busy_on_a_workday_morning_and_quiet_at_night_and_on_sunday() -> None:
    assert load(at("2026-11-24 09:30")) == 1.0
    assert load(at("2026-11-24 03:00")) < 0.1
    assert load(at("2026-11-29 09:30")) < 0.25


def test_the_integral_of_a_week_repeats() -> None:
    moment = at("2026-11-24 10:00")
    later = busy_seconds(moment + 3 * WEEK_S) - busy_seconds(moment + 2 * WEEK_S)
    # the wobble's periods do not divide a week, so it stands at another phase
    assert abs(later - (busy_seconds(moment + WEEK_S) - busy_seconds(moment))) < 5


def test_the_integral_agrees_with_the_load_it_integrates() -> None:
    moment = at("2026-11-24 09:30")
    grown = busy_seconds(moment + 3110) - busy_seconds(moment)
    mean = sum(load(moment + second) for second in range(3110)) / 3110
    assert abs(grown / 3110 - mean) < 0.01


@given(
    st.floats(0, 10 * 366 * 86400),
    st.floats(0.01, 100_000),
    st.floats(0, 6.28),
)
def test_busy_seconds_never_go_back(since: float, step: float, phase: float) -> None:
    moment = EPOCH_S + since
    assert busy_seconds(moment + step, phase) > busy_seconds(moment, phase)
