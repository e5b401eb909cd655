"""A district and an agent that all tests of a module share; each worker has its own addresses."""

import re
from collections.abc import Iterator

import pytest

from tests.e2e.programs import District, Program, agent, answers, district, fetched, until


@pytest.fixture(scope="module")
def prefix(worker_id: str) -> str:
    """Addresses 127.<worker>.0. of their own for tests that run side by side."""
    number = int(worker_id.removeprefix("gw")) if worker_id.startswith("gw") else 99
    return f"127.{40 + number}.0."


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, prefix: str) -> Iterator[District]:
    with district(tmp_path_factory.mktemp("district"), prefix) as lab:
        yield lab


@pytest.fixture(scope="module")
def service(place: District) -> Iterator[Program]:
    """The agent, after every switch has been visited once."""
    with agent(place) as program:
        until(lambda: all_visited(place), "a visit of every switch", program)
        yield program


def all_visited(place: District) -> bool:
    """Every switch by SNMP and CLI, every site by probes, and what is derived of all that.

    All are ready for IPv6 but the exempt one and the one that is not ready on purpose.
    """
    if not answers(f"{place.url}/metrics/agent"):
        return False
    rollup = fetched(f"{place.url}/metrics")
    shown = {"egov_device_boot_timestamp_seconds": 8, "egov_target_up": 15}
    ready = re.findall(r"^egov_ipv6_ready\{[^}]*\} 1$", rollup, re.MULTILINE)
    cli = re.findall(r'^egov_check_success\{[^}]*check="cli"[^}]*\} 1$', rollup, re.MULTILINE)
    return (
        all(rollup.count(f"\n{name}{{") == count for name, count in shown.items())
        and len(cli) == 8
        and len(ready) == 6
    )
