"""A beat that many wait for."""

import asyncio

from collectors.probe.ticks import Ticks
from tests.agent.virtual import run


def test_who_waits_at_the_same_time_wakes_at_the_same_time() -> None:
    async def main() -> list[float]:
        ticks, loop = Ticks(0.2), asyncio.get_running_loop()

        async def wait(after_s: float) -> float:
            await asyncio.sleep(after_s)
            await ticks.next()
            return round(loop.time() - began_s, 6)

        began_s = loop.time()
        return list(await asyncio.gather(wait(0), wait(0.05), wait(0.15), wait(1.0)))

    assert run(main()) == [0.2, 0.2, 0.2, 1.2]


def test_who_gives_up_takes_nobody_along() -> None:
    async def main() -> bool:
        ticks = Ticks(0.2)
        gives_up, stays = (asyncio.create_task(ticks.next()) for _ in range(2))
        await asyncio.sleep(0.1)
        gives_up.cancel()
        await stays
        return gives_up.cancelled()

    assert run(main())
