"""What the service does beside visiting, in virtual time."""

import asyncio
import gc
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from typing_extensions import override

from agent import background
from agent.pollers import Pollers
from agent.scheduler import Entry, Key
from agent.state import StateFile
from agent.store import Store
from collectors.catalogue import load_catalogue
from collectors.contract import Method, Observation, Samples, Table
from tests.agent.fakes import FakePoller
from tests.agent.virtual import VirtualClock, run

TARGETS = 600
"""More than the store sweeps at once."""


def test_sweep_goes_on_until_nothing_is_left() -> None:
    store = Store(load_catalogue(), 20_000)
    for number in range(TARGETS):
        store.place(f"sw-{number}", ())

    async def main() -> None:
        clock = VirtualClock()
        for number in range(TARGETS):
            samples = (Samples("egov_interface_up", [1]),)
            table = Table("interface", Method.SNMP, (("a",),), samples, lifetime_s=60.0)
            store.put(Observation(f"sw-{number}", "snmp", (table,)), clock.monotonic(), 0.0)
        assert store.statistics().series == TARGETS
        sweeping = asyncio.create_task(background.sweep(store, clock))
        await asyncio.sleep(background.SWEEP_S + 1)
        sweeping.cancel()

    run(main())
    assert store.statistics().series == 0


def test_growth_by_a_quarter_is_noticed_once() -> None:
    seen = iter([1000, 1200, 1251, 1252, 900, 1600])
    growth = background.Growth(lambda: next(seen))
    assert [growth.noticed() for _ in range(6)] == [False, False, True, False, False, True]


def test_memory_that_nobody_tells_has_not_grown() -> None:
    growth = background.Growth(lambda: 0)
    assert not any(growth.noticed() for _ in range(3))


def test_resident_set_of_this_process_is_known() -> None:
    assert background.resident_pages() > 1000


def test_what_lives_long_is_frozen() -> None:
    async def main() -> list[dict[str, list[int]]]:
        kept: list[dict[str, list[int]]] = []
        freezing = asyncio.create_task(background.freeze())
        for _ in range(3):
            kept += [{"a": [number]} for number in range(5000)]
            await asyncio.sleep(background.FREEZE_S)
        await asyncio.sleep(background.FREEZE_S)
        freezing.cancel()
        assert gc.get_freeze_count() > len(kept)
        assert len(gc.get_objects(generation=2)) < len(kept)
        return kept

    try:
        run(main())
    finally:
        gc.unfreeze()


async def test_everything_that_was_learned_is_gathered_in_ten_turns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns: list[list[str]] = []
    poller = FakePoller()

    class Gathering(Pollers):
        @property
        @override
        def entries(self) -> Mapping[Key, Entry]:
            return {(f"sw-{n}", "snmp"): Entry(f"sw-{n}", "snmp", 60.0, poller) for n in range(25)}

        @override
        async def save(self, keys: Iterable[Key]) -> None:
            turns.append([target for target, _check in keys])

    monkeypatch.setattr(background, "FLUSH_S", 0.001)
    state = StateFile(tmp_path / "state", lambda _trouble, _text: None)
    keeping = asyncio.create_task(
        background.keep_state(Gathering((), state), state, asyncio.Event())
    )
    async with asyncio.timeout(20):
        while len(turns) < background.TURNS:  # noqa: ASYNC110  each turn waits for a disk
            await asyncio.sleep(0.01)
    keeping.cancel()
    state.close()
    assert turns[0] == ["sw-0", "sw-10", "sw-20"]
    gathered = [target for turn in turns[: background.TURNS] for target in turn]
    assert sorted(gathered) == sorted(f"sw-{n}" for n in range(25))
