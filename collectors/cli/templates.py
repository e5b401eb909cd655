"""Reads tables out of text by TextFSM; the one module that imports textfsm and ntc-templates.

A template says of every line what it is. A line that it does not explain is kept and counted, never
the end of the table and never lost in silence: whoever reads the table calls it incomplete.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import ntc_templates
import textfsm
from typing_extensions import override

OURS = Path(__file__).with_name("templates")
THEIRS = Path(ntc_templates.__file__).with_name("templates")

Row = Mapping[str, str]
"""Column names (capitals) and what stood there; several values of one column stand on lines."""


class BadTemplate(ValueError):
    """The template is not there or is no template; the text says why."""


@dataclass(frozen=True, slots=True)
class Read:
    """What a template made of an answer, and the lines that it does not explain."""

    rows: Sequence[Row]
    unexplained: Sequence[str]


class _Patient(textfsm.TextFSM):
    """Keeps the lines at which others give up."""

    def __init__(self, source: StringIO) -> None:
        super().__init__(source)
        self.unexplained: list[str] = []

    @override
    def _Operations(self, rule: textfsm.TextFSMRule, line: str) -> bool:
        if rule.line_op == "Error" or rule.new_state == "Error":
            self.unexplained.append(line)
            return False
        return bool(super()._Operations(rule, line))


@dataclass(frozen=True, slots=True)
class Template:
    """A template, checked; reading starts anew each time."""

    name: str
    text: str
    columns: tuple[str, ...]

    def read(self, answer: str) -> Read:
        """Read the rows of an answer."""
        machine = _Patient(StringIO(self.text))
        rows = machine.ParseText(answer + "\n")
        made = [
            dict(zip(machine.header, map(_joined, row), strict=True)) for row in rows if any(row)
        ]
        return Read(made, machine.unexplained)


def template(name: str, folders: Sequence[Path]) -> Template:
    """Load `NAME.textfsm` from the first folder that has it.

    Raises:
        BadTemplate: in none of them, or not a template.
    """
    for folder in folders:
        path = folder / f"{name}.textfsm"
        try:
            text = path.read_text(encoding="utf-8")
        except OSError:
            continue
        try:
            machine = textfsm.TextFSM(StringIO(text))
        except textfsm.TextFSMTemplateError as error:
            raise BadTemplate(f"{path}: {error}") from None
        return Template(name, text, tuple(machine.header))
    raise BadTemplate(f"{name}.textfsm: not found")


def _joined(value: str | list[str]) -> str:
    return value if isinstance(value, str) else "\n".join(value)
