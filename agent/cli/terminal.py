"""What every command shares: where it prints, how it fails, which configuration it reads."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from texts import marked

DEFAULT_CONFIG = Path("/etc/egov-agent/agent.yaml")

ConfigOption = Annotated[
    Path,
    typer.Option(
        "--config",
        "-c",
        metavar="FILE",
        help=marked("The service's configuration file, agent.yaml."),
        envvar="EGOV_AGENT_CONFIG",
    ),
]
JsonOption = Annotated[
    bool,
    typer.Option("--json", help=marked("Print one JSON object a line, for scripts.")),
]
CredentialsOption = Annotated[
    Path | None,
    typer.Option(
        "--credentials",
        metavar="DIR",
        help=marked("A folder with the secrets that systemd hands to the service."),
    ),
]


def output(environ: Mapping[str, str] = os.environ) -> Console:
    """Make the console of a command's result."""
    return _console(environ, errors=False)


def errors(environ: Mapping[str, str] = os.environ) -> Console:
    """Make the console of warnings, progress and failures: standard error."""
    return _console(environ, errors=True)


def fail(text: str, code: int = 1) -> NoReturn:
    """Say why on standard error, in red where colours are seen, and end with `code`."""
    errors().print(f"[red]{escape(text)}[/red]", soft_wrap=True)
    raise typer.Exit(code)


def warn(text: str) -> None:
    """Say on standard error what the operator should know although the command goes on."""
    errors().print(f"[yellow]{escape(text)}[/yellow]", soft_wrap=True)


def _console(environ: Mapping[str, str], *, errors: bool) -> Console:
    """Colours follow the terminal; FORCE_COLOR keeps them through a pipe, NO_COLOR takes them.

    Behind a pipe there is no width: lines are not folded at 80 columns, so grep sees whole rows.
    """
    console = Console(stderr=errors, highlight=False)
    if not console.is_terminal or ("FORCE_COLOR" in environ and "COLUMNS" not in environ):
        console = Console(stderr=errors, highlight=False, width=max(console.width, 200))
    return console
