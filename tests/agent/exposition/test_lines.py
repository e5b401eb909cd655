"""Numbers are written so that they read back as the same numbers."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.exposition.lines import family_head, number_text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, b"0"),
        (2**64 - 1, b"18446744073709551615"),
        (-40, b"-40"),
        (0.1, b"0.1"),
        (5.0, b"5.0"),
        (1e300, b"1e+300"),
        (math.nan, b"NaN"),
        (math.inf, b"+Inf"),
        (-math.inf, b"-Inf"),
    ],
)
def test_number_has_the_text_of_the_format(number: float, text: bytes) -> None:
    assert number_text(number) == text


@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers())
def test_number_reads_back_equal(number: float) -> None:
    text = number_text(number).decode()
    assert (int(text) if isinstance(number, int) else float(text)) == number


def test_help_is_one_line() -> None:
    head = family_head("egov_x", "gauge", "back\\slash\nline")
    assert head == b"# HELP egov_x back\\\\slash\\nline\n# TYPE egov_x gauge\n"
