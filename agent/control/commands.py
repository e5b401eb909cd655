"""What operators can ask of the running service: pin and forget host keys, lift brakes, forget."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.configuration import Configuration
from agent.control.pins import hosts_of, pins_of, written_json
from agent.control.protocol import Fault, Progress, Refused
from agent.control.server import Command, Tell
from agent.derive.engine import Engine
from agent.logins import NOTE
from agent.settings import UserRole
from collectors.cli.enabling import enable_of
from collectors.cli.plan import jump_of
from collectors.contract import Json
from protocols.ssh.known_hosts import Conflict, KnownHosts, KnownHostsError, Revoked
from protocols.ssh.pacer import Brake, LoginPacer

Arguments = Mapping[str, Json]

MAY_CHANGE: frozenset[UserRole] = frozenset(("operator", "administrator"))

TRUST = "trust"
FORGET_HOST_KEYS = "forget-host-keys"
FORGET_CREDENTIAL = "forget-credential"
FORGET_NEIGHBORS = "forget-neighbors"

MAX_NOTED = 100
"""Refusals that one visit tells of: it has one target, at most a jump host and `enable`."""


def known_hosts_files(configuration: Configuration) -> frozenset[Path]:
    """Return the files that pins are kept in: the service's own, and those that credentials name.

    No other file is written for an operator, whatever is asked.
    """
    named = (
        Path(one.ssh.known_hosts)
        for one in configuration.inventory.credentials.values()
        if one.ssh is not None and one.ssh.known_hosts is not None
    )
    return frozenset((configuration.settings.known_hosts, *named))


@dataclass(frozen=True, slots=True)
class Commands:
    """The handlers, and what they work on.

    Args:
        running: the configuration that is followed.
    """

    running: Callable[[], Configuration]
    pacer: LoginPacer
    derivations: Engine

    def all(self) -> tuple[Command, ...]:
        """List them for the server."""
        return (
            Command(TRUST, MAY_CHANGE, self.trust),
            Command(FORGET_HOST_KEYS, MAY_CHANGE, self.forget_host_keys),
            Command(FORGET_CREDENTIAL, MAY_CHANGE, self.forget_credential),
            Command(FORGET_NEIGHBORS, MAY_CHANGE, self.forget_neighbors),
            Command(NOTE, MAY_CHANGE, self.note_refusals),
        )

    async def note_refusals(self, arguments: Arguments, _tell: Tell) -> Json:
        """Remember log-ins of a single visit: {refused, doubted}: [[credential, device]]."""
        refused, doubted = (
            _pairs(arguments, key, "credential and device") if arguments.get(key) else []
            for key in ("refused", "doubted")
        )
        _must_be_known((*refused, *doubted), self.running())
        self.pacer.noted(refused, doubted)
        return len(refused) + len(doubted)

    async def trust(self, arguments: Arguments, _tell: Tell) -> Json:
        """Pin keys: {file, pins: [{host, port, keys: ["type base64"]}], replace}; all or none."""
        hosts = self._file(arguments)
        pins = pins_of(arguments.get("pins"))
        replace = arguments.get("replace") is True
        try:
            written = await asyncio.to_thread(hosts.trust, pins, replace=replace)
        except (Conflict, Revoked) as error:
            raise Refused(Fault.CONFLICT, str(error)) from error
        except KnownHostsError as error:
            raise Refused(Fault.FAILED, str(error)) from error
        return written_json(written)

    async def forget_host_keys(self, arguments: Arguments, _tell: Tell) -> Json:
        """Take hosts out of a file: {file, hosts: [{host, port}]}."""
        hosts = self._file(arguments)
        names = hosts_of(arguments.get("hosts"))
        try:
            written = await asyncio.to_thread(hosts.forget, names)
        except KnownHostsError as error:
            raise Refused(Fault.FAILED, str(error)) from error
        return written_json(written)

    async def forget_credential(self, arguments: Arguments, _tell: Tell) -> Json:
        """Lift the brakes of a credential: {credential}; answers with what was lifted."""
        credential = _text(arguments, "credential")
        if credential not in self.running().inventory.credentials:
            raise Refused(Fault.FAILED, f"no such credential in the inventory: {credential}")
        return brakes_json(self.pacer.forget(credential))

    async def forget_neighbors(self, arguments: Arguments, tell: Tell) -> Json:
        """Forget confirmed neighbours: {neighbors: [[target, neighbor]]}; "" means all of them.

        Answers with a list for each: what was forgotten.
        """
        wanted = _pairs(arguments, "neighbors", "target and neighbor")
        for target, _neighbor in wanted:
            if target not in self.running().targets:
                raise Refused(Fault.FAILED, f"no such target in the inventory: {target}")
        gone: list[Json] = []
        for number, (target, neighbor) in enumerate(wanted, 1):
            gone.append(list(self.derivations.forget(target, neighbor)))
            if number < len(wanted):
                await tell(Progress(number, len(wanted)))
        return gone

    def _file(self, arguments: Arguments) -> KnownHosts:
        path = Path(_text(arguments, "file"))
        if path not in known_hosts_files(self.running()):
            text = f"{path} is neither known_hosts of the settings nor of a credential"
            raise Refused(Fault.FAILED, text)
        return KnownHosts(path)


def brakes_json(brakes: tuple[Brake, ...]) -> Json:
    """Say which log-ins were not allowed, and for how long they would not have been."""
    return [{"device": one.device, "remaining_seconds": one.remaining_s} for one in brakes]


def _must_be_known(told: Sequence[tuple[str, str]], configuration: Configuration) -> None:
    """Let nobody fill the memory, or the state file, with what no log-in has."""
    if len(told) > MAX_NOTED:
        raise Refused(Fault.BAD_REQUEST, f"at most {MAX_NOTED} pairs of credential and device")
    credentials = configuration.inventory.credentials
    ssh = (one.ssh for one in credentials.values())
    jumps = (jump_of(one.jump).paced_as for one in ssh if one is not None and one.jump is not None)
    names, devices = {*credentials, *map(enable_of, credentials)}, {*configuration.targets, *jumps}
    for credential, device in told:
        if credential not in names:
            raise Refused(Fault.FAILED, f"no such credential in the inventory: {credential}")
        if device not in devices:
            raise Refused(Fault.FAILED, f"no such target or jump host in the inventory: {device}")


def _text(arguments: Arguments, key: str) -> str:
    found = arguments.get(key)
    if not isinstance(found, str) or not found:
        raise Refused(Fault.BAD_REQUEST, f"expected {key} (a text)")
    return found


def _pairs(arguments: Arguments, key: str, what: str) -> list[tuple[str, str]]:
    found, pairs = arguments.get(key), []
    for one in found if isinstance(found, list) else ():
        match one:
            case [str(target), str(neighbor)]:
                pairs.append((target, neighbor))
            case _:
                raise Refused(Fault.BAD_REQUEST, f"expected pairs of {what}")
    if not pairs:
        raise Refused(Fault.BAD_REQUEST, f"expected {key} (a list)")
    return pairs
