"""Columns of tables, walked with GETBULK (RFC 3416 section 4.2.3), or GETNEXT where v1 is spoken.

    ColumnRequest ─▶ batches ─▶ one request after the other ─▶ Progress of each column ─▶ Column
                       │ long table: one column, all its rows in one response
                       └ short tables: several columns in one request

Of many tables that nobody has seen yet, most are none that the agent has. One row of the first
column of each is asked for beforehand, sixteen in a request, then one of the other columns of those
that were not there: 4 requests where 45 told the same of a switch without LLDP, routes and sensors.

Nothing an agent answers hides the rows of another column: a column that goes wrong ends with its
`problem`, keeps the rows it has, and is not complete.
"""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Sequence
from typing import Final, cast

from protocols.snmp import ber, column, message, oid
from protocols.snmp.credentials import Version
from protocols.snmp.errors import (
    ClosedPort,
    Malformed,
    NoAnswer,
    NoRoute,
    Refused,
    SnmpError,
    Status,
)
from protocols.snmp.exchange import Exchange
from protocols.snmp.learned import Learned
from protocols.snmp.plan import MOST_COLUMNS, plan
from protocols.snmp.progress import Caps, Column, ColumnRequest, Problem, Progress, begin, deal
from protocols.snmp.security import Pdu
from protocols.snmp.session import Session
from protocols.snmp.steady import Opening, SteadyWalk

__all__ = ["Caps", "Column", "ColumnRequest", "Problem", "walk"]

Note = Callable[[str], None]

_MALFORMED_TRIES: Final = 3
_PROBED: Final = 4  # unknown tables from which on it pays to look which are there
_MOST_SILENCES: Final = 3  # of one table: 30 s with the usual timeouts, half of a usual visit
_SYS_UP_TIME: Final = oid.encode("1.3.6.1.2.1.1.3")


async def walk(
    session: Session,
    columns: Sequence[ColumnRequest],
    caps: Caps,
    deadline_s: float,
    note: Note | None = None,
) -> list[Column]:
    """Return one Column for each request, in the same order.

    `deadline_s` is on the engine's monotonic clock and covers everything; `note` gets a line for
    each thing a reader of a transcript should know.

    Raises:
        SnmpError: nothing came of any column (NoAnswer, ClosedPort, NoRoute, Refused).
    """
    planned = plan(session, columns, caps) if session.security.version != Version.V1 else None
    if planned is None or not planned.asks:
        progresses = _begin(columns, caps, session.learned)
        await _Walk(session, progresses, caps, deadline_s, note).run()
        return [progress.column() for progress in progresses]
    steady = SteadyWalk(session, planned, caps, deadline_s)
    await steady.walk()
    reading = steady.reading
    found, reading.columns = reading.columns, []  # the timer still knows it for a while
    if all(found):
        return cast("list[Column]", found)
    return await _finished(steady, found, _Walk(session, [], caps, deadline_s, note))


async def _finished(
    steady: SteadyWalk, found: list[Column | None], walking: "_Walk"
) -> list[Column]:
    """Walk on with care where the steady walk left off."""
    walking.go_on(steady, found)
    try:
        await walking.run()
    finally:
        for opening in steady.openings:
            opening.drop()
    return [one or steady.reading.progresses[place].column() for place, one in enumerate(found)]


def _begin(columns: Sequence[ColumnRequest], caps: Caps, learned: Learned) -> list[Progress]:
    """Return the columns before their first row."""
    return [begin(request, caps, learned) for request in columns]


