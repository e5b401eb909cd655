"""Steady walks: as fast as they like while all is regular, and never less careful than `walk`."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from protocols.snmp import ber, oid
from protocols.snmp.engine import Engine
from protocols.snmp.errors import NoAnswer
from protocols.snmp.layout import Layouts
from protocols.snmp.security import Rejection
from protocols.snmp.session import Limits, Session
from protocols.snmp.walk import Caps, Column, ColumnRequest, Problem, walk
from tests.protocols.snmp.fakes import Asked, Behaviour, FakeAgent, reply, serving, varbind
from tests.protocols.snmp.test_walk import AFTER, UP_TIME, V2C

NAMES = [f"1.3.6.1.2.1.31.1.1.1.{number}" for number in range(6, 14)]
ROWS = 56
QUICK = Limits(timeout_s=0.15, retries=2, requests_per_second=100_000)
LAID = pytest.mark.parametrize("laid", [True, False])
SHORT = Limits(timeout_s=0.03, retries=0, requests_per_second=100_000)


def objects(epoch: int, rows: int = ROWS, tag: int = ber.COUNTER64) -> dict[str, bytes]:
    """Return the columns with values of seven octets that move with the epoch."""
    return {
        f"{name}.{row}": ber.integer((1 << 50) + row * 1000 + epoch, tag)
        for name in NAMES
        for row in range(1, rows + 1)
    }


class Switch:
    """A fake agent and a session with it, whose rows are known after `learn`."""

    def __init__(self, agent: FakeAgent, engine: Engine, limits: Limits) -> None:
        self.agent = agent
        self.engine = engine
        self.session: Session = engine.session("127.0.0.1", agent.port, V2C, limits)
        self.requests = [ColumnRequest(oid.encode(name)) for name in NAMES]

    async def learn(self) -> None:
        columns = await self.walk()
        known = columns[0].indexes
        self.requests = [ColumnRequest(oid.encode(name), known=known) for name in NAMES]
        for epoch in (1, 2, 3):
            self.set(objects(epoch))
            await self.walk()
        self.agent.asked.clear()

    def set(self, values: dict[str, bytes]) -> None:
        self.agent.rows = FakeAgent(UP_TIME | AFTER | values).rows
        self.agent.keys = [row[0] for row in self.agent.rows]

    async def walk(self, within_s: float = 20.0) -> list[Column]:
        deadline_s = self.engine.now_s() + within_s
        return await walk(self.session, self.requests, Caps(), deadline_s)

    def lie(self, behaviour: Behaviour) -> None:
        self.agent.behaviour = behaviour


@asynccontextmanager
async def switch(
    limits: Limits = QUICK, clock: Callable[[], float] = time.monotonic, *, laid: bool = True
) -> AsyncIterator[Switch]:
    """Yield a switch whose rows are known; `laid` says whether layouts may be remembered."""
    async with serving(UP_TIME | AFTER | objects(0)) as agent, Engine(clock=clock) as engine:
        if not laid:
            engine.layouts = Layouts(most=0)
        found = Switch(agent, engine, limits)
        await found.learn()
        yield found


def truth(columns: list[Column], epoch: int, rows: int = ROWS) -> None:
    """See that everything came, and was true."""
    for column in columns:
        assert column.complete
        assert column.indexes == [oid.encode_index([row]) for row in range(1, rows + 1)]
        assert column.values == [(1 << 50) + row * 1000 + epoch for row in range(1, rows + 1)]
        assert column.tags == bytes((ber.COUNTER64,)) * rows


def truth_or_why(columns: list[Column], epoch: int) -> None:
    """See that each column is whole and true, or says why it ends and is true up to there."""
    for column in columns:
        if column.problem is None:
            truth([column], epoch)
            continue
        assert not column.complete
        assert column.text
        rows = range(1, len(column.values) + 1)
        assert column.indexes == [oid.encode_index([row]) for row in rows]
        assert column.values == [(1 << 50) + row * 1000 + epoch for row in rows]


async def test_each_column_takes_one_request_and_shares_its_rows() -> None:
    async with switch() as known:
        known.set(objects(7))
        columns = await known.walk()
        truth(columns, 7)
        assert len(known.agent.asked) == len(NAMES)
        assert all(column.indexes is known.requests[0].known for column in columns)
        assert [column.requests for column in columns] == [1] * len(NAMES)


async def test_another_column_costs_the_others_nothing_that_was_known_of_them() -> None:
    async with switch() as known:
        known.set(objects(7))
        former = {ask.key: ask for ask in known.session.plans[0].asks}
        known.requests = [*known.requests[1:], ColumnRequest(oid.encode("1.3.6.1.2.1.99.7"))]
        columns = await known.walk()
        truth(columns[:-1], 7)
        assert columns[-1].complete
        assert not columns[-1].values
        asks = known.session.plans[0].asks
        assert len(asks) == len(NAMES) - 1
        assert all(ask.layout is former[ask.key].layout is not None for ask in asks)
        assert all(ask.places != former[ask.key].places for ask in asks)


async def test_a_column_that_stood_still_twice_is_the_very_same() -> None:
    async with switch() as known:
        await known.walk()
        one, two = await known.walk(), await known.walk()
        assert [a is b for a, b in zip(one, two, strict=True)] == [True] * len(NAMES)
        known.set(objects(3) | {f"{NAMES[0]}.5": ber.integer((1 << 50) + 1, ber.COUNTER64)})
        three = await known.walk()
        assert three[0].values[4] == (1 << 50) + 1
        assert [a is b for a, b in zip(two, three, strict=True)] == [False] + [True] * 7
        truth(three[1:], 3)


@LAID
async def test_counters_that_grow_by_an_octet_or_wrap_are_read(*, laid: bool) -> None:
    async with switch(laid=laid) as known:
        for epoch in ((1 << 55) + 1, -(1 << 50), (1 << 63) + 5, 5):
            known.set(objects(epoch))
            truth(await known.walk(), epoch)


def _false(make: Callable[[Asked, list[bytes]], bytes]) -> Behaviour:
    """Put something false before the truth."""
    return lambda agent, asked: [make(asked, agent.lookup(asked)), *agent.truth(asked)]


def _instead(make: Callable[[Asked, list[bytes]], list[bytes]]) -> Behaviour:
    return lambda agent, asked: make(asked, agent.lookup(asked))


LIES: dict[str, Behaviour] = {
    "silence": _instead(lambda _asked, _found: []),
    "twice": lambda agent, asked: agent.truth(asked) * 2,
    "junk": _false(lambda _asked, _found: b"\x30\x82\x01\x00junk"),
    "truncated": _false(lambda asked, found: reply(asked, found)[:-1]),
    "trailing": _false(lambda asked, found: reply(asked, found) + b"\0"),
    "old id": _false(lambda asked, found: reply(asked, found, request_id=asked.request_id - 1)),
    "community": _false(lambda asked, found: reply(asked, found, community=b"publiC")),
    "version": _false(lambda asked, found: reply(asked, found, version=0)),
    "request": _false(lambda asked, found: reply(asked, found, kind=ber.GET_BULK)),
    "tooBig": _instead(lambda asked, _found: [reply(asked, status=1)]),
    "genErr": _instead(lambda asked, _found: [reply(asked, status=5, index=1)]),
    "empty": _instead(lambda asked, _found: [reply(asked)]),
    "short": _instead(lambda asked, found: [reply(asked, found[:9])]),
    "no end": _instead(lambda asked, found: [reply(asked, found[:-1])]),
    "one more": _instead(lambda asked, found: [reply(asked, [*found, found[-1]])]),
    "garbled": _instead(lambda asked, found: [reply(asked, [b"\x31" + found[0][1:], *found[1:]])]),
    "one row": _instead(lambda asked, found: [reply(asked, found[:1])]),
}


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("at", [1, 4, 8])
async def test_an_irregularity_in_the_middle_loses_nothing(lie: str, at: int) -> None:
    def behaviour(agent: FakeAgent, asked: Asked) -> list[bytes]:
        return [*(LIES[lie] if len(agent.asked) == at else FakeAgent.truth)(agent, asked)]

    async with switch() as known:
        known.lie(behaviour)
        known.set(objects(9))
        truth(await known.walk(), 9)
        known.lie(FakeAgent.truth)
        known.set(objects(10))
        truth(await known.walk(), 10)
        assert known.engine.statistics().outstanding == 0


@settings(max_examples=25, deadline=None)
@given(st.dictionaries(st.integers(1, 14), st.sampled_from(sorted(LIES)), max_size=3))
@example({9: "empty", 1: "no end"})
def test_whatever_is_lied_about_the_truth_comes_or_the_column_says_why(
    lies: dict[int, str],
) -> None:
    def behaviour(agent: FakeAgent, asked: Asked) -> list[bytes]:
        lie = lies.get(len(agent.asked))
        return [*(LIES[lie] if lie else FakeAgent.truth)(agent, asked)]

    async def scenario() -> None:
        async with switch() as known:
            known.lie(behaviour)
            known.set(objects(9))
            truth_or_why(await known.walk(), 9)
            assert known.engine.statistics().outstanding == 0

    with asyncio.Runner() as runner:
        runner.run(scenario())


@LAID
@pytest.mark.parametrize("rows", [1, 55, 57, 120])
async def test_rows_that_came_or_went_are_seen(rows: int, *, laid: bool) -> None:
    async with switch(laid=laid) as known:
        known.set(objects(9, rows))
        truth(await known.walk(), 9, rows)


@LAID
@pytest.mark.parametrize("offset", [0, 1, 2])
async def test_a_row_in_place_of_another_is_seen(offset: int, *, laid: bool) -> None:
    gone = f"{NAMES[2]}.{20 + offset}"
    async with switch(laid=laid) as known:
        values = objects(9)
        del values[gone]
        known.set(values | {f"{NAMES[2]}.99": ber.integer(1 << 50, ber.COUNTER64)})
        columns = await known.walk()
        assert len(columns[2].values) == ROWS
        assert columns[2].indexes[-1] == oid.encode_index([99])
        assert columns[2].indexes is not known.requests[2].known
        truth([*columns[:2], *columns[3:]], 9)


@pytest.mark.parametrize("lie", LIES)
async def test_an_irregularity_without_layouts_loses_nothing(lie: str) -> None:
    def behaviour(agent: FakeAgent, asked: Asked) -> list[bytes]:
        return [*(LIES[lie] if len(agent.asked) == 4 else FakeAgent.truth)(agent, asked)]

    async with switch(laid=False) as known:
        known.lie(behaviour)
        known.set(objects(9))
        truth(await known.walk(), 9)
        assert known.engine.statistics().outstanding == 0


async def test_layouts_that_are_full_are_looked_at_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    async with switch(laid=False) as known:
        looked = []
        monkeypatch.setattr(known.engine.layouts, "of", lambda *_: looked.append(1))
        for epoch in range(10, 74):
            known.set(objects(epoch))
            truth(await known.walk(), epoch)
        assert len(looked) == len(NAMES)


async def test_a_false_answer_is_counted_and_told() -> None:
    async with switch() as known:
        known.lie(LIES["community"])
        truth(await known.walk(), 3)
        assert known.engine.statistics().rejected[Rejection.WRONG_COMMUNITY] >= 1


async def test_a_lost_request_is_retried_once_and_counted() -> None:
    def behaviour(agent: FakeAgent, asked: Asked) -> list[bytes]:
        return [] if len(agent.asked) == 3 else agent.truth(asked)

    async with switch() as known:
        before = known.session.statistics()
        known.lie(behaviour)
        truth(await known.walk(), 3)
        after = known.session.statistics()
        assert after.retries - before.retries == 1
        assert after.sent - before.sent == len(known.agent.asked) == len(NAMES) + 1
        assert after.answered - before.answered == len(NAMES)
        assert after.failed == 0


async def test_an_agent_that_is_gone_is_an_error_after_its_retries() -> None:
    async with switch(SHORT) as known:
        known.lie(lambda _agent, _asked: [])
        with pytest.raises(NoAnswer):
            await known.walk()
        assert len(known.agent.asked) <= 4
        assert known.engine.statistics().outstanding == 0


async def test_an_agent_that_dies_on_the_way_leaves_what_came() -> None:
    async with switch(SHORT) as known:
        known.lie(lambda agent, asked: agent.truth(asked) if len(agent.asked) <= 3 else [])
        columns = await known.walk()
        truth(columns[:3], 3)
        assert {column.problem for column in columns[3:]} == {Problem.NO_ANSWER}


async def test_the_deadline_leaves_what_came() -> None:
    async with switch(Limits(timeout_s=20.0, requests_per_second=100_000)) as known:
        known.lie(lambda agent, asked: agent.truth(asked) if len(agent.asked) <= 3 else [])
        columns = await known.walk(within_s=0.1)
        truth(columns[:3], 3)
        assert {column.problem for column in columns[3:]} == {Problem.DEADLINE}
        assert known.engine.statistics().outstanding == 0


async def test_who_waits_for_tokens_gives_up_at_the_deadline() -> None:
    async with switch(Limits(requests_per_second=100_000)) as known:
        known.session.limits = Limits(requests_per_second=2)
        known.session._tokens = 2.0
        columns = await known.walk(within_s=0.1)
        truth(columns[:2], 3)
        assert {column.problem for column in columns[2:]} == {Problem.DEADLINE}
        assert len(known.agent.asked) == 2


async def test_a_closed_port_ends_the_walk() -> None:
    async with switch() as known:
        assert known.agent.transport
        known.agent.transport.close()
        await asyncio.sleep(0)
        with pytest.raises(Exception, match="closed"):
            await known.walk()
        assert known.engine.statistics().outstanding == 0


async def test_a_cancelled_walk_gives_its_places_back() -> None:
    async with switch(Limits(timeout_s=20.0, requests_per_second=100_000)) as known:
        known.lie(lambda agent, asked: agent.truth(asked) if len(agent.asked) <= 3 else [])
        walking = asyncio.create_task(known.walk())
        while len(known.agent.asked) < 5:
            known.agent.heard.clear()
            await known.agent.heard.wait()
        walking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await walking
        assert known.engine.statistics().outstanding == 0
        known.lie(FakeAgent.truth)
        truth(await known.walk(), 3)


async def test_closing_the_engine_ends_the_walk() -> None:
    async with switch(Limits(timeout_s=20.0, requests_per_second=100_000)) as known:
        known.lie(lambda _agent, _asked: [])
        walking = asyncio.create_task(known.walk())
        known.agent.heard.clear()
        await known.agent.heard.wait()
        await known.engine.__aexit__(None, None, None)
        with pytest.raises(asyncio.CancelledError):
            await walking
        await known.engine.__aenter__()


@pytest.mark.parametrize("in_flight", [1, 2, 5])
async def test_no_more_requests_are_in_flight_than_allowed(in_flight: int) -> None:
    out = most = 0
    limits = Limits(in_flight=in_flight, timeout_s=20.0, requests_per_second=100_000)
    async with switch(limits) as known:
        loop = asyncio.get_running_loop()
        [manager] = [wire for wire in known.engine._wires.values() if wire._socket.family == 2]
        address = ("127.0.0.1", manager._socket.getsockname()[1])

        def behaviour(agent: FakeAgent, asked: Asked) -> list[bytes]:
            nonlocal out, most
            out += 1
            most = max(most, out)
            loop.call_later(0.003, later, agent, asked)
            return []

        def later(agent: FakeAgent, asked: Asked) -> None:
            nonlocal out
            out -= 1
            assert agent.transport
            agent.transport.sendto(agent.truth(asked)[0], address)

        known.lie(behaviour)
        one, two = await asyncio.gather(known.walk(), known.walk())
        truth(one, 3)
        truth(two, 3)
        assert most == in_flight


async def test_requests_per_second_are_kept() -> None:
    """Four at once, then one each quarter of a second of a clock that runs 50 times too fast."""
    started = time.monotonic()

    def clock() -> float:
        return (time.monotonic() - started) * 50

    async with switch(Limits(timeout_s=900.0, requests_per_second=100_000), clock) as known:
        seen: list[float] = []

        def behaviour(agent: FakeAgent, asked: Asked) -> list[bytes]:
            seen.append(clock())
            return agent.truth(asked)

        known.lie(behaviour)
        known.session.limits = Limits(timeout_s=900.0, requests_per_second=4)
        known.session._tokens = 4.0
        truth(await known.walk(within_s=1000.0), 3)
        assert len(seen) == len(NAMES)
        assert seen[-1] - seen[0] >= (len(NAMES) - 4) / 4 - 0.1


async def test_columns_too_long_for_a_response_share_their_last_request() -> None:
    limits = Limits(timeout_s=0.15, requests_per_second=100_000, reply_octets=1_300)
    async with switch(limits) as known:
        known.set(objects(9))
        truth(await known.walk(), 9)
        assert len(known.agent.asked) == len(NAMES) + 1
        assert all(asked.repetitions <= ROWS for asked in known.agent.asked)


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("at", [2, 8, 9])
async def test_columns_in_pieces_lose_nothing_either(lie: str, at: int) -> None:
    def behaviour(agent: FakeAgent, asked: Asked) -> list[bytes]:
        return [*(LIES[lie] if len(agent.asked) == at else FakeAgent.truth)(agent, asked)]

    limits = Limits(timeout_s=0.15, requests_per_second=100_000, reply_octets=1_300)
    async with switch(limits) as known:
        known.lie(behaviour)
        known.set(objects(9))
        truth(await known.walk(), 9)


@LAID
async def test_a_hole_or_a_text_is_read_with_care(*, laid: bool) -> None:
    async with switch(laid=laid) as known:
        hole = bytes((ber.NO_SUCH_INSTANCE, 0))
        changes = {f"{NAMES[0]}.3": hole, f"{NAMES[1]}.3": ber.octets(b"up")}
        known.set(objects(9) | changes)
        for _ in range(3):
            columns = await known.walk()
            assert columns[0].values[2] is None
            assert columns[1].values[2] == b"up"
            truth(columns[2:], 9)


@LAID
async def test_an_index_outside_the_column_is_a_step_back(*, laid: bool) -> None:
    def behaviour(agent: FakeAgent, asked: Asked) -> list[bytes]:
        found = agent.lookup(asked)
        if asked.names == [oid.encode(NAMES[3])]:
            found[-1] = varbind(oid.encode("1.3.6.1.2.1.1.1.0"), ber.integer(1))
        return [reply(asked, found)]

    async with switch(laid=laid) as known:
        known.lie(behaviour)
        columns = await known.walk()
        assert columns[3].problem is Problem.NONINCREASING
        truth([*columns[:3], *columns[4:]], 3)
