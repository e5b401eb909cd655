"""Short and long names of interfaces: what a command prints becomes what IF-MIB::ifName says.

A prefix is only exchanged where it is known of that platform; any other name stays as printed, so
that nothing is matched by guess. Sources: recorded ifNames of the vendors' switches, and their
command references.
"""

import re
from collections.abc import Mapping

_NAME = re.compile(r"(?P<prefix>[0-9]*[A-Za-z][A-Za-z-]*?)(?P<blank>\s*)(?P<place>[0-9][0-9/.:]*)?")

_HUAWEI = {
    "GE": "GigabitEthernet",
    "XGE": "XGigabitEthernet",
    "Eth": "Ethernet",
    "FE": "FastEthernet",
    "Loop": "LoopBack",
    "Vlan": "Vlanif",
    "Tun": "Tunnel",
}
_COMWARE = {
    "GE": "GigabitEthernet",
    "XGE": "Ten-GigabitEthernet",
    "WGE": "Twenty-FiveGigE",
    "FGE": "FortyGigE",
    "HGE": "HundredGigE",
    "MGE": "M-GigabitEthernet",
    "M-GE": "M-GigabitEthernet",
    "Eth": "Ethernet",
    "BAGG": "Bridge-Aggregation",
    "RAGG": "Route-Aggregation",
    "Vlan": "Vlan-interface",
    "Vlan-int": "Vlan-interface",
    "Loop": "LoopBack",
    "Tun": "Tunnel",
}
_RUIJIE = {
    "Gi": "GigabitEthernet",
    "Te": "TenGigabitEthernet",
    "TF": "TFGigabitEthernet",
    "Fo": "FortyGigabitEthernet",
    "Hu": "HundredGigabitEthernet",
    "Ag": "AggregatePort",
    "Vl": "VLAN",
    "Vlan": "VLAN",
    "Lo": "Loopback",
}
_CISCO = {
    "Ethernet": "Et",
    "FastEthernet": "Fa",
    "GigabitEthernet": "Gi",
    "TenGigabitEthernet": "Te",
    "TwentyFiveGigE": "Twe",
    "FortyGigabitEthernet": "Fo",
    "HundredGigE": "Hu",
    "Port-channel": "Po",
    "Vlan": "Vl",
    "Loopback": "Lo",
    "Tunnel": "Tu",
}
_PREFIXES: Mapping[str, Mapping[str, str]] = {
    "huawei_vrp": _HUAWEI,
    "hp_comware": _COMWARE,
    "ruijie_os": _RUIJIE,
    "cisco_ios": _CISCO,
    "zte_zxros": {},
    "frr": {},
}
"""By platform: as commands print them, to ifName. IOS has its short ones in ifName."""

_BLANK = frozenset({"ruijie_os"})
"""Their ifName has a blank before the place: `GigabitEthernet 0/1`."""


def if_name(platform: str, printed: str) -> str:
    """Return the ifName of an interface that a command printed.

    >>> if_name("hp_comware", "XGE1/0/49")
    'Ten-GigabitEthernet1/0/49'
    """
    text = " ".join(printed.split())
    found = _NAME.fullmatch(text)
    if found is None or found["place"] is None:
        return text
    prefix = _PREFIXES.get(platform, {}).get(found["prefix"], found["prefix"])
    if platform in _BLANK and "/" in found["place"]:
        return f"{prefix} {found['place']}"
    return f"{prefix}{found['blank']}{found['place']}"
