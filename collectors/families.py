"""What the catalogue declares: metric families and the tables that they are columns of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from collectors.contract import Method


class FamilyType(StrEnum):
    """TYPE of the exposition; what is polled is a counter or a gauge."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Scope(StrEnum):
    """Where a table is exposed: on the page of its target, or with the agent."""

    TARGET = "target"
    AGENT = "agent"


@dataclass(frozen=True, slots=True)
class TableSpec:
    """A table: what is measured together, row by row, and comes from one method at a time.

    Args:
        identity: label names by which every method knows a row; `Table.keys` has their order.
        preferred: whose row wins where two methods know it.
        fact: the dataclass of `collectors.facts` that derivations read, if any.
    """

    name: str
    identity: tuple[str, ...]
    preferred: Method = Method.SNMP
    scope: Scope = Scope.TARGET
    fact: str | None = None
    help: str = ""
    help_zh: str = ""


@dataclass(frozen=True, slots=True)
class Family:
    """A metric family, a column of its table.

    Args:
        labels: every label beyond target and site, the table's identity first.
        extra: those of them that are not the table's identity; `Samples.labels` and `Texts.names`
            bring exactly these, in this order.
        unit: the base unit at the end of the name, before `_total`; "" for plain numbers.
        values: closed lists of label values, of which all members are always there.
        help: HELP of the exposition; `help_zh` is the documentation's.
    """

    name: str
    type: FamilyType
    table: str
    labels: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    unit: str = ""
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    help: str = ""
    help_zh: str = ""

    @property
    def is_info(self) -> bool:
        """Tell text, whose sample is always 1, from a measurement."""
        return self.name.endswith("_info")
