"""When the parts of a table are due, and what of it outlives a restart of ours."""

import pytest

from collectors.catalogue import load_catalogue
from collectors.contract import Json
from collectors.snmp.load import load_profiles
from collectors.snmp.profile import TableProfile
from collectors.snmp.schedule import Schedule


@pytest.fixture(scope="module")
def interfaces() -> TableProfile:
    return load_profiles(load_catalogue()).profiles.named("interfaces").by_name["interfaces"]


def lacking(profile: TableProfile, columns: tuple[str, ...]) -> Schedule:
    schedule = Schedule(profile, None)
    for name in columns:
        schedule.seen(name, 100.0, present=False, soon=True)
    return schedule


def test_table_that_is_lacking_as_a_whole_is_kept_in_a_word(interfaces: TableProfile) -> None:
    document = lacking(interfaces, (*interfaces.structure, *interfaces.first)).export()
    assert document is True
    restored = Schedule(interfaces, None)
    restored.restore(document)
    assert restored.lacking
    assert restored.structure(200.0, everything=True) == []
    assert restored.export() is True


def test_columns_that_are_lacking_are_kept_by_name(interfaces: TableProfile) -> None:
    document = lacking(interfaces, interfaces.first[:2]).export()
    assert document == sorted(interfaces.first[:2])
    restored = Schedule(interfaces, None)
    restored.restore(document)
    assert not restored.lacking
    assert set(restored.values(200.0)) == set(interfaces.first[2:])


@pytest.mark.parametrize("document", [None, False, 1, "all", {"a": True}, [7, "no_such_column"]])
def test_anything_else_is_ignored(interfaces: TableProfile, document: Json) -> None:
    schedule = Schedule(interfaces, None)
    schedule.restore(document)
    assert schedule.export() == []


@pytest.mark.parametrize(("soon", "again_s"), [(True, (300.0, 3600.0)), (False, (3600.0, 3600.0))])
def test_what_may_come_or_be_back_is_asked_for_again_sooner(
    interfaces: TableProfile, *, soon: bool, again_s: tuple[float, float]
) -> None:
    schedule = Schedule(interfaces, None)
    now_s = 100.0
    for after_s in again_s:
        schedule.seen("in_octets", now_s, present=False, soon=soon)
        assert schedule.lacks("in_octets", now_s + after_s - 1)
        now_s += after_s
        assert not schedule.lacks("in_octets", now_s)
