"""The schedules of a device: what it lacks is put away, and is as it was when it is asked for."""

import pytest

from collectors.catalogue import load_catalogue
from collectors.snmp.load import load_profiles
from collectors.snmp.profile import Profile
from collectors.snmp.schedules import Schedules

TABLE = "ospfv3_interfaces"
NOW_S, LATER_S = 100.0, 3600.0


@pytest.fixture(scope="module")
def profile() -> Profile:
    return load_profiles(load_catalogue()).profiles.named("generic")


def miss(schedules: Schedules, table: str, now_s: float) -> None:
    """Ask for all columns of a table in vain."""
    one = schedules[table]
    for column in (*one.profile.structure, *one.profile.first):
        one.seen(column, now_s, present=False, soon=False)
    one.visited(now_s)


def test_what_a_device_lacks_is_put_away_and_stays_as_it_was(profile: Profile) -> None:
    schedules, kept = Schedules(profile, {}), Schedules(profile, {})
    for one in (schedules, kept):
        miss(one, TABLE, NOW_S)
    schedules.end(NOW_S)
    assert TABLE not in schedules
    for now_s in (NOW_S, NOW_S + LATER_S - 1, NOW_S + LATER_S):
        was, found = kept[TABLE], schedules[TABLE]
        assert found.lacking
        assert found.due_s == was.due_s
        assert found.values(now_s) == was.values(now_s)
        assert found.structure(now_s, everything=True) == was.structure(now_s, everything=True)
        assert found.quiet_until_s(now_s) == was.quiet_until_s(now_s)
        assert found.export() is True
        schedules.end(now_s)


def test_all_that_was_missed_is_asked_for_again_at_once(profile: Profile) -> None:
    schedules = Schedules(profile, {})
    miss(schedules, TABLE, NOW_S)
    schedules.end(NOW_S)
    again_s = NOW_S + LATER_S
    assert schedules[TABLE].values(again_s) == schedules[TABLE].profile.first
    miss(schedules, TABLE, again_s)
    schedules.end(again_s)
    assert TABLE not in schedules
    assert schedules[TABLE].values(again_s + LATER_S - 1) == ()


def test_column_that_was_missed_at_another_time_keeps_its_own(profile: Profile) -> None:
    schedules = Schedules(profile, {})
    miss(schedules, TABLE, NOW_S)
    first, *others = schedules[TABLE].profile.first
    schedules[TABLE].seen(first, NOW_S + 60, present=False, soon=False)
    for now_s in (NOW_S + 60, NOW_S + LATER_S - 1):
        schedules.end(now_s)
        assert schedules[TABLE].values(now_s) == ()
    assert schedules[TABLE].values(NOW_S + LATER_S) == tuple(others)
    assert first in schedules[TABLE].values(NOW_S + LATER_S + 60)


def test_name_that_is_gone_leaves_no_moment_behind(profile: Profile) -> None:
    """Else what is quiet until then would never be quiet again."""
    schedules = Schedules(profile, {})
    one = schedules[TABLE]
    for name in one.profile.structure:
        one.read(name, NOW_S)
    miss(schedules, TABLE, NOW_S + LATER_S)
    assert one.quiet_until_s(NOW_S + LATER_S) == NOW_S + 2 * LATER_S
    schedules.end(NOW_S + LATER_S)
    assert TABLE not in schedules


def test_what_is_there_again_is_kept(profile: Profile) -> None:
    schedules = Schedules(profile, {})
    miss(schedules, TABLE, NOW_S)
    schedules.end(NOW_S)
    first = schedules[TABLE].profile.first[0]
    schedules[TABLE].seen(first, NOW_S + LATER_S, present=True, soon=False)
    schedules.end(NOW_S + LATER_S)
    assert TABLE in schedules
    assert first in schedules[TABLE].values(NOW_S + LATER_S)


@pytest.mark.parametrize("change", ["reconsider", "restart"])
def test_change_of_what_was_put_away_holds(profile: Profile, change: str) -> None:
    schedules = Schedules(profile, {})
    miss(schedules, TABLE, NOW_S)
    schedules.end(NOW_S)
    getattr(schedules[TABLE], change)()
    schedules.end(NOW_S)
    assert schedules[TABLE].values(NOW_S) == schedules[TABLE].profile.first
    assert not schedules[TABLE].lacking


def test_table_that_is_spared_is_not_put_away(profile: Profile) -> None:
    schedules = Schedules(profile, {})
    miss(schedules, TABLE, NOW_S)
    schedules[TABLE].slow(4, 60.0)
    schedules.end(NOW_S)
    assert schedules[TABLE].stretch == 4


def test_what_was_put_away_is_exported_and_taken_up(profile: Profile) -> None:
    schedules = Schedules(profile, {})
    miss(schedules, TABLE, NOW_S)
    schedules["interfaces"].seen("ifHCInOctets", NOW_S, present=False, soon=False)
    schedules.end(NOW_S)
    document = schedules.export()
    assert document == {"interfaces": ["ifHCInOctets"], TABLE: True}
    restored = Schedules(profile, {})
    restored.restore({**document, "no_such_table": True})
    assert restored.export() == document
    assert restored[TABLE].lacking


def test_intervals_of_the_inventory_go_before_those_of_the_profile(profile: Profile) -> None:
    gives = profile.by_name[TABLE].gives
    assert gives
    assert Schedules(profile, {gives: 7.0})[TABLE].every_s == 7.0
    assert Schedules(profile, {})[TABLE].every_s == profile.by_name[TABLE].every_s
