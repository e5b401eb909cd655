"""Links between targets, and the parent of each: egov_topology_link, egov_target_parent_info."""

from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from typing_extensions import override

from agent.derive.adjacency import Adjacency
from agent.derive.derivation import Derivation, Derived, Facts, Scope, Steps, Subject
from agent.derive.gradual import pieces
from agent.derive.links import Link, LinkState, pairing
from agent.derive.parents import Kept, Parent, choosing
from agent.derive.target_up import TargetUp
from collectors.contract import Fact, Json, Method, Observation, Samples, Table, Texts
from inventory.inventory import Inventory

PATIENCE = timedelta(minutes=25)
"""Two tables that are read every ten minutes contradict each other for a while after a change."""

STATES = (LinkState.CONFIRMED, LinkState.ONE_SIDED, LinkState.UNIDIRECTIONAL)
"""Of links between targets; strangers are in egov_lldp_neighbor_info."""

AGENT = ""


@dataclass(frozen=True, slots=True, eq=False)
class Topology:
    """A fact for the web: every link, and the parents by child; each run's is another one."""

    target: str
    links: tuple[Link, ...]
    parents: Mapping[str, Parent]


@dataclass(frozen=True, slots=True)
class _Memory:
    """Contradictions by link with the time they began, and parents that LLDP told."""

    doubts: Mapping[str, datetime]
    kept: Mapping[str, Kept]


class TopologyDerivation(Derivation):
    """Runs over all targets: a link has two ends, and a circle of parents is nobody's alone."""

    name = "topology"
    version = 1
    scope = Scope.ALL
    reads: frozenset[type[Fact]] = frozenset((Adjacency, TargetUp))

    def __init__(self) -> None:
        """Have made nothing yet."""
        self._made: dict[str, tuple[Parent | None, Observation]] = {}

    @override
    def derive(
        self, subject: Subject, inventory: Inventory, facts: Facts, memory: Json, now: datetime
    ) -> Steps:
        former = _read(memory)
        yield None
        seen = {one.target: one.facts[-1] for one in facts.of(Adjacency) if one.facts}
        yield None
        up = {one.target: one.facts[-1].up for one in facts.of(TargetUp) if one.facts}
        links, doubts = _patient((yield from pairing(seen, up)), former.doubts, now)
        yield None
        seeing = {
            target: one.speaks and one.ends is not None and bool(up.get(target))
            for target, one in seen.items()
        }
        parents, kept = yield from choosing(inventory, links, seeing, former.kept, now)
        yield from self._of_parents(inventory, parents)
        table = yield from _link_table(links)
        document = _written(_Memory(doubts, kept))
        yield None
        waiting = [at + PATIENCE for at in doubts.values() if at + PATIENCE > now]
        fact = Topology(AGENT, tuple(links), parents)
        observation = Observation(AGENT, f"derived.{self.name}", (table,), (fact,))
        return Derived(observation, document, min(waiting, default=None))

    def _of_parents(
        self, inventory: Inventory, parents: Mapping[str, Parent]
    ) -> Iterator[Observation]:
        """Say it of every target that may have one; what is as it was is the former object."""
        former, self._made = self._made, {}
        for target in (*inventory.devices, *inventory.hosts, *inventory.kiosks):
            parent = parents.get(target)
            made = former.get(target)
            if made is None or made[0] != parent:
                made = parent, _of_parent(target, parent, f"derived.{self.name}")
            self._made[target] = made
            yield made[1]


def _patient(
    links: Iterable[Link], former: Mapping[str, datetime], now: datetime
) -> tuple[list[Link], Mapping[str, datetime]]:
    """Call a link unidirectional when it has been for longer than tables need to agree."""
    judged: list[Link] = []
    doubts: dict[str, datetime] = {}
    for link in links:
        if link.state is not LinkState.UNIDIRECTIONAL:
            judged.append(link)
            continue
        name = " ".join(link.key)
        since = doubts[name] = min(former.get(name, now), now)
        certain = now - since >= PATIENCE
        judged.append(link if certain else replace(link, state=LinkState.ONE_SIDED))
    return judged, doubts


def _link_table(links: Iterable[Link]) -> Generator[None, None, Table]:
    inside: dict[tuple[str, ...], LinkState] = {}
    for some in pieces(links):
        yield
        inside.update((x.key, x.state) for x in some if x.state is not LinkState.OUTSIDE)
    keys: list[tuple[str, ...]] = []
    values: list[int] = []
    for found in pieces(inside.items()):
        yield
        keys += [(*key, state.value) for key, _now in found for state in STATES]
        values += [int(now is state) for _key, now in found for state in STATES]
    samples = (Samples("egov_topology_link", values),)
    return Table("topology_link", Method.AGENT, keys, samples)


def _of_parent(target: str, parent: Parent | None, check: str) -> Observation:
    """Without a parent there is no row, which takes away the one that there was."""
    rows = [] if parent is None else [(parent.parent, parent.source)]
    texts = Texts("egov_target_parent_info", ("parent", "source"), rows)
    table = Table("target_parent", Method.AGENT, [()] * len(rows), texts=(texts,))
    return Observation(target, check, (table,))


def _written(memory: _Memory) -> Json:
    return {
        "doubts": {link: at.isoformat() for link, at in memory.doubts.items()},
        "parents": {
            child: [one.parent, one.absent_since.isoformat() if one.absent_since else None]
            for child, one in memory.kept.items()
        },
    }


def _read(document: Json) -> _Memory:
    """Take up what `_written` wrote; what is not like that is forgotten."""
    doubts = _mapping(_mapping(document).get("doubts"))
    kept = _mapping(_mapping(document).get("parents"))
    return _Memory(
        {link: at for link, text in doubts.items() if (at := _time(text)) is not None},
        {child: one for child, row in kept.items() if (one := _kept(row)) is not None},
    )


def _kept(row: Json) -> Kept | None:
    if not isinstance(row, list) or len(row) != 2 or not isinstance(row[0], str):  # noqa: PLR2004 - a pair
        return None
    return Kept(row[0], _time(row[1]))


def _mapping(document: Json) -> Mapping[str, Json]:
    return document if isinstance(document, Mapping) else {}


def _time(text: Json) -> datetime | None:
    try:
        found = datetime.fromisoformat(text) if isinstance(text, str) else None
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
