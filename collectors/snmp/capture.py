"""Records what a device says: the columns that its profile reads, given subtrees, or everything.

Nothing is changed here and nothing is hidden yet (that is `collectors.snmp.anonymise`). What a
device does wrong ends a subtree, never the capture; what was read until then is kept and the cut
is named.
"""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from collectors.addressing import Resolve
from collectors.snmp.addresses import Addresses
from collectors.snmp.collector import SYS_DESCR, SYS_OBJECT_ID, SYS_UP_TIME
from collectors.snmp.profile import Profile, Profiles
from collectors.snmp.snmprec import Row, dotted, row
from collectors.snmp.target import DeviceTarget
from collectors.snmp.values import Unfit, ValueType, read
from protocols.snmp import oid, scalars
from protocols.snmp.engine import Engine
from protocols.snmp.errors import Malformed, Refused, SnmpError
from protocols.snmp.progress import Problem
from protocols.snmp.session import Session
from protocols.snmp.subtree import Break, below
from protocols.snmp.varbinds import VarBind

EVERYTHING: Final = ("1.0", "1.2", "1.3.111", "1.3.6")
"""Roots of what agents have: LLDP below ISO 8802, IEEE 802, LLDP-V2, the Internet."""
ENTERPRISES: Final = "1.3.6.1.4.1"
INTERRUPTED: Final = "interrupted"
_ENGINE: Final = oid.encode("1.3.6.1.6.3.10.2.1")
_OVERHEAD: Final = 8

Progress = Callable[[int, int, int], None]
"""Takes how many roots are done, of how many, and how many rows there are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """What a capture may cost before it ends with what it has."""

    rows: int = 200_000
    octets: int = 32 << 20
    seconds: float = 600.0


@dataclass(frozen=True, slots=True)
class Cut:
    """Something that is missing.

    Args:
        behind: the object before it.
        problem: one of few words, which tell nothing of the network.
        text: for the reader of the terminal.
    """

    behind: str
    problem: str
    text: str = ""


@dataclass(slots=True)
class Captured:
    """What a device said.

    Args:
        profile: the one that it is polled with.
        complete: nothing is missing that the device has.
    """

    profile: Profile
    address: str
    rows: list[Row] = field(default_factory=list)
    cuts: list[Cut] = field(default_factory=list)
    octets: int = 0
    requests: int = 0

    @property
    def complete(self) -> bool:
        """Whether nothing was cut."""
        return not self.cuts


@dataclass(frozen=True, slots=True)
class Recorder:
    """Records devices; what it is made of is what a poller is made of."""

    engine: Engine
    profiles: Profiles
    resolve: Resolve
    caps: Caps = field(default_factory=Caps)

    async def capture(
        self, target: DeviceTarget, roots: Sequence[str], progress: Progress | None = None
    ) -> Captured:
        """Record below `roots`, or without any what the device's profile needs.

        A cancellation ends it like a cap does: what is there is returned, and the cut is named.

        Raises:
            CollectError: the device does not answer at all.
        """
        deadline_s = self.engine.now_s() + self.caps.seconds
        addresses = Addresses(target, self.engine, self.resolve)
        session, (description, object_id) = await addresses.first_answer(
            _identify, deadline_s, _forget
        )
        profile = self._profile(target, object_id, description)
        captured = Captured(profile, addresses.current or "")
        wanted = [oid.encode(one) for one in roots] or roots_of(profile)
        recording = _Recording(session, captured, self.caps, deadline_s, progress or _no_progress)
        try:
            await recording.run(wanted)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is not None:
                task.uncancel()
            captured.cuts.append(Cut("", INTERRUPTED))
        captured.requests = session.statistics().sent
        return captured

    def _profile(self, target: DeviceTarget, object_id: str, description: str) -> Profile:
        if target.profile in self.profiles.names():
            return self.profiles.named(target.profile)
        return self.profiles.select(object_id, description)


@dataclass(frozen=True, slots=True)
class _Recording:
    """One run over the roots of one device."""

    session: Session
    captured: Captured
    caps: Caps
    deadline_s: float
    progress: Progress

    async def run(self, roots: Sequence[bytes]) -> None:
        """Read one root after the other, until something ends it all."""
        for done, root in enumerate(roots):
            last = await self._below(root, partial(self.progress, done, len(roots)))
            if last is not None:
                self.captured.cuts.append(last)
                return
        self.progress(len(roots), len(roots), len(self.captured.rows))

    async def _below(self, root: bytes, show: Callable[[int], None]) -> Cut | None:
        """Read one root; return what ends the whole capture here, or None."""
        try:
            async for piece in below(self.session, root, self.deadline_s):
                if isinstance(piece, Break):
                    cut = Cut(oid.decode(piece.behind), piece.problem, piece.text)
                    self.captured.cuts.append(cut)
                    continue
                _keep(piece, self.captured)
                show(len(self.captured.rows))
                if (full := self._full()) is not None:
                    return full
        except SnmpError as error:
            late = self.session.now_s() >= self.deadline_s
            problem = Problem.DEADLINE if late else Problem.NO_ANSWER
            if isinstance(error, Refused):
                problem = Problem(error.detail)
            return Cut(self._last(), problem, str(error))
        return None

    def _full(self) -> Cut | None:
        if len(self.captured.rows) >= self.caps.rows:
            del self.captured.rows[self.caps.rows :]
            return Cut(self._last(), Problem.TOO_MANY_ROWS, str(self.caps.rows))
        if self.captured.octets >= self.caps.octets:
            return Cut(self._last(), Problem.TOO_MANY_BYTES, str(self.caps.octets))
        return None

    def _last(self) -> str:
        rows = self.captured.rows
        return dotted(rows[-1].name) if rows else ""


def roots_of(profile: Profile) -> list[bytes]:
    """List what a profile reads, each column once, in the order of the MIB.

    Columns that it needs only where others have holes are among them: another state of the same
    device may have such holes.
    """
    wanted = {_ENGINE, *map(_without_instance, (SYS_DESCR, SYS_OBJECT_ID, SYS_UP_TIME))}
    if profile.uptime is not None:
        wanted.add(_without_instance(profile.uptime))
    for table in profile.tables:
        wanted |= {_without_instance(column.oid) for column in table.columns.values()}
        wanted |= {_without_instance(one) for one in (*table.changed, *table.running)}
    inner = {one for one in wanted for other in wanted if one != other and one.startswith(other)}
    return sorted(wanted - inner, key=oid.decode_index)


def _without_instance(one: bytes) -> bytes:
    """Take the `.0` off a scalar; no column ends so."""
    return one.removesuffix(b"\0")


def _keep(found: Iterable[VarBind], captured: Captured) -> None:
    for one in found:
        try:
            kept = row(one)
        except Malformed:
            continue
        if kept is not None:
            captured.rows.append(kept)
            size = len(one.value) if isinstance(one.value, bytes) else _OVERHEAD
            captured.octets += len(one.oid) + size


async def _identify(session: Session, deadline_s: float) -> tuple[str, str]:
    description, object_id = await scalars.get(session, [SYS_DESCR, SYS_OBJECT_ID], deadline_s)
    return _text(description, ValueType.TEXT), _text(object_id, ValueType.OID)


def _text(found: VarBind, kind: ValueType) -> str:
    try:
        return str(read(found.value, kind) or "")
    except Unfit:
        return ""


def _forget(_line: str) -> None:
    pass


def _no_progress(_done: int, _roots: int, _rows: int) -> None:
    pass
