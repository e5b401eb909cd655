"""A peer that lies in the agent's name: it forwards to a real one, and adds what is not true."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, cast

from typing_extensions import override

from protocols.snmp import ber, message, v3_message
from protocols.snmp.usm_peer import Peer
from protocols.snmp.v3_message import AUTHENTICATED, Envelope

Lie = Callable[[bytes], list[bytes]]
"""From a true, authenticated reply to what is sent in its place, in order."""

USM_STATS: Final = bytes((43, 6, 1, 6, 3, 15, 1, 1))


class Proxy(asyncio.DatagramProtocol):
    """Stands between one manager and the agent at 127.0.0.1:`target`, which may change."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.lie: Lie = lambda reply: [reply]
        self.requests: list[bytes] = []
        self._manager: tuple[str | Any, int] | None = None
        self._transport: asyncio.DatagramTransport | None = None

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    @property
    def port(self) -> int:
        assert self._transport is not None
        return int(self._transport.get_extra_info("sockname")[1])

    @override
    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        assert self._transport is not None
        if addr[1] != self.target:
            self.requests.append(data)
            self._manager = addr
            self._transport.sendto(data, ("127.0.0.1", self.target))
            return
        replies = self.lie(data) if opened(data).flags & AUTHENTICATED else [data]
        for reply in replies:
            self._transport.sendto(reply, self._manager)

    def close(self) -> None:
        assert self._transport is not None
        self._transport.close()


@asynccontextmanager
async def proxy(target: int) -> AsyncIterator[Proxy]:
    """Open a proxy on a free port."""
    loop = asyncio.get_running_loop()
    _, found = await loop.create_datagram_endpoint(
        lambda: Proxy(target), local_addr=("127.0.0.1", 0)
    )
    try:
        yield found
    finally:
        found.close()


def opened(datagram: bytes) -> Envelope:
    """Return what surrounds the scopedPDU."""
    return v3_message.read(datagram, message.head(datagram))


def changed(datagram: bytes, **changes: Any) -> bytes:
    """Return the message with other fields of its envelope, or with another mac, body or number."""
    envelope = opened(datagram)
    mac = changes.pop("mac", datagram[envelope.mac_at : envelope.mac_at + envelope.mac_octets])
    body = changes.pop("body", datagram[envelope.body_at :])
    number = changes.pop("number", message.head(datagram).identifier)
    envelope = envelope._replace(**changes)
    parameters = ber.octets(
        ber.sequence(
            ber.octets(envelope.engine_id),
            ber.integer(envelope.boots),
            ber.integer(envelope.time_s),
            ber.octets(envelope.user),
            ber.octets(mac),
            ber.octets(envelope.salt),
        )
    )
    return v3_message.encode(number, envelope.flags, parameters, b"", body)


def signed(datagram: bytes, peer: Peer) -> bytes:
    """Return the message with the HMAC that belongs to it, as only the key's owner can."""
    assert peer.authentication is not None
    zeroed = changed(datagram, mac=bytes(peer.authentication.octets))
    return peer.authentication.sign(zeroed, opened(zeroed).mac_at)


def clear_response(request_id: int, peer: Peer, value: bytes = b"forged") -> bytes:
    """Return msgData in clear: a response with one string."""
    bind = ber.sequence(ber.tlv(ber.OBJECT_IDENTIFIER, b"\x2b\x06"), ber.octets(value))
    pdu = ber.integer(request_id) + ber.integer(0) * 2 + ber.sequence(bind)
    return v3_message.scoped(peer.context_front, ber.tlv(ber.RESPONSE, pdu))


def report(datagram: bytes, counter: int) -> bytes:
    """Return an unauthenticated Report of a usmStats counter in answer to the same request."""
    name = ber.tlv(ber.OBJECT_IDENTIFIER, USM_STATS + bytes((counter, 0)))
    bind = ber.sequence(name, ber.integer(1, ber.COUNTER32))
    pdu = ber.tlv(ber.REPORT, ber.integer(0) * 3 + ber.sequence(bind))
    front = ber.octets(opened(datagram).engine_id) + ber.octets(b"")
    return changed(
        datagram, flags=0, mac=b"", salt=b"", boots=7, time_s=7, body=v3_message.scoped(front, pdu)
    )
