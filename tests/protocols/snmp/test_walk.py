"""Walks over agents that behave, and over agents that do not."""

import asyncio
import contextlib
import gc
from collections.abc import Iterable

import pytest

from protocols.snmp import ber, oid
from protocols.snmp.credentials import Community, Version
from protocols.snmp.engine import Engine
from protocols.snmp.errors import NoAnswer, Status
from protocols.snmp.exchange import Exchange
from protocols.snmp.session import Limits
from protocols.snmp.walk import Caps, Column, ColumnRequest, Problem, walk
from tests.protocols.snmp.fakes import Asked, Behaviour, FakeAgent, reply, serving, table, varbind

IN = "1.3.6.1.2.1.31.1.1.1.6"
OUT = "1.3.6.1.2.1.31.1.1.1.10"
STATUS = "1.3.6.1.2.1.2.2.1.8"
UP_TIME = {"1.3.6.1.2.1.1.3.0": ber.integer(1, ber.TIMETICKS)}
AFTER = {"1.3.6.1.6.1.0": ber.integer(1)}
ONE = Limits(timeout_s=0.1, retries=1, requests_per_second=100_000, in_flight=1)
V1 = Community(Version.V1, b"public")
V2C = Community(Version.V2C, b"public")


class Walked:
    """What came of a walk, and what the agent was asked for it."""

    def __init__(self, columns: list[Column], agent: FakeAgent, learned: int | None) -> None:
        self.columns = columns
        self.agent = agent
        self.learned = learned


async def walked(  # noqa: PLR0913 - each is something a test varies
    objects: dict[str, bytes],
    *columns: str | ColumnRequest,
    behaviour: Behaviour | None = None,
    caps: Caps | None = None,
    limits: Limits = ONE,
    community: Community = V2C,
    within_s: float = 20.0,
) -> Walked:
    requests = [
        ColumnRequest(oid.encode(column)) if isinstance(column, str) else column
        for column in columns
    ]
    async with serving(UP_TIME | AFTER | objects, behaviour) as agent, Engine() as engine:
        session = engine.session("127.0.0.1", agent.port, community, limits)
        deadline_s = engine.now_s() + within_s
        found = await walk(session, requests, caps or Caps(), deadline_s)
        return Walked(found, agent, session.learned.varbinds)


def numbers(rows: Iterable[int]) -> list[int]:
    return [row * 1000 for row in rows]


def indexes(rows: Iterable[int]) -> list[bytes]:
    return [oid.encode_index([row]) for row in rows]


async def test_columns_come_whole_in_the_order_asked_for() -> None:
    objects = table(IN, 300) | table(OUT, 300) | table(STATUS, 300, ber.INTEGER)
    done = await walked(objects, OUT, STATUS, IN)
    assert [column.prefix for column in done.columns] == list(map(oid.encode, [OUT, STATUS, IN]))
    for column in done.columns:
        assert column.complete
        assert column.problem is None
        assert column.values == numbers(range(1, 301))
        assert column.indexes == indexes(range(1, 301))
    assert done.columns[1].tags == bytes([ber.INTEGER]) * 300


@pytest.mark.parametrize("in_flight", [1, 2, 8])
async def test_the_result_does_not_depend_on_requests_in_flight(in_flight: int) -> None:
    names = [f"1.3.6.1.2.1.2.2.1.{number}" for number in range(1, 23)]
    objects = {k: v for name in names for k, v in table(name, 60, ber.COUNTER32).items()}
    limits = Limits(in_flight=in_flight, requests_per_second=100_000)
    done = await walked(objects, *names, limits=limits)
    assert all(column.values == numbers(range(1, 61)) for column in done.columns)


async def test_known_rows_take_one_request_a_column_and_share_their_indexes() -> None:
    known = indexes(range(1, 53))
    done = await walked(
        table(IN, 52) | table(OUT, 52),
        ColumnRequest(oid.encode(IN), known=known),
        ColumnRequest(oid.encode(OUT), known=known),
    )
    assert len(done.agent.asked) == 2
    assert all(column.indexes is known for column in done.columns)
    assert all(column.values == numbers(range(1, 53)) for column in done.columns)


