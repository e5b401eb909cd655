"""Whether the IPv6 neighbours of a device are all up: a pure function of what is seen and kept.

expected, by protocol: what the inventory's `expect` says, else the confirmed ones
one is not up         failed
one is not known of   unknown
all are up            passed
none is expected      a single adjacency suffices; none due by `expect: []` is not_applicable
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Generic, TypeVar

from agent.derive.confirmed import Memory, confirmed, is_missing
from agent.derive.ipv6_items import NOT_APPLICABLE, UNKNOWN, Item, State
from agent.derive.joined import Joined, Key
from collectors.facts import BgpPeer, IsisAdjacency, Ospfv3Neighbor
from inventory.models import Device

F = TypeVar("F", Ospfv3Neighbor, BgpPeer, IsisAdjacency)

OSPF, BGP, ISIS = "OSPFv3", "BGP", "IS-IS"
"""As a person calls the protocols; the name of a neighbour begins with one."""

FAMILIES = frozenset({"ipv6", "vpnv6"})
"""Those of BGP and IS-IS that carry IPv6 routes, over whatever transport."""

States = dict[str, bool | None]
"""Expected neighbours by what a person calls them; None: it is not known whether it is up."""


@dataclass(frozen=True, slots=True)
class View(Generic[F]):
    """One protocol: what is seen now and what is remembered."""

    seen: Joined[F] = field(default_factory=Joined)
    kept: Memory = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Neighbors:
    """All protocols that bring IPv6 routes."""

    ospf: View[Ospfv3Neighbor] = field(default_factory=View)
    bgp: View[BgpPeer] = field(default_factory=View)
    isis: View[IsisAdjacency] = field(default_factory=View)


def routing(device: Device, neighbors: Neighbors) -> Item:
    """Judge the item `routing`; names are of neighbours: protocol, router, interface or vrf."""
    states = {
        **_ospf(device, neighbors.ospf),
        **_bgp(device, neighbors.bgp),
        **_learned(neighbors.isis, _isis_name, lambda key: key[2] in FAMILIES),
    }
    for wrong, state in ((False, State.FAILED), (None, State.UNKNOWN)):
        names = tuple(sorted(name for name, up in states.items() if up is wrong))
        if names:
            return Item(state, names)
    return Item(State.PASSED) if states else _unexpected(device, neighbors)


def never_seen(device: Device, neighbors: Neighbors) -> tuple[list[Key], list[Key]]:
    """Return keys for OSPFv3 neighbours and BGP peers of the inventory that are in no table.

    Where they would stand (interface, vrf) is not known of them.
    """
    ids = {key[0] for key in _all_keys(neighbors.ospf)}
    peers = {_bare(key[1]) for key in _all_keys(neighbors.bgp)}
    ospf = [one for one in _ids(device) if one not in ids and _sees(device, neighbors.ospf)]
    bgp = [
        one
        for one in device.expect.bgp_ipv6_peers or ()
        if _bare(one) not in peers and _sees(device, neighbors.bgp)
    ]
    return [(one, "") for one in ospf], [("", one, "ipv6", "unicast") for one in bgp]


def wanted_ospf(device: Device, keys: Iterable[Key]) -> list[Key]:
    """Return those that are of neighbours which the inventory names."""
    ids = _ids(device)
    return [key for key in keys if key[0] in ids]


def wanted_bgp(device: Device, keys: Iterable[Key]) -> list[Key]:
    """Return those that are of peers which the inventory names."""
    peers = {_bare(one) for one in device.expect.bgp_ipv6_peers or ()}
    return [key for key in keys if peers and key[2] in FAMILIES and _bare(key[1]) in peers]


def missing(view: View[F]) -> list[Key]:
    """Return the confirmed ones that vanished from the tables that showed them."""
    rows = view.seen.rows
    return [
        key for key, one in confirmed(view.kept) if key not in rows and is_missing(one, view.seen)
    ]


def _ospf(device: Device, view: View[Ospfv3Neighbor]) -> States:
    wanted, rows = device.expect.ospfv3_neighbors, view.seen.rows.values()
    if wanted is None:
        return _learned(view, _ospf_name)
    sees, gone = _sees(device, view), {key[0] for key in missing(view)}
    if isinstance(wanted, int):
        up = sum(one.up for one in rows)
        certain = sees or bool(gone)
        return {f"{OSPF} {up}/{wanted}": _state(up=up >= wanted, certain=certain)}
    up_ids = {one.neighbor for one in rows if one.up}
    return {
        f"{OSPF} {one}": _state(up=one in up_ids, certain=sees or one in gone) for one in wanted
    }


def _bgp(device: Device, view: View[BgpPeer]) -> States:
    """Leave out peers that the administrator has shut down: that is no fault."""
    wanted, rows = device.expect.bgp_ipv6_peers, view.seen.rows
    if wanted is None:
        shut = {key for key, one in rows.items() if not one.admin_up}
        return _learned(view, _bgp_name, lambda key: key[2] in FAMILIES and key not in shut)
    sees, gone = _sees(device, view), {_bare(key[1]) for key in missing(view)}
    states: States = {}
    for peer in wanted:
        found = [one for one in rows.values() if _is_session(one, peer)]
        if not found or any(one.admin_up for one in found):
            up = any(one.up for one in found)
            states[f"{BGP} {peer}"] = _state(up=up, certain=sees or _bare(peer) in gone)
    return states


def _learned(
    view: View[F], name: Callable[[Key], str], of_ipv6: Callable[[Key], bool] = bool
) -> States:
    states: States = {}
    for key, one in confirmed(view.kept):
        if of_ipv6(key):
            row = view.seen.rows.get(key)
            up = row is not None and row.up
            states[name(key)] = _state(up=up, certain=row is not None or is_missing(one, view.seen))
    return states


def _unexpected(device: Device, neighbors: Neighbors) -> Item:
    rows = dict(_adjacencies(neighbors))
    if any(rows.values()):
        return Item(State.PASSED)
    if rows:
        return Item(State.FAILED, tuple(sorted(rows)))
    stated = {OSPF: device.expect.ospfv3_neighbors, BGP: device.expect.bgp_ipv6_peers}
    # SNMP shows no rows both where there are no neighbours and where the device lacks the MIB.
    known = {
        OSPF: neighbors.ospf.seen.known,
        BGP: neighbors.bgp.seen.known,
        ISIS: neighbors.isis.seen.known,
    }
    none = {name for name, methods in known.items() if "cli" in methods}
    if () in stated.values():
        unsaid = tuple(name for name, wanted in stated.items() if wanted is None)
        unknown = tuple(name for name in unsaid if name not in none)
        return Item(State.UNKNOWN, unknown) if unknown else NOT_APPLICABLE
    return Item(State.FAILED) if none else UNKNOWN


def _adjacencies(neighbors: Neighbors) -> Iterator[tuple[str, bool]]:
    for key, ospf in neighbors.ospf.seen.rows.items():
        yield _ospf_name(key), ospf.up
    for key, bgp in neighbors.bgp.seen.rows.items():
        if bgp.family in FAMILIES:
            yield _bgp_name(key), bgp.up
    for key, isis in neighbors.isis.seen.rows.items():
        if isis.family in FAMILIES:
            yield _isis_name(key), isis.up


def _sees(device: Device, view: View[F]) -> bool:
    """Say whether a neighbour that is in no table is really not there.

    One that has rows for others would have one for it. Empty tables must be those of every check,
    because a device without the MIB shows an empty one over SNMP.
    """
    checks = {name for name, one in (("snmp", device.snmp), ("cli", device.cli)) if one}
    return bool(view.seen.rows) or bool(view.seen.known and checks <= view.seen.known)


def _state(*, up: bool, certain: bool) -> bool | None:
    return True if up else False if certain else None


def _ids(device: Device) -> tuple[str, ...]:
    wanted = device.expect.ospfv3_neighbors
    return wanted if isinstance(wanted, tuple) else ()


def _all_keys(view: View[F]) -> Iterable[Key]:
    return (*view.seen.rows, *(key for key, _one in confirmed(view.kept)))


def _is_session(row: BgpPeer, peer: str) -> bool:
    return row.family in FAMILIES and _bare(row.peer) == _bare(peer)


def _bare(address: str) -> str:
    """Write an address in the one way that compares; the inventory gives no zone."""
    try:
        return str(ip_address(address.partition("%")[0]))
    except ValueError:
        return address


def _ospf_name(key: Key) -> str:
    return " ".join((OSPF, *key))


def _bgp_name(key: Key) -> str:
    vrf, peer, family, _subfamily = key
    return " ".join(filter(None, (BGP, peer, vrf, family if family != "ipv6" else "")))


def _isis_name(key: Key) -> str:
    return " ".join((ISIS, *key[:2]))
