"""The password of `enable`, which locks accounts as well: paced and remembered like a log-in."""

import contextlib
from collections.abc import Callable, Iterator

from collectors.cli.refusal import EnableRefused
from collectors.errors import Denied, Detail, TimedOut
from inventory.secrets import Secret
from protocols.ssh.pacer import Braked, LoginPacer


def enable_of(credential: str) -> str:
    """Name the password of `enable` of a credential; see LoginPacer."""
    return f"{credential} (enable)"


class Enabling:
    """One device's way into the privileged mode; for the thread that talks with it."""

    def __init__(self, target: str, credential: str, secret: Secret, pacer: LoginPacer) -> None:
        """Wait for no turn yet."""
        self._target = target
        self._credential = credential
        self._secret = secret
        self._pacer = pacer
        self._sent = False
        self._given_up = False

    def give_up(self) -> None:
        """Know that we end the conversation ourselves; called before the connection is closed."""
        self._given_up = True

    @contextlib.contextmanager
    def turn(self, deadline_s: float) -> Iterator[Callable[[], str]]:
        """Wait for the turn; give what reveals the password, and report how it ended.

        Raises:
            Denied: the device refused it within the hour, or several did.
            TimedOut: the turn did not come.
        """
        self._admitted(deadline_s)
        try:
            yield self._revealed
        except BaseException as error:
            if self._sent:  # a device that never asked can have refused nothing
                self._failed(error)
            raise
        else:
            if self._sent:  # a device that asks for none says nothing about it
                self._pacer.accepted(self._credential, self._target)
        finally:
            self._pacer.unanswered(self._credential, self._target)

    def _admitted(self, deadline_s: float) -> None:
        try:
            self._pacer.wait(self._credential, self._target, deadline_s)
        except Braked as error:
            raise Denied(self._target, str(error), Detail.BRAKED) from error
        except TimeoutError as error:
            raise TimedOut(self._target, "no turn to enable", Detail.DEADLINE) from error

    def _failed(self, error: BaseException) -> None:
        """Tell a refusal from a doubt, and both from a stop of ours beside a proven password."""
        if isinstance(error, EnableRefused):
            self._pacer.refused(self._credential, self._target)
        elif not (self._given_up and self._pacer.is_proven(self._credential)):
            self._pacer.doubted(self._credential, self._target)

    def _revealed(self) -> str:
        self._pacer.risked(self._credential, self._target)
        self._sent = True
        return self._secret.reveal()
