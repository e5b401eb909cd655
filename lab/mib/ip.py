"""IP-MIB (RFC 4293): forwarding, ipSystemStatsTable and ipIfStatsTable for both versions.

The IP octets of both versions together are an interface's octets less the Ethernet framing, so
that coverage can be checked from outside. A switch without IPv6 has no rows of it.
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
_FORWARDING, _NOT_FORWARDING = 1, 2

_IPV4, _IPV6 = 1, 2
"""InetVersion."""

Side = Callable[[PortState], Counts]
Amount = Callable[[Counts, int], float]


def _octets(counts: Counts, version: int) -> float:
    return (counts.ipv6 if version == _IPV6 else counts.octets - counts.ipv6) * _FRAMING


def _packets(counts: Counts, version: int) -> float:
    share = counts.ipv6 / counts.octets if counts.octets else 0.0
    return counts.unicast * (share if version == _IPV6 else 1 - share)


def _received(port: PortState) -> Counts:
    return port.received


def _sent(port: PortState) -> Counts:
    return port.sent


_COLUMNS: dict[int, tuple[Side, Amount, bool]] = {
    3: (_received, _packets, False),
    4: (_received, _packets, True),
    5: (_received, _octets, False),
    6: (_received, _octets, True),
    30: (_sent, _packets, False),
    31: (_sent, _packets, True),
    32: (_sent, _octets, False),
    33: (_sent, _octets, True),
}
"""Column: which counters it counts, what of them, and whether in 64 bits."""


def ip_rows(switch: Switch) -> Iterator[Row]:
    """Yield scalars, the system's statistics and those of every interface with a cable or VLAN."""
    yield (*IP, 1, 0), number(_FORWARDING)
    yield (*IP, 25, 0), number(_FORWARDING if switch.ipv6 else _NOT_FORWARDING)
    yield (*IP, 26, 0), number(64)
    places = [place for place, port in enumerate(switch.ports) if port.speed_bps and not port.shut]
    for version in (_IPV4, _IPV6) if switch.ipv6 else (_IPV4,):
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
    side, amount, wide = _COLUMNS[column]
    wrap = counter64 if wide else counter32

    def read(state: SwitchState) -> object:
        ports = (state.ports[place] for place in places)
        return wrap(sum(amount(side(port), version) for port in ports))

    return read
