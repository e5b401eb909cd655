"""The agent's CLI profiles read what the lab's switches print: nothing missed, rows as by SNMP."""

import pytest

from collectors.catalogue import load_catalogue
from collectors.cli.load import load_cli_profiles
from collectors.cli.understanding import Understood, understood
from lab.cli.dialect import matches
from lab.cli.dialects import dialect
from lab.district import Vendor
from lab.qinglan import qinglan
from lab.scenario import Event, Kind, Scenario, Schedule
from lab.world import World

START = 1_795_000_000.0
DISTRICT = qinglan()
PLATFORMS = {
    Vendor.HUAWEI: "huawei_vrp",
    Vendor.H3C: "hp_comware",
    Vendor.RUIJIE: "ruijie_os",
}
PROFILES = load_cli_profiles(load_catalogue()).platforms
EVENTS = (
    Event(Kind.OSPFV3_NEIGHBOR_LOST, 10, 20, "ql-acc-hall", "TenGigabitEthernet 0/25"),
    Event(Kind.BGP_IPV6_IDLE, 10, 20, "ql-core-2", peer="lj-metro-2"),
    Event(Kind.LINK_DOWN, 10, 20, "ql-core-1", "XGigabitEthernet0/0/12"),
)
WHOLE, BROKEN = START, START + 20
CASES = [
    (switch.id, command.name)
    for switch in DISTRICT.switches
    for command in PROFILES[PLATFORMS[switch.identity.vendor]].commands
]


def read(switch: str, name: str, at_s: float) -> Understood:
    world = World(DISTRICT, Schedule(Scenario("test", 0.0, EVENTS), START))
    vendor = DISTRICT.switch(switch).identity.vendor
    command = next(one for one in PROFILES[PLATFORMS[vendor]].commands if one.name == name)
    outputs = dialect(vendor, DISTRICT).commands
    meant = matches(command.command, outputs)
    assert len(meant) == 1, command.command
    answer = "\n".join(outputs[meant[0]](world.state(switch, at_s)))
    return understood(command, answer, PLATFORMS[vendor])


@pytest.mark.parametrize("at_s", [WHOLE, BROKEN], ids=["whole", "broken"])
@pytest.mark.parametrize(("switch", "name"), CASES, ids=str)
def test_every_line_is_understood(switch: str, name: str, at_s: float) -> None:
    assert read(switch, name, at_s).missed == ""


def test_h3c_neighbours_that_snmp_has_not_come_with_their_full_interface_names() -> None:
    assert set(read("ql-core-2", "ospfv3_neighbor", WHOLE).rows) == {
        ("10.51.0.21", "Ten-GigabitEthernet1/0/19"),
        ("10.51.0.11", "Ten-GigabitEthernet1/0/17"),
        ("10.51.0.12", "Ten-GigabitEthernet1/0/18"),
        ("10.51.0.1", "Ten-GigabitEthernet1/0/20"),
    }


def test_a_lost_neighbour_and_an_idle_session_show() -> None:
    lost = ("10.51.0.1", "TenGigabitEthernet 0/25")
    assert lost in read("ql-acc-hall", "ospfv3_neighbor", WHOLE).rows
    assert lost not in read("ql-acc-hall", "ospfv3_neighbor", BROKEN).rows
    peer = ("", "2001:db8:51:10b::2", "ipv6", "unicast")
    whole, broken = (read("ql-core-2", "bgp_peer_ipv6", at).rows[peer] for at in (WHOLE, BROKEN))
    assert (whole.metrics["egov_bgp_peer_up"], broken.metrics["egov_bgp_peer_up"]) == (1, 0)
    assert (whole.metrics["egov_bgp_peer_state"], broken.metrics["egov_bgp_peer_state"]) == (6, 1)


def test_the_default_route_is_there_and_goes() -> None:
    family = "egov_ipv6_default_route"
    whole, broken = (read("ql-acc-hall", "ipv6_address", at) for at in (WHOLE, BROKEN))
    assert len(whole.rows) == len(broken.rows) == 7
    for switch in ("ql-core-2", "ql-agg-1"):
        assert read(switch, "ipv6_default_route", WHOLE).rows[()].metrics[family] == 1
        assert read(switch, "ipv6_default_route", BROKEN).rows[()].metrics[family] == 0
