"""Walks what a visit wants of a device: healthy tables together, then those that stall, one by one.

A table that stalls is asked last and with a share of the time of its own, so that it costs the
others neither their interval nor their deadline; see `quarantine` for when it is left out.
"""

from collections.abc import Callable, Iterable, Mapping

from collectors.snmp.device import Device
from collectors.snmp.steady import Place
from protocols.snmp.errors import NoAnswer
from protocols.snmp.progress import Caps, Column, Problem
from protocols.snmp.session import Session, SessionStatistics
from protocols.snmp.walk import walk

SHARE = 0.25
"""Of the time that is left, for each table that stalled before."""
_LEAST_S = 2.0
"""With less than this a table is not tried: that it stalled would prove nothing."""
_RETRIES = 0.05
"""On a path where more requests than this are lost, a stall proves nothing either."""

Note = Callable[[str], None]
Walked = Mapping[Place, Column]


class Walking:
    """The walks of one visit.

    Args:
        deadline_s: of the visit, on the engine's clock.
    """

    def __init__(
        self, session: Session, device: Device, caps: Caps, deadline_s: float, note: Note
    ) -> None:
        """Ask nothing yet."""
        self._session = session
        self._device = device
        self._caps = caps
        self._deadline_s = deadline_s
        self._note = note
        self._judged: set[str] = set()

    async def run(self) -> None:
        """Walk what the device wants now; may be called again when it wants more.

        Raises:
            SnmpError: nothing came.
        """
        before = self._session.statistics()
        try:
            stalled = await self._walk(self._deadline_s)
        except NoAnswer:
            self._suspect_first()
            raise
        held = self._device.quarantine
        if not stalled and not held.cases:
            return
        calm = _calm(before, self._session.statistics())
        for table, columns in stalled.items():
            self._hold(table, columns, calm)
        await self._try_suspects(calm)
        self._device.leave_out()

    async def _walk(self, deadline_s: float) -> dict[str, set[str]]:
        """Walk what is wanted and what that shows to be needed; return what stalled, by table."""
        device = self._device
        walked: dict[Place, Column] = {}
        for requests in (device.first, device.second):
            wanted = requests()
            if not wanted:
                continue
            columns = await walk(
                self._session, list(wanted.values()), self._caps, deadline_s, self._note
            )
            part = dict(zip(wanted, columns, strict=True))
            device.take(part)
            if device.failures:
                walked |= part
        return _stalled(walked, timely=self._session.now_s() < self._deadline_s)

    async def _try_suspects(self, calm: bool) -> None:
        device, held = self._device, self._device.quarantine
        for table in held.to_try(device.now_s):
            left_s = SHARE * (self._deadline_s - self._session.now_s())
            if table in self._judged or left_s < _LEAST_S:
                continue
            if not device.try_apart(table):
                continue
            self._judged.add(table)
            try:
                stalled = await self._walk(self._session.now_s() + left_s)
            except NoAnswer:
                stalled = {table: set()}
            for name, columns in stalled.items():
                self._note(f"{name} stalls")
                self._hold(name, columns, calm)
            if stalled:
                break
            held.answered(table)
        device.try_apart(None)

    def _hold(self, table: str, columns: Iterable[str], calm: bool) -> None:
        """Hold a stall against a table; on a lossy path suspicion is all that it earns."""
        self._judged.add(table)
        held, device = self._device.quarantine, self._device
        case = held.cases.get(table)
        known = case.columns if case else device.columns_of(table)
        if calm or case is None:
            held.stalled(table, columns or known, device.now_s)

    def _suspect_first(self) -> None:
        """Suspect those that were asked first when an agent that answered has gone silent."""
        tables = dict.fromkeys(table for table, _column in self._device.first())
        for table in list(tables)[: self._session.limits.in_flight]:
            self._hold(table, (), calm=False)


def _stalled(walked: Walked, *, timely: bool) -> dict[str, set[str]]:
    """Return the columns that an agent was silent to although it was there, by table.

    A column that was given up with others of its table, without being asked, has stalled with them.
    A table of which nothing came at all has stalled as a whole, told by an empty set.
    """
    problems = {Problem.NO_ANSWER, Problem.DEADLINE} if timely else {Problem.NO_ANSWER}
    silent = {place: one for place, one in walked.items() if one.problem in problems}
    asked = {table for (table, _column), one in silent.items() if one.requests}
    found: dict[str, set[str]] = {}
    for table, column in silent:
        if table in asked:
            found.setdefault(table, set()).add(column)
    came = {table for (table, _column), one in walked.items() if one.complete}
    return {table: columns if table in came else set() for table, columns in found.items()}


def _calm(before: SessionStatistics, after: SessionStatistics) -> bool:
    """Say whether hardly anything was lost."""
    return after.retries - before.retries <= 1 + _RETRIES * (after.sent - before.sent)
