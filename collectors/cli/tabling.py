"""Joins what commands brought to tables, and makes facts of those that are complete."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields

from collectors.catalogue import Catalogue, TableSpec
from collectors.cli.understanding import Measured, Understood
from collectors.contract import Fact, Known, Method, Number, Samples, Table, Texts
from collectors.facts import FACTS

_FAMILY_OF: Mapping[tuple[str, str], str] = {
    ("Ipv6Forwarding", "forwarding"): "egov_ipv6_forwarding",
    ("Ipv6DefaultRoute", "present"): "egov_ipv6_default_route",
}
"""Where a field of a fact is not the last word of its family."""

_INTERVALS = 2
"""A sample older than two intervals is not exposed."""


@dataclass(frozen=True, slots=True)
class Tabled:
    """The tables, the facts of the complete ones, and the types that are thereby known."""

    tables: tuple[Table, ...]
    facts: tuple[Fact, ...]
    known: tuple[Known, ...]


def tabled(
    target: str,
    brought: Iterable[Understood],
    broken: frozenset[str],
    catalogue: Catalogue,
    interval_s: float,
) -> Tabled:
    """Join by table; one of whose commands failed (`broken`) is not complete."""
    parts: dict[str, list[Understood]] = {}
    for one in brought:
        parts.setdefault(one.command.gives, []).append(one)
    tables: list[Table] = []
    facts: list[Fact] = []
    known: list[Known] = []
    for name, some in parts.items():
        every_s = max([interval_s, *(one.command.interval_s or 0 for one in some)])
        whole = name not in broken and not any(one.missed for one in some)
        every = all(one.command.lists == "all" for one in some)
        table = _table(name, some, complete=whole and every, lifetime_s=_INTERVALS * every_s)
        tables.append(table)
        spec = catalogue.tables[name]
        if whole and spec.fact is not None:
            facts += _facts(target, table, spec)
            known += [Known(FACTS[spec.fact], _INTERVALS * every_s)] if every else []
    return Tabled(tuple(tables), tuple(facts), tuple(known))


def _table(name: str, some: Sequence[Understood], *, complete: bool, lifetime_s: float) -> Table:
    rows: dict[tuple[str, ...], Measured] = {}
    for one in some:
        for key, row in one.rows.items():
            rows.setdefault(key, row)
    metrics = dict.fromkeys(family for one in some for family in one.command.metrics)
    infos = dict.fromkeys(family for one in some for family in one.command.info)
    return Table(
        name,
        Method.CLI,
        tuple(rows),
        tuple(
            Samples(family, [row.metrics.get(family) for row in rows.values()])
            for family in metrics
        ),
        tuple(
            Texts(family, _names(family, some), [row.info.get(family) for row in rows.values()])
            for family in infos
        ),
        complete=complete,
        lifetime_s=lifetime_s,
    )


def _names(family: str, some: Sequence[Understood]) -> tuple[str, ...]:
    return next(one.command.info_names[family] for one in some if family in one.command.info)


def _facts(target: str, table: Table, spec: TableSpec) -> Iterable[Fact]:
    """Make a fact a row: its fields are labels, further labels, or the families' last words."""
    kind = FACTS[spec.fact or ""]
    columns = _columns(table, spec, kind.__name__)
    for place in range(len(table.keys)):
        values: dict[str, str | int | bool] = {"target": target}
        for one in fields(kind):  # type: ignore[arg-type]  # every fact is a dataclass
            if one.name == "target" or (one.name not in columns and one.default is not MISSING):
                continue
            found = columns[one.name][place] if one.name in columns else None
            values[one.name] = _typed(found, one.type)
        yield kind(**values)


def _columns(
    table: Table, spec: TableSpec, fact: str
) -> Mapping[str, Sequence[str | Number | None]]:
    columns: dict[str, Sequence[str | Number | None]] = {}
    for samples in table.samples:
        columns[samples.family.removeprefix(f"egov_{table.name}_")] = samples.values
        for (kind, name), family in _FAMILY_OF.items():
            if kind == fact and family == samples.family:
                columns[name] = samples.values
    for texts in table.texts:
        for index, name in enumerate(texts.names):
            columns[name] = [one[index] if one else "" for one in texts.values]
    for index, name in enumerate(spec.identity):
        columns[name] = [key[index] for key in table.keys]
    return columns


def _typed(found: str | Number | None, kind: object) -> str | int | bool:
    match kind:
        case _ if kind is bool:
            return bool(found)
        case _ if kind is int:
            return int(found or 0)
        case _:
            return "" if found is None else str(found)
