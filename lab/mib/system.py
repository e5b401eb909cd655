"""SNMPv2-MIB::system, SNMP-FRAMEWORK-MIB::snmpEngine, HOST-RESOURCES-MIB load and memory."""

from collections.abc import Iterator

from pysnmp.proto.rfc1902 import (
    Gauge32,
    Integer32,
    ObjectIdentifier,
    OctetString,
    TimeTicks,
)

from lab.district import District, Switch, Vendor
from lab.mib.tree import Row, constant, number, text

SYSTEM = (1, 3, 6, 1, 2, 1, 1)
ENGINE = (1, 3, 6, 1, 6, 3, 10, 2, 1)
HOST = (1, 3, 6, 1, 2, 1, 25)

_ENTERPRISE = {Vendor.HUAWEI: 2011, Vendor.H3C: 25506, Vendor.RUIJIE: 4881}
_RAM_KIB = 2 * 1024 * 1024
_RAM_INDEX = 1
_CPU_INDEX = 768
_TICKS_A_SECOND = 100


def engine_id(switch: Switch) -> bytes:
    """Return SNMP-FRAMEWORK-MIB::snmpEngineID, made of a MAC address (RFC 3411 section 5)."""
    enterprise = _ENTERPRISE[switch.identity.vendor] | 0x80000000
    return enterprise.to_bytes(4, "big") + b"\x03" + switch.mac()


def system_rows(switch: Switch, district: District) -> Iterator[Row]:
    """Yield the system group; location and contact in the encoding the device was typed in."""
    place = next(place.name for place in district.places if place.id == switch.site)
    identity = switch.identity
    yield (*SYSTEM, 1, 0), text(identity.description)
    yield (*SYSTEM, 2, 0), constant(ObjectIdentifier(identity.object_id))
    yield (*SYSTEM, 3, 0), lambda state: TimeTicks(state.ticks(state.at_s))
    yield (*SYSTEM, 4, 0), text("青岚区大数据中心", switch.encoding)
    yield (*SYSTEM, 5, 0), text(switch.id)
    yield (*SYSTEM, 6, 0), text(place, switch.encoding)
    yield (*SYSTEM, 7, 0), number(78)
    yield (*ENGINE, 1, 0), constant(OctetString(engine_id(switch)))
    yield (*ENGINE, 2, 0), lambda state: Integer32(state.boots)
    yield (*ENGINE, 3, 0), lambda state: Integer32(int(state.at_s - state.boot_s))
    yield (*ENGINE, 4, 0), number(65507)


def host_rows(_: Switch) -> Iterator[Row]:
    """Yield hrSystemUptime, hrProcessorLoad, and RAM in hrStorageTable."""
    yield (*HOST, 1, 1, 0), lambda state: TimeTicks(state.ticks(state.at_s))
    storage = (*HOST, 2, 3, 1)
    yield (*storage, 1, _RAM_INDEX), number(_RAM_INDEX)
    yield (*storage, 2, _RAM_INDEX), constant(ObjectIdentifier((*HOST, 2, 1, 2)))
    yield (*storage, 3, _RAM_INDEX), text("Physical memory")
    yield (*storage, 4, _RAM_INDEX), number(1024)
    yield (*storage, 5, _RAM_INDEX), number(_RAM_KIB)
    yield (*storage, 6, _RAM_INDEX), lambda state: Integer32(int(state.memory * _RAM_KIB))
    device = (*HOST, 3, 2, 1)
    yield (*device, 1, _CPU_INDEX), number(_CPU_INDEX)
    yield (*device, 2, _CPU_INDEX), constant(ObjectIdentifier((*HOST, 3, 1, 3)))
    yield (*device, 3, _CPU_INDEX), text("CPU")
    yield (*device, 5, _CPU_INDEX), number(2)
    processor = (*HOST, 3, 3, 1)
    yield (*processor, 1, _CPU_INDEX), constant(ObjectIdentifier((0, 0)))
    yield (*processor, 2, _CPU_INDEX), lambda state: Integer32(round(state.cpu * 100))
    yield (*HOST, 1, 6, 0), constant(Gauge32(61))
