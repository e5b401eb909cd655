"""`egov-agent visit`: one target, asked once, with everything it said."""

import asyncio
import os
import sys
import time
from dataclasses import dataclass
from enum import Enum, auto
from typing import Annotated

import typer
from rich.markup import escape

from agent.asking import Asked, asking
from agent.cli import visit_view
from agent.cli.check import checked
from agent.cli.completion import target_ids
from agent.cli.terminal import (
    DEFAULT_CONFIG,
    ConfigOption,
    CredentialsOption,
    JsonOption,
    errors,
    fail,
    output,
)
from agent.cli.words import reason
from agent.clock import SystemClock
from agent.configuration import Configuration, Secrets
from agent.exposition.page import writer
from agent.store.store import Store
from agent.visit import Outcome
from collectors.catalogue import Catalogue
from collectors.contract import Observation
from collectors.errors import CollectError
from collectors.snmp.collector import SnmpPoller
from collectors.snmp.cross_check import Both, Compared, cross_check
from collectors.snmp.target import DeviceTarget
from inventory.located import did_you_mean
from texts import gettext as _
from texts import marked

NAME = "visit"
HELP = marked("Ask one target once, outside the service, and print what it said.")
EPILOG = marked("Exit code 0: it answered in full; 1: it failed, or a part of it did.")


def command(
    target: Annotated[
        str,
        typer.Argument(
            metavar="TARGET", help=marked("The target's id."), autocompletion=target_ids
        ),
    ],
    check: Annotated[
        str, typer.Option(metavar="CHECK", help=marked("Which check: snmp, cli, host ..."))
    ] = "snmp",
    cross: Annotated[
        bool,
        typer.Option(
            "--cross-check",
            help=marked("Ask for the same objects through pysnmp too and print every difference."),
        ),
    ] = False,
    transcript: Annotated[
        bool,
        typer.Option("--transcript", "-t", help=marked("Also print what was asked and heard.")),
    ] = False,
    text: Annotated[
        bool, typer.Option("--text", help=marked("Print the Prometheus text format."))
    ] = False,
    as_json: JsonOption = False,
    timeout: Annotated[
        float, typer.Option(min=0.1, metavar="SECONDS", help=marked("End the visit after so long."))
    ] = 30.0,
    config: ConfigOption = DEFAULT_CONFIG,
    credentials: CredentialsOption = None,
) -> None:
    """Ask once."""
    secrets = Secrets(os.environ, credentials or Secrets.of(os.environ).credentials)
    configuration = checked(config, secrets)
    must_be_known(configuration, target, check)
    wanted = Wanted(
        target, check, timeout, Show.TEXT if text else Show.JSON if as_json else Show.TABLES
    )
    raise typer.Exit(asyncio.run(_visit(configuration, wanted, transcript=transcript, cross=cross)))


class Show(Enum):
    """How an observation is printed."""

    TABLES = auto()
    TEXT = auto()
    JSON = auto()


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command line asks for."""

    target: str
    check: str
    timeout_s: float
    show: Show


def must_be_known(configuration: Configuration, target: str, check: str) -> None:
    """End with the reason when a target is not there or has no such check."""
    if why := configuration.unplanned.get((target, check)):
        fail(
            _("{target}: {why}; --credentials DIR gives such secrets").format(
                target=target, why=why
            )
        )
    if (target, check) in configuration.plans:
        return
    if checks := configuration.checks.get(target):
        text = _("{target} has no check {check}; it has: {checks}")
        fail(text.format(target=target, check=check, checks=", ".join(checks)), code=2)
    if target in configuration.targets:
        fail(_("{target} has no check that this version can do").format(target=target))
    hint = did_you_mean(target, configuration.target_ids)
    fail(_("no target is called {target}").format(target=target) + hint, code=2)


async def _visit(
    configuration: Configuration, wanted: Wanted, *, transcript: bool, cross: bool
) -> int:
    async with asking(configuration, wanted.target, wanted.check, SystemClock()) as asked:
        with errors().status(_("asking {target} ...").format(target=wanted.target)):
            outcome, lines = await asked.visit(wanted.timeout_s)
        if transcript or outcome.observation is None:
            for line in lines:
                errors().print(line, style="dim", markup=False, soft_wrap=True)
        if outcome.observation is not None:
            _print(outcome.observation, configuration, wanted)
        errors().print(_verdict(outcome), soft_wrap=True)
        differences = await _cross(asked, wanted.timeout_s) if cross else 0
    return int(outcome.reason is not None or differences > 0)


def _print(observation: Observation, configuration: Configuration, wanted: Wanted) -> None:
    identity = {
        name: table.identity for name, table in configuration.devices.catalogue.tables.items()
    }
    match wanted.show:
        case Show.TABLES:
            visit_view.show(observation, identity, output())
        case Show.JSON:
            for line in visit_view.as_json(observation, identity):
                sys.stdout.write(line + "\n")
        case Show.TEXT:
            site = configuration.targets[wanted.target].site
            sys.stdout.write(as_text(observation, configuration.devices.catalogue, site))


def as_text(observation: Observation, catalogue: Catalogue, site: str) -> str:
    """Write an observation as the agent would expose it."""
    store = Store(catalogue, max_series_per_target=sys.maxsize)
    store.place(observation.target, (("target", observation.target), ("site", site)))
    store.put(observation, 0.0, time.time())
    page = writer(catalogue, timestamps=False).page(store.contents[observation.target], 0.0)
    return page.decode()


def _verdict(outcome: Outcome) -> str:
    seconds = f"{outcome.duration_s:.3f} s"
    if outcome.reason is None:
        word = _("success")
        return f"[green]{word}[/green], {seconds}"
    detail = f" ({outcome.detail})" if outcome.detail else ""
    return f"[red]{reason(outcome.reason)}{detail}[/red], {seconds}: {escape(outcome.text)}"


async def _cross(asked: Asked, timeout_s: float) -> int:
    """Print what pysnmp read differently; return how many objects that are."""
    from collectors.snmp.pysnmp_peer import PysnmpPeer  # noqa: PLC0415  # 0.4 s and 15 MB

    poller, plan = asked.poller, asked.plan
    if (
        not isinstance(poller, SnmpPoller)
        or not isinstance(plan, DeviceTarget)
        or not poller.profile
    ):
        fail(_("A cross-check needs an SNMP device that answered."))
    resources = asked.resources
    profile = resources.profiles.named(poller.profile)
    managers = Both(resources.snmp, resources.resolve, PysnmpPeer)
    deadline_s = asked.clock.monotonic() + timeout_s
    objects = moved = different = 0
    try:
        async for one in cross_check(plan, profile, managers, deadline_s):
            objects, moved = objects + one.objects, moved + one.moved
            different += len(one.differences)
            _print_differences(one)
    except CollectError as error:
        fail(str(error))
    text = _(
        "cross-check with pysnmp: {objects} objects, {moved} moved since, {different} different"
    )
    style = "red" if different else "green"
    output().print(text.format(objects=objects, moved=moved, different=different), style=style)
    return different


def _print_differences(compared: Compared) -> None:
    for one in compared.differences:
        text = _("{table}.{column} {instance}: ours {ours}, pysnmp's {theirs}").format(
            table=compared.table,
            column=one.column,
            instance=one.instance,
            ours=_shown(one.ours),
            theirs=_shown(one.theirs),
        )
        output().print(text, markup=False, soft_wrap=True)


def _shown(value: object) -> str:
    return _("missing") if value is None else repr(value)
