"""Which events hold when."""

from lab.scenario import Event, Kind, Scenario, Schedule

SILENT = Event(Kind.SILENT, at_s=10, for_s=5, switch="ql-agg-1")
REBOOT = Event(Kind.REBOOT, at_s=50, for_s=10, switch="ql-agg-2")


def schedule(period_s: float) -> Schedule:
    return Schedule(Scenario("test", period_s, (SILENT, REBOOT)), start_s=1000.0)


def test_an_event_holds_from_its_start_to_just_before_its_end() -> None:
    rounds = schedule(60)
    assert rounds.active(1009.9) == ()
    assert [o.event for o in rounds.active(1010)] == [SILENT]
    assert rounds.active(1015) == ()


def test_a_round_repeats_after_its_period() -> None:
    assert [o.start_s for o in schedule(60).active(1000 + 60 * 7 + 12)] == [1430]


def test_a_round_without_a_period_is_played_once() -> None:
    assert schedule(0).active(1072) == ()
    assert schedule(0).turns(1000, 10_000) == [1010, 1015, 1050, 1060]


def test_turns_are_in_order_and_leave_out_the_first_moment() -> None:
    assert schedule(60).turns(1010, 1075) == [1015, 1050, 1060, 1070, 1075]


def test_an_event_that_ends_with_the_period_ends_before_it_begins_again() -> None:
    rounds = schedule(60)
    assert [o.event for o in rounds.active(1059)] == [REBOOT]
    assert rounds.active(1060) == ()


def test_the_rebooted_switches_are_named() -> None:
    assert schedule(60).scenario.rebooted() == {"ql-agg-2"}
