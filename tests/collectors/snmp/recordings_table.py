"""What a visit brings of each recording, and what the device does not tell: a table.

    python -m tests.collectors.snmp.recordings_table [RECORDING ...] [--why]

A fact is present (how many samples), absent on the device (no object known to carry it holds a
value in the raw walk), or missed: the walk holds a value that the visit does not bring. Requests
and octets, both ways, are those of the first visit, of the next one after a minute, and of one
that reads everything again with what was learned.
"""

import argparse
import asyncio
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from collectors.catalogue import load_catalogue
from collectors.contract import Observation, Question
from collectors.snmp.collector import SnmpPoller
from collectors.snmp.load import Loaded, load_profiles
from collectors.snmp.target import DeviceTarget
from protocols.snmp.credentials import Community, Version
from protocols.snmp.engine import Engine
from protocols.snmp.session import Limits
from tests.collectors.snmp import evidence
from tests.collectors.snmp.agent import RECORDINGS, Agent, cell, dotted, lines
from tests.collectors.snmp.evidence import Fact

_START = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
_PATIENT = Limits(requests_per_second=100_000, timeout_s=5, retries=1)
_FAMILIES = {
    Fact.INTERFACES: "egov_interface_up",
    Fact.CPU: "egov_device_cpu_ratio",
    Fact.MEMORY: "egov_device_memory_ratio",
    Fact.TEMPERATURE: "egov_device_temperature_celsius",
    Fact.OPTICS: "egov_optic_receive_power_dbm",
    Fact.FANS: "egov_device_fan_up",
    Fact.POWER: "egov_device_power_supply_up",
    Fact.LLDP: "egov_lldp_neighbor_info",
    Fact.IPV6: "egov_ipv6_address_info",
    Fact.ROUTES: "egov_ipv6_routes",
    Fact.OSPFV3: "egov_ospfv3_neighbor_up",
}


class State(StrEnum):
    """How a visit and the raw walk agree on a fact."""

    PRESENT = "present"
    ABSENT = "absent"
    MISSED = "MISSED"
    UNPROVEN = "UNPROVEN"
    """The visit brings it, and none of the objects known to carry it holds a value."""


@dataclass(frozen=True, slots=True)
class Found:
    """One fact of one recording: samples of the visit, MIBs of the walk that hold a value."""

    samples: int
    mibs: tuple[str, ...]

    @property
    def state(self) -> State:
        """Judge."""
        if self.samples:
            return State.PRESENT if self.mibs else State.UNPROVEN
        return State.MISSED if self.mibs else State.ABSENT


@dataclass(frozen=True, slots=True)
class Cost:
    """What one visit sent and received."""

    requests: int
    octets: int


@dataclass(frozen=True, slots=True)
class Row:
    """One recording: costs of the first visit, of the next, and of a whole one after learning."""

    recording: str
    profile: str
    facts: Mapping[Fact, Found]
    costs: tuple[Cost, Cost, Cost]


class _Counted(Agent):
    """An agent that counts datagrams and octets."""

    def count(self) -> Cost:
        """Return what was counted since the last time."""
        counted = Cost(self._requests, self._octets)
        self._requests = self._octets = 0
        return counted

    _requests = 0
    _octets = 0

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._requests += 1
        self._octets += len(data)
        super().datagram_received(data, addr)

    def _send(self, datagram: bytes, addr: tuple[str, int]) -> None:
        self._octets += len(datagram)
        super()._send(datagram, addr)


@dataclass
class _Visits:
    """Visits of one agent on a clock of its own."""

    poller: SnmpPoller
    engine: Engine
    elapsed_s: float = field(default=0.0)

    async def visit(self, after_s: float = 0, *, everything: bool = False) -> Observation:
        self.elapsed_s += after_s
        question = Question(
            now=_START + timedelta(seconds=self.elapsed_s),
            monotonic_s=1000 + self.elapsed_s,
            deadline_s=self.engine.now_s() + 120,
            everything=everything,
        )
        return await self.poller.visit(question)


