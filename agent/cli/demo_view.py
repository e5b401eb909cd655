"""The demo's live table, its links, and the last things that happened in the lab."""

from collections.abc import Sequence

from rich import box
from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from agent.cli import demo_ipv6_view, demo_links_view
from agent.cli.api import TargetJson
from agent.cli.demo_watch import Watch
from agent.cli.state import error_cell, youngest
from agent.cli.words import STATES, STYLES, bits, reason
from texts import clauses
from texts import gettext as _

EVENTS_SHOWN = 8
IPV6_ROWS = 6
"""Two lines of counts and four items: more faults at once are named with their number."""
_ROOMY = 126
"""Names, addresses and the start of an error, all in one line."""
EVENTS_KEPT = 3
"""As many of the lab's events stay on a terminal that is too low for everything."""


def screen(
    watch: Watch, events: Sequence[str], addresses: Sequence[str], console: Console
) -> RenderableType:
    """Lay out addresses, targets, IPv6, links and the lab's latest events.

    What repeats itself once a second must fit: a screen that is too high would be drawn below the
    former one. IPv6 gets its lines first, the links what the rest leaves, and events give way.
    """
    head = Group(*(Text(line) for line in addresses), targets(watch, console.width))
    links, ready = watch.links(), watch.readiness()
    room = console.height - len(console.render_lines(head)) - 3  # two lines below, and the cursor
    ipv6 = demo_ipv6_view.block(ready, min(room - EVENTS_KEPT - 1, IPV6_ROWS))
    room -= len(console.render_lines(ipv6))
    shown = max(EVENTS_KEPT, min(EVENTS_SHOWN, room - len(links) - 1))
    lines = events[-shown:] or [_("nothing has happened yet")]
    told = [Text(line, style="dim", no_wrap=True, overflow="ellipsis") for line in lines]
    return Group(
        head,
        ipv6,
        demo_links_view.block(links, console.width, room - len(told)),
        Text(_("In the lab:"), style="bold"),
        *told,
        Text(_("Ctrl-C ends the demo."), style="dim"),
    )


def targets(watch: Watch, width: int) -> Table:
    """Make the table: one line a target, whatever it says; names and addresses where they fit."""
    wide = width >= _ROOMY
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in (_("target"), *((_("name"), _("address")) if wide else ()), _("state")):
        table.add_column(head, no_wrap=True)
    for head in (_("ports up"), _("received"), _("CPU"), _("age")):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column(_("last error"))
    for target in watch.targets:
        table.add_row(*_row(watch, target, wide=wide))
    return table


def plain(watch: Watch) -> str:
    """Say the same in one line, for an output that is not a terminal."""
    up = sum(target["state"] == "up" for target in watch.targets)
    errors = [
        f"{target['id']}: {reason(check['error']['reason'])}"
        for target in watch.targets
        for check in target["checks"]
        if check["error"]
    ]
    ports = sum(figures.up for figures in watch.figures.values())
    text = _("{up} of {count} targets up, {ports} ports up").format(
        up=up,
        count=len(watch.targets),
        ports=ports,
    )
    return clauses([text, *errors])


def plain_links(watch: Watch) -> str:
    """Say of the links in one more line how many are up, and what is wrong with the others."""
    return demo_links_view.plain(watch.links())


def plain_ipv6(watch: Watch) -> str:
    """Say in one more line how ready the districts are for IPv6, and what is missing."""
    return demo_ipv6_view.plain(watch.readiness())


def _row(watch: Watch, target: TargetJson, *, wide: bool) -> list[str | Text]:
    figures = watch.figures.get(target["id"])
    ports = f"{figures.up}/{figures.ports}" if figures and figures.ports else "–"
    cpu = f"{figures.cpu:.0%}" if figures and figures.cpu is not None else "–"
    rate = watch.received_bps(target["id"])
    state = target["state"]
    return [
        target["id"],
        *((escape(target["name"]), target["address"]) if wide else ()),
        f"[{STYLES[state]}]{_(STATES[state])}[/]",
        ports,
        "–" if rate is None else bits(rate),
        cpu,
        youngest(target["checks"]),
        error_cell(target["checks"]),
    ]
