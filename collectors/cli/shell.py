"""The conversation with a device's command line, over whatever carries its octets.

    start:  banner ─▶ questions answered no ─▶ prompt learned ─▶ (enable) ─▶ pager off
    run:    command ─▶ echo ─▶ pages ─▶ the learned prompt; anything short of it is no answer

It blocks; `session` runs it in a thread. Deadlines are told apart: how long a device may be silent
(`idle_s`), how long one command may take (`command_s`), and the visit's own.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from collectors.cli import prompt as forms
from collectors.cli.allowed import permitted
from collectors.cli.prompt import Prompt
from collectors.cli.refusal import EnableRefused, NoVerdict
from collectors.cli.screen import cleaned
from collectors.errors import BadAnswer, CollectError, Denied, Detail, TimedOut, Unreachable

MAX_OCTETS = 4 * 1024 * 1024
"""Of one answer: 20 000 lines of a routing table; more is a loop."""

_QUIET_S = 0.4
"""A last line that nothing followed for so long may be a prompt."""

SETTLE_S = 0.05
"""After the prompt: a row that begins like it would go on at once."""

_ECHO_S = 2.0
"""A prompt before the command's echo is an older one; a device that echoes nothing says nothing
more for so long."""

_LAST_LINE = 4096
"""Octets of a last line that are looked at; prompts and questions are short, lines need not be."""

_ECHO_IN = 8
"""Lines from the start: a message may have come before it."""

_TRIES = 6
_MAX_ANSWERS = 2000  # pages of one command, and questions


class Wire(Protocol):
    """Octets from and to the device."""

    def receive(self, wait_s: float) -> bytes | None:
        """Return what came, b"" at the end of the stream, None when nothing came in time."""

    def send(self, octets: bytes) -> None:
        """Hand over all of it."""


class Remark(StrEnum):
    """What a person should hear about that the device said beside its answers."""

    PASSWORD = "password"  # noqa: S105  a word, not a password
    QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds.

    Args:
        idle_s: without an octet, while an answer is due.
        command_s: for one command, all its pages.
        prompt_s: from the log-in to the first prompt.
    """

    idle_s: float = 15.0
    command_s: float = 120.0
    prompt_s: float = 30.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command brought: clean lines, without echo and prompt, and how many octets."""

    text: str
    octets: int


class Shell:
    """One conversation; `deadline_s` of the methods is the visit's, on the monotonic clock."""

    def __init__(
        self,
        target: str,
        wire: Wire,
        monotonic: Callable[[], float],
        patience: Patience,
    ) -> None:
        """Say nothing yet."""
        self.remarks: set[Remark] = set()
        self.prompt: Prompt | None = None
        self._target = target
        self.wire = wire
        self._echoes = True
        self._monotonic = monotonic
        self._patience = patience

    def start(self, deadline_s: float) -> Prompt:
        """Get past banners and questions, and learn the prompt.

        Raises:
            CollectError: no prompt, no session free, the password must be changed first.
        """
        return self._learned(bytearray(), deadline_s)

    def _learned(self, heard: bytearray, deadline_s: float) -> Prompt:
        """Do so after what was heard already."""
        until_s = min(deadline_s, self._monotonic() + self._patience.prompt_s)
        for _try in range(_TRIES):
            found = self._candidate(heard, until_s)
            self._send(b"\n")
            if self._confirmed(found, heard, until_s):
                self.prompt = found
                return found
        text = "no prompt that stays the same; the last line is " + repr(_last(heard)[-80:])
        raise BadAnswer(self._target, text, Detail.PROMPT)

    def run(self, command: str, deadline_s: float) -> Answer:
        """Send one read-only command and return everything up to the prompt.

        Raises:
            Forbidden: the command is not on the list; nothing was sent.
            CollectError: it stalled, broke off, or took too long.
        """
        octets = permitted(command).encode("ascii") + b"\n"
        self._unread()
        self._send(octets)
        heard = self._until_prompt(command, deadline_s)
        return Answer(_without_echo(cleaned(bytes(heard)), command), len(heard))

    def enable(self, password: Callable[[], str], deadline_s: float) -> None:
        """Enter the privileged mode, and learn its prompt.

        Args:
            password: called when the device asks for it.

        Raises:
            EnableRefused: the password is wrong, or nothing says that it is right.
            NoVerdict: nothing was said to it.
            CollectError: the device did not ask for it, and does not let us in.
        """
        self._unread()
        self._send(permitted("enable").encode("ascii") + b"\n")
        heard = bytearray()
        until_s = min(deadline_s, self._monotonic() + self._patience.idle_s)
        while not forms.asks_password(_last(heard)):
            self._hear(heard, until_s)
            if forms.candidate(_last(heard)) and cleaned(bytes(heard)).count("\n"):
                break  # it lets us in without one, or refuses
        else:
            self._send(password().encode() + b"\n")
            self._judged(deadline_s)
            return
        self._learned(heard, deadline_s)
        if not self._is_privileged:
            text = "enable: not let in, and asked for no password"
            raise Denied(self._target, text, Detail.PRIVILEGE)

    def _judged(self, deadline_s: float) -> None:
        """Hear what becomes of a password; its errors do not show what the device said.

        A device that asks again gets no second one, and one that echoes it puts it into no log.
        """
        heard = bytearray()
        until_s = min(deadline_s, self._monotonic() + self._patience.idle_s)
        try:
            while not forms.candidate(_last(heard)):
                self._hear(heard, until_s)
                if forms.asks_password(_last(heard)):
                    raise EnableRefused(self._target, "it asks again", Detail.PRIVILEGE)
            self._learned(heard, deadline_s)
        except (TimedOut, Unreachable):
            text = "enable: no verdict on the password"
            raise NoVerdict(self._target, text, Detail.PRIVILEGE) from None
        except CollectError:
            text = "enable: the password is refused"
            raise EnableRefused(self._target, text, Detail.PRIVILEGE) from None
        if not self._is_privileged:
            text = "enable: the password is refused"
            raise EnableRefused(self._target, text, Detail.PRIVILEGE)

    @property
    def _is_privileged(self) -> bool:
        return self.prompt is not None and self.prompt.text.endswith("#")

    def farewell(self, command: str) -> None:
        """Log out; the device closes the connection."""
        self._send(permitted(command).encode("ascii") + b"\n")

    # --- the prompt

    def _candidate(self, heard: bytearray, until_s: float) -> Prompt:
        """Hear until a last line stays that has the form of a prompt."""
        answers = 0
        while True:
            came = self.wire.receive(min(_QUIET_S, max(0.0, until_s - self._monotonic())))
            if came == b"":
                raise self._ended(heard)
            if came is not None:
                self._keep(heard, came)
                continue
            line = _last(heard)
            if self._answered(line, heard):
                answers += 1
            elif (found := forms.candidate(line)) is not None:
                return found
            elif forms.wants_key(line):
                self._send(b"\n")
                heard += b"\n"
            if answers > _TRIES or self._monotonic() >= until_s:
                raise self._no_prompt(heard)

    def _confirmed(self, found: Prompt, heard: bytearray, until_s: float) -> bool:
        """Say whether an empty line is answered with the same prompt."""
        heard.clear()
        while True:
            came = self.wire.receive(min(_QUIET_S * 2, max(0.0, until_s - self._monotonic())))
            if came == b"":
                raise self._ended(heard)
            if came is not None:
                self._keep(heard, came)
            line = _last(heard)
            if b"\n" in heard and found.ends(line) and self._settled(heard):
                return True
            if came is None and (forms.candidate(line) or forms.is_question(line)):
                return False
            if self._monotonic() >= until_s:
                raise self._no_prompt(heard)

    def _no_prompt(self, heard: bytearray) -> CollectError:
        text = cleaned(bytes(heard))
        if forms.demands_new_password(_last(heard)):
            self.remarks.add(Remark.PASSWORD)
            what = "the device lets nobody in before the password is changed"
            return Denied(self._target, what, Detail.PASSWORD_EXPIRED)
        if forms.is_full(text):
            return Denied(self._target, "no session is free", Detail.SESSION_LIMIT)
        if not text.strip():
            return TimedOut(self._target, "no prompt after the log-in", Detail.STALLED)
        what = f"no prompt after the log-in; the last line is {_last(heard)[-80:]!r}"
        return TimedOut(self._target, what, Detail.PROMPT)

    # --- an answer

    def _unread(self) -> None:
        """Drop what the device said unasked since its last answer: a message and a new prompt."""
        dropped = bytearray()
        while came := self.wire.receive(0.0):
            self._keep(dropped, came)

    def _is_answered(self, heard: bytearray, command: str) -> bool:
        """Say whether a prompt stands behind the echo of the command, and is no older one.

        Else every answer would be taken for that of the next command.
        """
        if not self._echoes or _squeezed(command) in _squeezed(cleaned(bytes(heard))):
            return True
        came = self.wire.receive(_ECHO_S)
        if came is None or came == b"":
            self._echoes = False
            return True
        self._keep(heard, came)
        return False

    def _until_prompt(self, command: str, deadline_s: float) -> bytearray:
        if self.prompt is None:
            raise AssertionError("start() learns the prompt")
        heard = bytearray()
        until_s = min(deadline_s, self._monotonic() + self._patience.command_s)
        answers = 0
        while True:
            self._hear(heard, until_s)
            line = _last(heard)
            while b"\n" in heard and self.prompt.ends(_last(heard)) and self._settled(heard):
                if self._is_answered(heard, command):
                    return heard
            answers += self._turned(line) or self._answered(line, heard)
            if answers > _MAX_ANSWERS:
                raise BadAnswer(self._target, "it asks without end", Detail.TOO_MANY_REQUESTS)

    def _hear(self, heard: bytearray, until_s: float) -> None:
        """Keep what comes next."""
        left_s = until_s - self._monotonic()
        came = self.wire.receive(max(0.0, min(self._patience.idle_s, left_s)))
        if came == b"":
            raise self._ended(heard)
        if came is not None:
            self._keep(heard, came)
            if self._monotonic() < until_s:
                return
        raise self._overdue(heard, until_s)

    def _overdue(self, heard: bytearray, until_s: float) -> CollectError:
        line = _last(heard)
        if b"\n" in heard and forms.candidate(line) and self._monotonic() < until_s:
            text = f"another prompt: {line.strip()[-80:]!r}"
            return BadAnswer(self._target, text, Detail.PROMPT)
        if self._monotonic() >= until_s and heard:
            text = f"the answer did not end in time; {len(heard)} octets of it came"
            return TimedOut(self._target, text, Detail.DEADLINE)
        text = f"silent after {len(heard)} octets of an answer"
        return TimedOut(self._target, text, Detail.STALLED)

    def _turned(self, line: str) -> bool:
        """Turn a page for a pager that was not switched off, or not wholly."""
        if not forms.wants_more(line):
            return False
        self._send(b" ")
        return True

    def _answered(self, line: str, heard: bytearray) -> bool:
        """Answer a question with no; what it was about is a remark."""
        if not forms.is_question(line):
            return False
        recent = "\n".join(cleaned(bytes(heard[-2000:])).splitlines()[-6:])
        about = Remark.PASSWORD if forms.is_about_password(recent) else Remark.QUESTION
        self.remarks.add(about)
        self._send(b"n\n")
        heard += b"\n"  # it stands answered, should the device not echo
        return True

    def _settled(self, heard: bytearray) -> bool:
        came = self.wire.receive(SETTLE_S)
        if came is None or came == b"":
            return True
        self._keep(heard, came)
        return self.prompt is not None and self.prompt.ends(_last(heard))

    def _keep(self, heard: bytearray, came: bytes) -> None:
        heard += came
        if len(heard) > MAX_OCTETS:
            text = f"more than {MAX_OCTETS} octets in one answer"
            raise BadAnswer(self._target, text, Detail.TOO_MANY_BYTES)

    def _ended(self, heard: bytearray) -> CollectError:
        text = cleaned(bytes(heard))
        if forms.is_full(text):
            return Denied(self._target, "no session is free", Detail.SESSION_LIMIT)
        what = f"the device closed the connection after {len(heard)} octets"
        return Unreachable(self._target, what, Detail.RESET)

    def _send(self, octets: bytes) -> None:
        """Send; everything that is typed passes here, commands only through `permitted`."""
        self.wire.send(octets)


def _last(heard: bytes | bytearray) -> str:
    tail = bytes(heard[-_LAST_LINE:])
    return cleaned(tail[tail.rfind(b"\n") + 1 :])


def _without_echo(text: str, command: str) -> str:
    """Drop the command, however it was wrapped, what came before it, prompt and pagers' marks."""
    lines = text.split("\n")[:-1]
    small = _squeezed(command)
    echo = next((at for at, line in enumerate(lines[:_ECHO_IN]) if small in _squeezed(line)), -1)
    del lines[: echo + 1]
    kept = ((line, forms.without_more(line)) for line in lines)
    return "\n".join(rest for line, rest in kept if rest or not line)


def _squeezed(text: str) -> str:
    return "".join(text.split())
