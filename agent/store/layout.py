r"""The label text of a table's rows, written once and shared by families, visits and targets.

A page of 900 samples is written in a tenth of a millisecond because nearly all of it is here
already: for each row `\0interface="GE1/0/1"} %d`, where `%d` takes the value and `\0` stands for
the head of the family (`egov_interface_up{target="sw-1",site="hq",`). Octets, not str: formatting
and replacing octets is twice as fast, and a page is encoded nowhere (measured, CPython 3.11).
"""

from itertools import compress
from typing import TypeAlias
from weakref import WeakValueDictionary

from agent.store.words import words_of
from collectors.text import clean_text, escape

Key = tuple[str, ...]
Keys = tuple[Key, ...]
Mask: TypeAlias = bytes
"""One octet a row: 1 where the row is meant."""

HEAD = b"\0"
"""Stands at the begin of each row for the family's head; no cleaned text holds it."""

VALUE = b"} %d\n"

_MAX_SUBSETS = 64
"""Patterns of holes remembered for a table; a device has two or three, a liar one a visit."""


class Layout:
    """The rows of one table in the order of the device: immutable but for what it remembers.

    Attributes:
        identity: names of the identity labels.
        keys: their values, row by row, cleaned and unique.
        template: the rows' text with a HEAD and a `%d` in each.
        unpack: turns the words of a column that has a value in each row into numbers.
    """

    __slots__ = ("__weakref__", "_subsets", "identity", "keys", "template", "unpack")

    def __init__(self, identity: tuple[str, ...], keys: Keys) -> None:
        """Write the rows' label text."""
        self.identity = identity
        self.keys = keys
        self.template = b"".join(_row(identity, key) for key in keys)
        self.unpack = words_of(len(keys)).unpack
        self._subsets: dict[Mask, Layout] = {}

    def subset(self, mask: Mask) -> "Layout":
        """Give the layout of the rows that the mask means, remembered for the next visits."""
        found = self._subsets.get(mask)
        if found is None:
            if len(self._subsets) >= _MAX_SUBSETS:
                self._subsets.clear()
            found = Layout(self.identity, tuple(compress(self.keys, mask)))
            self._subsets[mask] = found
        return found


class Layouts:
    """Every layout in use, each once: port names repeat over thousands of switches."""

    def __init__(self) -> None:
        """Start with none; a layout goes with the last table that has it."""
        self._known: WeakValueDictionary[tuple[tuple[str, ...], Keys], Layout] = (
            WeakValueDictionary()
        )

    def of(self, identity: tuple[str, ...], keys: Keys) -> Layout:
        """Give the layout of these rows; `keys` are cleaned and unique."""
        found = self._known.get((identity, keys))
        if found is None:
            found = Layout(identity, keys)
            self._known[identity, keys] = found
        return found

    def __len__(self) -> int:
        """Count the layouts in use."""
        return len(self._known)


def distinct(keys: Keys, most: int) -> tuple[Keys, Mask | None]:
    """Clean the keys, keep the first of equal ones; the mask says which, None: every one.

    The collector names two rows of equal name apart; what it missed must not become two series
    with one name, for which Prometheus refuses the whole page. Rows beyond `most` are not even
    looked at: a table of a million rows must not hold up the loop.
    """
    cleaned = tuple(tuple(map(clean_text, key)) for key in keys[:most])
    if cleaned == keys:
        cleaned = keys  # the collector holds these anyway
    if len(set(cleaned)) == len(keys):
        return cleaned, None
    seen: set[Key] = set()
    mask = bytearray(len(keys))
    for index, key in enumerate(cleaned):
        mask[index] = key not in seen
        seen.add(key)
    return tuple(compress(cleaned, mask)), bytes(mask)


def label_text(name: str, value: str) -> str:
    """Write one label as the text format has it; the value is clean."""
    return f'{name}="{escape(value)}"'


def _row(identity: tuple[str, ...], key: Key) -> bytes:
    labels = ",".join(map(label_text, identity, key))
    return HEAD + labels.encode().replace(b"%", b"%%") + VALUE
