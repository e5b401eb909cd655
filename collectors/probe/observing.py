"""Verdicts as rows, facts and failures.

What was tried and failed is data: a row with egov_probe_success 0. What this machine could not try
has no row and no fact, for nothing is known of it.
"""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from collectors.addressing import Family
from collectors.contract import Failure, Known, Method, Observation, Samples, Table
from collectors.errors import Reason, Unsupported
from collectors.facts import PathProbe
from collectors.probe.target import ProbeTarget
from collectors.probe.verdict import ProbeFailed, Verdict

WORDS: Final[Mapping[Family, str]] = MappingProxyType({"ipv4": "IPv4", "ipv6": "IPv6"})
_CHECK: Final = "probe"
_LIFETIME_INTERVALS: Final = 2


def observed(target: ProbeTarget, verdicts: Sequence[Verdict]) -> Observation:
    """Make rows, facts and failures of what the probes of one visit found, always in one order.

    Raises:
        Unsupported: none of them could be tried.
    """
    verdicts = sorted(verdicts, key=lambda one: (one.family, one.probe))
    tried = [verdict for verdict in verdicts if verdict.tried]
    failures = tuple(_failure(one, one.failed) for one in verdicts if one.failed is not None)
    if not tried:
        first = failures[0]
        raise Unsupported(target.id, first.text, first.detail)
    answered = any(verdict.success for verdict in tried)
    lifetime_s = _LIFETIME_INTERVALS * target.interval_s
    return Observation(
        target.id,
        _CHECK,
        tables=(_table(tried, complete=len(tried) == len(verdicts)),),
        facts=tuple(PathProbe(target.id, one.probe, one.family, one.success) for one in tried),
        known=(Known(PathProbe, lifetime_s),),
        failures=failures,
        failed=None if answered else _worst(failures),
    )


def _table(verdicts: Sequence[Verdict], *, complete: bool) -> Table:
    samples = (
        Samples("egov_probe_success", [int(one.success) for one in verdicts]),
        Samples("egov_probe_duration_seconds", [one.rtt_s for one in verdicts]),
        Samples("egov_probe_loss_ratio", [one.loss for one in verdicts]),
        Samples("egov_probe_path_mtu_bytes", [one.mtu for one in verdicts]),
    )
    keys = tuple((one.family, one.probe.value) for one in verdicts)
    return Table("probe", Method.PROBE, keys, samples, complete=complete)


def _failure(verdict: Verdict, error: ProbeFailed) -> Failure:
    text = f"{verdict.probe} over {WORDS[verdict.family]}: {error}"
    return Failure("probe", error.reason, error.detail, text)


def _worst(failures: Sequence[Failure]) -> Failure:
    """Name the failure that tells most of the target: not one that this machine is to blame for."""
    return next((one for one in failures if one.reason is not Reason.UNSUPPORTED), failures[0])
