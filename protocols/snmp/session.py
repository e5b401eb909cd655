"""One agent as the engine sees it: its budget, and the exchanges that are under way with it.

Session.exchange ─▶ waiting ─(in flight? tokens?)─▶ Exchange ─▶ attempt ─▶ attempt ─▶ settled
"""

import asyncio
import random
from collections import deque
from dataclasses import dataclass
from typing import Final, Protocol

from typing_extensions import override

from protocols.snmp import ber, message
from protocols.snmp.credentials import Version
from protocols.snmp.errors import ClosedPort, Malformed, NoAnswer, NoRoute, Refused, SnmpError
from protocols.snmp.learned import Learned
from protocols.snmp.security import (
    RESYNCS,
    Head,
    Outgoing,
    Pdu,
    Rejected,
    Rejection,
    Resync,
    Security,
)
from protocols.snmp.wheel import Timed
from protocols.snmp.wire import Address

_COMMUNITY_HEADERS: Final = 48  # 29 and the community
_V3_HEADERS: Final = 160  # with a long engine id, user, context and HMAC
_BLOCKED_S: Final = 0.02  # the kernel's send buffer drains in less


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one agent is asked at most.

    Args:
        in_flight: requests without an answer yet; many agents answer one after the other anyway.
        requests_per_second: mean rate, retries included; a second's worth may go at once.
        timeout_s: of one attempt, to which up to half of it is added at random.
        retries: attempts after the first.
        reply_octets: of UDP that a response should fit in: one Ethernet frame of IPv4, so that no
            firewall which drops fragments comes between. Twenty less are used over IPv6.
        max_repetitions: of a GETBULK, never exceeded; None: as many as fit in `reply_octets`.
    """

    in_flight: int = 2
    requests_per_second: float = 50.0
    timeout_s: float = 2.0
    retries: int = 2
    reply_octets: int = 1_472
    max_repetitions: int | None = None


@dataclass(frozen=True, slots=True)
class SessionStatistics:
    """What happened with one agent since the session began."""

    sent: int
    answered: int
    retries: int
    failed: int


class Post(Protocol):
    """What a session needs of the engine."""

    def now_s(self) -> float:
        """Return the monotonic clock."""

    def identifier(self) -> int:
        """Return a number in 2^30..2^31-1 that no outstanding message bears."""

    def wake(self, at_s: float, timed: Timed) -> None:
        """Call its `due` at that time or shortly after."""

    def send(self, exchange: "Exchange", outgoing: Outgoing) -> bool:
        """Send, and bring what bears the identifier to the exchange; False: no room now."""

    def forget(self, identifiers: list[int]) -> None:
        """Bring nothing more that bears these."""

    def reject(self, peer: Address, reason: Rejection) -> None:
        """Count a datagram that was dropped."""


class Session:
    """Asks one agent, within its budget; made by `Engine.session`.

    `limits` may be replaced at any time, by stricter ones for an agent that is overloaded;
    `learned` is what it taught about sizes. `numbered` tells that each datagram bears a number of
    its own, the msgID of v3.
    """

    def __init__(self, post: Post, peer: Address, security: Security, limits: Limits) -> None:
        """Send nothing yet."""
        self.peer = peer
        self.security = security
        self.limits = limits
        self.learned = Learned()
        self.numbered = security.version == Version.V3
        self._post = post
        self._waiting: deque[Exchange] = deque()
        self._in_flight = 0
        self._tokens = limits.requests_per_second
        self._filled_s = post.now_s()
        self._sent = self._answered = self._retries = self._failed = 0

    @override
    def __repr__(self) -> str:
        """Name the peer alone."""
        return f"<Session {self.name}>"

    @property
    def name(self) -> str:
        """The peer as text, for errors and logs."""
        host = f"[{self.peer[0]}]" if ":" in self.peer[0] else self.peer[0]
        return f"{host}:{self.peer[1]}"

    @property
    def room(self) -> int:
        """Octets of varbinds that a response should fit: what the headers around them leave."""
        headers = _V3_HEADERS if self.numbered else _COMMUNITY_HEADERS
        return self.limits.reply_octets - headers - (20 if ":" in self.peer[0] else 0)

    def now_s(self) -> float:
        """Return the engine's monotonic clock, by which deadlines are judged."""
        return self._post.now_s()

    def statistics(self) -> SessionStatistics:
        """Say what was sent and answered so far."""
        return SessionStatistics(self._sent, self._answered, self._retries, self._failed)

    async def exchange(
        self,
        kind: int,
        repetitions: int,
        varbinds: bytes,
        deadline_s: float,
        *,
        attempts: int | None = None,
    ) -> Pdu:
        """Send a request until it is answered; return the response, whatever its error-status.

        `repetitions` are max-repetitions of GETBULK, else 0; `varbinds` as `message.unbound`
        makes them; `attempts` are fewer or more than the session's limits say.

        Raises:
            SnmpError: NoAnswer, ClosedPort, NoRoute, Refused or Malformed, see there.
        """
        request_id = self._post.identifier()
        pdu = message.request(kind, request_id, repetitions, varbinds)
        exchange = Exchange(self, self._post, pdu, request_id, deadline_s)
        if attempts is not None:
            exchange.attempts = attempts
        if self._waiting or self._in_flight >= self.limits.in_flight or not self._spend(1.0):
            self._waiting.append(exchange)
            self._post.wake(deadline_s, exchange)
        else:
            self._in_flight += 1
            exchange.start()
        try:
            return await exchange.future
        finally:
            exchange.abandon()

    def pump(self) -> None:
        """Start what waits, as far as the budget allows."""
        while self._waiting and self._in_flight < self.limits.in_flight:
            if self._waiting[0].future.done():
                self._waiting.popleft()
                continue
            if not self._spend(1.0):
                break
            self._in_flight += 1
            self._waiting.popleft().start()

    def _spend(self, at_least: float) -> bool:
        """Take a token; when there are fewer than `at_least`, take none and come back later."""
        now_s = self._post.now_s()
        rate = self.limits.requests_per_second
        self._tokens = min(max(rate, 1.0), self._tokens + (now_s - self._filled_s) * rate)
        self._filled_s = now_s
        if self._tokens < at_least:
            self._post.wake(now_s + (at_least - self._tokens) / rate, self)
            return False
        self._tokens -= 1.0
        return True

    def due(self, now_s: float) -> None:
        """Go on when tokens have come."""
        del now_s
        self.pump()

    def sent(self, attempt: int) -> None:
        """Count a datagram; a retry takes its token even when that is a debt."""
        self._sent += 1
        if attempt > 1:
            self._retries += 1
            self._spend(float("-inf"))

    def settled(self, answered: bool) -> None:
        """Give the place in flight to the next."""
        self._in_flight -= 1
        if answered:
            self._answered += 1
        else:
            self._failed += 1
        if self._waiting:
            self.pump()


