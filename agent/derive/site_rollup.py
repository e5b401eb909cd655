"""egov_site_targets: how many targets of a site and of all below it are up, down, unknown."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from typing_extensions import override

from agent.derive.derivation import Derivation, Derived, Facts, Scope, Subject
from agent.derive.target_up import TargetUp
from collectors.contract import Fact, Json, Method, Observation, Samples, Table
from inventory.inventory import Inventory

STATES: dict[bool | None, str] = {True: "up", False: "down", None: "unknown"}


@dataclass(frozen=True, slots=True)
class SiteTargets:
    """A fact about a site, for the status page; `target` is the site's id."""

    target: str
    up: int
    down: int
    unknown: int


class SiteRollup(Derivation):
    """Counts over the subtree; the three states add up to the inventory's number of targets."""

    name = "site_rollup"
    version = 1
    scope = Scope.SITE
    reads: frozenset[type[Fact]] = frozenset((TargetUp,))

    @override
    def derive(
        self, subject: Subject, inventory: Inventory, facts: Facts, memory: Json, now: datetime
    ) -> Derived:
        counts = Counter(one.facts[-1].up for one in facts.of(TargetUp) if one.facts)
        counts[None] = len(subject.targets) - counts[True] - counts[False]
        keys = [(subject.id, state) for state in STATES.values()]
        samples = Samples("egov_site_targets", [counts[up] for up in STATES])
        table = Table("site_targets", Method.AGENT, keys, (samples,))
        fact = SiteTargets(subject.id, counts[True], counts[False], counts[None])
        return Derived(Observation("", f"derived.{self.name}", (table,), (fact,)))
