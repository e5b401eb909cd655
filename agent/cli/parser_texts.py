"""The option parser's own words, so that the catalogue has them in Chinese too.

typer asks gettext for them but brings no catalogue; nothing here is called.
"""

from texts import marked

TEXTS = (
    marked("(deprecated) "),
    marked("(dynamic)"),
    marked("Aborted!"),
    marked("Aborted."),
    marked("Arguments"),
    marked("Commands"),
    marked("Error"),
    marked("Install completion for the current shell."),
    marked("Missing command."),
    marked("No such command {name!r}."),
    marked("Options"),
    marked("Show completion for the current shell, to copy it or customize the installation."),
    marked("Show this message and exit."),
    marked("Try [blue]'{command_path} {help_option}'[/] for help."),
    marked("[default: {}]"),
    marked("[env var: {}]"),
    marked("[required]"),
    marked("default: {default}"),
    marked("env var: {var}"),
    marked("required"),
)
