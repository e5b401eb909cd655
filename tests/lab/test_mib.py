"""A moment of a switch as rows of OIDs."""

import pytest
from pysnmp.proto import rfc1905
from pysnmp.proto.rfc1902 import Integer32

from lab.mib.ip import IF_STATS, SYSTEM_STATS
from lab.mib.switch import switch_tree
from lab.mib.tree import Tree
from lab.qinglan import qinglan
from lab.scenario import QUIET, Schedule
from lab.world import World

START = 1_795_000_000.0
DISTRICT = qinglan()
WORLD = World(DISTRICT, Schedule(QUIET, START))
IFX = (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)


def value(switch: str, *oid: int) -> object:
    tree = switch_tree(DISTRICT.switch(switch), DISTRICT)
    return tree.exact(oid, WORLD.state(switch, START + 60))[1]


@pytest.mark.parametrize("switch", [switch.id for switch in DISTRICT.switches])
def test_every_row_that_is_there_has_a_value_in_increasing_order(switch: str) -> None:
    tree = switch_tree(DISTRICT.switch(switch), DISTRICT)
    state = WORLD.state(switch, START)
    assert tree.oids == sorted(set(tree.oids))
    there = [oid for oid in tree.oids if tree.exact(oid, state).value is not rfc1905.noSuchInstance]
    assert len(there) > len(tree.oids) / 2
    assert [tuple(tree.after(oid, state)[0]) for oid in [(1,), *there[:-1]]] == there  # type: ignore[index]  # None fails as well
    assert tree.after(there[-1], state) is None


def test_a_row_that_is_not_there_now_is_passed_over() -> None:
    rows = [((1, 3, 1), None), ((1, 3, 2), None), ((1, 3, 3), Integer32(7))]
    tree = Tree([(oid, lambda _state, value=value: value) for oid, value in rows])
    state = WORLD.state("ql-agg-1", START)
    found = tree.after((1, 3), state)
    assert found is not None
    assert tuple(found[0]) == (1, 3, 3)
    assert tree.exact((1, 3, 1), state)[1] is rfc1905.noSuchInstance


def test_the_six_or_more_switches_have_three_vendors_and_both_versions() -> None:
    vendors = {switch.identity.vendor for switch in DISTRICT.switches}
    assert len(DISTRICT.switches) >= 6
    assert len(vendors) == 3
    assert {switch.secured for switch in DISTRICT.switches} == {True, False}
    roles = [switch.role for switch in DISTRICT.switches]
    assert all(roles.count(role) >= 2 for role in ("core", "aggregation", "access"))


def test_an_oid_that_stands_twice_is_refused() -> None:
    row = ((1, 3), lambda _state: Integer32(1))
    with pytest.raises(ValueError, match="twice"):
        Tree([row, row])


def test_a_missing_row_and_a_missing_column_are_different_answers() -> None:
    assert value("ql-agg-1", *IFX, 6, 9999) is rfc1905.noSuchInstance
    assert value("ql-agg-1", *IFX, 77, 1) is rfc1905.noSuchObject


def test_both_ip_versions_explain_nearly_all_octets_of_an_interface() -> None:
    index = DISTRICT.switch("ql-core-2").port("Ten-GigabitEthernet1/0/28").index
    whole = int(value("ql-core-2", *IFX, 6, index))  # type: ignore[call-overload]  # a Counter64
    parts = [int(value("ql-core-2", *IF_STATS, 6, v, index)) for v in (1, 2)]  # type: ignore[call-overload]  # same
    assert 0.95 < sum(parts) / whole < 1
    assert all(part > 0 for part in parts)


def test_the_system_counts_what_its_interfaces_count() -> None:
    switch = DISTRICT.switch("ql-core-2")
    ports = [port.index for port in switch.ports if port.speed_bps and not port.shut]
    total = int(value(switch.id, *SYSTEM_STATS, 6, 2))  # type: ignore[call-overload]  # a Counter64
    assert total == pytest.approx(
        sum(int(value(switch.id, *IF_STATS, 6, 2, index)) for index in ports),  # type: ignore[call-overload]  # same
        abs=len(ports),
    )
