"""Runs the service: from reading its configuration to taking it down in order.

serve ──▶ configuration ──▶ state ──▶ SNMP sockets ──▶ targets ──▶ control, web ──▶ ready
                                                                              │
     state written ◀── pollers closed ◀── web, control closed ◀── visits ended ◀── a signal
"""

import asyncio
import contextlib
import gc
import logging
import os
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from agent import log
from agent.background import beat_watchdog, freeze, keep_state, sweep
from agent.clock import SystemClock
from agent.configuration import Configuration, Secrets, read_configuration, refuse_unplanned
from agent.parts import Parts
from agent.signals import Signals
from agent.state import StateFile
from agent.state_database import Trouble
from agent.supervisor import Supervisor
from agent.web.web_config import load_web_config
from collectors.registry import CHECKS, Check
from texts import speak

logger = logging.getLogger(__name__)

GRACE_S = 3.0
"""What visits under way get at the end; what is cut off is asked again after the restart."""

COMPRESSORS = 2

OnReady = Callable[[Sequence[str]], None]
"""Told the addresses of the web server once the service is ready."""


def run(
    config: Path, environ: Mapping[str, str] = os.environ, on_ready: OnReady | None = None
) -> None:
    """Run the service in the foreground until SIGTERM or SIGINT; it logs to standard error.

    Raises:
        Problems: the configuration has mistakes.
        CannotListen: an address of `listen`, or `control`, cannot be had.
    """
    log.set_up(environ=environ)
    with asyncio.Runner(loop_factory=_fast_loop()) as runner:
        runner.run(serve(config, environ=environ, on_ready=on_ready))


async def serve(
    config: Path,
    *,
    environ: Mapping[str, str] = os.environ,
    checks: Iterable[Check] = CHECKS,
    on_ready: OnReady | None = None,
) -> None:
    """Run the service until a signal ends it; raises what `run` raises."""
    rows = tuple(checks)
    secrets = Secrets.of(environ)

    def read(former: Configuration | None = None) -> Configuration:
        return _read(config, secrets, rows, former)

    configuration = await asyncio.to_thread(read)
    speak(configuration.settings.language)
    for warning in configuration.warnings:
        logger.warning("%s", warning)
    supervisor = Supervisor(environ, os.getpid())
    with Signals() as signals, ThreadPoolExecutor(COMPRESSORS, "compress") as executor:
        async with _state(configuration.settings.state) as state:
            parts = Parts(
                configuration=configuration,
                read=read,
                checks=rows,
                state=state,
                supervisor=supervisor,
                executor=executor,
                clock=SystemClock(),
            )
            async with parts.snmp, parts.pinger:
                await parts.service.start(configuration)
                # What the start made lives as long as the service: no collection looks at it again.
                gc.freeze()
                await _until_signalled(parts, signals, on_ready)
                await parts.service.close()
    logger.info("stopped")


async def _until_signalled(parts: Parts, signals: Signals, on_ready: OnReady | None) -> None:
    """Open both doors, visit, and come back when a signal has ended all that."""
    async with parts.control, parts.web, asyncio.TaskGroup() as tasks:
        background = [
            tasks.create_task(work, name=name)
            for name, work in (
                ("pulse", parts.pulse.beat()),
                ("derivations", parts.runner.run(parts.derivations)),
                ("state", keep_state(parts.pollers, parts.state, parts.urgent)),
                ("sweep", sweep(parts.store, parts.clock)),
                ("freeze", freeze()),
                ("watchdog", beat_watchdog(parts.supervisor)),
                ("reload", _reload_when_asked(parts, signals)),
            )
        ]
        tasks.create_task(parts.scheduler.run(GRACE_S), name="scheduler")
        signals.hear_the_end()
        parts.supervisor.ready("visiting")
        logger.info("ready on %s", " ".join(parts.web.urls))
        if on_ready is not None:
            on_ready(parts.web.urls)
        await signals.ending.wait()
        logger.info("stopping")
        parts.supervisor.stopping()
        parts.scheduler.stop()
        for task in background:
            task.cancel()


async def _reload_when_asked(parts: Parts, signals: Signals) -> None:
    """Reload until cancelled; however often it is asked for meanwhile, once more is enough."""
    while True:
        await signals.hangup.wait()
        signals.hangup.clear()
        await parts.reloader.reload()


@contextlib.asynccontextmanager
async def _state(path: Path) -> AsyncIterator[StateFile]:
    state = await asyncio.to_thread(StateFile, path, _say_trouble)
    try:
        yield state
    finally:
        await asyncio.to_thread(state.close)


def _say_trouble(trouble: Trouble, text: str) -> None:
    logger.error("state: %s: %s", trouble, text)


def _read(
    config: Path, secrets: Secrets, checks: Iterable[Check], former: Configuration | None
) -> Configuration:
    found = read_configuration(config, secrets, checks, former)
    refuse_unplanned(found)
    if found.settings.web_config is not None:
        load_web_config(found.settings.web_config)
    return found


def _fast_loop() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Choose uvloop where it is installed; everything works on asyncio's own loop as well."""
    try:
        import uvloop  # noqa: PLC0415  it has no wheel for every machine
    except ImportError:
        return None
    return uvloop.new_event_loop
