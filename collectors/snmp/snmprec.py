"""Lines of a .snmprec file, as snmpsim reads them: `OID|tag|value`, one object each, sorted.

The tag is that of BER in decimal, with an `x` where the value stands in hexadecimal.
"""

from collections.abc import Iterable
from typing import NamedTuple

from protocols.snmp import ber, oid, varbinds
from protocols.snmp.varbinds import VarBind

Name = tuple[int, ...]
"""Sub-identifiers."""


class Row(NamedTuple):
    """One object; `value` is a number, or the contents octets of any other type."""

    name: Name
    tag: int
    value: int | bytes


def row(found: VarBind) -> Row | None:
    """Return the row of a varbind; None where the agent has no value.

    Raises:
        Malformed: its name is none.
    """
    if found.value is None:
        return None
    return Row(tuple(map(int, oid.decode(found.oid).split("."))), found.tag, found.value)


def lines(rows: Iterable[Row]) -> Iterable[str]:
    """Write rows in the order of their names; of equal names the first."""
    former: Name = ()
    for one in sorted(rows, key=lambda row: row.name):
        if one.name != former:
            yield line(one)
        former = one.name


def line(one: Row) -> str:
    """Write one row, without a line feed."""
    tag, value = _written(one.tag, one.value)
    return f"{dotted(one.name)}|{tag}|{value}"


def dotted(name: Name) -> str:
    """Write a name."""
    return ".".join(map(str, name))


def _written(tag: int, value: int | bytes) -> tuple[str, str]:
    if isinstance(value, int):
        known = tag if tag != ber.UINTEGER32 else ber.GAUGE32  # snmpsim knows no UInteger32
        return str(known if tag in varbinds.INTEGERS else ber.INTEGER), str(value)
    if tag == ber.OBJECT_IDENTIFIER:
        return str(tag), oid.decode(value)
    if tag == ber.OCTET_STRING and _plain(value):
        return str(tag), value.decode()
    return f"{tag}x", value.hex()


def _plain(value: bytes) -> bool:
    """Say whether octets survive in a line: printable ASCII, no space at the ends."""
    return value.isascii() and value.decode().isprintable() and value == value.strip()
