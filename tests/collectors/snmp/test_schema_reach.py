"""What the vendors' profiles will need of the language: lanes, unit rules, joins, InetAddress."""

from pathlib import Path

from collectors.catalogue import load_catalogue
from collectors.snmp.load import load_profiles
from protocols.snmp.credentials import Community, Version
from tests.collectors.snmp.agent import Agent, dotted, number, oid_octets, text
from tests.collectors.snmp.conftest import Visiting, samples, table
from tests.collectors.snmp.switch import COUNTER32, GAUGE32, IF, IFX, switch

OPTICS = """\
extends: generic
declare:
  tables:
    x_optic: {identity: [interface, lane], help: A lane of an optical module.}
    x_peer: {identity: [vrf, peer, family], help: A peer.}
  families:
    egov_x_optic_dbm: {table: x_optic, unit: dbm, help: Received power.}
    egov_x_optic_celsius: {table: x_optic, unit: celsius, help: Temperature.}
    egov_x_peer_up: {table: x_peer, help: 1 when established.}
tables:
  ports: # the port of an entity: entAliasMappingIdentifier is ifIndex.N
    index: {entPhysicalIndex: integer, logical: integer}
    structure:
      alias: {oid: 1.3.6.1.2.1.47.1.3.2.1.2, as: oid}
    fields:
      ifIndex: last(alias) if within(alias, "1.3.6.1.2.1.2.2.1.1") else absent
  optics:
    gives: x_optic
    lanes: lane
    index: {entPhysicalIndex: integer}
    values:
      lanePower: {oid: 1.3.6.1.4.1.99999.5.1.1.32, as: numbers}
      power: {oid: 1.3.6.1.4.1.99999.5.1.1.8, absent: [-1, -255]}
      temperature: {oid: 1.3.6.1.4.1.99999.5.1.1.5, absent: -255}
    labels:
      interface: interfaces(ports(entPhysicalIndex=entPhysicalIndex).ifIndex).interface
    fields:
      single: dbm(power / 1000) if power > 0 else power / 100
    metrics:
      egov_x_optic_dbm:
        - {from: lanePower, unit: hundredths_of_dbm}
      egov_x_optic_celsius: temperature
  modules: # those without lanes
    gives: x_optic
    index: {entPhysicalIndex: integer}
    values:
      onlyPower: {oid: 1.3.6.1.4.1.99999.6.1.1.8, absent: [-1, -255]}
    labels:
      interface: interfaces(entPhysicalIndex).interface
      lane: '"1"'
    metrics:
      egov_x_optic_dbm: "dbm(onlyPower / 1000) if onlyPower > 0 else onlyPower / 100"
  vrfs:
    index: {id: integer}
    structure:
      vrfName: {oid: 1.3.6.1.4.1.99999.7.1.1.2, as: text}
  peers:
    gives: x_peer
    every: 2m
    index: {id: integer, afi: integer, peer: inet}
    values:
      state: 1.3.6.1.4.1.99999.8.1.1.5
    labels:
      vrf: [vrfs(id).vrfName, '"public" if id == 0 else absent']
      peer: peer
      family: {from: afi, map: {1: ipv4, 2: ipv6}}
    metrics:
      egov_x_peer_up: state == 6
"""


async def test_lanes_units_by_range_joins_over_two_tables_and_addresses(
    tmp_path: Path, visiting: Visiting
) -> None:
    (tmp_path / "optics.yaml").write_text(OPTICS, encoding="utf-8")
    loaded = load_profiles(load_catalogue(), tmp_path)
    base = "1.3.6.1.4.1.99999."
    alias = {1: 67108873, 2: 67108900}
    async with Agent(switch({1: "Te1", 2: "Te2", 3: "Te3", 4: "Te4"})) as agent:
        for index, entity in alias.items():
            pointer = (6, oid_octets(dotted(f"1.3.6.1.2.1.2.2.1.1.{index}")))
            agent.put({f"1.3.6.1.2.1.47.1.3.2.1.2.{entity}.0": pointer})
        agent.put({f"{base}5.1.1.32.67108873": text("-210.00,,-4000")})
        agent.put({f"{base}5.1.1.5.67108873": number(41), f"{base}5.1.1.5.67108900": number(-255)})
        agent.put({f"{base}5.1.1.32.67108900": text("-480.00")})
        agent.put({f"{base}6.1.1.8.3": number(331), f"{base}6.1.1.8.4": number(-1)})
        agent.put({f"{base}7.1.1.2.5": text("bureau")})
        v6 = ".".join(map(str, (32, 1, 13, 184, *[0] * 11, 1)))
        agent.put({f"{base}8.1.1.5.0.2.2.16.{v6}": number(6)})
        agent.put({f"{base}8.1.1.5.5.1.1.4.10.0.0.1": number(1)})
        observation = await visiting(agent, loaded=loaded, profile="optics").visit()
    assert observation.failures == ()
    optics = table(observation, "x_optic")
    assert samples(optics, "egov_x_optic_dbm") == {
        ("Te1", "1"): -2.1,
        ("Te1", "3"): -40,
        ("Te2", "1"): -4.8,
        ("Te3", "1"): -4.8,
    }
    assert samples(optics, "egov_x_optic_celsius") == {("Te1", "1"): 41}
    peers = table(observation, "x_peer")
    assert samples(peers, "egov_x_peer_up") == {
        ("public", "2001:db8::1", "ipv6"): 1,
        ("bureau", "10.0.0.1", "ipv4"): 0,
    }
    assert peers.lifetime_s == 240


async def test_version_1_has_no_64_bit_counters_and_is_polled_all_the_same(
    visiting: Visiting,
) -> None:
    async with Agent(switch({1: "Et1", 2: "Et2"})) as agent:
        agent.put({IF + f"10.{row}": number(70 + row, COUNTER32) for row in (1, 2)})
        agent.put({IF + "5.1": number(10_000_000, GAUGE32), IFX + "15.1": number(10, GAUGE32)})
        for column in (6, 7, 8, 9, 10, 11, 12, 13):
            agent.put({IFX + f"{column}.{row}": None for row in (1, 2)})
        watch = visiting(agent, credential=Community(Version.V1, b"public"))
        await watch.visit()
        observation = await watch.visit()
    found = table(observation, "interface")
    assert observation.failures == ()
    assert samples(found, "egov_interface_up") == {("Et1",): 1, ("Et2",): 1}
    assert samples(found, "egov_interface_receive_bytes_total") == {("Et1",): 71}
