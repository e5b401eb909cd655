"""Rows of one name never become two series, and rows that many share are kept once."""

import gc

from agent.store.layout import Layout, Layouts, distinct


def test_row_is_its_labels_and_a_place_for_the_value() -> None:
    layout = Layout(("interface", "family"), (("GE1", "ipv6"),))
    assert layout.template == b'\0interface="GE1",family="ipv6"} %d\n'


def test_percent_in_a_name_is_no_format() -> None:
    assert Layout(("interface",), (("50%d",),)).template % 7 == b'\0interface="50%d"} 7\n'


def test_equal_rows_of_two_targets_are_one_layout() -> None:
    layouts = Layouts()
    first = layouts.of(("interface",), (("GE1",), ("GE2",)))
    assert layouts.of(("interface",), (("GE1",), ("GE2",))) is first
    assert layouts.of(("device",), (("GE1",), ("GE2",))) is not first


def test_layout_goes_with_its_last_table() -> None:
    layouts = Layouts()
    layouts.of(("interface",), (("GE1",),))
    gc.collect()
    assert len(layouts) == 0


def test_patterns_of_holes_are_remembered_but_not_without_end() -> None:
    layout = Layout(("interface",), tuple((f"GE{port}",) for port in range(8)))
    mask = b"\1\0\0\0\0\0\0\1"
    assert layout.subset(mask) is layout.subset(mask)
    assert layout.subset(mask).keys == (("GE0",), ("GE7",))
    for pattern in range(256):
        layout.subset(bytes(pattern >> bit & 1 for bit in range(8)))
    assert len(layout._subsets) <= 64


def test_second_of_two_equal_keys_is_dropped() -> None:
    keys, mask = distinct((("GE1",), ("GE2",), ("GE1\n",)), 9)
    assert keys == (("GE1",), ("GE2",))
    assert mask == b"\1\1\0"


def test_distinct_keys_need_no_mask() -> None:
    source = (("GE1",), ("GE2",))
    keys, mask = distinct(source, 2)
    assert keys is source
    assert mask is None


def test_rows_beyond_the_most_are_not_looked_at() -> None:
    keys, mask = distinct((("GE1",), ("GE1",), ("GE2",), ("GE3",)), 3)
    assert keys == (("GE1",), ("GE2",))
    assert mask == b"\1\0\1\0"
