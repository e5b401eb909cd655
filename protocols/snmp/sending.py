"""Requests of a visit that is as the last one was: the path of nearly all, and of our CPU time.

    Sending ─▶ Flight ─▶ answer as expected ─▶ kept, next Flight           in the receive loop
        │         │
        │         ├ error-status ─────────────────────────────▶ handed over
        │         └ silence, or a datagram that is no answer ─▶ an Exchange goes on with it
        └ all are there, or handed over ─▶ whoever waits

A request needs no coroutine, no future and no timer of its own here; one future and one timer serve
all of them. What is irregular is not judged here: an answer is handed over as it came, a request
goes on as an `Exchange` that has made its first attempt, and from then on everything is as for a
device that is visited for the first time. After silence or a forged datagram nothing more is sent
from here.
"""

import asyncio
import random
from collections.abc import Sequence
from typing import Final, Generic, TypeVar

from protocols.snmp.exchange import Exchange
from protocols.snmp.flight import Flight
from protocols.snmp.request import Request
from protocols.snmp.security import Pdu
from protocols.snmp.session import Session

R = TypeVar("R", bound=Request)

_TOGETHER: Final = 64
"""Answers that are read at once: 2 ms without their layouts, and the loop is ours for no longer."""


class Sending(Generic[R]):
    """Sends requests to one agent, as many at once as its budget allows, and gathers the answers.

    Attributes:
        peer: where the requests go.
        answers: varbinds of the responses that were as expected.
        handed: what somebody else goes on with: responses with an error, and requests under way.
        answered_any: the agent is there.
        octets: of its answers that looked as expected.
    """

    __slots__ = (
        "_asks", "_deadline_s", "_future", "_next", "_out", "_regular", "_seconds", "_sent",
        "_stopped", "_timeout_s", "answered_any", "answers", "handed", "octets", "peer", "session",
    )  # fmt: skip

    def __init__(
        self, session: Session, asks: Sequence[R], seconds: float, deadline_s: float
    ) -> None:
        """Send nothing yet; a request may take so many seconds, all have to end by the deadline."""
        self.session = session
        self.peer = session.peer
        self.answers: list[tuple[R, bytes]] = []
        self.handed: list[tuple[R, Exchange | Pdu]] = []
        self.answered_any = False
        self._asks = asks
        self._seconds = seconds
        self._deadline_s = deadline_s
        jitter = 1.0 + random.random() / 2  # noqa: S311 - no secret
        self._timeout_s = min(session.limits.timeout_s * jitter, seconds)
        self._next = self._sent = self._regular = self.octets = 0
        self._out: list[Flight[R]] = []
        self._stopped = False
        self._future: asyncio.Future[None] | None = None

    async def run(self) -> None:
        """Send all requests, and wait until each is answered or handed over."""
        session = self.session
        session.post.listen(self)
        try:
            session.enqueue(self)
            if not self._ended:
                await self._answered()
        finally:
            session.post.ignore(self)
            session.count(self._sent, self._regular, self.octets)

    def read(self) -> None:
        """Read what came so far, so that it is not too much at the end."""

    async def _answered(self) -> None:
        session = self.session
        session.post.wake(min(session.now_s() + self._timeout_s, self._deadline_s), self)
        self._future = asyncio.get_running_loop().create_future()
        try:
            await self._future
        except BaseException:
            self.abandon()
            raise

    # --- sending

    @property
    def gone(self) -> bool:
        """Whether there is nothing more to send."""
        return self._stopped

    @property
    def _ended(self) -> bool:
        return not self._out and (self._stopped or self._next == len(self._asks))

    def start(self) -> None:
        """Send the next request, in a place that the session gave, and wait for another place."""
        if self._next + 1 < len(self._asks):
            self.session.requeue(self)
        self._launch()

    def _launch(self) -> None:
        ask = self._asks[self._next]
        self._next += 1
        session = self.session
        post = session.post
        now_s = post.now_s()
        request_id = post.identifier()
        flight = Flight(self, ask, request_id, now_s + self._timeout_s)
        flight.datagram = ask.before + request_id.to_bytes(4, "big") + ask.after
        if session.numbered:
            pdu, message_id = flight.datagram, post.identifier()
            outgoing = session.security.encode(pdu, request_id, message_id, now_s)
            flight.datagram, flight.identifier, flight.memo = outgoing
        try:
            sent = post.launch(flight)
        except OSError:
            sent = False
        if sent:
            self._out.append(flight)
            self._sent += 1
        else:
            self._hand_over(ask, self._exchange(ask, request_id)).start()

    def due(self, now_s: float) -> None:
        """Hand over what was not answered in time."""
        if self._future is None or self._future.done():
            return
        late = now_s >= self._deadline_s
        for flight in [flight for flight in self._out if late or now_s >= flight.due_s]:
            self.promoted(flight)
        self._stopped = self._stopped or late
        if self._ended:
            self._end()
            return
        next_s = min([flight.due_s for flight in self._out], default=self._deadline_s)
        self.session.post.wake(min(next_s, self._deadline_s), self)

    def unreachable(self, closed: bool) -> None:
        """Take an ICMP error; it may be about any of the requests."""
        for flight in self._out[:]:
            self.promoted(flight).unreachable(closed)

    def promoted(self, flight: Flight[R]) -> Exchange:
        """Let an Exchange go on with a request, and stop sending from here."""
        self._land(flight)
        exchange = self._exchange(flight.ask, flight.request_id)
        exchange.resume(flight.outgoing, flight.due_s)
        self._hand_over(flight.ask, exchange)
        return exchange

    def _exchange(self, ask: R, request_id: int) -> Exchange:
        session = self.session
        pdu = ask.pdu(request_id)
        deadline_s = min(self._deadline_s, session.now_s() + self._seconds)
        return Exchange(session, session.post, pdu, request_id, deadline_s)

    def _hand_over(self, ask: R, exchange: Exchange) -> Exchange:
        self.handed.append((ask, exchange))
        self._stopped = True
        self._end_perhaps()
        return exchange

    def _land(self, flight: Flight[R]) -> None:
        self._out.remove(flight)
        self.session.post.land(flight.identifier)

    def abandon(self) -> None:
        """Give everything back, and wait for nothing more."""
        self._stopped = True
        for flight in self._out[:]:
            self._land(flight)
            self.session.settled(answered=False)
        for _, first in self.handed:
            if isinstance(first, Exchange):
                first.drop()
        if self._future is not None:
            self._future.cancel()

    # --- answers

    def refused(self, flight: Flight[R], pdu: Pdu) -> None:
        """Leave a response with an error-status, or without any varbind, to somebody else."""
        self._land(flight)
        self.answered_any = True
        self.handed.append((flight.ask, pdu))
        self.session.settled(answered=True)
        self._end_perhaps()

    def answered(self, flight: Flight[R], data: bytes) -> None:
        """Keep the varbinds of a response, and let the next request go."""
        session, out = self.session, self._out
        out.remove(flight)
        session.post.land(flight.identifier)
        self.answered_any = True
        self._regular += 1
        self.answers.append((flight.ask, data))
        if not self._stopped and session.again(self):
            if self._next + 1 == len(self._asks):
                session.leave(self)
            self._launch()
        else:
            session.free()
        if not out and self._ended:
            self._end()
        elif len(self.answers) >= _TOGETHER:
            self.read()

    def _end_perhaps(self) -> None:
        if self._ended:
            self._end()

    def _end(self) -> None:
        if self._future is not None and not self._future.done():
            self._future.set_result(None)
