"""How hard a device is asked follows its CPU: the controller alone, visit after visit."""

import itertools
from collections.abc import Iterable

import pytest

from collectors.snmp import pace
from collectors.snmp.pace import Pace
from protocols.snmp.session import Limits

BUDGET = Limits(requests_per_second=50.0, in_flight=2)
REQUESTS = 40


def after(*cpus: float, start: Pace | None = None) -> list[Pace]:
    """Follow these visits and return where each left the controller."""
    found, here = [], start or Pace()
    for cpu in cpus:
        here = pace.advance(here, cpu, REQUESTS)
        found.append(here)
    return found


def ratios(paces: Iterable[Pace]) -> list[float]:
    return [one.ratio for one in paces]


def test_a_device_at_ease_is_asked_at_full_pace() -> None:
    assert ratios(after(0.1, 0.5, 0.79, 0.2)) == [1, 1, 1, 1]


def test_within_two_visits_rate_flight_and_intervals_are_cut() -> None:
    [_, first, second] = after(0.2, 0.85, 0.85)
    assert pace.limited(first, BUDGET, 54.0) == Limits(requests_per_second=20.0, in_flight=1)
    assert pace.limited(second, BUDGET, 54.0) == Limits(requests_per_second=10.0, in_flight=1)
    assert (first.stretch, second.stretch) == (1, 2)


def test_the_slowest_pace_reads_tables_at_every_fourth_interval() -> None:
    slowest = after(0.2, *[0.9] * 6)[-1]
    assert (slowest.ratio, slowest.stretch) == (0.125, 4)
    assert pace.limited(slowest, BUDGET, 54.0).requests_per_second == 5.0


def test_a_slow_visit_still_ends_in_time() -> None:
    slowest = Pace(step=3, usual=0.2, requests=800)
    rate = pace.limited(slowest, BUDGET, 54.0).requests_per_second
    assert 800 / rate <= 54.0 / 2


def test_a_budget_that_is_small_already_is_never_raised() -> None:
    slow = Pace(step=1, usual=0.2, requests=800)
    assert pace.limited(slow, Limits(requests_per_second=3.0), 54.0).requests_per_second == 3.0


@pytest.mark.parametrize("cpus", [[0.85] * 50, [0.7, 0.85, 0.88, 0.89]])
def test_a_device_that_is_always_busy_is_not_spared(cpus: list[float]) -> None:
    assert set(ratios(after(*cpus))) == {1}


def test_it_recovers_step_by_step() -> None:
    busy = after(0.2, 0.9, 0.9, 0.9)[-1]
    assert ratios(after(*[0.3] * 9, start=busy)) == [0.125] * 2 + [0.25] * 3 + [0.5] * 3 + [1]


def test_between_ease_and_stress_nothing_changes() -> None:
    busy = after(0.2, 0.9)[-1]
    assert set(ratios(after(*[0.75] * 30, start=busy))) == {0.5}


def test_a_relapse_makes_it_wait_longer_before_the_next_try() -> None:
    here = after(0.2, 0.9, *[0.3] * 3)[-1]
    assert here.step == 0
    again = after(0.9, *[0.3] * 6, start=here)
    assert ratios(again) == [0.5] * 6 + [1]


def test_when_slowing_down_changes_nothing_somebody_else_is_to_blame() -> None:
    here = after(0.2, *[0.95] * 100)
    assert min(ratios(here)) == 0.125
    assert here[-1].step == 0
    words = [pace.said(*pair) for pair in itertools.pairwise(here)]
    assert any("something else" in one for one in words if one)


def test_a_cpu_that_follows_our_rate_is_brought_back_under_80_percent() -> None:
    """The device's load is 15 %, and 2 % for each request a second that it gets."""
    here, cpus = Pace(usual=0.15), []
    for _ in range(60):
        asked = REQUESTS / here.stretch
        rate = pace.limited(here, BUDGET, 54.0).requests_per_second
        cpus.append(min(1.0, 0.15 + 0.02 * min(rate, asked)))
        here = pace.advance(here, cpus[-1], REQUESTS)
    assert cpus[0] > 0.9
    assert cpus[1] < 0.8
    assert sum(cpu >= pace.HIGH for cpu in cpus) <= 5


def test_every_change_is_said_once() -> None:
    here = [Pace(), *after(0.2, 0.85, 0.85, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3)]
    words = [pace.said(*pair) for pair in itertools.pairwise(here)]
    assert [one for one in words if one] == [
        "slowed down to 0.5 of the pace: its CPU is at 85 %, usual 20 %",
        "slowed down to 0.25 of the pace: its CPU is at 85 %, usual 20 %",
        "at 0.5 of the pace again",
        "at full pace again",
    ]


def test_it_goes_on_after_a_restart_of_ours() -> None:
    here = after(0.2, 0.9, 0.9)[-1]
    again = pace.from_json(pace.to_json(here))
    assert (again.step, again.usual, again.requests) == (here.step, here.usual, here.requests)


@pytest.mark.parametrize("document", [None, 3, [], {"step": "2", "usual": "x"}, {"usual": 7}])
def test_strange_memories_are_full_pace(document: object) -> None:
    assert pace.from_json(document) == Pace()  # type: ignore[arg-type]  # that is what is tried


def test_a_step_beyond_the_last_is_the_last() -> None:
    assert pace.from_json({"step": 99}).ratio == 0.125
