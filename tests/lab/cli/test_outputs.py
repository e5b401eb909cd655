"""What the command lines print is what the MIBs of the same moment say, faults included."""

import re
from ipaddress import IPv6Address

import pytest

from lab.cli.dialect import lasted, matches, stops_at
from lab.cli.dialects import dialect
from lab.district import Vendor
from lab.mib.backbone import HUAWEI_BGP, NEIGHBOR
from lab.mib.ipv6 import ADDRESS, ROUTE
from lab.mib.ipv6 import NEIGHBOR as HEARD
from lab.mib.switch import switch_tree
from lab.mib.tree import Oid
from lab.qinglan import qinglan
from lab.scenario import Event, Kind, Scenario, Schedule
from lab.world import World

START = 1_795_000_000.0
DISTRICT = qinglan()
SPEAKERS = [switch.id for switch in DISTRICT.switches if switch.ipv6]
TREES = {switch.id: switch_tree(switch, DISTRICT) for switch in DISTRICT.switches}
EVENTS = (
    Event(Kind.OSPFV3_NEIGHBOR_LOST, 10, 20, "ql-agg-1", "XGigabitEthernet0/0/2"),
    Event(Kind.BGP_IPV6_IDLE, 10, 20, "ql-core-1", peer="ql-core-2"),
    Event(Kind.LINK_DOWN, 10, 20, "ql-core-2", "Ten-GigabitEthernet1/0/28"),
)
WHOLE, BROKEN = START, START + 20
COMMANDS = {
    Vendor.HUAWEI: {
        "interfaces": "display ipv6 interface brief",
        "heard": "display ipv6 neighbors",
        "routes": "display ipv6 routing-table statistics",
        "peers": "display ospfv3 peer",
        "sessions": "display bgp ipv6 peer",
    },
    Vendor.H3C: {
        "interfaces": "display ipv6 interface brief",
        "heard": "display ipv6 neighbors all",
        "routes": "display ipv6 routing-table statistics",
        "peers": "display ospfv3 peer",
        "sessions": "display bgp peer ipv6",
    },
    Vendor.RUIJIE: {
        "interfaces": "show ipv6 interface brief",
        "heard": "show ipv6 neighbors",
        "routes": "show ipv6 route summary",
        "peers": "show ipv6 ospf neighbor",
        "sessions": "show bgp ipv6 unicast summary",
    },
}


@pytest.fixture
def world() -> World:
    return World(DISTRICT, Schedule(Scenario("test", 0.0, EVENTS), START))


def printed(world: World, switch: str, what: str, at_s: float) -> str:
    plan = DISTRICT.switch(switch)
    vendor = plan.identity.vendor
    output = dialect(vendor, DISTRICT).commands[COMMANDS[vendor][what]]
    return "\n".join(output(world.state(switch, at_s)))


def column(world: World, switch: str, oid: Oid, at_s: float) -> dict[Oid, int]:
    state, tree = world.state(switch, at_s), TREES[switch]
    found: dict[Oid, int] = {}
    place = oid
    while (bind := tree.after(place, state)) and bind.oid[: len(oid)] == oid:
        found[bind.oid[len(oid) :]] = int(bind.value)  # type: ignore[call-overload]  # pysnmp's
        place = bind.oid
    return found


def addresses(text: str) -> set[IPv6Address]:
    text = re.sub(r", subnet is .*", "", text)
    return {IPv6Address(found) for found in re.findall(r"\b[0-9A-F]{1,4}(?:::?[0-9A-F]+)+", text)}


@pytest.mark.parametrize("at_s", [WHOLE, BROKEN])
@pytest.mark.parametrize("switch", ["ql-core-1", "ql-agg-1", "ql-acc-hall", "ql-acc-songting"])
def test_ospfv3_neighbours_are_those_of_the_mib(world: World, switch: str, at_s: float) -> None:
    rows = column(world, switch, (*NEIGHBOR, 8), at_s)
    by_snmp = {".".join(map(str, index[2].to_bytes(4, "big"))) for index in rows}
    text = printed(world, switch, "peers", at_s)
    assert set(re.findall(r"^ ?(10\.51\.0\.\d+)\s+1 ", text, re.MULTILINE)) == by_snmp
    assert text.count("Full/") == len(rows)


def test_a_lost_neighbour_is_gone_from_both_command_lines(world: World) -> None:
    for switch, other in (("ql-agg-1", "10.51.0.2 "), ("ql-core-2", "10.51.0.11 ")):
        assert other in printed(world, switch, "peers", WHOLE)
    for switch, other in (("ql-agg-1", "10.51.0.2 "), ("ql-core-2", "10.51.0.11 ")):
        assert other not in printed(world, switch, "peers", BROKEN)


