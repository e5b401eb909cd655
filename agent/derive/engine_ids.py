"""egov_device_engine_id_shared: targets whose SNMP engine id is another target's as well.

RFC 3411 section 3.1.1.1 wants engine ids unique. Switches that were cloned from one configuration
have the same one, and then v3 managers that keep one clock per engine id lock themselves out of
one after the other. We keep a clock for each target, so both are polled; here it is said.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from typing_extensions import override

from agent.derive.derivation import Derivation, Derived, Facts, Scope, Subject
from collectors.contract import (
    Fact,
    Finding,
    Json,
    Method,
    Observation,
    Samples,
    Severity,
    Table,
)
from collectors.facts import EngineId
from inventory.inventory import Inventory

KIND = "auth.insecure"
"""Of the closed list of kinds: keys are localised to an engine id (RFC 3414 section 2.6), so a key
that leaks from one of the devices is the other's as well."""

_NAMED = 5
"""Other targets that the finding names; cloned switches come by the dozen."""

Shared = Mapping[str, str]
"""Engine ids by target."""


class EngineIds(Derivation):
    """Says it of targets that share an engine id now, or did since the state began.

    A target in the inventory twice, by two of its addresses, shares one with itself; no metric can
    tell that from two devices, so the finding names both.
    """

    name = "engine_ids"
    version = 1
    scope = Scope.ALL
    reads: frozenset[type[Fact]] = frozenset((EngineId,))

    @override
    def derive(
        self, subject: Subject, inventory: Inventory, facts: Facts, memory: Json, now: datetime
    ) -> Derived:
        former = _read(memory)
        ids = _ids(subject, facts, former)
        owners: dict[str, list[str]] = {}
        for target, engine_id in ids.items():
            owners.setdefault(engine_id, []).append(target)
        shared = {
            target: engine_id
            for engine_id, targets in owners.items()
            if len(targets) > 1
            for target in targets
        }
        known = sorted({*former, *shared}.intersection(subject.targets))
        return Derived(
            Observation("", f"derived.{self.name}"),
            memory={target: shared.get(target, "") for target in known},
            others=tuple(
                self._said(target, shared.get(target), former.get(target), owners, now)
                for target in known
            ),
        )

    def _said(
        self,
        target: str,
        engine_id: str | None,
        former: str | None,
        owners: Mapping[str, Sequence[str]],
        now: datetime,
    ) -> Observation:
        samples = (Samples("egov_device_engine_id_shared", (int(engine_id is not None),)),)
        findings: tuple[Finding, ...] = ()
        if engine_id is not None and engine_id != former:
            text = _text(target, engine_id, owners[engine_id])
            findings = (Finding(KIND, target, Severity.WARNING, text, now),)
        table = Table("device_engine_id", Method.AGENT, ((),), samples)
        return Observation(target, f"derived.{self.name}", (table,), findings=findings)


def _ids(subject: Subject, facts: Facts, former: Shared) -> dict[str, str]:
    """Return the engine id of each target; one that is silent still has the one that it shared."""
    ids = {one.target: one.facts[-1].engine_id for one in facts.of(EngineId) if one.facts}
    silent = {target for target, one in former.items() if one and target not in ids}
    return ids | {target: former[target] for target in silent.intersection(subject.targets)}


def _text(target: str, engine_id: str, owners: Sequence[str]) -> str:
    others = [one for one in owners if one != target]
    names = ", ".join(others[:_NAMED])
    more = f" and {len(others) - _NAMED} more" if len(others) > _NAMED else ""
    return f"duplicate engineID {engine_id}, shared with {names}{more}"


def _read(memory: Json) -> Shared:
    found = memory if isinstance(memory, Mapping) else {}
    return {target: one for target, one in found.items() if isinstance(one, str)}
