"""What is said with one device in one visit; it blocks, and runs in a thread of `threads`."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from collectors.cli.allowed import Forbidden
from collectors.cli.enabling import Enabling
from collectors.cli.masking import masked
from collectors.cli.presence import Presence
from collectors.cli.profile import Command, Profile
from collectors.cli.shell import Answer, Shell
from collectors.cli.understanding import Understood, understood
from collectors.errors import BadAnswer, CollectError, Denied, Detail, Unsupported

_HEAD = 6
"""A refusal stands in the first lines of an answer; further down it is somebody's description."""

_SHORT = 4
"""An answer of more lines holds a table, whatever its first lines say."""


@dataclass(slots=True)
class Heard:
    """What a visit has brought so far; complete when `talk` returned or raised.

    Args:
        failed: commands that brought nothing, and why.
        lacking: the device has no such command.
    """

    platform: str = ""
    brought: list[Understood] = field(default_factory=list)
    failed: list[tuple[Command, CollectError]] = field(default_factory=list)
    lacking: list[Command] = field(default_factory=list)
    commands: int = 0
    octets: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be asked.

    Args:
        profile: None: the device is asked which of `profiles` it is.
        commands: chooses those that are due, once the profile is known.
        enable: the way into the privileged mode, where the credential has one.
    """

    target: str
    profile: Profile | None
    profiles: Sequence[Profile]
    commands: Callable[[Profile], Sequence[Command]]
    enable: Enabling | None
    deadline_s: float
    note: Callable[[str], None]


def talk(shell: Shell, wanted: Wanted, heard: Heard) -> Profile:
    """Get ready, where that was not done yet, and ask every command; return the profile.

    What breaks the conversation (stalled, reset, another prompt) is raised; `heard` holds what came
    before. A command that is refused or that the device lacks costs its own table only.
    """
    one = _Talk(shell, wanted, heard)
    profile = wanted.profile
    if shell.prompt is None:
        learned = shell.start(wanted.deadline_s)
        wanted.note(f"prompt {learned.text}")
        profile = profile or one.recognised()
        one.prepare(profile)
    if profile is None:
        raise AssertionError("a session that is open has a profile")
    heard.platform = profile.platform
    for command in wanted.commands(profile):
        one.ask(profile, command)
    return profile


@dataclass(frozen=True, slots=True)
class _Talk:
    shell: Shell
    wanted: Wanted
    heard: Heard
    said: dict[str, str] = field(default_factory=dict)

    def recognised(self) -> Profile:
        """Ask the device what it is."""
        answers: dict[str, str] = {}
        for profile in self.wanted.profiles:
            command, pattern = profile.recognise
            if not self._speaks(profile):
                continue
            if command not in answers:
                answers[command] = self._run(command, profile).text
            if pattern.search(answers[command]):
                self.wanted.note(f"platform {profile.platform}")
                return profile
        text = "not recognised; write cli.platform in the inventory"
        raise Unsupported(self.wanted.target, text)

    def prepare(self, profile: Profile) -> None:
        """Enter the privileged mode, and switch the pager off."""
        if not self._speaks(profile):
            text = f"prompt {self._prompt!r} is none of {profile.platform}"
            raise BadAnswer(self.wanted.target, text, Detail.PROMPT)
        if self.wanted.enable is not None and self._prompt.endswith(">"):
            self._enable(self.wanted.enable)
        if not self._wrapped(profile):
            for command in profile.prepare:
                self._run(command, None)

    def ask(self, profile: Profile, command: Command) -> None:
        """Ask for one table."""
        try:
            answer = self._run(command.command, profile)
        except Forbidden as error:
            told = BadAnswer(self.wanted.target, str(error), Detail.INTERNAL)
            self.heard.failed.append((command, told))
            return
        text = answer.text
        lines = [line for line in text.splitlines() if line.strip()]
        head = "\n".join(lines[:_HEAD])
        short = len(lines) <= _SHORT
        if _says(profile.denied, head):
            what = f"not allowed: {command.command}"
            denied = Denied(self.wanted.target, what, Detail.PRIVILEGE)
            self.heard.failed.append((command, denied))
        elif short and _says(profile.unsupported, head):
            self.heard.lacking.append(command)
        else:
            says_nothing = isinstance(command.reader, Presence)  # and that is its answer
            if short and not says_nothing and _says(profile.empty, head):
                self.heard.brought.append(Understood(command, {}))
                return
            names = self._names(profile, command)
            self.heard.brought.append(understood(command, text, profile.platform, names))

    def _names(self, profile: Profile, command: Command) -> Mapping[str, str]:
        """Ask who is behind the names, once a visit."""
        if command.names is None:
            return {}
        asked = command.names.command
        if asked not in self.said:
            self.said[asked] = self._run(asked, profile).text
        return command.names.told(self.said[asked])

    def _enable(self, enabling: Enabling) -> None:
        with enabling.turn(self.wanted.deadline_s) as password:
            self.wanted.note("> enable")
            self.shell.enable(password, self.wanted.deadline_s)

    def _run(self, command: str, profile: Profile | None) -> Answer:
        typed = command
        if profile is not None and self._wrapped(profile):
            typed = (profile.wrap or "{command}").replace("{command}", command)
        self.wanted.note(f"> {typed}")
        self.heard.commands += 1
        answer = self.shell.run(typed, self.wanted.deadline_s)
        self.heard.octets += answer.octets
        for line in answer.text.splitlines():
            self.wanted.note(f"  {masked(line)}")
        return answer

    @property
    def _prompt(self) -> str:
        return self.shell.prompt.text if self.shell.prompt is not None else ""

    def _speaks(self, profile: Profile) -> bool:
        return profile.wrap is not None or profile.prompt.fullmatch(self._prompt) is not None

    def _wrapped(self, profile: Profile) -> bool:
        return profile.wrap is not None and profile.prompt.fullmatch(self._prompt) is None


def _says(patterns: Sequence[re.Pattern[str]], head: str) -> bool:
    return any(one.search(head) for one in patterns)
