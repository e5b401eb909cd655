"""What the columns of a device hold, as far as it matters to whoever must not learn it.

The standard MIBs are listed here; of vendors' columns the profiles tell: a column that makes the
model or the version is the maker's text, one that makes a component or an interface is a part's
name, one that makes a serial number is an identity. Text of a column that nobody knows is mapped.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from collectors.catalogue import Catalogue
from collectors.snmp.index import IndexPart, PartType
from collectors.snmp.profile import Column, Expression, Profile, Profiles, TableProfile
from collectors.snmp.values import ValueType
from protocols.snmp import oid

Name = tuple[int, ...]
"""Sub-identifiers."""


class Role(IntEnum):
    """What a column holds; of two the higher one counts."""

    UNKNOWN = 0
    DESCRIPTION = 1
    INTERFACE = 2
    PART = 3
    NUMBER = 4
    DATE = 5
    BITS = 6
    ADDRESS = 7
    MAC = 8
    ENGINE = 9
    FREE = 10
    """What people wrote: mapped."""
    IDENTITY = 11
    """Names and serial numbers: mapped, and taken out of all other texts too."""


HIDDEN: Final = tuple(
    tuple(map(int, one.split(".")))
    for one in (
        "1.3.6.1.6.3.12",  # SNMP-TARGET-MIB: who gets notifications, with which community
        "1.3.6.1.6.3.13",
        "1.3.6.1.6.3.14",
        "1.3.6.1.6.3.15",  # SNMP-USER-BASED-SM-MIB
        "1.3.6.1.6.3.16",  # SNMP-VIEW-BASED-ACM-MIB: communities are part of its indexes
        "1.3.6.1.6.3.18",  # SNMP-COMMUNITY-MIB
    )
)
"""Subtrees that are never captured."""

_ROLES: Final[Mapping[str, Role]] = {
    "1.3.6.1.2.1.1.1": Role.DESCRIPTION,  # sysDescr
    "1.3.6.1.2.1.1.4": Role.FREE,  # sysContact
    "1.3.6.1.2.1.1.5": Role.IDENTITY,  # sysName
    "1.3.6.1.2.1.1.6": Role.FREE,  # sysLocation
    "1.3.6.1.2.1.2.2.1.2": Role.INTERFACE,  # ifDescr
    "1.3.6.1.2.1.2.2.1.6": Role.MAC,  # ifPhysAddress
    "1.3.6.1.2.1.3.1.1.2": Role.MAC,  # atPhysAddress
    "1.3.6.1.2.1.4.22.1.2": Role.MAC,  # ipNetToMediaPhysAddress
    "1.3.6.1.2.1.4.35.1.4": Role.MAC,  # ipNetToPhysicalPhysAddress
    "1.3.6.1.2.1.17.1.1": Role.MAC,  # dot1dBaseBridgeAddress
    "1.3.6.1.2.1.17.4.3.1.1": Role.MAC,  # dot1dTpFdbAddress
    "1.3.6.1.2.1.17.7.1.4.2.1.4": Role.BITS,  # dot1qVlanCurrentEgressPorts
    "1.3.6.1.2.1.17.7.1.4.2.1.5": Role.BITS,
    "1.3.6.1.2.1.17.7.1.4.3.1.1": Role.FREE,  # dot1qVlanStaticName
    "1.3.6.1.2.1.17.7.1.4.3.1.2": Role.BITS,
    "1.3.6.1.2.1.17.7.1.4.3.1.3": Role.BITS,
    "1.3.6.1.2.1.17.7.1.4.3.1.4": Role.BITS,
    "1.3.6.1.2.1.31.1.1.1.1": Role.INTERFACE,  # ifName
    "1.3.6.1.2.1.31.1.1.1.18": Role.FREE,  # ifAlias
    "1.3.6.1.2.1.25.2.3.1.3": Role.INTERFACE,  # hrStorageDescr
    "1.3.6.1.2.1.25.3.2.1.3": Role.INTERFACE,  # hrDeviceDescr
    "1.3.6.1.2.1.25.3.8.1.2": Role.INTERFACE,  # hrFSMountPoint
    "1.3.6.1.2.1.47.1.1.1.1.2": Role.PART,  # entPhysicalDescr
    "1.3.6.1.2.1.47.1.1.1.1.7": Role.PART,  # entPhysicalName
    "1.3.6.1.2.1.47.1.1.1.1.8": Role.DESCRIPTION,  # entPhysicalHardwareRev
    "1.3.6.1.2.1.47.1.1.1.1.9": Role.DESCRIPTION,
    "1.3.6.1.2.1.47.1.1.1.1.10": Role.DESCRIPTION,
    "1.3.6.1.2.1.47.1.1.1.1.11": Role.IDENTITY,  # entPhysicalSerialNum
    "1.3.6.1.2.1.47.1.1.1.1.12": Role.DESCRIPTION,  # entPhysicalMfgName
    "1.3.6.1.2.1.47.1.1.1.1.13": Role.DESCRIPTION,  # entPhysicalModelName
    "1.3.6.1.2.1.47.1.1.1.1.14": Role.FREE,  # entPhysicalAlias
    "1.3.6.1.2.1.47.1.1.1.1.15": Role.FREE,  # entPhysicalAssetID
    "1.3.6.1.2.1.99.1.1.1.6": Role.PART,  # entPhySensorUnitsDisplay
    "1.3.6.1.4.1.2021.10.1.2": Role.INTERFACE,  # laNames
    "1.3.6.1.4.1.2021.10.1.3": Role.NUMBER,  # laLoad
    "1.3.6.1.6.3.10.2.1.1": Role.ENGINE,  # snmpEngineID
    "1.0.8802.1.1.2.1.3.2": Role.IDENTITY,  # lldpLocChassisId
    "1.0.8802.1.1.2.1.3.3": Role.IDENTITY,  # lldpLocSysName
    "1.0.8802.1.1.2.1.3.4": Role.DESCRIPTION,  # lldpLocSysDesc
    "1.0.8802.1.1.2.1.3.7.1.3": Role.INTERFACE,  # lldpLocPortId
    "1.0.8802.1.1.2.1.3.7.1.4": Role.INTERFACE,
    "1.0.8802.1.1.2.1.4.1.1.5": Role.IDENTITY,  # lldpRemChassisId
    "1.0.8802.1.1.2.1.4.1.1.7": Role.INTERFACE,  # lldpRemPortId
    "1.0.8802.1.1.2.1.4.1.1.8": Role.INTERFACE,
    "1.0.8802.1.1.2.1.4.1.1.9": Role.IDENTITY,  # lldpRemSysName
    "1.0.8802.1.1.2.1.4.1.1.10": Role.FREE,  # lldpRemSysDesc
}

_LAYOUTS: Final[Mapping[str, str]] = {
    "1.3.6.1.2.1.2.2.1": "integer",
    "1.3.6.1.2.1.3.1.1": "integer integer ipv4",
    "1.3.6.1.2.1.4.20.1": "ipv4",
    "1.3.6.1.2.1.4.21.1": "ipv4",
    "1.3.6.1.2.1.4.22.1": "integer ipv4",
    "1.3.6.1.2.1.4.24.2.1": "ipv4 integer integer ipv4",
    "1.3.6.1.2.1.4.24.4.1": "ipv4 ipv4 integer ipv4",
    "1.3.6.1.2.1.4.24.7.1": "inet integer oid inet",
    "1.3.6.1.2.1.4.31.1.1": "integer",
    "1.3.6.1.2.1.4.31.3.1": "integer integer",
    "1.3.6.1.2.1.4.32.1": "integer inet integer",
    "1.3.6.1.2.1.4.34.1": "inet",
    "1.3.6.1.2.1.4.35.1": "integer inet",
    "1.3.6.1.2.1.4.37.1": "inet integer",
    "1.3.6.1.2.1.6.13.1": "ipv4 integer ipv4 integer",
    "1.3.6.1.2.1.6.19.1": "inet integer inet integer",
    "1.3.6.1.2.1.6.20.1": "inet integer",
    "1.3.6.1.2.1.7.5.1": "ipv4 integer",
    "1.3.6.1.2.1.7.7.1": "inet integer inet integer integer",
    "1.3.6.1.2.1.14.2.1": "ipv4",
    "1.3.6.1.2.1.14.3.1": "ipv4 integer",
    "1.3.6.1.2.1.14.4.1": "ipv4 integer ipv4 ipv4",
    "1.3.6.1.2.1.14.5.1": "ipv4 ipv4",
    "1.3.6.1.2.1.14.6.1": "ipv4 integer",
    "1.3.6.1.2.1.14.7.1": "ipv4 integer",
    "1.3.6.1.2.1.14.8.1": "ipv4 integer integer",
    "1.3.6.1.2.1.14.9.1": "ipv4 ipv4",
    "1.3.6.1.2.1.14.10.1": "ipv4 integer",
    "1.3.6.1.2.1.14.11.1": "ipv4 ipv4",
    "1.3.6.1.2.1.14.12.1": "integer ipv4 ipv4",
    "1.3.6.1.2.1.15.3.1": "ipv4",
    "1.3.6.1.2.1.15.6.1": "ipv4 integer ipv4",
    "1.3.6.1.2.1.17.4.3.1": "mac",
    "1.3.6.1.2.1.17.7.1.2.2.1": "integer mac",
    "1.3.6.1.2.1.17.7.1.2.3.1": "integer mac",
    "1.3.6.1.2.1.17.7.1.3.1.1": "integer mac integer",
    "1.3.6.1.2.1.31.1.1.1": "integer",
    "1.3.6.1.2.1.31.1.2.1": "integer integer",
    "1.3.6.1.2.1.31.1.4.1": "integer string",
    "1.3.6.1.2.1.47.1.1.1.1": "integer",
    "1.3.6.1.2.1.47.1.3.2.1": "integer integer",
    "1.3.6.1.2.1.47.1.3.3.1": "integer integer",
    "1.3.6.1.2.1.55.1.7.1": "integer ipv6 integer",
    "1.3.6.1.2.1.55.1.8.1": "integer ipv6",
    "1.3.6.1.2.1.55.1.11.1": "ipv6 integer integer",
    "1.3.6.1.2.1.55.1.12.1": "integer ipv6",
    "1.3.6.1.2.1.68.1.4.1": "integer integer ipv4",
    "1.3.6.1.2.1.191.1.2.1": "router_id",
    "1.3.6.1.2.1.191.1.3.1": "integer router_id router_id",
    "1.3.6.1.2.1.191.1.4.1": "router_id integer router_id router_id",
    "1.3.6.1.2.1.191.1.9.1": "integer integer router_id",
    "1.0.8802.1.1.2.1.3.8.1": "integer string",
    "1.0.8802.1.1.2.1.4.1.1": "integer integer integer",
    "1.0.8802.1.1.2.1.4.2.1": "integer integer integer integer string",
}
"""Indexes of standard tables, by their entry: the profiles look into few of them."""

_LABELS: Final[Mapping[str, Role]] = {
    "vendor": Role.DESCRIPTION,
    "model": Role.DESCRIPTION,
    "version": Role.DESCRIPTION,
    "interface": Role.INTERFACE,
    "neighbor_interface": Role.INTERFACE,
    "root_interface": Role.INTERFACE,
    "lag": Role.INTERFACE,
    "mountpoint": Role.INTERFACE,
    "device": Role.INTERFACE,
    "component": Role.PART,
    "member": Role.PART,
    "state": Role.PART,
    "type": Role.PART,
    "role": Role.PART,
    "status": Role.PART,
    "serial": Role.IDENTITY,
    "neighbor": Role.IDENTITY,
    "name": Role.IDENTITY,
    "chassis": Role.IDENTITY,
}
_TYPES: Final[Mapping[ValueType, Role]] = {
    ValueType.MAC: Role.MAC,
    ValueType.ADDRESS: Role.ADDRESS,
    ValueType.DATE: Role.DATE,
    ValueType.DECIMAL: Role.NUMBER,
    ValueType.NUMBERS: Role.NUMBER,
}


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of an object: its column, how its index is laid out, what it holds.

    Args:
        width: how many sub-identifiers name the column; the index follows.
        index: None where nobody knows.
    """

    width: int
    index: tuple[IndexPart, ...] | None
    role: Role


