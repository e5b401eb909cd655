"""Logs in to a device: paced, address by address, and reported to whoever paces the log-ins."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from collectors.addressing import family_of
from collectors.cli.enabling import Enabling, enable_of
from collectors.cli.login import Place
from collectors.cli.refusal import NotAccepted
from collectors.cli.target import CliTarget
from collectors.cli.transport import Session, Transport
from collectors.errors import CollectError, Denied, Detail, TimedOut, Unreachable
from protocols.ssh.pacer import Braked

Note = Callable[[str], None]

_MIN_S = 2.0
_NOT_THERE = frozenset({Detail.CLOSED_PORT, Detail.NO_ROUTE, Detail.NO_ANSWER})


@dataclass(slots=True)
class _Tried:
    """The sessions of one log-in, address by address; `over`: nobody waits for them any more."""

    sessions: list[Session] = field(default_factory=list)
    over: bool = False

    @property
    def unsettled(self) -> bool:
        """Say whether one was sent a secret and gave no verdict."""
        return any(one.unsettled for one in self.sessions)


class SigningIn:
    """The way into one device."""

    def __init__(self, target: CliTarget, transport: Transport) -> None:
        """Try nothing yet."""
        self._target = target
        self._transport = transport
        self._last: str | None = None

    def check_brakes(self) -> None:
        """Return when a log-in is allowed.

        Raises:
            Denied: the credential was refused within the hour, here or by several devices.
        """
        try:
            for place in filter(None, (self._target.id, self._jump)):
                self._transport.pacer.check(self._target.login.credential, place)
        except Braked as error:
            raise Denied(self._target.id, str(error), Detail.BRAKED) from error

    def check_enable(self) -> None:
        """Do the same for the password of `enable`, which locks accounts as well."""
        if self._target.login.enable is None:
            return
        try:
            self._transport.pacer.check(self._enable, self._target.id)
        except Braked as error:
            raise Denied(self._target.id, str(error), Detail.BRAKED) from error

    def enabling(self) -> Enabling | None:
        """Make the way into the privileged mode, where the credential has one."""
        secret = self._target.login.enable
        if secret is None:
            return None
        return Enabling(self._target.id, self._enable, secret, self._transport.pacer)

    @property
    def _jump(self) -> str:
        """What log-ins at the jump host are paced by; "" without one."""
        jump = self._target.login.jump
        return jump.paced_as if jump is not None else ""

    @property
    def _enable(self) -> str:
        return enable_of(self._target.login.credential)

    async def session(self, deadline_s: float, note: Note) -> Session:
        """Log in over the first address that can be connected to.

        Raises:
            Denied: braked, refused, or the host key is not the pinned one.
            CollectError: anything else.
        """
        self.check_brakes()
        self.check_enable()
        async with self._past_jump(deadline_s) as proven:
            await self._admitted(deadline_s)
            session = await self._reported(deadline_s, note)
            proven()
        return session

    @contextlib.asynccontextmanager
    async def _past_jump(self, deadline_s: float) -> AsyncIterator[Callable[[], None]]:
        """Keep others away from a jump host until it has let the credential in once."""
        name = f"{self._target.login.credential} {self._jump}"
        if not self._jump or name in self._transport.proven:
            yield lambda: None
            return
        lock = self._transport.proving.setdefault(name, asyncio.Lock())
        try:
            async with asyncio.timeout(max(0.0, deadline_s - self._transport.monotonic())):
                await lock.acquire()
        except TimeoutError as error:
            raise TimedOut(self._target.id, "no turn to log in", Detail.DEADLINE) from error
        try:
            self.check_brakes()  # somebody else may have been refused meanwhile
            yield lambda: self._transport.proven.add(name)
        finally:
            lock.release()

    async def _admitted(self, deadline_s: float) -> None:
        try:
            await self._transport.pacer.admit(
                self._target.login.credential, self._target.id, deadline_s
            )
        except Braked as error:
            raise Denied(self._target.id, str(error), Detail.BRAKED) from error
        except TimeoutError as error:
            raise TimedOut(self._target.id, "no turn to log in", Detail.DEADLINE) from error

    async def _reported(self, deadline_s: float, note: Note) -> Session:
        """Log in, and tell the pacer how it ended: each log-in that it admitted ends once."""
        pacer, credential = self._transport.pacer, self._target.login.credential
        tried = _Tried()
        try:
            session = await self._connected(deadline_s, note, tried)
        except NotAccepted:
            pacer.refused(credential, self._disbelieved(tried))
            raise
        except asyncio.CancelledError:  # our own doing, not the device's
            if tried.unsettled and not pacer.is_proven(credential):
                pacer.doubted(credential, self._disbelieved(tried))
            raise
        except BaseException:
            if tried.unsettled:
                pacer.doubted(credential, self._disbelieved(tried))
            raise
        else:
            pacer.accepted(credential, self._target.id)
        finally:
            tried.over = True
            self._settle()
        return session

    def _settle(self) -> None:
        for place in filter(None, (self._target.id, self._jump)):
            self._transport.pacer.unanswered(self._target.login.credential, place)

    def _risk(self, session: Session, tried: "_Tried") -> None:
        """Write down that a secret is about to be sent; called in the thread that sends it."""
        self._transport.pacer.risked(self._target.login.credential, self._where(session))
        if tried.over:  # nobody waits any more, and nobody would take it back
            self._settle()
            raise Unreachable(self._target.id, "the log-in was given up", Detail.RESET)

    def _disbelieved(self, tried: "_Tried") -> str:
        """Name who has the verdict on the last log-in, and no longer believe its jump host."""
        where = self._where(tried.sessions[-1]) if tried.sessions else self._target.id
        if where == self._jump:
            self._transport.proven.discard(f"{self._target.login.credential} {self._jump}")
        return where

    def _where(self, session: Session) -> str:
        return self._jump if session.at_jump else self._target.id

    async def _connected(self, deadline_s: float, note: Note, tried: "_Tried") -> Session:
        places = await self._places()
        first: CollectError | None = None
        for index, place in enumerate(places):
            left_s = deadline_s - self._transport.monotonic()
            share_s = max(_MIN_S, left_s / (len(places) - index))
            session = self._transport.session(self._target.id, self._target.login)
            tried.sessions.append(session)
            note(f"log-in at {place.numeric} port {place.port}")
            try:
                await self._connect(session, place, share_s, partial(self._risk, session, tried))
            except CollectError as error:
                note(str(error))
                if error.detail not in _NOT_THERE or session.unsettled:
                    raise
                first = first or error
            else:
                self._last = place.host
                return session
        raise first or Unreachable(self._target.id, "no address", Detail.NAME)

    async def _connect(
        self, session: Session, place: Place, wait_s: float, before_secret: Callable[[], None]
    ) -> None:
        until_s = self._transport.monotonic() + wait_s
        try:
            await self._transport.threads.run(
                self._target.id,
                lambda: session.connect(place, until_s, before_secret),
                session.abort,
                wait_s + 1,
            )
        except TimeoutError as error:
            text = "the log-in did not end in time"
            raise TimedOut(self._target.id, text, Detail.DEADLINE) from error

    async def reach(self, deadline_s: float, ask: Callable[[str, int], Awaitable[None]]) -> None:
        """Ask something of the first address that answers; raises the first one's error."""
        if self._target.login.jump is not None:
            places: Sequence[Place] = [
                Place("", self._target.login.jump.host, self._target.login.jump.port)
            ]
        else:
            places = await self._places()
        first: CollectError | None = None
        for index, place in enumerate(places):
            left_s = deadline_s - self._transport.monotonic()
            share_s = max(_MIN_S, left_s / (len(places) - index))
            try:
                async with asyncio.timeout(share_s):
                    await ask(place.numeric, place.port)
            except TimeoutError:
                text = f"{place.numeric} port {place.port}: no answer"
                first = first or TimedOut(self._target.id, text, Detail.NO_ANSWER)
            except CollectError as error:
                first = first or error
            else:
                return
        raise first or Unreachable(self._target.id, "no address", Detail.NAME)

    async def _places(self) -> list[Place]:
        """List where the device listens, the place that answered last before the others."""
        port = self._target.port
        hosts = sorted(self._target.addresses, key=lambda one: one != self._last)
        if self._target.login.jump is not None:
            return [Place(host, host, port) for host in hosts]
        found: list[Place] = []
        for host in hosts:
            numerics = [host] if family_of(host) else await self._resolved(host)
            found += [Place(host, numeric, port) for numeric in numerics]
        return found

    async def _resolved(self, name: str) -> Sequence[str]:
        try:
            return await self._transport.resolve(name)
        except OSError:
            return ()
