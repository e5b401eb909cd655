"""ICMP sockets, opened by icmplib: a datagram one where permitted, else a raw one.

net.ipv4.ping_group_range permits datagram sockets, over which the kernel lets echo requests pass
and gives each socket an identifier of its own; raw ones need CAP_NET_RAW. icmplib's own send and
receive are not used: they resolve at each packet, wait by the wall clock, do not look at who
answered, lose errno, and sum up 1500 octets in Python (250 µs, where the kernel takes 3).
"""

import secrets
import socket
import struct
from typing import Final

from icmplib import (  # type: ignore[import-untyped]  # it ships no types
    ICMPSocketError,
    ICMPv4Socket,
    ICMPv6Socket,
    SocketPermissionError,
)

from collectors.errors import Detail
from collectors.probe.verdict import NotTried

SO_TIMESTAMPNS: Final = 35
RECVERR: Final = ((socket.IPPROTO_IP, 11), (socket.IPPROTO_IPV6, 25))
"""IP_RECVERR and IPV6_RECVERR: the option, and the ancillary message that tells an error."""

_IDENTIFIERS: Final = 65_536
_IPV6_MTU_DISCOVER: Final = 23
_IPV6_PMTUDISC_PROBE: Final = 3
_IPV6_DONTFRAG: Final = 62
_ICMP_FILTER: Final = (255, 1)
_ICMP6_FILTER: Final = (socket.IPPROTO_ICMPV6, 1)
_ECHO_REPLY: Final = {socket.AF_INET: 0, socket.AF_INET6: 129}
_NOT_PERMITTED: Final = (
    "this machine lets the agent send no ICMP: net.ipv4.ping_group_range must hold its group"
    " (systemd/egov-agent.sysctl.conf)"
)


class IcmpSocket:
    """A non-blocking ICMP socket, and the identifier of what is sent over it."""

    def __init__(self, family: socket.AddressFamily) -> None:
        """Open it.

        Raises:
            NotTried: this machine does not permit it, or lacks the family.
        """
        self._opened = _opened(family)
        self.family = family
        self.socket: socket.socket = self._opened.sock
        self.with_ip_header = self._opened.is_privileged and family == socket.AF_INET
        try:
            self.identifier = self._set_up()
        except OSError as error:
            self.close()
            raise NotTried(Detail.LOCAL, f"this machine opens no ICMP socket: {error}") from error

    def close(self) -> None:
        """Close it."""
        self._opened.close()

    def _set_up(self) -> int:
        """Let through what answers us, let the kernel say why not, and let nobody fragment."""
        sock = self.socket
        sock.setblocking(False)
        sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        if self.family == socket.AF_INET6:
            sock.setsockopt(*RECVERR[1], 1)
            # The link's MTU counts, not what a router said ten minutes ago.
            sock.setsockopt(socket.IPPROTO_IPV6, _IPV6_MTU_DISCOVER, _IPV6_PMTUDISC_PROBE)
            sock.setsockopt(socket.IPPROTO_IPV6, _IPV6_DONTFRAG, 1)
        else:
            sock.setsockopt(*RECVERR[0], 1)
        if self._opened.is_privileged:
            self._let_replies_alone_through()
            return secrets.randbelow(_IDENTIFIERS)
        sock.bind(("::" if self.family == socket.AF_INET6 else "0.0.0.0", 0))  # noqa: S104 - gives it an identifier
        identifier: int = sock.getsockname()[1]
        return identifier

    def _let_replies_alone_through(self) -> None:
        """Filter a raw socket, which would hear all ICMP (RFC 3542 section 3.2, raw(7))."""
        words = [0xFFFFFFFF] * 8
        kind = _ECHO_REPLY[self.family]
        words[kind // 32] &= ~(1 << kind % 32)
        if self.family == socket.AF_INET6:
            self.socket.setsockopt(*_ICMP6_FILTER, struct.pack("=8I", *words))
        else:
            self.socket.setsockopt(*_ICMP_FILTER, struct.pack("=I", words[0]))


def _opened(family: socket.AddressFamily) -> ICMPv4Socket | ICMPv6Socket:
    kind = ICMPv6Socket if family == socket.AF_INET6 else ICMPv4Socket
    try:
        try:
            return kind(privileged=False)
        except SocketPermissionError:
            return kind(privileged=True)
    except SocketPermissionError as error:
        raise NotTried(Detail.NOT_PERMITTED, _NOT_PERMITTED) from error
    except ICMPSocketError as error:
        raise NotTried(Detail.LOCAL, f"this machine opens no ICMP socket: {error}") from error
