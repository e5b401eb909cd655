"""ICMP and ICMPv6 echo packets, and the errors that speak of them, as octets.

Source: RFC 792, RFC 4443; checksum RFC 1071; `struct sock_extended_err` of Linux's errqueue.h.
"""

import errno
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, NamedTuple

from collectors.errors import Detail, Reason
from collectors.probe.verdict import NotTried, ProbeFailed, TooBig

HEADER: Final = struct.Struct("!BBHHH")  # type, code, checksum, identifier, sequence
IP_HEADER_OCTETS: Final = {socket.AF_INET: 20, socket.AF_INET6: 40}
_EXTENDED_ERROR: Final = struct.Struct("=IBBBxII")  # errno, origin, type, code, info, data
_REQUEST: Final = {socket.AF_INET: 8, socket.AF_INET6: 128}
_REPLY: Final = {socket.AF_INET: 0, socket.AF_INET6: 129}
_ORIGIN_LOCAL: Final = 1
_MIN_IPV6_MTU: Final = 1280
_DESTINATION_UNREACHABLE: Final = {socket.AF_INET: 3, socket.AF_INET6: 1}
_TIME_EXCEEDED: Final = {socket.AF_INET: 11, socket.AF_INET6: 3}
_PROHIBITED: Final = {
    socket.AF_INET: frozenset({9, 10, 13}),  # RFC 1122 section 3.2.2.1, RFC 1812 section 5.2.7.1
    socket.AF_INET6: frozenset({1, 5, 6}),
}
_OURS: Final[Mapping[int, str]] = MappingProxyType(
    {
        errno.EAGAIN: "no room in the socket",
        errno.ENOBUFS: "no buffers",
        errno.ENOMEM: "no memory",
        errno.EMFILE: "no descriptors left",
        errno.ENFILE: "no descriptors left on this machine",
        errno.EAFNOSUPPORT: "this machine lacks the address family",
        errno.EADDRNOTAVAIL: "this machine has no address of the family, or no port left",
    }
)
"""What says nothing of the target."""


class Reply(NamedTuple):
    """An echo reply."""

    identifier: int
    sequence: int
    payload: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """An entry of a socket's error queue.

    Args:
        about: identifier and sequence of our packet; None: a link of ours is too small for the
            packet that was not sent just now.
    """

    error: ProbeFailed
    about: tuple[int, int] | None


def request(family: socket.AddressFamily, identifier: int, sequence: int, payload: bytes) -> bytes:
    """Make an echo request; the kernel fills in the checksum of ICMPv6 (RFC 3542 section 3.1)."""
    kind = _REQUEST[family]
    checksum = 0
    if family == socket.AF_INET:
        checksum = _checksum(HEADER.pack(kind, 0, 0, identifier, sequence) + payload)
    return HEADER.pack(kind, 0, checksum, identifier, sequence) + payload


def reply(family: socket.AddressFamily, octets: bytes, *, with_ip_header: bool) -> Reply | None:
    """Read an echo reply; None: it is something else, or too short to be one."""
    if with_ip_header:
        octets = octets[(octets[0] & 0x0F) * 4 :] if octets else b""
    if len(octets) < HEADER.size:
        return None
    kind, code, _sum, identifier, sequence = HEADER.unpack_from(octets)
    if (kind, code) != (_REPLY[family], 0):
        return None
    return Reply(identifier, sequence, octets[HEADER.size :])


def told(family: socket.AddressFamily, packet: bytes, error: bytes) -> Told | None:
    """Read an entry of the error queue; None: it concerns no request of ours.

    Args:
        packet: our ICMP message, as far as the error quotes it.
        error: a sock_extended_err and the address of who sent the ICMP error.
    """
    if len(error) < _EXTENDED_ERROR.size:
        return None
    number, origin, kind, code, info, _data = _EXTENDED_ERROR.unpack_from(error)
    if origin == _ORIGIN_LOCAL:
        too_big = number == errno.EMSGSIZE
        return Told(TooBig(info, "our own link"), None) if too_big else None
    if len(packet) < HEADER.size:
        return None
    asked, _code, _sum, identifier, sequence = HEADER.unpack_from(packet)
    if asked != _REQUEST[family]:
        return None
    about = identifier, sequence
    offender = _offender(family, error[_EXTENDED_ERROR.size :])
    if number == errno.EMSGSIZE:
        # RFC 8200 section 5: no link is smaller, and what claims to be one is no reason to believe.
        return Told(TooBig(info, offender), about) if info >= _MIN_IPV6_MTU else None
    return Told(_unreachable(family, kind, code, offender), about)


def unsent(error: OSError) -> ProbeFailed:
    """Translate why this machine did not send."""
    ours = _OURS.get(error.errno or 0)
    if ours is not None:
        return NotTried(Detail.LOCAL, ours)
    if error.errno in (errno.EPERM, errno.EACCES):
        text = "this machine forbids to send there (firewall, prohibited route)"
        return ProbeFailed(Reason.UNREACHABLE, Detail.PROHIBITED, text)
    text = f"this machine cannot send there: {error.strerror or error}"
    return ProbeFailed(Reason.UNREACHABLE, Detail.NO_ROUTE, text)


def _offender(family: socket.AddressFamily, sockaddr: bytes) -> str:
    """Read the sockaddr_in or sockaddr_in6 behind an error."""
    start, length = (8, 16) if family == socket.AF_INET6 else (4, 4)
    octets = sockaddr[start : start + length]
    return socket.inet_ntop(family, octets) if len(octets) == length else "the network"


def _unreachable(family: socket.AddressFamily, kind: int, code: int, offender: str) -> ProbeFailed:
    if kind == _TIME_EXCEEDED[family]:
        text = f"{offender} says: hop limit exceeded, the way may be a loop"
        return ProbeFailed(Reason.UNREACHABLE, Detail.NO_ROUTE, text)
    if kind == _DESTINATION_UNREACHABLE[family] and code in _PROHIBITED[family]:
        text = f"{offender} says: administratively prohibited"
        return ProbeFailed(Reason.UNREACHABLE, Detail.PROHIBITED, text)
    text = f"{offender} says: unreachable (type {kind}, code {code})"
    return ProbeFailed(Reason.UNREACHABLE, Detail.NO_ROUTE, text)


def _checksum(octets: bytes) -> int:
    octets += b"\0" * (len(octets) % 2)
    total: int = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    total = (total >> 16) + (total & 0xFFFF)
    total += total >> 16
    return ~total & 0xFFFF
