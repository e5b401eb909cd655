"""Reads a yes or no out of an answer: whether a route is there, whether forwarding is on."""

import re
from dataclasses import dataclass

from collectors.cli.templates import Read

COLUMN = "PRESENT"


@dataclass(frozen=True, slots=True)
class Presence:
    """One row with PRESENT 1 or 0; an answer that says neither is not understood."""

    yes: re.Pattern[str]
    no: re.Pattern[str]
    columns: tuple[str, ...] = (COLUMN,)

    def read(self, answer: str) -> Read:
        """Look for what means yes, then for what means no."""
        if self.yes.search(answer):
            return Read([{COLUMN: "1"}], ())
        if self.no.search(answer):
            return Read([{COLUMN: "0"}], ())
        return Read((), answer.splitlines() or [""])
