"""Memories of two processes are merged: nothing that one was refused is lost by the other."""

from protocols.ssh.merging import merged, newer
from protocols.ssh.refusals import Json

AT = 1_800_000_000.0


def refused(*rows: tuple[str, float], braked: float | None = None) -> Json:
    return {
        "refused": [["net", device, at] for device, at in rows],
        "braked": [] if braked is None else [["net", "", braked]],
    }


def test_what_either_was_refused_is_kept() -> None:
    theirs, mine = refused(("sw-1", AT)), refused(("sw-2", AT + 1))
    assert merged(theirs, None, mine) == refused(("sw-1", AT), ("sw-2", AT + 1))


def test_what_is_over_is_taken_out_unless_it_came_once_more() -> None:
    base = refused(("sw-1", AT), ("sw-2", AT))
    theirs = refused(("sw-1", AT), ("sw-2", AT + 60))
    assert merged(theirs, base, None) == refused(("sw-2", AT + 60))
    assert merged(base, base, None) is None


def test_what_was_forgotten_meanwhile_does_not_come_back() -> None:
    base = refused(("sw-1", AT), braked=AT + 3600)
    mine = refused(("sw-1", AT + 0.001), ("sw-2", AT + 60), braked=AT + 3600.001)
    assert merged(None, base, mine) == refused(("sw-2", AT + 60))


def test_three_devices_brake_a_credential_whoever_asked_them() -> None:
    theirs, mine = refused(("sw-1", AT), ("sw-2", AT + 10)), refused(("sw-3", AT + 290))
    every = (("sw-1", AT), ("sw-2", AT + 10), ("sw-3", AT + 290))
    assert merged(theirs, None, mine) == refused(*every, braked=AT + 290 + 3600)
    late = refused(("sw-3", AT + 310))
    assert merged(theirs, None, late) == refused(*every[:2], ("sw-3", AT + 310))


def test_a_doubt_that_became_a_refusal_is_one() -> None:
    doubt: Json = {"refused": [], "braked": [], "doubted": [["net", "sw-1", AT]]}
    assert merged(doubt, doubt, refused(("sw-1", AT + 2))) == refused(("sw-1", AT + 2))


def test_a_refusal_that_came_once_more_is_new() -> None:
    old, mine = refused(("sw-1", AT), ("sw-2", AT)), refused(("sw-1", AT + 4000), ("sw-2", AT))
    assert newer(old, mine, "refused") == [("net", "sw-1")]
