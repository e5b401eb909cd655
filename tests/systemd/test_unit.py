"""The unit file as systemd itself judges it; nothing is installed or started."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.peers import program

UNIT = Path(__file__).parents[2] / "systemd" / "egov-agent.service"
BAR = 1.5

pytestmark = pytest.mark.peer


def analysed(*words: str) -> subprocess.CompletedProcess[str]:
    command = [program("systemd-analyze"), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_unit_exposes_next_to_nothing() -> None:
    said = analysed("security", "--offline=true", "--no-pager", str(UNIT)).stdout
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", said)
    assert found is not None, said
    assert float(found[1]) <= BAR


def test_systemd_understands_every_line(tmp_path: Path) -> None:
    """With a program that exists in place of the installed one, verify has nothing to say."""
    copy = tmp_path / UNIT.name
    text = UNIT.read_text().replace("/opt/egov-agent/bin/egov-agent", sys.executable)
    copy.write_text(text)
    done = analysed("verify", str(copy))
    ours = [line for line in (done.stdout + done.stderr).splitlines() if UNIT.name in line]
    assert (done.returncode, ours) == (0, [])


def test_the_kernel_takes_the_setting_that_permits_pings() -> None:
    """Written to a network namespace, as the kernel may refuse what sysctl.d does not check."""
    settings = dict(
        line.split(" = ", 1)
        for line in (UNIT.parent / "egov-agent.sysctl.conf").read_text().splitlines()
        if not line.startswith("#")
    )
    (key, value), *others = settings.items()
    assert not others
    path = "/proc/sys/" + key.replace(".", "/")
    words = [program("unshare"), "--net", "sh", "-c", f"echo {value} > {path} && cat {path}"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if "unshare failed" in done.stderr:
        pytest.skip("network namespaces are not allowed here")
    assert done.stdout.split() == value.split(), done.stderr
