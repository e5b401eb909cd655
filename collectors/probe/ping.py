"""Five echo requests, spread, and what their answers say together."""

import asyncio
from typing import Final

from collectors.errors import Detail, Reason
from collectors.probe.pinger import GAP_S, Peer, Pinger
from collectors.probe.verdict import NotTried, Probe, ProbeFailed, Verdict, Way

PACKETS: Final = 5
ANSWER_S: Final = 3.5
"""After the last one. A satellite link takes 0.6 s; the last router says that it finds no neighbour
after 3 s (RFC 4861 section 10), and a dead site should not look silent and unreachable by turns."""

_GAP_SHARE: Final = 1 / 10
"""Of the time that is left: with a deadline of a second the gaps shrink."""


async def ping(pinger: Pinger, way: Way, packets: int = PACKETS) -> Verdict:
    """Send so many echo requests; success is one answer or more."""
    try:
        answers = await _send(pinger, Peer.of(way.address), packets, way.deadline_s)
    except ProbeFailed as error:
        way.note(f"icmp {way.address}: {error}")
        return _unsent(way, error)
    wait_s = min(ANSWER_S, way.deadline_s - pinger.monotonic())
    try:
        await asyncio.wait(answers, timeout=max(0.0, wait_s))
        return _verdict(way, answers)
    finally:
        for answer in answers:
            answer.cancel()


async def _send(
    pinger: Pinger, peer: Peer, packets: int, deadline_s: float
) -> list["asyncio.Future[float]"]:
    gap_s = max(0.0, deadline_s - pinger.monotonic()) * _GAP_SHARE
    answers: list[asyncio.Future[float]] = []
    try:
        for number in range(packets):
            if number:
                await (pinger.ticks.next() if gap_s >= GAP_S else asyncio.sleep(gap_s))
            answers.append(pinger.send(peer))
    except BaseException:
        for answer in answers:
            answer.cancel()
        raise
    return answers


def _unsent(way: Way, error: ProbeFailed) -> Verdict:
    """What this machine cannot do says nothing; what it has no way for is all lost."""
    loss = None if isinstance(error, NotTried) else 1.0
    return Verdict(Probe.ICMP, way.family, error, loss=loss)


def _verdict(way: Way, answers: list["asyncio.Future[float]"]) -> Verdict:
    ended = [answer for answer in answers if answer.done() and not answer.cancelled()]
    errors = [error for answer in ended if (error := answer.exception()) is not None]
    rtts_s = [answer.result() for answer in ended if answer.exception() is None]
    way.note(f"icmp {way.address}: {len(rtts_s)} answers to {len(answers)} packets")
    loss = 1 - len(rtts_s) / len(answers)
    if rtts_s:
        return Verdict(Probe.ICMP, way.family, None, sum(rtts_s) / len(rtts_s), loss)
    first = next((error for error in errors if isinstance(error, ProbeFailed)), None)
    return Verdict(Probe.ICMP, way.family, first or _silence(len(answers)), loss=loss)


def _silence(packets: int) -> ProbeFailed:
    words = "a packet" if packets == 1 else f"{packets} packets"
    return ProbeFailed(Reason.TIMEOUT, Detail.NO_ANSWER, f"no answer to {words}")
