"""A neighbour is expected once it was up for a while, and until it was gone for a week."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.derive.confirmed import (
    CONFIRMED_AFTER,
    CONTRADICTED_FOR,
    FORGOTTEN_AFTER,
    Kept,
    Memory,
    follow,
    next_change,
    read,
    written,
)
from agent.derive.derivation import Input
from agent.derive.joined import Joined, Key, joined
from collectors.contract import Json
from collectors.facts import Ospfv3Neighbor
from tests.agent.derive.backbone import MINUTE, NOW, ospf

KEY: Key = ("1.1.1.1", "GE1")
CONFIRMED = {KEY: Kept(("snmp",))}
UP, DOWN, GONE = [ospf("1.1.1.1")], [ospf("1.1.1.1", up=False)], list[Ospfv3Neighbor]()


def seen(**told: list[Ospfv3Neighbor] | None) -> Joined[Ospfv3Neighbor]:
    inputs = [
        Input("sw", check, None if some is None else tuple(some)) for check, some in told.items()
    ]
    return joined(inputs, lambda one: (one.neighbor, one.interface))


def step(
    former: Memory,
    now: datetime = NOW,
    wanted: tuple[Key, ...] = (),
    **told: list[Ospfv3Neighbor] | None,
) -> dict[Key, Kept]:
    return follow(former, seen(**told), lambda one: one.up, wanted, now)


def test_up_for_a_while_confirms() -> None:
    trial = step({}, snmp=UP)
    assert not trial[KEY].is_confirmed
    assert next_change(trial, NOW) == NOW + CONFIRMED_AFTER
    assert step(trial, NOW + CONFIRMED_AFTER - MINUTE, snmp=UP) == trial
    assert step(trial, NOW + CONFIRMED_AFTER, snmp=UP) == CONFIRMED
    assert next_change(CONFIRMED, NOW) is None


@pytest.mark.parametrize("between", [DOWN, GONE, None])
def test_trial_begins_anew_after_it_was_down_gone_or_unknown(
    between: list[Ospfv3Neighbor] | None,
) -> None:
    broken = step(step({}, snmp=UP), NOW + MINUTE, snmp=between)
    assert broken == {}
    again = step(broken, NOW + 2 * MINUTE, snmp=UP)
    assert again[KEY].up_since == NOW + 2 * MINUTE


def test_neighbour_that_never_came_up_is_not_expected() -> None:
    assert step({}, snmp=DOWN) == {}


def test_neighbour_that_the_inventory_names_needs_no_trial() -> None:
    assert step({}, wanted=(KEY,), snmp=UP) == CONFIRMED
    assert step({}, wanted=(KEY,), snmp=DOWN) == {}


@pytest.mark.parametrize("told", [DOWN, None, GONE])
def test_confirmed_one_stays_when_it_is_down_unknown_or_gone(
    told: list[Ospfv3Neighbor] | None,
) -> None:
    later = step(CONFIRMED, snmp=told)
    assert later[KEY].is_confirmed
    assert (later[KEY].absent_since is not None) is (told is GONE)


def test_it_is_forgotten_after_a_week_of_absence_and_not_before() -> None:
    absent = step(CONFIRMED, snmp=GONE)
    assert next_change(absent, NOW + CONTRADICTED_FOR) == NOW + FORGOTTEN_AFTER
    assert step(absent, NOW + FORGOTTEN_AFTER - MINUTE, snmp=GONE) == absent
    assert step(absent, NOW + FORGOTTEN_AFTER, snmp=GONE) == {}


def test_time_in_which_nothing_is_known_forgets_nobody() -> None:
    absent = step(CONFIRMED, snmp=GONE)
    assert step(absent, NOW + 2 * FORGOTTEN_AFTER, snmp=None) == absent
    assert step(CONFIRMED, NOW + 2 * FORGOTTEN_AFTER, snmp=None) == CONFIRMED


def test_coming_back_for_a_moment_starts_the_week_again() -> None:
    absent = step(CONFIRMED, snmp=GONE)
    back = step(absent, NOW + timedelta(days=6), snmp=DOWN)
    assert back == CONFIRMED


def test_only_the_tables_of_who_showed_it_can_miss_it() -> None:
    by_cli = {KEY: Kept(("cli",))}
    assert step(by_cli, snmp=GONE, cli=None) == by_cli
    assert step(by_cli, snmp=GONE, cli=GONE)[KEY].absent_since == NOW


def test_row_that_snmp_dropped_is_missed_though_the_cli_had_it_at_its_last_visit() -> None:
    both = {KEY: Kept(("snmp", "cli"))}
    dropped = step(both, snmp=GONE, cli=UP)
    assert dropped == {KEY: Kept(("snmp", "cli"), absent_since=NOW)}
    assert next_change(dropped, NOW) == NOW + CONTRADICTED_FOR
    assert step(dropped, NOW + MINUTE, snmp=GONE, cli=GONE) == dropped
    assert step(dropped, NOW + MINUTE, snmp=UP, cli=UP) == both


def test_row_that_the_cli_has_for_longer_is_the_clis() -> None:
    dropped = step({KEY: Kept(("snmp", "cli"))}, snmp=GONE, cli=UP)
    later = NOW + CONTRADICTED_FOR
    assert step(dropped, later, snmp=GONE, cli=UP) == {KEY: Kept(("cli",))}
    assert step({KEY: Kept(("cli",))}, later, snmp=GONE, cli=UP) == {KEY: Kept(("cli",))}


def test_silent_snmp_contradicts_nobody() -> None:
    assert step({KEY: Kept(("snmp",))}, snmp=None, cli=UP) == {KEY: Kept(("cli",))}


def test_cli_does_not_contradict_snmp() -> None:
    assert step({KEY: Kept(("cli",))}, snmp=UP, cli=GONE) == CONFIRMED


def test_clock_that_went_back_neither_confirms_nor_forgets() -> None:
    trial, absent = step({}, snmp=UP), step(CONFIRMED, snmp=GONE)
    early = NOW - timedelta(days=400)
    assert step(trial, early, snmp=UP)[KEY].up_since == early
    assert step(absent, early, snmp=GONE)[KEY].absent_since == early


times = st.none() | st.datetimes(timezones=st.just(NOW.tzinfo))
entries = st.dictionaries(
    st.tuples(st.text(), st.text()), st.builds(Kept, st.tuples(st.text()), times, times)
)


@given(entries)
def test_what_was_written_is_read_again(memory: dict[Key, Kept]) -> None:
    assert read(written(memory)) == memory


@pytest.mark.parametrize(
    "document",
    [
        None, "", 3, {}, [None], [[]], [["a", "b", None, None]], [[["a"], ["snmp"], None]],
        [[[1], ["snmp"], None, None]], [[["a"], "snmp", None, None]],
    ],
)  # fmt: skip
def test_document_of_another_form_is_forgotten(document: Json) -> None:
    assert read(document) == {}


def test_time_without_a_zone_is_forgotten() -> None:
    assert read([[["a"], ["snmp"], None, "2026-03-02T08:00:00"]]) == {("a",): Kept(("snmp",))}


@given(
    st.lists(st.tuples(st.integers(0, 40), st.sampled_from([UP, DOWN, GONE, None])), max_size=40)
)
def test_who_is_confirmed_was_up_that_long_without_a_break(
    steps: list[tuple[int, list[Ospfv3Neighbor] | None]],
) -> None:
    memory: Memory = {}
    now, up_since = NOW, None
    ever = False
    for minutes, told in steps:
        now += minutes * MINUTE
        memory = step(memory, now, snmp=told)
        up_since = (up_since or now) if told is UP else None
        ever |= up_since is not None and now - up_since >= CONFIRMED_AFTER
        assert (KEY in memory and memory[KEY].is_confirmed) is ever
