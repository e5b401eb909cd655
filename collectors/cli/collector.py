"""The poller of a device over its command line: one session, one observation a visit."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence

from collectors.catalogue import Catalogue
from collectors.cli.keeping import Keeping
from collectors.cli.profile import CliProfiles, Command, Profile
from collectors.cli.security import Watch
from collectors.cli.shell import SETTLE_S
from collectors.cli.signing_in import SigningIn
from collectors.cli.tabling import tabled
from collectors.cli.talk import Heard, Wanted, talk
from collectors.cli.target import CliTarget
from collectors.cli.transport import Session, Transport
from collectors.contract import Effort, Failure, Finding, Json, Observation, Question
from collectors.errors import (
    BadAnswer,
    CollectError,
    Detail,
    Reason,
    TimedOut,
    Unreachable,
    Unsupported,
)

CHECK = "cli"
LEARNED_VERSION = 1

_MARGIN_S = 1.0
"""Before the visit's deadline, to hand over what came."""

_ASK_AGAIN_S = 3600.0
"""A command that the device lacks is tried again so much later."""

_BANNER = b"SSH-"
_BANNER_OCTETS = 4096

Note = Callable[[str], None]


class CliPoller:
    """Polls one device; `contract.Poller`.

    Args:
        learned: what `learned` said before, or None.
    """

    def __init__(
        self,
        target: CliTarget,
        *,
        transport: Transport,
        profiles: CliProfiles,
        catalogue: Catalogue,
        learned: Json = None,
    ) -> None:
        """Ask nothing yet."""
        self.target = target
        self._transport = transport
        self._profiles = profiles
        self._catalogue = catalogue
        self._signing_in = SigningIn(target, transport)
        self._keeping = Keeping(target, transport)
        self._watch = Watch(target.id)
        self._lacking: dict[str, float] = {}
        self._due_s: dict[str, float] = {}
        self._platform = target.platform
        if isinstance(learned, Mapping) and learned.get("version") == LEARNED_VERSION:
            known = learned.get("platform")
            if target.platform is None and isinstance(known, str) and known in profiles.platforms:
                self._platform = known

    async def knock(self, question: Question) -> None:
        """Connect and hear the server's first line; nobody logs in."""
        self._signing_in.check_brakes()
        await self._signing_in.reach(question.deadline_s, self._heard_banner)

    async def visit(self, question: Question) -> Observation:
        """Collect everything that is due."""
        try:
            return await self._visited(question)
        except CollectError as error:
            findings = self._watch.of_error(error, question.now)
            if not findings:
                raise
            failure = Failure("", error.reason, error.detail, _told(error))
            return Observation(self.target.id, CHECK, failures=(failure,), findings=tuple(findings))

    async def _visited(self, question: Question) -> Observation:
        note: Note = question.transcript.note if question.transcript else lambda _line: None
        deadline_s = question.deadline_s - _MARGIN_S
        heard = Heard()
        session = self._keeping.take()
        broke: CollectError | None = None
        if session is not None:
            note("the session of the last visit")
            broke = await self._talked(session, heard, question, deadline_s, note)
        if session is None or (_ended_meanwhile(broke) and not heard.commands > 1):
            session, heard = await self._signing_in.session(deadline_s, note), Heard()
            broke = await self._talked(session, heard, question, deadline_s, note)
        findings = self._watch.of_session(session, question.now)
        profile = self._profiles.platforms.get(heard.platform)
        if broke is None and profile is not None:
            self._keeping.keep(session, profile)
        else:
            self._keeping.drop(session)
        return self._observation(question, heard, broke, findings, note)

    async def _talked(
        self,
        session: Session,
        heard: Heard,
        question: Question,
        deadline_s: float,
        note: Note,
    ) -> CollectError | None:
        """Run the conversation in its thread; return what broke it off."""
        wanted = Wanted(
            target=self.target.id,
            profile=self._profiles.platforms.get(self._platform or ""),
            profiles=tuple(self._profiles.platforms.values()),
            commands=lambda profile: self._due(profile, question),
            enable=self._signing_in.enabling(),
            deadline_s=deadline_s,
            note=note,
        )

        def abort() -> None:
            if wanted.enable is not None and self._transport.monotonic() < deadline_s:
                wanted.enable.give_up()  # a stop or a reload, and not the device's slowness
            session.abort()

        shell = session.shell
        if shell is None:
            raise AssertionError("a session that is connected has a shell")
        try:
            profile = await self._transport.threads.run(
                self.target.id,
                lambda: talk(shell, wanted, heard),
                abort,
                max(0.0, question.deadline_s - self._transport.monotonic()),
            )
        except TimeoutError:
            session.abort()
            return TimedOut(self.target.id, "the visit's time is over", Detail.DEADLINE)
        except CollectError as error:
            return error
        except BaseException:
            session.abort()
            raise
        self._platform = profile.platform
        return None

    def _due(self, profile: Profile, question: Question) -> Sequence[Command]:
        """Choose what is due, and take it as asked; called in the thread, once a conversation."""
        now_s = question.monotonic_s
        due = []
        for command in profile.commands:
            every_s = self.target.intervals_s.get(command.gives) or command.interval_s or 0.0
            if self._lacking.get(command.name, now_s) > now_s and not question.everything:
                continue
            if self._due_s.get(command.name, now_s) > now_s and not question.everything:
                continue
            due.append(command)
            # a visit that is a little early finds it due, all the same
            self._due_s[command.name] = now_s + every_s - self.target.interval_s / 2
        return due

    # --- what came of it

    def _observation(
        self,
        question: Question,
        heard: Heard,
        broke: CollectError | None,
        findings: Sequence[Finding],
        note: Note,
    ) -> Observation:
        failures = [*_failures(heard), *self._cut_off(heard, broke, question)]
        for one in heard.lacking:
            note(f"{one.name}: the device has no such command")
            self._lacking[one.name] = question.monotonic_s + _ASK_AGAIN_S
        for failure in failures:
            note(f"{failure.table}: {failure.reason} {failure.detail} {failure.text}")
            self._due_s = {}  # what is missing is asked for in the next visit
        broken = frozenset(one.table for one in failures)
        made = tabled(
            self.target.id, heard.brought, broken, self._catalogue, self.target.interval_s
        )
        if not made.tables and not failures and heard.lacking:
            raise Unsupported(self.target.id, "it has none of the commands")
        if broke is not None and not made.tables and not findings:
            raise broke
        return Observation(
            self.target.id,
            CHECK,
            made.tables,
            facts=made.facts,
            failures=tuple(failures),
            findings=tuple(findings),
            known=made.known,
            effort=Effort(heard.commands, 0, heard.octets, 1.0, 1 / SETTLE_S, 1),
        )

    def _cut_off(
        self, heard: Heard, broke: CollectError | None, question: Question
    ) -> Sequence[Failure]:
        """Name the tables that a conversation that broke off did not come to."""
        if broke is None:
            return ()
        profile = self._profiles.platforms.get(heard.platform)
        asked = {one.command.name for one in heard.brought}
        asked |= {one.name for one in heard.lacking} | {one.name for one, _ in heard.failed}
        left = [
            one.gives
            for one in (profile.commands if profile else ())
            if one.name not in asked and self._lacking.get(one.name, 0.0) <= question.monotonic_s
        ]
        tables = list(dict.fromkeys(left)) or [""]
        return [Failure(one, broke.reason, broke.detail, _told(broke)) for one in tables]

    # --- between visits

    async def _heard_banner(self, numeric: str, port: int) -> None:
        """Read the line that an SSH server begins with (RFC 4253, section 4.2)."""
        try:
            reader, writer = await asyncio.open_connection(numeric, port, limit=_BANNER_OCTETS)
        except ConnectionRefusedError as error:
            text = f"{numeric} port {port}: connection refused"
            raise Unreachable(self.target.id, text, Detail.CLOSED_PORT) from error
        except OSError as error:
            text = f"{numeric} port {port}: {error.strerror or error}"
            raise Unreachable(self.target.id, text, Detail.NO_ROUTE) from error
        try:
            octets = await reader.read(_BANNER_OCTETS)
        except OSError as error:
            raise Unreachable(self.target.id, f"{numeric}: reset", Detail.RESET) from error
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()
        if not octets:
            raise Unreachable(self.target.id, f"{numeric}: closed at once", Detail.RESET)
        if _BANNER not in octets:
            raise BadAnswer(self.target.id, f"{numeric}: no SSH server", Detail.MALFORMED)

    def learned(self) -> Json:
        """Say what the device turned out to be."""
        if self._platform is None:
            return None
        return {"version": LEARNED_VERSION, "platform": self._platform}

    async def close(self) -> None:
        """Log out."""
        await self._keeping.close()


def _failures(heard: Heard) -> Sequence[Failure]:
    return [
        *(
            Failure(one.gives, error.reason, error.detail, _told(error))
            for one, error in heard.failed
        ),
        *(
            Failure(one.command.gives, Reason.BAD_ANSWER, Detail.MALFORMED, one.missed)
            for one in heard.brought
            if one.missed
        ),
    ]


def _ended_meanwhile(broke: CollectError | None) -> bool:
    """Say whether the device had closed the session that was kept: its idle timeout, a reboot."""
    return isinstance(broke, Unreachable) and broke.detail is Detail.RESET


def _told(error: CollectError) -> str:
    return str(error).removeprefix(f"{error.target}: ")
