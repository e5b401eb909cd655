"""A district and an agent that all tests of a module share; each worker has its own addresses."""

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
    if not answers(f"{place.url}/metrics/agent"):
        return False
    rollup = fetched(f"{place.url}/metrics")
    shown = ("egov_device_boot_timestamp_seconds", "egov_target_up")  # the latter is derived
    return all(rollup.count(f"\n{name}{{") == 8 for name in shown)
