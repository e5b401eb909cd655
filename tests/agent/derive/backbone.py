"""A device of the IPv6 backbone as derivations see it: what its checks told, and what expired."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from agent.derive.derivation import Derivation, Derived, Facts, Scope, Subject
from collectors.contract import Fact, Json, Number, Observation
from collectors.facts import BgpPeer, IsisAdjacency, Ospfv3Neighbor
from inventory.inventory import Inventory
from inventory.models import (
    Device,
    DeviceCli,
    DeviceSnmp,
    Expectation,
    Site,
    SiteAddress,
    Uplink,
)

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

SNMP = Device(id="sw", addresses=("192.0.2.1",), site="hexi", snmp=DeviceSnmp(credential="v3"))
CLI = replace(SNMP, snmp=None, cli=DeviceCli(credential="ssh"))
BOTH = replace(SNMP, cli=DeviceCli(credential="ssh"))

Told = Mapping[str, Sequence[Fact] | None]
"""Facts of one kind by check; None: expired; a check that is left out has never told."""


def expecting(
    device: Device, *, ospf: tuple[str, ...] | int | None = None, bgp: tuple[str, ...] | None = None
) -> Device:
    return replace(device, expect=Expectation(ospfv3_neighbors=ospf, bgp_ipv6_peers=bgp))


def with_uplinks(device: Device, *interfaces: str) -> Device:
    return replace(device, uplinks=tuple(Uplink(interface=one) for one in interfaces))


def inventory(*devices: Device) -> Inventory:
    site = Site(id="hexi", name="河西", level="street", address=SiteAddress(v6="2001:db8::1"))
    return Inventory(sites={"hexi": site}, devices={one.id: one for one in devices})


def facts(told: Mapping[type[Fact], Told], target: str = "sw") -> Facts:
    held = {
        kind: {target: {check: some if some is None else tuple(some) for check, some in by.items()}}
        for kind, by in told.items()
    }
    return Facts((target, "hexi"), held)


def run(
    derivation: Derivation,
    where: Device | Inventory,
    told: Mapping[type[Fact], Told],
    memory: Json = None,
    now: datetime = NOW,
) -> Derived:
    """Run it for a device; another inventory is what a reload brings."""
    known = inventory(where) if isinstance(where, Device) else where
    (device,) = known.devices.values()
    found = derivation.derive(
        Subject(Scope.DEVICE, device.id, (device.id, device.site)),
        known,
        facts(told, device.id),
        memory,
        now,
    )
    assert isinstance(found, Derived)
    return found


def samples(observation: Observation, family: str) -> dict[tuple[str, ...], Number | None] | None:
    """Return a family's values by key; None: the table was not said."""
    for table in observation.tables:
        for column in table.samples:
            if column.family == family:
                return dict(zip(table.keys, column.values, strict=True))
    return None


def ospf(neighbor: str, interface: str = "GE1", *, up: bool = True) -> Ospfv3Neighbor:
    return Ospfv3Neighbor("sw", neighbor, interface, 8 if up else 1, up)


def bgp(
    peer: str, family: str = "ipv6", *, up: bool = True, admin_up: bool = True, vrf: str = ""
) -> BgpPeer:
    return BgpPeer("sw", vrf, peer, family, "unicast", up, admin_up)


def isis(neighbor: str, family: str = "ipv6", *, up: bool = True) -> IsisAdjacency:
    return IsisAdjacency("sw", neighbor, "GE1", family, "2", up)
