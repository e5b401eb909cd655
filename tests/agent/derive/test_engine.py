"""Derivations run for what was touched, at most once a second, and are told what is unknown."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from typing_extensions import override

from agent.derive.derivation import Derivation, Derived, Facts, Scope, Steps, Subject
from agent.derive.engine import Engine
from agent.derive.scopes import Scopes
from collectors.contract import Fact, Json, Method, Observation, Samples, Table
from inventory.inventory import Inventory
from inventory.models import Device, Site
from tests.agent.fakes import DictState, ManualClock


@dataclass(frozen=True, slots=True)
class Colour:
    """A fact."""

    target: str
    name: str


@dataclass(frozen=True, slots=True)
class Shade:
    """Another type of fact."""

    target: str
    name: str


Inputs = list[tuple[str, str, str | None]]


@dataclass
class Recorder(Derivation):
    """Remembers what it was handed; answers with `result`."""

    name: str = "recorder"
    version: int = 1
    scope: Scope = Scope.TARGET
    reads: frozenset[type[Fact]] = frozenset((Colour,))
    runs: list[tuple[str, Inputs]] = field(default_factory=list)
    memories: list[Json] = field(default_factory=list)
    result: Callable[[Subject], Derived] = lambda subject: Derived(
        Observation(subject.id, "derived.recorder")
    )

    @override
    def derive(
        self, subject: Subject, inventory: Inventory, facts: Facts, memory: Json, now: datetime
    ) -> Derived | Steps:
        del inventory, now
        inputs = [
            (one.target, one.check, one.facts[-1].name if one.facts else None)
            for one in facts.of(Colour)
        ]
        self.runs.append((subject.id, inputs))
        self.memories.append(memory)
        return self.result(subject)


def district(*targets: str) -> Inventory:
    sites = {
        "city": Site(id="city", name="城", level="city"),
        "hexi": Site(id="hexi", name="河西", level="district", parent="city"),
    }
    devices = {
        target: Device(id=target, addresses=("192.0.2.1",), site="hexi") for target in targets
    }
    return Inventory(sites=sites, devices=devices)


class Bench:
    """An engine with a clock of its own; `passes` lets time pass in small steps."""

    def __init__(
        self,
        *derivations: Derivation,
        inventory: Inventory | None = None,
        state: DictState | None = None,
    ) -> None:
        self.clock = ManualClock()
        self.state = state or DictState()
        self.emitted: list[Observation] = []
        self.touches = 0
        self.engine = Engine(
            derivations, self.state, self.clock, self.emitted.append, self._touched
        )
        self.adopt(inventory or district("sw-1", "sw-2"))

    def adopt(self, inventory: Inventory) -> None:
        self.engine.adopt(inventory, Scopes(inventory))

    def _touched(self) -> None:
        self.touches += 1

    def passes(self, seconds: float) -> None:
        end_s = self.clock.monotonic_s + seconds
        self.engine.work()
        while self.clock.monotonic_s < end_s:
            self.clock.advance(0.1)
            self.engine.work()

    def put(self, target: str, name: str, lifetime_s: float | None = 120.0) -> None:
        expires_s = None if lifetime_s is None else self.clock.monotonic_s + lifetime_s
        self.engine.put(target, "snmp", (Colour(target, name),), expires_s)


def test_every_subject_runs_at_the_start_even_without_a_fact() -> None:
    recorder = Recorder()
    bench = Bench(recorder)
    bench.passes(0)
    assert recorder.runs == [("sw-1", []), ("sw-2", [])]


def test_changed_fact_runs_its_target_alone() -> None:
    recorder = Recorder()
    bench = Bench(recorder)
    bench.passes(5)
    recorder.runs.clear()
    touches = bench.touches
    bench.put("sw-1", "red")
    assert bench.touches == touches + 1
    bench.passes(0)
    assert recorder.runs == [("sw-1", [("sw-1", "snmp", "red")])]


def test_none_of_a_kind_replaces_those_that_were_there() -> None:
    recorder = Recorder()
    bench = Bench(recorder)
    bench.put("sw-1", "red")
    bench.passes(5)
    bench.engine.put("sw-1", "snmp", (), bench.clock.monotonic_s + 1200, Colour)
    bench.passes(600)
    assert recorder.runs[-1] == ("sw-1", [("sw-1", "snmp", None)])
    assert bench.engine.fact(Colour, "sw-1") is None


def test_same_value_again_runs_nothing() -> None:
    recorder = Recorder()
    bench = Bench(recorder)
    bench.put("sw-1", "red")
    bench.passes(5)
    recorder.runs.clear()
    touches = bench.touches
    bench.put("sw-1", "red")
    bench.passes(5)
    assert recorder.runs == []
    assert bench.touches == touches


def test_fact_of_a_type_that_nobody_reads_runs_nothing() -> None:
    recorder = Recorder()
    bench = Bench(recorder)
    bench.passes(5)
    recorder.runs.clear()
    bench.engine.put("sw-1", "snmp", (Shade("sw-1", "dark"),), None)
    bench.passes(5)
    assert recorder.runs == []


def test_expired_input_is_handed_over_as_unknown_never_left_out() -> None:
    recorder = Recorder()
    bench = Bench(recorder)
    bench.put("sw-1", "red", lifetime_s=120)
    bench.passes(119)
    recorder.runs.clear()
    bench.passes(3)
    assert recorder.runs == [("sw-1", [("sw-1", "snmp", None)])]


def test_repeated_fact_does_not_expire() -> None:
    recorder = Recorder()
    bench = Bench(recorder)
    for _ in range(10):
        bench.put("sw-1", "red", lifetime_s=120)
        bench.passes(60)
    assert [inputs for target, inputs in recorder.runs if target == "sw-1"][-1] == [
        ("sw-1", "snmp", "red")
    ]


def test_unknown_input_is_known_again_with_the_next_fact() -> None:
    recorder = Recorder()
    bench = Bench(recorder)
    bench.put("sw-1", "red", lifetime_s=10)
    bench.passes(20)
    bench.put("sw-1", "red", lifetime_s=10)
    bench.passes(2)
    assert recorder.runs[-1] == ("sw-1", [("sw-1", "snmp", "red")])


def test_subject_runs_at_most_once_a_second_and_sees_the_last_value() -> None:
    recorder = Recorder()
    bench = Bench(recorder)
    bench.passes(5)
    recorder.runs.clear()
    for step in range(50):
        bench.put("sw-1", f"colour {step}")
        bench.passes(0.1)
    bench.passes(1.1)
    assert 5 <= len(recorder.runs) <= 7
    assert recorder.runs[-1] == ("sw-1", [("sw-1", "snmp", "colour 49")])


def test_site_sees_its_whole_subtree() -> None:
    recorder = Recorder(scope=Scope.SITE)
    bench = Bench(recorder)
    bench.passes(2)
    recorder.runs.clear()
    bench.put("sw-2", "red")
    bench.passes(0)
    assert [subject for subject, _inputs in recorder.runs] == ["city", "hexi"]
    assert recorder.runs[0][1] == [("sw-2", "snmp", "red")]


def test_memory_is_handed_to_the_next_run_and_kept_over_a_restart() -> None:
    def counted(subject: Subject) -> Derived:
        return Derived(Observation(subject.id, "derived.recorder"), memory=len(recorder.runs))

    recorder = Recorder(result=counted)
    bench = Bench(recorder, inventory=district("sw-1"))
    bench.passes(0)
    bench.put("sw-1", "red")
    bench.passes(2)
    assert recorder.memories == [None, 1]
    after = Recorder()
    Bench(after, inventory=district("sw-1"), state=bench.state).passes(0)
    assert after.memories == [2]


def test_memory_of_another_version_is_not_handed_over() -> None:
    state = DictState()
    state.save("derive/recorder/sw-1", 1, ["old"])
    recorder = Recorder(version=2)
    Bench(recorder, inventory=district("sw-1"), state=state).passes(0)
    assert recorder.memories == [None]


def test_time_named_by_the_derivation_runs_it_again_by_the_wall_clock() -> None:
    opening = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)

    def until_opening(subject: Subject) -> Derived:
        again = opening if bench.clock.now() < opening else None
        return Derived(Observation(subject.id, "derived.recorder"), again_at=again)

    recorder = Recorder(result=until_opening)
    bench = Bench(recorder, inventory=district("sw-1"))
    bench.passes(60)
    assert len(recorder.runs) == 1
    bench.clock.wall = opening  # somebody set the clock
    bench.passes(2)
    assert len(recorder.runs) == 2
    bench.passes(60)
    assert len(recorder.runs) == 2


def test_reload_runs_everything_and_forgets_what_is_gone() -> None:
    recorder = Recorder(scope=Scope.SITE)
    bench = Bench(recorder)
    bench.put("sw-1", "red")
    bench.put("sw-2", "blue")
    bench.passes(5)
    recorder.runs.clear()
    bench.adopt(district("sw-2"))
    bench.passes(2)
    assert ("hexi", [("sw-2", "snmp", "blue")]) in recorder.runs
    assert len(recorder.runs) == 2


def test_derivation_that_raises_ends_neither_the_others_nor_itself(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def raises(subject: Subject) -> Derived:
        if subject.id == "sw-1":
            raise ZeroDivisionError
        return Derived(Observation(subject.id, "derived.recorder"))

    broken, sound = Recorder(result=raises), Recorder(name="sound")
    bench = Bench(broken, sound)
    for colour in ("red", "blue", "green"):
        bench.put("sw-1", colour)
        bench.passes(2)
    account = bench.engine.accounts.statistics()["recorder"]
    assert (account.runs, account.failures, account.broken) == (4, 3, 1)
    assert len(caplog.records) == 1
    assert "sw-1" in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert bench.engine.accounts.statistics()["sound"].failures == 0
    broken.result = Recorder().result
    bench.put("sw-1", "white")
    bench.passes(2)
    assert bench.engine.accounts.statistics()["recorder"].broken == 0


def test_observation_that_the_store_refuses_is_a_failure() -> None:
    recorder = Recorder()
    bench = Bench(recorder)

    def refuse(observation: Observation) -> None:
        raise ValueError(observation.check)

    bench.engine._emit = refuse
    bench.passes(2)
    assert bench.engine.accounts.statistics()["recorder"].failures == 2


def test_tables_with_the_agent_are_put_together_over_subjects() -> None:
    def row(subject: Subject) -> Derived:
        samples = (Samples("egov_x_targets", [len(subject.targets)]),)
        table = Table("x", Method.AGENT, [(subject.id,)], samples)
        return Derived(Observation("", "derived.recorder", (table,)))

    bench = Bench(Recorder(scope=Scope.SITE, result=row))
    bench.passes(0)
    (table,) = bench.emitted[-1].tables
    assert table.keys == [("city",), ("hexi",)]
    assert table.samples[0].values == [2, 2]
    assert len(bench.emitted) == 1


def test_what_stands_with_the_agent_is_put_together_once_a_second() -> None:
    """Targets that fall silent one after the other touch many sites within a second."""

    def row(subject: Subject) -> Derived:
        table = Table("x", Method.AGENT, [(subject.id,)], (Samples("egov_x_targets", [1]),))
        return Derived(Observation("", "derived.recorder", (table,)))

    targets = [f"sw-{number}" for number in range(8)]
    recorder = Recorder(scope=Scope.TARGET, result=row)
    bench = Bench(recorder, inventory=district(*targets))
    bench.passes(2)
    bench.emitted.clear()
    recorder.runs.clear()
    for target in targets:
        bench.put(target, "red")
        bench.passes(0.1)
    assert len(recorder.runs) == 8
    assert len(bench.emitted) == 1
    bench.passes(1)
    assert len(bench.emitted) == 2


def test_fact_of_a_derivation_touches_another() -> None:
    def shaded(subject: Subject) -> Derived:
        fact = Colour(subject.id, "derived")
        return Derived(Observation(subject.id, "derived.first", facts=(fact,)))

    first = Recorder(name="first", reads=frozenset((Shade,)), result=shaded)
    second = Recorder(name="second")
    bench = Bench(first, second, inventory=district("sw-1"))
    bench.passes(3)
    assert second.runs[-1] == ("sw-1", [("sw-1", "derived.first", "derived")])
    assert bench.engine.fact(Colour, "sw-1") == Colour("sw-1", "derived")
    assert bench.engine.fact(Colour, "nobody") is None


def test_idle_engine_asks_to_be_left_alone() -> None:
    bench = Bench(Recorder())
    bench.passes(2)
    assert bench.engine.work() is None
    bench.put("sw-1", "red", lifetime_s=120)
    bench.passes(2)
    assert bench.engine.work() == pytest.approx(bench.clock.monotonic_s + 118, abs=0.2)


@dataclass
class Slowly(Recorder):
    """Takes three steps of 8 ms, and says something of a target at the second."""

    scope: Scope = Scope.ALL
    clock: ManualClock = field(default_factory=ManualClock)
    steps: int = 0

    @override
    def derive(
        self, subject: Subject, inventory: Inventory, facts: Facts, memory: Json, now: datetime
    ) -> Steps:
        self.runs.append((subject.id, []))
        for number in range(3):
            self.clock.advance(0.008)
            self.steps += 1
            yield Observation("sw-1", "derived.slowly") if number == 1 else None
        return Derived(Observation("", "derived.slowly"))


def slow_bench() -> tuple[Bench, Slowly]:
    slowly = Slowly(name="slowly")
    bench = Bench(slowly)
    slowly.clock = bench.clock
    return bench, slowly


def test_a_long_run_is_done_in_slices() -> None:
    bench, slowly = slow_bench()
    assert bench.engine.work() is not None
    assert slowly.steps == 2
    assert [one.target for one in bench.emitted] == ["sw-1"]
    bench.engine.work()
    assert slowly.steps == 3
    assert [one.target for one in bench.emitted] == ["sw-1", ""]
    assert bench.engine.accounts.statistics()["slowly"].runs == 1
    assert bench.engine.accounts.statistics()["slowly"].spent_s == pytest.approx(0.024)


def test_what_changes_during_a_long_run_is_looked_at_after_it() -> None:
    bench, slowly = slow_bench()
    bench.engine.work()
    bench.put("sw-1", "red")
    bench.passes(0.5)
    assert len(slowly.runs) == 1
    bench.passes(2)
    assert len(slowly.runs) == 2


def test_what_was_said_of_a_target_is_said_again_only_after_a_reload() -> None:
    bench, _slowly = slow_bench()
    bench.passes(2)
    bench.put("sw-1", "red")
    bench.passes(2)
    assert [one.target for one in bench.emitted].count("sw-1") == 1
    bench.adopt(district("sw-1"))
    bench.passes(2)
    assert [one.target for one in bench.emitted].count("sw-1") == 2


def test_a_reload_drops_a_long_run_that_is_under_way() -> None:
    bench, slowly = slow_bench()
    bench.engine.work()
    bench.adopt(district("sw-1"))
    bench.passes(2)
    assert len(slowly.runs) == 2
    assert bench.engine.accounts.statistics()["slowly"].runs == 1
