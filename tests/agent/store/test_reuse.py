"""What came unchanged is not made anew, and nothing old ever shows for it."""

from collections.abc import Sequence

from agent.store import Store
from agent.store.content import Part
from collectors.contract import Labels, Method, Number, Samples, Table
from tests.agent.store.observations import WALL_S, exposed, observed, page, ports, store

PACKETS = "egov_interface_receive_packets_total"


def part(held: Store) -> Part:
    return held.contents["sw-1"].parts["interface"][0]


def put(held: Store, table: Table, monotonic_s: float = 0.0) -> str:
    held.put(observed(table), monotonic_s, WALL_S)
    return page(held, monotonic_s=monotonic_s + 1.0)


def settled(values: Sequence[Number | None], names: Sequence[str] = ("a", "b")) -> Store:
    """Return a store that was given the same object until it knows it."""
    held = store()
    for _ in range(3):
        put(held, ports(names, values))
    return held


def packets(values: Sequence[Number | None], cast: str) -> Table:
    labels: Labels = (("cast", cast),)
    keys = (("a",), ("b",))
    return Table("interface", Method.SNMP, keys, (Samples(PACKETS, values, labels),))


def test_same_values_are_packed_once() -> None:
    values = [1, 0]
    held = settled(values)
    column = part(held).columns[0]
    assert exposed(put(held, ports(["a", "b"], values))) == {"a": 1, "b": 0}
    assert part(held).columns[0] is column


def test_values_that_move_are_not_held_on_to() -> None:
    held = settled([1, 0])
    put(held, ports(["a", "b"], [1, 1]))
    assert part(held).steady == (None,)


def test_new_values_show_at_once() -> None:
    held = settled([1, 0])
    assert exposed(put(held, ports(["a", "b"], [0, 1]))) == {"a": 0, "b": 1}


def test_equal_numbers_of_another_kind_are_written_as_they_are() -> None:
    held = settled([1, 2])
    for _ in range(3):
        assert 'interface="a"} 1.0\n' in put(held, ports(["a", "b"], [1.0, 2]))
    assert 'interface="a"} 1\n' in put(held, ports(["a", "b"], [1, 2]))


def test_values_that_came_back_are_the_new_ones() -> None:
    first, second = [1, 0], [0, 0]
    held = settled(first)
    put(held, ports(["a", "b"], second))
    assert exposed(put(held, ports(["a", "b"], first))) == {"a": 1, "b": 0}
    assert exposed(put(held, ports(["a", "b"], second))) == {"a": 0, "b": 0}


def test_row_that_vanished_is_gone() -> None:
    held = settled([1, 0])
    assert exposed(put(held, ports(["b"], [0]))) == {"b": 0}


def test_row_that_was_renamed_has_its_new_name_alone() -> None:
    values = [1, 0]
    held = settled(values)
    assert exposed(put(held, ports(["a", "c"], values))) == {"a": 1, "c": 0}


def test_rows_that_changed_places_keep_their_values() -> None:
    values = [1, 0]
    held = settled(values)
    assert exposed(put(held, ports(["b", "a"], values))) == {"b": 1, "a": 0}


def test_row_named_twice_keeps_the_value_of_the_first() -> None:
    values = [1, 0]
    held = settled(values)
    assert exposed(put(held, ports(["a", "a"], values))) == {"a": 1}
    assert exposed(put(held, ports(["a", "b"], values))) == {"a": 1, "b": 0}


def test_column_with_another_label_has_its_new_label() -> None:
    held, values = store(), [5, 6]
    for _ in range(3):
        put(held, packets(values, "unicast"))
    text = put(held, packets(values, "broadcast"))
    assert 'cast="broadcast",interface="a"} 5' in text
    assert "unicast" not in text


def test_column_that_did_not_come_is_gone() -> None:
    held = settled([1, 0])
    empty = Table("interface", Method.SNMP, (("a",), ("b",)))
    assert exposed(put(held, empty)) == {}


def test_hole_that_came_takes_the_sample_away() -> None:
    held = settled([1, 0])
    assert exposed(put(held, ports(["a", "b"], [1, None]))) == {"a": 1}


def test_same_values_expire_with_their_visit() -> None:
    held = settled([1, 0])
    assert exposed(page(held, monotonic_s=119.0)) == {"a": 1, "b": 0}
    assert exposed(page(held, monotonic_s=120.0)) == {}


def test_same_values_of_a_partial_table_are_not_complete() -> None:
    values = [1, 0]
    held = settled(values)
    text = put(held, ports(["a", "b"], values, complete=False))
    assert exposed(text, "egov_table_complete", "table") == {"interface": 0}


def test_cap_cuts_the_same_values() -> None:
    held, values = store(cap=2), [1, 0, 1]
    for _ in range(4):
        text = put(held, ports(["a", "b", "c"], values))
    assert exposed(text) == {"a": 1, "b": 0}