@pytest.mark.parametrize(("at_s", "idle"), [(WHOLE, 0), (BROKEN, 1)])
def test_bgp_peers_are_those_of_the_mib(world: World, at_s: float, idle: int) -> None:
    states = column(world, "ql-core-1", (*HUAWEI_BGP, 1, 2, 1, 5), at_s)
    prefixes = column(world, "ql-core-1", (*HUAWEI_BGP, 1, 3, 1, 1), at_s)
    text = printed(world, "ql-core-1", "sessions", at_s)
    assert list(states.values()).count(1) == idle == text.count(" Idle ")
    rows = [line.split() for line in text.splitlines() if line.startswith("  2001:")]
    assert {IPv6Address(row[0]): int(row[-1]) for row in rows} == {
        IPv6Address(bytes(index[-16:])): number for index, number in prefixes.items()
    }


def test_the_other_end_of_an_idle_session_tries_in_vain(world: World) -> None:
    assert printed(world, "ql-core-2", "sessions", WHOLE).count("Established") == 2
    broken = printed(world, "ql-core-2", "sessions", BROKEN)
    assert broken.count(" Active") == 2
    assert "Total number of peers: 2" in broken
    assert "Peers in established state: 0" in broken


@pytest.mark.parametrize("at_s", [WHOLE, BROKEN])
@pytest.mark.parametrize("switch", SPEAKERS)
def test_routes_are_as_many_as_the_mib_has(world: World, switch: str, at_s: float) -> None:
    protocols = list(column(world, switch, (*ROUTE, 9), at_s).values())
    text = printed(world, switch, "routes", at_s)
    counted = {
        row[0].lower(): int(row[2 if row[0] == "ospf" else 1])
        for row in (line.split() for line in text.splitlines())
        if len(row) > 2 and row[2].isdigit() and (row[1].isdigit() or row[0] == "ospf")
    }
    for number, names in {
        2: ("direct", "connected"),
        3: ("static",),
        13: ("ospfv3", "ospf"),
        14: ("bgp", "bgp4+"),
    }.items():
        assert next(counted[name] for name in names if name in counted) == protocols.count(number)
    assert counted["total"] == len(protocols)


@pytest.mark.parametrize("switch", SPEAKERS)
def test_whom_the_switch_hears_is_in_both(world: World, switch: str) -> None:
    rows = column(world, switch, (*HEARD, 7), WHOLE)
    by_snmp = {IPv6Address(bytes(index[3:19])) for index in rows}
    assert addresses(printed(world, switch, "heard", WHOLE)) == by_snmp


@pytest.mark.parametrize("switch", SPEAKERS)
def test_interfaces_show_addresses_that_the_mib_has(world: World, switch: str) -> None:
    rows = column(world, switch, (*ADDRESS, 7), WHOLE)
    by_snmp = {IPv6Address(bytes(index[2:18])) for index in rows}
    shown = addresses(printed(world, switch, "interfaces", WHOLE))
    assert shown
    assert shown <= by_snmp
    if DISTRICT.switch(switch).identity.vendor is Vendor.RUIJIE:
        assert shown == by_snmp


def test_an_interface_that_is_down_is_tentative_on_huawei() -> None:
    cut = Event(Kind.LINK_DOWN, 10, 20, "ql-core-1", "XGigabitEthernet0/0/12")
    world = World(DISTRICT, Schedule(Scenario("test", 0.0, (cut,)), START))
    text = printed(world, "ql-core-1", "interfaces", BROKEN)
    assert re.search(r"XGigabitEthernet0/0/12 +down .*\n.*/64  \[TENTATIVE\]", text)
    assert text.count("TENTATIVE") == 1


def test_an_uplink_with_a_link_local_address_alone_is_unassigned_nowhere_but_shown(
    world: World,
) -> None:
    text = printed(world, "ql-acc-shitang", "interfaces", WHOLE)
    assert re.search(r"Ten-GigabitEthernet1/0/11 +up +up +FE80::", text)


def test_a_switch_without_ipv6_prints_no_row(world: World) -> None:
    assert "Full/" not in printed(world, "ql-acc-lianhua", "peers", WHOLE)
    assert "Interface " in printed(world, "ql-acc-lianhua", "interfaces", WHOLE)
    assert not addresses(printed(world, "ql-acc-lianhua", "interfaces", WHOLE))


def test_a_line_means_a_command_when_each_word_begins_one() -> None:
    names = ["display bgp ipv6 peer", "display bgp peer", "quit"]
    assert matches("dis bgp ip p", names) == ["display bgp ipv6 peer"]
    assert matches("display bgp peer", names) == ["display bgp peer"]
    assert matches("display", names) == []
    assert stops_at("display bpg peer", names) == ("unknown", 8)
    assert stops_at("display bgp", names) == ("incomplete", 11)


@pytest.mark.parametrize(
    ("seconds", "text"), [(1069, "00:17:49"), (86399, "23:59:59"), (2256420, "0626h47m")]
)
def test_up_for_is_written_as_switches_do(seconds: int, text: str) -> None:
    assert lasted(seconds) == text
