"""BGP peers of every family, in the tables of every vendor."""

from dataclasses import astuple

import pytest

from collectors.contract import Observation
from collectors.facts import BgpPeer
from tests.collectors.snmp.agent import Agent, Cell, number, text
from tests.collectors.snmp.conftest import Visiting, samples, table, texts
from tests.collectors.snmp.ipv6 import inet, octets
from tests.collectors.snmp.switch import COUNTER32, GAUGE32
from tests.collectors.snmp.vendor import device

HUAWEI = "1.3.6.1.4.1.2011.5.25.177.1"
CISCO = "1.3.6.1.4.1.9.9.187.1"
JUNIPER = "1.3.6.1.4.1.2636.5.1.1.2"
H3C = "1.3.6.1.4.1.25506.2.183.1.1.1"
DRAFT = "1.3.6.1.3.5.1.1"
BGP4 = "1.3.6.1.2.1.15"
VRP, IOS, JUNOS, COMWARE, OTHER = (
    "1.3.6.1.4.1.2011.2.23.276", "1.3.6.1.4.1.9.1.516", "1.3.6.1.4.1.2636.1.1.1.2.21",
    "1.3.6.1.4.1.25506.1.921", "1.3.6.1.4.1.99999.1",
)  # fmt: skip
Peers = dict[tuple[str, ...], tuple[float | None, ...]]


async def visited(visiting: Visiting, object_id: str, *cells: dict[str, Cell]) -> Observation:
    async with Agent(device(object_id, {1: "GE1"})) as agent:
        for some in cells:
            agent.put(some)
        observation: Observation = await visiting(agent).visit()
    assert observation.failures == ()
    return observation


def peers(observation: Observation) -> Peers:
    """Return up, admin up, state, seconds and prefixes of each peer."""
    found = table(observation, "bgp_peer")
    columns = [
        samples(found, f"egov_bgp_peer_{name}")
        for name in ("up", "admin_up", "state", "established_seconds", "prefixes_received")
    ]
    return {key: tuple([column.get(key) for column in columns]) for key in found.keys}


def facts(observation: Observation) -> set[tuple[object, ...]]:
    return {astuple(one)[1:7] for one in observation.facts if isinstance(one, BgpPeer)}


def huawei(  # noqa: PLR0913 - a row
    instance: int,
    afi: int,
    safi: int,
    peer: str,
    state: int,
    *,
    admin: int = 2,
    length: bool = True,
) -> dict[str, Cell]:
    index = f"{instance}.{afi}.{safi}.{inet(peer, length=length)}"
    return {
        f"{HUAWEI}.4.1.0": number(1, GAUGE32),
        f"{HUAWEI}.1.1.1.6.{index}": text("gov-video" if instance else ""),
        f"{HUAWEI}.1.2.1.2.{index}": number(4_200_000_001, GAUGE32),
        f"{HUAWEI}.1.2.1.5.{index}": number(state),
        f"{HUAWEI}.1.2.1.7.{index}": number(600, GAUGE32),
        f"{HUAWEI}.1.2.1.11.{index}": number(admin),
        f"{HUAWEI}.1.3.1.1.{index}": number(42, COUNTER32),
    }


async def test_huawei_knows_families_and_instances(visiting: Visiting) -> None:
    observation = await visited(
        visiting, VRP,
        huawei(0, 2, 1, "2001:db8::2", 6), huawei(0, 2, 1, "fe80::2%7", 1, admin=1),
        huawei(0, 1, 1, "192.0.2.2", 3), huawei(0, 1, 128, "192.0.2.2", 9),
        huawei(5, 2, 128, "2001:db8:5::2", 6), huawei(0, 25, 65, "192.0.2.2", 6),
        {f"{HUAWEI}.1.8.1.11.0.{inet('2001:db8::2')}": text("to the city")},
    )  # fmt: skip
    assert peers(observation) == {
        ("", "2001:db8::2", "ipv6", "unicast"): (1, 1, 6, 600, 42),
        ("", "fe80::2%7", "ipv6", "unicast"): (0, 0, 1, 0, 42),
        ("", "192.0.2.2", "ipv4", "unicast"): (0, 1, 3, 0, 42),
        ("", "192.0.2.2", "vpnv4", "vpn"): (0, 1, None, 0, 42),
        ("gov-video", "2001:db8:5::2", "vpnv6", "vpn"): (1, 1, 6, 600, 42),
        ("", "192.0.2.2", "25", "65"): (1, 1, 6, 600, 42),
    }
    assert ("", "fe80::2%7", "ipv6", "unicast", False, False) in facts(observation)
    assert len(facts(observation)) == 6
    infos = texts(table(observation, "bgp_peer"), "egov_bgp_peer_info")
    assert infos["", "2001:db8::2", "ipv6", "unicast"] == {
        "peer_as": "4200000001", "description": "to the city",
    }  # fmt: skip