class _Walk:
    """The columns of one call, and what all of them have in common."""

    def __init__(
        self,
        session: Session,
        columns: list[Progress],
        caps: Caps,
        deadline_s: float,
        note: Note | None,
    ) -> None:
        self.openings: deque[Opening] = deque()
        self._session = session
        self._caps = caps
        self._deadline_s = deadline_s
        self._note = note or _forget
        self._queue = deque(columns)
        self._walked: dict[bytes, list[bytes]] = {}
        self._answered = False
        self._fatal: SnmpError | None = None
        self._silences: Counter[bytes] = Counter()
        self._v1 = session.security.version == Version.V1

    def go_on(self, steady: SteadyWalk, found: list[Column | None]) -> None:
        """Take over what a steady walk has not brought."""
        self._answered, progresses = steady.answered_any, steady.reading.progresses
        self.openings.extend(steady.openings)
        opened = {id(progress) for opening in steady.openings for progress in opening.batch}
        for place, request in enumerate(steady.plan.requests):
            column = found[place]
            if column is not None:
                self._walked[oid.parent(request.oid)] = column.indexes
                continue
            if place not in progresses:
                progresses[place] = begin(request, self._caps, self._session.learned)
            if id(progresses[place]) not in opened:
                self._queue.append(progresses[place])

    async def run(self) -> None:
        """Walk with as many requests in flight as the session allows."""
        await self._probe()
        workers = min(self._session.limits.in_flight, len(self._queue) + len(self.openings))
        if workers <= 1:
            await self._work()
        else:
            async with asyncio.TaskGroup() as group:
                for number in range(workers):
                    group.create_task(self._work(), name=f"walk {self._session.name} {number}")
        fatal, self._fatal = self._fatal, None
        if fatal and not self._answered:
            try:
                raise fatal
            finally:
                del fatal  # it knows this frame

    async def _probe(self) -> None:
        """Find out with few requests which of many unknown tables the agent lacks."""
        unknown = [one for one in self._queue if one.expected is None and not one.alone]
        firsts = {one.parent: one for one in reversed(unknown) if one.parent not in self._walked}
        if self._v1 or len(firsts) < _PROBED or not await self._ends([*firsts.values()]):
            return
        await self._ends(
            [one for one in unknown if not one.done and self._walked.get(one.parent) == []]
        )
        self._queue = deque([one for one in self._queue if not one.done])

    async def _ends(self, columns: list[Progress]) -> bool:
        """End the columns that have no row; whatever else comes is left to the usual way.

        Return whether the agent takes such questions; nothing is held against it if not.
        """
        for at in range(0, len(columns), MOST_COLUMNS):
            batch = columns[at : at + MOST_COLUMNS]
            probes = [Progress(ColumnRequest(one.prefix), self._caps) for one in batch]
            try:
                pdu = await self._ask(probes, 1, 1)
                if pdu.error_status != Status.NO_ERROR or not pdu.varbinds:
                    return False
                deal(probes, pdu.varbinds)
            except SnmpError:
                return False
            self._answered = True
            for one, probe in zip(batch, probes, strict=True):
                if probe.done and not probe.problem:
                    one.done, one.requests, one.octets = True, 1, probe.octets
                    self._walked.setdefault(one.parent, [])
        return True

    async def _work(self) -> None:
        while self.openings or self._queue:
            opening = self.openings.popleft() if self.openings else None
            batch = opening.batch if opening else self._next_batch()
            if self._fatal:
                _fail_all(batch, _problem(self._fatal), str(self._fatal))
            else:
                await self._walk_batch(batch, opening)
            if opening:
                opening.drop()

    def _next_batch(self) -> list[Progress]:
        """Take the next column, and further ones of its table while their rows fit beside."""
        first = self._queue.popleft()
        self._learn_rows(first)
        batch = [first]
        if first.alone or (first.expected is None and not self._v1):
            return batch
        room: float = self._session.room
        room //= 1 if self._v1 else (first.expected or 0) + 1
        room -= first.row_octets
        while self._queue and _beside(self._queue[0], first) and len(batch) < MOST_COLUMNS:
            room -= self._queue[0].row_octets
            if room < 0:
                break
            batch.append(self._queue.popleft())
            self._learn_rows(batch[-1])
        return batch

    def _learn_rows(self, progress: Progress) -> None:
        """Expect of an unknown column the rows that its neighbour had in this walk."""
        if progress.expected is not None:
            return
        walked = self._walked.get(progress.parent)
        if walked:
            progress.know(walked, column.spellings(walked))
            progress.expected = len(walked)

    async def _walk_batch(self, batch: list[Progress], opening: Opening | None = None) -> None:
        """Walk columns side by side until each is done, split off, or put back."""
        started_s = self._session.now_s()
        malformed = 0
        while batch := self._going_on(batch, started_s):
            if opening:
                repetitions, asking = opening.repetitions, self._opened(opening.first)
                opening = None
            else:
                repetitions = self._repetitions(batch)
                asking = self._ask(batch, repetitions, None)
            pdu = await self._answer(batch, repetitions, asking)
            if pdu is None:
                continue
            try:
                batch = self._judge(batch, repetitions, pdu)
            except Malformed as error:
                malformed += 1
                if malformed == _MALFORMED_TRIES:
                    _fail_all(batch, Problem.MALFORMED, str(error))

    async def _opened(self, first: Exchange | Pdu) -> Pdu:
        return await first.answered() if isinstance(first, Exchange) else first

    async def _answer(
        self, batch: list[Progress], repetitions: int, asking: Coroutine[None, None, Pdu]
    ) -> Pdu | None:
        """Ask; None when there was no response, and the columns know what comes of that."""
        try:
            pdu = await asking
        except NoAnswer as error:
            await self._survive(batch, repetitions, error)
            return None
        except Malformed as error:
            _fail_all(batch, Problem.MALFORMED, str(error))
            return None
        except SnmpError as error:
            self._fatal = error
            _fail_all(batch, _problem(error), str(error))
            return None
        self._answered = True
        return pdu

    def _going_on(self, batch: list[Progress], started_s: float) -> list[Progress]:
        """Stop what is at a cap; return the columns that are not done."""
        now_s = self._session.now_s()
        for progress in batch:
            if progress.done:
                continue
            if progress.requests >= self._caps.requests:
                progress.fail(Problem.TOO_MANY_REQUESTS, f"{progress.requests} requests")
            elif progress.octets >= self._caps.octets:
                progress.fail(Problem.TOO_MANY_BYTES, f"{progress.octets} octets")
            elif now_s >= min(self._deadline_s, started_s + self._caps.seconds):
                progress.fail(Problem.DEADLINE, f"after {len(progress.values)} rows")
        return [progress for progress in batch if not progress.done]

    def _repetitions(self, batch: list[Progress]) -> int:
        """Return the rows still to come and one more, within the budget of a response."""
        if self._v1:
            return 1
        limits = self._session.limits
        wanted, row_octets = 1, 0.0
        for progress in batch:
            wanted = max(wanted, progress.wanted)
            row_octets += progress.row_octets
        most = int(self._session.room / row_octets)
        for progress in batch:
            if progress.most_repetitions is not None:
                most = min(most, progress.most_repetitions)
        if limits.max_repetitions is not None:
            most = min(most, limits.max_repetitions)
        return self._session.learned.repetitions(max(min(wanted, most), 1), len(batch))

    async def _ask(self, batch: list[Progress], repetitions: int, attempts: int | None) -> Pdu:
        for progress in batch:
            progress.requests += 1
        names = message.unbound(tuple([progress.next for progress in batch]))
        kind = ber.GET_NEXT if self._v1 else ber.GET_BULK
        deadline_s = min(self._deadline_s, self._session.now_s() + self._caps.seconds)
        return await self._session.exchange(
            kind, 0 if self._v1 else repetitions, names, deadline_s, attempts=attempts
        )

    def _judge(self, batch: list[Progress], repetitions: int, pdu: Pdu) -> list[Progress]:
        """Take a response; return the columns to go on with."""
        if pdu.error_status != Status.NO_ERROR:
            return self._judge_error(batch, repetitions, pdu)
        if not pdu.varbinds:
            return self._too_big(batch, repetitions, "an empty response")
        deal(batch, pdu.varbinds)
        self._session.learned.worked(repetitions * len(batch), len(batch))
        for progress in batch:
            if progress.done and not progress.problem:
                self._walked[progress.parent] = progress.indexes
                if progress.values:
                    self._session.learned.row_octets[progress.prefix] = progress.row_octets
        return batch

    def _judge_error(self, batch: list[Progress], repetitions: int, pdu: Pdu) -> list[Progress]:
        status = pdu.error_status
        if status == Status.TOO_BIG:
            return self._too_big(batch, repetitions, "tooBig")
        if status == Status.NO_SUCH_NAME and 1 <= pdu.error_index <= len(batch):
            batch[pdu.error_index - 1].done = True  # how v1 says that nothing follows
            return batch
        if len(batch) > 1:
            return self._split(batch, f"error-status {status}")
        progress = batch[0]
        if status == Status.NO_SUCH_NAME:
            progress.done = True
        elif status in {Status.NO_ACCESS, Status.AUTHORIZATION_ERROR}:
            progress.fail(Problem.AUTHORIZATION, f"error-status {status}")
        elif repetitions > 1:
            progress.most_repetitions = repetitions // 2  # the rows before the one that fails
        else:
            progress.fail(
                Problem.GENERR, f"error-status {status} behind {oid.decode(progress.next)}"
            )
        return batch

    def _too_big(self, batch: list[Progress], repetitions: int, text: str) -> list[Progress]:
        if repetitions > 1:
            self._session.learned.failed(repetitions * len(batch))
            self._note(f"{text} at {repetitions} repetitions: halved")
            return batch
        if len(batch) > 1:
            return self._split(batch, text)
        batch[0].fail(Problem.TOO_BIG, text)
        return batch

    def _split(self, batch: list[Progress], text: str) -> list[Progress]:
        """Go on with the first column alone; the others follow, one by one, before the rest."""
        self._note(f"{text} for {len(batch)} columns: asking them one by one")
        for progress in reversed(batch[1:]):
            progress.alone = True
            self._queue.appendleft(progress)
        batch[0].alone = True
        return batch[:1]

    async def _survive(self, batch: list[Progress], repetitions: int, error: NoAnswer) -> None:
        """Find out what a silence means.

        The agent may be gone, or choke on large responses, or on this part of the tree alone.
        """
        late = self._session.now_s() >= self._deadline_s
        if late or not await self._alive():
            self._fatal = error
            _fail_all(batch, Problem.DEADLINE if late else Problem.NO_ANSWER, str(error))
        elif repetitions > 1 and await self._answers_one(batch):
            self._session.learned.failed(repetitions * len(batch))
            self._note(f"silent at {repetitions} repetitions: halved")
        else:
            _fail_all(batch, Problem.NO_ANSWER, str(error))
            self._put_table_last(batch[0].parent)

    async def _alive(self) -> bool:
        names = message.unbound((_SYS_UP_TIME,))
        try:
            await self._session.exchange(ber.GET_NEXT, 0, names, self._deadline_s, attempts=1)
        except SnmpError:
            return False
        return True

    async def _answers_one(self, batch: list[Progress]) -> bool:
        try:
            self._judge(batch, 1, await self._ask(batch, 1, 1))
        except SnmpError:
            return False
        self._answered = True
        return True

    def _put_table_last(self, parent: bytes) -> None:
        """Ask a table that keeps silent after all others, and give it up after some more of it."""
        self._silences[parent] += 1
        late = [progress for progress in self._queue if progress.parent == parent]
        if self._silences[parent] >= _MOST_SILENCES:
            _fail_all(late, Problem.NO_ANSWER, f"{self._session.name}: keeps silent here")
            late = []
        early = [progress for progress in self._queue if progress.parent != parent]
        self._queue.clear()
        self._queue.extend(early + late)


def _beside(progress: Progress, first: Progress) -> bool:
    return progress.parent == first.parent and not progress.alone


def _fail_all(batch: list[Progress], problem: Problem, text: str) -> None:
    for progress in batch:
        if not progress.done:
            progress.fail(problem, text)


def _problem(error: SnmpError) -> Problem:
    match error:
        case ClosedPort():
            return Problem.CLOSED_PORT
        case NoRoute():
            return Problem.NO_ROUTE
        case Refused():
            return Problem(error.detail.value)
        case Malformed():
            return Problem.MALFORMED
        case _:
            return Problem.NO_ANSWER


def _forget(line: str) -> None:
    del line
