"""All SNMP traffic of the process: two sockets for any number of agents.

    loop ──(one descriptor)──▶ epoll ──▶ Wire v4, Wire v6 ──▶ Engine ──by identifier──▶ Exchange

The sockets sit in an epoll object of their own and the loop watches that one descriptor: uvloop
stops a reader for good at the first EPOLLERR, which one ICMP error brings once IP_RECVERR is on.
"""

import asyncio
import os
import select
import socket
import struct
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Final, Self

from protocols.snmp import message
from protocols.snmp.community import CommunitySecurity
from protocols.snmp.credentials import Community, Credential, User
from protocols.snmp.errors import Malformed
from protocols.snmp.exchange import Concerned, Exchange, Flight
from protocols.snmp.layout import Layouts
from protocols.snmp.security import Outgoing, Rejection, Security
from protocols.snmp.session import Limits, Session
from protocols.snmp.usm import UsmSecurity
from protocols.snmp.wheel import Timed, Wheel
from protocols.snmp.wire import Address, Wire

OnForged = Callable[[Address, Rejection, Address], None]

_TOGETHER_S: Final = 0.001
"""While answers keep coming they are looked for this often and taken together: to be woken for each
costs as much as to read it, and a millisecond more is nothing to a visit (interrupt moderation)."""

_AT_ONCE: Final = 128
"""Datagrams taken in one callback: some 8 ms of work; the loop comes back for the rest."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """What the engine did since it was opened; `rejected` counts datagrams dropped, by reason.

    Of those, `contradicted` are Reports without proof that the true answer has shown to be forged.
    """

    sent: int
    received: int
    unreachable: int
    outstanding: int
    rejected: Mapping[Rejection, int] = field(default_factory=dict)
    retries: int = 0
    contradicted: int = 0

    @property
    def forged(self) -> int:
        """Datagrams in which somebody else seems to speak in an agent's name."""
        forged = sum(count for reason, count in self.rejected.items() if reason.forged)
        return forged + self.contradicted


