"""Reads declarations of tables and families out of YAML, and says every mistake at once.

The catalogue's own file and the `declare:` of a user's profile are read by the same rules; a user
keeps to names that no later version of ours will take: `egov_x_*` and tables `x_*`.
"""

import re
from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

from collectors.contract import Method
from collectors.facts import FACTS
from collectors.families import Family, FamilyType, Scope, TableSpec
from inventory.located import Node, Problem, Step, did_you_mean, shown
from texts import gettext as _

Choice = TypeVar("Choice", bound=StrEnum)

_FAMILY_NAME = re.compile(r"egov(?:_[a-z0-9]+)+")
_WORD = re.compile(r"[a-z][a-z0-9_]*")
_PREFIX = {"family": "egov_x_", "table": "x_"}
_TAKEN_LABELS = frozenset({"target", "site", "instance", "job", "le", "quantile"})
_TAKEN_SUFFIXES = ("_bucket", "_count", "_sum", "_created", "_info_total")
_TYPES = frozenset({"counter", "gauge", "histogram", "summary"})
_POLLED = (FamilyType.COUNTER, FamilyType.GAUGE)
_TABLE_KEYS = ("identity", "preferred", "scope", "fact", "help", "help_zh")
_FAMILY_KEYS = ("table", "type", "unit", "labels", "values", "help", "help_zh")


