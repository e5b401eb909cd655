"""The demo's block of IPv6: how many devices are ready where, and what the others lack."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.text import Text

from agent.cli.demo_ipv6 import FAILED, UNKNOWN, Count, Item, Lack, Readiness
from texts import clauses, listed, marked, ngettext
from texts import gettext as _

ITEMS = {
    "forwarding": marked("forwarding"),
    "address": marked("address"),
    "routing": marked("routing neighbours"),
    "path": marked("path"),
    "traffic": marked("traffic"),
}
_BAR = 10
LEAST_ROWS = 3
"""A head, the sites, and something that is missing; fewer lines say it all in one."""


def block(readiness: Readiness, rows: int) -> RenderableType:
    """Draw at most `rows` lines; devices of which something failed come first."""
    if not readiness.sites or rows < LEAST_ROWS:
        return Text(plain(readiness), overflow="ellipsis", no_wrap=True)
    lacks, head = readiness.lacks, (_head(readiness), _sites(readiness.sites))
    room = rows - len(head)
    if room == 1 and len(lacks) > 1:
        return Group(*head, _one_line(lacks))
    shown = lacks if len(lacks) <= room else lacks[: room - 1]
    lines = [*head, *map(_lack, shown)]
    if rest := len(lacks) - len(shown):
        more = ngettext("and {count} more device", "and {count} more devices", rest)
        lines.append(Text(more.format(count=rest), style="dim"))
    return Group(*lines)


def plain(readiness: Readiness) -> str:
    """Say it in one line: how many are ready by district, and what the others lack."""
    if not readiness.sites:
        return _("IPv6: nothing is known yet")
    counts = listed(
        _("{name} {ready} of {expected} ready").format(
            name=one.name, ready=one.ready, expected=one.expected
        )
        for one in readiness.districts or readiness.sites
    )
    return clauses([f"IPv6: {counts}", *(_said(lack) for lack in readiness.lacks)])


def _head(readiness: Readiness) -> Text:
    line = Text("IPv6", style="bold", no_wrap=True, overflow="ellipsis")
    for one in readiness.districts or readiness.sites:
        full = round(_BAR * one.ready / one.expected)
        line.append(f"  {one.name} {one.ready}/{one.expected} ", style="not bold")
        line.append("█" * full, style="green")
        line.append("░" * (_BAR - full), style="dim")
        line.append(f" {one.ready / one.expected:.0%}", style=_style(one))
    return line


def _sites(sites: Sequence[Count]) -> Text:
    line = Text(no_wrap=True, overflow="ellipsis")
    for one in sorted(sites, key=lambda one: one.whole):
        line.append(" · " if len(line) else "")
        line.append(f"{one.name} {one.ready}/{one.expected}", style=_style(one))
    return line


def _style(count: Count) -> str:
    return "green" if count.whole else "bold red" if not count.ready else "yellow"


def _one_line(lacks: Sequence[Lack]) -> Text:
    """Name the first ones, which have failed, as far as the line goes, and how many there are."""
    text = f"({len(lacks)}) {clauses(map(_said, lacks))}"
    style = "bold red" if lacks[0].failed else "yellow"
    return Text(text, style=style, no_wrap=True, overflow="ellipsis")


def _lack(lack: Lack) -> Text:
    style = "bold red" if lack.failed else "yellow"
    return Text(_said(lack), style=style, no_wrap=True, overflow="ellipsis")


def _said(lack: Lack) -> str:
    """Name each item that failed with what it failed on, and the unknown ones together."""
    failed = [_failed(item) for item in lack.items if item.state == FAILED]
    unknown = [_name(item) for item in lack.items if item.state == UNKNOWN]
    together = [_("unknown: {items}").format(items=listed(unknown))] if unknown else []
    return f"{lack.target}: {clauses([*failed, *together])}"


def _failed(item: Item) -> str:
    if not item.on:
        return _("{item} failed").format(item=_name(item))
    return _("{item} failed ({on})").format(item=_name(item), on=listed(item.on))


def _name(item: Item) -> str:
    return _(ITEMS[item.name]) if item.name in ITEMS else item.name
