"""Whose turn it is."""

from agent.schedule import Rhythm
from agent.turns import Entry, Job, Line, Turns
from tests.agent.fakes import FakePoller


def job(name: str, *, answers: bool = True, visits: int = 0) -> Job:
    made = Job(Entry(name, "snmp", 60.0, FakePoller(name)), Rhythm(0.0, 60.0))
    made.answers, made.visits = answers, visits
    return made


def lined_up(*jobs: Job, due_s: float = 0.0) -> Turns:
    turns = Turns()
    for one in jobs:
        turns.push(one, due_s)
    turns.line_up(due_s)
    return turns


def test_second_visits_come_before_first_ones() -> None:
    first, second = job("first"), job("second", visits=1)
    turns = lined_up(first, second)
    assert turns.lines(0.0) == [Line.SECOND, Line.FIRST]
    assert turns.first(Line.SECOND) is second


def test_nobody_warms_up_while_a_visit_waits() -> None:
    turns = lined_up(job("new"), job("old", visits=2), job("silent", answers=False))
    assert turns.lines(0.0) == [Line.VISIT, Line.KNOCK]


def test_who_waited_for_intervals_comes_first() -> None:
    turns = lined_up(job("new"), job("old", visits=2))
    assert turns.lines(121.0) == [Line.FIRST, Line.VISIT]


def test_who_is_gone_waits_no_more() -> None:
    new, old = job("new"), job("old", visits=2)
    turns = lined_up(new, old)
    old.serial = -1
    assert turns.lines(0.0) == [Line.FIRST]
    assert turns.first(Line.VISIT) is None