class Disclosure:
    """What is known of columns, from the standards and from every profile that is loaded."""

    def __init__(self, profiles: Profiles, catalogue: Catalogue) -> None:
        """Learn from the profiles; the standards win."""
        self._roles: dict[Name, Role] = {}
        self._columns: dict[Name, tuple[IndexPart, ...]] = {}
        self._entries = {_name(entry): _parts(layout) for entry, layout in _LAYOUTS.items()}
        for profile in profiles.by_name.values():
            self._learn(profile, catalogue)
        self._roles |= {_name(column): role for column, role in _ROLES.items()}

    def place(self, name: Name) -> Place | None:
        """Say what is known of an object; None when that is nothing."""
        for width in range(len(name) - 1, 6, -1):
            head = name[:width]
            role = self._roles.get(head, Role.UNKNOWN)
            if (parts := self._entries.get(head[:-1])) is not None:
                return Place(width, parts, role)
            if head in self._columns:
                return Place(width, self._columns[head], role)
            if head in self._roles:
                return Place(width, () if name[width:] == (0,) else None, role)
        return None

    def _learn(self, profile: Profile, catalogue: Catalogue) -> None:
        tables = {one.name: one for one in profile.tables}
        for table in profile.tables:
            parts = table.index if all(p.type is not PartType.REST for p in table.index) else None
            for column in table.columns.values():
                head = _column(column.oid)
                if table.index and parts is not None:
                    self._columns[head] = parts
                elif not table.index:
                    self._columns.setdefault(head, ())
                self._raise(head, _TYPES.get(column.type, Role.UNKNOWN))
            for metric in table.metrics:
                for column in _below(metric.value, table, tables, set()):
                    numeric = column.type is ValueType.TEXT
                    self._raise(_column(column.oid), Role.NUMBER if numeric else Role.BITS)
            for label, expression in _labels(table, catalogue):
                role = _LABELS.get(label, Role.FREE)
                for column in _below(expression, table, tables, set()):
                    self._raise(_column(column.oid), role)

    def _raise(self, head: Name, role: Role) -> None:
        self._roles[head] = max(role, self._roles.get(head, Role.UNKNOWN))


