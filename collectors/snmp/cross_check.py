"""Asks a device the same objects twice, with our manager and with pysnmp, and names what differs.

A counter that grew between the two readings is no difference but is counted as moved.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from collectors.addressing import Resolve
from collectors.snmp.addresses import Addresses
from collectors.snmp.failing import translated
from collectors.snmp.profile import Column as ProfileColumn
from collectors.snmp.profile import Profile
from collectors.snmp.target import DeviceTarget
from protocols.snmp import ber, oid, scalars
from protocols.snmp.credentials import Credential
from protocols.snmp.engine import Engine
from protocols.snmp.errors import SnmpError
from protocols.snmp.session import Session
from protocols.snmp.walk import Caps, ColumnRequest, walk

Value = int | bytes | str
"""Integers, octets, and OIDs with dots."""

_SYS_UP_TIME = oid.encode("1.3.6.1.2.1.1.3.0")
_MOVING = frozenset({ber.COUNTER32, ber.COUNTER64, ber.GAUGE32, ber.TIMETICKS})


@dataclass(frozen=True, slots=True)
class Difference:
    """One object that the two managers read differently; None: that one did not see it."""

    column: str
    instance: str
    ours: Value | None
    theirs: Value | None


@dataclass(frozen=True, slots=True)
class Compared:
    """What came of one column.

    Args:
        moved: values of counters, gauges and clocks that changed between the two readings.
    """

    table: str
    column: str
    objects: int
    moved: int
    differences: tuple[Difference, ...]


class Peer(Protocol):
    """An independent manager that asks one device at one address."""

    def column(self, dotted: str) -> AsyncIterator[tuple[str, Value]]:
        """Yield (instance OID, value) of a column; a scalar is given without its `.0`."""

    def close(self) -> None:
        """Close its sockets."""


MakePeer = Callable[[str, str, int, Credential], Peer]
"""Makes a peer for a target's id, its numeric address, its port and its credential."""


@dataclass(frozen=True, slots=True)
class Both:
    """The two managers: ours, and whatever makes the other one."""

    engine: Engine
    resolve: Resolve
    make_peer: MakePeer


async def cross_check(
    target: DeviceTarget, profile: Profile, managers: Both, deadline_s: float
) -> AsyncIterator[Compared]:
    """Yield the comparison of each column that the profile reads, in its order.

    Raises:
        CollectError: the device does not answer one of the two.
    """
    addresses = Addresses(target, managers.engine, managers.resolve)
    session, _found = await addresses.first_answer(
        lambda asked, until_s: scalars.get(asked, [_SYS_UP_TIME], until_s), deadline_s, _forget
    )
    address = addresses.current or target.addresses[0]
    peer = managers.make_peer(target.id, address, target.port, target.credential)
    try:
        for table, column in _columns(profile):
            ours = await _read(target.id, session, column, deadline_s)
            theirs = {name: value async for name, value in peer.column(_dotted(column))}
            yield compare(table, column.name, ours, theirs)
    finally:
        peer.close()


def compare(
    table: str, column: str, ours: dict[str, tuple[int, Value]], theirs: dict[str, Value]
) -> Compared:
    """Compare one column; ours is instance OID -> (BER tag, value)."""
    moved = 0
    differences = []
    for instance in sorted(ours.keys() | theirs.keys(), key=_sortable):
        tag, our_value = ours.get(instance, (0, None))
        their_value = theirs.get(instance)
        if our_value == their_value:
            continue
        if tag in _MOVING and our_value is not None and their_value is not None:
            moved += 1
        else:
            differences.append(Difference(column, instance, our_value, their_value))
    return Compared(table, column, len(ours.keys() | theirs.keys()), moved, tuple(differences))


async def _read(
    target: str, session: Session, column: ProfileColumn, deadline_s: float
) -> dict[str, tuple[int, Value]]:
    request = ColumnRequest(_base(column))
    try:
        (found,) = await walk(session, [request], Caps(), deadline_s)
    except SnmpError as error:
        raise translated(target, error) from error
    rows = zip(found.indexes, found.values, found.tags, strict=True)
    return {
        oid.decode(found.prefix + index): (tag, _plain(tag, value))
        for index, value, tag in rows
        if value is not None
    }


def _columns(profile: Profile) -> Iterator[tuple[str, ProfileColumn]]:
    seen: set[bytes] = set()
    for table in profile.tables:
        for column in table.columns.values():
            if column.oid not in seen:
                seen.add(column.oid)
                yield table.name, column


def _base(column: ProfileColumn) -> bytes:
    """Take the `.0` off a scalar, so that scalars are walked as columns of one row."""
    return column.oid.removesuffix(b"\x00")


def _dotted(column: ProfileColumn) -> str:
    return oid.decode(_base(column))


def _plain(tag: int, value: int | bytes) -> Value:
    return oid.decode(value) if tag == ber.OBJECT_IDENTIFIER and isinstance(value, bytes) else value


def _sortable(dotted: str) -> tuple[int, ...]:
    return tuple(map(int, dotted.split(".")))


def _forget(_line: str) -> None:
    pass