async def row(recording: str, loaded: Loaded, profile: str = "auto") -> Row:
    """Visit one recording and look for the same facts in its raw walk."""
    walk = list(lines(recording, ("1.",)))
    objects = {dotted(oid): cell(tag, value) for oid, tag, value in walk}
    async with Engine() as engine, _Counted(objects) as agent:
        target = DeviceTarget(
            id="recorded", addresses=(agent.host,), port=agent.port, limits=_PATIENT,
            credential=Community(Version.V2C, b"public"), profile=profile,
        )  # fmt: skip

        async def resolve(_name: str) -> tuple[str, ...]:
            return (agent.host,)

        poller = SnmpPoller(
            target, engine=engine, profiles=loaded.profiles, catalogue=loaded.catalogue,
            resolve=resolve,
        )  # fmt: skip
        visits = _Visits(poller, engine)
        observation = await visits.visit()
        costs = [agent.count()]
        await visits.visit(60)
        costs.append(agent.count())
        await visits.visit(60, everything=True)
        costs.append(agent.count())
        chosen = poller.profile or ""
    first, next_one, whole = costs
    relevant = (one for one in walk if one[0].startswith(evidence.BEGINNINGS))
    cells = {oid: _text(tag, value) for oid, tag, value in relevant}
    return Row(recording, chosen, compare(observation, cells), (first, next_one, whole))


def compare(observation: Observation, cells: Mapping[str, str]) -> dict[Fact, Found]:
    """Put what a visit brought beside what the raw walk holds."""
    return {
        fact: Found(_samples(observation, family), tuple(evidence.found(fact, cells)))
        for fact, family in _FAMILIES.items()
    }


def _samples(observation: Observation, family: str) -> int:
    columns = [one for table in observation.tables for one in (*table.samples, *table.texts)]
    return sum(value is not None for one in columns if one.family == family for value in one.values)


def _text(tag: str, value: str) -> str:
    return bytes.fromhex(value).decode("latin-1") if tag.endswith("x") else value


def table(rows: Sequence[Row]) -> Iterable[str]:
    """Write the table, a line at a time."""
    heads = ["recording", "profile", *_FAMILIES, "first visit", "a minute later", "all, learned"]
    cells = [
        [
            one.recording,
            one.profile,
            *(_cell(found) for found in one.facts.values()),
            *(f"{cost.requests} req {cost.octets / 1000:.1f} kB" for cost in one.costs),
        ]
        for one in rows
    ]
    widths = [max(map(len, column)) for column in zip(heads, *cells, strict=True)]
    for line in (heads, *cells):
        yield "  ".join(
            text.ljust(width) for text, width in zip(line, widths, strict=True)
        ).rstrip()


def _cell(found: Found) -> str:
    number = f" {found.samples}" if found.samples else ""
    return f"{found.state}{number}"


def reasons(rows: Sequence[Row]) -> Iterable[str]:
    """Say for each cell where the walk holds the fact, or where it was looked for in vain."""
    for one in rows:
        for fact, found in one.facts.items():
            where = ", ".join(found.mibs) or f"none of {evidence.objects(fact)} objects"
            yield f"{one.recording}  {fact}: {found.state}: {where}"


async def rows(recordings: Sequence[str]) -> list[Row]:
    """Visit recordings one after the other."""
    loaded = load_profiles(load_catalogue())
    return [await row(one, loaded) for one in recordings]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 when something is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("recording", nargs="*", choices=[*RECORDINGS, []], help="all of them")
    parser.add_argument("--why", action="store_true", help="name the MIBs that hold each fact")
    options = parser.parse_args(arguments)
    found = asyncio.run(rows(options.recording or list(RECORDINGS)))
    sys.stdout.writelines(f"{line}\n" for line in table(found))
    if options.why:
        sys.stdout.writelines(f"{line}\n" for line in ("", *reasons(found)))
    states = {one.state for each in found for one in each.facts.values()}
    return int(bool(states & {State.MISSED, State.UNPROVEN}))


if __name__ == "__main__":
    raise SystemExit(main())
