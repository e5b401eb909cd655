"""The small language in which a profile says how a value is made of columns.

    ifHighSpeed * 125000 if ifHighSpeed > 0 else absent
    interfaces(ifIndex).interface
    hrStorageUsed / hrStorageSize

A formula is parsed once, when the profile is compiled, into functions over whole columns; nothing
is evaluated as Python, so a profile can compute and do nothing else. Every value may be absent
(None): arithmetic and comparisons with an absent operand are absent, `and` and `or` are decided by
the operand that is there when it decides, and a condition that is absent does not hold. A division
by zero, or a logarithm of what has none, is absent too.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

Cell = int | float | str | bool | tuple[float | None, ...] | None
Cells = Sequence[Cell]


class Kind(StrEnum):
    """What a column of cells holds."""

    NUMBER = "number"
    TEXT = "text"
    TRUTH = "truth"
    NUMBERS = "numbers"
    ABSENT = "absent"


class Rows(Protocol):
    """The rows that a formula runs over, and the way to the rows of other tables."""

    @property
    def count(self) -> int:
        """How many rows there are."""

    def column(self, name: str) -> Cells:
        """Return the cells of one name, one for each row."""

    def other(self, table: str, by: tuple[str, ...], field: str) -> Mapping[Cell, Cell]:
        """Return `field` of another table by the cells of `by`: a tuple of them unless it is one.

        An empty `by` means the index of that table, by the first name of each of its parts.
        """

    def size(self, table: str) -> int | None:
        """Return how many rows the device has in another table; None while that is not known."""

    def context(self, function: str) -> Callable[..., Cell]:
        """Return a function that knows the device: its clock, its entry in the inventory."""


class Names(Protocol):
    """What the compiler knows while it reads a formula."""

    def kind(self, name: str) -> Kind | None:
        """Say what a name of this table holds, or None when there is no such name."""

    def known(self) -> Sequence[str]:
        """List the names, for the nearest valid one."""

    def other(self, table: str, by: Sequence[str], field: str, arity: int) -> Kind:
        """Say what `field` of another table holds; FormulaError when that leads nowhere."""


class FormulaError(Exception):
    """A formula that cannot be compiled; the text is for the writer of the profile."""


Evaluate = Callable[[Rows], Cells]


SIZE = ""
"""The field of a Lookup that asks for nothing but the number of rows."""


@dataclass(frozen=True, slots=True)
class Lookup:
    """One way from a formula into another table."""

    table: str
    by: tuple[str, ...]
    field: str


@dataclass(frozen=True, slots=True)
class Formula:
    """A compiled formula.

    Args:
        names: what it reads of its own table, in the order of reading.
        plain: it is a bare name, and its cells are the column itself.
    """

    text: str
    kind: Kind
    names: tuple[str, ...]
    lookups: tuple[Lookup, ...]
    evaluate: Evaluate
    plain: bool = False
