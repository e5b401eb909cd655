"""What is held against a table that stalls, on a clock of the test's."""

import json

import pytest

from collectors.snmp.quarantine import PAUSES_S, Quarantine

TABLES = {"optics": ("rx", "tx"), "interfaces": ("in", "out")}


def test_the_first_stall_makes_a_suspect_and_the_second_leaves_the_table_out() -> None:
    held = Quarantine()
    held.stalled("optics", ["rx"], 0.0)
    assert not held.left_out("optics", 0.0)
    assert held.to_try(0.0) == ["optics"]
    held.stalled("optics", ["rx"], 60.0)
    assert held.left_out("optics", 61.0)
    assert held.to_try(61.0) == []
    assert held.notices == ["optics stalls: left out, and asked again every now and then"]


def test_an_answer_in_between_clears_the_suspicion() -> None:
    held = Quarantine()
    held.stalled("optics", ["rx"], 0.0)
    held.answered("optics")
    held.stalled("optics", ["rx"], 120.0)
    assert not held.left_out("optics", 120.0)
    assert held.notices == []


def test_pauses_grow_to_an_hour() -> None:
    held, now_s, pauses = Quarantine(), 0.0, []
    held.stalled("optics", ["rx"], now_s)
    for _ in range(5):
        held.stalled("optics", ["rx"], now_s)
        until_s = held.cases["optics"].until_s
        assert until_s is not None
        pauses.append(until_s - now_s)
        now_s = until_s
        assert held.to_try(now_s) == ["optics"]
    assert pauses == [*PAUSES_S, PAUSES_S[-1], PAUSES_S[-1]]


def test_an_answer_after_the_pause_is_said_and_its_history_forgotten() -> None:
    held = Quarantine()
    for now_s in (0.0, 60.0):
        held.stalled("optics", ["rx"], now_s)
    held.begin(400.0)
    held.answered("optics")
    assert held.notices == ["optics answers again"]
    assert held.cases == {}
    assert held.known == {"optics"}


def test_only_what_stalled_is_barred() -> None:
    held = Quarantine()
    held.stalled("optics", ["rx"], 0.0)
    assert held.barred("optics", "rx")
    assert not held.barred("optics", "tx")
    assert not held.barred("interfaces", "rx")


def test_the_least_suspicious_table_is_tried_first() -> None:
    held = Quarantine()
    for now_s in (0.0, 60.0):
        held.stalled("optics", ["rx"], now_s)
    held.stalled("interfaces", ["in"], 60.0)
    assert held.to_try(1000.0) == ["interfaces", "optics"]


def test_a_pause_goes_on_where_it_was_after_a_restart_of_ours() -> None:
    held = Quarantine()
    for now_s in (0.0, 60.0):
        held.stalled("optics", ["rx"], now_s)
    document = json.loads(json.dumps(held.export(160.0)))
    again = Quarantine()
    again.restore(document, TABLES)
    again.begin(7.0)
    assert again.left_out("optics", 206.0)
    assert not again.left_out("optics", 208.0)
    assert again.known == {"optics"}


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {"cases": 3, "known": 4},
        {"cases": {"gone": {"columns": ["rx"], "stalls": 2, "left_s": 9}}, "known": ["gone", 1]},
        {"cases": {"optics": {"columns": ["gone"], "stalls": 2}}},
        {"cases": {"optics": {"columns": ["rx"], "stalls": 0}}},
        {"cases": {"optics": 1}},
    ],
)
def test_strange_memories_hold_nothing_against_anybody(document: object) -> None:
    held = Quarantine()
    held.restore(document, TABLES)  # type: ignore[arg-type]  # that is what is tried
    assert (held.cases, held.known) == ({}, set())
