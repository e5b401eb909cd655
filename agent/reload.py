"""Reload: all or nothing, one at a time, whoever asks for it (SIGHUP, POST /-/reload).

asked ──▶ read in a thread ──▶ compare ──▶ apply ──▶ next generation
               │ a mistake         │ a key that needs a restart
               └───────────────────┴──▶ the running configuration stays, the problems are told
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from agent.clock import Clock
from agent.configuration import Changes, Configuration, refuse_restarts
from agent.supervisor import Supervisor
from agent.web.views import ReloadResult
from inventory.located import Problems

logger = logging.getLogger(__name__)

Read = Callable[[Configuration | None], Configuration]


@dataclass(frozen=True, slots=True)
class Statistics:
    """How reloads went; `success_s` is Unix time of the one that runs, the start included."""

    generation: int
    successful: bool
    success_s: float
    succeeded: int
    failed: int


class Reloader:
    """Holds the running configuration and its generation.

    Args:
        read: reads everything again, in a thread; raises Problems.
        apply: makes the service follow; what may fail in it comes before it changes anything.

    Attributes:
        running: the configuration that is followed.
        after: called when another one has become `running`.
    """

    def __init__(
        self,
        running: Configuration,
        clock: Clock,
        supervisor: Supervisor,
        read: Read,
        apply: Callable[[Configuration, Changes], Awaitable[None]],
    ) -> None:
        """Begin with the configuration of the start, generation 1."""
        self.running = running
        self.generation = 1
        self.after: Callable[[], Awaitable[None]] | None = None
        self._clock = clock
        self._supervisor = supervisor
        self._read = read
        self._apply = apply
        self._lock = asyncio.Lock()
        self._success_s = clock.now().timestamp()
        self._successful = True
        self._succeeded = self._failed = 0

    async def reload(self) -> ReloadResult:
        """Follow what is written now, or say why not."""
        async with self._lock:
            self._supervisor.reloading(self._clock.monotonic())
            try:
                result = self._followed(await self._follow())
            except Problems as error:
                result = self._refused([str(problem) for problem in error.problems])
            except Exception as error:
                # The boundary of a reload: the service that runs is worth more than its reason.
                logger.exception("reload failed")
                result = self._refused([f"{type(error).__name__}: {error}"])
            self._supervisor.ready(f"generation {self.generation}")
            return result

    def statistics(self) -> Statistics:
        """Count reloads."""
        return Statistics(
            self.generation, self._successful, self._success_s, self._succeeded, self._failed
        )

    async def _follow(self) -> Changes:
        new = await asyncio.to_thread(self._read, self.running)
        refuse_restarts(self.running, new)
        changes = await asyncio.to_thread(Changes.between, self.running, new)
        await self._apply(new, changes)
        self.running = new
        if self.after is not None:
            await self.after()
        return changes

    def _followed(self, changes: Changes) -> ReloadResult:
        self.generation += 1
        self._succeeded += 1
        self._successful = True
        self._success_s = self._clock.now().timestamp()
        result = ReloadResult(
            ok=True,
            generation=self.generation,
            added=len(changes.added),
            changed=len(changes.changed),
            removed=len(changes.removed),
        )
        logger.info(
            "generation %d: %d targets added, %d changed, %d removed",
            result.generation,
            result.added,
            result.changed,
            result.removed,
        )
        return result

    def _refused(self, problems: list[str]) -> ReloadResult:
        self._failed += 1
        self._successful = False
        for problem in problems:
            logger.error("reload refused: %s", problem)
        return ReloadResult(ok=False, generation=self.generation, problems=tuple(problems))
