"""One session with a switch: prompt, commands that may be cut short, pager, mistakes."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from lab.cli.dialect import AMBIGUOUS, UNKNOWN, Dialect, matches, stops_at
from lab.cli.terminal import Terminal
from lab.state import SwitchState
from lab.telling import CHINA

PAGE = 24
"""Lines of a page, whatever the client's terminal says it has: switches do not ask."""
_LOOK_S = 0.2


@dataclass(frozen=True, slots=True)
class Subject:
    """The switch that is talked to: its state now, and whether it answers at all."""

    state: Callable[[], SwitchState]
    silent: Callable[[], bool]


async def until_awake(subject: Subject) -> None:
    """Wait while the switch answers nothing."""
    while subject.silent():  # noqa: ASYNC110  # the world is a function of time and sets no events
        await asyncio.sleep(_LOOK_S)


class Shell:
    """What stands behind the prompt."""

    def __init__(self, terminal: Terminal, dialect: Dialect, subject: Subject) -> None:
        """Be ready; `run` begins."""
        self._terminal = terminal
        self._dialect = dialect
        self._subject = subject
        self._page = PAGE
        self._prompt = dialect.prompt.format(name=subject.state().switch.id)

    async def run(self, limit: int, online: int) -> None:
        """Welcome somebody and answer until they leave.

        Raises:
            HungUp: they did not say goodbye.
        """
        now = datetime.fromtimestamp(self._subject.state().at_s, CHINA)
        for line in self._dialect.welcome:
            self._terminal.write(
                line.format(limit=limit, online=online, time=f"{now:%Y-%m-%d %H:%M:%S}") + "\n"
            )
        while True:
            self._terminal.write(self._prompt)
            typed = await self._terminal.line()
            await until_awake(self._subject)
            if typed.strip() and not await self._obeyed(typed):
                return

    async def _obeyed(self, typed: str) -> bool:
        """Do what a line says; False when it ends the session."""
        dialect = self._dialect
        off, said = dialect.pager_off
        names = [*dialect.commands, off, *dialect.quiet, *dialect.farewell]
        found = matches(typed, names)
        if len(found) != 1:
            self._mistake(typed, names, ambiguous=bool(found))
        elif found[0] in dialect.farewell:
            return False
        elif found[0] == off:
            self._page = 0
            self._terminal.write(f"{said}\n" if said else "")
        elif found[0] in dialect.commands:
            await self._show(dialect.commands[found[0]](self._subject.state()))
        return True

    def _mistake(self, typed: str, names: Iterable[str], *, ambiguous: bool) -> None:
        what, column = (AMBIGUOUS, 0) if ambiguous else stops_at(typed, names)
        text = self._dialect.errors[what]
        if what == UNKNOWN or "^" in text:
            self._terminal.write(" " * (len(self._prompt) + column) + "^\n")
        self._terminal.write(text + "\n")

    async def _show(self, lines: Iterable[str]) -> None:
        """Print line by line, and wait for a key after each page."""
        room = self._page - 1
        for line in lines:
            if self._page and room <= 0:
                room = await self._turn()
                if room < 0:
                    return
            self._terminal.write(line + "\n")
            room -= 1

    async def _turn(self) -> int:
        """Ask for more: a blank brings a page, Enter a line, everything else ends it (-1)."""
        self._terminal.write(self._dialect.more)
        key = await self._terminal.key()
        self._terminal.write(self._dialect.erase)
        return {b" ": self._page - 1, b"\n": 1}.get(key, -1)
