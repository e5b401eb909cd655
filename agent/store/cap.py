"""The cap on series for each target: a device that explodes takes room from nobody else.

The largest tables are cut first and down to the same size: a forwarding table of a hundred
thousand random addresses leaves the interfaces whole. Tables that the agent makes itself (is it
up, how did its checks end) are never cut.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from agent.store.columns import size, unpack
from agent.store.content import Part
from collectors.contract import Method

Parts = Mapping[str, tuple[Part, ...]]


def capped(parts: Parts, cap: int) -> tuple[Parts, int]:
    """Give every part its limit; also how many series are cut."""
    measured = [part for some in parts.values() for part in some if part.method is not Method.AGENT]
    level = _level([part.series for part in measured], cap)
    limits = {(part.table, part.method): _limit(part, level) for part in measured}
    limited = {
        table: tuple(_limited(part, limits.get((table, part.method))) for part in some)
        for table, some in parts.items()
    }
    cut = sum(_cut(part) for some in limited.values() for part in some)
    return limited, cut


def _level(sizes: Sequence[int], cap: int) -> int:
    """Say how many series each table may have at most, so that all together fit under the cap."""
    left, level = cap, cap
    for index, wanted in enumerate(sorted(sizes)):
        level = left // (len(sizes) - index)
        if wanted > level:
            return level
        left -= wanted
    return level + left


def _limit(part: Part, level: int) -> int | None:
    if part.series <= level:
        return None
    return min(level // -(-part.series // part.rows), len(part.layout.keys))


def _limited(part: Part, limit: int | None) -> Part:
    return part if part.limit == limit else replace(part, limit=limit)


def _cut(part: Part) -> int:
    if not part.is_cut:
        return 0
    shown = 0
    for present, samples in _columns(part):
        limit = samples if part.limit is None else part.limit
        shown += min(limit, samples) if present is None else present[: part.limit].count(1)
    return part.series - shown


def _columns(part: Part) -> list[tuple[bytes | None, int]]:
    columns = [(unpack(one)[1], size(one)) for one in part.columns]
    return columns + [(one.present, len(one.words)) for one in part.texts]
