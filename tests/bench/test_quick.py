"""`python -m bench --quick`: everything starts, measures and ends."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.__main__ import main
from bench.ratio import EXPORTER, OURS, Figures, summary
from bench.scale import Scale, Scrape, Stretch, WarmUp
from bench.scale import summary as scale_summary
from tests.peers import program


def test_ratios_are_medians_of_those_of_rounds() -> None:
    figures = Figures({OURS: [10.0, 30.0, 20.0], EXPORTER: [1.0, 2.0, 9.0]})
    assert figures.ratio(OURS, EXPORTER) == 10.0  # of 10, 15 and 2.2
    assert (f"{OURS} / {EXPORTER}", "10.00", "at least 8, aim 15") in summary(figures)


def test_a_contender_that_was_left_out_has_no_ratio() -> None:
    assert all("/ snmp" not in what for what, _, _ in summary(Figures({OURS: [1.0]})))


def test_the_scrape_is_scaled_to_a_million_samples() -> None:
    stretch, warm_up = Stretch(0.001, 0.01, 0.3, 100.0, 0.0), WarmUp(130.4, True, 0.9, 0.05)
    scrape = Scrape(samples=500_000, octets=1, cpu_s=0.4, seconds=0.5, lag_p99_s=0.01)
    found = scale_summary(Scale(10_000, 60, warm_up, stretch, stretch, 1.0, 900.0, 1.0, scrape))
    assert ("one scrape, CPU for 1,000,000 samples", "0.80 s", "under 1 s") in found
    assert ("10,000 switches: until each had its second visit", "130 s", "") in found
    assert ("10,000 switches every 60 s: samples a second", "89,600", "") in found
    assert ("10,000 switches: polling alone", "0.30 of a core", "at most 0.5") in found


def test_warm_up_that_did_not_end_is_said() -> None:
    stretch, warm_up = Stretch(0.001, 0.01, 0.3, 100.0, 0.0), WarmUp(900.0, False, 1.0, 2.5)
    found = scale_summary(Scale(10_000, 60, warm_up, stretch, stretch, 1.0, 900.0, 1.0, None))
    assert (
        "10,000 switches: until each had its second visit",
        "not ended after 900 s",
        "",
    ) in found


@pytest.mark.peer
@pytest.mark.slow
def test_quick_ends_by_itself_with_every_ratio(capsys: pytest.CaptureFixture[str]) -> None:
    program("prometheus-snmp-exporter")
    assert main(["ratio", "--quick"]) == 0
    assert "egov-agent, v2c / snmp_exporter, v2c" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("what", ["scale", "dead"])
def test_quick_runs_the_whole_agent(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([what, "--quick"]) == 0
    assert "30 switches" in capsys.readouterr().out


def descendants(pid: int) -> set[int]:
    """Find the processes that a process started, and theirs."""
    found: set[int] = set()
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text(encoding="ascii").split()):
            found |= {child, *descendants(child)}
    return found


@pytest.mark.slow
def test_what_it_started_ends_with_it_when_it_is_told_to_end() -> None:
    command = [sys.executable, "-m", "bench", "dead", "--quick"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as bench:
        started: set[int] = set()
        until_s = time.monotonic() + 60
        while len(started) < 2 and time.monotonic() < until_s:
            started = descendants(bench.pid)
            time.sleep(0.1)
        bench.send_signal(signal.SIGTERM)
        bench.communicate(timeout=60)
    assert len(started) >= 2, "a fake agent and the agent"
    assert not [one for one in started if Path(f"/proc/{one}").exists()]
