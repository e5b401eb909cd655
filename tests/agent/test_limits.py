"""Slots: who may be on the way at once."""

from agent.limits import (
    FREE_NOW,
    SLOW_AFTER_S,
    WAITERS_PER_VISIT,
    WARM_UP_SHARE,
    Budget,
    Slots,
)


def test_full_budget_refuses_until_a_holder_gives_back() -> None:
    slots = Slots(1)
    assert slots.take("a", Budget.VISIT, 0.0)
    assert not slots.take("b", Budget.VISIT, 0.1)
    slots.give_back("a")
    assert slots.take("b", Budget.VISIT, 0.1)


def test_knocks_do_not_take_slots_of_visits() -> None:
    slots = Slots(1)
    assert all(slots.take(number, Budget.KNOCK, 0.0) for number in range(WAITERS_PER_VISIT))
    assert not slots.take("one more", Budget.KNOCK, 100.0)
    assert slots.free_at_s(Budget.KNOCK) is None
    assert slots.take("live", Budget.VISIT, 0.0)


def test_slow_visit_hands_its_slot_back_when_another_waits() -> None:
    slots = Slots(1)
    assert slots.take("dying", Budget.VISIT, 10.0)
    assert slots.free_at_s(Budget.VISIT) == 10.0 + SLOW_AFTER_S
    assert slots.take("live", Budget.VISIT, 10.0 + SLOW_AFTER_S)
    assert slots.held(Budget.SLOW) == 1
    assert slots.held(Budget.VISIT) == 1


def test_slow_visits_are_bounded_too() -> None:
    slots = Slots(1)
    for number in range(WAITERS_PER_VISIT + 1):
        assert slots.take(number, Budget.VISIT, 100.0 * number)
    assert not slots.take("one more", Budget.VISIT, 1000.0)
    assert slots.free_at_s(Budget.VISIT) is None
    slots.give_back(0)
    assert slots.free_at_s(Budget.VISIT) == 100.0 * WAITERS_PER_VISIT + SLOW_AFTER_S
    assert slots.take("one more", Budget.VISIT, 1000.0)


def test_warm_up_takes_few_slots_while_the_loop_is_busy() -> None:
    slots = Slots(160)
    slots.strain(busy=True)
    taken = [number for number in range(160) if slots.take(number, Budget.WARM_UP, 0.0)]
    assert len(taken) == 160 // WARM_UP_SHARE
    assert slots.take("visit", Budget.VISIT, 0.0)


def test_warm_up_takes_more_slots_while_the_loop_has_time_left() -> None:
    slots = Slots(160)
    for _ in range(100):
        slots.strain(busy=False)
    assert all(slots.take(number, Budget.WARM_UP, 0.0) for number in range(160))
    assert not slots.take("one more", Budget.WARM_UP, 0.0)
    assert not slots.take("visit", Budget.VISIT, 0.0)


def test_larger_limit_frees_slots() -> None:
    slots = Slots(1)
    assert slots.take("a", Budget.VISIT, 0.0)
    slots.resize(2)
    assert slots.free_at_s(Budget.VISIT) == FREE_NOW
