"""Mistakes in a file, told by place: `file:line: path: what, what was expected, nearest name`."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from typing_extensions import override

from texts import gettext as _

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"

_SHOWN = 60


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake: where it stands and what was expected; prints as `file:line: path: text`."""

    file: str
    line: int
    path: str
    text: str

    @override
    def __str__(self) -> str:
        """Print the mistake on one line, as compilers do, so that editors can jump to it."""
        place = f"{self.file}:{self.line}: " if self.line else f"{self.file}: "
        return place + (f"{self.path}: {self.text}" if self.path else self.text)


class Problems(Exception):
    """Every mistake found in one run, in the order of files and lines, each of them once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the mistakes sorted and without repetitions."""
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the valid name that the writer probably meant."""
    folded = {candidate.casefold(): candidate for candidate in names}
    found = difflib.get_close_matches(name[:_SHOWN].casefold(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Return `; did you mean "x"?`, or nothing when no valid name is near."""
    found = nearest(name, names)
    return _('; did you mean "{name}"?').format(name=found) if found else ""


def cut(text: str) -> str:
    """Make text fit for one line of a message: no control characters, at most 60 characters."""
    clean = "".join(c if c.isprintable() else "�" for c in text[: _SHOWN + 1])
    return clean if len(clean) <= _SHOWN else clean[: _SHOWN - 1] + "…"


def shown(value: Plain) -> str:
    """Show a value in a message as its writer would recognise it; never call it on a secret."""
    if isinstance(value, str):
        return f'"{cut(value)}"'
    if isinstance(value, dict):
        return _("a mapping")
    if isinstance(value, list):
        return _("a list")
    if value is None:
        return _("nothing")
    return cut(str(value).lower() if isinstance(value, bool) else str(value))
