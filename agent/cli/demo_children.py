"""The programs that the demo runs beside itself: started in order, ended in reverse order."""

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp

GRACE_S = 10.0
"""How long a child may take to end after SIGTERM before it is killed."""


class ChildFailed(Exception):
    """A child ended or never became ready; the text shows the end of its log."""


@dataclass(frozen=True, slots=True)
class Child:
    """A running program and where its words go."""

    name: str
    process: asyncio.subprocess.Process
    log: Path

    def last_words(self, lines: int = 12) -> str:
        """Return the end of the child's log."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def check(self) -> None:
        """Raise ChildFailed when the program has ended."""
        if self.process.returncode is not None:
            raise ChildFailed(f"{self.name}: {self.process.returncode}\n{self.last_words()}")

    async def succeeds(self) -> None:
        """Wait for the end of a short command; raise ChildFailed unless it was a good one."""
        if await self.process.wait():
            self.check()


@contextlib.asynccontextmanager
async def running(name: str, command: Sequence[str], folder: Path) -> AsyncIterator[Child]:
    """Run a program for the block, in a session of its own, so that Ctrl-C reaches only us."""
    log = folder / f"{name}.log"
    with log.open("wb") as words:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=words,
            stderr=words,
            start_new_session=True,
        )
    try:
        yield Child(name, process, log)
    finally:
        await _end(process)


async def answers(child: Child, url: str, timeout_s: float) -> None:
    """Wait until `url` answers 200; raise ChildFailed when the child ends before or never does."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as client:
        for _attempt in range(int(timeout_s * 5)):
            child.check()
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                async with client.get(url) as reply:
                    if reply.ok:
                        return
            await asyncio.sleep(0.2)
    raise ChildFailed(f"{child.name}: {url}\n{child.last_words()}")


async def says(child: Child, word: str, timeout_s: float) -> None:
    """Wait until the child has printed a line that starts with `word`."""
    for _attempt in range(int(timeout_s * 10)):
        child.check()
        if any(line.startswith(word) for line in child.log.read_text(errors="replace").split("\n")):
            return
        await asyncio.sleep(0.1)
    raise ChildFailed(f"{child.name}: {word}?\n{child.last_words()}")


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), GRACE_S)
    except TimeoutError:
        process.kill()
        await process.wait()
