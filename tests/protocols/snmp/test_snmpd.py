"""Debian's snmpd as the agent, and net-snmp's own walk as the reference for values."""

import pytest

from protocols.snmp import ber, oid
from protocols.snmp.credentials import Community, Version
from protocols.snmp.engine import Engine
from protocols.snmp.errors import NoAnswer
from protocols.snmp.scalars import get
from protocols.snmp.session import Limits
from protocols.snmp.varbinds import VarBind
from protocols.snmp.walk import Caps, Column, ColumnRequest, walk
from tests.protocols.snmp.conftest import Run, Snmpd

pytestmark = pytest.mark.peer

# Columns that stand still while a test runs.
STEADY = [
    "1.3.6.1.2.1.2.2.1.1", "1.3.6.1.2.1.2.2.1.2", "1.3.6.1.2.1.2.2.1.3", "1.3.6.1.2.1.2.2.1.4",
    "1.3.6.1.2.1.2.2.1.5", "1.3.6.1.2.1.2.2.1.6", "1.3.6.1.2.1.2.2.1.7", "1.3.6.1.2.1.2.2.1.8",
    "1.3.6.1.2.1.31.1.1.1.1", "1.3.6.1.2.1.31.1.1.1.15", "1.3.6.1.2.1.31.1.1.1.18",
    "1.3.6.1.2.1.4.34.1.3", "1.3.6.1.2.1.4.34.1.5", "1.3.6.1.2.1.1.9.1.2", "1.3.6.1.2.1.1.9.1.3",
    "1.3.6.1.2.1.25.2.3.1.2", "1.3.6.1.2.1.25.2.3.1.3", "1.3.6.1.2.1.99.1.1.1.1",
]  # fmt: skip


def printed(column: Column) -> list[tuple[str, str]]:
    """Return names and values the way `snmpbulkwalk -Onq` prints them."""
    return [
        (oid.decode(column.prefix + index), text(tag, value))
        for index, value, tag in zip(column.indexes, column.values, column.tags, strict=True)
    ]


def text(tag: int, value: object) -> str:
    if isinstance(value, int):
        return str(value)
    assert isinstance(value, bytes)
    if tag == ber.OBJECT_IDENTIFIER:
        return oid.decode(value)
    return value.hex()


def reference(peer: Snmpd, column: str) -> list[tuple[str, str]]:
    found = []
    for line in peer.bulkwalk(f".{column}"):
        if "No Such" in line:
            continue
        name, _, value = line.partition(" ")
        found.append((name.removeprefix("."), octets(value)))
    return found


def octets(value: str) -> str:
    """Undo net-snmp's rendering: OIDs lose their dot, strings become hex."""
    value = value.strip()
    if value.startswith('"') and value.endswith(' "'):
        return value.strip('" ').replace(" ", "").lower()
    if value.startswith('"'):
        return value[1:-1].encode().hex()
    return value.removeprefix(".")


@pytest.mark.parametrize("version", [Version.V1, Version.V2C])
def test_every_value_is_what_net_snmp_itself_reads(
    run: Run, snmpd: Snmpd, version: Version
) -> None:
    async def scenario() -> None:
        limits = Limits(requests_per_second=100_000)
        async with Engine() as engine:
            community = Community(version, b"public")
            session = engine.session("127.0.0.1", snmpd.port, community, limits)
            requests = [ColumnRequest(oid.encode(column)) for column in STEADY]
            columns = await walk(session, requests, Caps(), engine.now_s() + 20)
            assert all(column.complete for column in columns)
            again = [ColumnRequest(c.prefix, known=c.indexes) for c in columns]
            repeated = await walk(session, again, Caps(), engine.now_s() + 20)
        assert [printed(column) for column in repeated] == [printed(column) for column in columns]
        assert all(one.indexes is two.indexes for one, two in zip(columns, repeated, strict=True))
        assert [printed(c) for c in columns] == [reference(snmpd, column) for column in STEADY]
        assert sum(len(column.values) for column in columns) > 40

    run(scenario())


def test_scalars_come_and_what_is_absent_is_told(run: Run, snmpd: Snmpd) -> None:
    async def scenario() -> None:
        async with Engine() as engine:
            session = engine.session("127.0.0.1", snmpd.port, Community(Version.V2C, b"public"))
            names = [oid.encode(f"1.3.6.1.2.1.1.{number}.0") for number in (5, 7, 99)]
            found = await get(session, names, engine.now_s() + 9)
        assert [varbind.value for varbind in found] == [b"agent-under-test", 72, None]
        assert found[2] == VarBind(names[2], ber.NO_SUCH_OBJECT, None)

    run(scenario())


def test_a_wrong_community_is_silence(run: Run, snmpd: Snmpd) -> None:
    async def scenario() -> None:
        limits = Limits(timeout_s=0.2, retries=1)
        async with Engine() as engine:
            community = Community(Version.V2C, b"guess")
            session = engine.session("127.0.0.1", snmpd.port, community, limits)
            with pytest.raises(NoAnswer):
                await get(session, [oid.encode("1.3.6.1.2.1.1.3.0")], engine.now_s() + 9)

    run(scenario())
