"""What stands between a socket and aiohttp: limits on slow, idle and too many clients.

aiohttp bounds the size of a request but not the time a client takes to send one or to read an
answer. The guard is an asyncio protocol that hands everything on to aiohttp's and watches three
things: how long a request takes to arrive, whether the client reads, and how many there are.
"""

import asyncio
import fcntl
import socket
import struct
import sys
import termios
from collections.abc import Callable
from typing import cast

from typing_extensions import override

from agent.web.door import Cut, Door, client_of

_TICKS = 10  # the patience is looked at in tenths: a client is cut at most a tenth late


class _Timer:
    """A call to come that can be put off and called off."""

    def __init__(self) -> None:
        self._handle: asyncio.TimerHandle | None = None

    @property
    def runs(self) -> bool:
        return self._handle is not None

    def start(self, after_s: float, call: Callable[[], None]) -> None:
        self.stop()
        self._handle = asyncio.get_running_loop().call_later(after_s, self._ring, call)

    def stop(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def _ring(self, call: Callable[[], None]) -> None:
        self._handle = None
        call()


class Guard(asyncio.Protocol):
    """Guards one connection in front of `inner`."""

    def __init__(self, inner: asyncio.Protocol, door: Door) -> None:
        """Stand before `inner`; nothing happens until the connection is made."""
        self._inner = inner
        self._door = door
        self._client = ""
        self._transport: asyncio.Transport | None = None
        self._request = _Timer()
        self._reader = _Timer()
        self._answer = _Timer()
        self._heard_more = False
        self._unread = 0
        self._idle_ticks = 0

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let the client in, or cut it at once."""
        self._transport = cast("asyncio.Transport", transport)
        self._client = client_of(peer_of(transport))
        refused = self._door.enter(self, self._client)
        # paused means unread: with nothing kept here, aiohttp's drain waits for the client
        self._transport.set_write_buffer_limits(high=0)
        self._inner.connection_made(transport)
        if refused is not None:
            self.cut(refused)
        elif not self._door.permits(self._transport.get_extra_info("peercert")):
            self.cut("certificate")
        else:
            self._expect_request()

    @override
    def data_received(self, data: bytes) -> None:
        """Hand on; the first octets of a request start its clock."""
        if self._answer.runs:
            self._heard_more = True
        elif not self._request.runs:
            self._expect_request()
        self._inner.data_received(data)

    @override
    def eof_received(self) -> bool | None:
        """Hand on."""
        return self._inner.eof_received()

    @override
    def pause_writing(self) -> None:
        """Start watching the reader: something waits to be sent."""
        self._inner.pause_writing()
        self._idle_ticks, self._unread = 0, self._outstanding()
        self._watch_reader()

    @override
    def resume_writing(self) -> None:
        """Stop watching: the kernel has taken everything."""
        self._reader.stop()
        self._inner.resume_writing()

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        """Stop all clocks."""
        for timer in (self._request, self._reader, self._answer):
            timer.stop()
        self._door.leave(self, self._client)
        self._inner.connection_lost(exc)

    def begin(self) -> None:
        """Note that a whole request has arrived and is being answered."""
        self._request.stop()
        self._heard_more = False
        self._answer.start(self._door.patience.answer_s, lambda: self.cut("too_long"))

    def end(self) -> None:
        """Note that the answer is made; the rest of it may still wait to be read."""
        self._answer.stop()
        if self._heard_more:
            self._expect_request()

    def cut(self, why: Cut) -> None:
        """Reset the connection: the client must not take what it has for the whole answer.

        A chunked body would be seen to be short anyway; one that ends with the connection
        (HTTP/1.0) is told from a whole one only by the reset.
        """
        if self._transport is None or self._transport.is_closing():
            return
        self._door.on_cut(peer_of(self._transport), why)
        reset(self._transport)

    def abandon(self) -> None:
        """End the connection because the server closes."""
        if self._transport is not None:
            self._transport.abort()

    def _expect_request(self) -> None:
        self._request.start(self._door.patience.request_s, self._request_is_late)

    def _request_is_late(self) -> None:
        if self._reader.runs:  # still reading the former answer; the reader's clock rules
            self._expect_request()
        else:
            self.cut("slow_request")

    def _watch_reader(self) -> None:
        self._reader.start(self._door.patience.reader_s / _TICKS, self._look_at_reader)

    def _look_at_reader(self) -> None:
        outstanding = self._outstanding()
        self._idle_ticks = 0 if outstanding != self._unread else self._idle_ticks + 1
        self._unread = outstanding
        if self._idle_ticks >= _TICKS:
            self.cut("slow_reader")
        else:
            self._watch_reader()

    def _outstanding(self) -> int:
        """Count octets not yet acknowledged by the client: here and in the kernel (tcp(7))."""
        if self._transport is None or self._transport.is_closing():
            return 0
        here = self._transport.get_write_buffer_size()
        try:
            answer = fcntl.ioctl(_descriptor(self._transport), termios.TIOCOUTQ, b"\0" * 4)
        except OSError:
            return here
        return here + int.from_bytes(answer, sys.byteorder)


def peer_of(transport: asyncio.BaseTransport | None) -> str:
    """Return the client's address, an IPv4 one as such even on a socket for both families."""
    name = transport.get_extra_info("peername") if transport else None
    host = str(name[0]) if isinstance(name, tuple) and name else ""
    return host.removeprefix("::ffff:") if "." in host else host


def guard_of(transport: asyncio.BaseTransport | None) -> Guard | None:
    """Return the guard of a request's connection."""
    protocol = transport.get_protocol() if transport else None
    return protocol if isinstance(protocol, Guard) else None


def reset(transport: asyncio.Transport) -> None:
    """Close with RST instead of FIN, dropping what was not sent (SO_LINGER 0, socket(7)).

    The descriptor is borrowed, not copied: where none is left, connections must still be cut.
    """
    borrowed = socket.socket(fileno=_descriptor(transport))
    try:
        borrowed.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    finally:
        borrowed.detach()
    transport.abort()


def _descriptor(transport: asyncio.BaseTransport) -> int:
    return int(transport.get_extra_info("socket").fileno())
