"""Targets that share an SNMP engine id are said, once, and stay said over a restart of ours."""

from collections.abc import Mapping
from datetime import UTC, datetime

from agent.derive.derivation import Derived, Facts, Held, Scope, Subject
from agent.derive.engine_ids import EngineIds
from collectors.contract import Json
from collectors.facts import EngineId
from inventory.inventory import Inventory

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
TARGETS = ("a", "b", "c", "d")
ONE, OTHER = "80001f8804cccc", "80001f8804dddd"


def derived(ids: Mapping[str, str | None], memory: Json = None) -> Derived:
    held: Held = {
        target: {"snmp": None if one is None else (EngineId(target, one),)}
        for target, one in ids.items()
    }
    subject = Subject(Scope.ALL, "", TARGETS)
    facts = Facts(TARGETS, {EngineId: held})
    return EngineIds().derive(subject, Inventory(), facts, memory, NOW)


def shared(found: Derived) -> dict[str, object]:
    return {one.target: one.tables[0].samples[0].values[0] for one in found.others}


def said(found: Derived) -> dict[str, str]:
    return {one.target: finding.text for one in found.others for finding in one.findings}


def test_two_devices_with_one_engine_id_are_both_named() -> None:
    found = derived({"a": ONE, "b": ONE, "c": OTHER})
    assert shared(found) == {"a": 1, "b": 1}
    assert said(found) == {
        "a": f"duplicate engineID {ONE}, shared with b",
        "b": f"duplicate engineID {ONE}, shared with a",
    }


def test_unique_ids_say_nothing() -> None:
    found = derived({"a": ONE, "b": OTHER})
    assert (found.others, found.memory) == ((), {})


def test_it_is_found_once_while_it_lasts_and_0_after_it_was_mended() -> None:
    first = derived({"a": ONE, "b": ONE})
    second = derived({"a": ONE, "b": ONE}, first.memory)
    third = derived({"a": ONE, "b": OTHER}, second.memory)
    assert (shared(second), said(second)) == ({"a": 1, "b": 1}, {})
    assert (shared(third), said(third)) == ({"a": 0, "b": 0}, {})


def test_a_third_device_with_it_is_found_when_it_comes() -> None:
    first = derived({"a": ONE, "b": ONE})
    second = derived({"a": ONE, "b": ONE, "c": ONE}, first.memory)
    assert said(second) == {"c": f"duplicate engineID {ONE}, shared with a, b"}


def test_after_a_restart_those_not_heard_of_yet_still_count() -> None:
    first = derived({"a": ONE, "b": ONE})
    for ids in ({}, {"a": ONE}, {"a": ONE, "b": None}):
        later = derived(ids, first.memory)
        assert (shared(later), said(later)) == ({"a": 1, "b": 1}, {})


def test_a_target_that_left_the_inventory_shares_nothing() -> None:
    found = derived({"a": ONE}, {"a": ONE, "gone": ONE})
    assert shared(found) == {"a": 0}
