"""One request and its attempts, until something is believed or hope is given up."""

import asyncio
import random
from typing import TYPE_CHECKING, Final, Protocol

from protocols.snmp.errors import ClosedPort, Malformed, NoAnswer, NoRoute, Refused, SnmpError
from protocols.snmp.layout import Layouts
from protocols.snmp.security import RESYNCS, Head, Outgoing, Pdu, Rejected, Rejection, Resync
from protocols.snmp.wheel import Timed
from protocols.snmp.wire import Address

if TYPE_CHECKING:
    from protocols.snmp.session import Session

BLOCKED_S: Final = 0.02  # the kernel's send buffer drains in less
Objection = Malformed | Rejected | Resync | Refused
"""What a security model has against a datagram."""


class Waiter(Protocol):
    """What waits for a place in flight and a token."""

    @property
    def gone(self) -> bool:
        """Whether nobody waits for it any more."""

    def start(self) -> None:
        """Send one request, in a place that was taken for it."""


class Concerned(Protocol):
    """What has requests under way to a peer."""

    @property
    def peer(self) -> Address:
        """Where they went."""

    def unreachable(self, closed: bool) -> None:
        """Take an ICMP error."""


class Flight(Protocol):
    """One request without the care of an Exchange, see `protocols.snmp.flight`."""

    peer: Address
    identifier: int
    datagram: bytes

    def regular(self, datagram: bytes) -> bool:
        """Take an answer from that peer that looks just as expected, else False."""

    def heard(self, datagram: bytes, head: Head) -> None:
        """Judge any other datagram from that peer."""

    def abandon(self) -> None:
        """End it, because the engine is closed."""


class Post(Protocol):
    """What a session needs of the engine."""

    layouts: Layouts

    def now_s(self) -> float:
        """Return the monotonic clock."""

    def identifier(self) -> int:
        """Return a number in 2^30..2^31-1 that no outstanding message bears."""

    def wake(self, at_s: float, timed: Timed) -> None:
        """Call its `due` at that time or shortly after."""

    def send(self, exchange: "Exchange", outgoing: Outgoing) -> bool:
        """Send, and bring what bears the identifier to the exchange; False: no room now."""

    def expect(self, exchange: "Exchange", outgoing: Outgoing) -> None:
        """Bring what bears the identifier to the exchange, without sending."""

    def launch(self, flight: "Flight") -> bool:
        """Send, and bring what bears its identifier to the flight; False: no room now."""

    def land(self, identifier: int) -> None:
        """Bring nothing more to the flight of that identifier."""

    def forget(self, identifiers: list[int]) -> None:
        """Bring nothing more that bears these."""

    def listen(self, one: "Concerned") -> None:
        """Tell it of each ICMP error that comes of its peer."""

    def ignore(self, one: "Concerned") -> None:
        """Tell it no more."""

    def contradicted(self, peer: Address) -> None:
        """Count a Report without proof that the true answer has shown to be forged."""

    def reject(self, peer: Address, reason: Rejection) -> None:
        """Count a datagram that was dropped."""


