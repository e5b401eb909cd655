"""egov_target_up: whether one of a target's checks brought data."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from typing_extensions import override

from agent.derive.derivation import Derivation, Derived, Facts, Input, Scope, Subject
from collectors.contract import Fact, Json, Method, Observation, Samples, Table
from collectors.facts import CheckOutcome
from inventory.inventory import Inventory


@dataclass(frozen=True, slots=True)
class TargetUp:
    """A fact for other derivations; `up` is None while it is not known."""

    target: str
    up: bool | None


class UpDerivation(Derivation):
    """1: a check brought data last time. 0: every check was tried, and none did.

    A refusal or an ICMP answer is no data. Absent while a check has not ended its first visit or
    its outcome is too old, unless another one brought data: unknown is not down.

    Args:
        checks_of: names the checks that a target has; they are the denominator.
    """

    name = "target_up"
    version = 1
    scope = Scope.TARGET
    reads: frozenset[type[Fact]] = frozenset((CheckOutcome,))

    def __init__(self, checks_of: Callable[[str], Iterable[str]]) -> None:
        """Take the registry's answer to which checks a target has."""
        self._checks_of = checks_of

    @override
    def derive(
        self, subject: Subject, inventory: Inventory, facts: Facts, memory: Json, now: datetime
    ) -> Derived:
        up = _is_up(facts.of(CheckOutcome), self._checks_of(subject.id))
        keys: list[tuple[str, ...]] = [] if up is None else [()]
        values = [] if up is None else [int(up)]
        table = Table("target_up", Method.AGENT, keys, (Samples("egov_target_up", values),))
        fact = TargetUp(subject.id, up)
        return Derived(Observation(subject.id, f"derived.{self.name}", (table,), (fact,)))


def _is_up(inputs: Iterable[Input[CheckOutcome]], checks: Iterable[str]) -> bool | None:
    brought = {one.check: one.facts[-1].brought_data for one in inputs if one.facts is not None}
    if any(brought.values()):
        return True
    wanted = set(checks)
    return False if wanted and wanted <= brought.keys() else None
