"""Which requests bring columns whose rows are known, and what is remembered of their answers.

    fits one response      one request for the column, or for several short ones of a table
    does not fit           requests of as many rows as fit, all known beforehand; the few rows left
                           over at the end of several columns share one request

The second is what SNMPv3 needs for 57 counters of 64 bits: its headers leave room for 53, so eight
columns take 8 + 1 requests instead of 16.
"""

from collections.abc import Hashable, Iterator, Sequence
from functools import lru_cache
from operator import is_
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

from protocols.snmp import ber, column, oid
from protocols.snmp.progress import Caps, Column, ColumnRequest
from protocols.snmp.request import Request
from protocols.snmp.session import Limits, Session

if TYPE_CHECKING:
    from protocols.snmp.layout import Layout

MOST_COLUMNS: Final = 16
KEPT_PLANS: Final = 3

T = TypeVar("T", bound=tuple[Hashable, ...])


@lru_cache(maxsize=4096)
def _shared(one: T) -> T:
    """Return the one tuple for all that are equal: agents of one kind are asked the same."""
    return one


class Ask(Request):
    """One GETBULK, and how it was answered last time.

    Attributes:
        places: of its columns in the walk.
        first, rows: the known rows that it brings of each.
        last: whether it also brings what comes behind the columns' last row.
        whole: it brings its columns from the first row to the last.
        layout: how that answer lay; `unlaid` counts the answers that were read without one.
        lengths: of the known indexes, see `column.spellings`; of whole columns only.
        known: those indexes.
        digest: hash of its varbinds; `kept` are its columns when they came so twice in a row.
    """

    __slots__ = (
        "digest", "first", "kept", "known", "last", "layout", "lengths", "places", "prefixes",
        "rows", "unlaid", "whole",
    )  # fmt: skip

    def __init__(
        self, columns: Sequence[tuple[int, ColumnRequest]], first: int, rows: int, *, last: bool
    ) -> None:
        """Remember nothing yet; all columns have the same known rows."""
        super().__init__(ber.GET_BULK, rows + last)
        self.places = _shared(tuple([place for place, _ in columns]))
        self.prefixes = _shared(tuple([request.oid for _, request in columns]))
        self.known = columns[0][1].known or []
        self.first, self.rows, self.last = first, rows, last
        self.whole = last and not first
        self.digest: int | None = None
        self.kept: list[Column] | None = None
        self.layout: Layout | None = None
        self.unlaid = 0
        self.lengths: tuple[int, ...] = ()

    @property
    def key(self) -> Hashable:
        """What asks of one session are told apart by while their indexes are alive."""
        return self.prefixes, id(self.known), self.first, self.rows, self.last

    def begun(self, session: Session, elder: "Ask | None") -> "Ask":
        """Return the same request of another plan, or this one, written."""
        if elder is None:
            self.begin(session)
        elif elder.places == self.places:
            return elder
        else:
            self.succeed(elder)
        return self

    def begin(self, session: Session) -> None:
        """Write the request."""
        behind = self.known[self.first - 1] if self.first else b""
        self.write(session.security, tuple([prefix + behind for prefix in self.prefixes]))
        if self.whole:
            self.lengths = column.spellings(self.known)

    def succeed(self, elder: "Ask") -> None:
        """Go on with what is known of the same request in another plan."""
        self.varbinds, self.before, self.after = elder.varbinds, elder.before, elder.after
        self.lengths, self.expected = elder.lengths, elder.expected
        self.layout, self.unlaid = elder.layout, elder.unlaid
        self.digest, self.kept = elder.digest, elder.kept


class Basis(NamedTuple):
    """What a plan holds for."""

    limits: Limits
    caps: Caps
    most_varbinds: int | None


