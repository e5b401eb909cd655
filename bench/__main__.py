"""`python -m bench [ratio|scale|dead|all] [--quick] [--write]`: measure, print, end by itself."""

import argparse
import signal
import sys
import time

from bench import dead, ratio, report, scale
from bench.machine import description
from bench.processes import say

SIZES = (1_000, 5_000, 10_000)
LARGEST_SCRAPED = 2_000
"""Up to so many switches everything is also scraped as one body: about a million samples."""


def main(arguments: list[str] | None = None) -> int:
    """Measure what was asked for; exit code 0 whatever the figures are."""
    options = _options(arguments)
    begin = time.monotonic()
    for name, text in description():
        say(f"{name}: {text}")
    results: dict[str, report.Lines] = {}
    for name in ("ratio", "scale", "dead") if options.what == "all" else (options.what,):
        say(f"\n{name}: {_MINUTES[name]}" + (" (quick: a minute)" if options.quick else ""))
        results[name] = _MEASURES[name](options)
        if name != "scale":  # it has said each size's lines already
            _show(results[name])
    if options.write:
        say(f"\nwritten: {report.write(results)}")
    say(f"\n{time.monotonic() - begin:.0f} s in all")
    return 0


def _show(lines: report.Lines) -> None:
    for what, figure, bar in lines:
        say(f"{what:<64} {figure:<44} {bar}")


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("what", nargs="?", choices=("all", *_MEASURES), default="all")
    parser.add_argument("--quick", action="store_true", help="a few seconds each, no good figures")
    parser.add_argument("--rounds", type=int, default=12, help="of ratio")
    parser.add_argument("--seconds", type=float, default=2.0, help="of a contender in a round")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(SIZES), help="of scale")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    return parser.parse_args(arguments)


def _ratio(options: argparse.Namespace) -> report.Lines:
    if options.quick:
        return ratio.summary(ratio.measure(1, 0.5, switches=20))
    return ratio.summary(ratio.measure(options.rounds, options.seconds))


def _scale(options: argparse.Namespace) -> report.Lines:
    sizes, interval_s = ([30], 1) if options.quick else (options.sizes, 60)
    lines: report.Lines = []
    for size in sizes:
        found = scale.summary(scale.measure(size, interval_s, scrape=size <= LARGEST_SCRAPED))
        _show(found)
        lines += found
    return lines


def _dead(options: argparse.Namespace) -> report.Lines:
    size, interval_s = (30, 1) if options.quick else (1_000, 10)
    return dead.summary(dead.measure(size, interval_s))


_MEASURES = {"ratio": _ratio, "scale": _scale, "dead": _dead}
_MINUTES = {
    "ratio": "about four minutes",
    "scale": "about four minutes a size, twelve for 10 000",
    "dead": "about two minutes",
}


if __name__ == "__main__":
    # As Ctrl-C does, so that what it started ends with it.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    sys.exit(main())
