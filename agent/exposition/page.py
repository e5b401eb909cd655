"""One page: everything that is known about one target, grouped by family."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from agent.exposition.lines import (
    Column,
    column_lines,
    columns_of,
    family_head,
    number_text,
    stamped,
)
from agent.store.content import Account, Content, Part, visible
from agent.store.layout import Mask, label_text
from agent.store.shape import Shape
from collectors.catalogue import Catalogue, Family
from collectors.contract import Method, Number

ACCOUNTS = "table"
"""The catalogue's table of egov_table_*, whose rows the store makes itself."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Knows the families in their order, with HELP and TYPE written once.

    Args:
        heads: HELP and TYPE of each family.
        timestamps: write the time of the observation behind each polled sample.
    """

    catalogue: Catalogue
    heads: Mapping[str, bytes]
    timestamps: bool
    _columns: dict[Shape, Mapping[str, tuple[Column, ...]]] = field(default_factory=dict)
    """What was found out about each shape; there are as few as there are kinds of devices."""

    def page(self, content: Content, monotonic_s: float) -> bytes:
        """Write what is fresh of one target."""
        groups: list[bytes] = []
        present = content.parts
        for table, columns in self.catalogue.columns.items():
            if table == ACCOUNTS:
                for family in columns:
                    self._append(groups, family, account_lines(family, content, monotonic_s))
            if table not in present or not (parts := present[table]):
                continue
            shown = list(visible(parts, monotonic_s))
            if len(shown) == 1:
                self._write(groups, content.head, *shown[0])
                continue
            for family in columns:
                self._append(groups, family, self.rows(family, content.head, shown))
        return b"".join(groups)

    def rows(self, family: Family, head: bytes, shown: Iterable[tuple[Part, Mask | None]]) -> bytes:
        """Write the samples of one family in the parts of one target."""
        return b"".join(
            [
                self._lines(column, head, part, mask)
                for part, mask in shown
                for column in self._columns_of(part).get(family.name, ())
            ]
        )

    def _write(self, groups: list[bytes], head: bytes, part: Part, mask: Mask | None) -> None:
        """Write all families of the one part that a table has."""
        for family, columns in self._columns_of(part).items():
            lines = [column_lines(column, head, part, mask) for column in columns]
            if self.timestamps:
                lines = [stamped(some, part) for some in lines]
            if any(lines):
                groups.append(self.heads[family])
                groups += lines

    def _columns_of(self, part: Part) -> Mapping[str, tuple[Column, ...]]:
        """Give the columns of each family that the part has, in the order of the exposition."""
        found = self._columns.get(part.shape)
        if found is None:
            families = self.catalogue.columns[part.table]
            pairs = ((family.name, columns_of(family, part.shape)) for family in families)
            found = self._columns[part.shape] = {name: some for name, some in pairs if some}
        return found

    def _lines(self, column: Column, head: bytes, part: Part, mask: Mask | None) -> bytes:
        lines = column_lines(column, head, part, mask)
        return stamped(lines, part) if self.timestamps else lines

    def _append(self, groups: list[bytes], family: Family, lines: bytes) -> None:
        if lines:
            groups += (self.heads[family.name], lines)


def writer(catalogue: Catalogue, *, timestamps: bool) -> Writer:
    """Make the writer of a catalogue."""
    heads = {
        family.name: family_head(family.name, family.type, family.help)
        for family in catalogue.families.values()
    }
    return Writer(catalogue, heads, timestamps)


def account_lines(family: Family, content: Content, monotonic_s: float) -> bytes:
    """Write one family of egov_table_* for one target."""
    start = b"%b{%b" % (family.name.encode(), content.head)
    lines: list[bytes] = []
    for source, account in content.accounts.items():
        table, method = source
        part = _fresh_part(content.parts.get(table, ()), method, monotonic_s)
        number = _number(family.name, account, part, monotonic_s)
        if number is not None:
            lines.append(b"%b%b %b\n" % (start, _account_labels(*source), number_text(number)))
    return b"".join(lines)


@cache
def _account_labels(table: str, method: Method) -> bytes:
    """Write the labels of an account; there are as many as tables and methods, whatever comes."""
    return f"{label_text('table', table)},{label_text('method', method)}}}".encode()


def _fresh_part(parts: Sequence[Part], method: Method, monotonic_s: float) -> Part | None:
    for part in parts:
        if part.method is method and part.is_fresh(monotonic_s):
            return part
    return None


def _number(name: str, account: Account, part: Part | None, monotonic_s: float) -> Number | None:
    match name:
        case "egov_table_rows":
            return None if part is None else part.rows
        case "egov_table_complete":
            if account.expires_s is not None and monotonic_s >= account.expires_s:
                return None
            return int(account.complete and part is not None and not part.is_cut)
        case _:
            return account.success_s
