"""One mistake for each file of `bad/`, with its exact message beside it.

To write the expectation of a new file: run with `EGOV_WRITE_EXPECTED=1`, then read what it wrote.
"""

import os
from pathlib import Path

import pytest

from inventory.load import Names, load
from inventory.located import Problems
from inventory.secrets import Vault
from texts import speaking

BAD = Path(__file__).parent / "bad"
ENVIRON = {
    "COMMUNITY": "CANARY-community", "KEY": "CANARY-key", "SHORT": "CANARY-", "PASSWORD": "CANARY",
    "PRIVATE": "-----BEGIN PRIVATE KEY-----\nCANARY\n",
}  # fmt: skip
NAMES = Names(calendars=frozenset({"default", "lobby"}), profiles=frozenset({"generic"}))


def _told(file: Path) -> str:
    with speaking("en"), pytest.raises(Problems) as found:
        load(file, Vault(ENVIRON, None), NAMES)
    return str(found.value).replace(f"{file.parent}/", "") + "\n"


@pytest.mark.parametrize("file", sorted(BAD.glob("*.yaml")), ids=lambda file: file.stem)
def test_a_mistake_is_told_in_these_words(file: Path) -> None:
    told = _told(file)
    expected = file.with_suffix(".txt")
    if os.environ.get("EGOV_WRITE_EXPECTED"):
        expected.write_text(told)
    assert told == expected.read_text()
    assert told.count("\n") == 1, "one mistake for one file"
    assert "CANARY" not in told
    assert "47110815" not in told


@pytest.mark.parametrize("file", sorted(BAD.glob("*.yaml")), ids=lambda file: file.stem)
def test_a_mistake_is_told_in_chinese_without_secrets(file: Path) -> None:
    with speaking("zh"), pytest.raises(Problems) as found:
        load(file, Vault(ENVIRON, None), NAMES)
    assert "CANARY" not in str(found.value)
    assert "CANARY" not in repr(found.value)


def test_every_expectation_has_its_file() -> None:
    assert {path.stem for path in BAD.glob("*.txt")} == {path.stem for path in BAD.glob("*.yaml")}
