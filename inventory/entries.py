"""The entries of all files before they are values: raw nodes with their places, found by id."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from inventory.fields import ID
from inventory.located import Node, Problem, Step, did_you_mean, shown
from texts import gettext as _

_MAX_SUGGESTIONS = 200  # comparing thousands of unknown names with thousands of ids takes minutes


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of one list, e.g. the third of `devices` in a file."""

    root: Node
    kind: str
    index: int
    node: Node

    @property
    def id(self) -> str | None:
        """The id, if it is one."""
        value = self.text("id")
        return value if value is not None and ID.fullmatch(value) else None

    @property
    def folder(self) -> Path:
        """Where relative paths written in this entry start."""
        return Path(self.root.file).parent

    def text(self, *steps: Step) -> str | None:
        """Return the text (or whole number) at a place, None when there is none."""
        node: Node | None = self.node
        for step in steps:
            node = node.get(step) if node is not None else None
        value = node.value if node is not None else None
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return value if isinstance(value, str) else None

    def has(self, *steps: Step) -> bool:
        """Say whether something is written at a place."""
        node: Node | None = self.node
        for step in steps:
            node = node.get(step) if node is not None else None
        return node is not None and node.value is not None

    def texts(self, step: Step) -> Iterator[tuple[int, str]]:
        """Go through the texts of a list, with their indexes."""
        node = self.node.get(step)
        for index, _item in enumerate(node.entries() if node is not None else ()):
            text = self.text(step, index)
            if text is not None:
                yield index, text

    def problem(self, text: str, *steps: Step) -> Problem:
        """Make the mistake that stands at `steps` of this entry."""
        return self.root.problem(text, self.kind, self.index, *steps)


@dataclass(frozen=True, slots=True)
class Entries:
    """All of them by list, and by list and id; of an id used twice the first entry."""

    lists: Mapping[str, Sequence[Entry]]
    by_id: Mapping[str, Mapping[str, Entry]] = field(init=False)
    _suggested: dict[tuple[str, str], str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Index by id."""
        by_id: dict[str, dict[str, Entry]] = {}
        for kind, entries in self.lists.items():
            index = by_id.setdefault(kind, {})
            for entry in entries:
                if entry.id is not None:
                    index.setdefault(entry.id, entry)
        object.__setattr__(self, "by_id", by_id)

    def of(self, *kinds: str) -> Iterator[Entry]:
        """Go through the entries of some lists."""
        for kind in kinds:
            yield from self.lists.get(kind, ())

    def find(self, kind: str, name: str | None) -> Entry | None:
        """Return the entry with an id."""
        return self.by_id.get(kind, {}).get(name) if name is not None else None

    def unknown(self, kind: str, noun: str, name: str) -> str:
        """Say that a name is not in a list, and which one was probably meant."""
        known = self.by_id.get(kind, {})
        text = _("unknown {noun} {name}").format(noun=noun, name=shown(name))
        if not known:
            return text + _("; there is none in the inventory")
        if (kind, name) not in self._suggested and len(self._suggested) < _MAX_SUGGESTIONS:
            self._suggested[kind, name] = did_you_mean(name, known)
        near = self._suggested.get((kind, name), "")
        return text + (near or _("; expected the id of one of {kind}").format(kind=kind))
