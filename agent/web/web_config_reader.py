"""Reading a web-config file value by value, so that every mistake is told with its line."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeVar

from inventory.located import Node, Problem, Step, did_you_mean, shown
from inventory.permissions import others_can_write
from texts import gettext as _

_T = TypeVar("_T")


class WebConfigReader:
    """The file's nodes, and the mistakes found so far; `steps` lead from the root to a value."""

    def __init__(self, root: Node, folder: Path) -> None:
        """Relative paths in the file start at `folder`."""
        self.root = root
        self.folder = folder
        self.problems: list[Problem] = []

    def refuse(self, text: str, *steps: Step, **values: object) -> None:
        """Note a mistake; `values` fill the placeholders of `text`."""
        self.problems.append(self.root.problem(text.format(**values), *steps))

    def private(self, path: Path) -> None:
        """Refuse a file that others may write: whoever writes it lets himself in."""
        if others_can_write(path):
            self.refuse(_("can be written by others; chmod o-w"))

    def known(self, names: Iterable[str], *steps: Step) -> None:
        """Refuse the keys of a mapping that are not among `names`."""
        node = self.node(*steps)
        for key, _child in node.items() if node is not None else ():
            if key not in names:
                self.refuse(_("unknown key") + did_you_mean(key, names), *steps, key)

    def of(self, kind: type[_T], what: str, *steps: Step) -> _T | None:
        """Return a value of one type, or None when it is missing or of another."""
        node = self.node(*steps)
        if node is None or node.value is None:
            return None
        if isinstance(node.value, kind):
            return node.value
        text = _("expected {what}, found {value}")
        self.refuse(text, *steps, what=what, value=shown(node.value))
        return None

    def one_of(self, choices: Mapping[str, _T], *steps: Step) -> _T | None:
        """Return what a written name stands for, or None when it is missing or another."""
        name = self.of(str, _("text"), *steps)
        if name is None or name in choices:
            return None if name is None else choices[name]
        text = _("expected one of {names}, found {value}") + did_you_mean(name, choices)
        self.refuse(text, *steps, names=", ".join(choices), value=shown(name))
        return None

    def list_of(self, what: str, *steps: Step) -> tuple[str, ...]:
        """Return the texts of a list; `what` each of them should be."""
        values = self.of(list, _("a list"), *steps) or []
        found = (self.of(str, what, *steps, index) for index in range(len(values)))
        return tuple(value for value in found if value is not None)

    def file(self, *steps: Step) -> Path | None:
        """Return the path of a file that can be read, or None."""
        name = self.of(str, _("a path"), *steps)
        if not name:
            return None
        path = self.folder / name
        try:
            path.read_bytes()
        except OSError as error:
            text = _("{path} cannot be read: {why}")
            self.refuse(text, *steps, path=name, why=error.strerror or type(error).__name__)
            return None
        return path

    def node(self, *steps: Step) -> Node | None:
        """Return the node at `steps`, or None when nothing is written there."""
        node: Node | None = self.root
        for step in steps:
            node = node.get(step) if node is not None else None
        return node
