"""Reads the inventory: a folder of YAML files merged, or one file; all mistakes in one run.

Order: files are read, every entry is checked against its shape, entries are checked against each
other, secrets are looked up; only when nothing was wrong values are made. No network is touched.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, TypeVar

from inventory import cloud, credential_rules, endpoints, entry_rules, machines, models, rules
from inventory.entries import Entries, Entry
from inventory.inventory import Inventory
from inventory.located import Node, Problem, Problems, did_you_mean, read
from inventory.permissions import others_can_read, others_can_write
from inventory.secrets import Vault
from inventory.shape import Shape, check, made
from inventory.shapes import LISTS
from texts import gettext as _

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Names that stand elsewhere and that entries refer to; None: not known, so not checked."""

    calendars: frozenset[str] | None = None
    profiles: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedInventory:
    """The inventory, the vault that holds its secrets, and what deserves attention."""

    inventory: Inventory
    vault: Vault
    warnings: tuple[Problem, ...]


def load(path: Path, vault: Vault, names: Names | None = None) -> LoadedInventory:
    """Load a folder (every *.yaml and *.yml below it, hidden ones aside) or one file.

    Raises:
        Problems: every mistake of every file.
    """
    run = _Run()
    files = list(run.files(path))
    roots = [root for file in files for root in run.read(file)]
    lists = run.entries(roots)
    shapes = run.shapes(lists)
    entries = Entries(lists)
    run.problems += _within(entries, names or Names())
    if len(roots) == len(files):  # else whatever stands in the missing file would be unknown
        run.problems += _between(entries)
    secrets = credential_rules.look_up(entries, vault)
    run.problems += secrets.problems
    if run.problems:
        raise Problems(run.problems)
    warnings = [*run.warnings, *secrets.warnings, *entry_rules.silent_devices(entries)]
    return LoadedInventory(
        inventory=_inventory(shapes),
        vault=vault.holding(secrets.references),
        warnings=tuple(sorted(set(warnings))),
    )


def _within(entries: Entries, names: Names) -> Iterator[Problem]:
    yield from credential_rules.complete(entries)
    yield from entry_rules.machines(entries)
    yield from entry_rules.hours(entries, names.calendars)
    yield from entry_rules.profiles(entries, names.profiles)
    yield from entry_rules.endpoints(entries)
    yield from entry_rules.migrations(entries)
    yield from entry_rules.goals(entries)
    yield from entry_rules.boundaries(entries)
    yield from entry_rules.site_addresses(entries)


def _between(entries: Entries) -> Iterator[Problem]:
    yield from rules.unique_ids(entries)
    yield from rules.references(entries)
    yield from rules.credential_references(entries)
    cycles = list(rules.cycles(entries))
    yield from cycles
    if not cycles:  # in a cycle some site always lies in one of a lower level
        yield from rules.levels(entries)
    yield from rules.duplicates(entries)


Shaped = tuple[Shape, Entry]


class _Run:
    """One loading; collects problems and warnings on the way."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.warnings: list[Problem] = []

    def files(self, path: Path) -> Iterator[Path]:
        if not path.exists():
            self._say(path, _("no such file or folder"))
            return
        found = [path] if path.is_file() else _below(path)
        if not found:
            self._say(path, _("holds no *.yaml"))
        for one in (path, *found) if path.is_dir() else found:
            if others_can_write(one):
                self._say(one, _("can be written by others (chmod o-w)"))
        readable = [one for one in found if others_can_read(one)]
        if readable:
            text = _("can be read by every user, {count} file(s) (chmod o-r)")
            self.warnings.append(Problem(str(path), 0, "", text.format(count=len(readable))))
        yield from found

    def _say(self, path: Path, text: str) -> None:
        self.problems.append(Problem(str(path), 0, "", text))

    def read(self, file: Path) -> Iterator[Node]:
        try:
            yield read(file)
        except Problems as found:
            self.problems += found.problems

    def entries(self, roots: Sequence[Node]) -> dict[str, list[Entry]]:
        lists: dict[str, list[Entry]] = {kind: [] for kind in LISTS}
        for root in roots:
            if root.value is not None and not isinstance(root.value, dict):
                expected = ", ".join(LISTS)
                text = _("expected a mapping of lists: {names}").format(names=expected)
                self.problems.append(root.problem(text))
            for kind, node in root.items():
                self._list(lists, root, kind, node)
        return lists

    def _list(self, lists: dict[str, list[Entry]], root: Node, kind: str, node: Node) -> None:
        if kind not in lists:
            text = _("unknown key; expected one of {names}").format(names=", ".join(LISTS))
            self.problems.append(root.problem(text + did_you_mean(kind, LISTS), kind))
        elif isinstance(node.value, list):
            items = enumerate(node.entries())
            lists[kind] += [Entry(root, kind, index, item) for index, item in items]
        elif node.value is not None:
            self.problems.append(root.problem(_("expected a list"), kind))

    def shapes(self, lists: dict[str, list[Entry]]) -> dict[str, list[Shaped]]:
        shapes: dict[str, list[Shaped]] = {}
        for kind, entries in lists.items():
            shapes[kind] = []
            for entry in entries:
                shape, problems = check(LISTS[kind], entry.root, kind, entry.index)
                self.problems += problems
                if shape is not None:
                    shapes[kind].append((shape, entry))
        return shapes


def _below(folder: Path) -> list[Path]:
    return sorted(
        file
        for file in folder.rglob("*")
        if file.suffix in (".yaml", ".yml")
        and file.is_file()
        and not any(part.startswith(".") for part in file.relative_to(folder).parts)
    )


def _inventory(shapes: dict[str, list[Shaped]]) -> Inventory:
    def all_of(kind: str, result: type[Made]) -> list[Made]:
        values = (made(shape, entry.folder) for shape, entry in shapes[kind])
        return [value for value in values if isinstance(value, result)]

    return Inventory(
        sites=_by_id(all_of("sites", models.Site)),
        credentials=_by_id(all_of("credentials", models.Credential)),
        devices=_by_id(all_of("devices", models.Device)),
        hosts=_by_id(all_of("hosts", machines.Host)),
        kiosks=_by_id(all_of("kiosks", machines.Kiosk)),
        cloud_nodes=_by_id(all_of("cloud_nodes", cloud.CloudNode)),
        systems=_by_id(all_of("systems", cloud.System)),
        migrations=tuple(all_of("migrations", cloud.Migration)),
        endpoints=_by_id(all_of("endpoints", endpoints.Endpoint)),
    )


class _HasId(Protocol):
    @property
    def id(self) -> str: ...


Identified = TypeVar("Identified", bound=_HasId)


def _by_id(values: list[Identified]) -> Mapping[str, Identified]:
    return MappingProxyType({value.id: value for value in values})
