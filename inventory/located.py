"""YAML whose every value knows its file and line, and the mistakes that are told by them.

A file is read once, safely (no objects, no tags), within limits of size, depth and number of
values, so that a hostile or a broken file costs a message and not the service. Plain scalars
follow the YAML 1.2 core schema: `no`, `on`, `010` and `2026-01-01` stay text, where YAML 1.1 would
make a boolean, an octal number and a date of them. The keys of mappings are always text.
"""

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn, TypeAlias

import yaml
from typing_extensions import override

from texts import gettext as _

Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"
Step = str | int

MAX_OCTETS = 10 * 1024 * 1024
MAX_VALUES = 1_000_000  # with aliases expanded; 10 000 switches are about 300 000
MAX_DEPTH = 40
MAX_SCALAR = 65_536
_SHOWN = 60

_LOADER = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # libyaml where it was built: 10 times faster
_INT = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(
    r"[-+]?(?:0|[1-9][0-9]{0,17})(?:\.[0-9]{1,20}(?:[eE][-+]?[0-9]{1,2})?|[eE][-+]?[0-9]{1,2})"
)
_WORDS: Mapping[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_TEXT_TAG = "tag:yaml.org,2002:str"
_NAMED = re.compile(r"[A-Za-z0-9._-]{1,63}")


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake: where it stands and what was expected; prints as `file:line: path: text`."""

    file: str
    line: int
    path: str
    text: str

    @override
    def __str__(self) -> str:
        """Print the mistake on one line, as compilers do, so that editors can jump to it."""
        place = f"{self.file}:{self.line}: " if self.line else f"{self.file}: "
        return place + (f"{self.path}: {self.text}" if self.path else self.text)


class Problems(Exception):
    """Every mistake found in one run, in the order of files and lines, each of them once."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Keep the mistakes sorted and without repetitions."""
        self.problems: tuple[Problem, ...] = tuple(sorted(set(problems)))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A value of a file.

    Attributes:
        file: the path as it was given to `read`.
        line: from 1; for a value in a mapping it is the line of its key.
        value: plain Python; nodes below an alias are shared, so treat it as read-only.
        children: by key or by index; empty for a scalar.
        size: how many values it is, aliases expanded.
    """

    file: str
    line: int
    value: Plain
    children: Mapping[str, "Node"] | Sequence["Node"] = ()
    size: int = 1

    def get(self, step: Step) -> "Node | None":
        """Return the child at a key or an index."""
        if isinstance(self.children, Mapping):
            return self.children.get(step) if isinstance(step, str) else None
        if isinstance(step, int) and 0 <= step < len(self.children):
            return self.children[step]
        return None

    def at(self, *steps: Step) -> "Node":
        """Return the deepest node that exists on the way: where a missing key is missing."""
        node = self
        for step in steps:
            child = node.get(step)
            if child is None:
                break
            node = child
        return node

    def items(self) -> Iterator[tuple[str, "Node"]]:
        """Iterate over a mapping's keys and nodes; nothing for other values."""
        if isinstance(self.children, Mapping):
            yield from self.children.items()

    def entries(self) -> Iterator["Node"]:
        """Iterate over a list's nodes; nothing for other values."""
        if not isinstance(self.children, Mapping):
            yield from self.children

    def path(self, *steps: Step) -> str:
        """Write the way as `devices[core-1].snmp.port`; an item without an id has its index."""
        written, node = "", self
        for step in steps:
            child = node.get(step)
            if isinstance(step, int):
                written += f"[{_item_name(child, step)}]"
            else:
                written += f".{cut(step)}" if written else cut(step)
            node = child or Node(self.file, node.line, None)
        return written

    def problem(self, text: str, *steps: Step) -> Problem:
        """Make the mistake that stands at `steps` below this (root) node."""
        return Problem(self.file, self.at(*steps).line, self.path(*steps), text)


def read(path: Path) -> Node:
    """Read one YAML document.

    Raises:
        Problems: unreadable, too large, not UTF-8, not YAML, a key twice, several documents.
    """
    file = str(path)
    return parse(_octets(path, file), file)


def parse(octets: bytes, file: str) -> Node:
    """Parse a document that was already read; `file` is the name in messages."""
    text = _decoded(octets, file)
    builder = _Builder(file)
    try:
        node = builder.document(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        raise Problems([*builder.problems, _syntax(error, text, file)]) from None
    except yaml.reader.ReaderError as error:
        raise Problems([_forbidden_character(error, text, file)]) from None
    if builder.problems:
        raise Problems(builder.problems)
    return node


def nearest(name: str, names: Iterable[str]) -> str | None:
    """Return the valid name that the writer probably meant."""
    folded = {candidate.casefold(): candidate for candidate in names}
    found = difflib.get_close_matches(name[:_SHOWN].casefold(), folded, n=1, cutoff=0.6)
    return folded[found[0]] if found else None


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Return `; did you mean "x"?`, or nothing when no valid name is near."""
    found = nearest(name, names)
    return _('; did you mean "{name}"?').format(name=found) if found else ""


def cut(text: str) -> str:
    """Make text fit for one line of a message: no control characters, at most 60 characters."""
    clean = "".join(c if c.isprintable() else "�" for c in text[: _SHOWN + 1])
    return clean if len(clean) <= _SHOWN else clean[: _SHOWN - 1] + "…"


def shown(value: Plain) -> str:
    """Show a value in a message as its writer would recognise it; never call it on a secret."""
    if isinstance(value, str):
        return f'"{cut(value)}"'
    if isinstance(value, dict):
        return _("a mapping")
    if isinstance(value, list):
        return _("a list")
    if value is None:
        return _("nothing")
    return cut(str(value).lower() if isinstance(value, bool) else str(value))


def _item_name(item: Node | None, index: int) -> str:
    value = item.value if item else None
    if isinstance(value, dict):
        for key in ("id", "name"):
            name = value.get(key)
            if isinstance(name, str) and _NAMED.fullmatch(name):
                return name
    return str(index)


def _octets(path: Path, file: str) -> bytes:
    try:
        with path.open("rb") as stream:
            octets = stream.read(MAX_OCTETS + 1)
    except OSError as error:
        text = _("cannot be read: {why}").format(why=error.strerror or type(error).__name__)
        raise Problems([Problem(file, 0, "", text)]) from None
    except ValueError:  # a NUL in the path
        raise Problems([Problem(cut(file), 0, "", _("is not a path"))]) from None
    if len(octets) > MAX_OCTETS:
        text = _("larger than {limit} MiB; split it into several files of the folder").format(
            limit=MAX_OCTETS // 1024 // 1024
        )
        raise Problems([Problem(file, 0, "", text)])
    return octets


def _decoded(octets: bytes, file: str) -> str:
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Problems([Problem(file, 1, "", _("is UTF-16; save it as UTF-8"))])
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = octets.count(b"\n", 0, error.start) + 1
    text = _("is not UTF-8")
    try:
        octets.decode("gb18030")
    except UnicodeDecodeError:
        pass
    else:
        text = _("is not UTF-8 but looks like GBK; save it as UTF-8 (iconv -f GB18030 -t UTF-8)")
    raise Problems([Problem(file, line, "", text)])


def _syntax(error: yaml.MarkedYAMLError, text: str, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    what = cut(error.problem or error.context or "")
    if mark is not None and _tab_indents(text, mark.line):
        what = _("a tab; YAML indents with spaces")
    written = _("is not valid YAML: {what}").format(what=what)
    return Problem(file, mark.line + 1 if mark else 0, "", written)


def _tab_indents(text: str, line: int) -> bool:
    lines = text.split("\n", line + 1)
    return line < len(lines) and "\t" in lines[line][: -len(lines[line].lstrip()) or None]


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


def _forbidden_character(error: yaml.reader.ReaderError, text: str, file: str) -> Problem:
    # libyaml counts octets and the Python reader characters: near enough to name the line
    position = error.position or 0
    line = text.encode()[:position].count(b"\n") + 1
    return Problem(file, line, "", _("holds a control character that YAML forbids"))


class _Builder:
    """Makes nodes of a parser's events; recursion is bounded by MAX_DEPTH."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.anchors: dict[str, Node] = {}
        self.events: Iterator[yaml.Event] = iter(())

    def document(self, events: Iterator[yaml.Event]) -> Node:
        self.events = events
        node: Node | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if node is not None:
                    self._stop(event, _("a second document (---); a file holds one"))
                node = self._node(next(events), None, 0)
        return node or Node(self.file, 1, None)

    def _node(self, event: yaml.Event, line: int | None, depth: int) -> Node:
        at = _line(event) if line is None else line
        if isinstance(event, yaml.AliasEvent):
            return replace(self._aliased(event), line=at)
        if isinstance(event, yaml.ScalarEvent):
            return self._anchored(Node(self.file, at, self._scalar(event)), event)
        if depth >= MAX_DEPTH:
            self._stop(event, _("nested deeper than {limit} levels").format(limit=MAX_DEPTH))
        if not isinstance(event, yaml.CollectionStartEvent):
            self._stop(event, _("is not valid YAML: {what}").format(what=type(event).__name__))
        if event.tag is not None:
            self._refuse_tag(event)
        collect = self._mapping if isinstance(event, yaml.MappingStartEvent) else self._sequence
        return self._anchored(collect(at, depth + 1), event)

    def _anchored(self, node: Node, event: yaml.NodeEvent) -> Node:
        if event.anchor is not None:
            self.anchors[event.anchor] = node
        if node.size > MAX_VALUES:
            text = _("more than {limit} values with aliases (*) expanded").format(limit=MAX_VALUES)
            self._stop(event, text)
        return node

    def _aliased(self, event: yaml.AliasEvent) -> Node:
        node = self.anchors.get(event.anchor or "")
        if node is None:  # a cycle ends here too; the name is not shown, it may be a password
            self._stop(event, _("an alias (*) of no anchor above it; text with * needs quotes"))
        return node

    def _scalar(self, event: yaml.ScalarEvent) -> Plain:
        if len(event.value) > MAX_SCALAR:
            self._stop(event, _("text longer than {limit} characters").format(limit=MAX_SCALAR))
        if event.tag is not None and event.tag not in ("!", _TEXT_TAG):
            self._refuse_tag(event)
        plain = event.style in (None, "") and event.tag is None
        return _resolved(event.value) if plain else str(event.value)

    def _sequence(self, line: int, depth: int) -> Node:
        children: list[Node] = []
        for event in self.events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            children.append(self._node(event, None, depth))
        size = 1 + sum(child.size for child in children)
        return Node(self.file, line, [child.value for child in children], children, size)

    def _mapping(self, line: int, depth: int) -> Node:
        children: dict[str, Node] = {}
        merged: list[Node] = []
        for event in self.events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key_event = self._key(event)
            key = str(key_event.value)
            child = self._node(next(self.events), _line(event), depth)
            if key == "<<" and key_event.style in (None, ""):
                merged += self._merged(child, event)
            elif key in children:
                self._twice(key, children[key].line, event)
            else:
                children[key] = child
        for source in merged:
            children = {**dict(source.items()), **children}
        size = 1 + sum(child.size for child in children.values())
        values = {key: child.value for key, child in children.items()}
        return Node(self.file, line, values, children, size)

    def _key(self, event: yaml.Event) -> yaml.ScalarEvent:
        if not isinstance(event, yaml.ScalarEvent):
            self._stop(event, _("a key must be plain text"))
        if len(event.value) > MAX_SCALAR:
            self._stop(event, _("text longer than {limit} characters").format(limit=MAX_SCALAR))
        return event

    def _merged(self, child: Node, event: yaml.Event) -> list[Node]:
        """Return what `<<` brings in: of several sources the first one wins (YAML merge type)."""
        sources = list(child.entries()) or [child]
        if not all(isinstance(source.value, dict) for source in sources):
            self._stop(event, _("<< takes a mapping or a list of mappings"))
        return sources

    def _twice(self, key: str, first: int, event: yaml.Event) -> None:
        text = _("key written twice, first in line {line}").format(line=first)
        self.problems.append(Problem(self.file, _line(event), cut(key), text))

    def _refuse_tag(self, event: yaml.Event) -> NoReturn:
        # not shown: a password that begins with ! is a tag to YAML
        self._stop(event, _("a tag (!) is not allowed; text that begins with ! needs quotes"))

    def _stop(self, event: yaml.Event, text: str) -> NoReturn:
        problem = Problem(self.file, _line(event), "", text)
        raise Problems([*self.problems, problem])


def _resolved(text: str) -> Plain:
    """Resolve a plain scalar by the YAML 1.2 core schema (section 10.3.2), decimal only."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in "+-.0123456789":
        if _INT.fullmatch(text):
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
    return text
