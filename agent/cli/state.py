"""How the checks of a target are summed up in a cell."""

from collections.abc import Sequence

from rich.text import Text

from agent.cli.api import CheckJson
from agent.cli.words import age, reason
from texts import clauses


def youngest(checks: Sequence[CheckJson]) -> str:
    """Write the age of the newest success, or a dash."""
    ages = [value for check in checks if (value := check["last_success_age_seconds"]) is not None]
    return age(min(ages)) if ages else "–"


def errors_of(checks: Sequence[CheckJson]) -> str:
    """Write the last error of each check that has one."""
    return clauses(
        f"{check['name']}: {reason(error['reason'])}: {error['text']}"
        for check in checks
        if (error := check["error"])
    )


def error_cell(checks: Sequence[CheckJson], *, whole: bool = False) -> Text:
    """Write the same as a cell of one line that gives way to other columns, or of the whole text.

    It is the cell that must not wrap: a column that may not would take from its neighbours' ids.
    """
    return Text(errors_of(checks), no_wrap=not whole, overflow="fold" if whole else "ellipsis")
