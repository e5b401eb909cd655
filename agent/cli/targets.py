"""`egov-agent targets`: what is watched, and how it stands if the service answers."""

import asyncio
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from agent.cli.api import TargetJson
from agent.cli.check import checked
from agent.cli.completion import target_ids
from agent.cli.service import NoAnswer, Service
from agent.cli.state import error_cell, youngest
from agent.cli.terminal import DEFAULT_CONFIG, ConfigOption, JsonOption, fail, output, warn
from agent.cli.words import STATES, STYLES
from agent.configuration import Configuration, Secrets
from inventory.inventory import Target
from inventory.select import NothingSelected, select
from texts import gettext as _
from texts import marked

NAME = "targets"
HELP = marked("List the targets of the inventory, with their state when the service answers.")
EPILOG = marked(
    "Examples: targets 'SW-HX-*'; targets site:hexi; targets role:core kind:device. "
    "Behind a log-in, name and password are taken from ~/.netrc."
)


def command(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TARGET",
            help=marked("Ids, patterns, site:ID, role:NAME, kind:NAME; none means all."),
            autocompletion=target_ids,
        ),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
    url: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help=marked("Where the service answers; default: the first address of `listen`."),
        ),
    ] = None,
    ca: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help=marked("Certificates that the service's own is judged by.")
        ),
    ] = None,
) -> None:
    """List targets; works with the service down."""
    configuration = checked(config, Secrets.of(os.environ))
    service = Service(url, ca) if url else Service.of(configuration.settings, ca)
    try:
        chosen = select(configuration.inventory, words or [])
    except NothingSelected as error:
        fail(str(error))
    states = _states(service)
    if as_json:
        for target in chosen:
            line = states.get(target.id) or {
                "id": target.id,
                "kind": target.kind,
                "site": target.site,
            }
            output().print(json.dumps(line, ensure_ascii=False), markup=False, soft_wrap=True)
        return
    console = output()
    console.print(_table(configuration, chosen, states, on_terminal=console.is_terminal))


def _states(service: Service) -> Mapping[str, TargetJson]:
    """Ask the service; a warning when it does not answer us."""
    try:
        return asyncio.run(service.targets())
    except NoAnswer as error:
        text = _("The service does not answer, so states are unknown: {why}")
        warn(text.format(why=error))
        return {}


def _table(
    configuration: Configuration,
    chosen: tuple[Target, ...],
    states: Mapping[str, TargetJson],
    *,
    on_terminal: bool,
) -> Table:
    """Make a line a target on a terminal; behind a pipe errors are told whole."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in (_("target"), _("kind"), _("name"), _("site"), _("address"), _("state"), _("age")):
        table.add_column(head, no_wrap=True)
    table.add_column(_("last error"))
    for target in chosen:
        state = states.get(target.id)
        checks = state["checks"] if state else []
        row = _row(configuration, target, state)
        table.add_row(*row, youngest(checks), error_cell(checks, whole=not on_terminal))
    return table


def _row(configuration: Configuration, target: Target, state: TargetJson | None) -> list[str]:
    site = configuration.inventory.sites.get(target.site)
    known = state["state"] if state else "unknown"
    return [
        target.id,
        target.kind,
        escape(getattr(target, "name", None) or ""),
        escape(site.name if site else target.site),
        state["address"] if state else "",
        f"[{STYLES[known]}]{_(STATES[known])}[/]",
    ]
