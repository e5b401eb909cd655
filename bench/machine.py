"""CPU of process trees, the two cores of a measurement, and what the figures were measured on."""

import os
import platform
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil


def cores() -> tuple[int, int]:
    """Return (serving, measured) cores of those allowed; the same one when there is only one."""
    allowed = sorted(os.sched_getaffinity(0))
    return allowed[-1], allowed[0]


def tree_cpu_s(pid: int) -> float:
    """Return user and system seconds of a process, its living and its reaped children."""
    root = psutil.Process(pid)
    total = 0.0
    for process in (root, *root.children(recursive=True)):
        times = process.cpu_times()
        total += times.user + times.system + times.children_user + times.children_system
    return total


def tree_memory_mib(pid: int) -> float:
    """Return the resident set of a process and its children."""
    root = psutil.Process(pid)
    tree = (root, *root.children(recursive=True))
    return sum(process.memory_info().rss for process in tree) / 2**20


def others_cpu_s() -> float:
    """Return the CPU seconds that everybody but this benchmark has used since the boot.

    Only differences mean something. A machine that does other work meanwhile measures nothing.
    """
    times = psutil.cpu_times()
    busy = times.user + times.nice + times.system + times.irq + times.softirq + times.steal
    return busy - tree_cpu_s(os.getpid())


@contextmanager
def pinned(core: int) -> Iterator[None]:
    """Keep this process, and what it starts meanwhile, on a core."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def stop(child: subprocess.Popen[str]) -> None:
    """End a child that this benchmark started and close its pipes; kill it when it must be."""
    child.terminate()
    try:
        child.wait(10)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait(10)
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()


def description() -> list[tuple[str, str]]:
    """Describe the machine for the report."""
    return [
        ("processor", _processor()),
        ("cores", str(os.cpu_count())),
        ("memory", f"{psutil.virtual_memory().total / 2**30:.0f} GiB"),
        ("system", _system()),
        ("Python", platform.python_version()),
        ("Python's own pace", f"{_loop_s():.2f} s for a loop of 5 million additions"),
        ("load before", " ".join(f"{load:.2f}" for load in os.getloadavg())),
    ]


def _loop_s() -> float:
    """Return the CPU seconds of a plain loop: interpreters of one version differ by a third."""
    begin = time.process_time()
    total = 0
    for number in range(5_000_000):
        total += number & 7
    return time.process_time() - begin


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _system() -> str:
    name = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    return f"{name}, Linux {platform.release()}"
