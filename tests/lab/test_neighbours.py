"""LLDP and spanning tree: both ends of every link tell the same story."""

import pytest

from lab.district import End, Link
from lab.mib.bridge import BASE, STP
from lab.mib.lldp import LOCAL_PORT, REMOTE, port_number
from lab.mib.switch import switch_tree
from lab.qinglan import qinglan
from lab.scenario import Event, Kind, Scenario, Schedule
from lab.state import SwitchState
from lab.world import World

START = 1_795_000_000.0
DISTRICT = qinglan()
TREES = {switch.id: switch_tree(switch, DISTRICT) for switch in DISTRICT.switches}
CABLES = [link for link in DISTRICT.every_link() if link.high]
CUT = Event(Kind.LINK_DOWN, 100, 50, "ql-agg-1", "XGigabitEthernet0/0/1")


def world() -> World:
    return World(DISTRICT, Schedule(Scenario("test", 0.0, (CUT,)), START))


def column(switch: str, state: SwitchState, *prefix: int) -> dict[tuple[int, ...], object]:
    """Every row of a column that is there, by what follows the column's OID."""
    tree = TREES[switch]
    found: dict[tuple[int, ...], object] = {}
    row = tree.after(prefix, state)
    while row is not None and tuple(row[0])[: len(prefix)] == prefix:
        found[tuple(row[0])[len(prefix) :]] = row[1]
        row = tree.after(tuple(row[0]), state)
    return found


def told(end: End, column_number: int, second: float = 10) -> str | None:
    """What a switch says of the neighbour behind one of its ports."""
    switch = DISTRICT.switch(end.switch)
    state = world().state(end.switch, START + second)
    number = port_number(switch, switch.port(end.port))
    value = column(end.switch, state, *REMOTE, column_number).get((0, number, 1))
    return None if value is None else str(value)


def own(end: End, column_number: int) -> str:
    """What a switch calls a port of its own."""
    switch = DISTRICT.switch(end.switch)
    rows = column(end.switch, world().state(end.switch, START), *LOCAL_PORT, column_number)
    return str(rows[port_number(switch, switch.port(end.port)),])


@pytest.mark.parametrize("link", CABLES, ids=str)
def test_both_ends_name_each_other(link: Link) -> None:
    assert link.high is not None
    for here, there in ((link.low, link.high), (link.high, link.low)):
        assert told(here, 9) == there.switch
        assert told(here, 7) == own(there, 3)
        assert told(here, 8) == own(there, 4)


def test_vendors_name_their_ports_in_their_own_way() -> None:
    hall = End("ql-acc-hall", "TenGigabitEthernet 0/25")
    assert (own(hall, 3), own(hall, 4)) == ("Te0/25", "TenGigabitEthernet 0/25")
    agg = End("ql-agg-2", "Ten-GigabitEthernet1/0/21")
    assert (own(agg, 3), own(agg, 4)) == (agg.port, f"{agg.port} Interface")
    core = DISTRICT.switch("ql-core-1")
    port = core.port("XGigabitEthernet0/0/1")
    assert port_number(core, port) != port.index


def test_a_way_out_shows_somebody_of_no_inventory() -> None:
    assert told(End("ql-core-1", "XGigabitEthernet0/0/12"), 9) == "lj-metro-1"


def test_a_cut_link_has_no_neighbours_and_gets_them_back() -> None:
    ends = (CUT.end, End("ql-core-1", "XGigabitEthernet0/0/1"))
    assert [told(end, 9, 120) for end in ends] == [None, None]
    assert [told(end, 9, 151) for end in ends] == ["ql-core-1", "ql-agg-1"]


def stp(one: World, switch: str, second: float, scalar: int) -> int:
    state = one.state(switch, START + second)
    return int(TREES[switch].exact((*STP, scalar, 0), state)[1])  # type: ignore[call-overload]  # an SMI type


def root_interface(one: World, switch: str, second: float) -> str | None:
    """Follow dot1dStpRootPort to the name of an interface, as a manager does."""
    root_port = stp(one, switch, second, 7)
    state = one.state(switch, START + second)
    rows = column(switch, state, *BASE, 4, 1, 2)
    index = rows.get((root_port,))
    names = {port.index: port.name for port in DISTRICT.switch(switch).ports}
    return None if index is None else names[int(index)]  # type: ignore[call-overload]  # an SMI type


def test_all_bridges_agree_on_the_root_and_only_the_root_has_no_port_to_it() -> None:
    one = world()
    roots = {
        str(TREES[switch].exact((*STP, 5, 0), one.state(switch, START))[1]) for switch in TREES
    }
    assert len(roots) == 1
    without = [switch for switch in TREES if root_interface(one, switch, 10) is None]
    assert without == ["ql-core-1"]


def test_a_cut_link_is_a_topology_change_for_all_and_moves_the_root_port() -> None:
    one = world()
    before = {switch: stp(one, switch, 99, 4) for switch in TREES}
    assert root_interface(one, "ql-agg-1", 99) == "XGigabitEthernet0/0/1"
    assert {stp(one, switch, 120, 4) - before[switch] for switch in TREES} == {1}
    assert stp(one, "ql-acc-hall", 120, 3) == 2000
    assert root_interface(one, "ql-agg-1", 120) == "XGigabitEthernet0/0/2"
    assert stp(one, "ql-agg-1", 120, 6) > stp(one, "ql-agg-1", 151, 6) > 0
    assert {stp(one, switch, 151, 4) - before[switch] for switch in TREES} == {2}


def test_a_booted_bridge_counts_topology_changes_from_its_boot() -> None:
    reboot = Event(Kind.REBOOT, 20, 10, "ql-acc-songting")
    one = World(DISTRICT, Schedule(Scenario("test", 0.0, (CUT, reboot)), START))
    assert stp(one, "ql-agg-1", 40, 4) == 3
    assert stp(one, "ql-acc-songting", 40, 4) == 1
    assert stp(one, "ql-acc-songting", 160, 4) == 3
