"""Reads formulas: the nodes of a parsed expression become functions over whole columns."""

import ast
from collections.abc import Callable, Mapping, Sequence

from collectors.snmp import functions
from collectors.snmp.formula import (
    SIZE,
    Cell,
    Cells,
    Evaluate,
    Formula,
    FormulaError,
    Kind,
    Lookup,
    Names,
    Rows,
)
from inventory.located import did_you_mean
from texts import gettext as _

MAX_LENGTH = 1000
ROWS = "rows"
"""The function whose argument is the name of a table."""
_MAX_DEPTH = 40


def compile_formula(text: str, names: Names) -> Formula:
    """Compile one formula.

    Raises:
        FormulaError: not of this language, an unknown name, kinds that do not fit.
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError(_("longer than {limit} characters").format(limit=MAX_LENGTH))
    try:
        body = ast.parse(" ".join(text.split()), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise FormulaError(_("is not a formula: {text}").format(text=text)) from None
    parser = _Parser(names)
    kind, evaluate = parser.node(body, 0)
    return Formula(
        text,
        kind,
        tuple(dict.fromkeys(parser.names)),
        tuple(dict.fromkeys(parser.lookups)),
        evaluate,
        plain=isinstance(body, ast.Name) and body.id != "absent",
    )


_ARITHMETIC: Mapping[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
    ast.Div: lambda a, b: a / b,
    ast.FloorDiv: lambda a, b: a // b,
    ast.Mod: lambda a, b: a % b,
    ast.Pow: functions.power,
}
_ORDER: Mapping[type[ast.cmpop], Callable[[float, float], bool]] = {
    ast.Lt: lambda a, b: a < b,
    ast.LtE: lambda a, b: a <= b,
    ast.Gt: lambda a, b: a > b,
    ast.GtE: lambda a, b: a >= b,
}


class _Parser:
    """Turns the nodes of one formula into functions; collects what it reads."""

    def __init__(self, known: Names) -> None:
        self.known = known
        self.names: list[str] = []
        self.lookups: list[Lookup] = []

    def node(self, node: ast.expr, depth: int) -> tuple[Kind, Evaluate]:
        """Read one node; `depth` keeps a hostile nesting from our own stack."""
        if depth > _MAX_DEPTH:
            raise FormulaError(_("is nested too deep"))
        match node:
            case ast.Constant():
                return self._constant(node)
            case ast.Name():
                return self._name(node.id)
            case ast.Attribute(value=ast.Call(func=ast.Name())):
                return self._lookup(node, depth)
            case ast.Call(func=ast.Name()):
                return self._call(node, depth)
            case _:
                return self._operation(node, depth)

    def _operation(self, node: ast.expr, depth: int) -> tuple[Kind, Evaluate]:
        match node:
            case ast.BinOp() if type(node.op) in _ARITHMETIC:
                return self._arithmetic(node, depth)
            case ast.UnaryOp(op=ast.USub() | ast.Not()):
                return self._unary(node, depth)
            case ast.BoolOp():
                return self._boolean(node, depth)
            case ast.Compare():
                return self._compare(node, depth)
            case ast.IfExp():
                return self._choice(node, depth)
            case _:
                raise _not_allowed(node)

    def _constant(self, node: ast.Constant) -> tuple[Kind, Evaluate]:
        value = node.value
        match value:
            case bool():
                kind = Kind.TRUTH
            case int() if abs(value) < 1 << 64:
                kind = Kind.NUMBER
            case float():
                kind = Kind.NUMBER
            case str():
                kind = Kind.TEXT
            case _:
                raise _not_allowed(node)
        return kind, lambda rows: [value] * rows.count

    def _name(self, name: str) -> tuple[Kind, Evaluate]:
        if name == "absent":
            return Kind.ABSENT, lambda rows: [None] * rows.count
        kind = self.known.kind(name)
        if kind is None:
            text = _("unknown name {name}").format(name=name)
            raise FormulaError(text + did_you_mean(name, self.known.known()))
        self.names.append(name)
        return kind, lambda rows: rows.column(name)

    def _of(self, wanted: Kind, node: ast.expr, depth: int) -> Evaluate:
        kind, evaluate = self.node(node, depth + 1)
        if kind not in (wanted, Kind.ABSENT):
            raise FormulaError(
                _("{part} is {kind}, {wanted} is needed").format(
                    part=ast.unparse(node), kind=kind, wanted=wanted
                )
            )
        return evaluate

    def _arithmetic(self, node: ast.BinOp, depth: int) -> tuple[Kind, Evaluate]:
        left = self._of(Kind.NUMBER, node.left, depth)
        right = self._of(Kind.NUMBER, node.right, depth)
        return Kind.NUMBER, _elementwise(_ARITHMETIC[type(node.op)], left, right)

    def _unary(self, node: ast.UnaryOp, depth: int) -> tuple[Kind, Evaluate]:
        if isinstance(node.op, ast.Not):
            return Kind.TRUTH, _elementwise(
                lambda a: not a, self._of(Kind.TRUTH, node.operand, depth)
            )
        return Kind.NUMBER, _elementwise(lambda a: -a, self._of(Kind.NUMBER, node.operand, depth))

    def _boolean(self, node: ast.BoolOp, depth: int) -> tuple[Kind, Evaluate]:
        parts = [self._of(Kind.TRUTH, value, depth) for value in node.values]
        decisive = isinstance(node.op, ast.Or)

        def evaluate(rows: Rows) -> Cells:
            columns = [part(rows) for part in parts]
            return [_decide(cells, decisive=decisive) for cells in zip(*columns, strict=True)]

        return Kind.TRUTH, evaluate

    def _compare(self, node: ast.Compare, depth: int) -> tuple[Kind, Evaluate]:
        if len(node.ops) > 1:
            return self._chain(node, depth)
        operator, right_node = node.ops[0], node.comparators[0]
        if isinstance(operator, ast.In | ast.NotIn):
            return self._member(node, depth)
        kind, left = self.node(node.left, depth + 1)
        if isinstance(operator, ast.Eq | ast.NotEq):
            right = self._of(kind, right_node, depth)
            equal = isinstance(operator, ast.Eq)
            return Kind.TRUTH, _elementwise(lambda a, b: (a == b) is equal, left, right)
        order = _ORDER.get(type(operator))
        if order is None:
            raise _not_allowed(node)
        left = self._of(Kind.NUMBER, node.left, depth)
        return Kind.TRUTH, _elementwise(order, left, self._of(Kind.NUMBER, right_node, depth))

    def _chain(self, node: ast.Compare, depth: int) -> tuple[Kind, Evaluate]:
        """Read `0 < a < 9` as `0 < a and a < 9`."""
        parts: list[ast.expr] = [
            ast.Compare(left, [operator], [right])
            for left, operator, right in zip(
                [node.left, *node.comparators], node.ops, node.comparators, strict=False
            )
        ]
        return self._boolean(ast.BoolOp(ast.And(), parts), depth)

    def _member(self, node: ast.Compare, depth: int) -> tuple[Kind, Evaluate]:
        listed = node.comparators[0]
        kind, left = self.node(node.left, depth + 1)
        if not isinstance(listed, ast.List | ast.Tuple):
            raise _not_allowed(node)
        values = []
        for item in listed.elts:
            try:
                values.append(ast.literal_eval(item))
            except ValueError:
                raise _not_allowed(item) from None
        wanted: type | tuple[type, ...] = str if kind is Kind.TEXT else (int, float)
        if not all(isinstance(value, wanted) for value in values):
            raise _not_allowed(node)
        members, inside = frozenset(values), isinstance(node.ops[0], ast.In)
        return Kind.TRUTH, _elementwise(lambda a: (a in members) is inside, left)

    def _choice(self, node: ast.IfExp, depth: int) -> tuple[Kind, Evaluate]:
        test = self._of(Kind.TRUTH, node.test, depth)
        kind, yes = self.node(node.body, depth + 1)
        other, no = self.node(node.orelse, depth + 1)
        if Kind.ABSENT not in (kind, other) and kind != other:
            raise FormulaError(
                _("{part} is {kind} or {other}, never both").format(
                    part=ast.unparse(node), kind=kind, other=other
                )
            )

        def evaluate(rows: Rows) -> Cells:
            return [
                a if holds else b
                for holds, a, b in zip(test(rows), yes(rows), no(rows), strict=True)
            ]

        return (other if kind is Kind.ABSENT else kind), evaluate

    def _lookup(self, node: ast.Attribute, depth: int) -> tuple[Kind, Evaluate]:
        call = node.value
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
            raise _not_allowed(node)
        table, field = call.func.id, node.attr
        by = tuple(keyword.arg or "" for keyword in call.keywords)
        arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
        if by and call.args:
            raise _not_allowed(node)
        kind = self.known.other(table, by, field, len(call.args))
        parts = [self.node(argument, depth + 1)[1] for argument in arguments]
        self.lookups.append(Lookup(table, by, field))

        def evaluate(rows: Rows) -> Cells:
            cells = rows.other(table, by, field)
            columns = [part(rows) for part in parts]
            if len(columns) == 1:
                return [None if key is None else cells.get(key) for key in columns[0]]
            if not columns:  # a group of scalars has one row
                return [cells.get(())] * rows.count
            return [cells.get(key) for key in zip(*columns, strict=True)]

        return kind, evaluate

    def _call(self, node: ast.Call, depth: int) -> tuple[Kind, Evaluate]:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name == ROWS:
            return self._rows(node)
        function = functions.FUNCTIONS.get(name)
        if function is None:
            text = _("unknown function {name}").format(name=name)
            raise FormulaError(text + did_you_mean(name, functions.FUNCTIONS))
        if node.keywords or len(node.args) != len(function.arguments):
            raise FormulaError(_("use {usage}").format(usage=function.usage))
        parts = [
            self._of(Kind(kind), argument, depth)
            for kind, argument in zip(function.arguments, node.args, strict=True)
        ]
        kind = Kind(function.result)
        if function.contextual:
            return kind, lambda rows: _elementwise(rows.context(name), *parts)(rows)
        return kind, _elementwise(function.call, *parts)

    def _rows(self, node: ast.Call) -> tuple[Kind, Evaluate]:
        """Read `rows(table)`, whose argument is the name of a table and no value."""
        match node:
            case ast.Call(args=[ast.Name(id=table)], keywords=[]):
                kind = self.known.other(table, (), SIZE, 0)
            case _:
                usage = functions.FUNCTIONS[ROWS].usage
                raise FormulaError(_("use {usage}").format(usage=usage))
        self.lookups.append(Lookup(table, (), SIZE))
        return kind, lambda rows: [rows.size(table)] * rows.count


def _not_allowed(node: ast.AST) -> FormulaError:
    return FormulaError(_("not allowed in a formula: {part}").format(part=ast.unparse(node)))


def _decide(cells: Sequence[Cell], *, decisive: bool) -> bool | None:
    if decisive in cells:
        return decisive
    return None if None in cells else not decisive


def _elementwise(call: Callable[..., Cell], *parts: Evaluate) -> Evaluate:
    """Apply `call` down the columns; absent operands and results without a value are absent."""
    if len(parts) == 1:
        return lambda rows: [
            None if cell is None else _safely(call, cell) for cell in parts[0](rows)
        ]

    def evaluate(rows: Rows) -> Cells:
        columns = [part(rows) for part in parts]
        return [
            None if None in cells else _safely(call, *cells) for cells in zip(*columns, strict=True)
        ]

    return evaluate


def _safely(call: Callable[..., Cell], *cells: Cell) -> Cell:
    try:
        return call(*cells)
    except (ArithmeticError, ValueError):
        return None
