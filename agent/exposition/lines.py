"""Writes the samples of one family of one part: text format 0.0.4 as octets.

    name{target="sw-1",site="hq",  cast="unicast",   interface="GE1/0/1"} 42 1700000000123
         content.head              shape.heads       layout.template        stamp

Integers stay integers, floats are the shortest text that reads back as the same number.
"""

import math
from array import array
from itertools import chain, compress
from typing import TypeVar

from agent.store.columns import Column, TextColumn, listed, unpack
from agent.store.content import Part
from agent.store.layout import HEAD, VALUE, Layout, Mask
from collectors.catalogue import Family
from collectors.contract import Number
from collectors.text import escape_help

Cell = TypeVar("Cell")

_REPR = b"} %a\n"
_TEXT = b"} %b\n"


def family_head(name: str, kind: str, text: str) -> bytes:
    """Write HELP and TYPE of a family."""
    return f"# HELP {name} {escape_help(text)}\n# TYPE {name} {kind}\n".encode()


def family_lines(
    family: Family, head: bytes, part: Part, shown: Mask | None, *, timestamps: bool
) -> bytes:
    """Write every sample of a family in one part; nothing when the part has none.

    Args:
        family: a column of the part's table.
        head: labels of the target, a comma behind each.
        part: the rows.
        shown: which of them are exposed; None: all.
        timestamps: write the time of the observation. What is replaced by the next one only never
            gets one: it holds now, and Prometheus drops samples of old times.
    """
    shape, layout = part.shape, part.layout
    start = b"%b{%b" % (family.name.encode(), head)
    if family.name in shape.positions:
        lines = [
            _sample_lines(start + shape.heads[index], layout, part.columns[index], shown)
            for index in shape.positions[family.name]
        ]
    elif family.name in shape.text_positions:
        lines = [
            _info_lines(start, layout, shape.texts[index][1], part.texts[index], shown)
            for index in shape.text_positions[family.name]
        ]
    else:
        return b""
    text = lines[0] if len(lines) == 1 else b"".join(lines)
    if timestamps and part.expires_s is not None:
        text = text.replace(b"\n", b" %d\n" % round(part.wall_s * 1000))
    return text


def number_text(number: Number) -> bytes:
    """Write one number as the format has it."""
    if isinstance(number, float) and not math.isfinite(number):
        return b"NaN" if math.isnan(number) else b"+Inf" if number > 0 else b"-Inf"
    return b"%a" % number


def _sample_lines(start: bytes, layout: Layout, column: Column, shown: Mask | None) -> bytes:
    numbers, present = unpack(column)
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
    labels = ",".join(f'{name}="%s"' for name in names)
    comma = "," if layout.identity else ""
    template = layout.template.decode().replace(VALUE.decode(), f"{comma}{labels}}} 1\n")
    text = template % tuple(chain.from_iterable(words))
    return text.encode().replace(HEAD, start)


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
