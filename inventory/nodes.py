"""Makes nodes of YAML's events: values with their places, within limits of depth and number."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

import yaml

from inventory.mistakes import Plain, Problem, Problems, cut
from texts import gettext as _

Step = str | int

MAX_VALUES = 500_000  # with aliases expanded; 10 000 switches are about 300 000
MAX_TWICE = 100  # then the file is no inventory but an attack on whoever reads it
MAX_DEPTH = 40
MAX_SCALAR = 65_536

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


def _item_name(item: Node | None, index: int) -> str:
    value = item.value if item else None
    if isinstance(value, dict):
        for key in ("id", "name"):
            name = value.get(key)
            if isinstance(name, str) and _NAMED.fullmatch(name):
                return name
    return str(index)


class Builder:
    """Makes nodes of a parser's events; recursion is bounded by MAX_DEPTH."""

    def __init__(self, file: str) -> None:
        """Start on a file of this name."""
        self.file = file
        self.problems: list[Problem] = []
        self.anchors: dict[str, Node] = {}
        self.count = 0
        self.events: Iterator[yaml.Event] = iter(())

    def document(self, events: Iterator[yaml.Event]) -> Node:
        """Make the root node of the one document.

        Raises:
            Problems: a limit, a tag, an alias of nothing; `problems` holds what did not stop it.
        """
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
        self.count += 1
        if max(node.size, self.count) > MAX_VALUES:
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
        if len(self.problems) >= MAX_TWICE:
            self._stop(event, _("too many keys written twice"))

    def _refuse_tag(self, event: yaml.Event) -> NoReturn:
        # not shown: a password that begins with ! is a tag to YAML
        self._stop(event, _("a tag (!) is not allowed; text that begins with ! needs quotes"))

    def _stop(self, event: yaml.Event, text: str) -> NoReturn:
        problem = Problem(self.file, _line(event), "", text)
        raise Problems([*self.problems, problem])


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 0


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
