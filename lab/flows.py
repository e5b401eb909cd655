"""Who carries whose traffic: the way from every edge port out of the district, as shares of links.

Recomputed when something breaks or heals; between two such moments the shares are constant, so the
octets of a link are a weighted sum of the integrals of its edge ports' demand.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from lab.district import District, End, Link

Burden = dict[End, float]
"""Edge port: the part of its traffic that takes this way."""


@dataclass(frozen=True, slots=True)
class Outage:
    """What is broken at a moment: links cut, switches without power."""

    cut: frozenset[Link] = frozenset()
    dark: frozenset[str] = frozenset()

    def alive(self, link: Link) -> bool:
        """Whether both ends see light."""
        ends = (link.low, link.high) if link.high else (link.low,)
        return link not in self.cut and all(end.switch not in self.dark for end in ends)


@dataclass(frozen=True, slots=True)
class Routes:
    """What each link carries: `up` from its low end to its high end, `down` the other way round.

    Only the peer link between the cores ever carries users' traffic in both senses.
    """

    up: Mapping[Link, Burden] = field(default_factory=dict)
    down: Mapping[Link, Burden] = field(default_factory=dict)


def edge_ports(district: District) -> tuple[End, ...]:
    """Return the ports that people work behind."""
    return tuple(
        End(switch.id, port.name)
        for switch in district.switches
        for port in switch.ports
        if port.users and district.link_at(End(switch.id, port.name)) is None
    )


def route(district: District, outage: Outage) -> Routes:
    """Spread every edge port's traffic over the links that are left.

    A switch shares its traffic evenly over its living uplinks; a core that has lost its way out
    hands everything to the other one; what finds no way is lost.
    """
    carried: dict[str, Burden] = {switch.id: {} for switch in district.switches}
    for end in edge_ports(district):
        if end.switch not in outage.dark:
            carried[end.switch][end] = 1.0
    up: dict[Link, Burden] = {link: {} for link in district.every_link()}
    down: dict[Link, Burden] = {link: {} for link in district.every_link()}
    for switch in _outward(district, outage):
        ways = [link for link in district.uplinks(switch) if outage.alive(link)]
        peer = district.peer
        if not ways and outage.alive(peer) and peer.high and switch in district.cores:
            other, sense = (
                (peer.high.switch, up) if switch == peer.low.switch else (peer.low.switch, down)
            )
            _add(sense[peer], carried[switch], 1.0)
            _add(carried[other], carried[switch], 1.0)
        for link in ways:
            _add(up[link], carried[switch], 1 / len(ways))
            if link.high:
                _add(carried[link.high.switch], carried[switch], 1 / len(ways))
    return Routes(up, down)


def _outward(district: District, outage: Outage) -> list[str]:
    """Order the switches from the users outwards; a core without a way out before the other."""
    cores = district.cores
    rest = [switch.id for switch in district.switches if switch.id not in cores]
    lost_first = sorted(
        cores, key=lambda core: any(outage.alive(link) for link in district.uplinks(core))
    )
    return [*rest, *lost_first]


def _add(into: Burden, burden: Burden, factor: float) -> None:
    for end, weight in burden.items():
        into[end] = into.get(end, 0.0) + weight * factor
