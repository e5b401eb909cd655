"""Log lines for two readers: journald (levels as `<N>`) and a terminal (time and colour).

The target that a line is about stands first, and comes from the context, not from each caller.
Whatever a device put into a text, a record stays one line (CWE-117).
"""

import logging
import os
import sys
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Literal, TextIO

from typing_extensions import override

Style = Literal["journal", "terminal", "plain"]

_target: ContextVar[str] = ContextVar("target", default="")

_SYSLOG_LEVELS = (
    (logging.CRITICAL, 2),
    (logging.ERROR, 3),
    (logging.WARNING, 4),
    (logging.INFO, 6),
    (logging.DEBUG, 7),
)
_COLOURS = {
    logging.CRITICAL: "\x1b[1;31m",
    logging.ERROR: "\x1b[31m",
    logging.WARNING: "\x1b[33m",
    logging.DEBUG: "\x1b[2m",
}
_PLAIN_AGAIN = "\x1b[0m"


def concern(target: str) -> None:
    """Put `target` before every line that this task logs from here on."""
    _target.set(target)


def set_up(
    level: int = logging.INFO,
    stream: TextIO = sys.stderr,
    environ: Mapping[str, str] = os.environ,
) -> None:
    """Log to `stream` in the style of whoever reads it."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(Lines(style_of(stream, environ)))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("asyncio").setLevel(max(level, logging.WARNING))


def style_of(stream: TextIO, environ: Mapping[str, str]) -> Style:
    """Tell journald from a terminal from a file.

    JOURNAL_STREAM is inherited by children whose output goes elsewhere, so it counts only when it
    names the very device and inode of the stream (systemd.exec(5)).
    """
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return "plain"
    if environ.get("JOURNAL_STREAM") == f"{status.st_dev}:{status.st_ino}":
        return "journal"
    return "terminal" if stream.isatty() and "NO_COLOR" not in environ else "plain"


class Lines(logging.Formatter):
    """Writes a record as one line; a traceback as further lines of the same level."""

    def __init__(self, style: Style) -> None:
        """Choose the reader."""
        super().__init__("%(message)s")
        self._reader = style

    @override
    def format(self, record: logging.LogRecord) -> str:
        target = _target.get()
        message = one_line(record.getMessage())
        if target and not message.startswith(f"{target}: "):
            message = f"{target}: {message}"
        lines = [message]
        if record.exc_info:
            trace = self.formatException(record.exc_info)
            lines += [one_line(line) for line in trace.splitlines()]
        return "\n".join(self._dressed(line, record) for line in lines)

    def _dressed(self, line: str, record: logging.LogRecord) -> str:
        if self._reader == "journal":
            return f"<{syslog_level(record.levelno)}>{line}"
        stamp = self.formatTime(record, "%Y-%m-%dT%H:%M:%S")
        if self._reader == "terminal" and (colour := _COLOURS.get(record.levelno)):
            return f"{stamp} {colour}{record.levelname:<7} {line}{_PLAIN_AGAIN}"
        return f"{stamp} {record.levelname:<7} {line}"


def one_line(text: str) -> str:
    """Show control characters as escapes, so that no text begins a line or moves a cursor."""
    if text.isprintable():
        return text
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in text
    )


def syslog_level(level: int) -> int:
    """Translate a level into syslog's severity (RFC 5424 section 6.2.1)."""
    for ours, severity in _SYSLOG_LEVELS:
        if level >= ours:
            return severity
    return 7
