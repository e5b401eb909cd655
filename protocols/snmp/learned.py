"""What an agent taught us about sizes; kept over restarts as JSON."""

from collections.abc import Mapping
from typing import Final

PROBE_AFTER: Final = 500
"""Good full-size answers in a row after which a lowered limit is tried doubled once more."""


class Learned:
    """The most varbinds that one agent answers at once; None: no limit was met.

    It is repetitions times columns, so that it serves long and short tables alike. A tooBig, or
    silence where a smaller request is answered, halves it; a long run of good answers at the limit
    doubles it again, because firmware gets updated.

    `row_octets` is how much a row of a column took last time, by the column's OID; it decides how
    many rows fit a response, is cheap to learn again and is not exported.
    """

    def __init__(self) -> None:
        """Know nothing."""
        self.varbinds: int | None = None
        self.row_octets: dict[bytes, float] = {}
        self._good = 0

    def failed(self, varbinds: int) -> None:
        """Remember that so many were too many."""
        self.varbinds = max(1, varbinds // 2)
        self._good = 0

    def worked(self, varbinds: int, columns: int = 1) -> None:
        """Count a good answer if one more repetition would have been more than the limit allows."""
        if self.varbinds is None or varbinds + columns <= self.varbinds:
            return
        self._good += 1
        if self._good >= PROBE_AFTER:
            self.varbinds *= 2
            self._good = 0

    def repetitions(self, wanted: int, columns: int) -> int:
        """Return how many repetitions of so many columns to ask where so many are wanted."""
        return wanted if self.varbinds is None else max(1, min(wanted, self.varbinds // columns))

    def export(self) -> dict[str, int]:
        """Return what is worth keeping, as JSON; empty when there is nothing."""
        return {} if self.varbinds is None else {"varbinds": self.varbinds}

    def restore(self, document: Mapping[str, object]) -> None:
        """Take up what `export` gave; anything else is ignored."""
        most = document.get("varbinds")
        if isinstance(most, int) and not isinstance(most, bool) and most >= 1:
            self.varbinds = most
