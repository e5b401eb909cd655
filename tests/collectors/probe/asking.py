"""A visit of one target by the real probes, and its rows by family and probe."""

import time
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from collectors.addressing import Family
from collectors.contract import Number, Observation, Question
from collectors.errors import Detail
from collectors.probe.collector import ProbePoller
from collectors.probe.pinger import Pinger
from collectors.probe.target import ProbeTarget

Row = Mapping[str, Number | None]


class Resolving(Protocol):
    """Names to addresses."""

    def __call__(self, name: str, family: Family | None = None, /) -> Awaitable[Sequence[str]]:
        """Resolve one."""


@dataclass
class Seen:
    """What a visit brought."""

    observation: Observation
    lines: Sequence[str]

    def row(self, family: str, probe: str) -> Row:
        """Return the values of a row by the end of their families' names."""
        (table,) = self.observation.tables
        place = table.keys.index((family, probe))
        return {one.family.removeprefix("egov_probe_"): one.values[place] for one in table.samples}

    def successes(self) -> dict[tuple[str, ...], Number | None]:
        """Return egov_probe_success by family and probe."""
        (table,) = self.observation.tables
        (samples,) = [one for one in table.samples if one.family == "egov_probe_success"]
        return dict(zip(table.keys, samples.values, strict=True))

    def details(self) -> dict[str, Detail]:
        """Return the detail of each failure by `probe over family`."""
        return {one.text.partition(":")[0]: one.detail for one in self.observation.failures}

    def text(self) -> str:
        """Return all failures."""
        return "\n".join(one.text for one in self.observation.failures)


class Lines:
    """A transcript."""

    def __init__(self) -> None:
        """Begin without a line."""
        self.lines: list[str] = []

    def note(self, line: str) -> None:
        """Keep one."""
        self.lines.append(line)


async def nothing(name: str, _family: Family | None = None, /) -> Sequence[str]:
    """Resolve no name."""
    raise AssertionError(name)


def question(allowed_s: float = 10.0, transcript: Lines | None = None) -> Question:
    """Ask now, with so many seconds to answer."""
    now_s = time.monotonic()
    return Question(datetime.now(UTC), now_s, now_s + allowed_s, transcript=transcript)


async def visited(
    target: ProbeTarget, resolve: Resolving = nothing, allowed_s: float = 10.0
) -> Seen:
    """Visit once with a pinger of its own."""
    transcript = Lines()
    async with Pinger(time.monotonic) as pinger:
        poller = ProbePoller(target, pinger, resolve)
        seen = await poller.visit(question(allowed_s, transcript))
        await poller.close()
    return Seen(seen, transcript.lines)
