"""Every profile reads the output of its platform, and says so when it cannot."""

import re
from collections.abc import Callable

import pytest

from collectors.cli.profile import CliProfiles
from collectors.cli.templates import OURS
from collectors.cli.understanding import Understood, understood
from tests.collectors.cli import answers

Read = Callable[[str, str, str], Understood]


@pytest.fixture
def read(profiles: CliProfiles) -> Read:
    def of(platform: str, name: str, text: str) -> Understood:
        profile = profiles.platforms[platform]
        command = next(one for one in profile.commands if one.name == name)
        return understood(command, text, platform)

    return of


def short(found: Understood) -> dict[tuple[str, ...], list[object]]:
    """Give the rows with their values, first metrics, then texts."""
    return {
        key: [*row.metrics.values(), *(one for one in row.info.values())]
        for key, row in found.rows.items()
    }


CASES: list[tuple[str, str, str, dict[tuple[str, ...], list[object]]]] = [
    (
        "huawei_vrp", "ospfv3_neighbor", answers.HUAWEI_OSPFV3,
        {
            ("6.6.6.1", "GigabitEthernet0/2/0"): [8, 1, ("1", "0.0.0.0")],
            ("2.2.2.2", "Vlanif100"): [4, 1, ("1", "0.0.0.0")],
            ("1.1.1.1", "100GE1/0/1"): [8, 1, ("1", "0.0.0.0")],
        },
    ),
    (
        "huawei_vrp", "bgp_peer_ipv4", answers.HUAWEI_BGP,
        {
            ("", "192.168.1.11", "ipv4", "unicast"): [1, 1, 6, 551, 2256180, ("41615426", "")],
            ("", "192.168.1.12", "ipv4", "unicast"): [1, 1, 6, 1, 1069, ("41615426", "")],
        },
    ),
    (
        "huawei_vrp", "bgp_peer_ipv6", answers.HUAWEI_BGP6,
        {
            ("", "100.110.0.110", "ipv6", "unicast"): [0, 1, 2, 0, 0, ("64540", "")],
            ("", "2001:db8:8000:0:198:51:100:254", "ipv6", "unicast"):
                [1, 1, 6, 253052, 1284240, ("64531", "")],
            ("", "fc00::2b6", "ipv6", "unicast"): [0, 0, 1, 0, 0, ("64544", "")],
            ("", "2001:db8:8000:1234:5678:1198:5151:1254", "ipv6", "unicast"):
                [1, 1, 6, 5, 3656, ("64531", "")],
        },
    ),
    (
        "huawei_vrp", "bgp_peer_vpnv6", answers.HUAWEI_BGP_VPN,
        {
            ("", "10.0.0.9", "vpnv6", "vpn"): [1, 1, 6, 12, 3656, ("64512", "")],
            ("gov", "2001:db8:5::2", "ipv6", "unicast"): [1, 1, 6, 3, 3656, ("64599", "")],
            ("police", "2001:db8:6::2", "ipv6", "unicast"): [0, 1, 1, 0, 0, ("64600", "")],
        },
    ),
    (
        "huawei_vrp", "isis_adjacency", answers.HUAWEI_ISIS,
        {
            ("MA-JK4961-01H", "Eth-Trunk2", "", "2"): [1],
            ("RR-BD3515597G9-01H", "GigabitEthernet0/2/0", "", "2"): [1],
        },
    ),
    (
        "huawei_vrp", "ipv6_address", answers.HUAWEI_IF6,
        {
            ("Eth-Trunk127.401", "2001:db8:1000::155:f0ca:a"): [("global", "preferred")],
            ("Eth-Trunk127.582", "fc00::2b7"): [("unique_local", "tentative")],
            ("LoopBack0", "2001:db8::1"): [("global", "preferred")],
        },
    ),
    (
        "huawei_vrp", "ipv6_address", answers.HUAWEI_IF6_OLD,
        {("GigabitEthernet0/0/1", "2001::1"): [("global", "preferred")]},
    ),
    (
        "huawei_vrp", "ipv6_neighbor", answers.HUAWEI_ND,
        {
            ("GigabitEthernet0/0/1", "stale"): [2],
            ("GigabitEthernet0/0/1", "reachable"): [1],
        },
    ),
    (
        "huawei_vrp", "ipv6_route", answers.HUAWEI_ROUTES,
        {
            ("connected", ""): [4], ("static", ""): [1], ("rip", ""): [0], ("ospf", ""): [4],
            ("isis", ""): [0], ("bgp", ""): [3], ("other", ""): [0],
        },
    ),
    ("huawei_vrp", "ipv6_default_route", answers.HUAWEI_DEFAULT, {(): [1]}),
    ("huawei_vrp", "ipv6_default_route", "", {(): [0]}),
    (
        "hp_comware", "ospfv3_neighbor", answers.COMWARE_OSPFV3,
        {
            ("2.2.2.2", "GigabitEthernet1/0/1"): [8, 1, ("1", "0.0.0.1")],
            ("2.2.2.2", "Vlan-interface1"): [3, 0, ("1", "0.0.0.1")],
        },
    ),
    (
        "hp_comware", "bgp_peer_ipv4", answers.COMWARE_BGP,
        {
            ("", "12.123.123.189", "ipv4", "unicast"): [1, 1, 6, 1, 1032420, ("100", "")],
            ("", "2.114.82.34", "ipv4", "unicast"): [0, 1, 2, 0, 0, ("100", "")],
        },
    ),
    (
        "hp_comware", "bgp_peer_ipv6", answers.COMWARE_BGP6,
        {
            ("", "2001:db8::2", "ipv6", "unicast"): [1, 1, 6, 7, 3656, ("64512", "")],
            ("", "2001:db8:8000:1234:5678:1198:5151:1254", "ipv6", "unicast"):
                [0, 0, 1, 0, 0, ("64531", "")],
        },
    ),
    (
        "hp_comware", "ipv6_neighbor", answers.COMWARE_ND,
        {("GigabitEthernet1/0/1", "reachable"): [1], ("Vlan-interface10", "incomplete"): [1]},
    ),
    (
        "hp_comware", "ipv6_address", answers.COMWARE_IF6,
        {
            ("GigabitEthernet0/0", "3001::1"): [("global", "preferred")],
            ("LoopBack0", "2001:db8::1"): [("global", "preferred")],
        },
    ),
    (
        "hp_comware", "ipv6_route", answers.COMWARE_ROUTES,
        {
            ("connected", ""): [4], ("static", ""): [0], ("rip", ""): [0], ("ospf", ""): [3],
            ("isis", ""): [0], ("bgp", ""): [1],
        },
    ),
    (
        "hp_comware", "isis_adjacency", answers.COMWARE_ISIS,
        {
            ("0000.0000.0002", "Vlan-interface100", "", "1"): [1],
            ("0000.0000.0003", "GigabitEthernet1/0/2", "", "2"): [0],
        },
    ),
    (
        "ruijie_os", "ipv6_address", answers.RUIJIE_IF6,
        {
            ("GigabitEthernet 0/0", "fe80::200:ff:fe00:1"): [("link_local", "tentative")],
            ("GigabitEthernet 0/0", "2001:db8::1"): [("global", "inaccessible")],
            ("VLAN 10", "2001:db8:1::1"): [("global", "preferred")],
        },
    ),
    (
        "cisco_ios", "ospfv3_neighbor", answers.CISCO_OSPFV3,
        {
            ("10.0.0.2", "Gi0/1"): [8, 1, ("1", "")],
            ("10.0.0.3", "Gi0/1"): [4, 1, ("1", "")],
            ("10.0.0.4", "Vl10"): [8, 1, ("1", "")],
        },
    ),
    (
        "cisco_ios", "ipv6_address", answers.CISCO_IF6,
        {
            ("Te1/1", "fe80::333:3333:3333:3333"): [("link_local", "preferred")],
            ("Te1/1", "2a01:3333:3333::5"): [("global", "preferred")],
            ("Vl10", "fe80::1"): [("link_local", "tentative")],
        },
    ),
    (
        "cisco_ios", "bgp_peer_ipv6", answers.CISCO_BGP6,
        {
            ("", "2001:db8::2", "ipv6", "unicast"): [1, 1, 6, 5, 4830, ("64513", "")],
            ("", "2001:db8:0:123:4567:89ab:cdef:2", "ipv6", "unicast"):
                [0, 0, 1, None, 0, ("64514", "")],
            ("", "2001:db8::4", "ipv6", "unicast"): [0, 1, 3, None, 0, ("64515", "")],
        },
    ),
    (
        "cisco_ios", "isis_adjacency", answers.CISCO_ISIS, {("R2", "Gi0/1", "", "2"): [1]},
    ),
    (
        "cisco_ios", "ipv6_route", answers.CISCO_ROUTES,
        {("connected", ""): [5], ("ospf", ""): [7], ("bgp", ""): [245]},
    ),
    (
        "ruijie_os", "ipv6_route", answers.RUIJIE_ROUTES,
        {("connected", ""): [2], ("ospf", ""): [4]},
    ),
    (
        "zte_zxros", "isis_adjacency", answers.ZTE_ISIS,
        {
            ("RR-KSMTP1445-01Z", "xxvgei-1/1/0/24", "ipv4", "2"): [1],
            ("RAW-KSBJB0072...", "xxvgei-1/1/0/2...", "ipv6", "2"): [1],
        },
    ),
    (
        "frr", "ospfv3_neighbor", answers.FRR_OSPFV3,
        {("10.0.0.2", "r1-r2"): [8, 1, ("", "")], ("10.0.0.3", "lan"): [4, 1, ("", "")]},
    ),
    (
        "frr", "bgp_peer_ipv6", answers.FRR_BGP6,
        {
            ("", "2001:db8:12::2", "ipv6", "unicast"): [1, 1, 6, 4, 312, ("64513", "")],
            ("", "2001:db8:13::3", "ipv6", "unicast"): [0, 0, 1, 0, 0, ("64514", "")],
        },
    ),
    ("frr", "isis_adjacency", answers.FRR_ISIS, {("r2", "r1-r2", "ipv4", "2"): [1]}),
    ("frr", "isis_adjacency_ipv6", answers.FRR_ISIS, {("r2", "r1-r2", "ipv6", "2"): [1]}),
    (
        "frr", "isis_adjacency", answers.FRR_ISIS.replace('"speaks":"IPv4, IPv6",', ""),
        {("r2", "r1-r2", "", "2"): [1]},
    ),
    ("frr", "isis_adjacency", answers.FRR_ISIS.replace("IPv4, ", ""), {}),
    ("frr", "isis_adjacency_ipv6", answers.FRR_ISIS.replace(", IPv6", ""), {}),
    (
        "frr", "ipv6_route", answers.FRR_ROUTES,
        {("connected", ""): [4], ("ospf", ""): [2], ("bgp", ""): [2]},
    ),
    (
        "frr", "ipv6_address", answers.FRR_INTERFACES,
        {
            ("lo", "2001:db8::1"): [("global", "preferred")],
            ("r1-r2", "fe80::1"): [("link_local", "inaccessible")],
        },
    ),
    ("frr", "ipv6", "ipv6 forwarding is on\n", {(): [1]}),
    ("frr", "ipv6", "ipv6 forwarding is off\n", {(): [0]}),
    ("frr", "ipv6_default_route", '{"::/0":[{"prefix":"::/0"}]}\n', {(): [1]}),
    ("frr", "ipv6_default_route", "{}\n", {(): [0]}),
    ("frr", "ipv6_default_route", '{\n  "::/0":[\n  ]\n}\n', {(): [0]}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("platform", "name", "text", "rows"), CASES, ids=[f"{one[0]}-{one[1]}" for one in CASES]
)
def test_an_answer_becomes_the_rows_that_it_shows(
    read: Read,
    platform: str,
    name: str,
    text: str,
    rows: dict[tuple[str, ...], list[object]],
) -> None:
    found = read(platform, name, text.rstrip("\n"))
    assert short(found) == rows
    assert not found.missed


def test_a_neighbour_is_known_by_its_system_id_where_one_bears_the_name(
    profiles: CliProfiles,
) -> None:
    command = next(one for one in profiles.platforms["frr"].commands if one.names is not None)
    assert command.names is not None
    names = command.names.told(answers.FRR_ISIS_NAMES)
    assert names == {"r2": "0000.0000.0002"}
    found = understood(command, answers.FRR_ISIS, "frr", names)
    assert list(found.rows) == [("0000.0000.0002", "r1-r2", "ipv4", "2")]


def test_a_line_that_nobody_explains_is_counted_and_the_other_rows_stay(read: Read) -> None:
    text = answers.HUAWEI_OSPFV3.replace(
        "1.1.1.1            1 Full/ -          00:00:30    100GE1/0/1           0",
        "1.1.1.1 is being reorganised\n%% what is this?",
    )
    found = read("huawei_vrp", "ospfv3_neighbor", text)
    assert len(found.rows) == 2
    assert "2 lines not understood" in found.missed
    assert "2 rows, the device counts 3" in found.missed


def test_a_state_that_is_unknown_is_a_hole_and_never_a_wrong_state(read: Read) -> None:
    text = answers.HUAWEI_BGP6.replace("     Connect ", "   Dreaming ")
    found = read("huawei_vrp", "bgp_peer_ipv6", text)
    row = found.rows["", "100.110.0.110", "ipv6", "unicast"]
    assert row.metrics["egov_bgp_peer_state"] is None
    assert "Dreaming" in found.missed


def test_json_that_is_cut_off_is_not_understood(read: Read) -> None:
    found = read("frr", "bgp_peer_ipv6", answers.FRR_BGP6[:200])
    assert not found.rows
    assert "lines not understood" in found.missed


def test_a_total_that_disagrees_is_told(read: Read) -> None:
    found = read("frr", "bgp_peer_ipv6", answers.FRR_BGP6.replace('Peers":2', 'Peers":5'))
    assert found.missed == "2 rows, the device counts 5"


def test_every_state_of_our_templates_ends_with_the_line_that_tells_what_is_not_explained() -> None:
    for path in sorted(OURS.glob("*.textfsm")):
        states = re.split(r"\n\n", path.read_text(encoding="utf-8").strip())[1:]
        for state in states:
            assert state == "EOF" or state.endswith("^. -> Error"), f"{path.name}: {state}"
