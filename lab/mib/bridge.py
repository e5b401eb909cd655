"""BRIDGE-MIB (RFC 4188): bridge ports, and the spanning tree that runs through the district.

Of Q-BRIDGE-MIB (RFC 4363) the numbers of VLANs and of addresses learned.
"""

from collections.abc import Iterator, Mapping

from pysnmp.proto.rfc1902 import Gauge32, Integer32, OctetString, TimeTicks

from lab.district import District, End, Switch
from lab.mib.tree import Reader, Row, constant, counter32, number
from lab.state import SwitchState

BASE = (1, 3, 6, 1, 2, 1, 17, 1)
STP = (1, 3, 6, 1, 2, 1, 17, 2)
VLANS = (1, 3, 6, 1, 2, 1, 17, 7, 1, 1, 4, 0)
LEARNED = (1, 3, 6, 1, 2, 1, 17, 7, 1, 2, 1, 1, 2)
"""Q-BRIDGE-MIB::dot1qFdbDynamicCount."""

_TRANSPARENT, _IEEE_8021D = 2, 3
_ROOT_PRIORITY, _PRIORITY = 4096, 32768
_COST = 2000
"""Of ten gigabits (IEEE 802.1D-2004 table 17-3)."""

_OFFICES = 100
_VLANS = (1, _OFFICES)

Way = tuple[int, int, int]
"""A way to the root: place of the port in the switch, its bridge port, the cost through it."""


def bridge_rows(switch: Switch, district: District) -> Iterator[Row]:
    """Yield the bridge and its ports, the root as this bridge sees it, topology changes."""
    physical = [port for port in switch.ports if port.physical]
    ways = _ways(switch, district)
    root = district.peer.low.switch
    yield (*BASE, 1, 0), constant(OctetString(switch.mac()))
    yield (*BASE, 2, 0), number(len(physical))
    yield (*BASE, 3, 0), number(_TRANSPARENT)
    for bridge_port, port in enumerate(physical, 1):
        yield (*BASE, 4, 1, 1, bridge_port), number(bridge_port)
        yield (*BASE, 4, 1, 2, bridge_port), number(port.index)
    yield (*STP, 1, 0), number(_IEEE_8021D)
    yield (*STP, 2, 0), number(_ROOT_PRIORITY if switch.id == root else _PRIORITY)
    yield (*STP, 3, 0), lambda state: TimeTicks(_since_change(state))
    yield (*STP, 4, 0), lambda state: counter32(state.tree_changes[0])
    bridge = _ROOT_PRIORITY.to_bytes(2, "big") + district.switch(root).mac()
    yield (*STP, 5, 0), constant(OctetString(bridge))
    yield (*STP, 6, 0), _of_way(ways, 2)
    yield (*STP, 7, 0), _of_way(ways, 1)
    for vlan in _VLANS:
        yield (*LEARNED, vlan), constant(counter32(_desks(switch) if vlan == _OFFICES else 0))
    yield VLANS, constant(Gauge32(len(_VLANS)))


def _desks(switch: Switch) -> int:
    return sum(port.users for port in switch.ports)


def _since_change(state: SwitchState) -> int:
    return max(0, int((state.at_s - state.tree_changes[1]) * 100)) % 2**32


def _of_way(ways: tuple[Way, ...], what: int) -> Reader:
    """Read from the best way whose port is up; the root, and one cut off, have none: 0."""
    return lambda state: Integer32(next((way[what] for way in ways if state.ports[way[0]].up), 0))


def _ways(switch: Switch, district: District) -> tuple[Way, ...]:
    """Return the ports towards bridges that are no farther from the root, the nearest first."""
    hops = _hops(district)
    own = hops[switch.id]
    names = [port.name for port in switch.ports]
    physical = [port.name for port in switch.ports if port.physical]
    found = [
        ((hops[there.switch] + 1) * _COST, here.port)
        for link in district.every_link()
        for here, there in ((link.low, link.high), (link.high, link.low))
        if here and there and here.switch == switch.id and hops[there.switch] <= own
    ]
    return tuple(
        (names.index(name), physical.index(name) + 1, cost) for cost, name in sorted(found)
    )


def _hops(district: District) -> Mapping[str, int]:
    """Count the links from every switch to the root, the first of the two cores."""
    cables: list[tuple[End, End]] = [
        (link.low, link.high) for link in district.every_link() if link.high
    ]
    hops = {district.peer.low.switch: 0}
    for _round in district.switches:
        for low, high in cables:
            for here, there in ((low, high), (high, low)):
                if there.switch in hops:
                    way = hops[there.switch] + 1
                    hops[here.switch] = min(way, hops.get(here.switch, way))
    return hops
