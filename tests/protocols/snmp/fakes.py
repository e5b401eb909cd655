"""An SNMP agent in the test's own loop that answers from a table, and lies where told to."""

import asyncio
from bisect import bisect_right
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import cast

from protocols.snmp import ber, message, oid, varbinds


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as the agent understood it."""

    version: int
    community: bytes
    kind: int
    request_id: int
    non_repeaters: int
    repetitions: int
    names: list[bytes]


Row = tuple[tuple[int, ...], bytes, bytes]
Behaviour = Callable[["FakeAgent", Asked], Iterable[bytes]]


class FakeAgent(asyncio.DatagramProtocol):
    """Serves `objects` (dotted OID to encoded value); `behaviour` may answer anything instead."""

    def __init__(self, objects: dict[str, bytes], behaviour: Behaviour | None = None) -> None:
        self.rows: list[Row] = sorted(
            (oid.decode_index(oid.encode(name)), oid.encode(name), value)
            for name, value in objects.items()
        )
        self.keys = [row[0] for row in self.rows]
        self.behaviour = behaviour or FakeAgent.truth
        self.asked: list[Asked] = []
        self.heard = asyncio.Event()
        self.transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.DatagramTransport", transport)

    @property
    def port(self) -> int:
        assert self.transport
        port: int = self.transport.get_extra_info("sockname")[1]
        return port

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        asked = understand(data)
        self.asked.append(asked)
        self.heard.set()
        assert self.transport
        for reply in self.behaviour(self, asked):
            self.transport.sendto(reply, addr)

    def truth(self, asked: Asked) -> list[bytes]:
        """Answer as RFC 3416 wants it."""
        return [reply(asked, self.lookup(asked))]

    def lookup(self, asked: Asked) -> list[bytes]:
        """Return the encoded varbinds of a true answer."""
        if asked.kind == ber.GET:
            return [self._exact(name) for name in asked.names]
        found: list[bytes] = []
        names = list(asked.names)
        for _ in range(asked.repetitions if asked.kind == ber.GET_BULK else 1):
            rows = [self._after(name) for name in names]
            found += [varbind(name, value) for name, value in rows]
            names = [name for name, _ in rows]
        return found

    def _exact(self, name: bytes) -> bytes:
        for _, known, value in self.rows:
            if known == name:
                return varbind(name, value)
        return varbind(name, bytes((ber.NO_SUCH_INSTANCE, 0)))

    def _after(self, name: bytes) -> tuple[bytes, bytes]:
        at = bisect_right(self.keys, oid.decode_index(name))
        if at == len(self.rows):
            return name, bytes((ber.END_OF_MIB_VIEW, 0))
        return self.rows[at][1], self.rows[at][2]


def understand(datagram: bytes) -> Asked:
    head = message.head(datagram)
    pdu = message.read_pdu(datagram, head.pdu_at, len(datagram))
    community, _ = ber.read_octets(datagram, head.at, head.pdu_at)
    names = [found.oid for found in varbinds.read(pdu.varbinds)]
    return Asked(
        head.version, community, pdu.kind, pdu.request_id, pdu.error_status, pdu.error_index, names
    )


def varbind(name: bytes, value: bytes) -> bytes:
    return ber.sequence(ber.tlv(ber.OBJECT_IDENTIFIER, name), value)


def reply(  # noqa: PLR0913 - each of them is something a test falsifies
    asked: Asked,
    found: Iterable[bytes] = (),
    *,
    status: int = 0,
    index: int = 0,
    request_id: int | None = None,
    community: bytes | None = None,
    version: int | None = None,
    kind: int = ber.RESPONSE,
) -> bytes:
    """Return a response to a request, with what the test wants to be false."""
    pdu = ber.tlv(
        kind,
        ber.integer(asked.request_id if request_id is None else request_id)
        + ber.integer(status)
        + ber.integer(index)
        + ber.sequence(*found),
    )
    return ber.sequence(
        ber.integer(asked.version if version is None else version),
        ber.octets(asked.community if community is None else community),
        pdu,
    )


def table(column: str, rows: int, tag: int = ber.COUNTER64, first: int = 1) -> dict[str, bytes]:
    """Return a column of numbers with indexes first, first+1, ...; each value is index * 1000."""
    return {
        f"{column}.{index}": ber.integer(index * 1000, tag) for index in range(first, first + rows)
    }


@asynccontextmanager
async def serving(
    objects: dict[str, bytes], behaviour: Behaviour | None = None, port: int = 0
) -> AsyncIterator[FakeAgent]:
    """Serve on 127.0.0.1."""
    loop = asyncio.get_running_loop()
    agent = FakeAgent(objects, behaviour)
    transport, _ = await loop.create_datagram_endpoint(
        lambda: agent, local_addr=("127.0.0.1", port)
    )
    try:
        yield agent
    finally:
        transport.close()
        await asyncio.sleep(0)
