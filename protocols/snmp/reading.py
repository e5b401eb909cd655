"""Reads the answers of a steady walk into columns: by layout, by pattern, else with care.

The answers of a walk are read one after the other when all are there, which costs half of what it
costs to read each where it comes, between the answers of other agents. What is not read here is
left to `walk`, which judges it.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from protocols.snmp import ber, column, oid, varbinds
from protocols.snmp.errors import Malformed, Status
from protocols.snmp.plan import Ask, Plan
from protocols.snmp.progress import Caps, Column, ColumnRequest, Progress, begin, deal
from protocols.snmp.security import Pdu
from protocols.snmp.session import Session
from protocols.snmp.varbinds import Value

_DRIFT: Final = 0.02
_SELDOM: Final = 64
"""Answers of which one is compared with the layouts of others, when there may be no more of them:
to look costs four times what it costs to read the answer without."""


class Piece(NamedTuple):
    """Rows of a column that takes several requests."""

    values: list[Value]
    tags: bytes
    octets: int


class Reading:
    """What the answers to a plan say.

    Attributes:
        columns: those that came, by place.
        progresses: what is known of others that something has come of.
        unread: responses that are not well formed.
    """

    __slots__ = ("_caps", "_pieces", "columns", "plan", "progresses", "session", "unread")

    def __init__(self, session: Session, plan: Plan, caps: Caps) -> None:
        """Have read nothing yet."""
        self.session = session
        self.plan = plan
        self.columns: list[Column | None] = [None] * len(plan.requests)
        self.progresses: dict[int, Progress] = {}
        self.unread: list[tuple[Ask, Pdu]] = []
        self._caps = caps
        self._pieces: dict[Ask, list[Piece]] = {}

    def read(self, answers: Iterable[tuple[Ask, bytes]]) -> None:
        """Read varbinds of responses without an error."""
        learned = self.session.learned
        for ask, data in answers:
            if ask.whole:
                self._take_whole(ask, data)
            else:
                self._take_piece(ask, data)
            if learned.varbinds is not None:
                learned.worked(ask.repetitions * len(ask.places), len(ask.places))

    def _take_whole(self, ask: Ask, data: bytes) -> None:
        digest = hash(data)  # keyed for each process: no agent can make two that are equal
        again = digest == ask.digest
        if again and ask.kept is not None:
            columns: list[Column] | None = ask.kept
        else:
            layout = ask.layout
            values = None if layout is None else layout.read(data)
            if values is None or layout is None:
                columns = self._read_rows(ask, data) or self._judge(ask, data)
            else:
                columns = self._columns(ask, values, layout.tags, len(data))
            ask.kept = columns if again else None
            ask.digest = digest
        if columns is not None:
            for place, one in zip(ask.places, columns, strict=True):
                self.columns[place] = one

    def _columns(self, ask: Ask, values: tuple[int, ...], tags: bytes, octets: int) -> list[Column]:
        number = len(ask.places)
        known = self.plan.requests[ask.places[0]].known or []
        if number == 1:
            cells: list[Value] = [*values]
            return [Column(ask.prefixes[0], known, cells, tags, True, None, "", 1, octets)]
        return [
            Column(
                prefix, known, [*values[at::number]], tags[at::number], True, None, "", 1,
                octets // number,
            )
            for at, prefix in enumerate(ask.prefixes)
        ]  # fmt: skip

    def _read_rows(self, ask: Ask, data: bytes) -> list[Column] | None:
        """Read one column with its known rows and what is behind them; None: it is not so plain.

        It is what `Progress` does with such an answer, in half the time.
        """
        known, prefix = self.plan.requests[ask.places[0]].known, ask.prefixes[0]
        tag = column.first_tag(data)
        if len(ask.places) > 1 or not ask.lengths or known is None or tag not in column.NUMBERS:
            return None
        run = column.read_known(data, column.compiled(prefix, tag, ask.lengths), known, 0)
        if run is None or len(run.values) != len(known) or not _ends(run.rest, prefix, known[-1]):
            return None
        octets = len(data)
        self.session.learned.row_octets[prefix] = octets / ask.repetitions
        self.plan.stale = self.plan.stale or octets > self.session.room
        self._lay(ask, data)
        tags = bytes((tag,)) * len(known)
        cells: list[Value] = [*run.values]
        return [Column(prefix, known, cells, tags, True, None, "", 1, octets)]

    def _judge(self, ask: Ask, data: bytes) -> list[Column] | None:
        """Read an answer with the care of `walk`; what is not at its end goes on there."""
        batch = [self.begun(place) for place in ask.places]
        try:
            deal(batch, data)
        except Malformed:
            self.unread.append((ask, Pdu(ber.RESPONSE, 0, Status.NO_ERROR, 0, data)))
            return None
        for place, progress in zip(ask.places, batch, strict=True):
            self._learn(progress, len(data))
            if progress.done:
                self.columns[place] = progress.column()
            else:
                self.progresses[place] = progress
        if not all(progress.all_known for progress in batch):
            return None
        self._lay(ask, data)
        return [progress.column() for progress in batch]

    def _lay(self, ask: Ask, data: bytes) -> None:
        """Read the next answers as this one lies, unless it has just begun to lie otherwise."""
        layouts = self.session.post.layouts
        if ask.layout is not None:
            ask.layout = None
            return
        ask.unlaid += 1
        if not layouts.full or ask.unlaid % _SELDOM == 1:
            ask.layout = layouts.of(data, ask.rows * len(ask.places))

    def _learn(self, progress: Progress, octets: int) -> None:
        if progress.values and not progress.problem:
            self.session.learned.row_octets[progress.prefix] = progress.row_octets
        self.plan.stale = self.plan.stale or octets > self.session.room

    def begun(self, place: int) -> Progress:
        """Return a column before its first row, as part of this walk."""
        request = self.plan.requests[place]
        progress = begin(request, self._caps, self.session.learned)
        progress.requests = 1
        return progress

    # --- columns that take several requests

    def _take_piece(self, ask: Ask, data: bytes) -> None:
        number = len(ask.places)
        values = ask.layout.read(data) if ask.layout is not None else None
        if values is None or ask.layout is None:
            pieces = self._read_pieces(ask, data)
            if pieces is None:
                return
            self._lay(ask, data)
            self.plan.stale = self.plan.stale or len(data) > self.session.room
        else:
            tags = ask.layout.tags
            pieces = [
                Piece([*values[at::number]], tags[at::number], len(data) // number)
                for at in range(number)
            ]
        self._pieces[ask] = pieces

    def _read_pieces(self, ask: Ask, data: bytes) -> list[Piece] | None:
        """Read the rows of each column when they are just those asked for."""
        batch = []
        for place in ask.places:
            progress = self.begun(place)
            progress.resume([None] * ask.first, bytes(ask.first), 0)
            batch.append(progress)
        try:
            deal(batch, data)
        except Malformed:
            return None
        stop = ask.first + ask.rows
        for progress in batch:
            if progress.problem or not progress.as_known or len(progress.values) != stop:
                return None
            if progress.done != ask.last:
                return None
        return [
            Piece(progress.values[ask.first :], progress.tags[ask.first :], progress.octets)
            for progress in batch
        ]

    def join(self) -> None:
        """Put columns together that came in pieces."""
        for place, asks in self.plan.parts.items():
            self._join_column(place, asks)

    def _join_column(self, place: int, asks: list[Ask]) -> None:
        request = self.plan.requests[place]
        values: list[Value] = []
        tags, octets, number = b"", 0, 0
        for ask in asks:
            pieces = self._pieces.get(ask)
            if pieces is None:
                break
            piece = pieces[ask.places.index(place)]
            values += piece.values
            tags += piece.tags
            octets += piece.octets
            number += 1
        if number == len(asks):
            self._learn_pieces(request, octets / (len(values) + 1))
            known = request.known or []
            self.columns[place] = Column(
                request.oid, known, values, tags, True, None, "", number, octets
            )
            return
        progress = self.progresses[place] = self.begun(place)
        progress.requests = number + 1
        progress.resume(values, tags, octets)

    def _learn_pieces(self, request: ColumnRequest, row_octets: float) -> None:
        """Plan anew when rows have become longer or shorter than they were planned to be."""
        usual = self.session.learned.row_octets
        if abs(row_octets / usual[request.oid] - 1) > _DRIFT:
            usual[request.oid] = row_octets
            self.plan.stale = True


def _ends(rest: bytes, prefix: bytes, last: bytes) -> bool:
    """Tell whether one varbind is left, and it ends a column whose last row has that index."""
    try:
        found = varbinds.read(rest)
    except Malformed:
        return False
    if len(found) != 1:
        return False
    name, tag = found[0].oid, found[0].tag
    outside = not name.startswith(prefix) and oid.later(name, prefix + last)
    return tag == ber.END_OF_MIB_VIEW or outside
