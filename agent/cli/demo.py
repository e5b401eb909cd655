"""`egov-agent demo`: the lab, the agent, Prometheus if it is there, and a live table.

python -m lab ──SNMP, SSH──▶ egov-agent run ──http_sd──▶ prometheus
                                   └── /api/v1/{targets,topology}, pages ──▶ this terminal
"""

import asyncio
import contextlib
import shutil
import signal
import socket
import tempfile
from pathlib import Path
from typing import Annotated

import aiohttp
import typer
from rich.console import Console
from rich.live import Live
from rich.text import Text

from agent.cli import demo_view
from agent.cli.demo_children import ChildFailed
from agent.cli.demo_stage import LISTEN, Ports, Raised, Stage, raised
from agent.cli.demo_watch import Watch
from agent.cli.terminal import errors, fail, output
from texts import gettext as _
from texts import marked

NAME = "demo"
HELP = marked(
    "Show a small district on loopback: the lab, the agent that watches it, a live table."
)
EPILOG = marked(
    "The scenario repeats every few minutes: a link goes down, a fibre gets dirty, a CPU climbs."
)

LIVE_EVERY_S = 1.0
PLAIN_EVERY_S = 10.0
REQUEST_S = 5.0
PORTS_TRIED = 50


def command(
    port: Annotated[
        int,
        typer.Option(
            metavar="PORT", help=marked("The agent's port; the next ones go to the others.")
        ),
    ] = 9877,
    lab_port: Annotated[
        int, typer.Option(metavar="PORT", help=marked("The lab's first port."))
    ] = 16100,
    scenario: Annotated[
        str, typer.Option(metavar="NAME", help=marked("What breaks when: a file, a name, or none."))
    ] = "demo",
    seconds: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", help=marked("End by itself after so many seconds.")),
    ] = None,
    without_prometheus: Annotated[
        bool,
        typer.Option(
            "--without-prometheus", help=marked("Do not start Prometheus although it is installed.")
        ),
    ] = False,
    keep: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help=marked("Leave configuration and logs in DIR, for a closer look.")
        ),
    ] = None,
) -> None:
    """Run the demo until Ctrl-C; exit code 1 when a part of it does not start."""
    ports = Ports(port, lab_port, first_free(port + 1))
    prometheus = None if without_prometheus else shutil.which("prometheus")
    with contextlib.ExitStack() as stack:
        if keep is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="egov-demo-")))
        else:
            folder = keep
            folder.mkdir(parents=True, exist_ok=True)
        try:
            asyncio.run(_demo(Stage(folder, ports, scenario, prometheus), seconds))
        except ChildFailed as error:
            fail(
                _("The demo could not start or went on without a part of it: {why}").format(
                    why=error
                )
            )
        errors().print(_("The demo has ended; everything that it started is stopped."))


def first_free(port: int) -> int:
    """Return the first of a few ports that are free: Prometheus cannot choose one by itself."""
    for candidate in range(port, port + PORTS_TRIED):
        with socket.socket() as probe:
            try:
                probe.bind((LISTEN, candidate))
            except OSError:
                continue
        return candidate
    return port


async def _demo(stage: Stage, seconds: float | None) -> None:
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, ended.set)
    if seconds is not None:
        loop.call_later(seconds, ended.set)
    say = errors().print
    async with contextlib.AsyncExitStack() as stack:
        starting = asyncio.create_task(raised(stage, stack, say), name="demo start")
        interrupted = asyncio.create_task(ended.wait(), name="demo interrupt")
        await asyncio.wait({starting, interrupted}, return_when=asyncio.FIRST_COMPLETED)
        if not starting.done():
            starting.cancel()
            await asyncio.gather(starting, return_exceptions=True)
        elif not ended.is_set() or not starting.exception():
            await _watch(stage, starting.result(), ended)
        interrupted.cancel()


async def _watch(stage: Stage, raised: Raised, ended: asyncio.Event) -> None:
    watch = Watch(stage.url)
    console = output()
    timeout = aiohttp.ClientTimeout(total=REQUEST_S)
    async with aiohttp.ClientSession(timeout=timeout) as client:
        if console.is_terminal:
            await _live(console, client, watch, raised, ended)
        else:
            await _lines(console, client, watch, raised, ended)


async def _live(
    console: Console,
    client: aiohttp.ClientSession,
    watch: Watch,
    raised: Raised,
    ended: asyncio.Event,
) -> None:
    with Live(console=console, auto_refresh=False, vertical_overflow="visible") as live:
        while not ended.is_set():
            await _look(client, watch, raised)
            screen = demo_view.screen(watch, raised.events(), raised.addresses, console)
            live.update(screen, refresh=True)
            await _pause(ended, LIVE_EVERY_S)


async def _lines(
    console: Console,
    client: aiohttp.ClientSession,
    watch: Watch,
    raised: Raised,
    ended: asyncio.Event,
) -> None:
    """Print what a pipe or a log can hold: the addresses once, a line now and then, each event."""
    for line in raised.addresses:
        console.print(line)
    told = 0
    while not ended.is_set():
        await _look(client, watch, raised)
        events = raised.events()
        for line in events[told:]:
            console.print(_("In the lab:"), line)
        told = len(events)
        console.print(demo_view.plain(watch))
        for line in (demo_view.plain_ipv6(watch), demo_view.plain_links(watch)):
            console.print(Text(line), soft_wrap=True)
        await _pause(ended, PLAIN_EVERY_S)


async def _look(client: aiohttp.ClientSession, watch: Watch, raised: Raised) -> None:
    raised.check()
    with contextlib.suppress(aiohttp.ClientError, TimeoutError):
        await watch.look(client)


async def _pause(ended: asyncio.Event, seconds: float) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(ended.wait(), seconds)
