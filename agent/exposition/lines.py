"""Writes the samples of one family of one part: text format 0.0.4 as octets.

    name{target="sw-1",site="hq",  cast="unicast",   interface="GE1/0/1"} 42 1700000000123
         content.head              shape.heads       layout.template        stamp

Integers stay integers, floats are the shortest text that reads back as the same number.
"""

import math
from array import array
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, compress
from typing import TypeVar

from agent.store.columns import Column as Values
from agent.store.columns import TextColumn, listed, unpack
from agent.store.content import Part
from agent.store.layout import HEAD, VALUE, Layout, Mask
from agent.store.shape import Shape
from collectors.catalogue import Family
from collectors.contract import Number
from collectors.text import escape_help

Cell = TypeVar("Cell")

_USUAL_OCTETS = 16_384
"""Of the rows of a switch with some 200 ports."""

_REPR = b"} %a\n"
_TEXT = b"} %b\n"


def family_head(name: str, kind: str, text: str) -> bytes:
    """Write HELP and TYPE of a family."""
    return f"# HELP {name} {escape_help(text)}\n# TYPE {name} {kind}\n".encode()


@dataclass(frozen=True, slots=True)
class Column:
    """What is known of a column before its target and its values are.

    Args:
        front: `name{`.
        head: the column's constant labels, a comma behind each.
        index: its place among the columns of its part, or among the texts.
        names: the labels of an `_info` family; None for samples.
    """

    front: bytes
    head: bytes
    index: int
    names: tuple[str, ...] | None = None


def columns_of(family: Family, shape: Shape) -> tuple[Column, ...]:
    """Find the columns of a family in parts of one shape."""
    front = f"{family.name}{{".encode()
    samples = [
        Column(front, shape.heads[index], index) for index in shape.positions.get(family.name, ())
    ]
    texts = [
        Column(front, b"", index, shape.texts[index][1])
        for index in shape.text_positions.get(family.name, ())
    ]
    return (*samples, *texts)


def column_lines(column: Column, head: bytes, part: Part, shown: Mask | None) -> bytes:
    """Write every sample of a column; nothing when it has none.

    Args:
        column: of the shape that the part has.
        head: labels of the target, a comma behind each.
        part: the rows.
        shown: which of them are exposed; None: all.
    """
    start, layout = column.front + head + column.head, part.layout
    if column.names is not None:
        return _info_lines(start, layout, column.names, part.texts[column.index], shown)
    values = part.columns[column.index]
    if shown is None and isinstance(values, bytes) and layout.identity:  # nearly always
        return (layout.template % layout.unpack(values)).replace(HEAD, start)
    return _sample_lines(start, layout, values, shown)


def stamped(lines: bytes, part: Part) -> bytes:
    """Write the time of the observation behind each sample.

    What is replaced by the next one only never gets one: it holds now, and Prometheus drops samples
    of old times.
    """
    if part.expires_s is None:
        return lines
    return lines.replace(b"\n", b" %d\n" % round(part.wall_s * 1000))


def number_text(number: Number) -> bytes:
    """Write one number as the format has it."""
    if isinstance(number, float) and not math.isfinite(number):
        return b"NaN" if math.isnan(number) else b"+Inf" if number > 0 else b"-Inf"
    return b"%a" % number


def _sample_lines(start: bytes, layout: Layout, values: Values, shown: Mask | None) -> bytes:
    numbers, present = unpack(values)
    few = listed(numbers)
    if shown is not None or present is not None:
        layout, few = _narrowed(layout, present, few, shown)
    if isinstance(numbers, bytes):
        text = layout.template % few
    elif isinstance(numbers, array) and all(map(math.isfinite, numbers)):
        text = layout.template.replace(VALUE, _REPR) % few
    else:
        text = layout.template.replace(VALUE, _TEXT) % tuple(map(number_text, few))
    return text.replace(HEAD, start if layout.identity else start.removesuffix(b","))


def _info_lines(
    start: bytes, layout: Layout, names: tuple[str, ...], column: TextColumn, shown: Mask | None
) -> bytes:
    layout, words = _narrowed(layout, column.present, tuple(column.words), shown)
    template_of = _usual_template if len(layout.template) < _USUAL_OCTETS else _info_template
    template = template_of(layout.template, bool(layout.identity), names)
    text = template % tuple(chain.from_iterable(words))
    return text.encode().replace(HEAD, start)


def _info_template(rows: bytes, identity: bool, names: tuple[str, ...]) -> str:
    """Put labels in the place of the value."""
    labels = ",".join(f'{name}="%s"' for name in names)
    comma = "," if identity else ""
    return rows.decode().replace(VALUE.decode(), f"{comma}{labels}}} 1\n")


_usual_template = lru_cache(maxsize=256)(_info_template)
"""Switches of one model have the same rows; no more than 8 MB are kept."""


def _narrowed(
    layout: Layout, present: Mask | None, cells: tuple[Cell, ...], shown: Mask | None
) -> tuple[Layout, tuple[Cell, ...]]:
    """Leave out the holes and the rows that are not shown."""
    if shown is None:
        return layout if present is None else layout.subset(present), cells
    if present is None:
        return layout.subset(shown), tuple(compress(cells, shown))
    both = bytes(here and wanted for here, wanted in zip(present, shown, strict=True))
    return layout.subset(both), tuple(compress(cells, compress(shown, present)))
