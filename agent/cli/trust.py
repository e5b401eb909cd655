"""`egov-agent trust`: pins the host keys of devices after somebody has looked at them."""

import asyncio
import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from agent.cli.check import checked
from agent.cli.completion import site_ids, target_ids
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
from agent.cli.trust_servers import Found, Standing, by_file, fetched, listed
from agent.cli.trust_view import alarm, lines, passed_over, table
from agent.configuration import Configuration, Secrets
from agent.ssh_servers import Server, jump_servers, ssh_servers
from inventory.select import NothingSelected, select
from protocols.ssh.known_hosts import KnownHosts, KnownHostsError, Pin
from texts import gettext as _
from texts import marked, ngettext

NAME = "trust"
HELP = marked(
    "Pin the SSH host keys of devices: fetch them without logging in, or take them from a list, "
    "show their fingerprints, and ask. The agent logs in to nobody whose key is not pinned."
)
EPILOG = marked(
    "Examples: trust SW-HX-01; trust --site hexi; trust --site hexi --file vendor-list --yes. "
    "Compare the fingerprints with the console of the device (display rsa local-key-pair public, "
    "show ip ssh) or with the list of who installed it. A changed key is never taken over without "
    "--replace. Exit code 0: every key is pinned; 1: some are not; 2: usage."
)


_OPEN = frozenset((Standing.NEW, Standing.MORE, Standing.CHANGED))


@dataclass(frozen=True, slots=True)
class Choice:
    """What the operator allows, of keys from a list or from the network."""

    replace: bool
    yes: bool
    as_json: bool
    from_list: bool

    @property
    def wanted(self) -> frozenset[Standing]:
        """Say which keys may be pinned.

        Somebody in between can pass on the connection that shows the pinned key, and answer the
        next one with a key of his own: a script takes no further key from the network.
        """
        further = self.replace or self.from_list or not self.yes
        return frozenset(
            (
                Standing.NEW,
                *((Standing.MORE,) if further else ()),
                *((Standing.CHANGED,) if self.replace else ()),
            )
        )


def command(
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TARGET",
            help=marked("Ids, patterns, site:ID, role:NAME, kind:NAME; none means all."),
            autocompletion=target_ids,
        ),
    ] = None,
    site: Annotated[
        list[str] | None,
        typer.Option(
            metavar="SITE",
            help=marked("A site and everything below it; may be given several times."),
            autocompletion=site_ids,
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            metavar="KNOWN_HOSTS",
            help=marked(
                "Take the keys from this list (known_hosts format, by address or id) and ask no "
                "device."
            ),
        ),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help=marked("Also pin keys in place of other ones."))
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help=marked("Pin without asking; for scripts."))
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    as_json: JsonOption = False,
) -> None:
    """Pin host keys; with --json and without --yes they are only shown."""
    configuration = checked(config, Secrets.of(os.environ))
    chosen = [*(words or []), *(f"site:{one}" for one in site or [])]
    servers = _servers(configuration, chosen)
    found = _from_list(configuration, servers, file) if file else _from_network(servers)
    if file:  # a list of one district says nothing about the others, nor about jump hosts
        asked = configuration.targets if chosen else {}
        found = [one for one in found if one.keys or one.server.target in asked]
    choice = Choice(replace, yes, as_json, file is not None)
    if not as_json:
        output().print(table(found))
    _warn(found, choice)
    pinned, ok = _pinned(configuration, found, choice)
    if as_json:
        for line in lines(found, written=frozenset(pinned)):
            output().print(line, markup=False, soft_wrap=True)
    bad = [one for one in found if one.standing in {Standing.FAILED, Standing.REVOKED}]
    left = [one for one in found if one.standing in _OPEN and one not in pinned]
    if bad or left or not ok:
        raise typer.Exit(1)


def _servers(configuration: Configuration, words: Sequence[str]) -> Sequence[Server]:
    try:
        targets = select(configuration.inventory, words)
    except NothingSelected as error:
        fail(str(error))
    servers = ssh_servers(configuration, targets)
    if not servers:
        fail(
            _("Nothing that was chosen is reached over SSH (keys cli: and ssh: of the inventory).")
        )
    return (*jump_servers(servers), *servers)


def _from_network(servers: Sequence[Server]) -> list[Found]:
    with _bar() as bar:
        task = bar.add_task(_("fetching host keys"), total=len(servers))
        return asyncio.run(fetched(servers, lambda _found: bar.advance(task)))


def _from_list(configuration: Configuration, servers: Sequence[Server], file: Path) -> list[Found]:
    def names(server: Server) -> Iterable[str]:
        name = getattr(configuration.targets.get(server.target), "name", None)
        return (server.target, *([name] if name else []))

    try:
        for line in KnownHosts(file).problems():
            text = _("{file}:{line}: passed over: {problem}")
            warn(text.format(file=file, line=line.number, problem=line.problem))
        return listed(servers, file, names)
    except KnownHostsError as error:
        fail(str(error))


def _warn(found: Sequence[Found], choice: Choice) -> None:
    """Name the servers that are known by another key than a wanted one."""
    changed = [one for one in found if one.standing is Standing.CHANGED]
    if changed and Standing.CHANGED not in choice.wanted:
        errors().print(f"[bold red]{escape(alarm(changed))}[/]", soft_wrap=True)
    further = [one for one in found if one.standing is Standing.MORE]
    if further and Standing.MORE not in choice.wanted:
        warn(passed_over(further))


def _pinned(
    configuration: Configuration, found: Sequence[Found], choice: Choice
) -> tuple[list[Found], bool]:
    """Ask and pin; return what was pinned, and whether nothing went wrong."""
    wanted = [one for one in found if one.standing in choice.wanted]
    if not wanted:
        if not choice.as_json and all(one.standing is Standing.PINNED for one in found):
            output().print(_("All these keys are pinned."))
        return [], True
    if not _agreed(wanted, choice):
        return [], True
    door = Door(configuration.settings, _say_down)
    done: list[Found] = []
    for file, some in by_file(wanted).items():
        pins = [Pin(one.server.host, one.server.port, one.keys) for one in some]
        try:
            door.trust(file, pins, replace=choice.replace)
        except CannotChange as error:
            errors().print(f"[red]{escape(str(error))}[/]", soft_wrap=True)
            return done, False
        done += some
        if not choice.as_json:
            output().print(_("Pinned in {file}.").format(file=file), markup=False, soft_wrap=True)
    return done, True


def _agreed(wanted: Sequence[Found], choice: Choice) -> bool:
    if choice.yes or choice.as_json:
        return choice.yes
    if not sys.stdin.isatty():
        warn(_("Nothing was pinned: nobody can be asked here; --yes pins without asking."))
        return False
    count = len({one.server.target for one in wanted})
    text = ngettext(
        "Pin the keys of {count} device? Compare the fingerprints first.",
        "Pin the keys of {count} devices? Compare the fingerprints first.",
        count,
    )
    return typer.confirm(text.format(count=count), default=False, err=True)


def _say_down(why: str) -> None:
    warn(_("The service does not run ({why}); its files are changed directly.").format(why=why))


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeElapsedColumn(), console=errors(), transient=True)
