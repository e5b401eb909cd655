"""One backbone for the tests of this folder; where it is not allowed they are skipped by name."""

import os
import subprocess
from collections.abc import Iterator

import pytest

from tests.backbone.network import FRR, Running, backbone
from tests.collectors.cli.conftest import bench, catalogue, profiles
from tests.collectors.snmp.conftest import engine, loaded, visiting
from tests.peers import program

__all__ = ["bench", "catalogue", "engine", "loaded", "profiles", "routers", "visiting"]


@pytest.fixture(scope="session")
def routers() -> Iterator[dict[str, Running]]:
    """Run four routers, all of whose neighbours have been found."""
    for name in ("ip", "nsenter", "setpriv", "unshare", "vtysh", "snmpd"):
        program(name)
    if not (FRR / "zebra").exists():
        _missing("program not installed: zebra")
    allowed = subprocess.run(
        [program("unshare"), "--net", "--mount", "--pid", "--fork", "true"],
        check=False, capture_output=True,
    )  # fmt: skip
    if allowed.returncode:
        _missing("namespaces are not allowed here: unshare --net --mount --pid")
    with backbone() as running:
        yield running


def _missing(what: str) -> None:
    if os.environ.get("CI") == "true" and os.geteuid() == 0:
        pytest.fail(what)
    pytest.skip(what)
