"""docs/performance.md: the figures of one run and the machine they were measured on."""

from datetime import UTC, datetime
from pathlib import Path

from bench.machine import description

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
Lines = list[tuple[str, str, str]]

_HEAD = """# Performance

Written by `./run bench all --write` on {day}; nothing here was typed in. Speed is compared as a
ratio in one run on one machine: absolute figures are worth what the machine is worth.

| machine | |
|---|---|
{machine}

How it is measured: one process (`bench/fake_agent.py`) answers SNMP for every address of
127.0.0.0/8 with the rows of a switch with 52 ports (56 interfaces, 16 value columns, 896 samples a
visit); its counters move. It and the HTTP clients stay on one core, what is measured on another.
CPU is user and system time of the whole process tree, the kernel's work for it included. A sample
is a value polled in that visit; names, texts and constants do not count.
"""
_RATIO = """Ours is the poller, the store and the page of each visited switch in one process.
snmp_exporter is Debian's, read over its HTTP, with a module of the same columns (and ifName, of
which it makes its labels): with its default of 25 repetitions a request, and tuned to ask a whole
column at once. Both have four visits under way at a time. pysnmp walks the same columns and renders
nothing. Figures are medians over rounds in alternating order; a ratio is the median of those within
a round, because the pace of a machine changes from one to the next."""
_SCALE = """The whole agent (`egov-agent run`) with its generic profile. A start comes first: the
first visit of a switch also reads names and looks for every table, the second learns how answers
lie. They wait behind all others and have a lag of their own (`egov_agent_warm_up_lag_seconds`); all
other figures begin when each switch had its second visit. Lag is the upper bound of the histogram
bucket in which that share of the questions is reached. The largest number is watched for five
intervals, because some tables are read every five minutes, the others for one."""
_DEAD = """The whole agent, 10 s interval; the median visit of the switches that answer."""
_TITLES = {
    "ratio": ("Samples per CPU second, from SNMP reply to exposition bytes", _RATIO),
    "scale": ("Many switches", _SCALE),
    "dead": ("Dead targets", _DEAD),
}


def write(results: dict[str, Lines]) -> Path:
    """Write the page; only what was measured in this run stands on it."""
    machine = "\n".join(f"| {name} | {text} |" for name, text in description())
    day = datetime.now(UTC).strftime("%Y-%m-%d")
    page = _HEAD.format(day=day, machine=machine)
    for name, lines in results.items():
        title, text = _TITLES[name]
        page += f"\n## {title}\n\n{text}\n\n| | measured | bar |\n|---|---|---|\n"
        page += "".join(f"| {what} | {figure} | {bar} |\n" for what, figure, bar in lines)
    PAGE.write_text(page, encoding="utf-8")
    return PAGE
