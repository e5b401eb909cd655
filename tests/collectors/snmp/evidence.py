"""Where devices keep a fact: every object known to carry it, of every vendor, and what is no value.

A recording in which none of them holds a value proves that the device does not tell the fact by
SNMP; one that holds a value which a visit does not bring is missed. The list is longer than what
any profile reads, for only then can something be found to be missing.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Fact(StrEnum):
    """What an operator wants to know of a device."""

    INTERFACES = "interfaces"
    CPU = "CPU"
    MEMORY = "memory"
    TEMPERATURE = "temperature"
    OPTICS = "optics"
    FANS = "fans"
    POWER = "power"
    LLDP = "LLDP"
    IPV6 = "IPv6 addresses"
    ROUTES = "IPv6 routes"
    OSPFV3 = "OSPFv3"


Holds = Callable[[str], bool]
"""Whether a cell, as text, is a value."""


@dataclass(frozen=True, slots=True)
class Source:
    """Objects of one MIB: columns or scalars without index below a common beginning."""

    mib: str
    base: str
    last: tuple[str, ...]
    holds: Holds

    @property
    def columns(self) -> tuple[str, ...]:
        """Their OIDs."""
        return tuple(f"{self.base}.{one}" if one else self.base for one in self.last)


def between(low: float, high: float, *nothing: float) -> Holds:
    """Hold for numbers of a range, also in a text, that do not mean `not there`."""

    def holds(cell: str) -> bool:
        found = re.search(r"[-+]?[0-9]+(\.[0-9]+)?", cell)
        return (
            found is not None and low <= float(found[0]) <= high and float(found[0]) not in nothing
        )

    return holds


def is_one_of(*values: int) -> Holds:
    return lambda cell: cell in map(str, values)


def _source(mib: str, base: str, last: str, holds: Holds) -> Source:
    return Source(mib, base, tuple(last.split(",")), holds)


_ANY: Holds = lambda _cell: True  # noqa: E731  # one of the kinds of value
_PERCENT = between(1, 100)
_COUNT = between(1, 1 << 64)
_CELSIUS = between(-60, 200, 0, -1)
_POWER = between(-10_000, 1 << 31, 0, -1, -100, -255, -10_000, 65535, (1 << 31) - 1)
_UCD = "1.3.6.1.4.1.2021"
_HUAWEI, _H3C = "1.3.6.1.4.1.2011", "1.3.6.1.4.1.25506"
_RUIJIE, _ZTE = "1.3.6.1.4.1.4881.1.1.10.2", "1.3.6.1.4.1.3902"
_CISCO, _JUNIPER = "1.3.6.1.4.1.9.9", "1.3.6.1.4.1.2636.3"
_DCN, _SM = "1.3.6.1.4.1.6339.100", "1.3.6.1.4.1.5651.6.7.2.100"
_MPIOS, _DPTECH = "1.3.6.1.4.1.5651.3.20.1.1", "1.3.6.1.4.1.31648"
_NISAC = "1.3.6.1.4.1.1000"
_ENTITY_SENSOR, _CISCO_SENSOR = "1.3.6.1.2.1.99.1.1.1", f"{_CISCO}.91.1.1.1.1"
_HW_ENTITY = f"{_HUAWEI}.5.25.31.1.1"

SOURCES: Mapping[Fact, Sequence[Source]] = {
    Fact.INTERFACES: [
        _source("IF-MIB", "1.3.6.1.2.1.2.2.1", "8", _ANY),
    ],
    Fact.CPU: [
        _source("HOST-RESOURCES-MIB", "1.3.6.1.2.1.25.3.3.1", "2", _PERCENT),
        _source("UCD-SNMP-MIB", f"{_UCD}.11", "9,10,11,50,51,52,53", _COUNT),
        _source("HUAWEI-ENTITY-EXTENT-MIB", f"{_HW_ENTITY}.1.1", "5,29,63", _PERCENT),
        _source("HUAWEI-CPU-MIB", f"{_HUAWEI}.6.3.4.1", "2,3,4", _PERCENT),
        _source("HUAWEI-DEVICE-MIB", f"{_HUAWEI}.6.1.1.1", "2,3,4", _PERCENT),
        _source("H3C-ENTITY-EXT-MIB", f"{_HUAWEI}.10.2.6.1.1.1.1", "6", _PERCENT),
        _source("H3C-LSW-DEV-ADM-MIB", f"{_HUAWEI}.2.23.1.18.1", "3,4,5", _PERCENT),
        _source("HH3C-ENTITY-EXT-MIB", f"{_H3C}.2.6.1.1.1.1", "6,33", _PERCENT),
        _source("HH3C-LSW-DEV-ADM-MIB", f"{_H3C}.8.35.18.1", "3,4,5", _PERCENT),
        _source("RUIJIE-PROCESS-MIB", f"{_RUIJIE}.36.1.1", "1,2,3", _PERCENT),
        _source("RUIJIE-PROCESS-MIB", f"{_RUIJIE}.36.1.2.1", "3,4,5", _PERCENT),
        _source("ZXR10-MIB", f"{_ZTE}.3.3.1.1", "9,11,12", _PERCENT),
        _source("ZXR10-SYSTEM-HARDWARE-MIB", f"{_ZTE}.3.600.2.1.1", "5,6,7,8,9", _PERCENT),
        _source("ZTE access switches", f"{_ZTE}.15.2.30.1", "1,2,3", _PERCENT),
        _source("ZXR10-SYSTEM-HARDWARE-MIB", f"{_ZTE}.3.6002.2.1.1", "7,8,9", _PERCENT),
        _source("CISCO-PROCESS-MIB", f"{_CISCO}.109.1.1.1.1", "3,4,5,6,7,8,10", _PERCENT),
        _source("CISCO-SYSTEM-EXT-MIB", f"{_CISCO}.305.1.1", "1", _PERCENT),
        _source("OLD-CISCO-CPU-MIB", "1.3.6.1.4.1.9.2.1", "56,57,58", _PERCENT),
        _source("JUNIPER-MIB", f"{_JUNIPER}.1.13.1", "8,23,24,25", _PERCENT),
        _source("JUNIPER-SRX5000-SPU-MONITORING-MIB", f"{_JUNIPER}.39.1.12.1.1.1", "4", _PERCENT),
        _source("DCN-MIB", f"{_DCN}.1", "8.1.3,8.1.4,8.1.11,11.2,11.3,11.4,11.10", _PERCENT),
        _source("DCN-MIB at Maipu", f"{_SM}.1", "8.1.3,8.1.4,8.1.11,11.2,11.3,11.10", _PERCENT),
        _source("MPIOS-MIB", f"{_MPIOS}.3.5.1", "2,6,10", _PERCENT),
        _source("DPtech", _DPTECH, "3.15.3,6.1.1.6,6.1.1.12", _PERCENT),
    ],
    Fact.MEMORY: [
        _source("HOST-RESOURCES-MIB", "1.3.6.1.2.1.25.2.3.1", "2",
                lambda cell: cell == "1.3.6.1.2.1.25.2.1.2"),
        _source("UCD-SNMP-MIB", f"{_UCD}.4", "5,6", _COUNT),
        _source("HUAWEI-ENTITY-EXTENT-MIB", f"{_HW_ENTITY}.1.1", "7", _PERCENT),
        _source("HUAWEI-MEMORY-MIB", f"{_HUAWEI}.6.3.5.1.1", "2,3,4", _COUNT),
        _source("H3C-ENTITY-EXT-MIB", f"{_HUAWEI}.10.2.6.1.1.1.1", "8", _PERCENT),
        _source("H3C-LSW-DEV-ADM-MIB", f"{_HUAWEI}.2.23.1.18.1", "8,10,16", _COUNT),
        _source("HH3C-ENTITY-EXT-MIB", f"{_H3C}.2.6.1.1.1.1", "8", _PERCENT),
        _source("HH3C-LSW-DEV-ADM-MIB", f"{_H3C}.8.35.18.1", "8,10,16", _COUNT),
        _source("RUIJIE-MEMORY-MIB", f"{_RUIJIE}.35.1", "1.1.3,1.1.7,2.1.3", _COUNT),
        _source("ZXR10-MIB", f"{_ZTE}.3.3.1.1", "4", _PERCENT),
        _source("ZXR10-SYSTEM-HARDWARE-MIB", f"{_ZTE}.3.600.2.1.1", "4,6", _PERCENT),
        _source("ZTE access switches", f"{_ZTE}.15.2.30.1", "5", _PERCENT),
        _source("ZXR10-SYSTEM-HARDWARE-MIB", f"{_ZTE}.3.6002.2.1.1", "6,33,34", _COUNT),
        _source("CISCO-MEMORY-POOL-MIB", f"{_CISCO}.48.1.1.1", "5", _COUNT),
        _source("CISCO-ENHANCED-MEMPOOL-MIB", f"{_CISCO}.221.1.1.1.1", "7,18", _COUNT),
        _source("CISCO-PROCESS-MIB", f"{_CISCO}.109.1.1.1.1", "12,17", _COUNT),
        _source("CISCO-SYSTEM-EXT-MIB", f"{_CISCO}.305.1.1", "2", _PERCENT),
        _source("OLD-CISCO-MEMORY-MIB", "1.3.6.1.4.1.9.2.1", "8", _COUNT),
        _source("JUNIPER-MIB", f"{_JUNIPER}.1.13.1", "11", _PERCENT),
        _source("JUNIPER-SRX5000-SPU-MONITORING-MIB", f"{_JUNIPER}.39.1.12.1.1.1", "5", _PERCENT),
        _source("DCN-MIB", f"{_DCN}.1", "8.1.8,8.1.12,11.7,11.11", _COUNT),
        _source("DCN-MIB at Maipu", f"{_SM}.1", "8.1.8,8.1.12,11.7,11.11", _COUNT),
        _source("MPIOS-MIB", f"{_MPIOS}.1", "1,5,9", _COUNT),
        _source("DPtech", _DPTECH, "3.15.5,3.15.6,3.15.7,6.1.1.7,6.1.1.13", _PERCENT),
    ],
    Fact.TEMPERATURE: [
        _source("ENTITY-SENSOR-MIB", _ENTITY_SENSOR, "1", is_one_of(8)),
        _source("CISCO-ENTITY-SENSOR-MIB", _CISCO_SENSOR, "1", is_one_of(8)),
        _source("LM-SENSORS-MIB", f"{_UCD}.13.16.2.1", "3", between(1, 200_000)),
        _source("HUAWEI-ENTITY-EXTENT-MIB", _HW_ENTITY, "1.1.11,8.1.6", _CELSIUS),
        _source("H3C-ENTITY-EXT-MIB", f"{_HUAWEI}.10.2.6.1.1.1.1", "12", _CELSIUS),
        _source("HH3C-ENTITY-EXT-MIB", f"{_H3C}.2.6.1.1.1.1", "12", _CELSIUS),
        _source("RUIJIE-SYSTEM-MIB", f"{_RUIJIE}.1.1", "16,23.1.3,44.1.5", _CELSIUS),
        _source("ZXR10-SYSTEM-HARDWARE-MIB", f"{_ZTE}.3.600.2", "4.1.3,4.1.5,4.1.7", _CELSIUS),
        _source("ZXR10-SYSTEM-HARDWARE-MIB", f"{_ZTE}.3.600.2.5.1", "9", _CELSIUS),
        _source("ZXR10-SYSTEM-HARDWARE-MIB", f"{_ZTE}.3.6002.2", "4.1.3,5.1.9", _CELSIUS),
        _source("CISCO-ENVMON-MIB", f"{_CISCO}.13.1.3.1", "3", _CELSIUS),
        _source("CISCO-STACK-MIB", "1.3.6.1.4.1.9.5.1.2", "13", is_one_of(2, 3)),
        _source("JUNIPER-MIB", f"{_JUNIPER}.1.13.1", "7", _CELSIUS),
        _source("DCN-MIB", f"{_DCN}.1", "8.1.10,11.9", _CELSIUS),
        _source("DCN-MIB at Maipu", f"{_SM}.1", "8.1.10,11.9", _CELSIUS),
        _source("MPIOS-MIB", f"{_MPIOS}.4", "1,3", _CELSIUS),
        _source("DPtech", _DPTECH, "3.15.4,3.15.8,3.19.1.1,6.1.1.16,6.1.1.17", _CELSIUS),
    ],
    Fact.OPTICS: [
        _source("ENTITY-SENSOR-MIB", _ENTITY_SENSOR, "6", lambda cell: "dbm" in cell.lower()),
        _source("CISCO-ENTITY-SENSOR-MIB", _CISCO_SENSOR, "1", is_one_of(14)),
        _source("HUAWEI-ENTITY-EXTENT-MIB", f"{_HW_ENTITY}.3.1", "8,9,32,33", _POWER),
        _source("HH3C-TRANSCEIVER-INFO-MIB", f"{_H3C}.2.70.1", "1.1.9,1.1.12,2.1.2,2.1.3", _POWER),
        _source("RUIJIE-FIBER-MIB", f"{_RUIJIE}.105.1.1.1", "31,51,76,81", _POWER),
        _source("ZXR10-OPTICAL-ALARM-MIB", f"{_ZTE}.3.126.1.2.1", "3,4", _POWER),
        _source("ZXR10OPTICALMIB", f"{_ZTE}.3.103.11.1.1", "18,20,34,42", _POWER),
        _source("ZTE-AN-OPTICAL-MODULE-MIB", f"{_ZTE}.1082.30.40.2.4.1", "2,3", _POWER),
        _source("JUNIPER-DOM-MIB", f"{_JUNIPER}.60.1", "1.1.1.5,1.1.1.7,2.1.1.6,2.1.1.8", _POWER),
        _source("DCN-MIB", f"{_DCN}.30.1.1", "17,22", _POWER),
        _source("DCN-MIB at Maipu", f"{_SM}.30.1.1", "17,22", _POWER),
        _source("DPtech", f"{_DPTECH}.4.2.1", "2,3", _POWER),
        _source("DPtech, second tree", f"{_NISAC}.2.2.1", "2,3", _POWER),
    ],
    Fact.FANS: [
        _source("ENTITY-SENSOR-MIB", _ENTITY_SENSOR, "1", is_one_of(10)),
        _source("CISCO-ENTITY-SENSOR-MIB", _CISCO_SENSOR, "1", is_one_of(10)),
        _source("LM-SENSORS-MIB", f"{_UCD}.13.16.3.1", "3", _ANY),
        _source("HUAWEI-ENTITY-EXTENT-MIB", f"{_HW_ENTITY}.10.1", "7", is_one_of(1, 2)),
        _source("H3C-LSW-DEV-ADM-MIB", f"{_HUAWEI}.2.23.1.9.1.1.1", "2", is_one_of(1, 2)),
        _source("HH3C-LswDEVM-MIB", f"{_H3C}.8.35.9.1.1.1", "2", is_one_of(1, 2)),
        _source("RUIJIE-SYSTEM-MIB", f"{_RUIJIE}.1.1", "21.1.2,43.1.4", between(2, 7, 6)),
        _source("ZXR10-SYSTEM-HARDWARE-MIB", f"{_ZTE}.3.600.2.3.1", "4,7,8", _COUNT),
        _source("CISCO-ENVMON-MIB", f"{_CISCO}.13.1.4.1", "3", between(1, 6, 5)),
        _source("CISCO-ENTITY-FRU-CONTROL-MIB", f"{_CISCO}.117.1.4.1.1", "1", is_one_of(2, 3, 4)),
        _source("CISCO-STACK-MIB", "1.3.6.1.4.1.9.5.1.2", "9", is_one_of(2, 3, 4)),
        _source("JUNIPER-MIB", f"{_JUNIPER}.1.15.1", "6", is_one_of(13)),
        _source("DCN-MIB", f"{_DCN}.1.12.1", "2", is_one_of(1)),
        _source("DCN-MIB at Maipu", f"{_SM}.1.12.1", "2", is_one_of(1)),
        _source("DPtech", f"{_DPTECH}.3.15.12.1", "3", _ANY),
        _source("DPtech, second tree", f"{_NISAC}.3.4.2.1", "3", _ANY),
    ],
    Fact.POWER: [
        _source("HUAWEI-ENTITY-EXTENT-MIB", f"{_HW_ENTITY}.18.1", "6", is_one_of(1, 2, 3)),
        _source("H3C-LSW-DEV-ADM-MIB", f"{_HUAWEI}.2.23.1.9.1.2.1", "2", is_one_of(1, 2)),
        _source("HH3C-LswDEVM-MIB", f"{_H3C}.8.35.9.1.2.1", "2", is_one_of(1, 2)),
        _source("RUIJIE-SYSTEM-MIB", f"{_RUIJIE}.1.1", "18.1.2,41.1.3", between(2, 7, 6)),
        _source("ZXR10-SYSTEM-HARDWARE-MIB", f"{_ZTE}.3.600.2", "2.1.2", is_one_of(2)),
        _source("ZXR10-SYSTEM-HARDWARE-MIB", f"{_ZTE}.3.600.2", "6.2.1.4", is_one_of(1)),
        _source("CISCO-ENVMON-MIB", f"{_CISCO}.13.1.5.1", "3", between(1, 6, 5)),
        _source("CISCO-ENTITY-FRU-CONTROL-MIB", f"{_CISCO}.117.1.1.1.1", "1", _ANY),
        _source("CISCO-STACK-MIB", "1.3.6.1.4.1.9.5.1.2", "4,7", is_one_of(2, 3, 4)),
        _source("JUNIPER-MIB", f"{_JUNIPER}.1.15.1", "6", is_one_of(7, 18)),
        _source("DCN-MIB", f"{_DCN}.1", "7.1.2,23.1.2", is_one_of(1)),
        _source("DCN-MIB at Maipu", f"{_SM}.1", "7.1.2,23.1.2", is_one_of(1)),
        _source("DPtech", f"{_DPTECH}.3.15.11.1", "3", _ANY),
        _source("DPtech, second tree", f"{_NISAC}.3.4.1.1", "3", _ANY),
    ],
    Fact.LLDP: [
        _source("LLDP-MIB", "1.0.8802.1.1.2.1.4.1.1", "5,7,9", _ANY),
        _source("LLDP-V2-MIB", "1.3.111.2.802.1.1.13.1.4.1.1", "6,8,10", _ANY),
        _source("HUAWEI-LLDP-MIB", f"{_HUAWEI}.5.25.134.1.4.1.1", "5,7,9", _ANY),
    ],
    # what stands behind the column is the type of the address
    Fact.IPV6: [
        _source("IP-MIB", "1.3.6.1.2.1.4.34.1.7", "2,4", _ANY),
        _source("IPV6-MIB", "1.3.6.1.2.1.55.1.8.1", "2,5", _ANY),
        _source("CISCO-IETF-IP-MIB", "1.3.6.1.4.1.9.10.86.1.1.2.1.3", "2,4", _ANY),
    ],
    Fact.ROUTES: [
        _source("IP-FORWARD-MIB", "1.3.6.1.2.1.4.24.7.1.9", "2,4", _ANY),
        _source("IPV6-MIB", "1.3.6.1.2.1.55.1.11.1", "4,7", _ANY),
    ],
    Fact.OSPFV3: [
        _source("OSPFV3-MIB", "1.3.6.1.2.1.191.1.9.1", "8", _ANY),
        _source("HUAWEI-OSPFV3-MIB", f"{_HUAWEI}.5.25.147.1.8.1", "8", _ANY),
        _source("JUNIPER-OSPFV3-MIB", "1.3.6.1.4.1.2636.5.4.1.1.9.1", "8", _ANY),
    ],
}  # fmt: skip


BEGINNINGS = tuple(
    f"{column}." for sources in SOURCES.values() for one in sources for column in one.columns
)
"""What the OID of any cell begins with that may be a value of any fact."""


def found(fact: Fact, cells: Mapping[str, str]) -> list[str]:
    """List the MIBs in which a walk, by OID, holds a value of a fact."""
    return [
        source.mib
        for source in SOURCES[fact]
        if any(source.holds(value) for column in source.columns for value in _column(cells, column))
    ]


def _column(cells: Mapping[str, str], column: str) -> Iterable[str]:
    start = column + "."
    return (value for oid, value in cells.items() if oid.startswith(start))


def objects(fact: Fact) -> int:
    """Count the objects that are looked at."""
    return sum(len(source.last) for source in SOURCES[fact])
