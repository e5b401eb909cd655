"""YAML with places: what is read, what is refused, and how both are told."""

import contextlib
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from inventory import located
from inventory.located import MAX_OCTETS, Node, Problem, Problems, cut, nearest, parse, read, shown
from texts import speaking


def _told(octets: bytes) -> str:
    with speaking("en"), pytest.raises(Problems) as found:
        parse(octets, "x.yaml")
    return str(found.value)


def test_values_know_their_lines() -> None:
    node = parse(
        b"# comment\ndevices:\n  - id: a\n    snmp:\n      port: 1\n  - {id: b}\n", "x.yaml"
    )
    assert node.value == {"devices": [{"id": "a", "snmp": {"port": 1}}, {"id": "b"}]}
    assert node.at("devices", 0, "snmp").line == 4
    assert node.at("devices", 0, "snmp", "port").line == 5
    assert node.at("devices", 1).line == 6


def test_missing_key_is_told_where_it_is_missing() -> None:
    node = parse(b"a:\n  b: 1\n", "x.yaml")
    assert str(node.problem("missing", "a", "c")) == "x.yaml:1: a.c: missing"


def test_an_item_is_named_by_its_id_and_else_by_its_index() -> None:
    node = parse(b"devices: [{id: core-1}, {x: 1}, {id: 'not an id'}]", "x.yaml")
    assert node.path("devices", 0, "port") == "devices[core-1].port"
    assert node.path("devices", 1, "port") == "devices[1].port"
    assert node.path("devices", 2) == "devices[2]"


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("10", 10), ("-3", -3), ("0", 0), ("1.5", 1.5), ("2e3", 2000.0), ("true", True),
        ("False", False), ("~", None), ("null", None), ("no", "no"), ("on", "on"), ("010", "010"),
        ("2026-01-01", "2026-01-01"), ("12:30:45", "12:30:45"), ("0x10", "0x10"),
        ("1_000", "1_000"), (".inf", ".inf"), (".nan", ".nan"), ("'10'", "10"), ("!!str 10", "10"),
        ("9" * 30, "9" * 30),
    ],
)  # fmt: skip
def test_plain_scalars_follow_yaml_1_2(written: str, value: object) -> None:
    found = parse(f"a: {written}".encode(), "x.yaml").at("a").value
    assert found == value
    assert type(found) is type(value)


def test_keys_are_text() -> None:
    assert parse(b"{1: a, true: b, on: c}", "x.yaml").value == {"1": "a", "true": "b", "on": "c"}


