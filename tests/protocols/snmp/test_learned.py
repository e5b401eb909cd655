"""What an agent teaches about sizes."""

import json

import pytest

from protocols.snmp.learned import PROBE_AFTER, Learned


def test_nothing_is_limited_before_anything_was_learned() -> None:
    assert Learned().repetitions(500, 3) == 500
    assert Learned().export() == {}


def test_a_failure_halves_and_counts_varbinds_not_repetitions() -> None:
    learned = Learned()
    learned.failed(40)
    assert learned.repetitions(100, 1) == 20
    assert learned.repetitions(100, 4) == 5
    assert learned.repetitions(100, 50) == 1


def test_a_long_run_of_good_answers_at_the_limit_tries_the_double() -> None:
    learned = Learned()
    learned.failed(20)
    for _ in range(PROBE_AFTER - 1):
        learned.worked(10)
    for _ in range(PROBE_AFTER):
        learned.worked(9)
        learned.worked(6, 3)
    assert learned.varbinds == 10
    learned.worked(9, 3)
    assert learned.varbinds == 20


def test_it_survives_as_json() -> None:
    learned, again = Learned(), Learned()
    learned.failed(50)
    again.restore(json.loads(json.dumps(learned.export())))
    assert again.repetitions(100, 1) == 25


@pytest.mark.parametrize("document", [{}, {"varbinds": "9"}, {"varbinds": True}, {"varbinds": 0}])
def test_a_strange_document_teaches_nothing(document: dict[str, object]) -> None:
    learned = Learned()
    learned.restore(document)
    assert learned.export() == {}
