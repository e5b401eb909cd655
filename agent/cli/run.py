"""`egov-agent run`: the service."""

from agent import app
from agent.cli.terminal import DEFAULT_CONFIG, ConfigOption, fail
from agent.web.listening import CannotListen
from inventory.located import Problems
from texts import marked

NAME = "run"
HELP = marked("Run the service in the foreground until SIGTERM or Ctrl-C; SIGHUP reloads it.")
EPILOG = marked("Under systemd it says when it is ready, and feeds the watchdog.")


def command(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Serve until told to stop."""
    try:
        app.run(config)
    except Problems as error:
        fail("\n".join(str(problem) for problem in error.problems))
    except CannotListen as error:
        fail(str(error))
