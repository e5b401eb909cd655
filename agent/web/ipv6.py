"""What the IPv6 section of the status page shows: sites by readiness, and what devices lack."""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass

from agent.web.reading import ROWS, TreeLine
from agent.web.views import SiteIpv6View, SiteView, TargetView, Views


@dataclass(frozen=True, slots=True)
class Ipv6Line:
    """A site, and those of its own devices that are not ready.

    Args:
        depth: how deep it stands in the tree.
        more: devices that are not named.
    """

    site: SiteView
    counts: SiteIpv6View
    depth: int
    devices: tuple[TargetView, ...]
    more: int


@dataclass(frozen=True, slots=True)
class Ipv6Lines:
    """The lines of one page; `left`: how many sites are left out."""

    lines: Sequence[Ipv6Line] = ()
    left: int = 0


def chosen(views: Views, tree: Iterable[TreeLine], inside: Container[str] | None) -> Ipv6Lines:
    """Choose what a page shows of the sites with devices that ought to be ready.

    All of them in the order of the tree, while they fit on a page; else those that are not ready.
    Of devices a page names no more than it lists of targets.

    Args:
        inside: the sites that the reader chose; None: everywhere.
    """
    sites = [one for one in _counted(tree) if inside is None or one[1].id in inside]
    shown = sites
    if len(sites) > ROWS:
        shown = [one for one in sites if one[2].ready < one[2].expected]
    named = 0
    lines: list[Ipv6Line] = []
    for depth, site, counts in shown[:ROWS]:
        ids = counts.devices[: ROWS - named]
        named += len(ids)
        known = (views.target(one) for one in ids)
        devices = tuple(one for one in known if one is not None)
        more = counts.more + len(counts.devices) - len(ids)
        lines.append(Ipv6Line(site, counts, depth, devices, more))
    return Ipv6Lines(lines, len(sites) - len(lines))


def _counted(tree: Iterable[TreeLine]) -> Iterator[tuple[int, SiteView, SiteIpv6View]]:
    for line in tree:
        if line.site is not None and line.site.ipv6 is not None and line.site.ipv6.expected:
            yield line.depth, line.site, line.site.ipv6