async def test_huawei_without_lengths_in_its_index_is_read_too(visiting: Visiting) -> None:
    rows = huawei(0, 1, 1, "192.0.2.2", 6, length=False)
    assert peers(await visited(visiting, VRP, rows)) == {
        ("", "192.0.2.2", "ipv4", "unicast"): (1, 1, 6, 600, 42),
    }


async def test_huawei_without_peers_has_none_and_is_not_asked_another_way(
    visiting: Visiting,
) -> None:
    ipv4 = bgp4("192.0.2.2", 6, 64512)
    observation = await visited(visiting, VRP, {f"{HUAWEI}.4.1.0": number(0, GAUGE32)}, ipv4)
    assert peers(observation) == {}
    assert table(observation, "bgp_peer").complete


def cisco(peer: str, state: int, *families: tuple[int, int]) -> dict[str, Cell]:
    rows = {
        f"{CISCO}.3.2.0": number(64512, GAUGE32),
        f"{CISCO}.2.5.1.3.{inet(peer)}": number(state),
        f"{CISCO}.2.5.1.4.{inet(peer)}": number(2),
        f"{CISCO}.2.5.1.11.{inet(peer)}": number(64513, GAUGE32),
        f"{CISCO}.2.5.1.19.{inet(peer)}": number(600, GAUGE32),
    }
    for afi, safi in families:
        rows[f"{CISCO}.2.7.1.3.{inet(peer)}.{afi}.{safi}"] = text("family")
        rows[f"{CISCO}.2.8.1.1.{inet(peer)}.{afi}.{safi}"] = number(7, COUNTER32)
    return rows


async def test_cisco_has_a_row_for_each_family_of_a_session(visiting: Visiting) -> None:
    observation = await visited(
        visiting, IOS,
        cisco("2001:db8::2", 6, (2, 1), (2, 128)), cisco("192.0.2.2", 6, (1, 1), (1, 2)),
        cisco("2001:db8::3", 3),
    )  # fmt: skip
    assert peers(observation) == {
        ("", "2001:db8::2", "ipv6", "unicast"): (1, 1, 6, 600, 7),
        ("", "2001:db8::2", "vpnv6", "vpn"): (1, 1, 6, 600, 7),
        ("", "192.0.2.2", "ipv4", "unicast"): (1, 1, 6, 600, 7),
        ("", "192.0.2.2", "ipv4", "multicast"): (1, 1, 6, 600, 7),
        ("", "2001:db8::3", "ipv6", "unicast"): (0, 1, 3, 0, None),
    }
    infos = texts(table(observation, "bgp_peer"), "egov_bgp_peer_info")
    assert {info["peer_as"] for info in infos.values()} == {"64513"}
    assert len(facts(observation)) == 5


async def test_juniper_writes_the_local_address_first_and_no_lengths(visiting: Visiting) -> None:
    index = f"0.{inet('2001:db8::1', length=False)}.{inet('2001:db8::2', length=False)}"
    other = f"0.{inet('10.0.0.1', length=False)}.{inet('10.0.0.2', length=False)}"
    rows: dict[str, Cell] = {f"{JUNIPER}.6.2.1.7.3.2.1": number(11, GAUGE32)}
    for one, state, admin, place in ((index, 6, 2, 3), (other, 1, 1, 4)):
        rows |= {
            f"{JUNIPER}.1.1.1.2.{one}": number(state),
            f"{JUNIPER}.1.1.1.3.{one}": number(admin),
            f"{JUNIPER}.1.1.1.13.{one}": number(64513, GAUGE32),
            f"{JUNIPER}.1.1.1.14.{one}": number(place, GAUGE32),
            f"{JUNIPER}.4.1.1.1.{one}": number(600, GAUGE32),
        }
    assert peers(await visited(visiting, JUNOS, rows)) == {
        ("", "2001:db8::2", "ipv6", "unicast"): (1, 1, 6, 600, 11),
        ("", "10.0.0.2", "ipv4", "unicast"): (0, 0, 1, 0, None),
    }


