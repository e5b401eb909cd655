"""Merges a profile with those it extends, keeping for every value the file it came from."""

from collections.abc import Mapping

from collectors.snmp.shapes import place
from inventory.located import Node, Problem, did_you_mean
from texts import gettext as _

_DEPTH = 4
"""tables, table, section, name: deeper mappings are replaced as a whole (info has one more)."""


def inherited(name: str, nodes: Mapping[str, Node], problems: list[Problem]) -> Node:
    """Return a profile's document with everything it extends; `~` (null) removes what it names."""
    return _merged_way(name, nodes, problems, ())


def _merged_way(
    name: str, nodes: Mapping[str, Node], problems: list[Problem], way: tuple[str, ...]
) -> Node:
    node = nodes[name]
    merged: Node | None = None
    for index, parent in enumerate(_parents(node)):
        if parent not in nodes:
            text = _("unknown profile {name}").format(name=parent) + did_you_mean(parent, nodes)
            problems.append(place(node, ("extends", index), text))
        elif parent in (*way, name):
            chain = " -> ".join((*way, name, parent))
            text = _("extends itself: {way}").format(way=chain)
            problems.append(place(node, ("extends", index), text))
        else:
            base = _merged_way(parent, nodes, problems, (*way, name))
            merged = base if merged is None else _merge(merged, base, 0)
    own = _without(node, "declare") if merged is None else _merge(_tables(merged), node, 0)
    return _pruned(_without(own, "declare"), 0)


def _parents(node: Node) -> list[str]:
    found = node.get("extends")
    if found is None:
        return []
    if isinstance(found.value, str):
        return [found.value]
    return [str(one.value) for one in found.entries()]


def _tables(node: Node) -> Node:
    """Take from a parent what is inherited: how it is recognised and described is not."""
    kept = {key: child for key, child in node.items() if key in ("tables", "uptime")}
    return _mapping(node, kept)


def _merge(base: Node, own: Node, depth: int) -> Node:
    if depth > _DEPTH or not (isinstance(base.value, dict) and isinstance(own.value, dict)):
        return own
    children = dict(base.items())
    for key, child in own.items():
        limit = depth + 1 if not _opaque(key, depth) else _DEPTH + 1
        children[key] = _merge(children[key], child, limit) if key in children else child
    return _mapping(own, children)


def _opaque(key: str, depth: int) -> bool:
    """Say whether a section is replaced as a whole: the order of an index is its meaning."""
    return depth == 2 and key in ("index", "fact")  # noqa: PLR2004 - tables, table, section


def _pruned(node: Node, depth: int) -> Node:
    """Drop what a child removed."""
    if not isinstance(node.value, dict) or depth > _DEPTH:
        return node
    children = {
        key: _pruned(child, depth + 1) for key, child in node.items() if child.value is not None
    }
    return _mapping(node, children)


def _without(node: Node, key: str) -> Node:
    return _mapping(node, {name: child for name, child in node.items() if name != key})


def _mapping(node: Node, children: Mapping[str, Node]) -> Node:
    if not isinstance(node.value, dict):
        return node
    values = {key: child.value for key, child in children.items()}
    return Node(node.file, node.line, values, children, node.size)
