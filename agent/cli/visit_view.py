"""Shows an observation in a terminal: one grid a table, split where the terminal is too narrow."""

import json
from collections.abc import Iterator, Mapping, Sequence

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from collectors.contract import Number, Observation, Samples, Table
from texts import gettext as _
from texts import ngettext

CELL = 12  # columns of a terminal that a family takes: some less, the Counter64 of a busy port more


def show(observation: Observation, identity: Mapping[str, Sequence[str]], console: Console) -> None:
    """Print every table of `observation`, then what was missed.

    Args:
        identity: the identity label names of each table, from the catalogue.
    """
    for table in observation.tables:
        _show_table(table, identity.get(table.name, ()), console)
    for failure in observation.failures:
        detail = f" ({failure.detail})" if failure.detail else ""
        text = f"{failure.table}: {failure.reason}{detail} {failure.text}"
        word = _("missed")
        console.print(f"[yellow]{word}:[/yellow] {escape(text)}")


def as_json(observation: Observation, identity: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Yield one JSON object a row: table, method, labels, values by family."""
    for table in observation.tables:
        names = identity.get(table.name, ())
        for index, key in enumerate(table.keys):
            row = {
                "target": observation.target,
                "table": table.name,
                "method": str(table.method),
                "complete": table.complete,
                "labels": dict(zip(names, key, strict=False)),
                "values": _values(table, index),
                "texts": _texts(table, index),
            }
            yield json.dumps(row, ensure_ascii=False)
    for failure in observation.failures:
        missed = {
            "target": observation.target,
            "table": failure.table,
            "reason": str(failure.reason),
            "detail": str(failure.detail),
            "text": failure.text,
        }
        yield json.dumps(missed, ensure_ascii=False)


def _show_table(table: Table, names: Sequence[str], console: Console) -> None:
    state = _("complete") if table.complete else _("incomplete")
    console.print(
        f"[bold]{escape(table.name)}[/bold] · {table.method} · "
        + ngettext("{count} row", "{count} rows", len(table.keys)).format(count=len(table.keys))
        + f" · {state}",
    )
    columns = [*_number_columns(table), *_text_columns(table)]
    room = max(1, (console.width - 4 - sum(_width(table, names))) // (CELL + 3))
    for start in range(0, max(len(columns), 1), room):
        console.print(_grid(table, names, columns[start : start + room]))


def _grid(table: Table, names: Sequence[str], columns: Sequence[tuple[str, list[str]]]) -> Grid:
    grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in names:
        grid.add_column(escape(name), no_wrap=True, style="cyan")
    for head, _cells in columns:
        grid.add_column(escape(head), justify="right", overflow="fold", max_width=40)
    for index, key in enumerate(table.keys):
        cells = [cells[index] for _head, cells in columns]
        grid.add_row(*(escape(text) for text in (*key, *cells)))
    return grid


def _number_columns(table: Table) -> Iterator[tuple[str, list[str]]]:
    shared = _shared_words([samples.family for samples in table.samples])
    for samples in table.samples:
        yield (
            _head(samples, shared),
            ["" if value is None else _number(value) for value in samples.values],
        )


def _text_columns(table: Table) -> Iterator[tuple[str, list[str]]]:
    for text in table.texts:
        for place, name in enumerate(text.names):
            yield name, ["" if row is None else row[place] for row in text.values]


def _shared_words(families: Sequence[str]) -> int:
    """Count the leading words that all families share and that a head can spare."""
    words = [family.split("_") for family in families]
    if len(set(families)) == 1:
        return 1
    shared = 0
    for column in zip(*words, strict=False):
        if len(set(column)) > 1:
            break
        shared += 1
    return min([shared, *(len(one) - 1 for one in words)])


def _head(samples: Samples, shared: int) -> str:
    words = samples.family.removesuffix("_total").split("_")
    labels = [value for _name, value in samples.labels]
    return " ".join([*(words[shared:] or words[-1:]), *labels])


def _number(value: Number) -> str:
    return str(value) if isinstance(value, int) else f"{value:.6g}"


def _width(table: Table, names: Sequence[str]) -> Iterator[int]:
    for place, name in enumerate(names):
        yield max([len(name), *(len(key[place]) for key in table.keys)]) + 2


def _values(table: Table, index: int) -> dict[str, Number]:
    row: dict[str, Number] = {}
    for samples in table.samples:
        if (value := samples.values[index]) is not None:
            labels = ",".join(f"{name}={text}" for name, text in samples.labels)
            row[f"{samples.family}{{{labels}}}" if labels else samples.family] = value
    return row


def _texts(table: Table, index: int) -> dict[str, str]:
    row: dict[str, str] = {}
    for text in table.texts:
        if (values := text.values[index]) is not None:
            row.update(zip(text.names, values, strict=True))
    return row
