"""`egov-agent forget`: takes back what the agent was told or has learned."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

import typer
from rich.markup import escape

from agent.cli.check import checked
from agent.cli.completion import credential_ids, server_ids
from agent.cli.door import CannotChange, Door
from agent.cli.terminal import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    errors,
    fail,
    output,
    warn,
)
from agent.configuration import Configuration, Secrets
from agent.ssh_servers import JUMP, Server, jump_servers, ssh_servers
from collectors.contract import Json
from inventory.located import did_you_mean
from inventory.select import NothingSelected, select
from texts import gettext as _
from texts import marked, ngettext

NAME = "forget"
HELP = marked(
    "Forget pinned host keys, the brake on a credential that devices refused, or a confirmed "
    "neighbour that is gone for good."
)
EPILOG = marked(
    "Examples: forget --credential net-ro (after its password was corrected); forget --host-key "
    "SW-HX-01 (the next log-in needs trust again); forget --neighbor SW-HX-01:10.0.0.7 (the router "
    "was taken out of service). Exit code 0: forgotten, or there was nothing; 1: failed; 2: usage."
)


@dataclass(frozen=True, slots=True)
class _Said:
    """How a result is printed."""

    as_json: bool

    def line(self, text: str, **content: Json) -> None:
        """Print one thing that was forgotten."""
        if self.as_json:
            output().print(json.dumps(content, ensure_ascii=False), markup=False, soft_wrap=True)
        else:
            output().print(escape(text), soft_wrap=True)


def command(
    host_key: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TARGET",
            help=marked(
                "Forget the pinned host keys of a target (id, pattern, site:ID) or of a jump host "
                "(jump:HOST)."
            ),
            autocompletion=server_ids,
        ),
    ] = None,
    credential: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ID",
            help=marked("Let a credential log in again that devices refused."),
            autocompletion=credential_ids,
        ),
    ] = None,
    neighbor: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TARGET:NEIGHBOR",
            help=marked(
                "Forget a confirmed neighbour (router id or peer address); TARGET: alone means "
                "all of it."
            ),
        ),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Forget; each option may be given several times."""
    if not (host_key or credential or neighbor):
        fail(_("Say what to forget: --host-key, --credential or --neighbor."), 2)
    configuration = checked(config, Secrets.of(os.environ))
    servers = _servers(configuration, host_key or [])
    for one in credential or []:
        _must_be_known(one, configuration.inventory.credentials)
    pairs = [_pair(configuration, one) for one in neighbor or []]
    door, said = Door(configuration.settings, _say_down), _Said(as_json)
    try:
        _forget_keys(door, servers, said)
        for one in credential or []:
            _forget_brakes(door, one, said)
        _forget_neighbors(door, pairs, said)
    except CannotChange as error:
        fail(str(error))


def _servers(configuration: Configuration, words: Sequence[str]) -> Sequence[Server]:
    """Find the servers that are meant; jump hosts only by their own names."""
    names = [word for word in words if word.startswith(JUMP)]
    others = [word for word in words if not word.startswith(JUMP)]
    jumps = _jumps(configuration, names) if names else ()
    if not others:  # which `select` takes for all
        return jumps
    try:
        targets = select(configuration.inventory, others)
    except NothingSelected as error:
        fail(str(error))
    return (*jumps, *ssh_servers(configuration, targets))


def _jumps(configuration: Configuration, names: Sequence[str]) -> Sequence[Server]:
    every = jump_servers(ssh_servers(configuration, configuration.targets.values()))
    known = {server.target: server for server in every}
    for name in names:
        _must_be_known(name, known)
    return [server for server in every if server.target in names]


def _must_be_known(name: str, known: Mapping[str, object]) -> None:
    if name not in known:
        text = _("no such id in the inventory: {name}").format(name=name)
        fail(text + did_you_mean(name, known))


def _pair(configuration: Configuration, word: str) -> tuple[str, str]:
    """Split TARGET:NEIGHBOR; an address of IPv6 has colons of its own."""
    target, _colon, neighbor = word.partition(":")
    _must_be_known(target, configuration.targets)
    return target, neighbor


def _forget_keys(door: Door, servers: Sequence[Server], said: _Said) -> None:
    for file in dict.fromkeys(server.file for server in servers):
        hosts = [(one.host, one.port) for one in servers if one.file == file]
        answer = door.forget_host_keys(file, hosts)
        removed = _list(answer.get("removed")) if isinstance(answer, Mapping) else ()
        if not removed:
            warn(_("No key of these was pinned in {file}.").format(file=file))
        for one in removed:
            if isinstance(one, Mapping):
                name, print_ = str(one.get("host")), str(one.get("fingerprint"))
                text = _("{host}: forgot the key {fingerprint}")
                said.line(
                    text.format(host=name, fingerprint=print_),
                    host=name,
                    fingerprint=print_,
                    file=str(file),
                )


def _forget_brakes(door: Door, credential: str, said: _Said) -> None:
    lifted = _list(door.forget_credential(credential))
    devices: list[Json] = [one.get("device") for one in lifted if isinstance(one, Mapping)]
    refused = sum(device is not None for device in devices)
    text = ngettext(
        "{credential}: may log in again; {count} device had refused it.",
        "{credential}: may log in again; {count} devices had refused it.",
        refused,
    )
    said.line(
        text.format(credential=credential, count=refused),
        credential=credential,
        devices=[device for device in devices if device is not None],
        everywhere=None in devices,
    )


def _forget_neighbors(door: Door, pairs: Sequence[tuple[str, str]], said: _Said) -> None:
    if not pairs:
        return
    with errors().status(_("forgetting")):
        answer = _list(door.forget_neighbors(pairs, lambda _progress: None))
    for (target, neighbor), gone in zip(pairs, answer, strict=False):
        names = [str(one) for one in _list(gone)]
        if not names:
            text = _("{target}: no confirmed neighbour {neighbor}")
            warn(text.format(target=target, neighbor=neighbor))
        for name in names:
            text = _("{target}: forgot the neighbour {neighbor}")
            said.line(text.format(target=target, neighbor=name), target=target, neighbor=name)


def _list(found: Json) -> Sequence[Json]:
    return found if isinstance(found, list) else ()


def _say_down(why: str) -> None:
    warn(_("The service does not run ({why}); its files are changed directly.").format(why=why))
