"""How an observation looks in a terminal and as JSON."""

import io
import json

import pytest
from rich.console import Console

from agent.cli import visit_view
from agent.cli.words import age, bits
from collectors.contract import Failure, Method, Observation, Samples, Table, Texts
from collectors.errors import Detail, Reason

IDENTITY = {"interface": ("interface",)}
OBSERVATION = Observation(
    "SW-1",
    "snmp",
    tables=(
        Table(
            "interface",
            Method.SNMP,
            keys=(("GE0/0/1",), ("GE[0]/0/2",)),
            samples=(
                Samples("egov_interface_receive_bytes_total", (18446744073709551615, None)),
                Samples("egov_interface_receive_packets_total", (1, 2), (("cast", "unicast"),)),
            ),
            texts=(Texts("egov_interface_info", ("alias",), (("上联[bold]",), None)),),
            complete=False,
        ),
    ),
    failures=(Failure("ip", Reason.BAD_ANSWER, Detail.NONINCREASING, "went back"),),
)


def shown(width: int) -> str:
    console = Console(file=io.StringIO(), width=width, highlight=False)
    visit_view.show(OBSERVATION, IDENTITY, console)
    file = console.file
    assert isinstance(file, io.StringIO)
    return file.getvalue()


def test_values_are_exact_and_holes_are_empty() -> None:
    said = shown(160)
    assert "18446744073709551615" in said
    assert "None" not in said


def test_device_text_is_no_markup() -> None:
    said = shown(160)
    assert "GE[0]/0/2" in said
    assert "上联[bold]" in said


def test_what_was_missed_is_said_with_reason_and_detail() -> None:
    said = shown(160)
    assert "incomplete" in said
    assert "missed: ip: bad_answer (nonincreasing) went back" in said


def test_a_narrow_terminal_gets_the_columns_one_below_the_other() -> None:
    assert shown(44).count("GE0/0/1") > shown(160).count("GE0/0/1") == 1


def test_json_has_a_row_a_line_and_the_misses() -> None:
    first, second, missed = map(json.loads, visit_view.as_json(OBSERVATION, IDENTITY))
    assert first["labels"] == {"interface": "GE0/0/1"}
    assert first["values"] == {
        "egov_interface_receive_bytes_total": 18446744073709551615,
        "egov_interface_receive_packets_total{cast=unicast}": 1,
    }
    assert first["texts"] == {"alias": "上联[bold]"}
    assert second["values"] == {"egov_interface_receive_packets_total{cast=unicast}": 2}
    assert second["texts"] == {}
    assert missed["reason"] == "bad_answer"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (59.9, "59s"), (200, "3m20s"), (7500, "2h05m"), (400_000, "4d")],
)
def test_ages(seconds: float, text: str) -> None:
    assert age(seconds) == text


@pytest.mark.parametrize(
    ("rate", "text"),
    [(0, "0 bit/s"), (999, "999 bit/s"), (1500, "1.5 kbit/s"), (2.5e12, "2.5 Tbit/s")],
)
def test_rates(rate: float, text: str) -> None:
    assert bits(rate) == text
