"""The items of a device's readiness for IPv6, and the four states that each may be in."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What is known of one item; ready needs no failed and no unknown one."""

    PASSED = "passed"
    FAILED = "failed"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


class Name(StrEnum):
    """The items, in the order in which a person would look."""

    FORWARDING = "forwarding"
    ADDRESS = "address"
    ROUTING = "routing"
    PATH = "path"
    TRAFFIC = "traffic"


@dataclass(frozen=True, slots=True)
class Item:
    """One item of one device.

    Args:
        names: what it failed on, or what is not known of: neighbours, interfaces, probes.
    """

    state: State
    names: tuple[str, ...] = ()


UNKNOWN = Item(State.UNKNOWN)
NOT_APPLICABLE = Item(State.NOT_APPLICABLE)


def judged(*, passed: bool, certain: bool, names: tuple[str, ...] = ()) -> Item:
    """Passed on evidence; failed only where it is certain that there is none."""
    if passed:
        return Item(State.PASSED)
    return Item(State.FAILED if certain else State.UNKNOWN, names)
