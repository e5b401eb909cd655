"""Probes one target from the agent: each way over each family, side by side, in one visit.

    hosts ──resolve──▶ numeric address of a family ──▶ ping ──answered──▶ path MTU (IPv6)
                                                  └──▶ TCP

The families are side by side from the look-up on: a name server that is silent about one hinders no
probe of the other, and says nothing of the target.

What was tried and failed is data: a row with egov_probe_success 0, and a failure that says why. A
visit in which nothing answered has failed as a whole (`Observation.failed`), so a target is up by
what answers and by nothing else.
"""

import asyncio
from collections.abc import Coroutine, Iterator, Sequence

from collectors.addressing import Family, Resolve, family_of
from collectors.contract import Json, Observation, Question
from collectors.errors import Detail, Reason
from collectors.probe.mtu import path_mtu
from collectors.probe.observing import WORDS, observed
from collectors.probe.ping import PACKETS, ping
from collectors.probe.pinger import Pinger
from collectors.probe.target import ProbeTarget
from collectors.probe.tcp import connect
from collectors.probe.verdict import Note, NotTried, Probe, ProbeFailed, Verdict, Way

LEARNED_VERSION = 1


class ProbePoller:
    """The probes of one target; what it remembers is which family was silent."""

    def __init__(self, target: ProbeTarget, pinger: Pinger, resolve: Resolve) -> None:
        """Ask nothing yet."""
        self._target = target
        self._pinger = pinger
        self._resolve = resolve
        self._silent: set[Family] = set()

    async def visit(self, question: Question) -> Observation:
        """Try everything once.

        Raises:
            Unsupported: this machine can try none of it.
        """
        note = question.transcript.note if question.transcript else _drop
        deadline_s = question.deadline_s
        found = await asyncio.gather(
            *(self._over(family, host, deadline_s, note) for family, host in self._target.hosts)
        )
        return observed(self._target, [verdict for one in found for verdict in one])

    async def _over(
        self, family: Family, host: str, deadline_s: float, note: Note
    ) -> Sequence[Verdict]:
        """Try everything over one family."""
        try:
            way = Way(family, await self._numeric(family, host, deadline_s), deadline_s, note)
        except ProbeFailed as error:
            note(f"{host}: {error}")
            return [Verdict(probe, family, error) for probe in self._probes(family)]
        found = await asyncio.gather(*self._asked(way))
        return [verdict for one in found for verdict in one]

    async def knock(self, question: Question) -> None:
        """Ask nothing: a probe is the cheap question itself, and its failure is what is measured.

        `visit` is sparing with a silent target: one echo request a family, and a connection.
        """

    def learned(self) -> Json:
        """Nothing is worth keeping."""
        return None

    async def close(self) -> None:
        """Hold nothing; the sockets are the pinger's."""

    def _asked(self, way: Way) -> Iterator[Coroutine[None, None, Sequence[Verdict]]]:
        if self._target.ping:
            yield self._icmp(way)
        if self._target.port is not None:
            yield self._tcp(way, self._target.port)

    def _probes(self, family: Family) -> Sequence[Probe]:
        target = self._target
        wanted = {
            Probe.ICMP: target.ping,
            Probe.MTU: target.path_mtu and family == "ipv6",
            Probe.TCP: target.port is not None,
        }
        return [probe for probe, is_wanted in wanted.items() if is_wanted]

    async def _icmp(self, way: Way) -> Sequence[Verdict]:
        """Ping; one packet first where the last visit had no answer, the rest when that one has."""
        verdict = await ping(self._pinger, way, 1 if way.family in self._silent else PACKETS)
        if verdict.success and way.family in self._silent:
            verdict = await ping(self._pinger, way)
        if verdict.success:
            self._silent.discard(way.family)
        else:
            self._silent.add(way.family)
        if Probe.MTU not in self._probes(way.family):
            return [verdict]
        if not verdict.success:
            return [verdict, Verdict(Probe.MTU, way.family, verdict.failed)]
        return [verdict, await path_mtu(self._pinger, way)]

    async def _tcp(self, way: Way, port: int) -> Sequence[Verdict]:
        return [await connect(way, port, self._pinger.monotonic)]

    async def _numeric(self, family: Family, host: str, deadline_s: float) -> str:
        if family_of(host) is not None:
            return host
        try:
            async with asyncio.timeout(max(0.0, deadline_s - self._pinger.monotonic())):
                found = await self._resolve(host, family)
        except OSError as error:  # TimeoutError as well
            text = f"DNS: no name server says which {WORDS[family]} address {host} has"
            raise NotTried(Detail.NAME, text) from error
        for address in found:
            if family_of(address) == family:
                return address
        text = f"{host} has no {WORDS[family]} address"
        raise ProbeFailed(Reason.UNREACHABLE, Detail.NAME, text)


def _drop(line: str) -> None:
    """Keep no transcript."""
