"""What counts as a difference between two readings of a device."""

from collectors.snmp.cross_check import Difference, compare
from protocols.snmp import ber

NAME = "1.3.6.1.2.1.31.1.1.1.1"


def test_equal_readings_do_not_differ() -> None:
    found = compare("t", "c", {f"{NAME}.1": (ber.INTEGER, 5)}, {f"{NAME}.1": 5})
    assert (found.objects, found.moved, found.differences) == (1, 0, ())


def test_a_counter_that_grew_has_moved() -> None:
    found = compare("t", "c", {f"{NAME}.1": (ber.COUNTER64, 5)}, {f"{NAME}.1": 6})
    assert (found.moved, found.differences) == (1, ())


def test_a_state_that_changed_is_a_difference() -> None:
    found = compare("t", "c", {f"{NAME}.1": (ber.INTEGER, 1)}, {f"{NAME}.1": 2})
    assert found.differences == (Difference("c", f"{NAME}.1", 1, 2),)


def test_what_only_one_of_them_saw_is_a_difference_in_the_order_of_the_device() -> None:
    ours = {f"{NAME}.10": (ber.COUNTER64, 1), f"{NAME}.2": (ber.COUNTER64, 1)}
    found = compare("t", "c", ours, {f"{NAME}.3": 7})
    assert [(one.instance, one.ours, one.theirs) for one in found.differences] == [
        (f"{NAME}.2", 1, None),
        (f"{NAME}.3", None, 7),
        (f"{NAME}.10", 1, None),
    ]