def _labels(table: TableProfile, catalogue: Catalogue) -> Iterable[tuple[str, Expression]]:
    """List what becomes a label or a text of an `_info` family, each with its name."""
    if table.gives is not None:
        identity = [one for one in catalogue.tables[table.gives].identity if one != table.lanes]
        yield from zip(identity, table.labels, strict=False)
    for info in table.infos:
        yield from zip(info.names, info.values, strict=True)


def _below(
    expression: Expression,
    table: TableProfile,
    tables: Mapping[str, TableProfile],
    seen: set[tuple[str, str]],
) -> Iterable[Column]:
    """List the text columns that an expression shows; what it only looks rows up by is no text."""
    for formula in expression.alternatives:
        wanted = [(table.name, name) for name in formula.names]
        wanted += [(look.table, look.field) for look in formula.lookups]
        for place in wanted:
            if place in seen:
                continue
            seen.add(place)
            owner = tables[place[0]]
            if place[1] in owner.columns:
                column = owner.columns[place[1]]
                if column.type in (ValueType.TEXT, ValueType.HEX):
                    yield column
            elif place[1] in owner.fields:
                yield from _below(owner.fields[place[1]], owner, tables, seen)
            # a label that another table shows has its role from there


def _column(octets: bytes) -> Name:
    name = _name(oid.decode(octets))
    return name[:-1] if name[-1] == 0 else name


def _name(dotted: str) -> Name:
    return tuple(map(int, dotted.split(".")))


def _parts(layout: str) -> tuple[IndexPart, ...]:
    return tuple(
        IndexPart(f"part{place}", PartType(kind)) for place, kind in enumerate(layout.split())
    )
