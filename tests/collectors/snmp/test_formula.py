"""The language of formulas: what it computes, what is absent, what it refuses."""

import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.snmp.formula import Cell, Cells, FormulaError, Kind
from collectors.snmp.grammar import compile_formula

KINDS = {"a": Kind.NUMBER, "b": Kind.NUMBER, "name": Kind.TEXT, "ok": Kind.TRUTH}


@dataclass
class Sheet:
    """Rows and their names in one."""

    cells: Mapping[str, Cells] = field(default_factory=dict)
    tables: Mapping[str, Mapping[Cell, Cell]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        return max(map(len, self.cells.values()), default=1)

    def column(self, name: str) -> Cells:
        return self.cells[name]

    def context(self, function: str) -> Callable[..., Cell]:
        return lambda cell: f"{function} {cell}"

    def kind(self, name: str) -> Kind | None:
        return KINDS.get(name)

    def known(self) -> Sequence[str]:
        return list(KINDS)

    def other(self, table: str, by: Sequence[str], field: str, *_arity: int) -> object:
        if _arity:
            return Kind.TEXT
        return self.tables[f"{table} {' '.join(by)} {field}"]


def computed(text: str, **cells: Cells) -> list[Cell]:
    sheet = Sheet(cells)
    return list(compile_formula(text, sheet).evaluate(sheet))  # type: ignore[arg-type]  # as both


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b", [3, None, None]),
        ("a / b", [0.5, None, None]),
        ("-a * 2", [-2, None, -8]),
        ("a // 2 % 2", [0, None, 0]),
        ("a == 1", [True, None, False]),
        ("a != 1", [False, None, True]),
        ("a in [1, 2]", [True, None, False]),
        ("a not in (1, 2)", [False, None, True]),
        ("0 < a <= 1", [True, None, False]),
        ("a if a > 1 else absent", [None, None, 4]),
        ("a if b == 2 else 9", [1, 9, 9]),
        ("a > 1 or b > 1", [True, True, True]),
        ("a == 1 and b == 2", [True, False, False]),
        ("not ok", [False, True, None]),
        ("max(a, 2)", [2, None, 4]),
        ("bit(a, 2)", [False, None, True]),
        ("join(name, '!')", ["x!", None, "y!"]),
        ("'up' if ok else 'down'", ["up", "down", "down"]),
        ("within(name, 'x')", [True, None, False]),
        ("numbers('-2.1,,3')", [(-2.1, None, 3)] * 3),
        ("times(numbers('-2.5,,3'), a)", [(-2.5, None, 3), None, (-10.0, None, 12)]),
        ("a", [1, None, 4]),
        ("True", [True, True, True]),
    ],
)
def test_a_formula_is_computed_row_by_row(text: str, expected: list[Cell]) -> None:
    cells: dict[str, Cells] = {
        "a": [1, None, 4],
        "b": [2, 3, None],
        "name": ["x", None, "y"],
        "ok": [True, False, None],
    }
    assert computed(text, **cells) == expected


@pytest.mark.parametrize(
    "text",
    ["a / 0", "10 ** a", "log10(0 - a)", "a % 0", "found(name, '(')", "a ** 0.5 * 1e308 * a"],
)
def test_what_has_no_value_is_absent(text: str) -> None:
    assert computed(text, a=[-(2**31) if "log" not in text else 5], name=["x"], b=[0])[0] in (
        None, 0, float("inf"),
    )  # fmt: skip


def test_a_power_that_a_device_chooses_costs_no_memory() -> None:
    assert computed("10 ** a", a=[2**31 - 1, 3]) == [None, 1000]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nam", 'unknown name nam; did you mean "name"?'),
        ("a +", "is not a formula: a +"),
        ("a + name", "name is text, number is needed"),
        ("a and b", "a is number, truth is needed"),
        ("a if a else b", "a is number, truth is needed"),
        ("a if ok else name", "a if ok else name is number or text, never both"),
        ("maxx(a, b)", 'unknown function maxx; did you mean "max"?'),
        ("max(a)", "use max(x, y)"),
        ("a.real", "not allowed in a formula: a.real"),
        ("[a for a in b]", "not allowed in a formula: [a for a in b]"),
        ("(lambda: 1)()", "not allowed in a formula: (lambda: 1)()"),
        ("__import__('os')", "unknown function __import__"),
        ("a in b", "not allowed in a formula: a in b"),
        ("a is b", "not allowed in a formula: a is b"),
        ("name < name", "name is text, number is needed"),
        ("a << 60000", "not allowed in a formula: a << 60000"),
        ("1j", "not allowed in a formula: 1j"),
        (f"a == {1 << 70}", f"not allowed in a formula: {1 << 70}"),
        ("1" * 1001, "longer than 1000 characters"),
        ("-" * 60 + "a", "is nested too deep"),
    ],
)
def test_a_mistake_is_told_with_what_would_be_right(text: str, message: str) -> None:
    with pytest.raises(FormulaError) as caught:
        computed(text)
    assert str(caught.value) == message


def test_a_look_into_another_table() -> None:
    sheet = Sheet({"a": [1, 2, None], "b": [7, 7, 7]}, {
        "ports  name": {1: "Gi1"}, "ports x y name": {(1, 7): "Gi7"}, "ports x name": {2: "Te"},
    })  # fmt: skip
    for text, expected in (
        ("ports(a).name", ["Gi1", None, None]),
        ("ports(x=a, y=b).name", ["Gi7", None, None]),
        ("ports(x=2).name", ["Te", "Te", "Te"]),
    ):
        formula = compile_formula(text, sheet)  # type: ignore[arg-type]  # a Sheet is both
        assert list(formula.evaluate(sheet)) == expected  # type: ignore[arg-type]  # the same
        assert formula.lookups[0].table == "ports"


@given(st.text(max_size=60))
def test_no_text_does_worse_than_being_refused(text: str) -> None:
    with contextlib.suppress(FormulaError):
        computed(text, a=[1], b=[2], name=["x"], ok=[True])
