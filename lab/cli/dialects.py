"""The shells of the three vendors."""

from collections.abc import Mapping

from lab.cli import comware, rgos, vrp
from lab.cli.dialect import AMBIGUOUS, INCOMPLETE, UNKNOWN, Dialect, Output
from lab.district import District, Vendor

_CARET = "^"


def dialect(vendor: Vendor, district: District) -> Dialect:
    """Return the shell of a vendor's switch."""
    made = {
        Vendor.HUAWEI: (_vrp, vrp.commands),
        Vendor.H3C: (_comware, comware.commands),
        Vendor.RUIJIE: (_rgos, rgos.commands),
    }
    shell, commands = made[vendor]
    return shell(commands(district))


def _vrp(commands: Mapping[str, Output]) -> Dialect:
    return Dialect(
        prompt="<{name}>",
        welcome=(
            "",
            "Info: The max number of VTY users is {limit}, and the number",
            "      of current VTY users on line is {online}.",
            "      The current login time is {time}+08:00.",
        ),
        more="  ---- More ----",
        erase="\x1b[42D" + " " * 42 + "\x1b[42D",
        pager_off=(
            "screen-length 0 temporary",
            "Info: The configuration takes effect on the current user terminal interface only.",
        ),
        quiet=frozenset(),
        farewell=frozenset({"quit"}),
        errors={
            UNKNOWN: "Error: Unrecognized command found at '^' position.",
            INCOMPLETE: "Error:Incomplete command found at '^' position.",
            AMBIGUOUS: "Error:Ambiguous command found at '^' position.",
        },
        full="All user interfaces are used, please try later!",
        idle="Info: Configuration console time out, please retry to log on.",
        commands=commands,
    )


def _comware(commands: Mapping[str, Output]) -> Dialect:
    return Dialect(
        prompt="<{name}>",
        welcome=(
            "",
            "*" * 78,
            "* Copyright (c) egov-agent lab, no real device.  <青岚区> 未经授权不得登录 #  *",
            "*" * 78,
            "",
        ),
        more="---- More ----",
        erase="\x1b[16D" + " " * 16 + "\x1b[16D",
        pager_off=("screen-length disable", ""),
        quiet=frozenset(),
        farewell=frozenset({"quit"}),
        errors={
            UNKNOWN: " % Unrecognized command found at '^' position.",
            INCOMPLETE: " % Incomplete command found at '^' position.",
            AMBIGUOUS: " % Ambiguous command found at '^' position.",
        },
        full="All user lines are used, please try later!",
        idle="%Idle time out, the line is closed.",
        commands=commands,
    )


def _rgos(commands: Mapping[str, Output]) -> Dialect:
    return Dialect(
        prompt="{name}#",
        welcome=("", "青岚区电子政务外网 > 未经授权不得登录 #"),
        more=" --More-- ",
        erase="\b" * 10 + " " * 10 + "\b" * 10,
        pager_off=("terminal length 0", ""),
        quiet=frozenset({"terminal width 256"}),
        farewell=frozenset({"exit"}),
        errors={
            UNKNOWN: "% Invalid input detected at '^' marker.",
            INCOMPLETE: "% Incomplete command.",
            AMBIGUOUS: "% Ambiguous command.",
        },
        full="% All VTY lines are in use, please try later.",
        idle="% Vty connection is timed out!",
        commands=commands,
    )