class Engine:
    """Opens sessions with agents and brings their answers; an async context manager.

    `on_forged` is called for each reply that smells of forgery: with its source, the reason, and
    the peer in whose name it speaks.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        on_forged: OnForged | None = None,
        receive_buffer: int = 8 << 20,
    ) -> None:
        """Open nothing yet."""
        self.now_s = clock
        self._on_forged = on_forged
        self._receive_buffer = receive_buffer
        self._wires: dict[int, Wire] = {}
        self._by_descriptor: dict[int, Wire] = {}
        self._pending: dict[int, tuple[Exchange, Outgoing]] = {}
        self._flights: dict[int, Flight] = {}
        self._concerned: dict[Address, set[Concerned]] = {}
        self._numbers = _numbers()
        self._next_look: asyncio.TimerHandle | None = None
        self.layouts = Layouts()
        self._sent = self._received = self._unreachable = self._retries = 0
        self._contradicted = 0
        self._rejected: Counter[Rejection] = Counter()

    async def __aenter__(self) -> Self:
        """Open the sockets of the families that this machine has."""
        self._loop = asyncio.get_running_loop()
        self._wheel = Wheel(self._loop.call_later, self.now_s)
        self._epoll = select.epoll()
        for family in (socket.AF_INET, socket.AF_INET6):
            self._open(family)
        self._watch()
        return self

    def _open(self, family: socket.AddressFamily) -> None:
        try:
            wire = Wire.opened(family, self._receive_buffer)
        except OSError:
            return  # a machine without IPv6; sessions over it end with NoRoute
        self._wires[family] = wire
        self._by_descriptor[wire.fileno()] = wire
        self._epoll.register(wire.fileno(), select.EPOLLIN)

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the sockets; whoever still waits is cancelled."""
        self._loop.remove_reader(self._epoll.fileno())
        if self._next_look is not None:
            self._next_look.cancel()
        self._epoll.close()
        self._wheel.close()
        for wire in self._wires.values():
            wire.close()
        for exchange in {entry[0] for entry in self._pending.values()}:
            exchange.abandon()
        for flight in list(self._flights.values()):
            flight.abandon()

    def session(
        self, address: str, port: int, credential: Credential, limits: Limits | None = None
    ) -> Session:
        """Return a session with the agent at a numeric address, such as fe80::1%eth0.

        Raises:
            ValueError: the address is none, its zone is unknown here, or a v3 key is missing.
        """
        peer = _peer(address, port)
        return Session(self, peer, _security(credential), limits or Limits())

    def statistics(self) -> Statistics:
        """Count what happened so far."""
        return Statistics(
            self._sent,
            self._received,
            self._unreachable,
            len(self._pending) + len(self._flights),
            dict(self._rejected),
            self._retries,
            self._contradicted,
        )

    def identifier(self) -> int:
        """Return a number that no outstanding message bears."""
        number = next(self._numbers)
        while number in self._pending or number in self._flights:
            number = next(self._numbers)
        return number

    def wake(self, at_s: float, timed: Timed) -> None:
        """Call its `due` at that time or shortly after."""
        self._wheel.add(at_s, timed)

    def send(self, exchange: Exchange, outgoing: Outgoing) -> bool:
        """Send; False when the kernel has no room now. OSError: this machine cannot."""
        self._pending[outgoing.identifier] = exchange, outgoing
        if not self._wire(exchange.peer).send(outgoing.datagram, exchange.peer):
            return False
        self._sent += 1
        self._retries += exchange.is_retry
        return True

    def expect(self, exchange: Exchange, outgoing: Outgoing) -> None:
        """Bring what bears the identifier to the exchange, without sending."""
        self._pending[outgoing.identifier] = exchange, outgoing

    def launch(self, flight: Flight) -> bool:
        """Send for a flight; False when the kernel has no room now. OSError: we cannot."""
        peer = flight.peer
        if not self._wire(peer).send(flight.datagram, peer):
            return False
        self._flights[flight.identifier] = flight
        self._sent += 1
        return True

    def land(self, identifier: int) -> None:
        """Bring nothing more to the flight of that identifier."""
        self._flights.pop(identifier, None)

    def _wire(self, peer: Address) -> Wire:
        wire = self._wires.get(socket.AF_INET if len(peer) == 2 else socket.AF_INET6)  # noqa: PLR2004 - that is how the socket module tells them apart
        if wire is None:
            raise OSError(0, "no such address family on this machine")
        return wire

    def forget(self, identifiers: list[int]) -> None:
        """Bring nothing more that bears these."""
        for identifier in identifiers:
            self._pending.pop(identifier, None)

    def listen(self, one: Concerned) -> None:
        """Tell it of each ICMP error that comes of its peer."""
        self._concerned.setdefault(one.peer, set()).add(one)

    def ignore(self, one: Concerned) -> None:
        """Tell it no more."""
        concerned = self._concerned.get(one.peer)
        if concerned is not None:
            concerned.discard(one)
            if not concerned:
                del self._concerned[one.peer]

    def reject(self, peer: Address, reason: Rejection, source: Address | None = None) -> None:
        """Count a datagram that was dropped, and tell of a forged one.

        `source` is where it came from when that is not the peer in whose name it speaks.
        """
        self._rejected[reason] += 1
        if self._on_forged and reason.forged:
            self._on_forged(source or peer, reason, peer)

    def contradicted(self, peer: Address) -> None:
        """Count a Report without proof that the true answer has shown to be forged, and tell."""
        self._contradicted += 1
        if self._on_forged:
            self._on_forged(peer, Rejection.UNTRUSTED_REPORT, peer)

    def _watch(self) -> None:
        """Be woken by what comes next."""
        self._next_look = None
        self._loop.add_reader(self._epoll.fileno(), self._ready)

    def _ready(self) -> None:
        self._loop.remove_reader(self._epoll.fileno())
        self._look()

    def _look(self) -> None:
        """Take what is there, and look again in a moment, until nothing more comes."""
        before = self._received
        try:
            self._take_all()
        finally:  # a mistake in taking one must not leave us deaf
            if self._received == before:
                self._watch()
            else:
                self._next_look = self._loop.call_later(_TOGETHER_S, self._look)

    def _take_all(self) -> None:
        flights, likely_identifier = self._flights, message.likely_identifier
        for descriptor, events in self._epoll.poll(0):
            wire = self._by_descriptor[descriptor]
            if events & select.EPOLLERR:
                for failure in wire.failures(_AT_ONCE):
                    self._fail(failure.destination, failure.closed)
            for datagram, source in wire.received(_AT_ONCE):
                self._received += 1
                flight = flights.get(likely_identifier(datagram))
                if flight is None or flight.peer != source or not flight.regular(datagram):
                    self._take(datagram, source)

    def _take(self, datagram: bytes, source: Address) -> None:
        """Bring what is not plainly the answer to a flight where it belongs."""
        try:
            head = message.head(datagram)
        except Malformed:
            self.reject(source, Rejection.JUNK)
            return
        exchange, outgoing = self._pending.get(head.identifier, (None, None))
        flight = self._flights.get(head.identifier)
        asker = exchange or flight
        if asker is None:
            self.reject(source, Rejection.LATE)
        elif asker.peer != source:
            self.reject(asker.peer, Rejection.WRONG_SOURCE, source)
        elif flight is not None:
            flight.heard(datagram, head)
        elif exchange is not None and outgoing is not None:
            exchange.heard(datagram, head, outgoing)

    def _fail(self, destination: Address, closed: bool) -> None:
        """Tell all who wait for that destination."""
        self._unreachable += 1
        for one in list(self._concerned.get(destination, ())):
            one.unreachable(closed)


def _numbers() -> Iterator[int]:
    """Yield numbers in 2^30..2^31-1 that nobody guesses: always five octets of BER, never 0."""
    unpack = struct.Struct("=1024I").unpack
    while True:
        for number in unpack(os.urandom(4096)):
            yield number & 0x3FFFFFFF | 0x40000000


def _peer(address: str, port: int) -> Address:
    try:
        found = socket.getaddrinfo(
            address, port, type=socket.SOCK_DGRAM, flags=socket.AI_NUMERICHOST
        )
    except socket.gaierror as error:
        raise ValueError(f"no numeric address: {address}") from error
    host, number, *rest = found[0][4]
    if not rest:
        return str(host), int(number)
    return str(host), int(number), int(rest[0]), int(rest[1])


def _security(credential: Credential) -> Security:
    match credential:
        case Community():
            return CommunitySecurity(credential)
        case User():
            return UsmSecurity(credential)
