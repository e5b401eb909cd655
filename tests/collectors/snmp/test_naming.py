"""Names of rows are unique, whatever the device says."""

from hypothesis import given
from hypothesis import strategies as st

from collectors.snmp.naming import unique


def test_each_of_two_equal_names_gets_its_suffix() -> None:
    assert unique([("a",), ("b",), ("a",)], ["1", "2", "3"]) == [("a~1",), ("b",), ("a~3",)]


def test_a_name_that_only_becomes_equal_by_the_suffix_is_judged_again() -> None:
    assert unique([("a",), ("a",), ("a~1",)], ["1", "2", "3"]) == [("a~1~1",), ("a~2",), ("a~1~3",)]


def test_only_the_whole_key_must_be_unique() -> None:
    keys = [("a", "ipv4"), ("a", "ipv6")]
    assert unique(keys, ["1", "2"]) == keys


@given(st.lists(st.text("a~12", max_size=5), max_size=12))
def test_the_result_is_unique(names: list[str]) -> None:
    keys = [(name,) for name in names]
    found = unique(keys, [str(place) for place in range(len(keys))])
    assert len(set(found)) == len(keys)
    assert all(ours[0].startswith(name) for ours, name in zip(found, names, strict=True))
