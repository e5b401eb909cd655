"""Samples per CPU second from SNMP reply to exposition bytes: ours beside its peers, in one run.

All contenders read the same switches on the same core, one after the other, forwards and backwards,
several rounds; the figure of each is the median of its rounds. The fake agent and the HTTP clients
are on the other core and do not count.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from bench.machine import cores, others_cpu_s, pinned
from bench.processes import fake_agent, say
from bench.side import SWITCHES, ChildSide, Side, orders
from bench.snmp_exporter import BEST_REPETITIONS, DEFAULT_REPETITIONS, SnmpExporter

BEYOND = "egov-agent, v2c, no layouts"
OURS, OURS_V3 = "egov-agent, v2c", "egov-agent, v3 authPriv"
EXPORTER, EXPORTER_V3 = "snmp_exporter, v2c", "snmp_exporter, v3 authPriv"
TUNED = f"snmp_exporter, v2c, {BEST_REPETITIONS} repetitions"
PYSNMP = "pysnmp, v2c, nothing rendered"
BAR, BAR_V3 = 8.0, 0.6


@dataclass(frozen=True, slots=True)
class Figures:
    """Samples per CPU second by contender, one figure a round; others' work meanwhile in cores."""

    rounds: dict[str, list[float]]
    others_cores: float = 0.0

    def median(self, name: str) -> float | None:
        """Return a contender's figure; None when it did not take part."""
        return statistics.median(self.rounds[name]) if self.rounds.get(name) else None

    def ratio(self, name: str, to: str) -> float | None:
        """Return how many times faster one is than the other: the median of the rounds' ratios.

        A machine's pace changes by a third within minutes; within a round both had the same one.
        """
        pairs = zip(self.rounds.get(name, ()), self.rounds.get(to, ()), strict=False)
        ratios = [one / other for one, other in pairs if other]
        return statistics.median(ratios) if ratios else None


def measure(rounds: int, seconds: float, switches: int = SWITCHES) -> Figures:
    """Run the comparison; a peer that is not installed is named and left out."""
    serving, _ = cores()
    figures: dict[str, list[float]] = {}
    others, begin = others_cpu_s(), time.monotonic()
    with fake_agent() as port, _contenders(port, switches) as sides, pinned(serving):
        for number, order in enumerate(orders(sides, rounds), start=1):
            for side in order:
                work = side.work(seconds)
                figures.setdefault(side.name, []).append(work.per_cpu_second)
                say(f"  round {number}: {side.name:<36} {work.per_cpu_second:>10,.0f}"
                    f" samples/CPU s  ({work.samples:,} in {work.cpu_s:.2f} s)")  # fmt: skip
    return Figures(figures, (others_cpu_s() - others) / (time.monotonic() - begin))


@contextmanager
def _contenders(port: int, switches: int) -> Iterator[list[Side]]:
    _, core = cores()
    sides: list[Side] = []
    with ExitStack() as stack:
        for start in _starts(core, port, switches):
            try:
                side = start()
            except FileNotFoundError as missing:
                say(f"  left out, not installed: {missing}")
                continue
            stack.callback(side.close)
            sides.append(side)
        yield sides


def _starts(core: int, port: int, switches: int) -> list[Callable[[], Side]]:
    to = ("--port", str(port))
    ours = (*to, "--switches", str(switches))
    return [
        lambda: ChildSide(OURS, core, "bench.ours", *ours),
        lambda: ChildSide(BEYOND, core, "bench.ours", *ours, "--no-layouts"),
        lambda: SnmpExporter(EXPORTER, core, port, DEFAULT_REPETITIONS, secured=False),
        lambda: SnmpExporter(TUNED, core, port, BEST_REPETITIONS, secured=False),
        lambda: ChildSide(OURS_V3, core, "bench.ours", *ours, "--secured"),
        lambda: SnmpExporter(EXPORTER_V3, core, port, DEFAULT_REPETITIONS, secured=True),
        lambda: ChildSide(PYSNMP, core, "bench.pysnmp_walk", *to),
    ]


def summary(figures: Figures) -> list[tuple[str, str, str]]:
    """Return (what, figure, bar) for each line of the result."""
    lines = [(name, f"{figures.median(name):,.0f} samples/CPU s", "") for name in figures.rounds]
    compared = (
        (OURS, EXPORTER, f"at least {BAR:g}, aim 15"),
        (OURS, TUNED, ""),
        (BEYOND, EXPORTER, "more than 1 250 different switches"),
        (OURS_V3, OURS, f"at least {BAR_V3:g}"),
        (OURS_V3, EXPORTER_V3, ""),
        (OURS, PYSNMP, ""),
    )
    for one, other, bar in compared:
        ratio = figures.ratio(one, other)
        if ratio is not None:
            lines.append((f"{one} / {other}", f"{ratio:.2f}", bar))
    return [*lines, ("others' work meanwhile", f"{figures.others_cores:.2f} cores", "none")]
