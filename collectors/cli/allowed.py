"""What may be typed on a device: read-only verbs, a closed list; nothing else is ever sent.

It guards against a mistake in a profile and against text that came from somewhere else: what a
command may be made of leaves no room for a second one (no newline, `;`, `|`, `&`, `$`, quotes).
"""

import re

_EXACT = frozenset(
    {
        "screen-length 0 temporary",
        "screen-length disable",
        "screen-width 512",
        "terminal length 0",
        "terminal width 256",
        "terminal width 511",
        "terminal width 512",
        "enable",
        "quit",
        "exit",
        "logout",
    }
)
_READS = re.compile(r"(?:display|show)(?: [A-Za-z0-9][A-Za-z0-9_.:/-]*| ::(?:/0)?| \*)+")
_VTYSH = re.compile(r"vtysh -c '(show [^']+)'")
_UNWANTED = re.compile(
    r"(?i)\b(?:community|communities|password|secret|cipher|private|tech-support"
    r"|diagnostic-information|redirect|save|tee)\b"
)
"""Their output holds secrets, or is a burden, or they write a file."""

_MAX = 200


class Forbidden(ValueError):
    """A command that is on no list; the text shows it."""


def permitted(command: str) -> str:
    """Return the command as it was given.

    Raises:
        Forbidden: it is not a read-only command.
    """
    inner = _VTYSH.fullmatch(command)
    asked = inner[1] if inner else command
    reads = (
        len(command) <= _MAX
        and _READS.fullmatch(asked) is not None
        and _UNWANTED.search(asked) is None
        and (inner is None or asked.startswith("show "))
    )
    if reads or command in _EXACT:
        return command
    raise Forbidden(f"{command!r} is not a read-only command")