async def test_a_neighbour_learns_the_rows_of_the_column_before() -> None:
    done = await walked(table(IN, 52) | table(OUT, 52), IN, OUT)
    assert done.columns[1].requests == 1
    assert done.columns[1].indexes is done.columns[0].indexes


@pytest.mark.parametrize("rows", [[1, 2, 4, 5], [1, 2, 3, 4], [1, 2, 3], [2, 3, 4, 5, 6], [9]])
async def test_rows_that_changed_since_are_seen(rows: list[int]) -> None:
    objects = {f"{IN}.{row}": ber.integer(row * 1000, ber.COUNTER64) for row in rows}
    known = indexes([1, 2, 3, 5])
    [column] = (await walked(objects, ColumnRequest(oid.encode(IN), known=known))).columns
    assert column.complete
    assert column.indexes == indexes(rows)
    assert column.values == numbers(rows)


async def test_short_columns_of_a_table_share_requests() -> None:
    names = [f"1.3.6.1.2.1.2.2.1.{number}" for number in range(1, 11)]
    objects = {k: v for name in names for k, v in table(name, 3, ber.GAUGE32).items()}
    known = indexes(range(1, 4))
    requests = [ColumnRequest(oid.encode(name), known=known) for name in names]
    done = await walked(objects, *requests)
    assert len(done.agent.asked) == 1
    assert all(column.values == numbers(range(1, 4)) for column in done.columns)
    assert all(column.complete for column in done.columns)


async def test_an_empty_table_is_complete_with_no_rows() -> None:
    done = await walked({}, IN, OUT)
    assert [(c.complete, c.values, c.problem) for c in done.columns] == [(True, [], None)] * 2


async def test_the_end_of_the_mib_view_ends_a_column() -> None:
    async with serving(table(IN, 5)) as agent, Engine() as engine:
        session = engine.session("127.0.0.1", agent.port, V2C, ONE)
        column_request = ColumnRequest(oid.encode(IN))
        [column] = await walk(session, [column_request], Caps(), engine.now_s() + 9)
    assert column.complete
    assert column.values == numbers(range(1, 6))


async def test_silence_is_an_error_not_an_empty_table() -> None:
    with pytest.raises(NoAnswer):
        await walked({}, IN, OUT, behaviour=lambda _agent, _asked: [])


async def test_fewer_repetitions_than_asked_bring_the_same_rows() -> None:
    def behaviour(agent: FakeAgent, asked: Asked) -> list[bytes]:
        return [reply(asked, agent.lookup(asked)[:7])]

    [column] = (await walked(table(IN, 100), IN, behaviour=behaviour)).columns
    assert column.complete
    assert column.values == numbers(range(1, 101))


async def test_a_truncated_repetition_of_several_columns_loses_nothing() -> None:
    def behaviour(agent: FakeAgent, asked: Asked) -> list[bytes]:
        return [reply(asked, agent.lookup(asked)[:5])]

    names = [f"1.3.6.1.2.1.2.2.1.{number}" for number in (10, 11, 12)]
    objects = {k: v for name in names for k, v in table(name, 9, ber.GAUGE32).items()}
    requests = [ColumnRequest(oid.encode(name), expected_rows=9) for name in names]
    done = await walked(objects, *requests, behaviour=behaviour)
    assert all(column.complete for column in done.columns)
    assert all(column.values == numbers(range(1, 10)) for column in done.columns)


async def test_too_big_halves_finishes_and_remembers() -> None:
    def behaviour(agent: FakeAgent, asked: Asked) -> list[bytes]:
        if asked.repetitions > 10:
            return [reply(asked, status=1)]
        return agent.truth(asked)

    done = await walked(table(IN, 100) | table(OUT, 100), IN, OUT, behaviour=behaviour)
    assert all(column.values == numbers(range(1, 101)) for column in done.columns)
    assert all(column.complete for column in done.columns)
    assert sum(asked.repetitions > 10 for asked in done.agent.asked) == 2
    assert done.learned == 6


