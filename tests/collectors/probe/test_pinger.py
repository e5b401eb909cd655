"""Echo requests by the hundred, and peers that lose, repeat, alter and answer for others."""

import asyncio
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from collectors.errors import Detail
from collectors.probe.collector import ProbePoller
from collectors.probe.pinger import Peer, Pinger
from collectors.probe.target import ProbeTarget
from collectors.probe.verdict import NotTried
from tests.collectors.probe.asking import Seen, nothing, question, visited
from tests.collectors.probe.namespaces import Line, enter_namespace, line

pytestmark = pytest.mark.peer

SITE = "10.99.1.2"
TARGET = ProbeTarget("s", 30.0, (("ipv4", SITE),), ping=True)

Answer = Callable[[int, bytes], list[bytes]]
"""Gives the ICMP messages that answer the request of a number, counted from 0."""


@pytest.fixture(scope="module")
def shared() -> Iterator[Line]:
    with line() as made:
        made.set("site", "net/ipv4/icmp_echo_ignore_all", 1)
        made.ip("site", "address", "add", "10.99.1.3/24", "dev", made.link("site", "router"))
        yield made


@contextmanager
def answering(made: Line, answer: Answer, source: str = SITE) -> Iterator[None]:
    """Answer echo requests to the site as `answer` says."""
    ready, over = threading.Event(), threading.Event()

    def serve() -> None:
        enter_namespace(made.name("site"))
        with (
            socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as hears,
            socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP) as says,
        ):
            hears.settimeout(0.05)
            says.bind((source, 0))
            ready.set()
            number = 0
            while not over.is_set():
                try:
                    packet, peer = hears.recvfrom(4096)
                except TimeoutError:
                    continue
                if packet[20] == 8:  # an echo request
                    for octets in answer(number, packet[20:]):
                        says.sendto(octets, peer)
                    number += 1

    thread = threading.Thread(target=serve)
    thread.start()
    assert ready.wait(5)
    try:
        yield
    finally:
        over.set()
        thread.join()


def reply(request: bytes, payload: bytes | None = None, *, sequence: int = 0) -> bytes:
    """Make the echo reply to a request, altered where asked."""
    _kind, _code, _sum, identifier, asked = struct.unpack_from("!BBHHH", request)
    body = request[8:] if payload is None else payload
    head = [identifier, (asked + sequence) % 65536]
    packet = struct.pack("!BBHHH", 0, 0, 0, *head) + body
    total = sum(struct.unpack(f"!{len(packet) // 2}H", packet))
    while total >> 16:
        total = (total >> 16) + (total & 0xFFFF)
    return struct.pack("!BBHHH", 0, 0, ~total & 0xFFFF, *head) + body


def pinged(made: Line) -> Seen:
    return made.inside("agent", lambda: visited(TARGET, allowed_s=1.5))


def test_lost_packets_are_a_share_and_no_failure(shared: Line) -> None:
    with answering(shared, lambda number, asked: [] if number in (1, 3) else [reply(asked)]):
        seen = pinged(shared)
    assert seen.successes() == {("ipv4", "icmp"): 1}
    assert seen.row("ipv4", "icmp")["loss_ratio"] == pytest.approx(0.4)


def test_repeated_answers_count_once(shared: Line) -> None:
    with answering(shared, lambda number, asked: [reply(asked)] * 3 if number < 2 else []):
        seen = pinged(shared)
    assert seen.row("ipv4", "icmp")["loss_ratio"] == pytest.approx(0.6)


@pytest.mark.parametrize(
    "alter",
    [
        lambda asked: reply(asked, bytes(len(asked) - 8)),
        lambda asked: reply(asked, asked[8:-2]),
        lambda asked: reply(asked, asked[8:] + b"\0\0"),
        lambda asked: reply(asked, sequence=1),
        lambda asked: reply(asked)[:6],
    ],
    ids=["other payload", "short payload", "long payload", "other sequence", "cut"],
)
def test_answer_that_is_not_to_our_request_is_none(
    shared: Line, alter: Callable[[bytes], bytes]
) -> None:
    with answering(shared, lambda _number, asked: [alter(asked)]):
        seen = pinged(shared)
    assert seen.successes() == {("ipv4", "icmp"): 0}


def test_answer_of_another_address_is_none(shared: Line) -> None:
    with answering(shared, lambda _number, asked: [reply(asked)], source="10.99.1.3"):
        seen = pinged(shared)
    assert seen.details() == {"icmp over IPv4": Detail.NO_ANSWER}


def test_silent_target_is_asked_one_packet_until_it_answers(shared: Line) -> None:
    heard: list[int] = []

    def answer(number: int, asked: bytes) -> list[bytes]:
        heard.append(number)
        return [] if number < 6 else [reply(asked)]

    async def three_visits() -> list[int]:
        counts = []
        async with Pinger(time.monotonic) as pinger:
            poller = ProbePoller(TARGET, pinger, nothing)
            for _ in range(3):
                before = len(heard)
                await poller.visit(question(1.5))
                counts.append(len(heard) - before)
        return counts

    with answering(shared, answer):
        assert shared.inside("agent", three_visits) == [5, 1, 6]


async def test_a_thousand_at_once_each_get_their_own_answer() -> None:
    peers = [Peer.of(f"127.0.{number // 250}.{number % 250 + 1}") for number in range(1000)]
    async with Pinger(time.monotonic) as pinger:
        answers = []
        for number, peer in enumerate(peers):
            answers.append(pinger.send(peer))
            if number % 50 == 0:
                await asyncio.sleep(0)
        rtts_s = await asyncio.wait_for(asyncio.gather(*answers), 10)
    assert len(rtts_s) == 1000
    assert all(0 <= one < 10 for one in rtts_s)


async def test_round_trip_leaves_out_how_long_the_loop_was_busy() -> None:
    async with Pinger(time.monotonic) as pinger:
        answer = pinger.send(Peer.of("127.0.0.1"))
        time.sleep(0.5)  # noqa: ASYNC251 - the loop is busy
        assert await asyncio.wait_for(answer, 5) < 0.5


async def test_what_is_given_up_is_forgotten() -> None:
    async with Pinger(time.monotonic) as pinger:
        for _ in range(70_000 // 1000):
            given_up = [pinger.send(Peer.of("127.0.0.1")) for _ in range(1000)]
            for answer in given_up:
                answer.cancel()
            await asyncio.sleep(0)
        assert await asyncio.wait_for(pinger.send(Peer.of("127.0.0.1")), 5) >= 0


async def test_end_cancels_who_still_waits() -> None:
    async with Pinger(time.monotonic) as pinger:
        answer = pinger.send(Peer.of("127.0.0.1"))
    assert answer.cancelled()
    with pytest.raises(NotTried, match="ending"):
        pinger.send(Peer.of("127.0.0.1"))


def test_zone_that_is_not_ours_says_nothing_of_the_target() -> None:
    with pytest.raises(NotTried, match="is no address here"):
        Peer.of("fe80::1%nowhere9")
