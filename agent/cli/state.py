"""How the checks of a target are summed up in a cell."""

from collections.abc import Sequence

from agent.cli.api import CheckJson
from agent.cli.words import age


def youngest(checks: Sequence[CheckJson]) -> str:
    """Write the age of the newest success, or a dash."""
    ages = [value for check in checks if (value := check["last_success_age_seconds"]) is not None]
    return age(min(ages)) if ages else "–"


def errors_of(checks: Sequence[CheckJson]) -> str:
    """Write the last error of each check that has one."""
    return "; ".join(
        f"{check['name']}: {error['reason']}: {error['text']}"
        for check in checks
        if (error := check["error"])
    )
