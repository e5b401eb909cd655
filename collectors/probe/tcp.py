"""A TCP connection that is opened, timed and closed again; nothing is sent over it."""

import asyncio
import errno
import socket
from typing import Final

from collectors.errors import Detail, Reason
from collectors.probe import echo
from collectors.probe.pinger import Peer
from collectors.probe.verdict import Monotonic, NotTried, Probe, ProbeFailed, Verdict, Way

CONNECT_S: Final = 5.0
"""A SYN that is lost is sent again after 1 s and 3 s (RFC 6298 section 2)."""


async def connect(way: Way, port: int, monotonic: Monotonic) -> Verdict:
    """Open a connection; success is that the other side accepts it.

    A refusal is an answer of the machine and no success: the service is not there.
    """
    began_s = monotonic()
    failed: ProbeFailed | None = None
    try:
        await _open(Peer.of(way.address), port, min(CONNECT_S, way.deadline_s - began_s))
    except ProbeFailed as error:
        failed = error
    took_s = monotonic() - began_s
    way.note(f"tcp {way.address} port {port}: {failed or f'connected in {took_s:.4f} s'}")
    return Verdict(Probe.TCP, way.family, failed, rtt_s=None if failed else took_s)


async def _open(peer: Peer, port: int, allowed_s: float) -> None:
    try:
        sock = socket.socket(peer.family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    except OSError as error:
        raise NotTried(Detail.LOCAL, f"this machine opens no socket: {error}") from error
    with sock:
        try:
            async with asyncio.timeout(max(0.0, allowed_s)):
                address = (peer.address[0], port, *peer.address[2:])
                await asyncio.get_running_loop().sock_connect(sock, address)
        except TimeoutError as error:
            raise _timed_out(port) from error
        except OSError as error:
            raise _translated(error, port) from error


def _translated(error: OSError, port: int) -> ProbeFailed:
    match error.errno:
        case errno.ECONNREFUSED:
            text = f"port {port} is closed: the connection was refused"
            return ProbeFailed(Reason.UNREACHABLE, Detail.REFUSED, text)
        case errno.ECONNRESET | errno.EPIPE:
            text = f"port {port}: the connection was reset"
            return ProbeFailed(Reason.UNREACHABLE, Detail.RESET, text)
        case errno.ETIMEDOUT:
            return _timed_out(port)
        case _:
            return echo.unsent(error)


def _timed_out(port: int) -> ProbeFailed:
    return ProbeFailed(Reason.TIMEOUT, Detail.NO_ANSWER, f"port {port} does not answer")
