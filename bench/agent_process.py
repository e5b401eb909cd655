"""The real agent over an inventory of fake switches, read over HTTP as Prometheus reads it."""

import asyncio
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import aiohttp
from prometheus_client.parser import text_string_to_metric_families

from bench.agent_configuration import Plan, write_configuration
from bench.machine import others_cpu_s, pinned, stop, tree_cpu_s, tree_memory_mib

READY_S = 90.0
_PAGE_TIMEOUT = aiohttp.ClientTimeout(total=60)
_CLIENTS = 16
LAG = "egov_agent_schedule_lag_seconds_bucket"
_GAUGES = ("egov_agent_checks_silent", "egov_agent_checks_warming_up")


@dataclass(frozen=True, slots=True)
class Reading:
    """The agent's own figures at a moment: lag as cumulative counts by upper bound in seconds."""

    at_s: float
    cpu_s: float
    others_cpu_s: float
    lag: dict[float, float]
    questions: float
    silent: float = 0.0
    warming_up: float = 0.0

    def lag_since(self, before: "Reading", share: float) -> float:
        """Return the bound in seconds below which that share of the questions started late."""
        grown = {bound: count - before.lag.get(bound, 0.0) for bound, count in self.lag.items()}
        total = max(grown.values(), default=0.0)
        return min((b for b, count in grown.items() if count >= share * total), default=0.0)

    def core_share(self, before: "Reading") -> float:
        """Return the CPU used since then, as a share of one core."""
        return (self.cpu_s - before.cpu_s) / (self.at_s - before.at_s)

    def others_cores(self, before: "Reading") -> float:
        """Return the CPU that others used meanwhile, in cores."""
        return (self.others_cpu_s - before.others_cpu_s) / (self.at_s - before.at_s)


class AgentProcess:
    """An agent under measurement; `async with` starts and ends it."""

    def __init__(self, plan: Plan) -> None:
        """Write the configuration."""
        self.plan = plan
        self.targets = [f"sw-{number:05d}" for number in range(plan.switches)]
        self._folder = tempfile.TemporaryDirectory(prefix="egov-bench-")
        write_configuration(Path(self._folder.name), plan, self.targets)
        self._url = f"http://127.0.0.1:{plan.listen_port}"

    async def __aenter__(self) -> Self:
        """Start the agent on its core and wait until it is ready."""
        self._log = (Path(self._folder.name) / "agent.log").open("w+", encoding="utf-8")
        self._child = self._started()
        self._client = aiohttp.ClientSession(timeout=_PAGE_TIMEOUT, auto_decompress=False)
        try:
            await self._ready()
        except BaseException:  # an async with that does not begin does not end either
            await self.__aexit__()
            raise
        return self

    async def __aexit__(self, *_exception: object) -> None:
        """End the agent and remove its files."""
        await self._client.close()
        stop(self._child)
        self._log.close()
        self._folder.cleanup()

    async def read(self) -> Reading:
        """Read the agent's own page."""
        cpu, others, at = tree_cpu_s(self._child.pid), others_cpu_s(), time.monotonic()
        page = (await self.get("/metrics/agent", gzip=False)).decode()
        lag: dict[float, float] = {}
        questions = 0.0
        gauges = dict.fromkeys(_GAUGES, 0.0)
        for family in text_string_to_metric_families(page):
            for sample in family.samples:
                if sample.name == LAG:
                    lag[float(sample.labels["le"])] = sample.value
                elif sample.name == "egov_agent_questions_total":
                    questions += sample.value
                elif sample.name in gauges:
                    gauges[sample.name] = sample.value
        return Reading(at, cpu, others, lag, questions, *gauges.values())

    async def page(self, target: str) -> bytes:
        """Read a target's page in clear."""
        return await self.get(f"/metrics/target/{target}", gzip=False)

    async def get(self, path: str, *, gzip: bool) -> bytes:
        """Read a path; the octets stay as they were sent."""
        headers = {"Accept-Encoding": "gzip" if gzip else "identity"}
        async with self._client.get(self._url + path, headers=headers) as reply:
            reply.raise_for_status()
            return await reply.read()

    async def scrape_all(self, seconds: float) -> float:
        """Scrape every target's page once, spread over that long, as a Prometheus does.

        Returns the share of the pages that were read in time; the rest is left out.
        """
        begin = time.monotonic()
        step = seconds / len(self.targets)
        read = 0

        async def client(first: int) -> None:
            nonlocal read
            for number in range(first, len(self.targets), _CLIENTS):
                await asyncio.sleep(max(0.0, begin + number * step - time.monotonic()))
                if time.monotonic() > begin + seconds:
                    return
                await self.get(f"/metrics/target/{self.targets[number]}", gzip=True)
                read += 1

        async with asyncio.TaskGroup() as group:
            for first in range(_CLIENTS):
                group.create_task(client(first), name=f"scrape {first}")
        await asyncio.sleep(max(0.0, begin + seconds - time.monotonic()))
        return read / len(self.targets)

    def memory_mib(self) -> float:
        """Return the resident set of the process tree."""
        return tree_memory_mib(self._child.pid)

    def _started(self) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "agent.cli", "run", "--config"]
        config = str(Path(self._folder.name) / "agent.yaml")
        with pinned(self.plan.core):
            return subprocess.Popen(
                [*command, config], stdout=self._log, stderr=subprocess.STDOUT, text=True
            )

    async def _ready(self) -> None:
        until = time.monotonic() + READY_S
        while time.monotonic() < until and self._child.poll() is None:
            try:
                await self.get("/-/ready", gzip=False)
            except aiohttp.ClientError:
                await asyncio.sleep(0.2)
                continue
            return
        self._log.seek(0)
        raise RuntimeError("the agent did not get ready: " + self._log.read()[-2000:])
