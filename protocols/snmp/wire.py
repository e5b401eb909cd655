"""One unconnected UDP socket of an address family, and what the kernel says about it.

IP_RECVERR and IPV6_RECVERR (ip(7), ipv6(7)) make ICMP errors readable from the socket's error
queue, each with the destination it concerns; that is how a closed port is told from silence without
a connected socket for each target. The kernel also reports such an error once on the next send or
receive, whoever that is for, so both are repeated once.
"""

import encodings.idna  # noqa: F401 - sendto() imports it, which fails with no descriptor left
import errno
import socket
import struct
from collections.abc import Iterator
from typing import Final, NamedTuple, Self

Address = tuple[str, int] | tuple[str, int, int, int]
"""As the socket module has it: (host, port) of IPv4, (host, port, 0, scope) of IPv6."""

_IP_RECVERR: Final = 11
_IPV6_RECVERR: Final = 25
_SO_RCVBUFFORCE: Final = 33
_EXTENDED_ERROR: Final = struct.Struct("=IBBBxII")  # struct sock_extended_err of errqueue.h
_ORIGIN_LOCAL: Final = 1
_MAX_DATAGRAM: Final = 65_536
_BLOCKED: Final = frozenset({errno.EAGAIN, errno.ENOBUFS, errno.ENOMEM})


class Failure(NamedTuple):
    """An ICMP error, or none that we know of: `closed` when it says port unreachable."""

    destination: Address
    closed: bool


class Wire:
    """A non-blocking socket; opened by `opened`, closed by `close`."""

    def __init__(self, sock: socket.socket) -> None:
        """Take a bound socket over."""
        self._socket = sock

    @classmethod
    def opened(cls, family: socket.AddressFamily, receive_buffer: int) -> Self:
        """Open a socket on any free port of the family.

        `receive_buffer` octets hold the replies of a burst while the loop is busy; without
        CAP_NET_ADMIN the kernel grants at most net.core.rmem_max.

        Raises:
            OSError: the machine has no such family.
        """
        sock = socket.socket(family, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        try:
            if family == socket.AF_INET6:
                sock.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                sock.setsockopt(socket.IPPROTO_IPV6, _IPV6_RECVERR, 1)
            else:
                sock.setsockopt(socket.IPPROTO_IP, _IP_RECVERR, 1)
            _set_buffer(sock, receive_buffer)
            sock.bind(("::" if family == socket.AF_INET6 else "0.0.0.0", 0))  # noqa: S104 - replies come to the address that routing chose
        except OSError:
            sock.close()
            raise
        return cls(sock)

    def fileno(self) -> int:
        """Return the descriptor, for epoll."""
        return self._socket.fileno()

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def send(self, datagram: bytes, destination: Address) -> bool:
        """Send; False when the kernel has no room now.

        Raises:
            OSError: this machine cannot send there (no route, forbidden).
        """
        try:
            self._socket.sendto(datagram, destination)
        except BlockingIOError:
            return False
        except OSError:
            return self._send_again(datagram, destination)
        return True

    def _send_again(self, datagram: bytes, destination: Address) -> bool:
        try:
            self._socket.sendto(datagram, destination)
        except OSError as error:
            if error.errno in _BLOCKED:
                return False
            raise
        return True

    def received(self, most: int) -> Iterator[tuple[bytes, Address]]:
        """Yield what has arrived, at most so many datagrams, each with its source."""
        receive = self._socket.recvfrom
        for _ in range(most):
            try:
                yield receive(_MAX_DATAGRAM)
            except BlockingIOError:
                return
            except OSError:
                continue  # an ICMP error, told once; the error queue has it too

    def failures(self, most: int) -> Iterator[Failure]:
        """Yield the ICMP errors that the error queue holds, at most so many."""
        for _ in range(most):
            try:
                _, ancillary, _, destination = self._socket.recvmsg(0, 512, socket.MSG_ERRQUEUE)
            except OSError:
                return
            for _, _, octets in ancillary:
                failure = _read_error(octets, destination)
                if failure:
                    yield failure


def _set_buffer(sock: socket.socket, octets: int) -> None:
    try:
        sock.setsockopt(socket.SOL_SOCKET, _SO_RCVBUFFORCE, octets)
    except PermissionError:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, octets)


def _read_error(octets: bytes, destination: Address) -> Failure | None:
    if len(octets) < _EXTENDED_ERROR.size:
        return None
    number, origin, _, _, _, _ = _EXTENDED_ERROR.unpack_from(octets)
    if origin <= _ORIGIN_LOCAL:
        return None  # send() has raised it already
    return Failure(destination, number == errno.ECONNREFUSED)