async def test_h3c_tells_the_state_of_its_ipv6_peers(visiting: Visiting) -> None:
    rows = {
        f"{H3C}.3.{octets('2001:db8::2')}": number(6),
        f"{H3C}.3.{octets('fe80::2')}": number(3),
    }
    observation = await visited(visiting, COMWARE, rows)
    assert peers(observation) == {
        ("", "2001:db8::2", "ipv6", "unicast"): (1, None, 6, None, None),
        ("", "fe80::2", "ipv6", "unicast"): (0, None, 3, None, None),
    }
    assert ("", "fe80::2", "ipv6", "unicast", False, True) in facts(observation)
    assert [one.admin_known for one in observation.facts if isinstance(one, BgpPeer)] == [False] * 2


async def test_an_ipv4_peer_of_h3c_is_no_neighbour_over_ipv6(visiting: Visiting) -> None:
    observation = await visited(visiting, COMWARE, {f"{H3C}.3.192.0.2.2": number(6)})
    assert set(peers(observation)) == {("", "192.0.2.2", "ipv4", "unicast")}


@pytest.mark.parametrize("local", ["", inet("2001:db8::1") + "."])
@pytest.mark.parametrize("length", [True, False])
async def test_the_draft_in_all_its_layouts(visiting: Visiting, local: str, length: bool) -> None:
    local = local if length or not local else inet("2001:db8::1", length=False) + "."
    index = f"1.{local}{inet('2001:db8::2', length=length)}"
    rows = {
        f"{DRAFT}.2.1.10.{index}": number(64513, GAUGE32),
        f"{DRAFT}.2.1.12.{index}": number(2),
        f"{DRAFT}.2.1.13.{index}": number(6),
        f"{DRAFT}.2.1.14.{index}": text("to the city"),
        f"{DRAFT}.4.1.1.{index}": number(600, GAUGE32),
    }
    observation = await visited(visiting, OTHER, rows, bgp4("192.0.2.2", 6, 64512))
    assert peers(observation) == {("", "2001:db8::2", "ipv6", "unicast"): (1, 1, 6, 600, None)}
    assert facts(observation) == {("", "2001:db8::2", "ipv6", "unicast", True, True)}


def bgp4(peer: str, state: int, peer_as: int) -> dict[str, Cell]:
    return {
        f"{BGP4}.2.0": number(64512),
        f"{BGP4}.3.1.2.{octets(peer)}": number(state),
        f"{BGP4}.3.1.3.{octets(peer)}": number(2),
        f"{BGP4}.3.1.9.{octets(peer)}": number(peer_as),
        f"{BGP4}.3.1.16.{octets(peer)}": number(600, GAUGE32),
    }


async def test_bgp4_mib_is_never_all_that_there_is(visiting: Visiting) -> None:
    """It has no row for an IPv6 session, so nothing may be concluded from what is missing."""
    rows = bgp4("192.0.2.2", 6, 23456) | bgp4("192.0.2.3", 1, 64513)
    observation = await visited(visiting, OTHER, rows)
    assert peers(observation) == {
        ("", "192.0.2.2", "ipv4", "unicast"): (1, 1, 6, 600, None),
        ("", "192.0.2.3", "ipv4", "unicast"): (0, 1, 1, 0, None),
    }
    infos = texts(table(observation, "bgp_peer"), "egov_bgp_peer_info")
    assert [info["peer_as"] for info in infos.values()] == ["", "64513"]  # 23456 stands for any
    assert not table(observation, "bgp_peer").complete
    assert facts(observation) == set()
    assert BgpPeer not in {one.type for one in observation.known}


async def test_bgp4_mib_without_rows_says_nothing_until_it_loses_one(visiting: Visiting) -> None:
    rows = bgp4("192.0.2.2", 6, 64513)
    async with Agent(device(OTHER, {1: "GE1"})) as agent:
        agent.put({f"{BGP4}.2.0": number(64512)})
        watch = visiting(agent)
        silent = await watch.visit()
        agent.put(rows)
        there = await watch.visit()
        agent.put({name: None for name in rows if name != f"{BGP4}.2.0"})
        gone = await watch.visit()
    assert not any(one.name == "bgp_peer" for one in silent.tables)
    assert len(peers(there)) == 1
    assert peers(gone) == {}
