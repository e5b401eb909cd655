"""IP-MIB (RFC 4293): forwarding, ipSystemStatsTable and ipIfStatsTable for both versions.

An interface's IPv6 share of octets is fixed, and the IP octets of both versions together are its
octets less the Ethernet framing, so that coverage can be checked from outside.
"""

from collections.abc import Callable, Iterator

from pysnmp.proto.rfc1902 import (
    Gauge32,
    TimeTicks,
)

from lab.district import Switch
from lab.mib.tree import Reader, Row, constant, counter32, counter64, number
from lab.state import Counts, PortState, SwitchState

IP = (1, 3, 6, 1, 2, 1, 4)
SYSTEM_STATS = (*IP, 31, 1, 1)
IF_STATS = (*IP, 31, 3, 1)
_FRAMING = 0.975
"""What is left of a frame without Ethernet header and trailer, at the mean packet size."""
_REFRESH_MS = 1000

Share = Callable[[PortState], float]
_SHARES: dict[int, Share] = {1: lambda port: 1 - port.ipv6, 2: lambda port: port.ipv6}
"""InetVersion: ipv4(1), ipv6(2)."""

Side = Callable[[PortState], Counts]
_COLUMNS: dict[int, tuple[Side, Callable[[Counts], float], bool]] = {
    3: (lambda port: port.received, lambda counts: counts.unicast, False),
    4: (lambda port: port.received, lambda counts: counts.unicast, True),
    5: (lambda port: port.received, lambda counts: counts.octets * _FRAMING, False),
    6: (lambda port: port.received, lambda counts: counts.octets * _FRAMING, True),
    30: (lambda port: port.sent, lambda counts: counts.unicast, False),
    31: (lambda port: port.sent, lambda counts: counts.unicast, True),
    32: (lambda port: port.sent, lambda counts: counts.octets * _FRAMING, False),
    33: (lambda port: port.sent, lambda counts: counts.octets * _FRAMING, True),
}
"""Column: which counters it counts, what of them, and whether in 64 bits."""


def ip_rows(switch: Switch) -> Iterator[Row]:
    """Yield scalars, the system's statistics and those of every interface with a cable or VLAN."""
    yield (*IP, 1, 0), number(1)
    yield (*IP, 25, 0), number(1)
    yield (*IP, 26, 0), number(64)
    places = [place for place, port in enumerate(switch.ports) if port.speed_bps and not port.shut]
    for version in _SHARES:
        yield from _rows(SYSTEM_STATS, (version,), places, version)
        yield (*SYSTEM_STATS, 46, version), constant(TimeTicks(0))
        yield (*SYSTEM_STATS, 47, version), constant(Gauge32(_REFRESH_MS))
        for place in places:
            index = (version, switch.ports[place].index)
            yield from _rows(IF_STATS, index, [place], version)
            yield (*IF_STATS, 46, *index), constant(TimeTicks(0))
            yield (*IF_STATS, 47, *index), constant(Gauge32(_REFRESH_MS))


def _rows(
    table: tuple[int, ...], index: tuple[int, ...], places: list[int], version: int
) -> Iterator[Row]:
    for column in _COLUMNS:
        yield (*table, column, *index), _sum(column, places, version)


def _sum(column: int, places: list[int], version: int) -> Reader:
    side, what, wide = _COLUMNS[column]
    share = _SHARES[version]
    wrap = counter64 if wide else counter32

    def read(state: SwitchState) -> object:
        ports = (state.ports[place] for place in places)
        return wrap(sum(what(side(port)) * share(port) for port in ports))

    return read
