"""The links that the demo shows: the topology's edges with what the pages say of both ends.

A broken link leaves the topology with its neighbours, so that edges once seen are remembered.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from agent.cli.api import EdgeJson

NO_LIGHT_DBM = -40.0
_STRANGER = "lldp:"
_SHORT = (
    ("Ten-GigabitEthernet", "XGE"),
    ("XGigabitEthernet", "XGE"),
    ("TenGigabitEthernet ", "Te"),
    ("GigabitEthernet ", "Gi"),
    ("GigabitEthernet", "GE"),
)
"""Names of interfaces as the vendors' own tables shorten them."""


class LinkState(StrEnum):
    """How a link is, the worst first."""

    DOWN = "down"
    UNIDIRECTIONAL = "unidirectional"
    GONE = "gone"
    UNKNOWN = "unknown"
    ONE_SIDED = "one_sided"
    UP = "up"


@dataclass(frozen=True, slots=True)
class Port:
    """What a target's page says of an interface; None where it says nothing.

    Args:
        receive_dbm: light that arrives, of several lanes the weakest.
        low_dbm: the module's own limit for it.
    """

    up: bool | None = None
    speed_bps: float | None = None
    receive_dbm: float | None = None
    low_dbm: float | None = None

    @property
    def dim(self) -> bool:
        """Whether less light arrives than the module wants."""
        if self.receive_dbm is None:
            return False
        low = NO_LIGHT_DBM if self.low_dbm is None else self.low_dbm
        return self.receive_dbm <= max(low, NO_LIGHT_DBM)


@dataclass(frozen=True, slots=True)
class End:
    """One end of a link: a target, or the name of a stranger, whose port nobody sees."""

    name: str
    interface: str
    port: Port


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it is now."""

    source: End
    other: End
    state: LinkState

    @property
    def fault(self) -> bool:
        """Whether somebody should look at it."""
        return self.state is not LinkState.UP or self.source.port.dim or self.other.port.dim


@dataclass(slots=True)
class Links:
    """Edges seen since the demo began, and those of the latest answer."""

    _seen: dict[frozenset[tuple[str, str]], EdgeJson] = field(default_factory=dict)
    _told: set[frozenset[tuple[str, str]]] = field(default_factory=set)

    def take(self, edges: Iterable[EdgeJson]) -> None:
        """Take an answer in; an edge is known by its ends, whichever of them tells it."""
        found = {_key(edge): edge for edge in edges}
        self._told = set(found)
        for key, edge in found.items():
            if key not in self._seen or edge["state"] in {"confirmed", "outside"}:
                self._seen[key] = edge
            else:  # one end alone knows the other's name only as that calls itself
                self._seen[key] = {**self._seen[key], "state": edge["state"]}

    def now(self, ports: Mapping[str, Mapping[str, Port]]) -> Sequence[Link]:
        """Return every link with what `ports` (by target and interface) says of its ends."""
        made = [_link(edge, ports, told=key in self._told) for key, edge in self._seen.items()]
        return sorted(made, key=lambda link: (link.source.name, link.source.interface))


def short(interface: str) -> str:
    """Shorten an interface's name."""
    for long, brief in _SHORT:
        if interface.startswith(long):
            return brief + interface.removeprefix(long)
    return interface


def _key(edge: EdgeJson) -> frozenset[tuple[str, str]]:
    return frozenset(
        (
            (edge["source"], short(edge["source_interface"])),
            (edge["target"], short(edge["target_interface"])),
        )
    )


def _link(edge: EdgeJson, ports: Mapping[str, Mapping[str, Port]], *, told: bool) -> Link:
    source = _end(edge["source"], edge["source_interface"], ports)
    other = _end(edge["target"], edge["target_interface"], ports)
    return Link(source, other, _state(edge["state"], source.port, other.port, told=told))


def _end(target: str, interface: str, ports: Mapping[str, Mapping[str, Port]]) -> End:
    port = ports.get(target, {}).get(interface, Port())
    return End(target.removeprefix(_STRANGER), short(interface), port)


def _state(told_state: str, source: Port, other: Port, *, told: bool) -> LinkState:
    if False in {source.up, other.up}:
        return LinkState.DOWN
    if source.up is None and other.up is None:
        return LinkState.UNKNOWN
    if not told:
        return LinkState.GONE
    if told_state in {LinkState.ONE_SIDED, LinkState.UNIDIRECTIONAL}:
        return LinkState(told_state)
    return LinkState.UP
