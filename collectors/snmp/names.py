"""What the names of one table mean while a profile is compiled.

A field, a label or `kept` is compiled when it is first asked for, so they and the tables may stand
in any order; one that needs itself on the way is a mistake.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NoReturn

from collectors.snmp.conversion import conversion
from collectors.snmp.formula import SIZE, Formula, FormulaError, Kind
from collectors.snmp.grammar import compile_formula
from collectors.snmp.index import IndexPart, PartType
from collectors.snmp.profile import Column, Expression
from collectors.snmp.schema import TableShape, ValueShape
from inventory.located import Step, did_you_mean
from texts import gettext as _

Report = Callable[[str, tuple[Step, ...]], None]
"""Takes a mistake and the steps from the table to where it stands."""

CONTEXT: Mapping[str, Kind] = {"boot_timestamp": Kind.NUMBER, "drop_admin_down": Kind.TRUTH}
"""Names of every table: what the poller knows of the device's clock and of the inventory."""
_NUMBERS = (PartType.INTEGER, PartType.TIME_FILTER)
KEPT = "kept"
"""The name by which other tables ask whether a row passes `keep`."""


class Mistake(Exception):
    """Something was wrong and has been reported; what needs it is not compiled."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A table whose index and columns are compiled, and the rest not yet."""

    name: str
    shape: TableShape
    parts: tuple[IndexPart, ...]
    columns: Mapping[str, Column]
    report: Report


class TableNames:
    """The names of one table; it is what `compile_formula` asks.

    Args:
        tables: the names of all tables of the profile, this one included.
    """

    def __init__(self, draft: Draft, tables: Mapping[str, "TableNames"]) -> None:
        """Know the table's columns at once, the rest when it is asked for."""
        shape = draft.shape
        self.name = draft.name
        self.shape = shape
        self.parts = draft.parts
        self.columns = draft.columns
        self.report = draft.report
        self.tables = tables
        given = {name for part in draft.parts for name in part.names}
        computed = (*shape.fields, *shape.labels, KEPT)
        self.computed = tuple(name for name in computed if name not in given)
        """Names with an expression; a label may be called like the index part that it shows."""
        self._done: dict[str, Expression | None] = {}
        self._running: list[str] = []

    def kind(self, name: str) -> Kind | None:
        """Say what a name holds, or None when there is no such name."""
        if name in CONTEXT:
            return CONTEXT[name]
        for part in self.parts:
            if name in part.names:
                number = part.type in _NUMBERS or name != part.name
                return Kind.NUMBER if number else Kind.TEXT
        if name in self.columns:
            return self.columns[name].type.kind
        if name in self.computed:
            expression = self.expression(name)
            return Kind.TEXT if name in self.shape.labels else expression.kind
        return None

    def known(self) -> Sequence[str]:
        """List every name."""
        parts = [name for part in self.parts for name in part.names]
        return [*parts, *self.columns, *self.computed, *CONTEXT]

    def other(self, table: str, by: Sequence[str], field: str, arity: int) -> Kind:
        """Say what a look into another table gives."""
        found = self.tables.get(table)
        if found is None:
            text = _("unknown table {name}").format(name=table)
            raise FormulaError(text + did_you_mean(table, self.tables))
        if field == SIZE:
            return Kind.NUMBER
        if not by and arity != len(found.parts):
            text = _("{table} has an index of {count} parts, not {arity}")
            raise FormulaError(text.format(table=table, count=len(found.parts), arity=arity))
        for name in (*by, field):
            if found.kind(name) is None:
                text = _("{table} has no {name}").format(table=table, name=name)
                raise FormulaError(text + did_you_mean(name, found.known()))
        return found.kind(field) or Kind.ABSENT

    def expression(self, name: str) -> Expression:
        """Compile a field, a label or `kept`, once.

        Raises:
            Mistake: it has one, reported the first time.
            FormulaError: it needs itself.
        """
        if name in self._running:
            way = " -> ".join([*self._running, name])
            raise FormulaError(_("needs itself: {way}").format(way=way))
        if name not in self._done:
            self._running.append(name)
            try:
                self._done[name] = self._named(name)
            except Mistake:
                self._done[name] = None
            finally:
                self._running.pop()
        found = self._done[name]
        if found is None:
            raise Mistake
        return found

    def compile(self, shape: ValueShape, *steps: Step) -> Expression:
        """Compile what stands at `steps` of this table.

        Raises:
            Mistake: reported.
        """
        formulas = tuple(self._formula(text, steps) for text in shape.from_)
        kinds = {one.kind for one in formulas} - {Kind.ABSENT}
        kind = _common(kinds)
        if kind is None:
            self.fail(_("the alternatives are of different kinds"), *steps)
        try:
            convert, kind = conversion(shape, kind)
        except ValueError as error:
            self.fail(str(error), *steps)
        looks_moving = any(self._looks_moving(formula) for formula in formulas)
        names_moving = any(self.moves(name) for formula in formulas for name in formula.names)
        return Expression(
            formulas, convert, kind, moving=names_moving or looks_moving, memorable=not looks_moving
        )

    def moves(self, name: str) -> bool:
        """Say whether a name may have other cells in each visit."""
        if name == SIZE:
            return True
        if name in self.columns:
            return not self.columns[name].structure
        return name in self.computed and self.expression(name).moving

    def below(self, expression: Expression) -> set[tuple[str, str]]:
        """List the columns, of this and of other tables, that an expression is made of."""
        found = set[tuple[str, str]]()
        for formula in expression.alternatives:
            for name in formula.names:
                found |= self._columns_of(name)
            for look in formula.lookups:
                for name in (*look.by, look.field):
                    found |= self.tables[look.table]._columns_of(name)  # noqa: SLF001 - same class
        return found

    def fail(self, text: str, *steps: Step) -> NoReturn:
        """Report a mistake and stop what is being compiled."""
        self.report(text, steps)
        raise Mistake

    def _named(self, name: str) -> Expression:
        if name == KEPT:
            text = "True" if self.shape.keep is None else self.shape.keep
            keep = self.compile(ValueShape.model_validate({"from": [text]}), "keep")
            if keep.kind not in (Kind.TRUTH, Kind.ABSENT):
                self.fail(_("must be true or false, not {kind}").format(kind=keep.kind), "keep")
            return keep
        section = "labels" if name in self.shape.labels else "fields"
        shape = self.shape.labels.get(name) or self.shape.fields[name]
        return self.compile(shape, section, name)

    def _formula(self, text: str, steps: tuple[Step, ...]) -> Formula:
        try:
            return compile_formula(text, self)
        except FormulaError as error:
            self.fail(str(error), *steps)

    def _looks_moving(self, formula: Formula) -> bool:
        return any(
            self.tables[look.table].moves(name)
            for look in formula.lookups
            for name in (*look.by, look.field)
        )

    def _columns_of(self, name: str) -> set[tuple[str, str]]:
        if name in self.columns:
            return {(self.name, name)}
        return self.below(self.expression(name)) if name in self.computed else set()


def _common(kinds: set[Kind]) -> Kind | None:
    """Say what alternatives of these kinds come to; None when they do not go together."""
    if len(kinds) <= 1:
        return kinds.pop() if kinds else Kind.ABSENT
    if kinds == {Kind.TEXT, Kind.NUMBER}:
        return Kind.TEXT
    # one lane is a number, several are numbers
    return Kind.NUMBERS if kinds == {Kind.NUMBER, Kind.NUMBERS} else None
