"""What several checks of one target say of the same kind of thing, put together row by row."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from agent.derive.derivation import Input
from collectors.contract import Fact

F = TypeVar("F", bound=Fact)

Key = tuple[str, ...]
"""The identity of a row, as the catalogue has it."""

FIRST = "snmp"
"""The method whose row wins."""


@dataclass(frozen=True, slots=True)
class Joined(Generic[F]):
    """Facts by key, as the store joins rows: SNMP's own, then those that only the others know.

    Args:
        rows: whole facts; none mixes two methods. A row yields where another knows better.
        tellers: the checks that told a row.
        known: the checks whose table was seen complete and is fresh; that something is not in any
            of them is knowledge. Where none is known, nothing is.
    """

    rows: Mapping[Key, F] = field(default_factory=dict)
    tellers: Mapping[Key, tuple[str, ...]] = field(default_factory=dict)
    known: frozenset[str] = frozenset()


def joined(
    inputs: Iterable[Input[F]],
    key: Callable[[F], Key],
    yields: Callable[[F, F], bool] = lambda _row, _other: False,
) -> Joined[F]:
    """Join the inputs of one target and one type; an expired one tells nothing.

    Args:
        yields: says whether a row gives way to another method's row of the same key.
    """
    rows: dict[Key, F] = {}
    tellers: dict[Key, tuple[str, ...]] = {}
    known: list[str] = []
    for one in sorted(inputs, key=_rank):
        if one.facts is None:
            continue
        known.append(one.check)
        for fact in one.facts:
            name = key(fact)
            if name not in rows or yields(rows[name], fact):
                rows[name] = fact
            tellers[name] = (*tellers.get(name, ()), one.check)
    return Joined(rows, tellers, frozenset(known))


def first_known(inputs: Iterable[Input[F]]) -> F | None:
    """Return the fact of a kind of which a device has one: SNMP's, else another check's."""
    told = (one.facts[-1] for one in sorted(inputs, key=_rank) if one.facts)
    return next(told, None)


def _rank(one: Input[F]) -> bool:
    return one.check != FIRST
