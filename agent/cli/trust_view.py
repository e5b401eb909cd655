"""How `trust` shows fingerprints."""

import json
from collections.abc import Iterable, Sequence

from rich import box
from rich.markup import escape
from rich.table import Table

from agent.cli.trust_servers import Found, Standing
from collectors.contract import Json
from protocols.ssh.host_key import HostKey
from protocols.ssh.known_hosts_line import host_name
from texts import gettext as _
from texts import listed, marked

WORDS = {
    Standing.NEW: marked("new"),
    Standing.PINNED: marked("pinned"),
    Standing.MORE: marked("further key"),
    Standing.CHANGED: marked("CHANGED"),
    Standing.REVOKED: marked("REVOKED"),
    Standing.FAILED: marked("no key"),
}
STYLES = {
    Standing.NEW: "yellow",
    Standing.PINNED: "green",
    Standing.MORE: "yellow",
    Standing.CHANGED: "bold red",
    Standing.REVOKED: "bold red",
    Standing.FAILED: "red",
}


def table(found: Iterable[Found]) -> Table:
    """Show a line for each key, the former ones of a changed server among them."""
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in (_("target"), _("address"), _("key"), _("fingerprint")):
        made.add_column(head, no_wrap=True)
    made.add_column(_("state"), overflow="fold")
    for one in found:
        for row in _rows(one):
            made.add_row(*row)
    return made


def lines(found: Iterable[Found], *, written: frozenset[Found]) -> Iterable[str]:
    """Write a JSON object for each key; a server without one has an object too."""
    for one in found:
        for key in one.keys or (None,):
            yield json.dumps(_object(one, key, pinned=one in written), ensure_ascii=False)


def alarm(changed: Sequence[Found]) -> str:
    """Say loudly what a changed key may mean."""
    names = listed(dict.fromkeys(one.server.target for one in changed))
    return _(
        "THE HOST KEY OF {names} IS NOT THE PINNED ONE. Somebody may sit in between and read "
        "passwords. Ask on site whether the device was replaced or its key made anew; only then "
        "pin the new key with --replace."
    ).format(names=names)


def passed_over(further: Sequence[Found]) -> str:
    """Say why --yes left further keys of known servers, and how to take them."""
    names = listed(dict.fromkeys(one.server.target for one in further))
    return _(
        "Not pinned with --yes: the further keys of {names}. A pinned key shown beside them proves "
        "nothing: somebody in between can pass that connection on and answer the next one himself. "
        "Compare the fingerprints and leave out --yes, or take the keys from a list with --file; "
        "--replace pins them unseen."
    ).format(names=names)


def _rows(one: Found) -> Iterable[tuple[str, ...]]:
    server = one.server
    head = server.target, escape(host_name(server.host, server.port))
    state = f"[{STYLES[one.standing]}]{_(WORDS[one.standing])}[/]"
    problem = f": {escape(one.problem)}" if one.problem else ""
    if not one.keys:
        yield (*head, "", "", state + problem)
    for key in one.keys:
        known = key in one.pinned
        word = f"[green]{_(WORDS[Standing.PINNED])}[/]" if known else state
        yield (*head, escape(key.algorithm), key.fingerprint, word + problem)
    if one.standing is Standing.CHANGED:
        before = _("pinned before")
        for key in one.pinned:
            if key not in one.keys:
                former = f"[dim]{before}[/]"
                yield (*head, escape(key.algorithm), f"[dim]{key.fingerprint}[/]", former)


def _object(one: Found, key: HostKey | None, *, pinned: bool) -> Json:
    known = key is not None and key in one.pinned
    return {
        "target": one.server.target,
        "host": one.server.host,
        "port": one.server.port,
        "file": str(one.server.file),
        "algorithm": key.algorithm if key else None,
        "fingerprint": key.fingerprint if key else None,
        "state": Standing.PINNED if known else one.standing,
        "pinned": known or (pinned and key is not None),
        "problem": one.problem or None,
    }
