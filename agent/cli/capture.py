"""`egov-agent capture`: records a device as a test, with nothing in it that tells whose it is."""

import asyncio
import contextlib
import os
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, cast

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from agent.asking import asking
from agent.cli.capture_file import Sidecar, write
from agent.cli.check import checked
from agent.cli.completion import target_ids
from agent.cli.terminal import (
    DEFAULT_CONFIG,
    ConfigOption,
    CredentialsOption,
    errors,
    fail,
    output,
    warn,
)
from agent.cli.visit import must_be_known
from agent.clock import SystemClock
from agent.configuration import Configuration, Secrets
from agent.resolve import resolve
from collectors.errors import CollectError
from collectors.snmp.anonymise import Known, anonymised
from collectors.snmp.anonymise import unmapped as plain
from collectors.snmp.capture import ENTERPRISES, EVERYTHING, Caps, Captured, Recorder
from collectors.snmp.disclosure import Disclosure
from collectors.snmp.pseudonyms import Pseudonyms
from collectors.snmp.target import DeviceTarget
from protocols.snmp import oid
from protocols.snmp.credentials import Community, User
from texts import gettext as _
from texts import marked, ngettext

NAME = "capture"
HELP = marked(
    "Record a device over SNMP into a .snmprec file that is ready to be a test: addresses, names, "
    "serial numbers and all that people wrote are replaced."
)
EPILOG = marked("Exit code 0: everything is there; 1: a part of it, or nothing; 2: usage.")

SALT_LENGTH = 16
SHOWN_CUTS = 10


def command(
    target: Annotated[
        str,
        typer.Argument(
            metavar="TARGET", help=marked("The target's id."), autocompletion=target_ids
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="FILE", help=marked("Where to write: a .snmprec file.")
        ),
    ],
    everything: Annotated[
        bool,
        typer.Option(
            "--all", help=marked("Everything that the device has, vendors' own tables included.")
        ),
    ] = False,
    roots: Annotated[
        list[str] | None,
        typer.Option(
            "--root",
            metavar="OID",
            help=marked("Everything below this, instead of what the profile needs; repeatable."),
        ),
    ] = None,
    keep_names: Annotated[
        list[str] | None,
        typer.Option(
            "--keep-names",
            metavar="PATTERN",
            help=marked("Texts that may stay, such as 'xgei*' for a vendor's ports; repeatable."),
        ),
    ] = None,
    salt: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help=marked("That of an earlier capture, so that both are mapped alike."),
            envvar="EGOV_CAPTURE_SALT",
        ),
    ] = None,
    raw: Annotated[
        bool,
        typer.Option("--raw", help=marked("Replace nothing: for your own eyes, never to pass on.")),
    ] = False,
    timeout: Annotated[
        float, typer.Option(min=1, metavar="SECONDS", help=marked("End after so long."))
    ] = 600.0,
    max_rows: Annotated[
        int, typer.Option(min=1, metavar="ROWS", help=marked("End after so many objects."))
    ] = 200_000,
    force: Annotated[bool, typer.Option("--force", help=marked("Write over a file."))] = False,
    config: ConfigOption = DEFAULT_CONFIG,
    credentials: CredentialsOption = None,
) -> None:
    """Record once."""
    wanted = _wanted(roots or [], everything=everything)
    _must_be_writable(out, force=force)
    if salt is not None and len(salt) < SALT_LENGTH:
        fail(_("A salt has at least {count} characters.").format(count=SALT_LENGTH), code=2)
    given = Secrets(os.environ, credentials or Secrets.of(os.environ).credentials)
    configuration = checked(config, given)
    must_be_known(configuration, target, "snmp")
    caps = Caps(rows=max_rows, seconds=timeout)
    captured, plan = asyncio.run(_capture(configuration, target, wanted, caps))
    used = salt or secrets.token_hex(SALT_LENGTH)
    task = _Task(target, out, tuple(keep_names or ()), None if raw else used, tuple(wanted))
    _write(task, configuration, captured, plan)
    _tell(task, captured, given=salt is not None)
    raise typer.Exit(int(not captured.complete))


@dataclass(frozen=True, slots=True)
class _Task:
    """What the command line asks for; no salt: nothing is replaced."""

    target: str
    out: Path
    keep: tuple[str, ...]
    salt: str | None
    roots: tuple[str, ...]


def _wanted(roots: list[str], *, everything: bool) -> list[str]:
    """Return the subtrees to read; none means what the profile needs."""
    for root in roots:
        try:
            name = oid.decode(oid.encode(root))
        except ValueError:
            fail(_("{text} is no OID").format(text=root), code=2)
        inside = f"{name}.".startswith(f"{ENTERPRISES}.") or f"{ENTERPRISES}.".startswith(
            f"{name}."
        )
        if inside and not everything:
            text = _("{root} holds vendors' own tables; read them with --all beside it")
            fail(text.format(root=root), code=2)
    if everything:
        warn(
            _(
                "Vendors' tables may hold what nobody expects. What looks like a name, an address "
                "or a serial number is replaced; look through the file before you pass it on."
            )
        )
    return roots or (list(EVERYTHING) if everything else [])


