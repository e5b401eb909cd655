"""A platform's commands as data: what is asked, how an answer becomes rows, what rows become."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from collectors.cli.json_rows import JsonRows
from collectors.cli.presence import Presence
from collectors.cli.templates import Template
from collectors.contract import Number

Reader = Template | JsonRows | Presence
"""Each has `read(answer) -> Read`, and `columns`, () where they are only known when read."""

Form = Literal[
    "text", "number", "router_id", "address", "scope", "interface", "as_number", "seconds", "joined"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """How a value is made of a row.

    Args:
        columns: their texts are joined by `/`; none: `constant` is the value.
        map: of words (shell patterns, small letters), in the order of the file; None: as it is.
        otherwise: where no pattern fits; None: that is not understood. Also what it is where `when`
            does not hold.
        when: the columns must hold these, or there is nothing to be read.
        absent: words that mean "none": a hole, or "" for a label.
    """

    columns: tuple[str, ...] = ()
    constant: str | Number | None = None
    form: Form = "text"
    map: Mapping[str, str | Number] | None = None
    otherwise: str | Number | None = None
    absent: tuple[str, ...] = ()
    when: Mapping[str, re.Pattern[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Names:
    """Who is behind the names in a column, which another command of the device tells.

    Args:
        pattern: finds who it is, and the name.
    """

    command: str
    column: str
    pattern: re.Pattern[str]

    def told(self, answer: str) -> Mapping[str, str]:
        """Return by name who it is; a name that several bear tells nothing."""
        found: dict[str, set[str]] = {}
        for who, name in self.pattern.findall(answer):
            found.setdefault(name, set()).add(who)
        return {name: min(those) for name, those in found.items() if len(those) == 1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command, and the rows of one table that it brings.

    Args:
        name: of the entry in the profile.
        gives: the catalogue's table; entries that give the same one are joined.
        labels: of the row's identity, in the catalogue's order.
        metrics: family by family; a None counts the rows of equal identity.
        info: family and its extra labels, in the catalogue's order.
        names: a column that is read by another command's answer.
        skip: rows where every one of these columns has such a text are no rows of this table.
        total: the device's own count of rows; several matches are added up.
        merge: `sum` adds up what rows of equal identity have; else such rows are a mistake.
        lists: `some`: the command shows less than the device has, so its table is never complete;
            its facts are true all the same.
    """

    name: str
    gives: str
    command: str
    reader: Reader
    labels: tuple[Value, ...]
    metrics: Mapping[str, Value | None]
    info: Mapping[str, tuple[Value, ...]]
    info_names: Mapping[str, tuple[str, ...]]
    skip: Mapping[str, re.Pattern[str]]
    names: Names | None = None
    total: re.Pattern[str] | None = None
    merge: Literal["no", "sum"] = "no"
    lists: Literal["all", "some"] = "all"
    interval_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One platform.

    Args:
        prepare: commands right after the log-in (pager off, width).
        farewell: logs out.
        idle_s: after so long the device itself ends a session.
        privileged: commands need `enable`, where the credential has it.
        wrap: how a command is written in a POSIX shell, `{command}` in it; None: there is none.
        recognise: (command, pattern) that tells this platform where the inventory does not.
        denied, unsupported, empty: what an answer's first lines say when there is no table.
    """

    platform: str
    prepare: tuple[str, ...]
    farewell: str
    idle_s: float
    prompt: re.Pattern[str]
    wrap: str | None
    recognise: tuple[str, re.Pattern[str]]
    denied: tuple[re.Pattern[str], ...]
    unsupported: tuple[re.Pattern[str], ...]
    empty: tuple[re.Pattern[str], ...]
    commands: tuple[Command, ...]
    file: str


@dataclass(frozen=True, slots=True)
class CliProfiles:
    """Every platform, by name."""

    platforms: Mapping[str, Profile]
