"""Links between targets, made of what each end tells by LLDP: a pure function.

A tells B, B tells A     confirmed
A tells B, B cannot say  one_sided: no LLDP over there, not asked yet, or down
A tells B, B sees none   unidirectional: light goes one way only, or LLDP is half configured
A tells a stranger       outside: it is not in the inventory
"""

import re
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from agent.derive.adjacency import Adjacency, End
from agent.derive.gradual import drained, pieces
from agent.derive.known_names import unique


class LinkState(StrEnum):
    """How much both ends agree."""

    CONFIRMED = "confirmed"
    ONE_SIDED = "one_sided"
    UNIDIRECTIONAL = "unidirectional"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Link:
    """A link, from the end that tells it; a confirmed one from the end whose name sorts first.

    Args:
        destination: a target, or the name that a stranger gives itself.
        source_lag, destination_lag: the aggregates that the interfaces belong to; "" for none.
    """

    source: str
    source_interface: str
    destination: str
    destination_interface: str
    state: LinkState
    source_lag: str = ""
    destination_lag: str = ""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What it is known by, whatever its state."""
        return self.source, self.source_interface, self.destination, self.destination_interface


def links_of(seen: Mapping[str, Adjacency], up: Mapping[str, bool | None]) -> list[Link]:
    """Pair the ends of all targets at once; sorted."""
    return sorted(drained(pairing(seen, up)), key=lambda link: link.key)


def pairing(
    seen: Mapping[str, Adjacency], up: Mapping[str, bool | None]
) -> Generator[None, None, list[Link]]:
    """Pair the ends of all targets, a piece at a time.

    `up` says of each target whether it is there: what a dead one told last is no disagreement.
    """
    chassis = unique((one.chassis, one.target) for one in seen.values())
    between: dict[tuple[str, str], list[End]] = {}
    found: list[Link] = []
    for some in pieces(seen.items()):
        yield
        for target, adjacency in some:
            for end in adjacency.ends or ():
                peer = chassis.get(end.chassis) or end.peer
                if peer is None:
                    found.append(_link(target, end, end.name, LinkState.OUTSIDE))
                else:
                    between.setdefault((target, peer), []).append(end)
    for pairs in pieces(between.items()):
        yield
        for (one, other), ends in pairs:
            back = between.get((other, one), [])
            if one == other:
                found += _looped(one, ends)
            elif one < other or not back:
                found += _paired(one, ends, other, back, seen, up)
    return found


def _paired(  # noqa: PLR0913, PLR0917 - two ends and what is known of them
    one: str,
    ends: Sequence[End],
    other: str,
    back: Sequence[End],
    seen: Mapping[str, Adjacency],
    up: Mapping[str, bool | None],
) -> Iterator[Link]:
    pairs = list(_pairs(ends, back))
    for end, twin in pairs:
        yield Link(
            one, end.interface, other, twin.interface, LinkState.CONFIRMED, end.lag, twin.lag
        )
    ahead, behind = {id(end) for end, _twin in pairs}, {id(twin) for _end, twin in pairs}
    for end in ends:
        if id(end) not in ahead:
            yield _link(one, end, other, _doubted(one, other, seen, up))
    for twin in back:
        if id(twin) not in behind:
            yield _link(other, twin, one, _doubted(other, one, seen, up))


def _pairs(ends: Sequence[End], back: Sequence[End]) -> Iterator[tuple[End, End]]:
    """Find which ends are of one cable: both name each other's port, else one of them does.

    Ports that are called otherwise over the link than at home are told apart by being the only one.
    """
    left, right = list(ends), list(back)
    for agree in (_both, _either):
        for end in list(left):
            twin = next((one for one in right if agree(end, one)), None)
            if twin is not None:
                left.remove(end)
                right.remove(twin)
                yield end, twin
    if len(left) == len(right) == 1:
        yield left[0], right[0]


def _both(end: End, twin: End) -> bool:
    return _names(end, twin.interface) and _names(twin, end.interface)


def _either(end: End, twin: End) -> bool:
    return _names(end, twin.interface) or _names(twin, end.interface)


def _names(end: End, interface: str) -> bool:
    return any(same_port(one, interface) for one in (end.port, end.port_description))


_PORT = re.compile(r"([A-Za-z-]*)\s*([0-9][0-9/.:_-]*)$")


def same_port(one: str, other: str) -> bool:
    """Say whether two names are of one port: `Gi0/1` is GigabitEthernet0/1."""
    if one == other:
        return bool(one)
    first, second = _PORT.fullmatch(one.strip()), _PORT.fullmatch(other.strip())
    if first is None or second is None or first[2] != second[2]:
        return False
    long, short = sorted((first[1].casefold(), second[1].casefold()), key=len, reverse=True)
    return bool(short) and long.startswith(short)


def _looped(target: str, ends: Sequence[End]) -> Iterator[Link]:
    """Yield cables that lead back to the same device, each once."""
    pairs: Iterable[tuple[str, str]] = {
        (min(end.interface, end.port), max(end.interface, end.port)) for end in ends
    }
    for first, second in sorted(pairs):
        yield Link(target, first, target, second, LinkState.CONFIRMED)


def _doubted(
    one: str, other: str, seen: Mapping[str, Adjacency], up: Mapping[str, bool | None]
) -> LinkState:
    """Judge a link that `one` tells and `other` does not."""
    there = seen.get(other)
    silent = there is None or there.ends is None or not there.speaks
    if silent or not up.get(one) or not up.get(other):
        return LinkState.ONE_SIDED
    return LinkState.UNIDIRECTIONAL


def _link(source: str, end: End, destination: str, state: LinkState) -> Link:
    return Link(source, end.interface, destination, end.port, state, end.lag)
