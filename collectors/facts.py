"""Typed facts that derivations read: frozen dataclasses that name the target they are about.

A catalogue table with `fact: <name>` makes facts of the class of that name, which is listed in
FACTS; other tables make none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from collectors.contract import Fact


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """How the last visit of one check of a target ended.

    Args:
        brought_data: at least one table came; an ICMP answer or a refusal is none.
        refused: the target answered and would not talk to us (wrong user, wrong key, no view).
    """

    target: str
    check: str
    brought_data: bool
    refused: bool


@dataclass(frozen=True, slots=True)
class LldpLocal:
    """What a device calls itself in LLDP; one that has no LLDP makes no such fact.

    Args:
        chassis: an address as `00:1a:ff:00:01:02`, or a text; "" when it does not say.
        name: lldpLocSysName, else sysName.
    """

    target: str
    chassis: str
    name: str


@dataclass(frozen=True, slots=True)
class LldpNeighbor:
    """One neighbour that a device sees by LLDP; texts are "" where nothing was said.

    Args:
        interface: of the target (ifName).
        lag: the aggregate that this interface is a member of.
        name: the system name of the neighbour.
        chassis: as in LldpLocal.
        address: its management address.
        port: its interface, as the neighbour names it.
    """

    target: str
    interface: str
    lag: str
    name: str
    chassis: str
    address: str
    port: str
    port_description: str


@dataclass(frozen=True, slots=True)
class EngineId:
    """The SNMP engine of a target: snmpEngineID (RFC 3411 section 5), unique in a domain.

    Args:
        engine_id: 5 to 32 octets as hexadecimal digits.
    """

    target: str
    engine_id: str


FACTS: Mapping[str, type[Fact]] = MappingProxyType(
    {one.__name__: one for one in (CheckOutcome, EngineId, LldpLocal, LldpNeighbor)}
)
"""Every class that `fact:` of a table may name."""
