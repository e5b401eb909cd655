"""The commands' way to change what the service keeps: through it, or beside it when it is down."""

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.control import commands
from agent.control.client import NotRunning, ask
from agent.control.pins import pin_json, written_json
from agent.control.protocol import Progress, Refused
from agent.logins import KEY
from agent.ownership import acting_as_owner
from agent.settings import Settings
from agent.state import StateFile
from collectors.contract import Json
from protocols.ssh.known_hosts import KnownHosts, KnownHostsError, Pin
from protocols.ssh.pacer import LoginPacer
from protocols.ssh.refusals import VERSION
from texts import gettext as _

AT_ONCE = 200
"""Servers in one request: well below the longest line."""


class CannotChange(Exception):
    """Nothing was changed by the last request; the text says why."""


@dataclass(frozen=True, slots=True)
class Door:
    """The service of a configuration. Every method raises CannotChange.

    Args:
        on_down: told why the service is not there, when its files are written without it.
    """

    settings: Settings
    on_down: Callable[[str], None]

    def trust(self, file: Path, pins: Sequence[Pin], *, replace: bool) -> None:
        """Pin keys in a file."""
        for at in range(0, len(pins), AT_ONCE):
            some = pins[at : at + AT_ONCE]
            arguments: Mapping[str, Json] = {
                "file": str(file),
                "pins": [pin_json(pin) for pin in some],
                "replace": replace,
            }
            try:
                self._ask(commands.TRUST, arguments)
            except NotRunning as error:
                self.on_down(str(error))
                with _told():
                    KnownHosts(file).trust(some, replace=replace)

    def forget_host_keys(self, file: Path, hosts: Sequence[tuple[str, int]]) -> Json:
        """Take hosts out of a file; return what went, as the control socket says it."""
        arguments: Mapping[str, Json] = {
            "file": str(file),
            "hosts": [{"host": host, "port": port} for host, port in hosts],
        }
        try:
            return self._ask(commands.FORGET_HOST_KEYS, arguments)
        except NotRunning as error:
            self.on_down(str(error))
            with _told():
                return written_json(KnownHosts(file).forget(hosts))

    def forget_credential(self, credential: str) -> Json:
        """Lift the brakes of a credential; return them."""
        try:
            return self._ask(commands.FORGET_CREDENTIAL, {"credential": credential})
        except NotRunning as error:
            self.on_down(str(error))
            return self._forget_in_state(credential)

    def forget_neighbors(
        self, neighbors: Sequence[tuple[str, str]], on_progress: Callable[[Progress], None]
    ) -> Json:
        """Forget confirmed neighbours, (target, neighbour) with "" for all; the service must run.

        What it remembers of them is its own; a service that starts learns them anew.
        """
        arguments: Mapping[str, Json] = {"neighbors": [list(pair) for pair in neighbors]}
        try:
            return self._ask(commands.FORGET_NEIGHBORS, arguments, on_progress)
        except NotRunning as error:
            text = _("neighbours are forgotten by the running service, and it does not run: {why}")
            raise CannotChange(text.format(why=error)) from error

    def _ask(
        self,
        command: str,
        arguments: Mapping[str, Json],
        on_progress: Callable[[Progress], None] = lambda _progress: None,
    ) -> Json:
        try:
            return ask(self.settings.control, command, arguments, on_progress)
        except Refused as error:
            text = _("the service does not do it: {why}")
            raise CannotChange(text.format(why=error)) from error

    def _forget_in_state(self, credential: str) -> Json:
        """Lift brakes in the file of a service that is down; without a file there are none."""
        try:
            with acting_as_owner(self.settings.state):
                return self._forgotten(credential) if self.settings.state.exists() else []
        except OSError as error:
            raise CannotChange(str(error)) from error

    def _forgotten(self, credential: str) -> Json:
        troubles: list[str] = []
        state = StateFile(self.settings.state, lambda _trouble, text: troubles.append(text))
        pacer = LoginPacer(
            time.monotonic,
            time.time,
            lambda: state.load(KEY, VERSION),
            lambda document: state.save(KEY, VERSION, document),
        )
        lifted = pacer.forget(credential)
        state.close()
        if troubles:
            raise CannotChange("; ".join(troubles))
        return commands.brakes_json(lifted)


@contextlib.contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except KnownHostsError as error:
        raise CannotChange(str(error)) from error
