"""One page: everything that is known about one target, grouped by family."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from agent.exposition.lines import family_head, family_lines, number_text
from agent.store.content import Account, Content, Part, visible
from agent.store.layout import Mask, label_text
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

    def page(self, content: Content, monotonic_s: float) -> bytes:
        """Write what is fresh of one target."""
        groups: list[bytes] = []
        for table, columns in self.catalogue.columns.items():
            if table == ACCOUNTS:
                for family in columns:
                    self._append(groups, family, account_lines(family, content, monotonic_s))
            parts = content.parts.get(table)
            if parts:
                shown = list(visible(parts, monotonic_s))
                for family in columns:
                    self._append(groups, family, self.rows(family, content.head, shown))
        return b"".join(groups)

    def rows(self, family: Family, head: bytes, shown: Iterable[tuple[Part, Mask | None]]) -> bytes:
        """Write the samples of one family in the parts of one target."""
        stamped = self.timestamps
        lines = [family_lines(family, head, *one, timestamps=stamped) for one in shown]
        return lines[0] if len(lines) == 1 else b"".join(lines)

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
