"""The demo's live table and the last things that happened in the lab."""

from collections.abc import Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from agent.cli.api import TargetJson
from agent.cli.demo_watch import Watch
from agent.cli.state import errors_of, youngest
from agent.cli.words import STATES, STYLES, bits
from texts import gettext as _

EVENTS_SHOWN = 8


def screen(watch: Watch, events: Sequence[str], addresses: Sequence[str]) -> RenderableType:
    """Lay out the addresses, the table of targets and the lab's latest events."""
    told = [Text(line, style="dim") for line in events[-EVENTS_SHOWN:]]
    return Group(
        *(Text(line) for line in addresses),
        targets(watch),
        Text(_("In the lab:"), style="bold"),
        *(told or [Text(_("nothing has happened yet"), style="dim")]),
        Text(_("Ctrl-C ends the demo."), style="dim"),
    )


def targets(watch: Watch) -> Table:
    """Make the table: one row a target."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in (_("target"), _("name"), _("address"), _("state")):
        table.add_column(head, no_wrap=True)
    for head in (_("ports up"), _("received"), _("CPU"), _("age")):
        table.add_column(head, justify="right", no_wrap=True)
    table.add_column(_("last error"), overflow="fold")
    for target in watch.targets:
        table.add_row(*_row(watch, target))
    return table


def plain(watch: Watch) -> str:
    """Say the same in one line, for an output that is not a terminal."""
    up = sum(target["state"] == "up" for target in watch.targets)
    errors = [
        f"{target['id']}: {check['error']['reason']}"
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
    return "; ".join([text, *errors])


def _row(watch: Watch, target: TargetJson) -> list[str]:
    figures = watch.figures.get(target["id"])
    ports = f"{figures.up}/{figures.ports}" if figures and figures.ports else "–"
    cpu = f"{figures.cpu:.0%}" if figures and figures.cpu is not None else "–"
    rate = watch.received_bps(target["id"])
    state = target["state"]
    return [
        target["id"],
        escape(target["name"]),
        target["address"],
        f"[{STYLES[state]}]{_(STATES[state])}[/]",
        ports,
        "–" if rate is None else bits(rate),
        cpu,
        youngest(target["checks"]),
        escape(errors_of(target["checks"])),
    ]
