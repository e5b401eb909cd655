"""Run the lab: `python -m lab [--scenario FILE|none] [--write-config DIR] ...`."""

import argparse
import asyncio
import contextlib
import os
import re
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from inventory.located import Problems
from lab.addresses import Addresses
from lab.clock import Clock, lab_clock
from lab.district import District
from lab.files import write_config
from lab.qinglan import qinglan
from lab.running import running
from lab.scenario import QUIET, Scenario, Schedule
from lab.scenario_file import FOLDER, load_scenario
from lab.telling import told
from lab.world import World
from texts import from_environment, speak
from texts import gettext as _

_PREFIX = re.compile(r"127(\.(25[0-5]|2[0-4]\d|1?\d?\d)){2}\.")
_LOOK_S = 0.5
"""How often the scenario is looked at for lines to print."""


@dataclass(frozen=True, slots=True)
class Options:
    """The command line, checked."""

    addresses: Addresses
    scenario: str
    seed: int
    write_config: Path | None
    listen: str
    ready_file: Path | None


def main(arguments: list[str] | None = None) -> int:
    """Return the exit code: 0 after a clean stop, 1 when something could not be done."""
    speak(from_environment(os.environ))
    options = _parsed(arguments)
    district = qinglan()
    if options.write_config:
        write_config(
            options.write_config, district, options.addresses, options.listen, options.seed
        )
        _say(_("configuration written: {path}").format(path=options.write_config / "agent.yaml"))
        return 0
    try:
        scenario = _scenario(options.scenario, district)
        asyncio.run(_run(options, district, scenario))
    except (Problems, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _parsed(arguments: list[str] | None) -> Options:
    parser = argparse.ArgumentParser(
        prog="python -m lab",
        description=_("A small district on loopback that speaks real SNMP and SSH."),
    )
    add = parser.add_argument
    default = Addresses()
    add("--addresses", default=default.prefix, metavar="127.20.0.",
        help=_("prefix of the addresses to listen on"))  # fmt: skip
    add("--base-port", type=int, default=default.base_port,
        help=_("first port; SNMP listens on this + 61, SSH on + 22, sites from + 200"))  # fmt: skip
    add("--scenario", default="demo", metavar="FILE",
        help=_("what breaks when: a file, a name of lab/scenarios, or none"))  # fmt: skip
    add("--seed", type=int, default=1, help=_("shifts boots and traffic"))
    add("--write-config", type=Path, metavar="DIR",
        help=_("write an inventory and an agent.yaml that watch the lab, and end"))  # fmt: skip
    add("--listen", default="127.0.0.1:9877",
        help=_("where the agent of --write-config is to listen"))  # fmt: skip
    add("--ready-file", type=Path, metavar="FILE",
        help=_("write this file once every switch answers"))  # fmt: skip
    found = parser.parse_args(arguments)
    if not _PREFIX.fullmatch(found.addresses):
        parser.error(_("--addresses: expected three numbers of loopback, such as 127.20.0."))
    if not 1 <= found.base_port <= 61000:
        parser.error(_("--base-port: expected 1 to 61000"))
    return Options(
        Addresses(found.addresses, found.base_port),
        found.scenario,
        found.seed,
        found.write_config,
        found.listen,
        found.ready_file,
    )


def _scenario(name: str, district: District) -> Scenario:
    if name == "none":
        return QUIET
    path = Path(name)
    shipped = FOLDER / f"{name}.yaml"
    return load_scenario(shipped if not path.exists() and shipped.exists() else path, district)


async def _run(options: Options, district: District, scenario: Scenario) -> None:
    clock = lab_clock()
    schedule = Schedule(scenario, clock())
    world = World(district, schedule, options.seed)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signal_number, stop.set)
    async with running(world, clock, options.addresses, options.seed):
        _announce(options, district)
        await _tell(schedule, district, clock, stop)
    _say(_("lab stopped"))


def _announce(options: Options, district: District) -> None:
    for switch in district.switches:
        version = "v3 authPriv" if switch.secured else "v2c"
        address = f"{options.addresses.of(switch)}:{options.addresses.snmp_port}"
        _say(f"{address:<22} {switch.id:<18} {version:<12} {switch.name}")
    if options.ready_file:
        options.ready_file.write_text("READY\n", encoding="utf-8")
    _say("READY")


async def _tell(schedule: Schedule, district: District, clock: Clock, stop: asyncio.Event) -> None:
    """Print the scenario's events as they happen, until told to stop."""
    told_until = schedule.start_s
    while not stop.is_set():
        now = clock()
        for _moment, line in told(schedule, district, told_until, now):
            _say(line)
        told_until = now
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), _LOOK_S)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
