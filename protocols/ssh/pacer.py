"""Paces log-ins so that a wrong password locks no account, whoever logs in and however often.

    admit ─▶ (connect) ─▶ risked ─▶ (secret sent) ─▶ accepted | refused | doubted | unanswered

A device that refused a credential, or was given it and never said a word, is not asked with it for
an hour. A credential refused by three
devices within five minutes rests everywhere for an hour. Until a device has accepted a credential,
at most three log-ins with it are under way, so that no more than these three fail before that is
known. Refusals are remembered over restarts: a service that is restarted in a loop would otherwise
lock the account with each start. One that is killed between the secret and the verdict would, too,
so what is risked is on disk before a secret that is not proven is sent.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

from protocols.ssh.refusals import Json, Refusals

REFUSED_S = 3600.0
"""One failed log-in an hour for each credential and device."""

BRAKED_S = 3600.0
BRAKE_DEVICES = 3
BRAKE_WINDOW_S = 300.0
"""A credential refused by three devices in five minutes is wrong, not they."""

LOGINS_PER_SECOND = 5.0
"""With one credential: an AAA server of a district answers some dozens; 1 000 switches take 200 s,
less than the interval of the check `cli`."""

UNPROVEN_AT_ONCE = BRAKE_DEVICES
"""Log-ins under way or just refused with a credential that is not proven: no more fail."""

PROVEN_S = BRAKE_WINDOW_S
"""A credential is proven for so long after a device accepted it, unless one refuses it: a password
that was changed in the evening fails three times in the morning, not a thousand times."""

UNANSWERED_S = 120.0
"""A log-in that nobody reported on counts as under way for so long: more than connecting, a banner
and a slow AAA server may take together, or more than three would fail at once."""

_LOOK_AGAIN_S = 0.2


class Braked(Exception):
    """No log-in now; the text says why and how it ends.

    Attributes:
        until_s: on the monotonic clock; log-ins are allowed again then.
        everywhere: the credential rests for every device, not for this one alone.
    """

    def __init__(self, until_s: float, why: str, *, everywhere: bool) -> None:
        """Keep what a caller reports."""
        super().__init__(why)
        self.until_s = until_s
        self.everywhere = everywhere


@dataclass(frozen=True, slots=True)
class Brake:
    """One reason not to log in; `device` None: the credential rests everywhere."""

    credential: str
    device: str | None
    remaining_s: float


@dataclass(slots=True)
class _Pace:
    """How one credential is doing; times are of the monotonic clock."""

    next_s: float = 0.0
    proven_until_s: float = float("-inf")
    under_way: dict[str, float] = field(default_factory=dict)


class LoginPacer:
    """Shared by everything that logs in; any thread may call it.

    Only `risked` waits for a disk and only `wait` for a turn: these two are for threads.

    A credential is named by its id. A second secret of it has a purpose in brackets after the id,
    `net (enable)`: it is paced by itself and forgotten together with the first.

    Args:
        monotonic: seconds of the monotonic clock.
        wall: Unix time; refusals are kept by it over a restart.
        load: gives what `save` was given last, or None.
        save: keeps a document, soon durably and without waiting; called from whichever thread
            was refused, one at a time.
        flush: returns when what `save` was given is on disk; it may block.
    """

    def __init__(
        self,
        monotonic: Callable[[], float],
        wall: Callable[[], float],
        load: Callable[[], Json] = lambda: None,
        save: Callable[[Json], None] = lambda _document: None,
        flush: Callable[[], None] = lambda: None,
    ) -> None:
        """Take over what was refused before the restart."""
        self._monotonic = monotonic
        self._wall = wall
        self._save = save
        self._flush = flush
        self._lock = threading.Lock()
        self._paces: dict[str, _Pace] = {}
        self._refusals = Refusals.restored(load(), monotonic(), wall())

    def check(self, credential: str, device: str) -> None:
        """Return when a log-in is not forbidden; it may still have to wait for its turn.

        Raises:
            Braked: the device refused the credential within the hour, or three devices did.
        """
        now_s = self._monotonic()
        with self._lock:
            self._check(credential, device, now_s)

    def turn(self, credential: str, device: str) -> float:
        """Take the next place in the credential's queue; 0: log in now, it counts as under way.

        Otherwise the seconds after which to ask again; nothing is taken then. Devices that are
        waiting get their turns in the order in which they ask, and each has one log-in at a time.
        """
        now_s = self._monotonic()
        with self._lock:
            pace = self._paces.setdefault(credential, _Pace())
            pace.under_way = {
                one: since_s
                for one, since_s in pace.under_way.items()
                if now_s - since_s < UNANSWERED_S
            }
            unproven = pace.proven_until_s <= now_s
            refused = self._refusals.recent(credential, now_s - BRAKE_WINDOW_S)
            full = unproven and len(pace.under_way) + refused >= UNPROVEN_AT_ONCE
            if full or device in pace.under_way:
                return _LOOK_AGAIN_S
            if (wait_s := pace.next_s - now_s) > 0:
                return wait_s
            pace.next_s = now_s + 1 / LOGINS_PER_SECOND
            pace.under_way[device] = now_s
            return 0.0

    async def admit(self, credential: str, device: str, until_s: float) -> None:
        """Wait for the turn of a log-in, which is then under way; report how it ended.

        Raises:
            Braked: at once, or as soon as others' log-ins brake the credential meanwhile.
            TimeoutError: the turn did not come before `until_s` (monotonic).
        """
        self.check(credential, device)
        while wait_s := self.turn(credential, device):
            if self._monotonic() + wait_s > until_s:
                raise TimeoutError(f"{credential}: no turn to log in before the deadline")
            await asyncio.sleep(wait_s)
            self.check(credential, device)

    def wait(self, credential: str, device: str, until_s: float) -> None:
        """Do the same in a thread, which sleeps meanwhile."""
        self.check(credential, device)
        while wait_s := self.turn(credential, device):
            if self._monotonic() + wait_s > until_s:
                raise TimeoutError(f"{credential}: no turn to log in before the deadline")
            time.sleep(wait_s)
            self.check(credential, device)

    def risked(self, credential: str, device: str) -> None:
        """Return when it is safe to send the secret, as often as one log-in sends it; blocks.

        Should the process be killed before the verdict, the next one takes it for a doubt. A proven
        credential costs no write: it would be refused once more at most.
        """
        now_s = self._monotonic()
        with self._lock:
            pace = self._paces.get(credential)
            is_proven = pace is not None and pace.proven_until_s > now_s
            if is_proven or not self._refusals.risk(credential, device, now_s):
                return
            self._save(self._refusals.document(now_s, self._wall()))
        self._flush()  # not under the lock, which the event loop takes as well

    def refused(self, credential: str, device: str) -> None:
        """The device refused user and password (or key); nothing else is a refusal."""
        now_s = self._monotonic()
        with self._lock:
            self._ended(credential, device)
            self._refuse(credential, device, now_s)
            self._save(self._refusals.document(now_s, self._wall()))

    def doubted(self, credential: str, device: str) -> None:
        """The device was sent user and password (or key), and reset or fell silent.

        It may have counted a failed log-in, so it rests like one that refused; but it says nothing
        about the credential, which others are still asked with.
        """
        now_s = self._monotonic()
        with self._lock:
            self._ended(credential, device)
            self._refusals.doubt(credential, device, now_s, REFUSED_S)
            self._save(self._refusals.document(now_s, self._wall()))

    def noted(self, refused: Iterable[tuple[str, str]], doubted: Iterable[tuple[str, str]]) -> None:
        """Another process was refused, or given no verdict: (credential, device) of each.

        Log-ins of ours that are under way there stay so.
        """
        now_s = self._monotonic()
        with self._lock:
            for credential, device in refused:
                self._refuse(credential, device, now_s)
            for credential, device in doubted:
                self._refusals.doubt(credential, device, now_s, REFUSED_S)
            self._save(self._refusals.document(now_s, self._wall()))

    def is_proven(self, credential: str) -> bool:
        """Say whether a device accepted the credential lately and none refused it since."""
        with self._lock:
            pace = self._paces.get(credential)
            return pace is not None and pace.proven_until_s > self._monotonic()

    def accepted(self, credential: str, device: str) -> None:
        """The device let the credential in; its former refusal is over."""
        now_s = self._monotonic()
        with self._lock:
            self._ended(credential, device).proven_until_s = now_s + PROVEN_S
            if self._refusals.clear(credential, device):
                self._save(self._refusals.document(now_s, self._wall()))

    def unanswered(self, credential: str, device: str) -> None:
        """The log-in ended without a verdict on the credential: no route, reset, timed out."""
        now_s = self._monotonic()
        with self._lock:
            self._ended(credential, device)
            if self._refusals.settle(credential, device):
                self._save(self._refusals.document(now_s, self._wall()))

    def forget(self, credential: str) -> tuple[Brake, ...]:
        """Let a credential, its other secrets too, log in everywhere; return what was lifted."""
        now_s = self._monotonic()
        with self._lock:
            brakes = self._brakes(now_s)
            lifted = tuple(one for one in brakes if _is_of(one.credential, credential))
            for name in {credential, *(one.credential for one in lifted)}:
                self._refusals.forget(name)
            self._save(self._refusals.document(now_s, self._wall()))
        return lifted

    def brakes(self) -> tuple[Brake, ...]:
        """Name every reason not to log in, those of a whole credential first."""
        now_s = self._monotonic()
        with self._lock:
            return tuple(self._brakes(now_s))

    def _check(self, credential: str, device: str, now_s: float) -> None:
        if (until_s := self._refusals.braked_until(credential)) > now_s:
            text = (
                f"{credential}: refused by {BRAKE_DEVICES} devices; no log-in with it for "
                f"{_minutes(until_s - now_s)} (egov-agent forget --credential {_id(credential)})"
            )
            raise Braked(until_s, text, everywhere=True)
        if (until_s := self._refusals.refused_until(credential, device, REFUSED_S)) > now_s:
            doubt = self._refusals.is_doubt(credential, device)
            what = "no verdict from" if doubt else "refused by"
            text = f"{credential}: {what} {device}; no log-in for {_minutes(until_s - now_s)}"
            raise Braked(until_s, text, everywhere=False)

    def _refuse(self, credential: str, device: str, now_s: float) -> None:
        self._paces.setdefault(credential, _Pace()).proven_until_s = float("-inf")
        self._refusals.add(credential, device, now_s, REFUSED_S)
        if self._refusals.recent(credential, now_s - BRAKE_WINDOW_S) >= BRAKE_DEVICES:
            self._refusals.brake(credential, now_s + BRAKED_S)

    def _ended(self, credential: str, device: str) -> _Pace:
        pace = self._paces.setdefault(credential, _Pace())
        pace.under_way.pop(device, None)
        return pace

    def _brakes(self, now_s: float) -> Sequence[Brake]:
        everywhere = [
            Brake(credential, None, until_s - now_s)
            for credential, until_s in self._refusals.braked.items()
            if until_s > now_s
        ]
        return [
            *everywhere,
            *(
                Brake(credential, device, at_s + REFUSED_S - now_s)
                for (credential, device), at_s in self._refusals.resting().items()
                if at_s + REFUSED_S > now_s
            ),
        ]


def _id(name: str) -> str:
    return name.partition(" (")[0]


def _is_of(name: str, credential: str) -> bool:
    return credential in (name, _id(name))


def _minutes(seconds: float) -> str:
    minutes = -(-seconds // 60)
    return f"{minutes:.0f} min"
