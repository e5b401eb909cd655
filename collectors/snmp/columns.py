"""Compiles what a table is read from: its index and its columns."""

from collections.abc import Iterable, Mapping

from collectors.snmp.index import IndexPart, PartType
from collectors.snmp.names import CONTEXT, KEPT, Report
from collectors.snmp.profile import Column
from collectors.snmp.schema import ColumnShape, TableShape, seconds
from collectors.snmp.values import ValueType
from protocols.snmp import oid
from texts import gettext as _

_SIZED = (PartType.STRING, PartType.OID)


def index_of(shape: TableShape, report: Report) -> tuple[IndexPart, ...]:
    """Compile the index; a table without one is a group of scalars."""
    parts = tuple(
        IndexPart(name, PartType(part.type), part.length, part.implied)
        for name, part in shape.index.items()
    )
    for part in parts:
        if (part.length is not None or part.implied) and part.type not in _SIZED:
            report(_("only a string or an OID has a length"), ("index", part.name))
    for part in parts[:-1]:
        if part.implied:
            report(_("only the last part may be implied"), ("index", part.name))
    return parts


def columns_of(
    shape: TableShape, parts: tuple[IndexPart, ...], report: Report
) -> Mapping[str, Column]:
    """Compile structure and value columns, in the order of the file."""
    columns: dict[str, Column] = {}
    taken = {name for part in parts for name in part.names}
    taken |= {*CONTEXT, KEPT, *shape.fields, *shape.labels}
    for section, name, column in _both(shape):
        if name in taken or name in columns:
            report(_("this name is taken"), (section, name))
        if not parts and not column.oid.endswith(".0"):
            report(_("a scalar's OID ends in .0"), (section, name))
        if column.every is not None and section == "values":
            report(_("values are read whenever the table is"), (section, name, "every"))
        columns[name] = _column(name, column, section)
    for name in shape.fields:
        if name in shape.labels or any(name in part.names for part in parts):
            report(_("this name is taken"), ("fields", name))
    if not columns:
        report(_("reads no column"), ())
    return columns


def _both(shape: TableShape) -> Iterable[tuple[str, str, ColumnShape]]:
    for name, column in shape.structure.items():
        yield "structure", name, column
    for name, column in shape.values.items():
        yield "values", name, column


def _column(name: str, shape: ColumnShape, section: str) -> Column:
    return Column(
        name,
        oid.encode(shape.oid),
        ValueType(shape.as_),
        structure=section == "structure",
        every_s=seconds(shape.every) if shape.every else None,
        absent=frozenset(shape.absent),
    )
