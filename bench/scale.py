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

_MOST_WARM_UP = 15
LARGE = 10_000
"""Switches that the bars are about."""
_SEEN = b"\negov_interface_receive_bytes_total{"


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time: lag as upper bounds of histogram buckets in seconds, CPU in cores."""

    lag_p50_s: float
    lag_p99_s: float
    core_share: float
    visits_per_s: float
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
class WarmUp:
    """First and second visits, which are counted apart from all later ones.

    Args:
        seconds: until every switch had its second visit; `ended` says whether that was reached.
        lag_p99_s: of the visits that were no first or second ones meanwhile.
    """

    seconds: float
    ended: bool
    core_share: float
    lag_p99_s: float


@dataclass(frozen=True, slots=True)
class Scale:
    """What one size brought.

    Args:
        warm_up: from the start until every switch had its second visit.
        read: the share of all pages that were scraped within the interval.
        whole: the share of switches whose pages are complete.
    """

    switches: int
    interval_s: int
    warm_up: WarmUp
    quiet: Stretch
    scraped: Stretch
    read: float
    memory_mib: float
    whole: float
    scrape: Scrape | None


def measure(switches: int, interval_s: int, *, scrape: bool) -> Scale:
    """Run the agent over that many switches: until it is warm, then for about two intervals."""
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
    async with AgentProcess(plan) as agent:
        say(
            f"  {plan.switches} switches: first and second visits, at least {2 * plan.interval_s} s"
        )
        warm_up = await _warm_up(agent, plan.interval_s)
        quiet_s = _quiet_s(plan)
        say(f"  {plan.switches} switches: nobody scrapes, {quiet_s} s")
        before = await agent.read()
        await asyncio.sleep(quiet_s)
        quiet = _stretch(before, await agent.read())
        say(f"  {plan.switches} switches: every page is scraped once, {plan.interval_s} s")
        before = await agent.read()
        read = await agent.scrape_all(plan.interval_s)
        scraped = _stretch(before, await agent.read())
        memory = agent.memory_mib()
        whole = await _whole(agent)
        large = await _scrape(agent, quiet.core_share) if scrape else None
    return Scale(
        plan.switches, plan.interval_s, warm_up, quiet, scraped, read, memory, whole, large
    )


def _quiet_s(plan: Plan) -> int:
    """Watch the largest number, which the bars are about, until all of its tables were read.

    Some are read at every fifth interval of a minute, as egov-agent does by default.
    """
    return plan.interval_s * (5 if plan.switches >= LARGE else 1)


async def _warm_up(agent: AgentProcess, interval_s: int) -> WarmUp:
    """Wait until every switch had its second visit, for a number of intervals at most."""
    before = now = await agent.read()
    while now.at_s - before.at_s < _MOST_WARM_UP * interval_s:
        await asyncio.sleep(interval_s / 30)
        now = await agent.read()
        if now.at_s - before.at_s >= interval_s and not now.silent + now.warming_up:
            break
    return WarmUp(
        seconds=now.at_s - before.at_s,
        ended=not now.silent + now.warming_up,
        core_share=now.core_share(before),
        lag_p99_s=now.lag_since(before, 0.99),
    )


def _stretch(before: Reading, after: Reading) -> Stretch:
    return Stretch(
        lag_p50_s=after.lag_since(before, 0.5),
        lag_p99_s=after.lag_since(before, 0.99),
        core_share=after.core_share(before),
        visits_per_s=(after.questions - before.questions) / (after.at_s - before.at_s),
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
    large = result.switches >= LARGE
    quiet, scraped, warm = result.quiet, result.scraped, result.warm_up
    lag = f"{quiet.lag_p50_s:g} s, {quiet.lag_p99_s:g} s; scraped {scraped.lag_p99_s:g} s"
    alone, read = f"{quiet.core_share:.2f} of a core", f"{scraped.core_share:.2f} of a core"
    others = max(quiet.others_cores, scraped.others_cores)
    rate = quiet.visits_per_s * SAMPLES
    ended = f"{warm.seconds:.0f} s" if warm.ended else f"not ended after {warm.seconds:.0f} s"
    meanwhile = f"{warm.core_share:.2f} of a core; {warm.lag_p99_s:g} s"
    lines = [
        (f"{name}: until each had its second visit", ended, ""),
        (f"{name}: CPU, and lag p99 of other visits meanwhile", meanwhile, ""),
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
