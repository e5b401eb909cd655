"""The demo's block of links: a line each, as wide and as high as the terminal allows."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from agent.cli.demo_links import NO_LIGHT_DBM, End, Link, LinkState, Port
from texts import clauses, marked, ngettext
from texts import gettext as _

WIDE = 96
"""Columns from which interfaces and speeds have room."""
LEAST_ROWS = 4
"""Fewer lines than these are no table: one line says it all."""

STATES = {
    LinkState.UP: marked("ok"),
    LinkState.DOWN: marked("broken"),
    LinkState.UNKNOWN: marked("unknown"),
    LinkState.GONE: marked("no neighbour"),
    LinkState.ONE_SIDED: marked("one-sided"),
    LinkState.UNIDIRECTIONAL: marked("one way only"),
}
STYLES = {
    LinkState.UP: "green",
    LinkState.DOWN: "bold red",
    LinkState.UNKNOWN: "yellow",
    LinkState.GONE: "yellow",
    LinkState.ONE_SIDED: "yellow",
    LinkState.UNIDIRECTIONAL: "bold red",
}
_WORST_FIRST = list(LinkState)
_GIGA, _MEGA = 1e9, 1e6


def block(links: Sequence[Link], width: int, rows: int) -> RenderableType:
    """Draw at most `rows` lines; where not all links fit, those with faults come first."""
    if not links or rows < min(LEAST_ROWS, len(links) + 1):
        return Text(plain(links), overflow="ellipsis", no_wrap=True)
    if len(links) < rows:
        return _table(links, width)
    room = rows - 2
    worst = sorted(links, key=lambda link: (not link.fault, _WORST_FIRST.index(link.state)))
    rest = worst[room:]
    more = ngettext("and {count} more link", "and {count} more links", len(rest))
    return Group(_table(worst[:room], width), Text(more.format(count=len(rest)), style="dim"))


def plain(links: Sequence[Link]) -> str:
    """Say it in one line: how many are up, and each that has a fault with its light."""
    up = sum(link.state is LinkState.UP for link in links)
    text = _("{up} of {count} links up").format(up=up, count=len(links))
    return clauses([text, *(_fault(link) for link in links if link.fault)])


def _fault(link: Link) -> str:
    ends = f"{_place(link.source)} – {_place(link.other)}"
    light = "" if link.state is LinkState.DOWN else f" ({_light(link)} dBm)"
    return f"{ends}: {_(STATES[link.state])}{light}"


def _table(links: Sequence[Link], width: int) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    wide = width >= WIDE
    for head in (_("link"), _("other end"), _("state")):
        table.add_column(head, no_wrap=True)
    if wide:
        table.add_column(_("speed"), justify="right", no_wrap=True)
    table.add_column(_("receives (dBm)"), justify="right", no_wrap=True)
    for link in links:
        state = f"[{STYLES[link.state]}]{_(STATES[link.state])}[/]"
        names = [_place(end) if wide else end.name for end in (link.source, link.other)]
        speed = [_speed(link)] if wide else []
        light = " / ".join(_lit(end.port) for end in (link.source, link.other))
        table.add_row(*map(escape, names), state, *speed, light)
    return table


def _place(end: End) -> str:
    return f"{end.name} {end.interface}"


def _speed(link: Link) -> str:
    """Write the speed of the slower end, for that is what the link carries."""
    speeds = [end.port.speed_bps for end in (link.source, link.other) if end.port.speed_bps]
    if not speeds:
        return "–"
    speed = min(speeds)
    return f"{speed / _GIGA:g}G" if speed >= _GIGA else f"{speed / _MEGA:g}M"


def _light(link: Link) -> str:
    return " / ".join(_power(end.port) for end in (link.source, link.other))


def _lit(port: Port) -> str:
    return f"[bold red]{_power(port)}[/]" if port.dim else _power(port)


def _power(port: Port) -> str:
    if port.receive_dbm is None:
        return "–"
    if port.receive_dbm <= NO_LIGHT_DBM:
        return _("no light")
    return f"{port.receive_dbm:.1f}"
