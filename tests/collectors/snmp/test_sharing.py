"""What is equal at several devices is kept once, and what only looks equal is not."""

import gc
import weakref
from collections.abc import Sequence

from collectors.snmp.sharing import Parts, Pool


def test_equal_rows_are_one_object_with_its_empty_cells() -> None:
    pool = Pool()
    rows = pool.rows([b"\1", b"\2"])

    assert pool.rows([b"\1", b"\2"]) is rows
    assert pool.rows([b"\1"]) is not rows
    assert rows.nothing == [None, None]


def test_rows_are_taken_apart_once_for_each_index() -> None:
    made: list[Sequence[bytes]] = []

    def parts(order: Sequence[bytes]) -> Parts:
        made.append(order)
        return Parts({}, 0, frozenset())

    rows = Pool().rows([b"\1"])

    assert rows.parts((), parts) is rows.parts((), parts)
    assert made == [[b"\1"]]


def test_cells_lie_along_the_rows_that_ask() -> None:
    pool = Pool()
    known = pool.known({b"\1": "Gi1", b"\2": "Gi2"})

    assert pool.known({b"\1": "Gi1", b"\2": "Gi2"}) is known
    assert known.along([b"\2", b"\3"]) == ["Gi2", None]
    assert known.along([b"\1"]) == ["Gi1"]


def test_numbers_of_another_type_are_other_cells() -> None:
    pool = Pool()
    real, whole = pool.known({b"\1": 1.0}), pool.known({b"\1": 1})

    assert (type(real[b"\1"]), type(whole[b"\1"])) == (float, int)


def test_names_know_the_keys_of_rows_that_have_one() -> None:
    pool = Pool()
    names = pool.names([("Gi1",), None])

    assert pool.names([("Gi1",), None]) is names
    assert names.keys == (("Gi1",),)


def test_nothing_is_kept_that_no_device_has() -> None:
    pool = Pool()
    gone = weakref.ref(pool.rows([b"\1"]))
    gc.collect()

    assert gone() is None
    assert pool.rows([b"\1"]) == [b"\1"]


def test_empty_names_are_one_object_too() -> None:
    pool = Pool()
    names = pool.names(())

    assert pool.names(()) is names


def test_equal_texts_are_one_object() -> None:
    pool = Pool()
    words = pool.words([("to the hall", "6")])

    assert pool.words([("to the hall", "6")]) is words
    assert pool.words([("to the hall", "7")]) is not words


def test_requests_are_one_object_for_the_same_rows_alone() -> None:
    pool = Pool()
    rows, others = pool.rows([b"\1"]), [b"\1"]
    request = pool.request(b"\x2b", 1, rows, 6)

    assert pool.request(b"\x2b", 1, rows, 6) is request
    assert pool.request(b"\x2b", 1, others, 6) is not request
    assert pool.request(b"\x2b", 1, rows, 24) is not request
