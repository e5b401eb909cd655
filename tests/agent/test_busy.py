"""How long the loop's thread was busy."""

import time
from pathlib import Path

import pytest

from agent.busy import SCHEDSTAT, Busy


def test_time_that_a_thread_was_ready_to_run_counts_as_busy(tmp_path: Path) -> None:
    told = tmp_path / "schedstat"
    told.write_text("1500000000 500000000 7\n")
    busy = Busy(told)
    try:
        assert busy() == 2.0
    finally:
        busy.close()


@pytest.mark.parametrize("text", ["", "nothing to see", "1 2"])
def test_kernel_that_does_not_tell_leaves_cpu_time(tmp_path: Path, text: str) -> None:
    told = tmp_path / "schedstat"
    told.write_text(text)
    before = time.thread_time()
    assert before <= Busy(told)() <= time.thread_time()


def test_machine_without_the_file_leaves_cpu_time(tmp_path: Path) -> None:
    before = time.thread_time()
    assert before <= Busy(tmp_path / "none")() <= time.thread_time()


@pytest.mark.skipif(not SCHEDSTAT.exists(), reason="this kernel has no schedstat")
def test_sleep_is_not_busy_and_work_is() -> None:
    busy = Busy()
    try:
        begin, cpu = busy(), time.thread_time()
        while time.thread_time() - cpu < 0.1:  # the kernel writes it down at its ticks only
            sum(range(10_000))
        assert busy() - begin >= (time.thread_time() - cpu) / 2
    finally:
        busy.close()
