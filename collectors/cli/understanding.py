"""Makes rows of an answer, and says what of it could not be understood."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from collectors.cli.masking import masked
from collectors.cli.profile import Command, Value
from collectors.cli.templates import Row
from collectors.cli.values import Unfit, made
from collectors.contract import Number

_SHOWN = 60
_DIGITS = 9
"""Of the device's own count of rows; more rows than that fit into no answer."""


@dataclass(slots=True)
class Measured:
    """The values of one row, by family."""

    metrics: dict[str, Number | None] = field(default_factory=dict)
    info: dict[str, tuple[str, ...] | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Understood:
    """The rows that one command brought, by identity; `missed` says why they are not all."""

    command: Command
    rows: Mapping[tuple[str, ...], Measured]
    missed: str = ""


def understood(
    command: Command, answer: str, platform: str, names: Mapping[str, str] = MappingProxyType({})
) -> Understood:
    """Read an answer as its profile says; a row without identity is a line not understood.

    Args:
        names: what `command.names` told.
    """
    read = command.reader.read(answer)
    strange = list(read.unexplained)
    rows: dict[tuple[str, ...], Measured] = {}
    count = twice = 0
    for row in read.rows:
        if _skipped(command, row):
            continue
        row = _named(command, row, names)  # noqa: PLW2901  the same row
        count += 1
        try:
            key = _key(command, row, platform)
        except Unfit as error:
            strange.append(str(error))
            continue
        one = _measured(command, row, platform, strange)
        former = rows.get(key)
        if former is None:
            rows[key] = one
        elif command.merge == "sum":
            _add(former, one)
        else:
            twice += 1
    return Understood(command, rows, _missed(command, answer, count, twice, strange))


def _skipped(command: Command, row: Row) -> bool:
    return bool(command.skip) and all(
        pattern.search(row.get(column, "")) for column, pattern in command.skip.items()
    )


def _named(command: Command, row: Row, names: Mapping[str, str]) -> Row:
    if command.names is None or not names:
        return row
    column = command.names.column
    return {**row, column: names.get(row.get(column, ""), row.get(column, ""))}


def _key(command: Command, row: Row, platform: str) -> tuple[str, ...]:
    return tuple(_label(value, row, platform) for value in command.labels)


def _label(value: Value, row: Row, platform: str) -> str:
    found = made(value, row, platform)
    if found is None and value.constant is None and not value.absent:
        raise Unfit(f"a row without {'/'.join(value.columns)}")
    return "" if found is None else str(found)


def _measured(command: Command, row: Row, platform: str, strange: list[str]) -> Measured:
    one = Measured()
    for family, value in command.metrics.items():
        try:
            one.metrics[family] = 1 if value is None else _numeric(made(value, row, platform))
        except Unfit as error:
            strange.append(f"{family}: {error}")
            one.metrics[family] = None
    for family, values in command.info.items():
        try:
            one.info[family] = tuple(str(made(each, row, platform) or "") for each in values)
        except Unfit as error:
            strange.append(f"{family}: {error}")
            one.info[family] = None
    return one


def _numeric(found: str | Number | None) -> Number | None:
    if isinstance(found, str):
        raise Unfit(f"{found!r} is no number")
    return found


def _add(former: Measured, one: Measured) -> None:
    for family, value in one.metrics.items():
        before = former.metrics.get(family)
        former.metrics[family] = value if before is None else before + (value or 0)


def _missed(command: Command, answer: str, count: int, twice: int, strange: list[str]) -> str:
    """Say in one line what is missing; "" when nothing is."""
    parts = []
    if strange:
        first = masked(" ".join(strange[0].split()))[:_SHOWN]
        parts.append(f"{len(strange)} lines not understood, the first: {first!r}")
    if twice:
        parts.append(f"{twice} rows have the identity of another")
    if command.total is not None:
        texts = [one[1] for one in command.total.finditer(answer)]
        totals = [int(one[: _DIGITS + 1]) for one in texts]
        if totals and sum(totals) != count:
            parts.append(f"{count} rows, the device counts {sum(totals)}")
    return "; ".join(parts)
