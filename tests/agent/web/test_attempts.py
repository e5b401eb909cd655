"""Token buckets by arithmetic alone."""

from agent.web.attempts import Attempts, Rate


def test_a_burst_is_allowed_and_then_one_attempt_for_each_period() -> None:
    attempts = Attempts(Rate(burst=3, refill_s=10.0))
    for _attempt in range(3):
        assert attempts.wait_s("a", 100.0) == 0
        attempts.charge("a", 100.0)
    assert attempts.wait_s("a", 100.0) == 10.0
    assert attempts.wait_s("a", 104.0) == 6.0
    assert attempts.wait_s("a", 110.0) == 0
    attempts.charge("a", 110.0)
    assert attempts.wait_s("a", 110.0) == 10.0


def test_others_are_not_concerned() -> None:
    attempts = Attempts(Rate(burst=1, refill_s=10.0))
    attempts.charge("a", 0.0)
    assert attempts.wait_s("b", 0.0) == 0


def test_a_success_costs_nothing() -> None:
    attempts = Attempts(Rate(burst=1, refill_s=10.0))
    attempts.charge("a", 0.0)
    attempts.give_back("a", 0.0)
    attempts.give_back("a", 0.0)
    assert attempts.wait_s("a", 0.0) == 0
    attempts.charge("a", 0.0)
    assert attempts.wait_s("a", 0.0) == 10.0


def test_many_clients_fill_no_memory() -> None:
    attempts = Attempts(Rate(burst=1, refill_s=10.0), keys=100)
    for number in range(1000):
        attempts.charge(number, 0.0)
    assert len(attempts) == 100
    assert attempts.wait_s(999, 0.0) > 0
