"""The example district, loaded once."""

from pathlib import Path

import pytest

import inventory
from inventory.inventory import Inventory
from inventory.load import load
from inventory.secrets import Vault

EXAMPLES = Path(inventory.__file__).parent / "examples"


@pytest.fixture(scope="session")
def environ() -> dict[str, str]:
    """Return the example's environment file as a mapping."""
    lines = (EXAMPLES / "environment").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


@pytest.fixture(scope="session")
def district(environ: dict[str, str]) -> Inventory:
    """Return the inventory of the example."""
    return load(EXAMPLES / "inventory", Vault(environ, None)).inventory
