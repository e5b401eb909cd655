"""Light in the district's fibres, and what the vendors' tables make of it."""

import math

import pytest

from lab.district import District, End, Vendor
from lab.mib.entity import port_entity
from lab.mib.optics import H3C_OPTICS, HUAWEI_OPTICS, RUIJIE_OPTICS
from lab.mib.switch import switch_tree
from lab.optics import LIMITS_DBM, NO_LIGHT_DBM, Optic, fibres
from lab.qinglan import qinglan
from lab.scenario import Event, Kind, Scenario, Schedule
from lab.world import World

START = 1_795_000_000.0
DISTRICT = qinglan()
DIRTY = End("ql-core-2", "Ten-GigabitEthernet1/0/17")
CLEAN = End("ql-agg-1", "XGigabitEthernet0/0/2")
EVENTS = (
    Event(Kind.DIRTY_FIBRE, 100, 50, DIRTY.switch, DIRTY.port, value=11),
    Event(Kind.LINK_DOWN, 200, 50, DIRTY.switch, DIRTY.port),
    Event(Kind.REBOOT, 300, 50, "ql-agg-1"),
)


def world() -> World:
    return World(DISTRICT, Schedule(Scenario("test", 0.0, EVENTS), START))


def optic(one: World, end: End, second: float) -> Optic:
    return one.state(end.switch, START + second).optics[end.port]


ENDS = [end for link in DISTRICT.every_link() for end in (link.low, link.high) if end]


@pytest.mark.parametrize("end", ENDS, ids=str)
def test_every_end_of_a_cable_sees_light_within_the_limits(end: End) -> None:
    found = optic(world(), end, 10)
    low, high = LIMITS_DBM["receive"]
    assert low + 3 < found.receive_dbm < high
    assert LIMITS_DBM["transmit"][0] < found.transmit_dbm < LIMITS_DBM["transmit"][1]


@pytest.mark.parametrize("link", [link for link in DISTRICT.every_link() if link.high], ids=str)
def test_both_directions_of_a_fibre_lose_the_same(link: object) -> None:
    laid = fibres(DISTRICT, seed=1)
    low, high = (fibre for fibre in laid.values() if fibre.link == link)
    assert low.sends_dbm - high.gets_dbm == high.sends_dbm - low.gets_dbm == 0
    assert low.loses_db == high.loses_db


def test_weather_is_slow_small_and_the_same_every_time() -> None:
    first, second = world(), world()
    seen = [optic(first, CLEAN, second).receive_dbm for second in range(0, 90, 10)]
    assert seen == [optic(second, CLEAN, moment).receive_dbm for moment in range(0, 90, 10)]
    assert len(set(seen)) > 1
    assert max(seen) - min(seen) < 0.3


def test_dirt_takes_light_from_one_end_and_spoils_frames_there() -> None:
    one = world()
    before, other_before = optic(one, DIRTY, 99), optic(one, CLEAN, 99)
    bad = errors(one, DIRTY, 99)
    during, other = optic(one, DIRTY, 120), optic(one, CLEAN, 120)
    assert before.receive_dbm - during.receive_dbm == pytest.approx(11, abs=0.1)
    assert during.receive_dbm < LIMITS_DBM["receive"][0]
    assert other.receive_dbm == pytest.approx(other_before.receive_dbm, abs=0.1)
    assert errors(one, DIRTY, 120) - bad == pytest.approx(20 * 11 * 3.2, abs=2)
    assert optic(one, DIRTY, 151).receive_dbm == pytest.approx(before.receive_dbm, abs=0.1)


def errors(one: World, end: End, second: float) -> float:
    state = one.state(end.switch, START + second)
    return next(port.received.errors for port in state.ports if port.port.name == end.port)


@pytest.mark.parametrize("second", [220, 320], ids=["cut", "other end without power"])
def test_in_the_dark_nothing_arrives_but_the_laser_goes_on(second: float) -> None:
    found = optic(world(), DIRTY, second)
    assert found.receive_dbm == NO_LIGHT_DBM
    assert found.transmit_dbm > LIMITS_DBM["transmit"][0]


def test_a_cage_without_a_cable_has_no_module() -> None:
    state = world().state("ql-core-1", START)
    assert set(state.optics) == {end.port for end in ENDS if end.switch == "ql-core-1"}


def said(switch: str, second: float, *oid: int) -> str:
    one = world()
    tree = switch_tree(DISTRICT.switch(switch), DISTRICT)
    return str(tree.exact(oid, one.state(switch, START + second))[1])


def index(district: District, end: End) -> int:
    switch = district.switch(end.switch)
    port = switch.port(end.port)
    return port_entity(port) if switch.identity.vendor is Vendor.HUAWEI else port.index


def test_huawei_tells_microwatts_and_hundredths_of_dbm_in_text() -> None:
    place = index(DISTRICT, CLEAN)
    dbm = optic(world(), CLEAN, 10).receive_dbm
    microwatts = int(said(CLEAN.switch, 10, *HUAWEI_OPTICS, 8, place))
    assert 10 * math.log10(microwatts / 1000) == pytest.approx(dbm, abs=0.02)
    assert said(CLEAN.switch, 10, *HUAWEI_OPTICS, 32, place) == f"{round(dbm * 100)}.00"
    dark = [said(CLEAN.switch, 220, *HUAWEI_OPTICS, column, place) for column in (8, 32)]
    assert dark == ["0", "-4000.00"]


def test_h3c_tells_hundredths_of_dbm() -> None:
    place = index(DISTRICT, DIRTY)
    dbm = optic(world(), DIRTY, 10).receive_dbm
    assert int(said(DIRTY.switch, 10, *H3C_OPTICS, 12, place)) == round(dbm * 100)
    assert said(DIRTY.switch, 220, *H3C_OPTICS, 12, place) == "-4000"


def test_ruijie_tells_whole_part_hundredths_and_sign() -> None:
    end = End("ql-acc-hall", "TenGigabitEthernet 0/25")
    place = index(DISTRICT, end)
    whole, rest, sign = (int(said(end.switch, 10, *RUIJIE_OPTICS, c, place)) for c in (31, 32, 66))
    assert whole - rest / 100 == pytest.approx(optic(world(), end, 10).receive_dbm, abs=0.006)
    assert sign == -1


@pytest.mark.parametrize(
    ("end", "column", "empty"),
    [
        (End("ql-agg-1", "XGigabitEthernet0/0/4"), (*HUAWEI_OPTICS, 8), None),
        (End("ql-core-1", "XGigabitEthernet0/0/9"), (*HUAWEI_OPTICS, 8), "-1"),
        (End("ql-core-1", "XGigabitEthernet0/0/9"), (*HUAWEI_OPTICS, 1), "5"),
        (End("ql-core-2", "Ten-GigabitEthernet1/0/25"), (*H3C_OPTICS, 12), "2147483647"),
        (End("ql-acc-songting", "TenGigabitEthernet 0/26"), (*RUIJIE_OPTICS, 31), "-100"),
    ],
    ids=str,
)
def test_an_empty_cage_says_so_in_the_vendors_way(
    end: End, column: tuple[int, ...], empty: str | None
) -> None:
    found = said(end.switch, 10, *column, index(DISTRICT, end))
    assert found == empty if empty else int(found) > 0
