"""Everything, grouped by family, written a slice at a time between which the loop goes on."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from agent.exposition.page import ACCOUNTS, Writer, account_lines
from agent.store.content import Content, Part, visible
from agent.store.layout import Mask
from collectors.catalogue import Family

_Shown = tuple[bytes, Part, Mask | None]
"""The head of a target, a part of one of its tables, the rows of it that are exposed."""

SLICE_OCTETS = 512 * 1024
SLICE_GROUPS = 1000
"""A slice ends at whichever comes first: 5 000 samples or 1 000 targets, 1-3 ms (bar: 20 ms)."""


@dataclass(slots=True)
class _Slice:
    pieces: list[bytes] = field(default_factory=list)
    octets: int = 0
    groups: int = 0

    def add(self, piece: bytes) -> None:
        self.groups += 1
        if piece:
            self.pieces.append(piece)
            self.octets += len(piece)

    @property
    def is_full(self) -> bool:
        return self.octets >= SLICE_OCTETS or self.groups >= SLICE_GROUPS

    def take(self) -> bytes:
        taken = b"".join(self.pieces)
        self.pieces, self.octets, self.groups = [], 0, 0
        return taken


def slices(writer: Writer, contents: Sequence[Content], monotonic_s: float) -> Iterator[bytes]:
    """Write all contents as they are now, however long the reader takes.

    Every item is the work of one slice and may be empty; their sum has each family once.
    """
    taken = _Slice()
    for table, columns in writer.catalogue.columns.items():
        rows: list[_Shown] = []
        for index in range(0, len(contents), SLICE_GROUPS):
            rows += _fresh(table, contents[index : index + SLICE_GROUPS], monotonic_s)
            yield b""
        for family in columns:
            lines = _family(writer, family, rows)
            if table == ACCOUNTS:
                lines = (account_lines(family, content, monotonic_s) for content in contents)
            yield from _group(writer.heads[family.name], lines, taken)
    yield taken.take()


def _fresh(table: str, contents: Iterable[Content], monotonic_s: float) -> Iterator[_Shown]:
    """Find what is fresh of one table; for all tables at once it would be 7 MB a reader."""
    for content in contents:
        parts = content.parts.get(table)
        if parts:
            for part, mask in visible(parts, monotonic_s):
                yield content.head, part, mask


def _family(writer: Writer, family: Family, rows: Sequence[_Shown]) -> Iterator[bytes]:
    for head, part, mask in rows:
        yield writer.rows(family, head, ((part, mask),))


def _group(head: bytes, lines: Iterator[bytes], taken: _Slice) -> Iterator[bytes]:
    """Write one family into slices, HELP and TYPE before its first sample."""
    pending = head
    for piece in lines:
        if piece and pending:
            taken.add(pending)
            pending = b""
        taken.add(piece)
        if taken.is_full:
            yield taken.take()
