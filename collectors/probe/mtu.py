"""Whether IPv6 packets of 1500 octets pass, and if not, how large a packet does and who says so.

Routers never fragment IPv6 (RFC 8200 section 5): the one that cannot pass a packet must say Packet
Too Big (RFC 4443 section 3.2). Where that message is filtered, or a switch drops what is too long
for it, large packets vanish in silence: a black hole (RFC 2923 section 2.1, RFC 8899), in which
connections open and then hang. Small packets pass both, so an ordinary ping sees neither.
"""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Final

from collectors.errors import Detail, Reason
from collectors.probe.pinger import Peer, Pinger
from collectors.probe.verdict import Probe, ProbeFailed, TooBig, Verdict, Way

FULL: Final = 1500
LADDER: Final = (1492, 1480, 1460, 1420, 1400, 1280)
"""What a black hole may let pass: PPPoE, 6in4 (RFC 4213), GRE, IPsec, and what IPv6 demands."""

TRIES: Final = 3
"""One lost packet is no black hole."""

ANSWER_S: Final = 1.0
_ROUNDS: Final = 5
"""Smaller and smaller links one behind the other; each says its own size."""

_STEPS: Final = TRIES + 2


async def path_mtu(pinger: Pinger, way: Way) -> Verdict:
    """Find the largest packet that passes to an address which answers ordinary pings.

    Success is that 1500 octets pass. It is the way there that counts: an answer that had to be
    fragmented by its sender on the way back is an answer.
    """
    size: int = FULL
    told: ProbeFailed | None = None
    try:
        asking = _Asking(pinger, way)
        for _ in range(_ROUNDS):
            try:
                if await asking.passes(size):
                    return Verdict(Probe.MTU, "ipv6", told, mtu=size)
                break
            except TooBig as error:
                way.note(f"mtu {way.address}: {size} octets: {error}")
                if error.mtu >= size:
                    break  # a lie: it would be passed
                told, size = told or error, error.mtu
        passed = await asking.largest([one for one in LADDER if one < size])
    except ProbeFailed as error:
        return Verdict(Probe.MTU, "ipv6", error)
    return Verdict(Probe.MTU, "ipv6", _black_hole(size, passed), mtu=passed)


class _Asking:
    """One path, asked with packets of chosen sizes."""

    def __init__(self, pinger: Pinger, way: Way) -> None:
        self._pinger = pinger
        self._way = way
        self._peer = Peer.of(way.address)

    async def passes(self, octets: int) -> bool:
        """Say whether a packet of so many octets is answered; False is silence.

        Raises:
            ProbeFailed: TooBig, or whatever else came instead.
        """
        for _ in range(TRIES):
            answer = self._pinger.send(self._peer, octets)
            if await self._answered([answer]):
                self._way.note(f"mtu {self._way.address}: {octets} octets pass")
                answer.result()
                return True
        self._way.note(f"mtu {self._way.address}: {octets} octets vanish")
        return False

    async def largest(self, sizes: Sequence[int]) -> int | None:
        """Return the largest of `sizes` that is answered, asked all at once, twice; None: none."""
        passed: set[int] = set()
        for _ in range(2):
            answers: dict[int, asyncio.Future[float]] = {}
            try:
                for octets in sizes:
                    with contextlib.suppress(TooBig):
                        answers[octets] = self._pinger.send(self._peer, octets)
            finally:
                await self._answered(tuple(answers.values()), asyncio.ALL_COMPLETED)
            passed |= {octets for octets, answer in answers.items() if _came(answer)}
        return max(passed, default=None)

    async def _answered(
        self, answers: Sequence["asyncio.Future[float]"], when: str = asyncio.FIRST_COMPLETED
    ) -> bool:
        """Wait; True when at least one ended, by an answer or an error. The others are given up."""
        if not answers:
            return False
        left_s = self._way.deadline_s - self._pinger.monotonic()
        wait_s = max(0.0, min(ANSWER_S, left_s / _STEPS))
        try:
            done, _pending = await asyncio.wait(answers, timeout=wait_s, return_when=when)
        finally:
            for answer in answers:
                answer.cancel()
        return bool(done)


def _came(answer: "asyncio.Future[float]") -> bool:
    return answer.done() and not answer.cancelled() and answer.exception() is None


def _black_hole(size: int, passed: int | None) -> ProbeFailed:
    if passed is None:
        return ProbeFailed(Reason.TIMEOUT, Detail.NO_ANSWER, "no answer to packets of any size")
    text = f"packets of {size} octets vanish and nobody says Packet Too Big; {passed} pass"
    return ProbeFailed(Reason.TIMEOUT, Detail.BLACK_HOLE, text)