async def test_too_big_on_the_second_request_does_not_end_the_table_short() -> None:
    def behaviour(agent: FakeAgent, asked: Asked) -> list[bytes]:
        return [reply(asked, status=1)] if len(agent.asked) == 2 else agent.truth(asked)

    [column] = (await walked(table(IN, 100), IN, behaviour=behaviour)).columns
    assert column.complete
    assert len(column.values) == 100


async def test_too_big_even_for_one_row_is_told() -> None:
    def behaviour(agent: FakeAgent, asked: Asked) -> list[bytes]:
        if asked.names[0].startswith(oid.encode(IN)):
            return [reply(asked, status=1)]
        return agent.truth(asked)

    inward, outward = (
        await walked(table(IN, 9) | table(OUT, 9), IN, OUT, behaviour=behaviour)
    ).columns
    assert (inward.complete, inward.problem, inward.values) == (False, Problem.TOO_BIG, [])
    assert outward.complete
    assert outward.values == numbers(range(1, 10))


async def test_an_agent_that_falls_silent_at_large_requests_is_asked_smaller_ones() -> None:
    def behaviour(agent: FakeAgent, asked: Asked) -> list[bytes]:
        return [] if asked.repetitions > 10 else agent.truth(asked)

    limits = Limits(timeout_s=0.03, retries=0, requests_per_second=100_000, in_flight=1)
    done = await walked(table(IN, 60), IN, behaviour=behaviour, limits=limits)
    assert done.columns[0].complete
    assert done.columns[0].values == numbers(range(1, 61))
    assert done.learned is not None
    assert done.learned <= 12


async def test_generr_keeps_the_rows_before_it_and_the_other_tables() -> None:
    bad = oid.encode_index([500])

    def behaviour(agent: FakeAgent, asked: Asked) -> list[bytes]:
        found = agent.lookup(asked)
        if any(oid.encode(IN) + bad in each for each in found):
            return [reply(asked, status=5, index=1)]
        return [reply(asked, found)]

    done = await walked(table(IN, 1000) | table(OUT, 1000), IN, OUT, behaviour=behaviour)
    inward, outward = done.columns
    assert inward.problem is Problem.GENERR
    assert not inward.complete
    assert inward.values == numbers(range(1, 500))
    assert outward.complete
    assert outward.values == numbers(range(1, 1001))
    assert done.learned is None


async def test_generr_of_one_column_leaves_those_beside_it_alone() -> None:
    names = [f"1.3.6.1.2.1.2.2.1.{number}" for number in (10, 11, 12)]

    def behaviour(agent: FakeAgent, asked: Asked) -> list[bytes]:
        if any(name.startswith(oid.encode(names[1])) for name in asked.names):
            return [reply(asked, status=5, index=2)]
        return agent.truth(asked)

    objects = {k: v for name in names for k, v in table(name, 3, ber.GAUGE32).items()}
    requests = [ColumnRequest(oid.encode(name), expected_rows=3) for name in names]
    done = await walked(objects, *requests, behaviour=behaviour)
    assert [column.complete for column in done.columns] == [True, False, True]
    assert [len(column.values) for column in done.columns] == [3, 0, 3]
    assert done.columns[1].problem is Problem.GENERR


@pytest.mark.parametrize("status", [6, 16])
async def test_no_access_is_told_as_authorization(status: int) -> None:
    done = await walked(table(IN, 9), IN, behaviour=lambda _, asked: [reply(asked, status=status)])
    assert done.columns[0].problem is Problem.AUTHORIZATION


async def test_one_step_back_stops_the_column_in_that_request() -> None:
    rows = [1, 2, 3, 5, 4, 6]

    def behaviour(_agent: FakeAgent, asked: Asked) -> list[bytes]:
        names = [oid.encode(f"{IN}.{row}") for row in rows]
        return [reply(asked, [varbind(name, ber.integer(1)) for name in names])]

    done = await walked({}, IN, behaviour=behaviour)
    [column] = done.columns
    assert column.problem is Problem.NONINCREASING
    assert column.indexes == indexes([1, 2, 3, 5])
    assert len(done.agent.asked) == 1


