"""Makes docs/devices.md out of the profiles: which devices, what is read, how often, at what cost.

    python -m collectors.snmp.devices_page

A test compares the committed page with what this writes, so the two never part.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from collectors.catalogue import Catalogue, load_catalogue
from collectors.snmp.index import PartType
from collectors.snmp.load import Loaded, load_profiles
from collectors.snmp.profile import GENERIC, Column, Match, Profile, TableProfile
from collectors.snmp.schedule import STRUCTURE_S
from collectors.snmp.values import ValueType
from inventory.located import read
from protocols.snmp.session import Limits

PAGE: Final = Path(__file__).parents[2] / "docs" / "devices.md"
PORTS: Final = 52
OTHERS: Final = 8
ENTRIES: Final = 400
_SCALARS_AT_ONCE: Final = 24
_COLUMNS_AT_ONCE: Final = 16
_HEADERS: Final = 48
_VARBIND: Final = 14
_TEXT: Final = 32

_HEAD = f"""\
# Supported devices · 支持的设备

<!-- Made by `python -m collectors.snmp.devices_page` from the profiles; do not edit. -->

`profile: auto` chooses by what a device says it is (sysObjectID, the longest prefix wins, and
sysDescr). A device that no profile knows is read with `generic`: whatever it has of the standard
tables. What a device lacks is asked for again after five minutes and then every hour, so nearly
every device costs less than what stands here.

`profile: auto` 根据设备自报的 sysObjectID（最长前缀优先）和 sysDescr 选择型号文件；未收录的设备按
`generic` 采集标准表。设备没有的表五分钟后再问一次，之后每小时一次，因此实际开销通常低于下表。

Requests are computed for SNMPv2c, {PORTS} interfaces, {ENTRIES} entries in tables that are only
counted, and {OTHERS} rows in every other table, all of it present; names, types and serial numbers
are read at the start, when the device says that something changed, and every
{STRUCTURE_S / 60:.0f} minutes. `egov-agent visit TARGET --transcript` tells what your device is
asked.

A device that is missing, or a table of it: [adding a vendor with a capture](capture.md).
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Requests for the values of a table, and for its names."""

    values: int
    names: int


def page(loaded: Loaded) -> str:
    """Write the whole page."""
    profiles = [one for one in loaded.profiles.by_name.values() if one.matches]
    generic = loaded.profiles.named(GENERIC)
    ordered = [*sorted(profiles, key=lambda one: one.name), generic]
    sections = [_section(one, generic, loaded.catalogue) for one in ordered]
    return "\n".join([_HEAD, "".join(_summary(ordered)), *map("".join, sections)])


def _summary(profiles: Sequence[Profile]) -> Iterator[str]:
    yield "| Profile | Devices | Recognised by | Requests, each visit | Requests, first visit |\n"
    yield "|---|---|---|---:|---:|\n"
    for one in profiles:
        recognised = "<br>".join(map(_match, one.matches)) or "nothing else"
        every = _scalars(one, every_visit=True)
        first = _scalars(one, every_visit=False)
        for table in one.tables:
            cost = cost_of(table)
            every += cost.values if table.every_s is None else 0
            first += cost.values + cost.names
        link = f"[`{one.name}`](#{one.name})"
        yield f"| {link} | {_description(one)} | {recognised} | {every} | {first} |\n"


def _section(one: Profile, generic: Profile, catalogue: Catalogue) -> Iterator[str]:
    yield f"## {one.name}\n\n{_description(one)}\n\n"
    known = {table.name: table for table in generic.tables} if one is not generic else {}
    own = [table for table in one.tables if not _same(table, known.get(table.name))]
    if known:
        yield "Besides what [generic](#generic) reads:\n\n"
    rows = list(_rows(own, catalogue))
    if not rows:
        yield "nothing of its own.\n"
        return
    yield "| Table | What | How often | Values | Names | Requests |\n|---|---|---|---:|---:|---:|\n"
    yield from rows


def _rows(tables: Iterable[TableProfile], catalogue: Catalogue) -> Iterator[str]:
    by_table: dict[str, list[TableProfile]] = {}
    for table in tables:
        if table.gives is not None:
            by_table.setdefault(table.gives, []).append(table)
    for name, members in sorted(by_table.items()):
        costs = [cost_of(one) for one in members]
        values = sum(len(one.columns) - _structures(one) for one in members)
        names = sum(map(_structures, members))
        requests = sum(one.values for one in costs)
        often = " or ".join(dict.fromkeys(_often(one) for one in members))
        what = catalogue.tables[name].help.replace("|", "&#124;")
        yield f"| `{name}` | {what} | {often} | {values} | {names} | {requests} |\n"


def cost_of(table: TableProfile) -> Cost:
    """Compute the requests of one table, in the way that a walk makes them."""
    if table.scalar:
        return Cost(0, 0)
    values = [one for one in table.columns.values() if not one.structure]
    values = [one for one in values if one.name not in table.later]
    names = [one for one in table.columns.values() if one.structure]
    rows = _row_count(table)
    return Cost(_requests(values, rows), _requests(names, rows))


def _requests(columns: Sequence[Column], rows: int) -> int:
    """Count requests: several columns of a short table in one, a long column over several."""
    room = Limits().reply_octets - _HEADERS
    found, left, beside = 0, 0.0, 0
    for column in columns:
        octets = (rows + 1) * (_VARBIND + len(column.oid) + _width(column))
        if octets <= left and beside < _COLUMNS_AT_ONCE:
            left -= octets
            beside += 1
            continue
        found += -(-octets // room)
        left, beside = (room - octets, 1) if octets <= room else (0.0, 0)
    return found


def _width(column: Column) -> int:
    return _TEXT if column.type is ValueType.TEXT else 0


def _row_count(table: TableProfile) -> int:
    if any(part.type is PartType.REST for part in table.index):
        return ENTRIES
    return PORTS if table.gives == "interface" else OTHERS


def _scalars(one: Profile, *, every_visit: bool) -> int:
    """Count the requests for scalars: the clock, changes, and the tables without an index."""
    tables = [table for table in one.tables if not every_visit or table.every_s is None]
    found = {name for table in tables for name in (*table.changed, *table.running)}
    for table in tables:
        if table.scalar:
            found |= {column.oid for column in table.columns.values()}
    return -(-(len(found) + 3) // _SCALARS_AT_ONCE)


def _structures(table: TableProfile) -> int:
    return sum(column.structure for column in table.columns.values())


def _often(table: TableProfile) -> str:
    if table.every_s is None:
        return "each visit"
    return f"{table.every_s / 60:.0f} min" if table.every_s >= 60 else f"{table.every_s:.0f} s"  # noqa: PLR2004 - a minute


def _same(one: TableProfile, other: TableProfile | None) -> bool:
    return other is not None and one.columns == other.columns and one.gives == other.gives


def _match(match: Match) -> str:
    parts = [f"`{match.prefix}`"] if match.prefix else []
    if match.description is not None:
        pattern = match.description.pattern.replace("|", "&#124;")
        parts.append(f"sysDescr <code>{pattern}</code>")
    return ", ".join(parts)


def _description(one: Profile) -> str:
    node = read(Path(one.source)).get("description") if one.source else None
    return str(node.value).replace("|", "&#124;") if node is not None else ""


if __name__ == "__main__":
    PAGE.write_text(page(load_profiles(load_catalogue())), encoding="utf-8")
