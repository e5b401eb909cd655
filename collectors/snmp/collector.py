"""The poller of a device over SNMP: one visit, one observation."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from collectors.addressing import Family, Resolve
from collectors.catalogue import Catalogue
from collectors.contract import Finding, Json, Observation, Question, Severity
from collectors.errors import Unsupported
from collectors.snmp import clock
from collectors.snmp.absences import YOUNG_S, Absences
from collectors.snmp.addresses import Addresses
from collectors.snmp.clock import Clock, Uptime
from collectors.snmp.device import Device
from collectors.snmp.failing import translated
from collectors.snmp.identity import Identity
from collectors.snmp.observing import Observer
from collectors.snmp.profile import Profile, Profiles
from collectors.snmp.sparing import Sparing
from collectors.snmp.target import DeviceTarget
from collectors.snmp.values import Unfit, ValueType, read
from collectors.snmp.walking import Walking
from protocols.snmp import oid, scalars
from protocols.snmp.credentials import User
from protocols.snmp.engine import Engine
from protocols.snmp.errors import SnmpError
from protocols.snmp.progress import Caps
from protocols.snmp.session import Session

CHECK = "snmp"
LEARNED_VERSION = 1
SYS_DESCR = oid.encode("1.3.6.1.2.1.1.1.0")
SYS_OBJECT_ID = oid.encode("1.3.6.1.2.1.1.2.0")
SYS_UP_TIME = oid.encode("1.3.6.1.2.1.1.3.0")
ENGINE_ID = oid.encode("1.3.6.1.6.3.10.2.1.1.0")
ENGINE_BOOTS = oid.encode("1.3.6.1.6.3.10.2.1.2.0")
ENGINE_TIME = oid.encode("1.3.6.1.6.3.10.2.1.3.0")
_CLOCK = (SYS_UP_TIME, ENGINE_BOOTS, ENGINE_TIME)

Found = Mapping[bytes, int | bytes | None]
Note = Callable[[str], None]


class SnmpPoller:
    """Polls one device; `contract.Poller`.

    Args:
        learned: what `learned` said before, or None.
        resolve: gives the numeric addresses of a name.
        caps: of each column.
    """

    def __init__(  # noqa: PLR0913 - the parts it is made of, by keyword
        self,
        target: DeviceTarget,
        *,
        engine: Engine,
        profiles: Profiles,
        catalogue: Catalogue,
        resolve: Resolve,
        learned: Json = None,
        caps: Caps | None = None,
    ) -> None:
        """Ask nothing yet."""
        self.target = target
        self._profiles = profiles
        self._catalogue = catalogue
        self._caps = caps or Caps()
        self._addresses = Addresses(target, engine, resolve)
        self._device: Device | None = None
        self._observer: Observer | None = None
        self._clock: Clock | None = None
        self._lacking: Absences[bytes] = Absences()
        self._learned: Mapping[str, Json] = {}
        # over v3 every answer proves the engine
        self._always = _CLOCK if isinstance(target.credential, User) else (*_CLOCK, ENGINE_ID)
        if isinstance(learned, Mapping) and learned.get("version") == LEARNED_VERSION:
            self._learned = learned
            self._addresses.restore(learned.get("addresses"))
            self._clock = clock.from_json(learned.get("clock"))
        self._sparing = Sparing(target, self._addresses, self._learned.get("pace"))
        self._identity = Identity(target.id, self._learned.get("engine_id"))

    @property
    def family(self) -> Family | None:
        """The address family in use; None before the device answered."""
        return self._addresses.family

    @property
    def profile(self) -> str | None:
        """The profile in use; None before the device answered."""
        return self._device.profile.name if self._device else None

    async def knock(self, question: Question) -> None:
        """Ask for sysUpTime."""
        await self._addresses.first_answer(
            partial(_get, wanted=(SYS_UP_TIME,)), question.deadline_s, _note(question)
        )

    async def visit(self, question: Question) -> Observation:
        """Collect everything that is due."""
        note = _note(question)
        wanted = self._first_scalars(question)
        session, found = await self._addresses.first_answer(
            partial(_get, wanted=wanted), question.deadline_s, note
        )
        former = self._clock
        findings = self._advance(found, question, note)
        self._remember_lacking(found, question.monotonic_s)
        engine = found.get(ENGINE_ID) or session.engine_id
        try:
            device, found = await self._identified(session, found, question, note, bool(findings))
            device.context.set_clock(self._clock)
            device.take_scalars(found)
            replaced = self._identity.follow(engine, question)
            findings = (*findings, *replaced)
            fell = former is None or self._clock is None or self._clock.ticks < former.ticks
            if fell or replaced:
                device.doubt()
            walking = Walking(session, device, self._caps, question.deadline_s, note)
            await walking.run()
            while device.fall_back():
                found = await _get(session, question.deadline_s, device.scalars())
                self._remember_lacking(found, question.monotonic_s)
                device.take_scalars(found)
                await walking.run()
        except SnmpError as error:
            raise translated(self.target.id, error) from error
        return self._observation(device, question, findings, note)

    # --- scalars

    def _first_scalars(self, question: Question) -> list[bytes]:
        now_s = question.monotonic_s
        if self._device is None:
            wanted = [*self._always, SYS_OBJECT_ID, SYS_DESCR]
        else:
            self._device.begin(now_s, everything=question.everything, restarted=False)
            wanted = [*self._clock_scalars(), *self._device.scalars()]
        return [one for one in wanted if not self._lacking.lacks(one, now_s)]

    def _clock_scalars(self) -> tuple[bytes, ...]:
        uptime = self._device.profile.uptime if self._device else None
        return self._always if uptime is None else (*self._always, uptime)

    def _remember_lacking(self, found: Found, now_s: float) -> None:
        awaited = self._device.awaited if self._device else ()
        settled = self._clock is not None and self._clock.uptime_s >= YOUNG_S
        soon = self._device.expects_more if self._device else not settled
        for one, value in found.items():
            if value is not None:
                self._lacking.found(one)
            elif one not in awaited:  # a protocol that was stopped may be started any minute
                self._lacking.missed(one, now_s, soon=soon)

    def _advance(self, found: Found, question: Question, note: Note) -> tuple[Finding, ...]:
        """Follow the device's clock; a restart is a finding."""
        ticks = _number(found.get(SYS_UP_TIME))
        if ticks is None:
            note("no sysUpTime: names are read in every visit")
            self._clock = None
            return ()
        uptime = self._device.profile.uptime if self._device else None
        seen = Uptime(
            ticks,
            _number(found.get(ENGINE_BOOTS)),
            _number(found.get(ENGINE_TIME)),
            None if uptime is None else _number(found.get(uptime)),
        )
        unix_s = question.now.timestamp()
        self._clock, restarted = clock.advance(self._clock, seen, unix_s, question.monotonic_s)
        if not restarted:
            return ()
        note(f"restarted; up for {self._clock.uptime_s:.0f} s")
        text = f"restarted {self._clock.uptime_s:.0f} s ago"
        finding = Finding("device.restart", self.target.id, Severity.NOTICE, text, question.now)
        return (finding,)

    async def _identified(
        self, session: Session, found: Found, question: Question, note: Note, restarted: bool
    ) -> tuple[Device, Found]:
        """Return the device, chosen by what it says it is, and the scalars of its tables."""
        device = self._device
        if device is not None and not restarted:
            return device, found
        if device is not None:
            self._lacking.clear()
            found = await _get(session, question.deadline_s, (SYS_OBJECT_ID, SYS_DESCR))
        profile = self._chosen(found)
        if device is None or device.profile.name != profile.name:
            note(f"profile {profile.name}")
            device = Device(profile, self.target, self._catalogue, self._profiles.pool)
            device.context.set_clock(self._clock)
            if self._learned.get("profile") == profile.name:
                device.restore(self._learned.get("absent"))
                device.quarantine.restore(
                    self._learned.get("quarantine"),
                    {name: one.columns for name, one in profile.by_name.items()},
                )
            self._sparing.adopt(device)
            self._device = device
            self._observer = Observer(
                device, self._catalogue, self.target.id, self.target.interval_s
            )
        device.begin(question.monotonic_s, everything=True, restarted=restarted)
        wanted = device.scalars()
        if profile.uptime is not None:
            wanted.append(profile.uptime)
        found = await _get(session, question.deadline_s, wanted)
        self._remember_lacking(found, question.monotonic_s)
        return device, found

    def _chosen(self, found: Found) -> Profile:
        wanted = self.target.profile
        if wanted != "auto" and wanted not in self._profiles.names():
            raise Unsupported(self.target.id, f"no profile is called {wanted}")
        if wanted != "auto":
            return self._profiles.named(wanted)
        return self._profiles.select(
            _text(found.get(SYS_OBJECT_ID), ValueType.OID),
            _text(found.get(SYS_DESCR), ValueType.TEXT),
        )

    def _observation(
        self, device: Device, question: Question, findings: tuple[Finding, ...], note: Note
    ) -> Observation:
        if self._observer is None:
            raise AssertionError("made with the device")
        observed = self._observer.observed(CHECK)
        moved = self._observer.renumbered()
        if moved:
            text = f"{moved} interfaces have another ifIndex"
            note(text)
            finding = Finding("hw.changed", self.target.id, Severity.NOTICE, text, question.now)
            findings = (*findings, finding)
        for one in observed.failures:
            note(f"{one.table}: {one.reason} {one.detail} {one.text}")
        facts, known = self._identity.facts(question.monotonic_s)
        followed = self._sparing.follow(observed, device)
        device.end()
        self._observer.end()
        return replace(
            followed,
            facts=(*followed.facts, *facts),
            known=(*followed.known, *known),
            findings=findings,
        )

    # --- between visits

    def learned(self) -> Json:
        """Say what is worth keeping: sizes, what the device lacks, its clock."""
        return {
            "version": LEARNED_VERSION,
            "profile": self.profile or self._learned.get("profile"),
            "addresses": self._addresses.export(),
            "absent": self._device.export() if self._device else self._learned.get("absent"),
            "clock": clock.to_json(self._clock) if self._clock else None,
            "pace": self._sparing.export(),
            "quarantine": self._device.export_quarantine()
            if self._device
            else self._learned.get("quarantine"),
            "engine_id": self._identity.export(),
        }

    async def close(self) -> None:
        """Let go of the device; the sockets are the engine's."""
        if self._device is not None:
            self._device.close()


async def _get(session: Session, deadline_s: float, wanted: Sequence[bytes]) -> Found:
    if not wanted:
        return {}
    found = await scalars.get(session, wanted, deadline_s)
    return {one.oid: one.value for one in found}


def _note(question: Question) -> Note:
    return question.transcript.note if question.transcript else lambda _line: None


def _number(value: int | bytes | None) -> int | None:
    return value if isinstance(value, int) else None


def _text(value: int | bytes | None, kind: ValueType) -> str:
    try:
        return str(read(value, kind) or "")
    except Unfit:
        return ""
