"""`egov-agent check`: everything that is written down, without touching the network."""

import os
from pathlib import Path

import typer

from agent.cli.terminal import (
    DEFAULT_CONFIG,
    ConfigOption,
    CredentialsOption,
    errors,
    output,
    warn,
)
from agent.configuration import Configuration, Secrets, read_configuration
from collectors.registry import CHECKS
from inventory.located import Problems
from texts import gettext as _
from texts import marked, ngettext

NAME = "check"
HELP = marked(
    "Check the configuration, the inventory and the profiles: every mistake with file and line. "
    "Touches no network and changes nothing."
)
EPILOG = marked("Exit code 0: usable as it stands; 1: at least one mistake.")


def command(config: ConfigOption = DEFAULT_CONFIG, credentials: CredentialsOption = None) -> None:
    """Print every mistake, or what the configuration amounts to."""
    configuration = checked(
        config, Secrets(os.environ, credentials or Secrets.of(os.environ).credentials)
    )
    for (target, check), why in configuration.unplanned.items():
        warn(_("{target}: {check}: not checked: {why}").format(target=target, check=check, why=why))
    output().print(summary(configuration))


def checked(config: Path, secrets: Secrets) -> Configuration:
    """Read everything; print warnings, and on mistakes print all of them and end with code 1."""
    try:
        configuration = read_configuration(config, secrets, CHECKS)
    except Problems as error:
        console = errors()
        for problem in error.problems:
            console.print(f"{problem}", style="red", markup=False, soft_wrap=True)
        count = len(error.problems)
        text = ngettext("{count} mistake.", "{count} mistakes.", count).format(count=count)
        console.print(text, style="bold red")
        raise typer.Exit(1) from None
    for problem in configuration.warnings:
        warn(_("warning: {text}").format(text=problem))
    return configuration


def summary(configuration: Configuration) -> str:
    """Say in a line what the configuration amounts to."""
    return _(
        "The configuration is good: {sites} sites, {targets} targets, {checks} checks."
    ).format(
        sites=len(configuration.inventory.sites),
        targets=len(configuration.targets),
        checks=len(configuration.plans) + len(configuration.unplanned),
    )
