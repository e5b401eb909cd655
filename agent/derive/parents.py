"""What each device, host and kiosk hangs on: the inventory says it, else LLDP last did.

Alert rules hold back the children of a dead parent, so a parent must not vanish when it dies.
"""

from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from agent.derive.gradual import drained, pieces
from agent.derive.known_names import is_machine
from agent.derive.links import Link, LinkState
from inventory.inventory import Inventory
from inventory.models import Role

FORGOTTEN_AFTER = timedelta(days=7)
"""A parent that complete tables have not shown for so long is none any more."""
RANKS: Mapping[Role, int] = MappingProxyType({"core": 0, "aggregation": 1, "access": 2, "edge": 3})
"""How far from the core; firewalls and others stand anywhere, so only `uplinks` tells theirs."""


_DOUBTFUL = (LinkState.UNIDIRECTIONAL,)
"""Such a link makes no parent, and takes none away: one end still tells of it."""


@dataclass(frozen=True, slots=True)
class Parent:
    """What a target hangs on; `source` is inventory or lldp."""

    parent: str
    source: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A parent by LLDP; `absent_since` is when complete tables began not to show it."""

    parent: str
    absent_since: datetime | None = None


Chosen = tuple[Mapping[str, Parent], Mapping[str, Kept]]
"""The parents, and what to remember of those that LLDP told."""


def choose(
    inventory: Inventory,
    links: Sequence[Link],
    seeing: Mapping[str, bool],
    former: Mapping[str, Kept],
    now: datetime,
) -> Chosen:
    """Choose all parents at once."""
    return drained(choosing(inventory, links, seeing, former, now))


def choosing(
    inventory: Inventory,
    links: Sequence[Link],
    seeing: Mapping[str, bool],
    former: Mapping[str, Kept],
    now: datetime,
) -> Generator[None, None, Chosen]:
    """Choose parents, a piece at a time.

    `seeing` says of a target whether its table is complete and fresh, so that absence is knowledge.
    """
    found = {
        device.id: Parent(device.parent, "inventory")
        for device in inventory.devices.values()
        if device.parent is not None
    }
    kept: dict[str, Kept] = {}
    told = yield from _candidates(inventory, links)
    doubted = {frozenset((x.source, x.destination)) for x in links if x.state in _DOUBTFUL}
    open_ = {one for one in (*told, *former) if one not in found and _there(inventory, one)}
    # those that go on as they are come first: a newcomer gives way where both would make a circle
    for some in pieces(sorted(open_, key=lambda one: (one not in former, one))):
        yield
        for child in some:
            possible = told.get(child, {})
            before = former.get(child)
            chosen = _chosen(child, possible, before, found)
            if chosen is None and before is not None and _there(inventory, before.parent):
                witness = child if child in inventory.devices else before.parent
                shown = frozenset((child, before.parent)) in doubted
                chosen = _held(before, now, seeing=seeing.get(witness, False) and not shown)
            if chosen is not None and not _circles(child, chosen.parent, found):
                found[child] = Parent(chosen.parent, "lldp")
                kept[child] = chosen
    return found, kept


def _there(inventory: Inventory, target: str) -> bool:
    return target in inventory.devices or target in inventory.hosts or target in inventory.kiosks


def _candidates(
    inventory: Inventory, links: Iterable[Link]
) -> Generator[None, None, Mapping[str, Mapping[str, int]]]:
    """Return for each child what may be its parent, with its rank: the least is the likeliest."""
    found: dict[str, dict[str, int]] = {}
    for some in pieces(links):
        yield
        sure = (x for x in some if x.state in (LinkState.CONFIRMED, LinkState.ONE_SIDED))
        for child, interface, lag, parent in (way for link in sure for way in _ways(link)):
            rank = _rank_above(inventory, child, (interface, lag), parent)
            if rank is not None:
                found.setdefault(child, {})[parent] = rank
    return found


def _ways(link: Link) -> Iterable[tuple[str, str, str, str]]:
    if link.source != link.destination:
        yield link.source, link.source_interface, link.source_lag, link.destination
        yield link.destination, link.destination_interface, link.destination_lag, link.source


def _rank_above(
    inventory: Inventory, child: str, ports: tuple[str, str], parent: str
) -> int | None:
    """Return where `parent` stands among those above `child`, the least first; None: it does not.

    The nearest layer is the likeliest: an access switch hangs on aggregation, not on the core.
    """
    above = inventory.devices.get(parent)
    if above is None:
        return None
    below = inventory.devices.get(child)
    if below is None:
        return -RANKS.get(above.role, 0) if is_machine(inventory.target(child)) else None
    if below.uplinks:
        return 0 if any(one.interface in ports for one in below.uplinks) else None
    rank = RANKS.get(above.role, len(RANKS))
    return -rank if rank < RANKS.get(below.role, -1) else None


def _chosen(
    child: str, possible: Mapping[str, int], before: Kept | None, found: Mapping[str, Parent]
) -> Kept | None:
    """Stay with the parent that is still seen; else take the likeliest that makes no circle."""
    if before is not None and before.parent in possible:
        return Kept(before.parent)
    likeliest = sorted(possible, key=lambda one: (possible[one], one))
    fit = (one for one in likeliest if not _circles(child, one, found))
    parent = next(fit, None)
    return Kept(parent) if parent is not None else None


def _held(before: Kept, now: datetime, *, seeing: bool) -> Kept | None:
    """Hold on to a parent that is not seen now; only complete tables count against it."""
    if not seeing:
        return before
    since = before.absent_since or now
    return Kept(before.parent, since) if now - since < FORGOTTEN_AFTER else None


def _circles(child: str, parent: str, found: Mapping[str, Parent]) -> bool:
    """Say whether the way up from `parent` comes to `child`."""
    seen = {child}
    step: str | None = parent
    while step is not None:
        if step in seen:
            return True
        seen.add(step)
        step = found[step].parent if step in found else None
    return False