class Declarations:
    """One pass over a mapping `{tables, families}`; `problems` fills while it reads.

    Args:
        root: the document, which problems take their path from.
        steps: the way to the mapping in it.
        tables: those that exist already, for families to refer to.
        families: names that exist already.
        user: the declarations are a user's and keep to the user's names.
    """

    def __init__(  # noqa: D107 - the class says it
        self,
        root: Node,
        *steps: Step,
        tables: Mapping[str, TableSpec],
        families: Iterable[str],
        user: bool,
    ) -> None:
        self.problems: list[Problem] = []
        self._root = root
        self._steps = steps
        self._user = user
        self._known = dict(tables)
        self._taken = frozenset(families)
        self._reject_unknown((), ("tables", "families"))
        self.tables = tuple(self._table(name) for name in self._keys("tables"))
        self._known |= {table.name: table for table in self.tables if table.name not in tables}
        self.families = tuple(self._family(name) for name in self._keys("families"))

    def _table(self, name: str) -> TableSpec:
        at = ("tables", name)
        self._reject_unknown(at, _TABLE_KEYS)
        self._check_name(at, _WORD, _PREFIX["table"], self._known)
        scope = self._choice((*at, "scope"), tuple(Scope), Scope.TARGET)
        if self._user and scope is Scope.AGENT:
            self._report(_("a profile measures at targets"), *at, "scope")
        identity = self._words((*at, "identity"))
        self._check_labels((*at, "identity"), identity, _taken(scope))
        fact = self._text((*at, "fact")) or None
        if fact is not None and fact not in FACTS:
            text = _("unknown fact {fact}").format(fact=shown(fact)) + did_you_mean(fact, FACTS)
            self._report(text, *at, "fact")
        preferred = self._choice((*at, "preferred"), tuple(Method), Method.SNMP)
        return TableSpec(name, identity, preferred, scope, fact, *self._help(at))

    def _family(self, name: str) -> Family:
        at = ("families", name)
        self._reject_unknown(at, _FAMILY_KEYS)
        self._check_name(at, _FAMILY_NAME, _PREFIX["family"], self._taken)
        kinds = _POLLED if self._user else tuple(FamilyType)
        kind = self._choice((*at, "type"), kinds, FamilyType.GAUGE)
        unit = self._text((*at, "unit"))
        self._check_family_name(at, name, kind, unit)
        table = self._table_of(at)
        extra = self._words((*at, "labels"))
        self._check_labels((*at, "labels"), extra, _taken(table.scope) | {*table.identity})
        labels = table.identity + extra
        values = self._values(at, labels)
        return Family(name, kind, table.name, labels, extra, unit, values, *self._help(at))

    def _check_name(
        self, at: tuple[str, str], form: re.Pattern[str], prefix: str, taken: Iterable[str]
    ) -> None:
        name = at[1]
        if form.fullmatch(name) is None:
            self._report(_("a name has small letters, digits and _"), *at)
        elif self._user and not name.startswith(prefix):
            self._report(_("a profile's own names begin with {p}").format(p=prefix), *at)
        elif name in taken:
            self._report(_("is declared already"), *at)

    def _check_family_name(
        self, at: tuple[str, str], name: str, kind: FamilyType, unit: str
    ) -> None:
        is_counter = kind is FamilyType.COUNTER
        if is_counter != name.endswith("_total"):
            self._report(_("a counter's name ends in _total, and only a counter's"), *at)
        elif unit and not name.removesuffix("_total").endswith(f"_{unit}"):
            self._report(_("the name must end in the unit, _{unit}").format(unit=unit), *at)
        elif name.endswith(_TAKEN_SUFFIXES):
            self._report(_("this ending is reserved for histograms and summaries"), *at)
        elif not _TYPES.isdisjoint(name.split("_")):  # promtool's rule
            self._report(_("a name does not say its type"), *at)

    def _table_of(self, at: tuple[str, str]) -> TableSpec:
        name = self._text((*at, "table"))
        table = self._known.get(name)
        if table is None:
            text = _("unknown table {name}").format(name=shown(name))
            self._report(text + did_you_mean(name, self._known), *at, "table")
            return TableSpec(name, ())
        return table

    def _values(
        self, at: tuple[str, str], labels: tuple[str, ...]
    ) -> Mapping[str, tuple[str, ...]]:
        values = {}
        for label in self._keys(*at, "values"):
            if label not in labels:
                text = _("is no label of this family") + did_you_mean(label, labels)
                self._report(text, *at, "values", label)
            values[label] = self._words((*at, "values", label))
        return MappingProxyType(values)

    def _check_labels(
        self, at: tuple[str, ...], labels: tuple[str, ...], taken: frozenset[str]
    ) -> None:
        for index, label in enumerate(labels):
            if _WORD.fullmatch(label) is None:
                self._report(_("a name has small letters, digits and _"), *at, index)
            elif label in taken or label in labels[:index]:
                self._report(_('label "{label}" is taken').format(label=label), *at, index)

    def _help(self, at: tuple[str, str]) -> tuple[str, str]:
        english, chinese = self._text((*at, "help")), self._text((*at, "help_zh"))
        if not english:
            self._report(_("say in one line what it is"), *at, "help")
        if not chinese and not self._user:
            self._report(_("say in one line what it is"), *at, "help_zh")
        return english, chinese or english

    def _choice(self, at: tuple[str, ...], members: Iterable[Choice], default: Choice) -> Choice:
        word = self._text(at) or default.value
        choices = {member.value: member for member in members}
        if word not in choices:
            text = _("{word}: expected one of {choices}").format(
                word=shown(word), choices=", ".join(choices)
            )
            self._report(text + did_you_mean(word, choices), *at)
        return choices.get(word, default)

    def _text(self, at: tuple[str, ...]) -> str:
        node = self._node(*at)
        if node is None or node.value is None:
            return ""
        if isinstance(node.value, str) and "\n" not in node.value:
            return node.value
        text = _("{value}: expected text on one line").format(value=shown(node.value))
        self._report(text, *at)
        return ""

    def _words(self, at: tuple[str, ...]) -> tuple[str, ...]:
        node = self._node(*at)
        if node is None or node.value is None:
            return ()
        if isinstance(node.value, list) and all(isinstance(word, str) for word in node.value):
            return tuple(str(word) for word in node.value)
        text = _("{value}: expected a list of words").format(value=shown(node.value))
        self._report(text, *at)
        return ()

    def _keys(self, *at: str) -> tuple[str, ...]:
        node = self._node(*at)
        if node is None or node.value is None:
            return ()
        if not isinstance(node.value, dict):
            text = _("{value}: expected a mapping").format(value=shown(node.value))
            self._report(text, *at)
        return tuple(key for key, _node in node.items())

    def _reject_unknown(self, at: tuple[str, ...], known: tuple[str, ...]) -> None:
        for key in self._keys(*at):
            if key not in known:
                self._report(_("unknown key") + did_you_mean(key, known), *at, key)

    def _node(self, *at: str) -> Node | None:
        node: Node | None = self._root
        for step in (*self._steps, *at):
            node = node.get(step) if node is not None else None
        return node

    def _report(self, text: str, *at: Step) -> None:
        self.problems.append(self._root.problem(text, *self._steps, *at))


def _taken(scope: Scope) -> frozenset[str]:
    """Name the labels that no table may use; with the agent `site` may be an identity."""
    return _TAKEN_LABELS - {"site"} if scope is Scope.AGENT else _TAKEN_LABELS