class Exchange:
    """One request and its attempts, until something is believed or hope is given up."""

    __slots__ = (
        "_attempt",
        "_due_s",
        "_hint",
        "_identifiers",
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
        self, session: Session, post: Post, pdu: bytes, request_id: int, deadline_s: float
    ) -> None:
        """Wait to be started; `peer` is the only source that an answer may have."""
        self.peer = session.peer
        self.deadline_s = deadline_s
        self.future: asyncio.Future[Pdu] = asyncio.get_running_loop().create_future()
        self._session = session
        self._post = post
        self._pdu = pdu
        self._request_id = request_id
        self._identifiers: list[int] = []
        self._attempt = 0
        self.attempts = session.limits.retries + 1
        self._due_s = deadline_s
        self._resyncs = 0
        self._hint: SnmpError | None = None
        self.started = False

    @property
    def is_retry(self) -> bool:
        """Whether the agent was asked before and said nothing."""
        return self._attempt > 1

    def start(self) -> None:
        """Make the first attempt."""
        self.started = True
        self._try_again(self._post.now_s())

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
            due_s = now_s + _BLOCKED_S
        self._due_s = due_s = min(due_s, self.deadline_s)
        self._post.wake(due_s, self)

    def heard(self, datagram: bytes, head: Head, outgoing: Outgoing) -> None:
        """Judge a datagram from the right source with the right identifier."""
        now_s = self._post.now_s()
        try:
            pdu = self._session.security.decode(datagram, head, outgoing, now_s)
            if pdu.kind != ber.RESPONSE or pdu.request_id != self._request_id:
                raise Rejected(Rejection.WRONG_REQUEST)  # noqa: TRY301 - judged like those of the security model
        except Malformed as error:
            self._reject(Rejection.JUNK, Malformed(f"{self._session.name}: {error}"))
        except Rejected as rejected:
            self._reject(rejected.reason, rejected.hint)
        except Resync as resync:
            self._resync(resync, now_s)
        except Refused as error:
            self._settle(Refused(f"{self._session.name}: {error}", error.detail))
        else:
            self._settle(pdu)

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
        if isinstance(outcome, SnmpError):
            self.future.set_exception(outcome)
        else:
            self.future.set_result(outcome)
        self._leave(answered=not isinstance(outcome, SnmpError))

    def abandon(self) -> None:
        """Leave the engine's tables when nobody waits any more."""
        if self._identifiers:
            self.future.cancel()
            self._leave(answered=False)

    def _leave(self, *, answered: bool) -> None:
        self._post.forget(self._identifiers)
        self._identifiers.clear()
        if self.started:
            self.started = False
            self._session.settled(answered)
