"""What `trust` learns of each server, from the network or from a file, and how it is judged."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from agent.ssh_servers import Server
from protocols.ssh.host_key import HostKey
from protocols.ssh.known_hosts import KnownHosts, KnownHostsError, Verdict, consistent
from protocols.ssh.scan import Offer, ScanFailed, offered_keys
from texts import gettext as _

AT_ONCE = 32
"""Servers asked at the same time; each is asked by one connection at a time."""

TIMEOUT_S = 30.0
"""For all keys of a server; a small switch needs seconds for a key exchange."""


class Standing(StrEnum):
    """How what a server offers compares with what is pinned."""

    NEW = "new"
    PINNED = "pinned"
    MORE = "more"
    CHANGED = "changed"
    REVOKED = "revoked"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Found:
    """A server with what it offered.

    Args:
        pinned: the keys that it is known by so far.
        problem: why there is no key, or why there may be more.
    """

    server: Server
    standing: Standing
    keys: tuple[HostKey, ...] = ()
    pinned: tuple[HostKey, ...] = ()
    problem: str = ""


Fetch = Callable[[str, int, float], Awaitable[Offer]]


async def fetched(
    servers: Sequence[Server], on_done: Callable[[Found], None], fetch: Fetch = offered_keys
) -> list[Found]:
    """Ask servers for their keys, several at once; in their order."""
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(server: Server) -> Found:
        async with gate:
            found = await _offer(server, fetch)
        on_done(found)
        return found

    async with asyncio.TaskGroup() as tasks:
        running = [tasks.create_task(one(server), name=server.target) for server in servers]
    return [task.result() for task in running]


def listed(
    servers: Iterable[Server], file: Path, names: Callable[[Server], Iterable[str]]
) -> list[Found]:
    """Take the keys of servers from a file in the format of known_hosts.

    Args:
        names: what the file may call a server besides its address.

    Raises:
        KnownHostsError: the file cannot be read.
    """
    if not file.is_file():
        raise KnownHostsError(_("{file}: no such file").format(file=file))
    hosts = KnownHosts(file)
    found = []
    for server in servers:
        keys = hosts.keys(server.host, server.port) or next(
            (keys for name in names(server) if (keys := hosts.keys(name))), ()
        )
        problem = "" if keys else _("not in {file}").format(file=file)
        found.append(judged(server, keys, problem))
    return found


def judged(server: Server, keys: tuple[HostKey, ...], problem: str = "") -> Found:
    """Compare keys with the pinned ones."""
    if not keys:
        return Found(server, Standing.FAILED, problem=problem)
    try:
        hosts = KnownHosts(server.file)
        pinned = hosts.keys(server.host, server.port)
        verdicts = {hosts.verdict(server.host, server.port, key) for key in keys}
    except KnownHostsError as error:
        return Found(server, Standing.FAILED, keys, problem=str(error))
    return Found(server, _standing(verdicts, keys, pinned), keys, pinned, problem)


def by_file(found: Iterable[Found]) -> Mapping[Path, list[Found]]:
    """Sort by the file that the keys are pinned in."""
    files: dict[Path, list[Found]] = {}
    for one in found:
        files.setdefault(one.server.file, []).append(one)
    return files


async def _offer(server: Server, fetch: Fetch) -> Found:
    if server.jump:
        text = _("behind the jump host {jump}; take its key from a list with --file")
        return Found(server, Standing.FAILED, problem=text.format(jump=server.jump))
    try:
        offer = await fetch(server.host, server.port, TIMEOUT_S)
    except ScanFailed as error:
        return Found(server, Standing.FAILED, problem=str(error))
    return await asyncio.to_thread(judged, server, offer.keys, offer.problem)


def _standing(
    verdicts: set[Verdict], keys: Sequence[HostKey], pinned: Sequence[HostKey]
) -> Standing:
    if Verdict.REVOKED in verdicts:
        return Standing.REVOKED
    if not pinned:
        return Standing.NEW
    if all(key in pinned for key in keys):
        return Standing.PINNED
    return Standing.MORE if consistent(pinned, keys) else Standing.CHANGED
