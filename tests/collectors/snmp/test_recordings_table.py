"""Nothing that a recording tells is missed, and something could be."""

import pytest

from collectors.contract import Method, Observation, Samples, Table
from collectors.snmp.load import Loaded
from tests.collectors.snmp.agent import RECORDINGS
from tests.collectors.snmp.evidence import SOURCES, Fact, found
from tests.collectors.snmp.recordings_table import Cost, Found, Row, State, compare, row, table


@pytest.mark.parametrize("recording", RECORDINGS)
async def test_a_recording_has_nothing_that_is_missed(recording: str, loaded: Loaded) -> None:
    one = await row(recording, loaded)
    states = {fact: found.state for fact, found in one.facts.items()}
    assert set(states.values()) <= {State.PRESENT, State.ABSENT}
    assert states[Fact.INTERFACES] is states[Fact.CPU] is states[Fact.MEMORY] is State.PRESENT
    first, next_one, whole = one.costs
    assert next_one.requests <= whole.requests < first.requests
    assert next_one.octets <= whole.octets < first.octets


async def test_a_profile_that_does_not_know_the_vendor_misses_it(loaded: Loaded) -> None:
    one = await row("dcrs-5980-28t-dc", loaded, "generic")
    states = {fact: found.state for fact, found in one.facts.items()}
    missed = {Fact.CPU, Fact.MEMORY, Fact.TEMPERATURE, Fact.OPTICS, Fact.FANS}
    assert {fact for fact, state in states.items() if state is State.MISSED} == missed
    assert states[Fact.INTERFACES] is State.PRESENT
    assert states[Fact.POWER] is State.ABSENT


@pytest.mark.parametrize(
    ("fact", "cells", "mibs"),
    [
        (Fact.CPU, {"1.3.6.1.2.1.25.3.3.1.2.1": "7"}, ["HOST-RESOURCES-MIB"]),
        (Fact.CPU, {"1.3.6.1.2.1.25.3.3.1.2.1": "0"}, []),
        (Fact.CPU, {"1.3.6.1.2.1.25.3.3.1.22.1": "7"}, []),
        (Fact.TEMPERATURE, {"1.3.6.1.4.1.25506.2.6.1.1.1.1.12.3": "65535"}, []),
        (Fact.TEMPERATURE, {"1.3.6.1.4.1.25506.2.6.1.1.1.1.12.3": "41"}, ["HH3C-ENTITY-EXT-MIB"]),
        (Fact.OPTICS, {"1.3.6.1.4.1.6339.100.30.1.1.17.4": "NULL"}, []),
        (Fact.OPTICS, {"1.3.6.1.4.1.6339.100.30.1.1.17.4": "-5.61(W+)"}, ["DCN-MIB"]),
        (Fact.OPTICS, {"1.3.6.1.4.1.2011.5.25.31.1.1.3.1.8.9": "-1"}, []),
        (Fact.FANS, {"1.3.6.1.4.1.9.9.13.1.4.1.3.1": "5"}, []),
        (Fact.LLDP, {"1.0.8802.1.1.2.1.4.1.1.9.0.1.1": ""}, ["LLDP-MIB"]),
    ],
)
def test_what_a_walk_holds(fact: Fact, cells: dict[str, str], mibs: list[str]) -> None:
    assert found(fact, cells) == mibs


def test_a_value_from_an_object_that_nobody_knows_is_not_proven() -> None:
    temperature = Samples("egov_device_temperature_celsius", [41, None])
    seen = Table("temperature", Method.SNMP, (("a",), ("b",)), (temperature,))
    facts = compare(Observation("sw-1", "snmp", (seen,)), {"1.3.6.1.4.1.99999.1.0": "41"})
    assert facts[Fact.TEMPERATURE] == Found(1, ())
    assert facts[Fact.TEMPERATURE].state is State.UNPROVEN
    assert facts[Fact.CPU].state is State.ABSENT


def test_no_object_is_listed_twice() -> None:
    for sources in SOURCES.values():
        columns = [column for source in sources for column in source.columns]
        assert len(columns) == len(set(columns))


def test_the_table_reads_as_a_table() -> None:
    facts = {
        Fact.CPU: Found(2, ("A-MIB",)),
        Fact.FANS: Found(0, ("B-MIB",)),
        Fact.LLDP: Found(0, ()),
    }
    costs = (Cost(10, 2500), Cost(3, 900), Cost(5, 1200))
    every = {fact: facts.get(fact, Found(0, ())) for fact in Fact}
    head, line = table([Row("switch", "vendor", every, costs)])
    assert head.split("  ")[0] == "recording"
    assert "present 2" in line
    assert "MISSED" in line
    assert line.endswith("10 req 2.5 kB  3 req 0.9 kB    5 req 1.2 kB")