def _meets(one: str, other: str) -> bool:
    """Say whether one subtree lies in the other."""
    return f"{one}.".startswith(f"{other}.") or f"{other}.".startswith(f"{one}.")


def _must_be_writable(out: Path, *, force: bool) -> None:
    if not out.parent.is_dir():
        fail(_("{folder} is no folder").format(folder=out.parent), code=2)
    if out.exists() and not force:
        fail(_("{file} exists; --force writes over it").format(file=out), code=2)


async def _capture(
    configuration: Configuration, target: str, roots: list[str], caps: Caps
) -> tuple[Captured, DeviceTarget]:
    async with asking(configuration, target, "snmp", SystemClock()) as asked:
        recorder = Recorder(asked.resources.snmp, asked.resources.profiles, resolve, caps)
        try:
            with _showing(target) as show:
                plan = cast("DeviceTarget", asked.plan)  # of the check snmp
                return await recorder.capture(plan, roots, show), plan
        except CollectError as error:
            fail(str(error))


@contextlib.contextmanager
def _showing(target: str) -> Iterator[Callable[[int, int, int], None]]:
    """Show subtrees or columns done, and the rows that came."""
    with _bar() as bar:
        task = bar.add_task(_("recording {target}").format(target=target), total=None, rows=0)

        def show(done: int, total: int, rows: int) -> None:
            bar.update(task, completed=done, total=total if total > 1 else None, rows=rows)

        yield show


def _bar() -> Progress:
    """Make the bar."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(_("{rows} objects").format(rows="{task.fields[rows]}")),
        TimeElapsedColumn(),
        console=errors(),
        transient=True,
    )


def _write(
    task: _Task, configuration: Configuration, captured: Captured, plan: DeviceTarget
) -> None:
    devices = configuration.devices
    if task.salt is None:
        found, fingerprint = plain(captured.rows), None
    else:
        pseudonyms = Pseudonyms(task.salt)
        disclosure = Disclosure(devices.profiles, devices.catalogue)
        known = _known(task, configuration, captured, plan)
        found = anonymised(captured.rows, disclosure, pseudonyms, known)
        fingerprint = pseudonyms.fingerprint
    sidecar = Sidecar(captured, found, SystemClock().now(), fingerprint, task.roots)
    try:
        write(task.out, found.rows, sidecar)
    except OSError as error:
        fail(_("{file} cannot be written: {why}").format(file=task.out, why=error.strerror))
    if found.ports_mapped:
        text = ngettext(
            "{count} name of an interface is none that makers give, and was replaced; "
            "--keep-names PATTERN keeps it.",
            "{count} names of interfaces are none that makers give, and were replaced; "
            "--keep-names PATTERN keeps them.",
            found.ports_mapped,
        )
        warn(text.format(count=found.ports_mapped))
    if found.dropped:
        text = ngettext(
            "{count} object was left out: secrets, or a name that would still have shown.",
            "{count} objects were left out: secrets, or a name that would still have shown.",
            found.dropped,
        )
        warn(text.format(count=found.dropped))


def _known(
    task: _Task, configuration: Configuration, captured: Captured, plan: DeviceTarget
) -> Known:
    """List what the inventory says of the device, and what it is asked with."""
    entry = configuration.targets[task.target]
    names = (plan.id, getattr(entry, "name", None), *plan.addresses, captured.address)
    given: tuple[bytes, ...] = ()
    match plan.credential:
        case Community() as community:
            given = (community.name,)
        case User() as user:
            given = (user.name.encode(), user.auth_key, user.priv_key, user.context)
    return Known(
        names=tuple(one for one in names if one),
        secrets=tuple(one for one in given if one),
        keep=task.keep,
    )


def _tell(task: _Task, captured: Captured, *, given: bool) -> None:
    text = _("{rows} objects in {requests} requests, profile {profile}: {file}").format(
        rows=len(captured.rows),
        requests=captured.requests,
        profile=captured.profile.name,
        file=task.out,
    )
    output().print(text, markup=False, soft_wrap=True)
    if task.salt is None:
        warn(_("Nothing was replaced: the file tells everything of your network."))
    elif not given:
        text = _("salt: {salt} (keep it to yourself; --salt maps another capture alike)")
        errors().print(text.format(salt=task.salt), markup=False, soft_wrap=True)
    for cut in captured.cuts[:SHOWN_CUTS]:
        why = f"{cut.problem} {cut.text}".strip()
        warn(_("missing behind {place}: {why}").format(place=cut.behind or "-", why=why))
    if len(captured.cuts) > SHOWN_CUTS:
        more = len(captured.cuts) - SHOWN_CUTS
        text = ngettext("{count} more place is missing", "{count} more places are missing", more)
        warn(text.format(count=more))
