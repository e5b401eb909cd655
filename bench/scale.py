"""Thousands of switches every 60 s with the real agent: lag, CPU, memory; and one large scrape."""

import asyncio
import gzip
import time
from dataclasses import dataclass

from bench.agent_configuration import Plan
from bench.agent_process import AgentProcess, Reading
from bench.machine import cores, pinned
from bench.processes import fake_agent, free_port, say
from bench.template import INDEXES, SAMPLES

_SEEN = b"\negov_interface_receive_bytes_total{"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time: lag as upper bounds of histogram buckets in seconds, CPU in cores."""

    lag_p50_s: float
    lag_p99_s: float
    core_share: float
    visits: float
    others_cores: float


@dataclass(frozen=True, slots=True)
class Scrape:
    """`/metrics` as one body: CPU beyond what polling takes meanwhile."""

    samples: int
    octets: int
    cpu_s: float
    seconds: float
    lag_p99_s: float


@dataclass(frozen=True, slots=True)
class Scale:
    """What one size brought.

    Args:
        read: the share of all pages that were scraped within the interval.
        whole: the share of switches whose pages are complete.
    """

    switches: int
    interval_s: int
    quiet: Stretch
    scraped: Stretch
    read: float
    memory_mib: float
    whole: float
    scrape: Scrape | None


def measure(switches: int, interval_s: int, *, scrape: bool) -> Scale:
    """Run the agent over that many switches for about four intervals."""
    serving, core = cores()
    with fake_agent() as port, pinned(serving):
        plan = Plan(
            switches=switches,
            interval_s=interval_s,
            core=core,
            agents_port=port,
            listen_port=free_port(),
        )
        return asyncio.run(_measure(plan, scrape=scrape))


async def _measure(plan: Plan, *, scrape: bool) -> Scale:
    # first visits also fetch names: whoever lags behind them has caught up an interval later
    first = 2 * plan.interval_s
    async with AgentProcess(plan) as agent:
        say(f"  {plan.switches} switches: first visits, {first} s")
        await asyncio.sleep(first)
        say(f"  {plan.switches} switches: nobody scrapes, {plan.interval_s} s")
        before = await agent.read()
        await asyncio.sleep(plan.interval_s)
        quiet = _stretch(before, await agent.read())
        say(f"  {plan.switches} switches: every page is scraped once, {plan.interval_s} s")
        before = await agent.read()
        read = await agent.scrape_all(plan.interval_s)
        scraped = _stretch(before, await agent.read())
        memory = agent.memory_mib()
        whole = await _whole(agent)
        large = await _scrape(agent, quiet.core_share) if scrape else None
    return Scale(plan.switches, plan.interval_s, quiet, scraped, read, memory, whole, large)


def _stretch(before: Reading, after: Reading) -> Stretch:
    return Stretch(
        lag_p50_s=after.lag_since(before, 0.5),
        lag_p99_s=after.lag_since(before, 0.99),
        core_share=after.core_share(before),
        visits=after.questions - before.questions,
        others_cores=after.others_cores(before),
    )


async def _whole(agent: AgentProcess) -> float:
    """Look at up to two hundred pages: the share of them with every interface."""
    some = agent.targets[:: max(1, len(agent.targets) // 200)]
    pages = [await agent.page(target) for target in some]
    return sum(page.count(_SEEN) == len(INDEXES) for page in pages) / len(pages)


async def _scrape(agent: AgentProcess, polling: float) -> Scrape:
    """Scrape everything as one gzipped body."""
    before = await agent.read()
    begin = time.monotonic()
    body = await agent.get("/metrics", gzip=True)
    seconds = time.monotonic() - begin
    after = await agent.read()
    lines = await asyncio.to_thread(_samples, body)
    cpu = after.cpu_s - before.cpu_s - polling * (after.at_s - before.at_s)
    return Scrape(lines, len(body), cpu, seconds, after.lag_since(before, 0.99))


def _samples(body: bytes) -> int:
    page = gzip.decompress(body)
    return page.count(b"\n") - page.count(b"\n#") - page.startswith(b"#")


def summary(result: Scale) -> list[tuple[str, str, str]]:
    """Return (what, figure, bar) for each line of the result."""
    name = f"{result.switches:,} switches"
    large = result.switches >= 10_000
    quiet, scraped = result.quiet, result.scraped
    lag = f"{quiet.lag_p50_s:g} s, {quiet.lag_p99_s:g} s; scraped {scraped.lag_p99_s:g} s"
    alone, read = f"{quiet.core_share:.2f} of a core", f"{scraped.core_share:.2f} of a core"
    others = max(quiet.others_cores, scraped.others_cores)
    rate = quiet.visits / result.interval_s * SAMPLES
    lines = [
        (f"{name} every {result.interval_s} s: samples a second", f"{rate:,.0f}", ""),
        (f"{name}: polling alone", alone, "at most 0.5" if large else ""),
        (f"{name}: {result.read:.0%} of the pages scraped", read, "at most 1" if large else ""),
        (f"{name}: schedule lag p50, p99", lag, "p99 under 1 s"),
        (f"{name}: memory", f"{result.memory_mib:,.0f} MiB", "under 1,024 MiB" if large else ""),
        (f"{name}: complete pages", f"{result.whole:.1%}", "100 %"),
        (f"{name}: others' work meanwhile", f"{others:.2f} cores", "none"),
    ]
    return lines + (_scrape_summary(result.scrape) if result.scrape else [])


def _scrape_summary(scrape: Scrape) -> list[tuple[str, str, str]]:
    million = scrape.cpu_s * 1e6 / scrape.samples if scrape.samples else 0.0
    size = f"{scrape.samples:,} samples, {scrape.octets / 2**20:.1f} MiB"
    return [
        ("one scrape, gzip", f"{size}, {scrape.cpu_s:.2f} s CPU, {scrape.seconds:.2f} s", ""),
        ("one scrape, CPU for 1,000,000 samples", f"{million:.2f} s", "under 1 s"),
        ("schedule lag p99 meanwhile", f"{scrape.lag_p99_s:g} s", "unmoved"),
    ]
