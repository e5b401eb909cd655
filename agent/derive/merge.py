"""Joins what a derivation says of many sites or nodes into one table that stands with the agent."""

from collections.abc import Iterable

from collectors.contract import Labels, Method, Number, Observation, Samples, Table, Texts

AGENT = ""


def merged(observations: Iterable[Observation]) -> Observation:
    """Join observations of one derivation: tables of the same name become one, row under row."""
    every = list(observations)
    tables: dict[tuple[str, Method], list[Table]] = {}
    for observation in every:
        for table in observation.tables:
            tables.setdefault((table.name, table.method), []).append(table)
    check = every[0].check if every else "derived"
    return Observation(AGENT, check, tuple(_joined(some) for some in tables.values()))


def _joined(tables: list[Table]) -> Table:
    keys = [key for table in tables for key in table.keys]
    samples: dict[tuple[str, Labels], list[Number | None]] = {}
    texts: dict[tuple[str, tuple[str, ...]], list[tuple[str, ...] | None]] = {}
    start = 0
    for table in tables:
        end = start + len(table.keys)
        for column in table.samples:
            samples.setdefault((column.family, column.labels), [None] * len(keys))[start:end] = (
                column.values
            )
        for text in table.texts:
            texts.setdefault((text.family, text.names), [None] * len(keys))[start:end] = text.values
        start = end
    return Table(
        tables[0].name,
        tables[0].method,
        keys,
        tuple(Samples(family, values, labels) for (family, labels), values in samples.items()),
        tuple(Texts(family, names, values) for (family, names), values in texts.items()),
        complete=all(table.complete for table in tables),
    )
