"""Which address of a device is asked: the one that answered last, else the next that does."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TypeVar

from collectors.addressing import Family, Resolve, family_of
from collectors.contract import Json
from collectors.errors import Detail, Unreachable
from collectors.snmp.failing import translated
from collectors.snmp.target import DeviceTarget
from protocols.snmp.engine import Engine
from protocols.snmp.errors import ClosedPort, NoAnswer, NoRoute, SnmpError
from protocols.snmp.session import Limits, Session

Result = TypeVar("Result")
_MIN_S = 1.0


class Addresses:
    """The sessions with one device, one for each address that was tried."""

    def __init__(self, target: DeviceTarget, engine: Engine, resolve: Resolve) -> None:
        """Open nothing yet."""
        self.current: str | None = None
        self._target = target
        self._engine = engine
        self._resolve = resolve
        self._limits = target.limits
        self._names = tuple(one for one in target.addresses if family_of(one) is None)
        self._sessions: dict[str, Session] = {}
        self._learned: dict[str, Mapping[str, Json]] = {}

    @property
    def family(self) -> Family | None:
        """The family in use, None before anything answered."""
        return None if self.current is None else family_of(self.current)

    async def first_answer(
        self,
        ask: Callable[[Session, float], Awaitable[Result]],
        deadline_s: float,
        note: Callable[[str], None],
    ) -> tuple[Session, Result]:
        """Ask one address after the other until one answers; each gets its share of the time.

        Raises:
            CollectError: the first address's, when none answers; a refusal ends the search.
        """
        candidates = await self._candidates()
        first: SnmpError | None = None
        for place, address in enumerate(candidates):
            try:
                session = self._session(address)
            except ValueError as error:  # a zone that this machine does not have
                note(f"{address}: {error}")
                continue
            left_s = deadline_s - session.now_s()
            share_s = max(_MIN_S, left_s / (len(candidates) - place))
            try:
                found = await ask(session, min(deadline_s, session.now_s() + share_s))
            except (NoAnswer, ClosedPort, NoRoute) as error:
                note(f"{session.name}: {error}")
                first = first or error
            except SnmpError as error:
                raise translated(self._target.id, error) from error
            else:
                if address != self.current:
                    note(f"asking {session.name}")
                self.current = address
                return session, found
        if first is None:
            raise Unreachable(self._target.id, "no address", Detail.NAME)
        raise translated(self._target.id, first) from first

    async def _candidates(self) -> list[str]:
        """List numeric addresses: the one in use, then the inventory's in order."""
        found = [self.current] if self.current is not None else []
        for address in self._target.addresses:
            found += await self._resolved(address) if address in self._names else [address]
        return list(dict.fromkeys(found))

    async def _resolved(self, name: str) -> Sequence[str]:
        try:
            return await self._resolve(name)
        except OSError:
            return ()

    def _session(self, address: str) -> Session:
        session = self._sessions.get(address)
        if session is None:
            target = self._target
            session = self._engine.session(address, target.port, target.credential, self._limits)
            session.learned.restore(self._learned.get(address, {}))
            self._sessions[address] = session
        return session

    # --- what it costs the device

    @property
    def limits(self) -> Limits:
        """What the device is asked at most, over whichever address."""
        return self._limits

    @limits.setter
    def limits(self, limits: Limits) -> None:
        self._limits = limits
        for session in self._sessions.values():
            session.limits = limits

    def spent(self) -> tuple[int, int, int]:
        """Return requests sent, retries among them, and octets answered, since the start."""
        sent = retries = octets = 0
        for session in self._sessions.values():
            one = session.spent()
            sent, retries, octets = sent + one[0], retries + one[1], octets + one[2]
        return sent, retries, octets

    # --- what outlives a restart of ours

    def export(self) -> Json:
        """Write what was learned of each address, of one that was not asked since as well."""
        sizes = dict(self._learned)
        sizes |= {address: one.learned.export() for address, one in self._sessions.items()}
        return {"current": self.current, "sizes": {k: v for k, v in sizes.items() if v}}

    def restore(self, document: Json) -> None:
        """Take up what `export` wrote; anything else is ignored."""
        if not isinstance(document, Mapping):
            return
        current, sizes = document.get("current"), document.get("sizes")
        if isinstance(current, str) and family_of(current) is not None:
            self.current = current if current in self._target.addresses else None
        if isinstance(sizes, Mapping):
            self._learned = {k: v for k, v in sizes.items() if isinstance(v, Mapping)}
