"""What the status page shows, chosen and put into words: filters, pages, ages, the site tree."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from agent.web.views import SiteView, TargetState, TargetView, Views
from texts import gettext as _

ROWS = 200
"""Targets on one page: what a browser lays out at once and a person still scrolls."""

_SLICE = 200  # targets looked at between two turns of the loop: about 2 ms
_ORDER = {TargetState.DOWN: 0, TargetState.UNKNOWN: 1, TargetState.UP: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which targets a reader wants to see.

    Args:
        text: in the id, name, address or last error, whatever the case.
        site: a site's id; targets of its whole subtree.
        page: from 1.
    """

    text: str = ""
    state: TargetState | None = None
    site: str = ""
    page: int = 1

    def admits(self, target: TargetView, sites: frozenset[str] | None) -> bool:
        """Say whether a target is shown; `sites` is the subtree, None for everywhere."""
        if self.state is not None and target.state is not self.state:
            return False
        if sites is not None and target.site not in sites:
            return False
        return not self.text or self.text.casefold() in _words(target).casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of targets: the troubled first, and how many there are of each state in all."""

    rows: Sequence[TargetView] = ()
    found: int = 0
    page: int = 1
    pages: int = 1
    totals: dict[TargetState, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TreeLine:
    """A step of a walk through the site tree: a site (`opens`: sites below it follow) or an end."""

    site: SiteView | None
    opens: bool = False
    depth: int = 0


async def find(views: Views, sites: Sequence[SiteView], wanted: Filter) -> Listing:
    """Look through all targets, a slice at a time, and return the page that is wanted."""
    inside = subtree(sites, wanted.site) if wanted.site else None
    totals = dict.fromkeys(TargetState, 0)
    found: list[tuple[int, str]] = []
    for number, target_id in enumerate(views.target_ids(), 1):
        target = views.target(target_id)
        if target is not None:
            totals[target.state] += 1
            if wanted.admits(target, inside):
                found.append((_ORDER[target.state], target_id))
        if number % _SLICE == 0:
            await asyncio.sleep(0)
    found.sort()
    pages = max(1, -(-len(found) // ROWS))
    page = min(max(1, wanted.page), pages)
    rows = (views.target(one) for _rank, one in found[(page - 1) * ROWS : page * ROWS])
    shown = tuple(row for row in rows if row is not None)
    return Listing(rows=shown, found=len(found), page=page, pages=pages, totals=totals)


def tree(sites: Sequence[SiteView]) -> tuple[TreeLine, ...]:
    """Walk the tree; a site whose parent is not there stands among the roots.

    A list of lines and not a nesting: it is drawn a slice at a time, however deep it is.
    """
    known = {site.id for site in sites}
    below: dict[str | None, list[SiteView]] = {}
    for site in sites:
        below.setdefault(site.parent if site.parent in known else None, []).append(site)
    lines: list[TreeLine] = []
    ahead = [TreeLine(site, site.id in below) for site in reversed(below.get(None, ()))]
    while ahead:
        line = ahead.pop()
        lines.append(line)
        if line.site is not None and line.opens:
            ahead.append(TreeLine(None))
            depth, children = line.depth + 1, reversed(below[line.site.id])
            ahead.extend(TreeLine(site, site.id in below, depth) for site in children)
    return tuple(lines)


def subtree(sites: Sequence[SiteView], top: str) -> frozenset[str]:
    """Return the ids of a site and of all below it; sites come after their parents."""
    inside = {top}
    for site in sites:
        if site.parent in inside:
            inside.add(site.id)
    return frozenset(inside)


def span(seconds: float | None) -> str:
    """Put a length of time into words, two units at most."""
    if seconds is None:
        return "–"
    whole = max(0, round(seconds))
    minutes, hours, days = whole // 60, whole // 3600, whole // 86400
    if minutes < 2:  # noqa: PLR2004  # a minute and a half is still told in seconds
        return _("{count} s").format(count=whole)
    if hours < 2:  # noqa: PLR2004  # and so on: never less than two units
        return _("{count} min").format(count=minutes)
    if days < 2:  # noqa: PLR2004  # likewise
        return _("{hours} h {minutes} min").format(hours=hours, minutes=minutes % 60)
    return _("{days} d {hours} h").format(days=days, hours=hours % 24)


def _words(target: TargetView) -> str:
    return "\n".join((target.id, target.name, target.address, target.kind, *_errors(target)))


def _errors(target: TargetView) -> Iterator[str]:
    for check in target.checks:
        if check.error is not None:
            yield f"{check.error.reason}\n{check.error.text}"
