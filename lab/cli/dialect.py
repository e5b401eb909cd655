"""What a vendor's shell is like, and how the commands of all of them are written down."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv6Address

from lab.state import SwitchState

Output = Callable[[SwitchState], Iterable[str]]
"""The lines that a command prints."""

AMBIGUOUS, INCOMPLETE, UNKNOWN = "ambiguous", "incomplete", "unknown"


@dataclass(frozen=True, slots=True)
class Dialect:
    """A vendor's shell.

    Args:
        prompt: with `{name}` for the switch's name.
        welcome: lines after the log-in, with `{limit}`, `{online}` and `{time}`.
        more: what the pager shows; `erase` is what it sends to take that away again.
        pager_off: the command that switches it off, and what is said to it.
        quiet: other commands of the terminal, which print nothing.
        farewell: commands that end the session.
        errors: what is said to a mistake; a `^` of its own line points at the word.
        full: said when no terminal is free; `idle` when nobody typed for too long.
    """

    prompt: str
    welcome: tuple[str, ...]
    more: str
    erase: str
    pager_off: tuple[str, str]
    quiet: frozenset[str]
    farewell: frozenset[str]
    errors: Mapping[str, str]
    full: str
    idle: str
    commands: Mapping[str, Output]


def matches(typed: str, names: Iterable[str]) -> list[str]:
    """Return the commands that a line may mean: each word may be cut short, as on a switch."""
    words = typed.lower().split()
    found = [
        name
        for name in names
        if len(parts := name.split()) == len(words)
        and all(part.startswith(word) for part, word in zip(parts, words, strict=True))
    ]
    exact = " ".join(words)
    return [exact] if exact in found else found


def stops_at(typed: str, names: Iterable[str]) -> tuple[str, int]:
    """Say what is wrong with a line that means nothing, and at which column."""
    commands = [name.split() for name in names]
    column = 0
    for place, word in enumerate(typed.lower().split()):
        column = typed.lower().index(word, column)
        commands = [name for name in commands if len(name) > place and name[place].startswith(word)]
        if not commands:
            return UNKNOWN, column
        column += len(word)
    return INCOMPLETE, column


def upper(address: IPv6Address) -> str:
    """Write an address as switches do: compressed, in capitals."""
    return str(address).upper()


def mac(octets: bytes, separator: str) -> str:
    """Write a MAC address in three groups."""
    text = octets.hex()
    return separator.join((text[:4], text[4:8], text[8:]))


def dead_time(state: SwitchState) -> str:
    """Return how long until a neighbour would be given up; hellos come every ten seconds."""
    return f"00:00:{40 - int(state.at_s) % 10:02d}"


def lasted(seconds: float) -> str:
    """Write how long something has been so: `00:17:49`, from a day on `0286h47m`."""
    minutes, second = divmod(max(0, int(seconds)), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02d}:{minute:02d}:{second:02d}" if hours < 24 else f"{hours:04d}h{minute:02d}m"
