"""The pages of the inventory and of agent.yaml know every key, and their examples load."""

import re
from pathlib import Path

import pytest

from agent.settings_load import load as load_all
from agent.settings_shapes import Settings as SettingsShape
from inventory.load import load
from inventory.secrets import Vault
from inventory.shape import Shape, keys, shapes_in
from inventory.shapes import LISTS

DOCS = Path(__file__).parents[2] / "docs"
BLOCK = re.compile(r"```yaml\n(.*?)```", re.DOTALL)
ENVIRON = {"EGOV_AUTH": "example-auth", "EGOV_PRIV": "example-priv", "EGOV_COMMUNITY": "example"}


def _words(page: str) -> set[str]:
    return set(re.findall(r"[a-z0-9_]+", (DOCS / page).read_text()))


@pytest.mark.parametrize("kind", LISTS)
def test_every_key_of_the_inventory_is_described(kind: str) -> None:
    assert not _all_keys(LISTS[kind]) - _words("inventory.md")


def test_every_key_of_the_service_is_described() -> None:
    assert not _all_keys(SettingsShape) - _words("configuration.md")


def _all_keys(shape: type[Shape]) -> set[str]:
    fields = shape.model_fields.values()
    nested = [inner for field in fields for inner in shapes_in(field.annotation)]
    return set(keys(shape)).union(*(_all_keys(inner) for inner in nested))


def test_the_examples_of_the_inventory_page_are_one_inventory(tmp_path: Path) -> None:
    for number, block in enumerate(BLOCK.findall((DOCS / "inventory.md").read_text())):
        (tmp_path / f"{number}.yaml").write_text(block)
    inventory = load(tmp_path, Vault(ENVIRON, None)).inventory
    assert all(getattr(inventory, kind) for kind in LISTS)


def test_the_examples_of_the_configuration_page_are_one_service(tmp_path: Path) -> None:
    blocks = BLOCK.findall((DOCS / "configuration.md").read_text())
    text = "".join(blocks).replace("/etc/egov-agent/inventory", "inventory")
    (tmp_path / "agent.yaml").write_text(text)
    (tmp_path / "inventory").mkdir()
    for number, block in enumerate(BLOCK.findall((DOCS / "inventory.md").read_text())):
        (tmp_path / f"inventory/{number}.yaml").write_text(block)
    for name in ("server.pem", "server.key", "clients.pem", "ca.pem"):
        (tmp_path / name).write_text("")
        (tmp_path / name).chmod(0o600)
    loaded = load_all(tmp_path / "agent.yaml", ENVIRON, None)
    assert loaded.settings.cluster is not None
