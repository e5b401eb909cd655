"""Twenty per cent of the switches fall silent: what the others notice of it."""

import asyncio
import re
import statistics
from dataclasses import dataclass

from bench.agent_configuration import Plan
from bench.agent_process import AgentProcess
from bench.machine import cores, pinned
from bench.processes import fake_agent, free_port, say
from bench.side import addresses

SILENT_EVERY = 5
LOOKS = 3
_DURATION = re.compile(rb'\negov_check_duration_seconds\{[^}]*check="snmp"[^}]*\} (\S+)\n')


@dataclass(frozen=True, slots=True)
class Dead:
    """Median visit time of the switches that live, in seconds: all alive, and a fifth silent."""

    switches: int
    alive_s: float
    beside_dead_s: float

    @property
    def moved(self) -> float:
        """How much longer a visit takes beside dead ones, as a ratio."""
        return self.beside_dead_s / self.alive_s - 1


def measure(switches: int, interval_s: int) -> Dead:
    """Run the agent twice over the same switches."""
    return Dead(switches, _run(switches, interval_s, 0), _run(switches, interval_s, SILENT_EVERY))


def _run(switches: int, interval_s: int, silent_every: int) -> float:
    serving, core = cores()
    with fake_agent(silent_every) as port, pinned(serving):
        plan = Plan(
            switches=switches,
            interval_s=interval_s,
            core=core,
            agents_port=port,
            listen_port=free_port(),
        )
        return asyncio.run(_duration(plan, "a fifth silent" if silent_every else "all alive"))


async def _duration(plan: Plan, name: str) -> float:
    """Return the median over living switches and several visits of each."""
    say(f"  {plan.switches} switches, {name}: {(2 + LOOKS) * plan.interval_s} s")
    durations: list[float] = []
    async with AgentProcess(plan) as agent:
        living = [
            target
            for target, address in zip(agent.targets, addresses(plan.switches), strict=True)
            if _number(address) % SILENT_EVERY
        ]
        await asyncio.sleep(2 * plan.interval_s)
        for _ in range(LOOKS):
            for target in living[:: max(1, len(living) // 300)]:
                found = _DURATION.search(await agent.page(target))
                if found:
                    durations.append(float(found[1]))
            await asyncio.sleep(plan.interval_s)
    return statistics.median(durations)


def _number(address: str) -> int:
    """Return an address as the number that the fake agent takes its rest of."""
    return int.from_bytes(bytes(map(int, address.split("."))), "big")


def summary(result: Dead) -> list[tuple[str, str, str]]:
    """Return (what, figure, bar) for each line of the result."""
    name = f"{result.switches:,} switches"
    return [
        (f"{name}: median visit, all alive", f"{result.alive_s * 1000:.1f} ms", ""),
        (f"{name}: the same beside 20 % silent ones", f"{result.beside_dead_s * 1000:.1f} ms", ""),
        (f"{name}: moved by", f"{result.moved:+.1%}", "under 5 %"),
    ]
