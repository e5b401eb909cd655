"""The agent's own metrics are written in our format, without a library's global switch."""

import subprocess

import pytest
from prometheus_client import CollectorRegistry, Counter, Enum, Gauge, Histogram, Info
from prometheus_client.parser import text_string_to_metric_families

from agent.exposition.registry import registry_page
from tests.peers import program


@pytest.fixture
def registry() -> CollectorRegistry:
    filled = CollectorRegistry()
    Counter("egov_agent_pdus", 'Sent "and"\nreceived.', ["way"], registry=filled).labels(
        'a"\\b\n'
    ).inc()
    Gauge("egov_agent_lag_seconds", "Lag.", registry=filled).set(0.25)
    Gauge("egov_agent_unset_ratio", "Not a number.", registry=filled).set(float("nan"))
    Histogram("egov_agent_wait_seconds", "Wait.", buckets=(0.5, 1), registry=filled).observe(0.75)
    Info("egov_agent_build", "Build.", registry=filled).info({"version": "1"})
    Enum("egov_agent_phase", "Phase.", states=["a", "b"], registry=filled).state("b")
    Counter("egov_agent_nothing", "Labels, and none yet.", ["way"], registry=filled)
    return filled


def test_numbers_are_whole_where_they_are_whole(registry: CollectorRegistry) -> None:
    text = registry_page(registry).decode()
    assert 'egov_agent_pdus_total{way="a\\"\\\\b"} 1\n' in text
    assert "egov_agent_lag_seconds 0.25\n" in text
    assert "egov_agent_unset_ratio NaN\n" in text
    assert 'egov_agent_wait_seconds_bucket{le="+Inf"} 1\n' in text
    assert 'egov_agent_build_info{version="1"} 1\n' in text


def test_no_created_series_and_no_family_without_samples(registry: CollectorRegistry) -> None:
    text = registry_page(registry).decode()
    assert "_created" not in text
    assert "egov_agent_nothing" not in text


def test_judge_reads_every_family(registry: CollectorRegistry) -> None:
    names = {
        metric.name for metric in text_string_to_metric_families(registry_page(registry).decode())
    }
    assert names == {
        "egov_agent_pdus",
        "egov_agent_lag_seconds",
        "egov_agent_unset_ratio",
        "egov_agent_wait_seconds",
        "egov_agent_build_info",
        "egov_agent_phase",
    }


@pytest.mark.peer
def test_promtool_has_nothing_to_say(registry: CollectorRegistry) -> None:
    ran = subprocess.run(
        [program("promtool"), "check", "metrics"],
        input=registry_page(registry),
        capture_output=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout + ran.stderr) == (0, b"")
