"""Everything that an agent has below a root, in its order; what breaks on the way is stepped over.

A poll knows its columns and uses `protocols.snmp.walk`. This is for reading a tree that nobody
described: it goes on behind a row, a column or a table that the agent cannot get past, and says so.
"""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Final

from protocols.snmp import ber, message, oid, varbinds
from protocols.snmp.credentials import Version
from protocols.snmp.errors import Malformed, NoAnswer, Status
from protocols.snmp.progress import Problem
from protocols.snmp.security import Pdu
from protocols.snmp.session import Session
from protocols.snmp.varbinds import VarBind

_FIRST_REPETITIONS: Final = 10
_MOST_REPETITIONS: Final = 100
_MOST_BREAKS: Final = 64
_MOST_MALFORMED: Final = 3
_LAST_SUB_IDENTIFIER: Final = 0xFFFFFFFF
_SYS_UP_TIME: Final = oid.encode("1.3.6.1.2.1.1.3")


@dataclass(frozen=True, slots=True)
class Break:
    """Where the agent could not go on; what comes next is not the next object.

    Args:
        behind: the last name before (OID contents).
    """

    behind: bytes
    problem: Problem
    text: str


async def below(
    session: Session, root: bytes, deadline_s: float
) -> AsyncIterator[list[VarBind] | Break]:
    """Yield what is below `root` response by response, and each Break where it happened.

    Names increase strictly over the whole run, whatever the agent does. The caller ends it when it
    has enough; `deadline_s` is on the engine's monotonic clock.

    Raises:
        SnmpError: the agent is gone, refuses, or the deadline came: what was yielded stands.
    """
    reading = _Reading(session, root, deadline_s)
    while not reading.done:
        piece = await reading.step()
        if piece:
            yield piece


class _Reading:
    def __init__(self, session: Session, root: bytes, deadline_s: float) -> None:
        self.done = False
        self._session = session
        self._root = root
        self._depth = len(oid.decode_index(root))
        self._deadline_s = deadline_s
        self._at = root
        self._last = root
        self._climbed = 0
        self._most = _MOST_REPETITIONS
        self._rows = self._octets = self._breaks = self._malformed = 0
        self._v1 = session.security.version == Version.V1

    async def step(self) -> list[VarBind] | Break | None:
        """Ask once; None when the answer only taught how to ask."""
        repetitions = self._repetitions()
        attempts = None if not self._climbed else 1
        try:
            return self._judge(repetitions, await self._ask(repetitions, attempts))
        except NoAnswer as error:
            return await self._silence(repetitions, error)
        except Malformed as error:
            self._malformed += 1
            if self._malformed < _MOST_MALFORMED:
                return None
            self.done = True
            return Break(self._last, Problem.MALFORMED, str(error))

    def _repetitions(self) -> int:
        if self._v1:
            return 1
        row_octets = self._octets / self._rows if self._rows else 0.0
        fitting = int(self._session.room / row_octets) if row_octets else _FIRST_REPETITIONS
        most = min(max(fitting, 1), self._most, self._session.limits.max_repetitions or self._most)
        return self._session.learned.repetitions(most, 1)

    async def _ask(self, repetitions: int, attempts: int | None) -> Pdu:
        kind = ber.GET_NEXT if self._v1 else ber.GET_BULK
        names = message.unbound((self._at,))
        sent = 0 if self._v1 else repetitions
        return await self._session.exchange(kind, sent, names, self._deadline_s, attempts=attempts)

    def _judge(self, repetitions: int, pdu: Pdu) -> list[VarBind] | Break | None:
        status = pdu.error_status
        if status == Status.NO_ERROR and pdu.varbinds:
            self._session.learned.worked(repetitions)
            return self._take(pdu.varbinds)
        if status == Status.NO_SUCH_NAME:
            self.done = True  # how v1 says that nothing follows
            return None
        return self._judge_error(repetitions, status)

    def _judge_error(self, repetitions: int, status: int) -> Break | None:
        if status in {Status.NO_ACCESS, Status.AUTHORIZATION_ERROR}:
            return self._step_over(Problem.AUTHORIZATION, f"error-status {status}")
        too_big = status in {Status.TOO_BIG, Status.NO_ERROR}  # or an empty response
        if repetitions > 1:
            if too_big:
                self._session.learned.failed(repetitions)
            else:
                self._most = repetitions // 2
            return None
        problem = Problem.TOO_BIG if too_big else Problem.GENERR
        return self._step_over(problem, f"error-status {status} for one object")

    def _take(self, data: bytes) -> list[VarBind] | Break | None:
        taken: list[VarBind] = []
        found = varbinds.read(data)
        self._octets += len(data)
        self._rows += len(found)
        for one in found:
            if one.tag == ber.END_OF_MIB_VIEW:
                self.done = True
                return taken
            if not oid.later(one.oid, self._at):
                text = f"{oid.decode(one.oid)} after {oid.decode(self._at)}"
                return taken or self._step_over(Problem.NONINCREASING, text)
            if not one.oid.startswith(self._root):
                self.done = True
                return taken
            self._at = self._last = one.oid
            self._climbed = 0
            taken.append(one)
        self._most = min(self._most * 2, _MOST_REPETITIONS)
        return taken

    async def _silence(self, repetitions: int, error: NoAnswer) -> Break | None:
        """Find out whether the agent is gone, chokes on a large response or on this place."""
        if self._session.now_s() >= self._deadline_s or not await self._alive():
            raise error
        if repetitions > 1:
            self._most = 1
            return None
        return self._step_over(Problem.NO_ANSWER, "silent")

    async def _alive(self) -> bool:
        names = message.unbound((_SYS_UP_TIME,))
        try:
            await self._session.exchange(ber.GET_NEXT, 0, names, self._deadline_s)
        except NoAnswer:
            return False
        return True

    def _step_over(self, problem: Problem, text: str) -> Break | None:
        """Go on behind the row, and where that fails behind its column, its table and so on.

        A Break is told once for a place, however far the climb goes.
        """
        first = not self._climbed
        self._breaks += first
        self._climbed += 1
        path = oid.decode_index(self._last)[: 1 - self._climbed or None]
        while len(path) > self._depth and path[-1] >= _LAST_SUB_IDENTIFIER:
            path = path[:-1]
        if len(path) <= self._depth or self._breaks > _MOST_BREAKS:
            self.done = True
        else:
            self._at = oid.encode_index((*path[:-1], path[-1] + 1))
        return Break(self._last, problem, text) if first else None
