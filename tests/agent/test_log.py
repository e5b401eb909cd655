"""Log lines as journald, a terminal and a file read them."""

import contextvars
import io
import logging
import os
import pty
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

import pytest

from agent import log
from agent.log import Lines, concern, one_line, style_of


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    logger = logging.getLogger()
    handlers, level = logger.handlers[:], logger.level
    yield logger
    logger.handlers[:] = handlers
    logger.setLevel(level)


def record(message: str, level: int = logging.WARNING) -> logging.LogRecord:
    return logging.LogRecord("agent", level, "file.py", 1, message, None, None)


@pytest.mark.parametrize(
    ("level", "prefix"),
    [
        (logging.DEBUG, "<7>"),
        (logging.INFO, "<6>"),
        (logging.WARNING, "<4>"),
        (logging.ERROR, "<3>"),
        (logging.CRITICAL, "<2>"),
        (5, "<7>"),
    ],
)
def test_journal_gets_the_level_as_a_number(level: int, prefix: str) -> None:
    assert Lines("journal").format(record("text", level)) == f"{prefix}text"


def test_every_line_of_a_traceback_has_the_level() -> None:
    written = record("failed", logging.ERROR)
    try:
        raise ValueError("bad\x1b[2J")  # noqa: TRY301  a traceback is wanted
    except ValueError as error:
        written.exc_info = type(error), error, error.__traceback__
    lines = Lines("journal").format(written).split("\n")
    assert len(lines) > 3
    assert all(line.startswith("<3>") for line in lines)
    assert lines[-1] == r"<3>ValueError: bad\x1b[2J"


def test_target_of_the_context_stands_first_and_once() -> None:
    def format_for(message: str) -> str:
        concern("SW-HX-01")
        return Lines("journal").format(record(message))

    in_own = contextvars.copy_context().run
    assert in_own(format_for, "snmp: timeout") == "<4>SW-HX-01: snmp: timeout"
    assert contextvars.copy_context().run(format_for, "SW-HX-01: gone") == "<4>SW-HX-01: gone"
    assert Lines("journal").format(record("plain")) == "<4>plain"


def test_text_of_a_device_cannot_begin_a_line_or_move_the_cursor() -> None:
    hostile = "switch\n<0>kernel panic\r\x1b[31m\u202e"
    assert one_line(hostile) == "switch\\n<0>kernel panic\\r\\x1b[31m\\u202e"
    assert one_line("交换机 café") == "交换机 café"


def test_journal_is_known_by_device_and_inode_not_by_the_variable_alone() -> None:
    with Path(os.devnull).open("w") as stream:
        status = os.fstat(stream.fileno())
        ours = {"JOURNAL_STREAM": f"{status.st_dev}:{status.st_ino}"}
        assert style_of(stream, ours) == "journal"
        assert style_of(stream, {"JOURNAL_STREAM": "8:12345"}) == "plain"
        assert style_of(stream, {}) == "plain"
    assert style_of(io.StringIO(), {"JOURNAL_STREAM": "8:1"}) == "plain"


def test_terminal_gets_colours_unless_they_are_unwanted() -> None:
    ours, theirs = pty.openpty()
    with os.fdopen(theirs, "w") as terminal:
        assert style_of(terminal, {}) == "terminal"
        assert style_of(terminal, {"NO_COLOR": ""}) == "plain"
    os.close(ours)
    assert "\x1b[33mWARNING text\x1b[0m" in Lines("terminal").format(record("text"))
    assert "\x1b" not in Lines("plain").format(record("text"))


def test_set_up_writes_to_the_stream(root: logging.Logger) -> None:
    stream: TextIO = io.StringIO()
    log.set_up(logging.INFO, stream, {})
    logging.getLogger("agent.x").info("ready on %s", "http://127.0.0.1:9877/")
    logging.getLogger("agent.x").debug("not shown")
    assert isinstance(stream, io.StringIO)
    assert stream.getvalue().endswith("INFO    ready on http://127.0.0.1:9877/\n")
    assert stream.getvalue().count("\n") == 1
    assert root.handlers
