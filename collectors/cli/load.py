"""Reads the CLI profiles and checks them against catalogue and allow list; all mistakes at once."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType

from collectors.catalogue import Catalogue, Family, TableSpec
from collectors.cli.allowed import Forbidden, permitted
from collectors.cli.json_rows import JsonRows
from collectors.cli.presence import Presence
from collectors.cli.profile import CliProfiles, Command, Names, Profile, Reader, Value
from collectors.cli.schema import CommandShape, ProfileShape, ValueShape
from collectors.cli.templates import OURS, THEIRS, BadTemplate, template
from inventory.located import Node, Problem, Problems, Step, did_you_mean, read
from inventory.shape import check
from texts import gettext as _

FOLDER = Path(__file__).with_name("profiles")
_WHO_AND_NAME = 2


def load_cli_profiles(catalogue: Catalogue, user: Path | None = None) -> CliProfiles:
    """Read our profiles, and a user's, which replace ours of the same name.

    Args:
        user: the folder `cli` of the user's profiles; templates are looked for in it first.

    Raises:
        Problems: every mistake in all files, with file and line.
    """
    problems: list[Problem] = []
    found: dict[str, Profile] = {}
    for folder in (FOLDER, *([user] if user is not None else [])):
        for path in sorted(folder.glob("*.yaml")):
            try:
                node = read(path)
            except Problems as error:
                problems += error.problems
                continue
            one = _Compiler(path.stem, node, catalogue, user, problems).profile()
            if one is not None:
                found[path.stem] = one
    if problems:
        raise Problems(problems)
    return CliProfiles(MappingProxyType(found))


class _Compiler:
    """Makes one profile of its file."""

    def __init__(
        self,
        platform: str,
        node: Node,
        catalogue: Catalogue,
        user: Path | None,
        problems: list[Problem],
    ) -> None:
        self.platform = platform
        self.node = node
        self.catalogue = catalogue
        self.user = user
        self.problems = problems

    def profile(self) -> Profile | None:
        shape, mistakes = check(ProfileShape, self.node)
        self.problems += mistakes
        if shape is None:
            return None
        for index, one in enumerate(shape.prepare):
            self._permit(one, None, "prepare", index)
        self._permit(shape.farewell, None, "farewell")
        self._permit(shape.recognise.command, shape.wrap, "recognise", "command")
        commands = tuple(self._command(name, one, shape) for name, one in shape.commands.items())
        return Profile(
            platform=self.platform,
            prepare=tuple(shape.prepare),
            farewell=shape.farewell,
            idle_s=shape.idle,
            prompt=re.compile(shape.prompt),
            wrap=shape.wrap,
            recognise=(shape.recognise.command, re.compile(shape.recognise.pattern)),
            denied=_all(shape.denied),
            unsupported=_all(shape.unsupported),
            empty=_all(shape.empty),
            commands=tuple(one for one in commands if one is not None),
            file=self.node.file,
        )

    def _command(self, name: str, shape: CommandShape, profile: ProfileShape) -> Command | None:
        at: tuple[Step, ...] = ("commands", name)
        self._permit(shape.command, profile.wrap, *at, "command")
        gives = shape.gives or name
        table = self.catalogue.tables.get(gives)
        reader = self._reader(shape, at)
        if table is None:
            text = _("unknown table {name}").format(name=gives)
            self._report(text + did_you_mean(gives, self.catalogue.tables), *at, "gives")
            return None
        if reader is None:
            return None
        return Command(
            name=name,
            gives=gives,
            command=shape.command,
            reader=reader,
            labels=self._labels(shape, table, reader, at),
            metrics=self._metrics(shape, gives, reader, at),
            info=self._info(shape, gives, reader, at),
            info_names=MappingProxyType(
                {
                    name: self.catalogue.families[name].extra
                    for name in shape.info
                    if name in self.catalogue.families
                }
            ),
            skip={
                column: re.compile(pattern)
                for column, pattern in self._known_columns(shape.skip, reader, (*at, "skip"))
            },
            names=self._names(shape, profile, reader, at),
            total=re.compile(shape.total) if shape.total is not None else None,
            merge=shape.merge,
            lists=shape.lists,
            interval_s=shape.every,
        )

    def _reader(self, shape: CommandShape, at: tuple[Step, ...]) -> Reader | None:
        given = [shape.template, shape.ntc, shape.json_, shape.present]
        if sum(one is not None for one in given) != 1:
            self._report(_("expected exactly one of template, ntc, json, present"), *at)
            return None
        if shape.json_ is not None:
            return JsonRows(tuple(shape.json_.split(".")))
        if shape.present is not None:
            return Presence(
                re.compile(shape.present.yes, re.MULTILINE),
                re.compile(shape.present.no, re.MULTILINE),
            )
        folders = [THEIRS] if shape.ntc is not None else [*self._folders()]
        try:
            return template(shape.ntc or shape.template or "", folders)
        except BadTemplate as error:
            self._report(str(error), *at, "ntc" if shape.ntc is not None else "template")
            return None

    def _folders(self) -> Iterator[Path]:
        if self.user is not None:
            yield self.user
        yield OURS

    def _names(
        self, shape: CommandShape, profile: ProfileShape, reader: Reader, at: tuple[Step, ...]
    ) -> Names | None:
        found = shape.names
        if found is None:
            return None
        self._permit(found.command, profile.wrap, *at, "names", "command")
        list(self._known_columns({found.column: ""}, reader, (*at, "names")))
        pattern = re.compile(found.pattern, re.MULTILINE)
        if pattern.groups != _WHO_AND_NAME:
            self._report(_("expected a pattern of two groups"), *at, "names", "pattern")
        return Names(found.command, found.column, pattern)

    def _labels(
        self, shape: CommandShape, table: TableSpec, reader: Reader, at: tuple[Step, ...]
    ) -> tuple[Value, ...]:
        self._same_names(shape.labels, table.identity, (*at, "labels"))
        return tuple(
            self._value(shape.labels[name], reader, (*at, "labels", name))
            for name in table.identity
            if name in shape.labels
        )

    def _metrics(
        self, shape: CommandShape, gives: str, reader: Reader, at: tuple[Step, ...]
    ) -> Mapping[str, Value | None]:
        made: dict[str, Value | None] = {}
        for name, one in shape.metrics.items():
            family = self._family(name, gives, (*at, "metrics", name))
            if family is not None and (family.extra or family.is_info):
                self._report(
                    _("has labels of its own; it belongs below info"), *at, "metrics", name
                )
            made[name] = (
                None if one == "count" else self._value(one, reader, (*at, "metrics", name))
            )
        return MappingProxyType(made)

    def _info(
        self, shape: CommandShape, gives: str, reader: Reader, at: tuple[Step, ...]
    ) -> Mapping[str, tuple[Value, ...]]:
        made: dict[str, tuple[Value, ...]] = {}
        for name, labels in shape.info.items():
            family = self._family(name, gives, (*at, "info", name))
            if family is None:
                continue
            self._same_names(labels, family.extra, (*at, "info", name))
            made[name] = tuple(
                self._value(labels[label], reader, (*at, "info", name, label))
                for label in family.extra
                if label in labels
            )
        return MappingProxyType(made)

    def _family(self, name: str, gives: str, at: tuple[Step, ...]) -> Family | None:
        family = self.catalogue.families.get(name)
        if family is None:
            text = _("unknown family {name}").format(name=name)
            self._report(text + did_you_mean(name, self.catalogue.families), *at)
        elif family.table != gives:
            text = _("belongs to table {table}").format(table=family.table)
            self._report(text, *at)
        return family

    def _same_names(
        self, written: Mapping[str, object], wanted: Sequence[str], at: tuple[Step, ...]
    ) -> None:
        for name in wanted:
            if name not in written:
                self._report(_("missing: {key}").format(key=name), *at)
        for name in written:
            if name not in wanted:
                text = _("is no label of this family") + did_you_mean(name, wanted)
                self._report(text, *at, name)

    def _value(self, shape: ValueShape, reader: Reader, at: tuple[Step, ...]) -> Value:
        if bool(shape.from_) == (shape.constant is not None):
            self._report(_("expected exactly one of from, constant"), *at)
        list(self._known_columns(dict.fromkeys(shape.from_, ""), reader, at))
        return Value(
            columns=tuple(shape.from_),
            constant=shape.constant,
            form=shape.as_,
            map=shape.map,
            otherwise=shape.otherwise,
            absent=tuple(one.lower() for one in shape.absent),
            when={
                column: re.compile(pattern)
                for column, pattern in self._known_columns(shape.when, reader, (*at, "when"))
            },
        )

    def _known_columns(
        self, written: Mapping[str, str], reader: Reader, at: tuple[Step, ...]
    ) -> Iterator[tuple[str, str]]:
        for name, pattern in written.items():
            if reader.columns and name not in reader.columns:
                text = _("no column {name}").format(name=name)
                self._report(text + did_you_mean(name, reader.columns), *at)
            yield name, pattern

    def _permit(self, command: str, wrap: str | None, *at: Step) -> None:
        for one in (command, *([wrap.replace("{command}", command)] if wrap else [])):
            try:
                permitted(one)
            except Forbidden as error:
                self._report(str(error), *at)

    def _report(self, text: str, *at: Step) -> None:
        self.problems.append(self.node.problem(text, *at))


def _all(patterns: Sequence[str]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(one, re.MULTILINE | re.IGNORECASE) for one in patterns)
