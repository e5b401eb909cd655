"""Reads the profiles, ours and the user's, and compiles them; all mistakes in one run."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from collectors.catalogue import Catalogue
from collectors.facts import FACTS
from collectors.snmp import shapes
from collectors.snmp.columns import columns_of, index_of
from collectors.snmp.compiler import Declared, TableCompiler
from collectors.snmp.inherit import inherited
from collectors.snmp.names import Draft, Report, TableNames
from collectors.snmp.profile import Match, Profile, Profiles, TableProfile
from collectors.snmp.schema import MatchShape, ProfileShape
from inventory.located import Node, Problem, Problems, Step, read
from protocols.snmp import oid
from texts import gettext as _

FOLDER = Path(__file__).with_name("profiles")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


@dataclass(frozen=True, slots=True)
class Loaded:
    """Every profile, and the catalogue with what the user's profiles declared."""

    profiles: Profiles
    catalogue: Catalogue


def load_profiles(catalogue: Catalogue, user: Path | None = None) -> Loaded:
    """Read our profiles and those of the user's folder, if there is one.

    A user's profile is chosen before ours where both match a device equally well.

    Raises:
        Problems: every mistake in all files, with file and line.
    """
    problems: list[Problem] = []
    nodes: dict[str, Node] = {}
    for folder in (FOLDER, *([user] if user is not None else [])):
        _read_folder(folder, nodes, problems)
    catalogue = _declared(catalogue, nodes.values(), problems)
    compiler = _Compiler(nodes, catalogue, problems)
    found = {name: compiler.profile(name) for name in reversed(nodes)}
    if problems:
        raise Problems(problems)
    return Loaded(Profiles({name: one for name, one in found.items() if one}), catalogue)


def _read_folder(folder: Path, nodes: dict[str, Node], problems: list[Problem]) -> None:
    for path in sorted(folder.glob("*.yaml")):
        try:
            node = read(path)
        except Problems as error:
            problems += error.problems
            continue
        if _NAME.fullmatch(path.stem) is None or path.stem == "auto":
            text = _("a profile is named in small letters, digits and -, and not auto")
            problems.append(Problem(str(path), 0, "", text))
        elif path.stem in nodes:
            text = _("{name} exists already; choose another name and extend it: {file}")
            text = text.format(name=path.stem, file=nodes[path.stem].file)
            problems.append(Problem(str(path), 0, "", text))
        else:
            nodes[path.stem] = node


def _declared(catalogue: Catalogue, nodes: Iterable[Node], problems: list[Problem]) -> Catalogue:
    for node in nodes:
        if node.get("declare") is not None:
            try:
                catalogue = catalogue.extended(node, "declare")
            except Problems as error:
                problems += error.problems
    return catalogue


class _Compiler:
    """Compiles profiles by name; one that extends others starts from their merged files."""

    def __init__(
        self, nodes: Mapping[str, Node], catalogue: Catalogue, problems: list[Problem]
    ) -> None:
        self.nodes = nodes
        self.declared = Declared(catalogue, FACTS)
        self.problems = problems

    def profile(self, name: str) -> Profile | None:
        node = inherited(name, self.nodes, self.problems)
        shape = shapes.check(node, node.value)
        if not isinstance(shape, ProfileShape):
            self.problems += shape
            return None
        matches = tuple(self._matches(self.nodes[name], shape.match))
        uptime = None if shape.uptime is None else oid.encode(shape.uptime)
        tables = self._tables(node, shape)
        return Profile(name, matches, tables, self.nodes[name].file, uptime)

    def _matches(self, node: Node, found: Iterable[MatchShape]) -> Iterable[Match]:
        for index, match in enumerate(found):
            if match.sysObjectID is None and match.sysDescr is None:
                text = _("expected sysObjectID, sysDescr or both")
                self.problems.append(shapes.place(node, ("match", index), text))
                continue
            try:
                pattern = re.compile(match.sysDescr) if match.sysDescr is not None else None
            except re.error as error:
                text = _("is no pattern: {why}").format(why=error)
                self.problems.append(shapes.place(node, ("match", index, "sysDescr"), text))
                continue
            yield Match(match.sysObjectID or "", pattern)

    def _tables(self, node: Node, shape: ProfileShape) -> tuple[TableProfile, ...]:
        names: dict[str, TableNames] = {}
        for name, table in shape.tables.items():
            report = self._report(node, "tables", name)
            parts = index_of(table, report)
            draft = Draft(name, table, parts, columns_of(table, parts, report), report)
            names[name] = TableNames(draft, names)
        compiled = tuple(TableCompiler(one, self.declared).compile() for one in names.values())
        self._check_intervals(node, compiled)
        return compiled

    def _check_intervals(self, node: Node, tables: Iterable[TableProfile]) -> None:
        """Tables that give the same table of the catalogue are joined, so they come together."""
        first: dict[str, TableProfile] = {}
        for one in tables:
            other = first.setdefault(one.gives or "", one)
            if one.gives is not None and one.every_s != other.every_s:
                text = _("{other} gives the same table at another interval")
                self._report(node, "tables", one.name)(text.format(other=other.name), ("every",))

    def _report(self, node: Node, *way: Step) -> Report:
        def report(text: str, steps: tuple[Step, ...]) -> None:
            self.problems.append(shapes.place(node, (*way, *steps), text))

        return report
