"""Security facts seen while logging in: each is told once, and again when it is another."""

from collections.abc import Sequence
from datetime import datetime

from collectors.cli.refusal import KeyDenied
from collectors.cli.shell import Remark
from collectors.cli.transport import Session
from collectors.contract import Finding, Severity
from collectors.errors import CollectError, Detail


class Watch:
    """What was told of one device already."""

    def __init__(self, target: str) -> None:
        """Have told nothing yet."""
        self._target = target
        self._told: set[str] = set()

    def of_error(self, error: CollectError, now: datetime) -> Sequence[Finding]:
        """Make findings of what ended a visit."""
        text = str(error).removeprefix(f"{self._target}: ")
        if isinstance(error, KeyDenied) and error.detail is Detail.HOST_KEY:
            return self._once("ssh.host_key", Severity.CRITICAL, text, now)
        if error.detail is Detail.PASSWORD_EXPIRED:
            return self._once("auth.password", Severity.WARNING, text, now)
        return ()

    def of_session(self, session: Session, now: datetime) -> Sequence[Finding]:
        """Make findings of how a log-in went, and forget the changed key of before."""
        self._told = {one for one in self._told if not one.startswith("ssh.host_key")}
        found: list[Finding] = []
        if session.weak:
            text = "weak algorithms of SSH are in use: " + ", ".join(session.weak)
            found += self._once("auth.insecure", Severity.NOTICE, text, now)
        if session.shell is not None and Remark.PASSWORD in session.shell.remarks:
            text = "the device asks for another password; it was answered no"
            found += self._once("auth.password", Severity.WARNING, text, now)
        return found

    def _once(self, kind: str, severity: Severity, text: str, now: datetime) -> Sequence[Finding]:
        told = f"{kind} {text}"
        if told in self._told:
            return ()
        self._told.add(told)
        return (Finding(kind, self._target, severity, text, now),)
