"""What is compared: something that reads fake switches and tells how much it read."""

import itertools
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from bench.machine import pinned, stop, tree_cpu_s

SWITCHES = 500
"""That we read in turn, so that what is known of one has left the processor's caches meanwhile."""
VISITS_AT_ONCE = 4
"""Of every contender: 10 000 switches a minute at some 10 ms each are two under way at a time."""


@dataclass(frozen=True, slots=True)
class Work:
    """What was done in one round.

    Args:
        samples: values polled in those visits; texts and constants do not count.
        cpu_s: user and system seconds of the whole process tree.
    """

    samples: int
    cpu_s: float

    @property
    def per_cpu_second(self) -> float:
        """Samples a CPU second."""
        return self.samples / self.cpu_s if self.cpu_s else 0.0


class Side(Protocol):
    """One contender, started and idle between rounds."""

    name: str

    def work(self, seconds: float) -> Work:
        """Read switches for that long."""

    def close(self) -> None:
        """End its processes."""


def addresses(count: int = 10_000) -> Iterator[str]:
    """Name addresses of loopback that the fake agent answers from, 127.31.0.1 onwards."""
    for number in range(count):
        yield f"127.31.{number // 250}.{number % 250 + 1}"


class ChildSide:
    """A contender in a Python child that reads `seconds` per line and writes `samples` per line."""

    def __init__(self, name: str, core: int, module: str, *arguments: str) -> None:
        """Start the child on a core and wait until it is ready."""
        self.name = name
        with pinned(core):
            self._child = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        self._read()

    def work(self, seconds: float) -> Work:
        """Let the child read switches for that long."""
        before = tree_cpu_s(self._child.pid)
        assert self._child.stdin is not None  # noqa: S101  # it was asked for
        self._child.stdin.write(f"{seconds}\n")
        self._child.stdin.flush()
        samples = self._read()
        return Work(samples, tree_cpu_s(self._child.pid) - before)

    def close(self) -> None:
        """End the child."""
        stop(self._child)

    def _read(self) -> int:
        assert self._child.stdout is not None  # noqa: S101  # it was asked for
        line = self._child.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended: exit code {self._child.wait(10)}")
        return int(json.loads(line)["samples"])


def orders(sides: list[Side], rounds: int) -> Iterator[list[Side]]:
    """Yield the contenders' order in each round: forwards, backwards, forwards ..."""
    for number in itertools.islice(itertools.count(), rounds):
        yield sides if number % 2 == 0 else sides[::-1]
