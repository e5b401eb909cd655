"""GET of single objects."""

import pytest

from protocols.snmp import ber, oid
from protocols.snmp.credentials import Community, Version
from protocols.snmp.engine import Engine
from protocols.snmp.errors import ErrorStatus, Malformed, NoAnswer
from protocols.snmp.scalars import get
from protocols.snmp.session import Limits
from protocols.snmp.varbinds import VarBind
from tests.protocols.snmp.fakes import Asked, Behaviour, FakeAgent, reply, serving

NAMES = [oid.encode(f"1.3.6.1.2.1.1.{number}.0") for number in (1, 3, 5)]
OBJECTS = {
    "1.3.6.1.2.1.1.1.0": ber.octets(b"a switch"),
    "1.3.6.1.2.1.1.3.0": ber.integer(9, ber.TIMETICKS),
    "1.3.6.1.2.1.1.5.0": ber.octets(b"sw1"),
}


async def got(
    names: list[bytes], behaviour: Behaviour | None = None, version: Version = Version.V2C
) -> list[VarBind]:
    async with serving(OBJECTS, behaviour) as agent, Engine() as engine:
        community = Community(version, b"public")
        session = engine.session("127.0.0.1", agent.port, community, Limits(timeout_s=0.2))
        return await get(session, names, engine.now_s() + 9)


async def test_objects_come_in_the_order_asked_for() -> None:
    found = await got(NAMES[::-1])
    assert [varbind.oid for varbind in found] == NAMES[::-1]
    assert [varbind.value for varbind in found] == [b"sw1", 9, b"a switch"]


async def test_what_is_missing_has_no_value_and_says_why() -> None:
    missing = oid.encode("1.3.6.1.2.1.1.99.0")
    found = await got([NAMES[0], missing])
    assert found[0].value == b"a switch"
    assert found[1] == VarBind(missing, ber.NO_SUCH_INSTANCE, None)


async def test_any_number_of_objects_is_fine() -> None:
    names = [oid.encode(f"1.3.6.1.2.1.2.2.1.1.{number}") for number in range(1, 101)]
    assert [varbind.oid for varbind in await got(names)] == names
    assert await got([]) == []


async def test_v1_tells_no_such_name_and_the_others_are_asked_again() -> None:
    def behaviour(agent: FakeAgent, asked: Asked) -> list[bytes]:
        for position, name in enumerate(asked.names):
            if name == NAMES[1]:
                return [reply(asked, status=2, index=position + 1)]
        return agent.truth(asked)

    found = await got(NAMES, behaviour, Version.V1)
    assert [varbind.value for varbind in found] == [b"a switch", None, b"sw1"]
    assert found[1].tag == ber.NO_SUCH_INSTANCE
    assert found[1].status == 0


async def test_too_big_is_asked_in_halves() -> None:
    def behaviour(agent: FakeAgent, asked: Asked) -> list[bytes]:
        return [reply(asked, status=1)] if len(asked.names) > 1 else agent.truth(asked)

    found = await got(NAMES, behaviour)
    assert [varbind.value for varbind in found] == [b"a switch", 9, b"sw1"]


@pytest.mark.parametrize("index", [2, 0, 77])
async def test_an_error_of_one_object_is_kept_with_it_and_hides_no_other(index: int) -> None:
    def behaviour(agent: FakeAgent, asked: Asked) -> list[bytes]:
        if NAMES[1] not in asked.names:
            return agent.truth(asked)
        told = asked.names.index(NAMES[1]) + 1 if index == 2 else index
        return [reply(asked, status=5, index=told)]

    found = await got(NAMES, behaviour)
    assert [varbind.value for varbind in found] == [b"a switch", None, b"sw1"]
    assert [varbind.status for varbind in found] == [0, 5, 0]


async def test_an_error_of_everything_is_raised() -> None:
    with pytest.raises(ErrorStatus, match="error-status 16") as caught:
        await got(NAMES, lambda _, asked: [reply(asked, status=16)])
    assert caught.value.status == 16


async def test_other_names_than_the_ones_asked_are_not_believed() -> None:
    def behaviour(agent: FakeAgent, asked: Asked) -> list[bytes]:
        return [reply(asked, agent.lookup(asked)[::-1])]

    with pytest.raises(Malformed, match="other names"):
        await got(NAMES, behaviour)


async def test_the_same_objects_are_asked_for_with_the_same_request() -> None:
    async with serving(OBJECTS) as agent, Engine() as engine:
        session = engine.session("127.0.0.1", agent.port, Community(Version.V2C, b"public"))
        for _ in range(3):
            found = await get(session, NAMES, engine.now_s() + 9)
            assert [varbind.value for varbind in found] == [b"a switch", 9, b"sw1"]
        assert len(session.gets) == 1
        said = session.statistics()
        assert (said.sent, said.answered, said.retries, said.failed) == (3, 3, 0, 0)


async def test_requests_that_are_made_seldom_are_forgotten() -> None:
    async with serving(OBJECTS) as agent, Engine() as engine:
        session = engine.session("127.0.0.1", agent.port, Community(Version.V2C, b"public"))
        for number in range(6):
            missing = oid.encode(f"1.3.6.1.2.1.1.{number + 50}.0")
            await get(session, [NAMES[0], missing], engine.now_s() + 9)
        assert len(session.gets) == 3
        assert (NAMES[0], missing) in session.gets


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_silence_is_survived_by_asking_again(times: int) -> None:
    silent = iter(range(times))

    def behaviour(agent: FakeAgent, asked: Asked) -> list[bytes]:
        return [] if next(silent, None) is not None else agent.truth(asked)

    if times < 3:
        assert [one.value for one in await got(NAMES, behaviour)] == [b"a switch", 9, b"sw1"]
    else:
        with pytest.raises(NoAnswer):
            await got(NAMES, behaviour)


async def test_who_waits_for_a_token_in_vain_is_told_at_the_deadline() -> None:
    async with serving(OBJECTS) as agent, Engine() as engine:
        limits = Limits(requests_per_second=1.0)
        session = engine.session("127.0.0.1", agent.port, Community(Version.V2C, b"public"), limits)
        await get(session, NAMES, engine.now_s() + 9)
        with pytest.raises(NoAnswer):
            await get(session, NAMES, engine.now_s() + 0.1)
        assert len(agent.asked) == 1
