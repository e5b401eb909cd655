"""Where findings go until there is a ledger: they are counted and logged, and not yet durable."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from collectors.contract import Finding, Received, Severity

logger = logging.getLogger(__name__)

_LEVELS = {
    Severity.CRITICAL: logging.CRITICAL,
    Severity.WARNING: logging.WARNING,
    Severity.NOTICE: logging.INFO,
    Severity.INFO: logging.INFO,
}

Kind = tuple[str, Severity]

KINDS: tuple[Kind, ...] = (
    ("auth.insecure", Severity.WARNING),
    ("device.restart", Severity.NOTICE),
    ("hw.changed", Severity.NOTICE),
    ("snmp.forged", Severity.WARNING),
)
"""What is found while polling; counted from 0, so that the first of a kind is an increase."""


class CountingSink:
    """Implements contract.Sink; of one target a kind is logged once a severity, then counted."""

    def __init__(self) -> None:
        """Have seen nothing."""
        self._counts: Counter[Kind] = Counter()
        self._logged: set[tuple[str, str, Severity]] = set()

    @property
    def counts(self) -> Mapping[Kind, int]:
        """Findings by kind and severity since the start."""
        return MappingProxyType(self._counts)

    def take(self, findings: Sequence[Finding]) -> None:
        """Count findings and log those of a new (target, kind, severity)."""
        for finding in findings:
            self._counts[finding.kind, finding.severity] += 1
            if (key := (finding.target, finding.kind, finding.severity)) not in self._logged:
                self._logged.add(key)
                level = _LEVELS[finding.severity]
                logger.log(level, "%s: %s: %s", finding.target, finding.kind, finding.text)

    def forget(self, target: str) -> None:
        """Log a target's findings anew, after a reload changed it."""
        self._logged = {key for key in self._logged if key[0] != target}

    async def store(self, batch: Sequence[Finding | Received]) -> None:
        """Count the findings of a batch; there is no listener yet whose messages could come."""
        self.take([one for one in batch if isinstance(one, Finding)])