async def test_an_agent_known_for_disorder_may_opt_out_of_the_order_check() -> None:
    rows = [1, 2, 3, 5, 4, 6]

    def behaviour(_agent: FakeAgent, asked: Asked) -> list[bytes]:
        names = [oid.encode(f"{IN}.{row}") for row in rows] + [oid.encode(OUT + ".1")]
        return [reply(asked, [varbind(name, ber.integer(1)) for name in names])]

    [column] = (await walked({}, IN, behaviour=behaviour, caps=Caps(ordered=False))).columns
    assert column.complete
    assert column.indexes == indexes(rows)


@pytest.mark.parametrize("ordered", [True, False])
async def test_rows_that_repeat_for_ever_are_stopped(ordered: bool) -> None:
    def behaviour(_agent: FakeAgent, asked: Asked) -> list[bytes]:
        names = [oid.encode(f"{IN}.{row}") for row in (1, 2, 3)]
        return [reply(asked, [varbind(name, ber.integer(1)) for name in names])]

    done = await walked({}, IN, behaviour=behaviour, caps=Caps(ordered=ordered))
    assert done.columns[0].problem is Problem.NONINCREASING
    assert done.columns[0].indexes == indexes([1, 2, 3])
    assert len(done.agent.asked) == 2


async def test_an_answer_from_before_the_column_is_a_step_back() -> None:
    def behaviour(_agent: FakeAgent, asked: Asked) -> list[bytes]:
        return [reply(asked, [varbind(oid.encode(STATUS + ".1"), ber.integer(1))])]

    done = await walked({}, IN, behaviour=behaviour)
    assert done.columns[0].problem is Problem.NONINCREASING


def endless(_agent: FakeAgent, asked: Asked) -> list[bytes]:
    """Answer a counter that never ends, from wherever it is asked."""
    index = oid.decode_index(asked.names[0][len(oid.encode(IN)) :])
    first = index[0] + 1 if index else 1
    names = [oid.encode(f"{IN}.{row}") for row in range(first, first + max(asked.repetitions, 1))]
    return [reply(asked, [varbind(name, ber.integer(1)) for name in names])]


@pytest.mark.parametrize(
    ("caps", "problem"),
    [
        (Caps(rows=100), Problem.TOO_MANY_ROWS),
        (Caps(requests=5), Problem.TOO_MANY_REQUESTS),
        (Caps(octets=5000), Problem.TOO_MANY_BYTES),
        (Caps(seconds=0.05), Problem.DEADLINE),
    ],
)
async def test_an_endless_table_is_stopped_by_each_cap(caps: Caps, problem: Problem) -> None:
    [column] = (await walked({}, IN, behaviour=endless, caps=caps)).columns
    assert column.problem is problem
    assert not column.complete
    assert len(column.values) == len(column.indexes) == len(column.tags)
    assert len(column.values) <= caps.rows


async def test_the_row_cap_holds_for_known_rows_too() -> None:
    known = indexes(range(1, 53))
    caps = Caps(rows=20)
    done = await walked(table(IN, 52), ColumnRequest(oid.encode(IN), known=known), caps=caps)
    assert done.columns[0].problem is Problem.TOO_MANY_ROWS
    assert len(done.columns[0].values) == 20


async def test_the_deadline_leaves_what_came() -> None:
    [column] = (await walked({}, IN, behaviour=endless, within_s=0.1)).columns
    assert column.problem is Problem.DEADLINE
    assert column.values


async def test_a_hole_keeps_its_row() -> None:
    objects = table(IN, 5) | {f"{IN}.3": bytes((ber.NO_SUCH_INSTANCE, 0))}
    [column] = (await walked(objects, IN)).columns
    assert column.complete
    assert column.values == [1000, 2000, None, 4000, 5000]
    assert column.tags[2] == ber.NO_SUCH_INSTANCE


async def test_texts_and_mixed_types_come_as_octets_with_their_tags() -> None:
    objects = {
        f"{IN}.1": ber.octets("端口".encode("gb18030")),
        f"{IN}.2": ber.integer(-5),
        f"{IN}.3": ber.tlv(ber.OBJECT_IDENTIFIER, b"\x2b\x06"),
        f"{IN}.4": ber.octets(b"x" * 10_000),
    }
    [column] = (await walked(objects, IN)).columns
    assert column.values == ["端口".encode("gb18030"), -5, b"\x2b\x06", b"x" * 10_000]
    assert column.tags == bytes([ber.OCTET_STRING, ber.INTEGER, 6, ber.OCTET_STRING])


