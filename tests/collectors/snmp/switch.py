"""A small switch as an agent holds it, for tests that change it between two visits."""

from tests.collectors.snmp.agent import Cell, Oid, dotted, number, oid_octets, text

IF = "1.3.6.1.2.1.2.2.1."
IFX = "1.3.6.1.2.1.31.1.1.1."
UP_TIME = "1.3.6.1.2.1.1.3.0"
ENGINE_BOOTS = "1.3.6.1.6.3.10.2.1.2.0"
ENGINE_TIME = "1.3.6.1.6.3.10.2.1.3.0"
TABLE_CHANGE = "1.3.6.1.2.1.31.1.5.0"
COUNTER32, GAUGE32, TICKS, COUNTER64 = 65, 66, 67, 70


def switch(names: dict[int, str | bytes], *, base: int = 0) -> dict[Oid, Cell]:
    """Make a switch with these ports by ifIndex; counters are base + ifIndex, up 1000 s."""
    objects: dict[str, Cell] = {
        "1.3.6.1.2.1.1.1.0": text("Switch, Version 1.2"),
        "1.3.6.1.2.1.1.2.0": (6, oid_octets(dotted("1.3.6.1.4.1.99999.1"))),
        UP_TIME: number(100_000, TICKS),
        TABLE_CHANGE: number(500, TICKS),
    }
    for index, name in names.items():
        objects |= port(index, name, base + index)
    return {dotted(oid): value for oid, value in objects.items()}


def port(index: int, name: str | bytes, count: int) -> dict[str, Cell]:
    cells = {
        IF + "2": text(b"descr " + (name.encode() if isinstance(name, str) else name)),
        IF + "3": number(6),
        IF + "5": number(1_000_000_000, GAUGE32),
        IF + "6": text(bytes((0, 1, 2, 3, 4, index & 255))),
        IF + "7": number(1),
        IF + "8": number(1),
        IF + "9": number(300, TICKS),
        IFX + "1": text(name),
        IFX + "15": number(1000, GAUGE32),
        IFX + "18": text(b""),
    }
    for column in (13, 14, 19, 20):
        cells[IF + str(column)] = number(0, COUNTER32)
    for column in (6, 7, 8, 9, 10, 11, 12, 13):
        cells[IFX + str(column)] = number(count, COUNTER64)
    return {f"{column}.{index}": cell for column, cell in cells.items()}
