"""Echo requests to any number of addresses over one ICMP socket of each family.

    loop ──(one descriptor)──▶ epoll ──▶ socket v4, socket v6 ──by sequence──▶ whoever waits

A reply counts when identifier, sequence, source and payload are those of the request; the payload
begins with eight octets that nobody can guess. The sockets sit in an epoll object of their own, as
uvloop stops a reader for good at the first EPOLLERR, which any ICMP error brings. When a reply came
is the kernel's word (SO_TIMESTAMPNS), so a busy loop adds nothing to a round trip.
"""

import asyncio
import errno
import secrets
import select
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

from collectors.errors import Detail
from collectors.probe import echo
from collectors.probe.icmp import RECVERR, SO_TIMESTAMPNS, IcmpSocket
from collectors.probe.ticks import Ticks
from collectors.probe.verdict import Monotonic, NotTried, ProbeFailed, TooBig

Address = tuple[str, int] | tuple[str, int, int, int]

ECHO_OCTETS: Final = 64
"""Of an ordinary echo, IP header included."""

GAP_S: Final = 0.2
"""Between two packets of a ping, so that one burst elsewhere does not take them all."""

_NONCE: Final = 8
_SEQUENCES: Final = 65_536
_AT_ONCE: Final = 256
_TIMESPEC: Final = struct.Struct("@qq")


@dataclass(frozen=True, slots=True)
class Peer:
    """A numeric address as the socket module has it."""

    family: socket.AddressFamily
    address: Address

    @classmethod
    def of(cls, address: str) -> Self:
        """Take a numeric address, a zone allowed.

        Raises:
            NotTried: the zone is none of this machine.
        """
        try:
            found = socket.getaddrinfo(address, 0, flags=socket.AI_NUMERICHOST)[0]
        except OSError as error:
            raise NotTried(Detail.LOCAL, f"{address} is no address here: {error}") from error
        return cls(found[0], found[4])  # type: ignore[arg-type]  # typeshed's int is a build without IPv6


@dataclass(slots=True, eq=False)
class _Waiting:
    peer: Peer
    payload: bytes
    sent_s: float
    answer: "asyncio.Future[float]"

    def fail(self, error: ProbeFailed) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)
            self.answer.exception()  # whoever waits may have gone; that is no error to log


