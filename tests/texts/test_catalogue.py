"""Every string that a person reads exists in both languages, with the same placeholders."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

import texts

ROOT = Path(texts.__file__).parents[1]
ROOMS = ("agent", "alerts", "collectors", "grafana", "inventory", "lab", "protocols")
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*[^{}]*\}")


def strings_of_the_code() -> Iterator[str | tuple[str, ...]]:
    with (ROOT / "texts" / "babel.cfg").open() as lines:
        methods, options = parse_mapping_cfg(lines)
    keywords = {**DEFAULT_KEYWORDS, "marked": None}
    for room in ROOMS:
        for _, _, message, _, _ in extract_from_dir(ROOT / room, methods, options, keywords):
            yield message


@pytest.fixture(scope="module")
def chinese() -> Catalog:
    with (ROOT / "texts" / "zh" / "LC_MESSAGES" / "egov.po").open("rb") as lines:
        return read_po(lines, locale="zh")


def singular(message: str | tuple[str, ...]) -> str:
    return message if isinstance(message, str) else message[0]


def test_every_string_has_its_chinese(chinese: Catalog) -> None:
    wanted = {singular(message) for message in strings_of_the_code()}
    assert len(wanted) > 50, "the extraction found next to nothing: the mapping is broken"
    missing = sorted(
        text for text in wanted if not (entry := chinese.get(text)) or not any(entry.string)
    )
    assert not missing, "run `./run texts` and translate"


def test_a_translation_keeps_the_placeholders(chinese: Catalog) -> None:
    for entry in chinese:
        if not entry.id:
            continue
        for translation in [entry.string] if isinstance(entry.string, str) else entry.string:
            assert sorted(PLACEHOLDER.findall(translation)) == sorted(
                PLACEHOLDER.findall(singular(entry.id)),
            ), f"{entry.id!r}"


def test_no_entry_is_a_guess(chinese: Catalog) -> None:
    assert not [entry.id for entry in chinese if entry.id and entry.fuzzy]


def test_the_language_belongs_to_the_context() -> None:
    with texts.speaking("en"):
        assert texts.language() == "en"
        with texts.speaking("zh"):
            assert texts.language() == "zh"
        assert texts.language() == "en"


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LC_ALL": "", "LANG": "de_DE"}, "en"),
    ],
)
def test_the_terminal_chooses(environ: dict[str, str], expected: str) -> None:
    assert texts.from_environment(environ) == expected


def test_no_string_hides_in_an_f_string_where_it_is_not_extracted() -> None:
    hidden = [
        f"{path.relative_to(ROOT)}:{call.lineno}"
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        for joined in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(joined, ast.JoinedStr)
        for call in ast.walk(joined)
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Name)
        and call.func.id in {"_", "gettext", "ngettext", "marked"}
        and call.args
        and isinstance(call.args[0], ast.Constant)
    ]
    assert hidden == []