async def test_garbled_varbinds_are_asked_for_again() -> None:
    def behaviour(agent: FakeAgent, asked: Asked) -> list[bytes]:
        good = agent.truth(asked)
        return [good[0].replace(b"\x06\x0b", b"\x07\x0b")] if len(agent.asked) == 1 else good

    [column] = (await walked(table(IN, 9), IN, behaviour=behaviour)).columns
    assert column.complete
    assert column.values == numbers(range(1, 10))
    assert column.requests == 2


async def test_varbinds_that_stay_garbled_are_malformed() -> None:
    def behaviour(agent: FakeAgent, asked: Asked) -> list[bytes]:
        return [agent.truth(asked)[0].replace(b"\x06\x0b", b"\x07\x0b")]

    done = await walked(table(IN, 9), IN, behaviour=behaviour)
    assert done.columns[0].problem is Problem.MALFORMED
    assert done.columns[0].values == []


async def test_a_table_that_keeps_silent_does_not_starve_the_others() -> None:
    def behaviour(agent: FakeAgent, asked: Asked) -> list[bytes]:
        silent = asked.names[0].startswith(oid.parent(oid.encode(STATUS)))
        return [] if silent else agent.truth(asked)

    limits = Limits(timeout_s=0.03, retries=0, requests_per_second=100_000, in_flight=1)
    objects = table(STATUS, 5, ber.INTEGER) | table(IN, 5) | table(OUT, 5)
    second = "1.3.6.1.2.1.2.2.1.7"
    done = await walked(objects, STATUS, second, IN, OUT, behaviour=behaviour, limits=limits)
    assert [c.problem for c in done.columns] == [Problem.NO_ANSWER, Problem.NO_ANSWER, None, None]
    assert done.columns[3].values == numbers(range(1, 6))
    order = [asked.names[0] for asked in done.agent.asked]
    assert order.index(oid.encode(OUT)) < order.index(oid.encode(second))


async def test_a_table_that_was_silent_three_times_is_given_up_for_this_walk() -> None:
    columns = [f"1.3.6.1.2.1.2.2.1.{number}" for number in range(7, 13)]
    silent = oid.parent(oid.encode(STATUS))

    def behaviour(agent: FakeAgent, asked: Asked) -> list[bytes]:
        return [] if asked.names[0].startswith(silent) else agent.truth(asked)

    limits = Limits(timeout_s=0.03, retries=0, requests_per_second=100_000, in_flight=1)
    done = await walked(table(IN, 5), *columns, IN, behaviour=behaviour, limits=limits)
    assert [c.problem for c in done.columns] == [Problem.NO_ANSWER] * 6 + [None]
    assert sum(column.requests > 0 for column in done.columns[:6]) == 3


async def test_an_agent_that_dies_on_the_way_leaves_what_came() -> None:
    def behaviour(agent: FakeAgent, asked: Asked) -> list[bytes]:
        return agent.truth(asked) if len(agent.asked) <= 2 else []

    limits = Limits(timeout_s=0.03, retries=0, requests_per_second=100_000, in_flight=1)
    done = await walked(
        table(IN, 200) | table(OUT, 9), IN, OUT, STATUS, behaviour=behaviour, limits=limits
    )
    assert [column.problem for column in done.columns] == [Problem.NO_ANSWER] * 3
    assert len(done.columns[0].values) > 25
    assert len(done.agent.asked) <= 5


async def test_v1_is_walked_with_getnext_and_ends_at_no_such_name() -> None:
    def behaviour(agent: FakeAgent, asked: Asked) -> list[bytes]:
        assert asked.kind == ber.GET_NEXT
        found = agent.lookup(asked)
        for position, each in enumerate(found):
            if each.endswith(bytes((ber.END_OF_MIB_VIEW, 0))):
                return [reply(asked, status=2, index=position + 1)]
        return [reply(asked, found)]

    async with serving(table(IN, 7) | table(OUT, 5), behaviour) as agent, Engine() as engine:
        session = engine.session("127.0.0.1", agent.port, V1, ONE)
        requests = [ColumnRequest(oid.encode(name)) for name in (IN, OUT)]
        inward, outward = await walk(session, requests, Caps(), engine.now_s() + 9)
    assert inward.complete
    assert outward.complete
    assert inward.values == numbers(range(1, 8))
    assert outward.values == numbers(range(1, 6))
    assert len(agent.asked) <= 9