class Pinger:
    """The ICMP sockets of the process; opened when first used, closed at the end of `async with`.

    Args:
        monotonic: round trips are counted by it.
        wall: what the kernel's stamps of arrival are compared with, at once after a reception.
    """

    def __init__(self, monotonic: Monotonic, wall: Callable[[], float] = time.time) -> None:
        """Open nothing yet."""
        self.monotonic = monotonic
        self._wall = wall
        self.ticks = Ticks(GAP_S)
        self._lanes: dict[socket.AddressFamily, _Lane] = {}
        self._epoll: select.epoll | None = None

    async def __aenter__(self) -> Self:
        """Make the epoll object that the loop watches."""
        self._epoll = select.epoll()
        asyncio.get_running_loop().add_reader(self._epoll.fileno(), self._ready)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the sockets; what still waits is cancelled."""
        epoll, self._epoll = self._epoll, None
        if epoll is not None:
            asyncio.get_running_loop().remove_reader(epoll.fileno())
            epoll.close()
        for lane in self._lanes.values():
            lane.close()
        self._lanes.clear()

    def send(self, peer: Peer, octets: int = ECHO_OCTETS) -> "asyncio.Future[float]":
        """Send one echo request of so many octets, IP header included; nobody may fragment it.

        The future gives the round trip in seconds, or raises ProbeFailed when ICMP says why not. It
        never ends by itself: cancel it when the time is over.

        Raises:
            NotTried: no permission, no such family, no resources.
            ProbeFailed: this machine has no route, or its firewall forbids it.
            TooBig: our own link is smaller than the packet.
        """
        lane = self._lanes.get(peer.family) or self._opened(peer.family)
        return lane.send(peer, octets, self.monotonic)

    def _opened(self, family: socket.AddressFamily) -> "_Lane":
        """Open the socket of a family; asked again each time, as permission may be given later."""
        if self._epoll is None:
            raise NotTried(Detail.LOCAL, "the agent is ending")
        lane = _Lane(IcmpSocket(family))
        self._lanes[family] = lane
        self._epoll.register(lane.fileno(), select.EPOLLIN)
        return lane

    def _ready(self) -> None:
        if self._epoll is None:
            return
        lanes = {lane.fileno(): lane for lane in self._lanes.values()}
        for descriptor, events in self._epoll.poll(0):
            lane = lanes[descriptor]
            if events & select.EPOLLERR:
                lane.hear_errors()
            lane.hear_replies(self.monotonic, self._wall)


class _Lane:
    """One socket, and who waits for what on it."""

    def __init__(self, opened: IcmpSocket) -> None:
        self._opened = opened
        self._socket = opened.socket
        self._sequence = secrets.randbelow(_SEQUENCES)
        self._waiting: dict[int, _Waiting] = {}
        self._own_link: int | None = None

    def fileno(self) -> int:
        return self._socket.fileno()

    def close(self) -> None:
        self._opened.close()
        for waiting in list(self._waiting.values()):
            waiting.answer.cancel()

    def send(self, peer: Peer, octets: int, monotonic: Monotonic) -> "asyncio.Future[float]":
        sequence = self._free_sequence()
        headers = echo.IP_HEADER_OCTETS[self._opened.family] + echo.HEADER.size
        payload = secrets.token_bytes(_NONCE) + bytes(octets - headers - _NONCE)
        packet = echo.request(self._opened.family, self._opened.identifier, sequence, payload)
        answer: asyncio.Future[float] = asyncio.get_running_loop().create_future()
        self._waiting[sequence] = _Waiting(peer, payload, monotonic(), answer)
        answer.add_done_callback(lambda _done: self._waiting.pop(sequence, None))
        try:
            self._put(packet, peer)
        except ProbeFailed:
            answer.cancel()
            raise
        return answer

    def _free_sequence(self) -> int:
        if len(self._waiting) >= _SEQUENCES:
            raise NotTried(Detail.LOCAL, "too many echo requests under way")
        while self._sequence in self._waiting:
            self._sequence = (self._sequence + 1) % _SEQUENCES
        found = self._sequence
        self._sequence = (found + 1) % _SEQUENCES
        return found

    def _put(self, packet: bytes, peer: Peer) -> None:
        try:
            self._socket.sendto(packet, peer.address)
        except OSError:
            # May be what ICMP said of another packet: the kernel tells it once, to whoever is next.
            self._put_again(packet, peer)

    def _put_again(self, packet: bytes, peer: Peer) -> None:
        self._own_link = None
        self.hear_errors()
        try:
            self._socket.sendto(packet, peer.address)
        except OSError as error:
            if error.errno == errno.EMSGSIZE:
                self.hear_errors()
                if self._own_link is not None:
                    raise TooBig(self._own_link, "our own link") from error
            raise echo.unsent(error) from error

    def hear_replies(self, monotonic: Monotonic, wall: Callable[[], float]) -> None:
        for _ in range(_AT_ONCE):
            try:
                octets, ancillary, _flags, source = self._socket.recvmsg(2048, 64)
            except BlockingIOError:
                return
            except OSError:
                continue  # an ICMP error, told once; the error queue has it too
            reply = echo.reply(
                self._opened.family, octets, with_ip_header=self._opened.with_ip_header
            )
            if reply is None or reply.identifier != self._opened.identifier:
                continue
            waiting = self._waiting.get(reply.sequence)
            if waiting is None or not _is_from(source, waiting.peer):
                continue
            if reply.payload == waiting.payload and not waiting.answer.done():
                late_s = _late_s(ancillary, wall)
                waiting.answer.set_result(max(0.0, monotonic() - late_s - waiting.sent_s))

    def hear_errors(self) -> None:
        for _ in range(_AT_ONCE):
            try:
                packet, ancillary, _flags, destination = self._socket.recvmsg(
                    2048, 512, socket.MSG_ERRQUEUE
                )
            except OSError:
                return
            for level, kind, octets in ancillary:
                if (level, kind) in RECVERR:  # a stamp of arrival comes with it
                    self._hear_error(packet, octets, destination)

    def _hear_error(self, packet: bytes, octets: bytes, destination: Address) -> None:
        told = echo.told(self._opened.family, packet, octets)
        if told is None:
            return
        if told.about is None:
            self._own_link = told.error.mtu if isinstance(told.error, TooBig) else None
            return
        identifier, sequence = told.about
        waiting = self._waiting.get(sequence)
        if (
            identifier == self._opened.identifier
            and waiting
            and _is_from(destination, waiting.peer)
        ):
            waiting.fail(told.error)


def _is_from(source: Address, peer: Peer) -> bool:
    """Compare addresses; a zone counts only where we named one."""
    zone = peer.address[3] if len(peer.address) == 4 else 0  # noqa: PLR2004 - of IPv6
    bare = source[0].partition("%")[0] == peer.address[0].partition("%")[0]
    return bare and (not zone or len(source) != 4 or source[3] in (0, zone))  # noqa: PLR2004


def _late_s(ancillary: list[tuple[int, int, bytes]], wall: Callable[[], float]) -> float:
    """Return how long a packet lay in the socket; a clock that was set meanwhile counts for 0."""
    for level, kind, octets in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, SO_TIMESTAMPNS) and len(octets) >= _TIMESPEC.size:
            seconds, nanoseconds = _TIMESPEC.unpack_from(octets)
            late_s = wall() - (seconds + nanoseconds / 1e9)
            return late_s if 0.0 < late_s < 1.0 else 0.0
    return 0.0
