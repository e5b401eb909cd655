"""Rule files pass promtool, keep to what the catalogue declares, and each has its promtool test."""

import re
import subprocess
from pathlib import Path
from typing import TypedDict

import pytest
import yaml

from collectors.catalogue import load_catalogue
from tests.peers import program

ALERTS = Path(__file__).parents[2] / "alerts"
RULES = sorted((ALERTS / "rules").iterdir())
TESTS = sorted((ALERTS / "tests").iterdir())
RECORDED = re.compile(r"[a-z]+:[a-z0-9_]+:[a-z0-9_]+")
USED = re.compile(r"\b(?:[a-z]+:)?egov_[a-z0-9_]+(?::[a-z0-9_]+)?\b")


class Rule(TypedDict, total=False):
    """A rule; one that alerts records nothing."""

    record: str
    expr: str


def rules(path: Path) -> list[Rule]:
    groups = yaml.safe_load(path.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def recorded() -> list[str]:
    return [rule["record"] for path in RULES for rule in rules(path) if "record" in rule]


def names(paths: list[Path]) -> list[str]:
    return [path.name for path in paths]


@pytest.mark.peer
@pytest.mark.parametrize("path", RULES, ids=names(RULES))
def test_rules_are_as_prometheus_wants_them(path: Path) -> None:
    done = subprocess.run(
        [program("promtool"), "check", "rules", path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.peer
@pytest.mark.parametrize("path", TESTS, ids=names(TESTS))
def test_rules_say_what_their_tests_expect(path: Path) -> None:
    done = subprocess.run(
        [program("promtool"), "test", "rules", path], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_file_of_rules_has_its_tests_and_there_is_nothing_else() -> None:
    assert [name.removesuffix(".rules.yaml") for name in names(RULES)] == [
        name.removesuffix(".test.yaml") for name in names(TESTS)
    ]


def test_recorded_names_are_level_metric_operation_and_unique() -> None:
    found = recorded()
    assert found
    assert [name for name in found if not RECORDED.fullmatch(name)] == []
    assert len(found) == len(set(found))


def test_rules_use_only_what_is_declared_or_recorded() -> None:
    known = load_catalogue().families.keys() | set(recorded())
    used = {name for path in RULES for rule in rules(path) for name in USED.findall(rule["expr"])}
    assert used - known == set()


def test_each_recorded_name_is_in_a_test_or_in_another_rule() -> None:
    tested = "".join(path.read_text() for path in TESTS)
    exprs = "".join(rule["expr"] for path in RULES for rule in rules(path))
    assert [name for name in recorded() if name not in tested and name not in exprs] == []