def test_byte_order_mark_and_crlf_are_fine() -> None:
    node = parse(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", "x.yaml")
    assert node.value == {"a": 1, "b": 2}
    assert node.at("b").line == 2


def test_an_empty_file_is_nothing() -> None:
    assert parse(b"# only a comment\n", "x.yaml").value is None


def test_gbk_is_recognised_and_its_line_named() -> None:
    assert _told("a: 1\nb: 梧桐区\n".encode("gbk")) == (
        "x.yaml:2: is not UTF-8 but looks like GBK; save it as UTF-8 (iconv -f GB18030 -t UTF-8)"
    )


def test_utf_16_is_recognised() -> None:
    assert _told("a: 梧桐".encode("utf-16")) == "x.yaml:1: is UTF-16; save it as UTF-8"


def test_octets_that_are_no_text_are_refused() -> None:
    assert _told(b"a: \xff\xff\xff\n") == "x.yaml:1: is not UTF-8"


def test_control_character_is_refused_with_its_line() -> None:
    assert _told(b"a: 1\nb: \x07\n") == "x.yaml:2: holds a control character that YAML forbids"


def test_anchors_and_merge_keys_work() -> None:
    node = parse(
        b"base: &b {x: 1, y: 2}\na: {<<: *b, y: 3}\nc: {<<: [*b, {z: 4, x: 9}]}\n", "x.yaml"
    )
    assert node.at("a").value == {"x": 1, "y": 3}
    assert node.at("c").value == {"x": 1, "y": 2, "z": 4}
    assert node.at("a", "x").line == 1


def test_an_alias_stands_where_it_is_written() -> None:
    node = parse(b"a: &b {x: 1}\nc: *b\n", "x.yaml")
    assert node.at("c").line == 2


def test_a_cycle_of_aliases_is_refused() -> None:
    assert "an alias (*) of no anchor above it" in _told(b"a: &a [*a]\n")


def test_expanding_aliases_is_bounded() -> None:
    lines = ["a0: &a0 [" + ", ".join("x" * 10) + "]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 40)]
    assert "more than 500000 values" in _told("\n".join(lines).encode())


def test_the_number_of_values_is_bounded() -> None:
    assert "more than 500000 values" in _told(b"- 1\n" * 600_000)


def test_telling_keys_twice_is_bounded() -> None:
    told = _told(b"{" + b"a: 1, " * 1_000_000 + b"}")
    assert told.count("key written twice") == 1  # the same line is told once
    assert "too many keys written twice" in told


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_depth_is_bounded(opening: str) -> None:
    assert "nested deeper than 40 levels" in _told((opening * 100_000).encode())


def test_long_text_is_refused() -> None:
    assert "text longer than 65536 characters" in _told(b"a: " + b"x" * 70_000)
    assert "text longer than 65536 characters" in _told(b"? " + b"x" * 70_000 + b"\n: 1\n")


def test_two_mistakes_of_one_file_come_together() -> None:
    assert _told(b"a: 1\na: 2\nb: 1\nb: 2\n") == (
        "x.yaml:2: a: key written twice, first in line 1\n"
        "x.yaml:4: b: key written twice, first in line 3"
    )


@pytest.mark.parametrize("password", ["!CANARY", "*CANARY", "!!CANARY", "&CANARY *CANARY"])
def test_a_password_that_yaml_takes_for_syntax_is_not_shown(password: str) -> None:
    assert "CANARY" not in _told(f"password: {password}\n".encode())


def test_a_file_above_the_limit_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "big.yaml"
    file.write_bytes(b"# " + b"x" * MAX_OCTETS)
    with speaking("en"), pytest.raises(Problems, match="larger than 10 MiB; split it"):
        read(file)


def test_a_file_of_just_the_limit_is_read(tmp_path: Path) -> None:
    file = tmp_path / "big.yaml"
    file.write_bytes(b"a: 1 #" + b"x" * (MAX_OCTETS - 6))
    assert read(file).value == {"a": 1}


@pytest.mark.parametrize(
    ("name", "why"), [("none.yaml", "No such file or directory"), (".", "Is a directory")]
)
def test_an_unreadable_file_is_told(tmp_path: Path, name: str, why: str) -> None:
    with speaking("en"), pytest.raises(Problems, match=f"cannot be read: {why}"):
        read(tmp_path / name)


def test_problems_are_sorted_and_told_once() -> None:
    found = Problems(
        [Problem("b", 1, "", "x"), Problem("a", 2, "p", "y"), Problem("b", 1, "", "x")]
    )
    assert str(found) == "a:2: p: y\nb:1: x"


def test_nearest_name() -> None:
    assert nearest("agregation", ["core", "aggregation"]) == "aggregation"
    assert nearest("Core-1", ["core-1"]) == "core-1"
    assert nearest("x", ["core", "aggregation"]) is None
    assert nearest("x" * 10_000_000, ["core"]) is None


def test_values_are_shown_on_one_short_line() -> None:
    assert cut("a\nb\x1b[31m\u202e") == "a�b�[31m�"
    assert len(cut("x" * 1000)) == 60
    assert shown(True) == "true"
    assert shown("a") == '"a"'


def test_a_node_without_children_has_none() -> None:
    node = Node("x", 1, "text")
    assert node.get("a") is None
    assert node.get(0) is None
    assert list(node.items()) == []
    assert list(node.entries()) == []


def test_without_libyaml_the_same_is_read_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(located, "_LOADER", yaml.SafeLoader)
    node = parse("a: &x [1, 梧桐]\nb:\n  - *x\n".encode(), "x.yaml")
    assert node.value == {"a": [1, "梧桐"], "b": [[1, "梧桐"]]}
    assert node.at("b", 0).line == 3
    assert _told(b"a: [1\nb: 2\n").startswith("x.yaml:2: is not valid YAML: ")
    assert _told(b"a: 1\nb: \x07\n") == "x.yaml:2: holds a control character that YAML forbids"
    assert "nested deeper than 40 levels" in _told(b"[" * 1000)


@settings(max_examples=150, deadline=None)
@given(
    st.binary(max_size=200)
    | st.text(alphabet="a:-[]{}&*!|>'\"\n\t ,#%@?<~\\", max_size=80).map(str.encode)
)
def test_whatever_the_octets_only_problems_come(octets: bytes) -> None:
    with contextlib.suppress(Problems):
        parse(octets, "x.yaml")
