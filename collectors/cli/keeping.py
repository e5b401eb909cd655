"""Keeps a device's session from one visit to the next, and ends it before the device does.

One log-in a day instead of 288 is less noise in the device's log and in its AAA server's; but lines
are few (5 to 15), so a session that the device would end before the next visit is closed at once.
"""

import asyncio

from collectors.cli.profile import Profile
from collectors.cli.target import CliTarget
from collectors.cli.transport import Session, Transport

_BEFORE_S = 30.0
"""So long before its idle timeout the device is told good-bye."""

_CLOSE_S = 5.0


class Keeping:
    """The session of one device that is not in use."""

    def __init__(self, target: CliTarget, transport: Transport) -> None:
        """Hold none."""
        self._target = target
        self._transport = transport
        self._session: Session | None = None
        self._farewell = ""
        self._timer: asyncio.TimerHandle | None = None
        self._closing: set[asyncio.Task[None]] = set()

    def take(self) -> Session | None:
        """Hand out the session, if it is there and stands."""
        session = self._emptied()
        if session is not None and not session.alive:
            session.abort()
            return None
        return session

    def keep(self, session: Session, profile: Profile) -> None:
        """Take a session that has done its work; close it when it cannot last to the next visit."""
        lasts_s = profile.idle_s - _BEFORE_S
        self._farewell = profile.farewell
        if self._target.interval_s >= lasts_s or not self._transport.may_keep():
            self._close_soon(session)
            return
        self._session = session
        self._timer = asyncio.get_running_loop().call_later(lasts_s, self._over)

    def drop(self, session: Session) -> None:
        """End a session whose conversation broke off."""
        session.abort()

    async def close(self) -> None:
        """Say good-bye and wait until that is done."""
        if (session := self._emptied()) is not None:
            self._close_soon(session)
        if self._closing:
            await asyncio.wait(self._closing, timeout=_CLOSE_S)

    def _over(self) -> None:
        if (session := self._emptied()) is not None:
            self._close_soon(session)

    def _emptied(self) -> Session | None:
        session, self._session = self._session, None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if session is not None:
            self._transport.let_go()
        return session

    def _close_soon(self, session: Session) -> None:
        name = f"close cli {self._target.id}"
        task = asyncio.get_running_loop().create_task(self._closed(session), name=name)
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _closed(self, session: Session) -> None:
        farewell = self._farewell
        try:
            await self._transport.threads.run(
                self._target.id, lambda: session.close(farewell), session.abort, _CLOSE_S
            )
        except TimeoutError:
            session.abort()
