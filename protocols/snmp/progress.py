"""One column while it is being walked: which rows came, and whether to believe the next ones."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from protocols.snmp import ber, column, oid, varbinds
from protocols.snmp.learned import Learned
from protocols.snmp.varbinds import Value, VarBind

_UNKNOWN_ROWS: Final = 25
_OVERHEAD: Final = 8  # two headers, a short index, and tag and length of the value


class Problem(StrEnum):
    """Why a column is not complete; the values are those of `collectors.errors.Detail`."""

    NO_ANSWER = "no_answer"
    DEADLINE = "deadline"
    CLOSED_PORT = "closed_port"
    NO_ROUTE = "no_route"
    AUTHORIZATION = "authorization"
    WRONG_USER = "wrong_user"
    WRONG_KEY = "wrong_key"
    WRONG_PRIVACY = "wrong_privacy"
    SECURITY_LEVEL = "security_level"
    TIME_WINDOW = "time_window"
    UNKNOWN_ENGINE = "unknown_engine"
    UNKNOWN_CONTEXT = "unknown_context"
    NONINCREASING = "nonincreasing"
    TOO_BIG = "too_big"
    TOO_MANY_ROWS = "too_many_rows"
    TOO_MANY_BYTES = "too_many_bytes"
    TOO_MANY_REQUESTS = "too_many_requests"
    GENERR = "generr"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """What one column may cost before it is stopped, with the rows that it has.

    Args:
        rows: of a column.
        requests: sent for the column, those shared with others included.
        octets: of varbinds received for it.
        seconds: from its first request on.
        ordered: stop at the first index that does not increase (RFC 3416 section 4.2.2); False for
            an agent known to be wrong in this: then only a repeated index stops the walk.
    """

    rows: int = 20_000
    requests: int = 2_000
    octets: int = 8 << 20
    seconds: float = 60.0
    ordered: bool = True


@dataclass(frozen=True, slots=True, weakref_slot=True)
class ColumnRequest:
    """A column to walk.

    Args:
        oid: contents octets of the column's OID.
        expected_rows: as many as the last visit saw; 0 when nobody knows, or `known` tells.
        known: the indexes of the last visit, of this or any column of the same rows; None when
            there was none. The walk is several times faster when they hold, and then
            `Column.indexes` is this very list.
        width: mean octets of a value, which sizes the first request; long texts want more.
    """

    oid: bytes
    expected_rows: int = 0
    known: list[bytes] | None = None
    width: int = 6


@dataclass(slots=True)
class Column:
    """What came of a column.

    Args:
        prefix: contents octets of the column's OID.
        indexes: the octets behind the prefix of each row, in the agent's order.
        values: int for the integer types, contents octets for others; None: the row has none, or
            one outside its type.
        tags: the BER tag of each value; tells noSuchInstance from a number out of range.
        complete: all rows that the agent has are here.
        problem: why not; `text` says it to a reader.
        requests: sent for it; those shared with other columns count for each.
        octets: of varbinds received.
    """

    prefix: bytes
    indexes: list[bytes]
    values: list[Value]
    tags: bytes
    complete: bool
    problem: Problem | None
    text: str
    requests: int
    octets: int


class Progress:
    """Takes the varbinds of responses to one column and knows what to ask next."""

    def __init__(self, request: ColumnRequest, caps: Caps) -> None:
        """Start before the column's first row."""
        self.prefix = request.oid
        self.parent = oid.parent(request.oid)
        self.next = request.oid
        self.expected: int | None = request.expected_rows or None
        if self.expected is None and request.known is not None:
            self.expected = len(request.known)
        self.most_repetitions: int | None = None
        self.alone = False
        self.usual_row_octets: float | None = None
        self.done = False
        self.problem: Problem | None = None
        self.text = ""
        self.requests = 0
        self.octets = 0
        self._varbinds = 0
        self.values: list[Value] = []
        self._caps = caps
        self._width = request.width
        self._tags: list[bytes] = []
        self._indexes: list[bytes] = []
        self._seen: set[bytes] | None = None if caps.ordered else set()
        self._regular = False
        self._known: list[bytes] = []
        self._lengths: tuple[int, ...] = ()

    def know(self, indexes: list[bytes], lengths: tuple[int, ...]) -> None:
        """Expect these indexes, of these `column.spellings`; only before anything has come."""
        self._known = indexes
        self._lengths = lengths
        self._regular = bool(lengths) and self._caps.ordered

    @property
    def row_octets(self) -> float:
        """How much of a response one row takes: as seen so far or last time, else as guessed.

        The rows behind the column's end, which a first request brings, count as rows.
        """
        if self._varbinds:
            return self.octets / self._varbinds
        return self.usual_row_octets or len(self.prefix) + _OVERHEAD + self._width

    @property
    def wanted(self) -> int:
        """How many rows still to ask for: those expected and one more, which ends the column."""
        if self.expected is None or self.expected < len(self.values):
            return _UNKNOWN_ROWS
        return self.expected + 1 - len(self.values)

    @property
    def indexes(self) -> list[bytes]:
        """The indexes so far; the known list itself when exactly those came."""
        found = self._known[: len(self.values)] if self._regular else self._indexes
        return self._known if found == self._known else found

    @property
    def tags(self) -> bytes:
        """The BER tag of each value so far."""
        return b"".join(self._tags)

    @property
    def as_known(self) -> bool:
        """Whether all rows so far are the known ones."""
        return self._regular or self._indexes == self._known[: len(self.values)]

    @property
    def all_known(self) -> bool:
        """Whether the column is at its end, and brought the known rows and no others."""
        return self.done and self.problem is None and self.indexes is self._known

    def fail(self, problem: Problem, text: str = "") -> None:
        """End the column with what it has."""
        self.done = True
        self.problem = problem
        self.text = text

    def column(self) -> Column:
        """Return what came."""
        return Column(
            self.prefix,
            self.indexes,
            self.values,
            self.tags,
            self.done and self.problem is None,
            self.problem,
            self.text,
            self.requests,
            self.octets,
        )

    def take(self, data: bytes) -> None:
        """Take the contents of a VarBindList that belongs to this column alone.

        Raises:
            Malformed: before anything of it was taken.
        """
        tag = column.first_tag(data)
        run = None
        if self._regular and tag in column.NUMBERS:
            pattern = column.compiled(self.prefix, tag, self._lengths)
            run = column.read_known(data, pattern, self._known, len(self.values))
        rest = varbinds.read(run.rest if run else data)
        if run:
            self._take_run(run.values, tag)
        self.octets += len(data)
        self.take_each(rest)

    def resume(self, values: list[Value], tags: bytes, octets: int) -> None:
        """Take the first known rows, which came some other way; only before anything else has."""
        self.values = values
        self._tags = [tags]
        self._indexes = self._known[: len(values)]
        self._varbinds = len(values)
        self.octets = octets
        if values:
            self.next = self.prefix + self._known[len(values) - 1]

    def _take_run(self, values: list[int], tag: int) -> None:
        room = self._caps.rows - len(self.values)
        if len(values) > room:
            self._too_many_rows()
            values = values[:room]
        self._varbinds += len(values)
        self.values.extend(values)
        self._tags.append(bytes((tag,)) * len(values))
        self.next = self.prefix + self._known[len(self.values) - 1]

    def take_each(self, found: list[VarBind]) -> None:
        """Take varbinds one by one until one of them ends the column."""
        self._varbinds += len(found)
        for name, tag, value, _ in found:
            if self.done:
                return
            if tag == ber.END_OF_MIB_VIEW:
                self.done = True
            elif not name.startswith(self.prefix) or len(name) == len(self.prefix):
                self._leave(name)
            else:
                self._take_row(name, tag, value)

    def _leave(self, name: bytes) -> None:
        """End at a name outside the column: the next object, unless the agent steps back."""
        self.done = True
        if self._caps.ordered and not oid.later(name, self.next):
            self.fail(Problem.NONINCREASING, f"{oid.decode(name)} after {oid.decode(self.next)}")

    def _take_row(self, name: bytes, tag: int, value: Value) -> None:
        if not self._increases(name):
            text = f"{oid.decode(name)} after {oid.decode(self.next)}"
            self.fail(Problem.NONINCREASING, text)
            return
        if len(self.values) >= self._caps.rows:
            self._too_many_rows()
            return
        if self._regular:
            self._indexes = self._known[: len(self.values)]
            self._regular = False
        self._indexes.append(name[len(self.prefix) :])
        self.values.append(value)
        self._tags.append(bytes((tag,)))
        self.next = name

    def _increases(self, name: bytes) -> bool:
        if self._seen is None:
            return oid.later(name, self.next)
        if name in self._seen:
            return False
        self._seen.add(name)
        return True

    def _too_many_rows(self) -> None:
        self.fail(Problem.TOO_MANY_ROWS, f"more than {self._caps.rows} rows")


def begin(request: ColumnRequest, caps: Caps, learned: Learned) -> Progress:
    """Return a column before its first row."""
    progress = Progress(request, caps)
    progress.usual_row_octets = learned.row_octets.get(request.oid)
    if request.known is not None:
        progress.know(request.known, column.spellings(request.known))
    return progress


def deal(batch: list[Progress], data: bytes) -> None:
    """Give each column its varbinds: they come row by row (RFC 3416 section 4.2.3).

    Raises:
        Malformed: before anything was taken.
    """
    if len(batch) == 1:
        batch[0].take(data)
        return
    found = varbinds.read(data)
    for position, progress in enumerate(batch):
        mine = found[position :: len(batch)]
        progress.octets += len(data) * len(mine) // len(found)
        progress.take_each(mine)
