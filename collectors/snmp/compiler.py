"""Compiles one table of a profile; every mistake is reported at its place."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, replace
from dataclasses import fields as dataclass_fields
from functools import partial
from typing import TypeVar

from collectors.catalogue import Catalogue, Family, Scope, TableSpec
from collectors.contract import Fact
from collectors.snmp.formula import Cell, Kind
from collectors.snmp.names import KEPT, Mistake, TableNames
from collectors.snmp.profile import Expression, FactMaker, Info, Metric, TableProfile
from collectors.snmp.schema import MetricShape, ValueShape, seconds
from collectors.snmp.units import UNITS
from inventory.located import Step, did_you_mean
from protocols.snmp import oid
from texts import gettext as _

Result = TypeVar("Result")
Argument = TypeVar("Argument")
_NUMERIC = (Kind.NUMBER, Kind.TRUTH, Kind.NUMBERS)


@dataclass(frozen=True, slots=True)
class Declared:
    """What profiles may refer to."""

    catalogue: Catalogue
    facts: Mapping[str, type[Fact]]


class TableCompiler:
    """Compiles one table."""

    def __init__(self, names: TableNames, declared: Declared) -> None:
        """Know the table by its names, and what may be given by the catalogue and the facts."""
        self.names = names
        self.shape = names.shape
        self.report = names.report
        self.catalogue = declared.catalogue
        self.facts = declared.facts
        self.spec = self._spec()

    def compile(self) -> TableProfile:
        """Compile the table; what has a mistake is left out of the result."""
        shape = self.shape
        labels = self._labels()
        metrics, infos = tuple(self._metrics()), tuple(self._infos())
        fact = self._fact()
        computed = [
            one for name in self.names.computed if (one := self._try(self.names.expression, name))
        ]
        computed += fact.fields.values() if fact is not None else ()
        expressions = [*computed, *_values(metrics, infos)]
        return TableProfile(
            name=self.names.name,
            gives=shape.gives,
            index=self.names.parts,
            columns=self.names.columns,
            fields={name: one for name in shape.fields if (one := self._named(name))},
            labels=labels,
            keep=self._named(KEPT) if shape.keep is not None else None,
            metrics=metrics,
            infos=infos,
            fact=fact,
            lanes=shape.lanes,
            merged=shape.merge is not None,
            unless=self._unless(),
            running=tuple(map(oid.encode, self._running())),
            partial=shape.partial,
            every_s=seconds(shape.every) if shape.every else None,
            changed=tuple(map(oid.encode, shape.changed)),
            naming=self._naming(labels),
            later=self._later(metrics, [*computed, *_values((), infos)]),
            looks_into=frozenset(self._looks(expressions)),
        )

    def _spec(self) -> TableSpec | None:
        name = self.shape.gives
        if name is None:
            if self.shape.metrics or self.shape.info:
                self.report(_("say with `gives` which table of the catalogue this is"), ())
            return None
        known = {k: t for k, t in self.catalogue.tables.items() if t.scope is Scope.TARGET}
        if name not in known:
            text = _("unknown table {name}").format(name=name) + did_you_mean(name, known)
            self.report(text, ("gives",))
        return known.get(name)

    def _unless(self) -> str | None:
        other = self.shape.unless
        if other is not None and (other not in self.names.tables or other == self.names.name):
            text = _("unknown table {name}").format(name=other)
            self.report(text + did_you_mean(other, self.names.tables), ("unless",))
            return None
        return other

    def _running(self) -> Iterable[str]:
        for place, one in enumerate(self.shape.while_):
            if one.endswith(".0"):
                yield one
            else:
                self.report(_("a scalar's OID ends in .0"), ("while", place))

    # --- labels

    def _labels(self) -> tuple[Expression, ...]:
        if self.spec is None:
            return ()
        identity, lanes = self.spec.identity, self.shape.lanes
        if self.names.parts and not identity and self.shape.merge is None:
            text = _("{table} has one row: read scalars, and look into other tables from there")
            self.report(text.format(table=self.spec.name), ("gives",))
        if lanes is not None and lanes not in identity:
            self.report(self._no_label(lanes, identity), ("lanes",))
        wanted = [name for name in identity if name != lanes]
        for name in self.shape.labels:
            if name not in wanted:
                self.report(self._no_label(name, wanted), ("labels", name))
        for name in wanted:
            if name not in self.shape.labels:
                self.report(_("label {name} is missing").format(name=name), ("labels",))
        named = [name for name in wanted if name in self.shape.labels]
        return tuple(one for name in named if (one := self._named(name)))

    def _no_label(self, name: str, known: Iterable[str]) -> str:
        text = _("{name} is no label of {table}").format(name=name, table=self.shape.gives)
        return text + did_you_mean(name, known)

    def _naming(self, labels: Iterable[Expression]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        below = sorted({one for label in labels for one in self.names.below(label)})
        grouped: dict[str, list[str]] = {}
        for table, column in below:
            if self.names.tables[table].columns[column].structure:
                grouped.setdefault(table, []).append(column)
        return tuple((table, tuple(columns)) for table, columns in grouped.items())

    # --- samples

    def _metrics(self) -> Iterable[Metric]:
        seen = set[tuple[str, object]]()
        for name, shapes in self.shape.metrics.items():
            family = self._family(name, "metrics")
            for index, shape in enumerate(shapes):
                steps: tuple[Step, ...] = ("metrics", name, index)
                metric = self._try(partial(self._metric, shape, family), steps)
                if metric is None:
                    continue
                if (name, metric.labels) in seen:
                    self.report(_("the same labels twice"), steps)
                seen.add((name, metric.labels))
                yield metric

    def _metric(self, shape: MetricShape, family: Family | None, steps: tuple[Step, ...]) -> Metric:
        value = self.names.compile(shape, *steps)
        if value.kind not in _NUMERIC:
            text = _("a sample is a number, not {kind}").format(kind=value.kind)
            self.names.fail(text, *steps)
        if value.kind is Kind.NUMBERS and self.shape.lanes is None:
            self.names.fail(_("several values in one cell need `lanes`"), *steps)
        if family is None:
            raise Mistake
        if family.is_info:
            self.names.fail(_("an _info family stands under `info`"), *steps)
        self._check_labels(shape, family, steps)
        self._check_unit(shape, family, steps)
        labels = tuple((label, shape.labels[label]) for label in family.extra)
        if value.kind is Kind.TRUTH:
            value = replace(value, convert=_as_number, kind=Kind.NUMBER)
        return Metric(" ".join(map(str, steps)), family.name, labels, value)

    def _check_labels(self, shape: MetricShape, family: Family, steps: tuple[Step, ...]) -> None:
        if set(shape.labels) != set(family.extra):
            wanted = ", ".join(family.extra) or _("none")
            self.names.fail(_("expected the labels: {names}").format(names=wanted), *steps)
        for label, value in shape.labels.items():
            allowed = family.values.get(label)
            if allowed is not None and value not in allowed:
                text = _("{value}: expected one of {allowed}").format(
                    value=value, allowed=", ".join(allowed)
                )
                self.names.fail(text + did_you_mean(value, allowed), *steps, "labels", label)

    def _check_unit(self, shape: MetricShape, family: Family, steps: tuple[Step, ...]) -> None:
        unit = UNITS.get(shape.unit or "")
        if unit is not None and unit.becomes != family.unit:
            text = _("{unit} becomes {becomes}, {family} is in {expected}").format(
                unit=shape.unit,
                becomes=unit.becomes,
                family=family.name,
                expected=family.unit or _("plain numbers"),
            )
            self.names.fail(text, *steps, "unit")

    # --- texts

    def _infos(self) -> Iterable[Info]:
        empty = Expression((), None, Kind.ABSENT)
        for name, shapes in self.shape.info.items():
            values = {
                label: self._try(partial(self._compiled, shape), ("info", name, label))
                for label, shape in shapes.items()
            }
            family = self._family(name, "info")
            if family is None:
                continue
            if not family.is_info:
                self.report(_("is no _info family; it stands under `metrics`"), ("info", name))
                continue
            for label in shapes:
                if label not in family.extra:
                    text = _("{label} is no label of {family}").format(label=label, family=name)
                    self.report(text + did_you_mean(label, family.extra), ("info", name, label))
            labels = tuple(values.get(label) or empty for label in family.extra)
            yield Info(name, family.extra, labels)

    def _compiled(self, shape: ValueShape, steps: tuple[Step, ...]) -> Expression:
        return self.names.compile(shape, *steps)

    def _family(self, name: str, section: str) -> Family | None:
        family = self.catalogue.families.get(name)
        if family is None:
            text = _("unknown family") + did_you_mean(name, self.catalogue.families)
            self.report(text, (section, name))
        elif family.table != self.shape.gives:
            text = _("belongs to the table {table}").format(table=family.table)
            self.report(text, (section, name))
        else:
            return family
        return None

    # --- facts

    def _fact(self) -> FactMaker | None:
        shape, wanted = self.shape.fact, self.spec.fact if self.spec else None
        if shape is None:
            return None
        kind = self.facts.get(shape.type)
        if kind is None or shape.type != wanted:
            text = _("{table} makes facts of the type {fact}").format(
                table=self.shape.gives, fact=wanted or _("none")
            )
            self.report(text, ("fact", "type"))
            return None
        needed = {one.name: one.default is MISSING for one in dataclass_fields(kind)}  # type: ignore[arg-type]  # every fact is a dataclass
        names = [one for one in needed if one != "target"]
        for name in shape.fields:
            if name not in names:
                text = _("{name} is no field of {fact}").format(name=name, fact=shape.type)
                self.report(text + did_you_mean(name, names), ("fact", "fields", name))
        for name in names:
            if needed[name] and name not in shape.fields:
                self.report(_("field {name} is missing").format(name=name), ("fact",))
        fields = {
            name: self._try(partial(self._compiled, one), ("fact", "fields", name))
            for name, one in shape.fields.items()
        }
        return FactMaker(kind, {name: one for name, one in fields.items() if one is not None})

    # --- what is read when

    def _later(self, metrics: Iterable[Metric], others: Iterable[Expression]) -> frozenset[str]:
        """Find the value columns that nothing but a later alternative of a metric reads.

        Scalars come with one question whatever their number, so none of them waits.
        """
        if not self.names.parts:
            return frozenset()
        firsts = [metric.value.alternatives[:1] for metric in metrics]
        rests = [metric.value.alternatives[1:] for metric in metrics]
        needed = [formula for first in firsts for formula in first]
        needed += [formula for other in others for formula in other.alternatives]
        late = self._own_values(formula.names for rest in rests for formula in rest)
        return late - self._own_values(formula.names for formula in needed)

    def _own_values(self, names: Iterable[Iterable[str]]) -> frozenset[str]:
        columns = self.names.columns
        return frozenset(
            name for some in names for name in some if name in columns and self.names.moves(name)
        )

    def _looks(self, expressions: Iterable[Expression]) -> Iterable[str]:
        for expression in expressions:
            for formula in expression.alternatives:
                yield from (look.table for look in formula.lookups)

    # --- going on after a mistake

    def _named(self, name: str) -> Expression | None:
        return self._try(self.names.expression, name)

    def _try(self, call: Callable[[Argument], Result], argument: Argument) -> Result | None:
        try:
            return call(argument)
        except Mistake:
            return None


def _as_number(cell: Cell) -> Cell:
    return int(cell is True)


def _values(metrics: Iterable[Metric], infos: Iterable[Info]) -> list[Expression]:
    texts = [value for info in infos for value in info.values]
    return [*(metric.value for metric in metrics), *texts]
