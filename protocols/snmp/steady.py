"""A walk over columns whose rows are known, which is what nearly every visit does.

    SteadyWalk ─▶ Sending ─▶ answers ─▶ Reading ─▶ Columns
                     └ what is irregular ─▶ left to `walk`

Its answers are read together at the end, because an answer read where it comes, between those of
other agents, finds nothing of its own in the processor's caches.
"""

from typing import NamedTuple

from typing_extensions import override

from protocols.snmp.exchange import Exchange
from protocols.snmp.plan import Ask, Plan
from protocols.snmp.progress import Caps, Progress
from protocols.snmp.reading import Reading
from protocols.snmp.security import Pdu
from protocols.snmp.sending import Sending
from protocols.snmp.session import Session


class Opening(NamedTuple):
    """An answer, or a request under way, with which `walk` goes on for these columns."""

    batch: list[Progress]
    repetitions: int
    first: Exchange | Pdu

    def drop(self) -> None:
        """Wait for it no more, if anybody did."""
        if isinstance(self.first, Exchange):
            self.first.drop()


class SteadyWalk(Sending[Ask]):
    """The walk of a plan.

    Attributes:
        reading: what came: columns, and progresses of others that something has come of.
        openings: what others go on with.
    """

    __slots__ = ("openings", "plan", "reading")

    def __init__(self, session: Session, plan: Plan, caps: Caps, deadline_s: float) -> None:
        """Send nothing yet."""
        super().__init__(session, plan.asks, caps.seconds, deadline_s)
        self.plan = plan
        self.reading = Reading(session, plan, caps)
        self.openings: list[Opening] = []

    async def walk(self) -> None:
        """Ask for everything, and read it."""
        await self.run()
        self.read()
        self._join()

    @override
    def read(self) -> None:
        answers, self.answers = self.answers, []
        self.reading.read(answers)

    def _join(self) -> None:
        """See to it that whatever is missing goes on somewhere."""
        self.reading.join()
        for ask, first in [*self.handed, *self.reading.unread]:
            batch = self._batch(ask)
            if batch is not None:
                self.openings.append(Opening(batch, ask.repetitions, first))
            elif isinstance(first, Exchange):
                first.drop()

    def _batch(self, ask: Ask) -> list[Progress] | None:
        """Return the columns that an Exchange or a response goes on with; None: there are none."""
        reading = self.reading
        progresses = reading.progresses
        if ask.whole:
            progresses.update((place, reading.begun(place)) for place in ask.places)
        batch = [progresses[place] for place in ask.places if place in progresses]
        if len(batch) < len(ask.places):
            return None
        opened = {id(progress) for opening in self.openings for progress in opening.batch}
        fits = all(len(one.values) == ask.first and id(one) not in opened for one in batch)
        return batch if fits else None