async def test_max_repetitions_of_the_device_are_kept() -> None:
    limits = Limits(max_repetitions=10, requests_per_second=100_000)
    done = await walked(table(IN, 60), IN, limits=limits)
    assert max(asked.repetitions for asked in done.agent.asked) == 10
    assert done.columns[0].complete


async def test_responses_fit_one_frame_where_rows_are_as_expected() -> None:
    known = indexes(range(1, 501))
    done = await walked(table(IN, 500), ColumnRequest(oid.encode(IN), known=known))
    assert done.columns[0].complete
    assert all(asked.repetitions * 19 < 1472 for asked in done.agent.asked)


async def test_a_cancelled_walk_leaves_nothing_behind() -> None:
    async with serving({}, lambda _agent, _asked: []) as agent, Engine() as engine:
        session = engine.session("127.0.0.1", agent.port, V2C, Limits(timeout_s=20.0))
        requests = [ColumnRequest(oid.encode(name)) for name in (IN, OUT, STATUS)]
        walking = asyncio.create_task(walk(session, requests, Caps(), engine.now_s() + 99))
        await agent.heard.wait()
        walking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await walking
        assert engine.statistics().outstanding == 0


STRANGE = [f"1.3.6.1.4.1.9.{table}.1.{column}" for table in range(1, 21) for column in range(1, 4)]


def refusing_mixtures(agent: FakeAgent, asked: Asked) -> list[bytes]:
    mixed = len({oid.parent(name) for name in asked.names}) > 1
    return [reply(asked, [], status=Status.GEN_ERR, index=1)] if mixed else agent.truth(asked)


def silent_to_mixtures(agent: FakeAgent, asked: Asked) -> list[bytes]:
    mixed = len({oid.parent(name) for name in asked.names}) > 1
    return [] if mixed else agent.truth(asked)


async def test_tables_that_are_not_there_take_few_requests() -> None:
    done = await walked(table(IN, 5), *STRANGE, IN)
    assert [(c.complete, c.values, c.requests) for c in done.columns[:-1]] == [(True, [], 1)] * 60
    assert done.columns[-1].values == numbers(range(1, 6))
    assert len(done.agent.asked) <= 2 + 3 + 1


async def test_a_later_column_of_a_table_is_found_though_the_first_is_not_there() -> None:
    objects = table(STRANGE[1], 5) | table(STRANGE[5], 5) | table(IN, 5)
    done = await walked(objects, *STRANGE, IN)
    found = [place for place, column in enumerate(done.columns) if column.values]
    assert found == [1, 5, 60]
    assert all(column.complete for column in done.columns)


@pytest.mark.parametrize("behaviour", [refusing_mixtures, silent_to_mixtures])
async def test_an_agent_that_takes_no_mixture_of_tables_is_asked_one_by_one(
    behaviour: Behaviour,
) -> None:
    limits = Limits(timeout_s=0.03, retries=0, requests_per_second=100_000, in_flight=2)
    done = await walked(table(IN, 5), *STRANGE, IN, behaviour=behaviour, limits=limits)
    assert all(column.complete for column in done.columns)
    assert done.columns[-1].values == numbers(range(1, 6))


async def test_silence_leaves_nothing_to_the_garbage_collector() -> None:
    def behaviour(agent: FakeAgent, asked: Asked) -> list[bytes]:
        del agent, asked
        return []

    limits = Limits(timeout_s=0.03, retries=0, requests_per_second=100_000, in_flight=1)
    gc.collect()
    gc.disable()
    try:
        with contextlib.suppress(NoAnswer):  # `raises` would hold on to the frames
            await walked({}, IN, behaviour=behaviour, limits=limits)
        left = [one for one in gc.get_objects() if isinstance(one, Exchange)]
    finally:
        gc.enable()
    assert left == []
