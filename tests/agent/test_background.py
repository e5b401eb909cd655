"""What the service does beside visiting, in virtual time."""

import asyncio
import gc

from agent import background
from agent.store import Store
from collectors.catalogue import load_catalogue
from collectors.contract import Method, Observation, Samples, Table
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