class Exchange:
    """One request and its attempts, until something is believed or hope is given up."""

    __slots__ = (
        "_attempt",
        "_distrusted",
        "_due_s",
        "_hint",
        "_identifiers",
        "_outcome",
        "_pdu",
        "_post",
        "_request_id",
        "_resyncs",
        "_session",
        "attempts",
        "deadline_s",
        "future",
        "peer",
        "started",
    )

    def __init__(
        self, session: "Session", post: Post, pdu: bytes, request_id: int, deadline_s: float
    ) -> None:
        """Wait to be started; `peer` is the only source that an answer may have."""
        self.peer = session.peer
        self.deadline_s = deadline_s
        self.future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._outcome: Pdu | SnmpError | None = None
        self._session = session
        self._post = post
        self._pdu = pdu
        self._request_id = request_id
        self._identifiers: list[int] = []
        self._distrusted: list[int] = []
        self._attempt = 0
        self.attempts = session.limits.retries + 1
        self._due_s = deadline_s
        self._resyncs = 0
        self._hint: SnmpError | None = None
        self.started = False

    @property
    def gone(self) -> bool:
        """Whether nobody waits for it any more."""
        return self.future.done()

    @property
    def is_retry(self) -> bool:
        """Whether the agent was asked before and said nothing."""
        return self._attempt > 1

    def start(self) -> None:
        """Make the first attempt."""
        self.started = True
        self._post.listen(self)
        self._try_again(self._post.now_s())

    def resume(self, outgoing: Outgoing, due_s: float) -> None:
        """Go on after a first attempt that somebody else made, in a place of the session's."""
        self.started = True
        self._attempt = 1
        self._identifiers.append(outgoing.identifier)
        self._due_s = due_s
        self._post.listen(self)
        self._post.expect(self, outgoing)
        self._post.wake(due_s, self)

    def due(self, now_s: float) -> None:
        """Try again or give up; called at times that may no longer matter."""
        if self.future.done() or now_s < self._due_s:
            return
        if now_s >= self.deadline_s or self._attempt >= self.attempts:
            self._give_up()
        else:
            self._try_again(now_s)

    def _try_again(self, now_s: float) -> None:
        self._attempt += 1
        self._transmit(now_s)

    def _transmit(self, now_s: float) -> None:
        session = self._session
        message_id = self._post.identifier() if session.numbered else self._request_id
        outgoing = session.security.encode(self._pdu, self._request_id, message_id, now_s)
        if outgoing.identifier not in self._identifiers:
            self._identifiers.append(outgoing.identifier)
        try:
            sent = self._post.send(self, outgoing)
        except OSError as error:
            self._settle(NoRoute(f"{session.name}: {error.strerror}"))
            return
        if sent:
            session.sent(self._attempt)
            jitter = 1.0 + random.random() / 2  # noqa: S311 - no secret
            due_s = now_s + session.limits.timeout_s * jitter
        else:
            self._attempt -= 1
            due_s = now_s + BLOCKED_S
        self._due_s = due_s = min(due_s, self.deadline_s)
        self._post.wake(due_s, self)

    def heard(self, datagram: bytes, head: Head, outgoing: Outgoing) -> None:
        """Judge a datagram from the right source with the right identifier."""
        now_s = self._post.now_s()
        try:
            pdu = self._session.decode(datagram, head, outgoing, self._request_id, now_s)
        except (Malformed, Rejected, Resync, Refused) as objection:
            self.objected(objection, outgoing.identifier, now_s)
        else:
            if outgoing.identifier in self._distrusted:
                self._post.contradicted(self.peer)
            self._settle(pdu)

    def objected(self, objection: Objection, identifier: int, now_s: float) -> None:
        """Go on after a datagram that is no answer."""
        name = self._session.name
        match objection:
            case Malformed():
                self._reject(Rejection.JUNK, Malformed(f"{name}: {objection}"))
            case Rejected():
                if objection.reason is Rejection.UNTRUSTED_REPORT:
                    self._distrusted.append(identifier)
                self._reject(objection.reason, objection.hint)
            case Resync():
                self._resync(objection, now_s)
            case Refused():
                self._settle(Refused(f"{name}: {objection}", objection.detail))

    def unreachable(self, closed: bool) -> None:
        """Take an ICMP error as a hint: it may be forged, or the agent may be restarting."""
        name = self._session.name
        self._hint = ClosedPort(f"{name}: closed") if closed else NoRoute(f"{name}: unreachable")
        self.attempts = min(self.attempts, max(self._attempt, 2))
        if self._attempt >= self.attempts:
            self._give_up()

    def _reject(self, reason: Rejection, hint: SnmpError | None) -> None:
        self._post.reject(self.peer, reason)
        if isinstance(hint, Refused):
            self._suspect(hint)
        else:
            self._hint = self._hint or hint

    def _suspect(self, hint: Refused) -> None:
        """Keep what would explain a silence; one repetition is enough to be sure."""
        self._hint = Refused(f"{self._session.name}: {hint}", hint.detail)
        self.attempts = min(self.attempts, max(self._attempt, 2))

    def _resync(self, resync: Resync, now_s: float) -> None:
        self._resyncs += 1
        if resync.hint:
            self._suspect(resync.hint)
        if self._resyncs > RESYNCS:
            self._give_up()
        else:
            self._transmit(now_s)

    def _give_up(self) -> None:
        self._settle(self._hint or NoAnswer(f"{self._session.name}: no answer"))

    def _settle(self, outcome: Pdu | SnmpError) -> None:
        if self.future.done():
            return
        self._outcome = outcome
        self.future.set_result(None)
        self._leave(answered=not isinstance(outcome, SnmpError))

    async def answered(self) -> Pdu:
        """Wait for the response; whoever stops waiting abandons the exchange.

        Raises:
            SnmpError: there is none.
        """
        try:
            await self.future
        finally:
            self.abandon()
        return self._taken()

    def _taken(self) -> Pdu:
        """Return or raise the outcome once, and keep it no longer.

        An error knows the frames that it went through, and they know this exchange: the circle
        would be left to the garbage collector, which does not look at what is as old as a timeout.
        """
        outcome, self._outcome, self._hint = self._outcome, None, None
        if isinstance(outcome, Pdu):
            return outcome
        try:
            raise outcome or NoAnswer(f"{self._session.name}: no answer")
        finally:
            del outcome

    def abandon(self) -> None:
        """Leave the engine's tables when nobody waits any more."""
        if self._identifiers:
            self.future.cancel()
            self._leave(answered=False)

    def drop(self) -> None:
        """Abandon what nobody has waited for, nor for what went wrong with it."""
        self.abandon()

    def _leave(self, *, answered: bool) -> None:
        self._post.forget(self._identifiers)
        self._identifiers.clear()
        self._post.ignore(self)
        if self.started:
            self.started = False
            self._session.settled(answered)
