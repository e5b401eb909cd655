"""ENTITY-MIB (RFC 6933) chassis, parts and Huawei's ports, ENTITY-SENSOR-MIB (RFC 3433)."""

from collections.abc import Iterator

from pysnmp.proto.rfc1902 import (
    Gauge32,
    Integer32,
    ObjectIdentifier,
    TimeTicks,
)

from lab.district import Port, Switch, Vendor
from lab.mib.tree import Row, constant, number, text

PHYSICAL = (1, 3, 6, 1, 2, 1, 47, 1, 1, 1, 1)
LAST_CHANGE = (1, 3, 6, 1, 2, 1, 47, 1, 4, 1, 0)
SENSOR = (1, 3, 6, 1, 2, 1, 99, 1, 1, 1)

CHASSIS = {Vendor.HUAWEI: 67108867, Vendor.H3C: 2, Vendor.RUIJIE: 1}
"""entPhysicalIndex of the chassis: Huawei packs bits into it."""
ALIAS = (1, 3, 6, 1, 2, 1, 47, 1, 3, 2, 1, 2)
IF_INDEX = (1, 3, 6, 1, 2, 1, 2, 2, 1, 1)
_CLASS_CHASSIS, _CLASS_SENSOR, _CLASS_PORT = 3, 8, 10
_FIRST_PORT, _PORT_STEP = 67371013, 64
_CELSIUS, _UNITS, _OK = 8, 9, 1
_SENSORS = (("Chassis temperature", 0.0, 0), ("CPU temperature", 9.5, 1))
"""Name, degrees above the chassis, decimal places."""


def port_entity(port: Port) -> int:
    """Return the entPhysicalIndex of a Huawei port."""
    return _FIRST_PORT + _PORT_STEP * port.index


def entity_rows(switch: Switch) -> Iterator[Row]:
    """Yield the chassis, its two thermometers and what they read; a Huawei's ports."""
    yield LAST_CHANGE, lambda state: TimeTicks(state.ticks(state.boot_s + 9))
    chassis = CHASSIS[switch.identity.vendor]
    yield from _part(chassis, 0, _CLASS_CHASSIS, f"{switch.identity.model} chassis")
    yield (*PHYSICAL, 10, chassis), text(switch.identity.version)
    yield (*PHYSICAL, 11, chassis), text(f"LAB{switch.number:010d}")
    yield (*PHYSICAL, 12, chassis), text(f"{switch.identity.vendor.capitalize()} (lab)")
    yield (*PHYSICAL, 13, chassis), text(switch.identity.model)
    for place, (name, above, decimals) in enumerate(_SENSORS):
        index = chassis + 101 + place
        yield from _part(index, chassis, _CLASS_SENSOR, name)
        yield from _sensor(index, above, decimals)
    if switch.identity.vendor is Vendor.HUAWEI:
        for port in switch.ports:
            if port.physical:
                yield from _port(port, chassis)


def _port(port: Port, chassis: int) -> Iterator[Row]:
    """Yield the part that holds a port's optical module, and entAliasMappingTable."""
    index = port_entity(port)
    yield from _part(index, chassis, _CLASS_PORT, port.name)
    yield (*ALIAS, index, 0), constant(ObjectIdentifier((*IF_INDEX, port.index)))


def _part(index: int, inside: int, kind: int, name: str) -> Iterator[Row]:
    yield (*PHYSICAL, 2, index), text(name)
    yield (*PHYSICAL, 3, index), constant(ObjectIdentifier((0, 0)))
    yield (*PHYSICAL, 4, index), number(inside)
    yield (*PHYSICAL, 5, index), number(kind)
    yield (*PHYSICAL, 6, index), number(1)
    yield (*PHYSICAL, 7, index), text(name)


def _sensor(index: int, above: float, decimals: int) -> Iterator[Row]:
    factor = 10**decimals
    yield (*SENSOR, 1, index), number(_CELSIUS)
    yield (*SENSOR, 2, index), number(_UNITS)
    yield (*SENSOR, 3, index), number(decimals)
    yield (
        (*SENSOR, 4, index),
        lambda state: Integer32(round((state.temperature + above) * factor)),
    )
    yield (*SENSOR, 5, index), number(_OK)
    yield (*SENSOR, 6, index), text("celsius")
    yield (*SENSOR, 7, index), lambda state: TimeTicks(state.ticks(state.at_s))
    yield (*SENSOR, 8, index), constant(Gauge32(1000))
