"""The last error as a cell: a line of a terminal, or the whole text behind a pipe."""

import io

from rich.console import Console
from rich.table import Table

from agent.cli.api import CheckJson
from agent.cli.state import error_cell, errors_of
from agent.cli.words import reason
from texts import speaking

SILENT: CheckJson = {
    "name": "snmp",
    "last_success_age_seconds": 17.0,
    "error": {"reason": "timeout", "text": "no answer " * 20 + "at all"},
}
NAME = "SW-HX-YUNXI-ACCESS-01"


def drawn(*, whole: bool) -> list[str]:
    table = Table(box=None, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column()
    table.add_row(NAME, error_cell([SILENT], whole=whole))
    console = Console(file=io.StringIO(), width=60)
    with console.capture() as captured, speaking("en"):
        console.print(table)
    return captured.get().splitlines()


def test_a_long_error_takes_no_second_line_and_nothing_from_the_name() -> None:
    (line,) = drawn(whole=False)
    assert NAME in line
    assert line.rstrip().endswith("…")


def test_a_whole_error_is_folded_to_its_end() -> None:
    lines = drawn(whole=True)
    assert len(lines) > 1
    assert lines[-1].rstrip().endswith("all")


def test_reasons_are_words_of_the_readers_language() -> None:
    checks: list[CheckJson] = [{**SILENT, "error": {"reason": "timeout", "text": "x"}}] * 2
    with speaking("zh"):
        assert errors_of(checks) == "snmp: 超时: x；snmp: 超时: x"
        assert reason("of_tomorrow") == "of_tomorrow"
    with speaking("en"):
        assert errors_of(checks) == "snmp: timeout: x; snmp: timeout: x"
