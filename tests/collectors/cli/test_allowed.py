"""Only read-only commands are typed."""

import pytest

from collectors.cli.allowed import Forbidden, permitted
from collectors.cli.profile import CliProfiles


@pytest.mark.parametrize(
    "command",
    [
        "display ospfv3 peer",
        "display bgp vpnv6 all peer",
        "display ipv6 routing-table :: 0",
        "show ipv6 route ::/0",
        "show ipv6 route ::/0 json",
        "show bgp ipv6 unicast summary json",
        "screen-length 0 temporary",
        "terminal length 0",
        "enable",
        "quit",
        "vtysh -c 'show ipv6 ospf6 neighbor json'",
    ],
)
def test_a_command_that_reads_is_permitted(command: str) -> None:
    assert permitted(command) == command


@pytest.mark.parametrize(
    "command",
    [
        "",
        "display",
        "system-view",
        "save",
        "undo ospfv3 1",
        "reset bgp all",
        "conf t",
        "configure terminal",
        "display version\nsystem-view",
        "display version\rreset saved-configuration",
        "display version; save",
        "display version | redirect flash:/x",
        "show version > flash:x",
        "show version && reboot",
        "show version `reboot`",
        "show version $(reboot)",
        "DISPLAY version",
        " display version",
        "display version ",
        "display  version",
        "displaysystem-view",
        "showcase x",
        "vtysh -c 'conf t'",
        "vtysh -c 'show version' -c 'conf t'",
        "vtysh -c 'show version'; reboot",
        "vtysh -c 'display version'",
        "vtysh -c 'enable'",
        'vtysh -c "show version"',
        "vtysh",
        "display snmp-agent community read",
        "show running-config | include password",
        "show tech-support",
        "display version\x00",
        "display версия",
        "display 版本",
        "screen-length 0 temporary\nsave",
        "enable\nconf t",
        "quit;save",
        "show " + "a" * 300,
    ],
)
def test_whatever_else_is_smuggled_in_is_refused(command: str) -> None:
    with pytest.raises(Forbidden):
        permitted(command)


def test_every_command_of_our_profiles_is_permitted(profiles: CliProfiles) -> None:
    for profile in profiles.platforms.values():
        for command in profile.commands:
            permitted(command.command)
            if profile.wrap:
                permitted(profile.wrap.replace("{command}", command.command))
