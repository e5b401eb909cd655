"""One agent as the engine sees it: its budget, and the exchanges that are under way with it.

Session.exchange ─▶ waiting ─(in flight? tokens?)─▶ Exchange ─▶ attempt ─▶ attempt ─▶ settled
"""

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from typing_extensions import override

from protocols.snmp import ber, message
from protocols.snmp.credentials import Version
from protocols.snmp.exchange import Exchange, Post, Waiter
from protocols.snmp.learned import Learned
from protocols.snmp.security import Head, Outgoing, Pdu, Rejected, Rejection, Security
from protocols.snmp.wire import Address

if TYPE_CHECKING:
    from collections.abc import Mapping

    from protocols.snmp.plan import Plan
    from protocols.snmp.request import Request

_COMMUNITY_HEADERS: Final = 48  # 29 and the community
_V3_HEADERS: Final = 160  # with a long engine id, user, context and HMAC


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
    """What happened with one agent since the session began; `octets` is what it sent us."""

    sent: int
    answered: int
    retries: int
    failed: int
    octets: int = 0


class Session:
    """Asks one agent, within its budget; made by `Engine.session`.

    `limits` may be replaced at any time, by stricter ones for an agent that is overloaded;
    `learned` is what it taught about sizes, `octets` counts what it answered. `numbered` tells that
    each datagram bears a number of its own, the msgID of v3.
    """

    __slots__ = (
        "_answered", "_failed", "_filled_s", "_in_flight", "_retries", "_sent", "_tokens",
        "_waiting", "gets", "learned", "limits", "numbered", "octets", "peer", "plans", "post",
        "security",
    )  # fmt: skip

    def __init__(self, post: Post, peer: Address, security: Security, limits: Limits) -> None:
        """Send nothing yet."""
        self.peer = peer
        self.security = security
        self.limits = limits
        self.learned = Learned()
        self.numbered = security.version == Version.V3
        self.post = post
        self.plans: list[Plan] = []
        self.gets: Mapping[tuple[bytes, ...], Request] = {}
        self._waiting: deque[Waiter] = deque()
        self._in_flight = 0
        self._tokens = limits.requests_per_second
        self._filled_s = post.now_s()
        self._sent = self._answered = self._retries = self._failed = 0
        self.octets = 0

    @override
    def __repr__(self) -> str:
        """Name the peer alone."""
        return f"<Session {self.name}>"

    @property
    def name(self) -> str:
        """The peer as text, for errors and logs; an IPv6 zone by its number (RFC 4007)."""
        host, port, *rest = self.peer
        zone = f"%{rest[1]}" if rest and rest[1] else ""
        return f"[{host}{zone}]:{port}" if ":" in host else f"{host}:{port}"

    @property
    def room(self) -> int:
        """Octets of varbinds that a response should fit: what the headers around them leave."""
        headers = _V3_HEADERS if self.numbered else _COMMUNITY_HEADERS
        return self.limits.reply_octets - headers - (20 if ":" in self.peer[0] else 0)

    @property
    def engine_id(self) -> bytes:
        """The engine that answered last over v3; b"" before, and where no v3 is spoken."""
        return self.security.engine_id

    def now_s(self) -> float:
        """Return the engine's monotonic clock, by which deadlines are judged."""
        return self.post.now_s()

    def statistics(self) -> SessionStatistics:
        """Say what was sent and answered so far."""
        return SessionStatistics(
            self._sent, self._answered, self._retries, self._failed, self.octets
        )

    def spent(self) -> tuple[int, int, int]:
        """Return datagrams sent, retries among them, and octets answered: part of `statistics`."""
        return self._sent, self._retries, self.octets

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
        request_id = self.post.identifier()
        pdu = message.request(kind, request_id, repetitions, varbinds)
        exchange = Exchange(self, self.post, pdu, request_id, deadline_s)
        if attempts is not None:
            exchange.attempts = attempts
        self.enqueue(exchange)
        if not exchange.started:
            self.post.wake(deadline_s, exchange)
        return await exchange.answered()

    def decode(
        self, datagram: bytes, head: Head, outgoing: Outgoing, request_id: int, now_s: float
    ) -> Pdu:
        """Return the response in a datagram that came from the peer with the right identifier.

        Raises:
            Malformed, Rejected, Resync, Refused: it is none to be believed, see `Security.decode`.
        """
        self.octets += len(datagram)
        pdu = self.security.decode(datagram, head, outgoing, now_s)
        if pdu.kind != ber.RESPONSE or pdu.request_id != request_id:
            raise Rejected(Rejection.WRONG_REQUEST)
        return pdu

    def enqueue(self, waiter: Waiter) -> None:
        """Start it as soon as the budget allows and it is its turn."""
        self._waiting.append(waiter)
        self._fill()
        self.pump()

    def requeue(self, waiter: Waiter) -> None:
        """Start it once more at its next turn; only while it is being started."""
        self._waiting.append(waiter)

    def pump(self) -> None:
        """Start what waits, as far as the budget allows."""
        waiting = self._waiting
        while waiting and self._in_flight < self.limits.in_flight:
            if waiting[0].gone:
                waiting.popleft()
            elif self._tokens >= 1.0 or self._fill() >= 1.0:
                self._tokens -= 1.0
                self._in_flight += 1
                waiting.popleft().start()
            else:
                lacking = (1.0 - self._tokens) / self.limits.requests_per_second
                self.post.wake(self._filled_s + lacking, self)
                break

    def again(self, waiter: Waiter) -> bool:
        """Give the place of an answer to the next request of the same waiter, if it is its turn.

        It is what `settled` and its `start` come to when nobody else waits, without asking them.
        """
        waiting = self._waiting
        alone = len(waiting) == 1 and waiting[0] is waiter
        if not alone or self._tokens < 1.0 or self._in_flight > self.limits.in_flight:
            return False
        self._tokens -= 1.0
        return True

    def leave(self, waiter: Waiter) -> None:
        """Wait no more."""
        self._waiting.remove(waiter)

    def _fill(self) -> float:
        """Add the tokens of the time that has passed, and return how many there are.

        To do so when somebody comes and when none is left keeps to the budget: a second's worth,
        and what time brings since.
        """
        now_s = self.post.now_s()
        rate = self.limits.requests_per_second
        self._tokens = min(max(rate, 1.0), self._tokens + (now_s - self._filled_s) * rate)
        self._filled_s = now_s
        return self._tokens

    def due(self, now_s: float) -> None:
        """Go on when tokens have come."""
        del now_s
        self.pump()

    def sent(self, attempt: int) -> None:
        """Count a datagram; a retry takes its token even when that is a debt."""
        self._sent += 1
        if attempt > 1:
            self._retries += 1
            self._tokens -= 1.0

    def count(self, sent: int, answered: int, octets: int) -> None:
        """Count what a walk sent first attempts of, and which answers it had itself."""
        self._sent += sent
        self._answered += answered
        self.octets += octets

    def settled(self, answered: bool) -> None:
        """Give the place in flight to the next."""
        if answered:
            self._answered += 1
        else:
            self._failed += 1
        self.free()

    def free(self) -> None:
        """Give a place in flight to the next."""
        self._in_flight -= 1
        if self._waiting:
            self.pump()
