"""Which SSH servers the inventory has: where they are, and where their keys are pinned."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from agent.configuration import Configuration
from inventory.inventory import Target
from inventory.machines import Host, Kiosk
from inventory.models import Device
from protocols.ssh.place import place_of

JUMP = "jump:"
"""Begins the name of a jump host where targets are named; no id of a target has a colon."""


@dataclass(frozen=True, slots=True, order=True)
class Server:
    """One address of a target.

    Args:
        target: its id; `jump:HOST` for a jump host, which is no target.
        host: as the inventory writes it; a log-in uses the same.
        file: the known_hosts file that the log-in is judged by.
        jump: the host it is reached through; "" for none.
    """

    target: str
    host: str
    port: int
    file: Path
    jump: str = ""


def ssh_servers(configuration: Configuration, targets: Iterable[Target]) -> tuple[Server, ...]:
    """List the servers of some targets in their order; a target without SSH has none."""
    found = (
        Server(target.id, host, port, file, jump)
        for target in targets
        for credential, port in _log_ins(target)
        for file, jump in (_of_credential(configuration, credential),)
        for host in getattr(target, "addresses", ())
    )
    return tuple(dict.fromkeys(found))


def jump_servers(servers: Iterable[Server]) -> tuple[Server, ...]:
    """List the jump hosts that servers are reached through; their keys are pinned as well."""
    jumps = ((place_of(one.jump), one.file) for one in servers if one.jump)
    found = (Server(f"{JUMP}{jump.host}", jump.host, jump.port, file) for jump, file in jumps)
    return tuple(dict.fromkeys(found))


def _log_ins(target: Target) -> Iterator[tuple[str, int]]:
    match target:
        case Device(cli=cli) if cli is not None:
            yield cli.credential, cli.port
            if cli.config_credential is not None:
                yield cli.config_credential, cli.port
        case Host(ssh=ssh) | Kiosk(ssh=ssh) if ssh is not None:
            yield ssh.credential, ssh.port
        case _:
            return


def _of_credential(configuration: Configuration, credential: str) -> tuple[Path, str]:
    ssh = configuration.inventory.credentials[credential].ssh
    own = ssh.known_hosts if ssh is not None else None
    jump = ssh.jump if ssh is not None else None
    return Path(own) if own else configuration.settings.known_hosts, jump or ""
