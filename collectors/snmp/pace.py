"""How hard a device is asked when its own CPU is busy: a controller without clock or memory.

    full pace ──busy──▶ 1/2 ──busy──▶ 1/4 ──busy──▶ 1/8 ──still busy for long──▶ not our doing
        ▲                │              │              │                              │
        └──at ease for a while, one step at a time─────┴──────────────────────────────┘

Busy is a CPU above `HIGH` that has risen by `RISE` against what it was before at full pace: a
device that is always busy is not spared, it would only be seen less. What a step means:

    pace    requests per second    in flight    tables are read
    1       the budget's           2            at their interval
    1/2     half of what was used  1            at their interval
    1/4     a quarter              1            at every second one
    1/8     an eighth              1            at every fourth one
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from collectors.contract import Json
from protocols.snmp.session import Limits

HIGH = 0.8
"""A CPU above this has nothing left for a routing protocol that converges."""
RISE = 0.2
_MARGIN = 0.1
"""At ease is this much below what made us slow down, so that a step is not undone at once."""
_PATIENCE = 3
_MOST_PATIENCE = 48
"""Visits at ease before a step back; doubled for a device that was busy again right after it."""
_FORGOTTEN = 240
"""Visits at full pace after which a relapse is none."""
_IN_VAIN = 10
"""Visits at the slowest pace that changed nothing: somebody else keeps the device busy."""
_UP, _DOWN = 0.02, 0.2
"""How quickly the usual value follows: a slow rise is not hidden, a peak at the start forgotten."""

_LEAST = 0.001
"""Less is not followed: most visits leave the controller where it was."""

_RATIOS = (1.0, 0.5, 0.25, 0.125)
_STRETCHES = (1, 1, 2, 4)
_LAST = len(_RATIOS) - 1


@dataclass(frozen=True, slots=True)
class Pace:
    """Where the controller stands after a visit.

    Args:
        step: 0 is full pace.
        usual: the device's CPU ratio at full pace; None before it was seen.
        busy: its CPU ratio in the last visit in which it was busy.
        requests: of the visit before the first step; what the rates of slower paces are made of.
        calm: visits in a row at ease, or at full pace.
        patience: how many of them take a step back.
        in_vain: visits in a row that were busy at the slowest pace.
    """

    step: int = 0
    usual: float | None = None
    busy: float = 0.0
    requests: int = 0
    calm: int = 0
    patience: int = _PATIENCE
    in_vain: int = 0

    @property
    def ratio(self) -> float:
        """1 at full pace."""
        return _RATIOS[self.step]

    @property
    def stretch(self) -> int:
        """How many intervals lie between two visits of a table."""
        return _STRETCHES[self.step]


def advance(pace: Pace, cpu: float, requests: int) -> Pace:
    """Follow one visit, in which the device's busiest CPU was at `cpu` (ratio)."""
    if pace.usual is None:
        return replace(pace, usual=cpu)
    if cpu >= HIGH and cpu - pace.usual >= RISE:
        return _busy(pace, cpu, requests)
    if pace.step == 0:
        share = _UP if cpu > pace.usual else _DOWN
        moved = share * (cpu - pace.usual)
        forgotten = pace.calm >= _FORGOTTEN or not pace.requests
        if forgotten and abs(moved) < _LEAST and pace.patience == _PATIENCE:
            return pace
        patience = _PATIENCE if forgotten else pace.patience
        calm = pace.calm if forgotten else pace.calm + 1
        return replace(pace, usual=pace.usual + moved, calm=calm, patience=patience)
    at_ease = cpu < HIGH - _MARGIN or cpu - pace.usual < RISE - _MARGIN
    calm = pace.calm + 1 if at_ease else 0
    if calm < pace.patience:
        return replace(pace, calm=calm, in_vain=0)
    return replace(pace, step=pace.step - 1, calm=0, in_vain=0)


def _busy(pace: Pace, cpu: float, requests: int) -> Pace:
    if pace.step == 0:
        known = pace.requests > 0 and pace.calm < _FORGOTTEN
        patience = min(pace.patience * 2, _MOST_PATIENCE) if known else pace.patience
        return replace(pace, step=1, busy=cpu, requests=requests, calm=0, patience=patience)
    if pace.step < _LAST:
        return replace(pace, step=pace.step + 1, busy=cpu, calm=0)
    if pace.in_vain + 1 < _IN_VAIN:
        return replace(pace, busy=cpu, calm=0, in_vain=pace.in_vain + 1)
    return replace(pace, usual=cpu, busy=cpu, calm=0, in_vain=0)


def limited(pace: Pace, budget: Limits, visit_s: float) -> Limits:
    """Return what a session may ask at this pace; `visit_s` is what a visit may take.

    Rates are made of what visits use, because half of a budget that nobody used up spares nobody;
    but a visit still ends in time.
    """
    if pace.step == 0:
        return budget
    used = min(budget.requests_per_second, float(max(pace.requests, 1)))
    enough = max(pace.requests, 1) / (visit_s / 2)
    rate = min(budget.requests_per_second, max(used * pace.ratio, enough))
    return replace(budget, requests_per_second=rate, in_flight=1)


def said(former: Pace, pace: Pace) -> str | None:
    """Say what changed, for a log; None when nothing did."""
    if pace.step > former.step:
        cpu, usual = round(100 * pace.busy), round(100 * (pace.usual or 0.0))
        return f"slowed down to {pace.ratio:g} of the pace: its CPU is at {cpu} %, usual {usual} %"
    if pace.step < former.step:
        return "at full pace again" if pace.step == 0 else f"at {pace.ratio:g} of the pace again"
    if former.in_vain and pace.usual != former.usual:
        return "slowing down does not help: its CPU is busy with something else"
    return None


def to_json(pace: Pace) -> Json:
    """Write what outlives a restart of ours."""
    return {
        "step": pace.step,
        "usual": pace.usual,
        "requests": pace.requests,
        "patience": pace.patience,
    }


def from_json(document: Json) -> Pace:
    """Read what `to_json` wrote; anything else is ignored."""
    if not isinstance(document, Mapping):
        return Pace()
    usual = document.get("usual")
    return Pace(
        step=_whole(document, "step", 0, _LAST),
        usual=float(usual) if isinstance(usual, int | float) and 0 <= usual <= 1 else None,
        requests=_whole(document, "requests", 0, 1_000_000),
        patience=_whole(document, "patience", _PATIENCE, _MOST_PATIENCE),
    )


def _whole(document: Mapping[str, Json], name: str, least: int, most: int) -> int:
    value = document.get(name)
    return min(max(value, least), most) if isinstance(value, int) else least
