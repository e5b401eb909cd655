"""The vendors' own CPU, memory and temperature, as HUAWEI-ENTITY-EXTENT-MIB, HH3C-ENTITY-EXT-MIB
and RUIJIE-PROCESS-MIB / RUIJIE-MEMORY-MIB have them: for the vendor profiles.
"""  # noqa: D205  # one sentence of names

from collections.abc import Callable, Iterator

from pysnmp.proto.rfc1902 import Integer32

from lab.district import Switch, Vendor
from lab.mib.entity import CHASSIS
from lab.mib.tree import Reader, Row, number, text
from lab.state import SwitchState

HUAWEI_ENTITY = (1, 3, 6, 1, 4, 1, 2011, 5, 25, 31, 1, 1, 1, 1)
HUAWEI_CPU = (1, 3, 6, 1, 4, 1, 2011, 6, 3, 4, 1)
H3C_ENTITY = (1, 3, 6, 1, 4, 1, 25506, 2, 6, 1, 1, 1, 1)
RUIJIE_CPU = (1, 3, 6, 1, 4, 1, 4881, 1, 1, 10, 2, 36, 1, 1)
RUIJIE_MEMORY = (1, 3, 6, 1, 4, 1, 4881, 1, 1, 10, 2, 35, 1, 1, 1)


def _percent(part: Callable[[SwitchState], float]) -> Reader:
    return lambda state: Integer32(round(part(state) * 100))


_CPU = _percent(lambda state: state.cpu)
_MEMORY = _percent(lambda state: state.memory)


def _celsius(state: SwitchState) -> object:
    return Integer32(round(state.temperature))


def _huawei() -> Iterator[Row]:
    chassis = CHASSIS[Vendor.HUAWEI]
    yield (*HUAWEI_ENTITY, 2, chassis), number(3)
    yield (*HUAWEI_ENTITY, 5, chassis), _CPU
    yield (*HUAWEI_ENTITY, 6, chassis), number(90)
    yield (*HUAWEI_ENTITY, 7, chassis), _MEMORY
    yield (*HUAWEI_ENTITY, 11, chassis), _celsius
    yield (*HUAWEI_ENTITY, 12, chassis), number(67)
    yield (*HUAWEI_CPU, 2, 0, 0, 0), _CPU
    yield (*HUAWEI_CPU, 3, 0, 0, 0), _CPU


def _h3c() -> Iterator[Row]:
    chassis = CHASSIS[Vendor.H3C]
    yield (*H3C_ENTITY, 3, chassis), number(3)
    yield (*H3C_ENTITY, 6, chassis), _CPU
    yield (*H3C_ENTITY, 7, chassis), number(80)
    yield (*H3C_ENTITY, 8, chassis), _MEMORY
    yield (*H3C_ENTITY, 12, chassis), _celsius
    yield (*H3C_ENTITY, 13, chassis), number(70)


def _ruijie() -> Iterator[Row]:
    for scalar in (1, 2, 3):
        yield (*RUIJIE_CPU, scalar, 0), _CPU
    yield (*RUIJIE_CPU, 4, 0), number(75)
    yield (*RUIJIE_CPU, 5, 0), number(85)
    yield (*RUIJIE_MEMORY, 2, 1), text("Processor")
    yield (*RUIJIE_MEMORY, 3, 1), _MEMORY


_BY_VENDOR = {Vendor.HUAWEI: _huawei, Vendor.H3C: _h3c, Vendor.RUIJIE: _ruijie}


def vendor_rows(switch: Switch) -> Iterator[Row]:
    """Yield what the switch's vendor adds."""
    return _BY_VENDOR[switch.identity.vendor]()
