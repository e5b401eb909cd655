"""`egov-agent`: builds the command line in the reader's language and runs it.

Exit codes: 0 ok, 1 failed, 2 usage.
"""

import gettext as gettext_module
import os
from collections.abc import MutableMapping
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, TypeVar

import typer

import texts
from agent.cli import capture, check, demo, forget, lab, run, targets, trust, visit
from texts import gettext as _
from texts import marked

AnyCommand = TypeVar("AnyCommand")

HELP_NAMES = {"help_option_names": ["-h", "--help"]}
COMMANDS = (run, check, visit, targets, trust, forget, capture, lab, demo)


def main() -> None:
    """Run the command line; the entry point of the package."""
    speak_like(os.environ)
    translated(typer.main.get_command(build()))()


def build() -> typer.Typer:
    """Assemble the commands; their help is still English and is translated as a whole."""
    app = typer.Typer(
        name="egov-agent",
        help=marked(
            "Monitoring agent for an e-government extranet and its government cloud node: "
            "read-only towards everything it watches."
        ),
        no_args_is_help=True,
        rich_markup_mode="rich",
        context_settings={**HELP_NAMES, "max_content_width": 100},
        pretty_exceptions_enable=False,
    )
    app.callback()(_options)
    for module in COMMANDS:
        app.command(
            name=module.NAME,
            help=module.HELP,
            epilog=module.EPILOG,
            context_settings=getattr(module, "CONTEXT", None),
        )(module.command)
    return app


def translated(command: AnyCommand) -> AnyCommand:
    """Put the help of a command, its options and its sub-commands into the running language."""
    _translate(command, ("help", "short_help", "epilog"))
    for parameter in getattr(command, "params", ()):
        _translate(parameter, ("help",))
        _hide_type(parameter)
    if isinstance(command, (typer.core.TyperCommand, typer.core.TyperGroup)):
        # Made when it is first asked for, and kept by the command from then on.
        context = typer.Context(command, **{**HELP_NAMES, **command.context_settings})
        _translate(command.get_help_option(context), ("help",))
        _hide_type(command.get_help_option(context))
    for child in getattr(command, "commands", {}).values():
        translated(child)
    return command


def _translate(thing: object, attributes: tuple[str, ...]) -> None:
    for attribute in attributes:
        if english := getattr(thing, attribute, None):
            setattr(thing, attribute, _(english))


def _hide_type(parameter: object) -> None:
    """Show no type of Python's in the help: a metavar says more, and a switch takes no value."""
    if isinstance(parameter, typer.core.TyperArgument):
        setattr(parameter, "display_type_rich", lambda ctx: None)  # noqa: ARG005, B010  typer has no setting for it
    elif isinstance(parameter, typer.core.TyperOption) and parameter.is_flag:
        parameter.metavar = ""


def speak_like(environ: MutableMapping[str, str]) -> None:
    """Choose the language of this process, for our texts and for those of the option parser.

    The parser asks the process-wide gettext domain, which looks at LANGUAGE; it is a command's own
    process, so setting both here reaches nobody else.
    """
    language = texts.from_environment(environ)
    texts.speak(language)
    environ["LANGUAGE"] = language
    folder = Path(texts.__file__).parent
    gettext_module.bindtextdomain(texts.DOMAIN, str(folder))
    gettext_module.textdomain(texts.DOMAIN)


def _say_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"egov-agent {version('egov-agent')}")
        raise typer.Exit


def _options(
    _version: Annotated[
        bool,
        typer.Option(
            "--version",
            callback=_say_version,
            is_eager=True,
            help=marked("Show the version and exit."),
        ),
    ] = False,
) -> None:
    """Options of the program itself."""
