"""`egov-agent lab`: the small district on loopback, without an agent watching it."""

import os
import sys

import typer

from texts import marked

NAME = "lab"
HELP = marked("Run the lab: a small district on loopback that speaks real SNMP v2c and v3.")
EPILOG = marked("Options are those of the lab itself: egov-agent lab --help")
CONTEXT = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def command(context: typer.Context) -> None:
    """Become the lab: a process of its own, for nothing of the agent imports it."""
    os.execv(sys.executable, [sys.executable, "-m", "lab", *context.args])  # noqa: S606  # our own module, no shell
