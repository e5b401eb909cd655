"""The topology derivation: metrics, patience with tables of two moments, memory, parents."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from agent.derive.adjacency import Adjacency
from agent.derive.derivation import Derived, Facts, Scope, Subject
from agent.derive.links import LinkState
from agent.derive.target_up import TargetUp
from agent.derive.topology import PATIENCE, Topology, TopologyDerivation
from collectors.contract import Json, Observation
from tests.agent.derive.network import device, end, inventory, tells

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
DISTRICT = inventory(device("acc"), device("agg", "aggregation"))
ACC, AGG = (end("Gi24", "agg", "Te1"),), (end("Te1", "acc", "Gi24"),)


def run(
    seen: Mapping[str, Adjacency], memory: Json = None, now: datetime = NOW, *, alive: bool = True
) -> Derived:
    targets = tuple(DISTRICT.devices)
    held = {
        Adjacency: {name: {"derived.adjacency": (fact,)} for name, fact in seen.items()},
        TargetUp: {name: {"derived.target_up": (TargetUp(name, alive),)} for name in targets},
    }
    subject = Subject(Scope.ALL, "", targets)
    steps = TopologyDerivation().derive(subject, DISTRICT, Facts(targets, held), memory, now)  # type: ignore[arg-type]  # facts of two types
    said: list[Observation] = []
    while True:
        try:
            said += [one for one in [next(steps)] if one is not None]
        except StopIteration as end:
            derived: Derived = end.value
            return replace(derived, others=tuple(said))


def states(derived: Derived) -> dict[str, int | float | None]:
    (table,) = derived.observation.tables
    assert {key[:4] for key in table.keys} <= {("acc", "Gi24", "agg", "Te1")}
    return dict(zip([key[4] for key in table.keys], table.samples[0].values, strict=True))


def parent_rows(derived: Derived) -> dict[str, list[tuple[str, ...] | None]]:
    return {one.target: list(one.tables[0].texts[0].values) for one in derived.others}


def test_a_link_has_all_its_states_and_one_of_them_is_1() -> None:
    derived = run(tells(acc=ACC, agg=AGG))
    assert states(derived) == {"confirmed": 1, "one_sided": 0, "unidirectional": 0}
    assert derived.again_at is None


def test_a_contradiction_is_called_unidirectional_only_when_it_lasts() -> None:
    first = run(tells(acc=ACC, agg=()))
    assert states(first)["one_sided"] == 1
    assert first.again_at == NOW + PATIENCE
    later = run(tells(acc=ACC, agg=()), first.memory, NOW + PATIENCE)
    assert states(later)["unidirectional"] == 1
    assert later.again_at is None
    assert later.memory == first.memory


def test_a_contradiction_that_ended_begins_anew() -> None:
    first = run(tells(acc=ACC, agg=()))
    healed = run(tells(acc=ACC, agg=AGG), first.memory, NOW + PATIENCE)
    again = run(tells(acc=ACC, agg=()), healed.memory, NOW + 2 * PATIENCE)
    assert states(again)["one_sided"] == 1


def test_strangers_are_links_of_the_fact_and_no_series() -> None:
    derived = run(tells(acc=(end("Gi1", None, "eth0", name="stranger"),), agg=()))
    assert states(derived) == {}
    (fact,) = derived.observation.facts
    assert isinstance(fact, Topology)
    assert [(one.destination, one.state) for one in fact.links] == [("stranger", LinkState.OUTSIDE)]


def test_every_device_says_its_parent_or_that_there_is_none() -> None:
    derived = run(tells(acc=ACC, agg=AGG))
    assert parent_rows(derived) == {"acc": [("agg", "lldp")], "agg": []}


def test_the_parent_is_kept_after_lldp_vanished_and_over_a_restart() -> None:
    first = run(tells(acc=ACC, agg=AGG))
    dead = run(tells(acc=None, agg=None), first.memory, NOW + timedelta(days=30), alive=False)
    assert parent_rows(dead)["acc"] == [("agg", "lldp")]
    assert states(dead) == {}


def test_a_memory_that_somebody_damaged_is_forgotten() -> None:
    choices: tuple[Json, ...] = (
        "x",
        5,
        {"doubts": 1, "parents": {"acc": ["agg"]}},
        {"doubts": {"a": "monday"}},
    )
    for damaged in choices:
        assert parent_rows(run(tells(acc=None, agg=None), damaged))["acc"] == []


def test_what_is_as_it_was_is_the_same_object() -> None:
    derivation = TopologyDerivation()
    subject, facts = Subject(Scope.ALL, "", ()), Facts((), {})
    first = [one for one in derivation.derive(subject, DISTRICT, facts, None, NOW) if one]
    second = [one for one in derivation.derive(subject, DISTRICT, facts, None, NOW) if one]
    assert len(first) == len(DISTRICT.devices)
    assert all(a is b for a, b in zip(first, second, strict=True))
