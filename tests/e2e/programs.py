"""Starts the product's own programs for the end-to-end tests, each on addresses of its own."""

import contextlib
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.peers import free_port

READY_S = 60.0


@dataclass(frozen=True, slots=True)
class Program:
    """A running child and the file with everything it printed."""

    process: subprocess.Popen[bytes]
    log: Path

    def words(self) -> str:
        return self.log.read_text(errors="replace")

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=30)


@contextlib.contextmanager
def started(
    command: Sequence[str | Path], log: Path, environ: dict[str, str] | None = None
) -> Iterator[Program]:
    """Run a program for the block; it is killed if it does not end by itself."""
    with log.open("wb") as words:
        process = subprocess.Popen(
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=words,
            stderr=subprocess.STDOUT,
            env={**os.environ, "LANG": "en_US.UTF-8", "LC_ALL": "", **(environ or {})},
        )
    try:
        yield Program(process, log)
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def until(true: Callable[[], bool], what: str, program: Program | None = None) -> None:
    """Wait for a condition that real programs bring about; fail with the program's words."""
    end = time.monotonic() + READY_S
    while time.monotonic() < end:
        if true():
            return
        if program is not None and program.process.poll() is not None:
            break
        time.sleep(0.1)
    raise AssertionError(f"{what} never came\n{program.words() if program else ''}")


def fetched(url: str, *, accept: str = "*/*") -> str:
    """GET a page as text."""
    request = urllib.request.Request(url, headers={"Accept": accept})  # noqa: S310  # our own loopback
    with urllib.request.urlopen(request, timeout=20) as reply:  # noqa: S310
        text: str = reply.read().decode()
    return text


def answers(url: str) -> bool:
    """Whether a page is there now."""
    try:
        fetched(url)
    except (urllib.error.URLError, OSError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class District:
    """The lab with the configuration that watches it."""

    folder: Path
    program: Program
    port: int

    @property
    def config(self) -> Path:
        return self.folder / "agent.yaml"

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


@contextlib.contextmanager
def district(folder: Path, prefix: str, scenario: str = "none") -> Iterator[District]:
    """Run the lab on addresses of its own, with a configuration for an agent."""
    port = free_port()
    lab = [sys.executable, "-u", "-m", "lab", "--addresses", prefix]
    write = ["--write-config", folder, "--listen", f"127.0.0.1:{port}"]
    subprocess.run([str(word) for word in [*lab, *write]], check=True, capture_output=True)
    with started([*lab, "--scenario", scenario], folder / "lab.log") as program:
        until(lambda: "READY" in program.words(), "the lab", program)
        yield District(folder, program, port)


@contextlib.contextmanager
def agent(place: District) -> Iterator[Program]:
    """Run the agent on a district's configuration until it is ready."""
    command = [sys.executable, "-m", "agent.cli", "run", "-c", place.config]
    with started(command, place.folder / "agent.log") as program:
        until(lambda: answers(f"{place.url}/-/ready"), "the agent", program)
        yield program


def run_cli(*words: str | Path, environ: dict[str, str] | None = None) -> tuple[int, str, str]:
    """Run a command of egov-agent to its end: exit code, output, errors."""
    done = subprocess.run(
        [sys.executable, "-m", "agent.cli", *map(str, words)],
        capture_output=True,
        check=False,
        timeout=120,
        env={**os.environ, "LANG": "en_US.UTF-8", "LC_ALL": "", **(environ or {})},
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()
