"""The help of each command, as a terminal of 80 columns shows it."""

import os
import subprocess
import sys

import pytest

from agent.cli.main import COMMANDS


@pytest.mark.parametrize("name", [one.NAME for one in COMMANDS if one.NAME != "lab"])
def test_no_help_is_cut_short_or_speaks_of_types(name: str) -> None:
    """Chinese has no spaces: what is longer than its column would end in an ellipsis."""
    environ = {**os.environ, "LANG": "zh_CN.UTF-8", "COLUMNS": "80"}
    command = [sys.executable, "-m", "agent.cli", name, "--help"]
    said = subprocess.run(command, env=environ, capture_output=True, text=True, check=True).stdout
    assert "…" not in said
    assert "<" not in said
    assert "[[" not in said