class Plan:
    """The requests for one list of columns, most of which come again at each visit.

    Attributes:
        asks: in the order in which they are sent.
        parts: of each column that takes several, by its place.
    """

    __slots__ = ("_basis", "asks", "parts", "requests", "stale")

    def __init__(self, session: Session, requests: Sequence[ColumnRequest], caps: Caps) -> None:
        """Plan what can be planned; columns without an Ask are left to somebody else."""
        self.requests = list(requests)
        self.stale = False
        self._basis = _basis(session, caps)
        elders = {ask.key: ask for one in reversed(session.plans) for ask in one.asks}
        asks = _asks(session, self._plannable(session, caps), caps)
        self.asks: list[Ask] = [ask.begun(session, elders.get(ask.key)) for ask in asks]
        self.parts: dict[int, list[Ask]] = {}
        for ask in self.asks:
            if not ask.whole:
                for place in ask.places:
                    self.parts.setdefault(place, []).append(ask)

    def serves(self, session: Session, requests: Sequence[ColumnRequest], caps: Caps) -> bool:
        """Tell whether it is for these very requests, and nothing was learned since."""
        return (
            len(requests) == len(self.requests)
            and all(map(is_, requests, self.requests))
            and not self.stale
            and self._basis == _basis(session, caps)
        )

    def _plannable(self, session: Session, caps: Caps) -> list[tuple[int, ColumnRequest]]:
        usual = session.learned.row_octets
        return [
            (place, request)
            for place, request in enumerate(self.requests)
            if request.known
            and caps.ordered
            and len(request.known) < caps.rows
            and (len(request.known) + 1) * usual.get(request.oid, caps.octets) < caps.octets
        ]


def plan(session: Session, requests: Sequence[ColumnRequest], caps: Caps) -> Plan:
    """Return the session's plan for these columns, made now if there is none."""
    for one in session.plans:
        if one.serves(session, requests, caps):
            return one
    made = Plan(session, requests, caps)
    session.plans = [made, *session.plans[: KEPT_PLANS - 1]]
    return made


def _basis(session: Session, caps: Caps) -> Basis:
    return Basis(session.limits, caps, session.learned.varbinds)


def _asks(session: Session, columns: list[tuple[int, ColumnRequest]], caps: Caps) -> Iterator[Ask]:
    """Yield requests for whole columns first, then those for the rows that are left over."""
    long: dict[tuple[bytes, int], list[tuple[int, ColumnRequest]]] = {}
    while columns:
        place, request = columns[0]
        rows, fitting = len(request.known or ()), _fitting(session, columns)
        if _most(session, request) > rows:
            yield Ask(columns[:fitting], 0, rows, last=True)
            del columns[:fitting]
        else:
            key = (oid.parent(request.oid), id(request.known))
            long.setdefault(key, []).append((place, request))
            del columns[0]
    for table in long.values():
        yield from _parts(session, table, caps)


def _fitting(session: Session, columns: list[tuple[int, ColumnRequest]]) -> int:
    """Return how many columns from the first on fit one response with all their rows."""
    first = columns[0][1]
    rows, parent = len(first.known or ()) + 1, oid.parent(first.oid)
    room, most = session.room / rows, session.learned.varbinds
    number = 0
    for _, request in columns[:MOST_COLUMNS]:
        room -= session.learned.row_octets[request.oid]
        too_many = most is not None and (number + 1) * rows > most
        if request.known is not first.known or oid.parent(request.oid) != parent:
            break
        if room < 0 or too_many:
            break
        number += 1
    return max(number, 1)


def _most(session: Session, request: ColumnRequest) -> int:
    """Return how many rows of a column fit one response."""
    most = int(session.room / session.learned.row_octets[request.oid])
    if session.limits.max_repetitions is not None:
        most = min(most, session.limits.max_repetitions)
    return session.learned.repetitions(max(most, 1), 1)


def _parts(session: Session, table: list[tuple[int, ColumnRequest]], caps: Caps) -> Iterator[Ask]:
    rows = len(table[0][1].known or ())
    most = min(_most(session, request) for _, request in table)
    if rows // most >= caps.requests:
        return
    for one in table:
        for first in range(0, rows - most + 1, most):
            yield Ask([one], first, most, last=False)
    first = rows - rows % most
    together = max(1, min(most // (rows % most + 1), MOST_COLUMNS))
    for at in range(0, len(table), together):
        yield Ask(table[at : at + together], first, rows % most, last=True)
