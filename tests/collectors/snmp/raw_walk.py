"""The raw walk of a recording, by column and index, for the scripts that derive golden values.

It knows nothing of profiles.
"""

from collections import defaultdict

from tests.collectors.snmp.agent import lines


class Walk:
    """What a recording holds below some subtrees."""

    def __init__(self, recording: str, subtrees: tuple[str, ...]) -> None:
        """Read it; a column is found by the OID before its index."""
        self._cells = {oid: _text(tag, value) for oid, tag, value in lines(recording, subtrees)}

    def column(self, oid: str) -> dict[str, str]:
        """Return the cells of a column by the index written with dots."""
        start = oid + "."
        return {k[len(start) :]: v for k, v in self._cells.items() if k.startswith(start)}

    def scalar(self, oid: str) -> str:
        """Return one scalar; a KeyError is a mistake of the script."""
        return self._cells[oid + ".0"]

    def rows(self, base: str, columns: dict[str, int]) -> dict[str, dict[str, str]]:
        """Return rows by index, their cells by the names given to the columns of an entry."""
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for name, number in columns.items():
            for index, cell in self.column(f"{base}.{number}").items():
                found[index][name] = cell
        return dict(found)


def _text(tag: str, value: str) -> str:
    return bytes.fromhex(value).decode("utf-8", "replace") if tag.endswith("x") else value
