"""Typed facts that derivations read: frozen dataclasses that name the target they are about.

A catalogue table with `fact: <name>` makes facts of the class of that name, which is listed in
FACTS; other tables make none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from collectors.contract import Fact


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """How the last visit of one check of a target ended.

    Args:
        brought_data: at least one table came; an ICMP answer or a refusal is none.
        refused: the target answered and would not talk to us (wrong user, wrong key, no view).
    """

    target: str
    check: str
    brought_data: bool
    refused: bool


FACTS: Mapping[str, type[Fact]] = MappingProxyType({CheckOutcome.__name__: CheckOutcome})
"""Every class that `fact:` of a table may name."""
