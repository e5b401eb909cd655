"""A small SNMP agent for tests: v1 and v2c, GET, GETNEXT, GETBULK, over what a dict holds.

It shares no code with the manager that it is asked by.
"""

import asyncio
import bz2
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Self

Oid = tuple[int, ...]
Cell = tuple[int, bytes]
"""A BER tag and its contents."""

RECORDINGS = {
    "huawei-s5720": "router",
    "h3c-comware-7-1-075": "switch",
    "ruijie-s5750-24gt12sfp": "switch",
    "zte-zrx10": "switch",
    "maipu-sm4200-16gef8ge-ac": "switch",
    "dptech-dpx800-a5": "switch",
    "dcrs-5980-28t-dc": "switch",
    "cisco-c3560": "switch",
    "juniper-mx960-13-3r9-13": "router",
}
SUBTREES = (
    "1.3.6.1.2.1.1.", "1.3.6.1.2.1.2.", "1.3.6.1.2.1.4.31.", "1.3.6.1.2.1.31.", "1.3.6.1.2.1.47.",
    "1.3.6.1.2.1.99.", "1.2.840.10006.300.43.1.2.", "1.3.6.1.6.3.10.",
)  # fmt: skip
"""What the standard profiles read; a whole recording takes seconds to load."""
GET, GET_NEXT, GET_BULK = 0xA0, 0xA1, 0xA5
_TOO_BIG = 65_000


def dotted(text: str) -> Oid:
    return tuple(map(int, text.split(".")))


def lines(name: str, subtrees: tuple[str, ...] = SUBTREES) -> Iterable[list[str]]:
    """Yield `[oid, tag, value]` of a recording, only of some subtrees."""
    root = files("snmpsim_data") / "data" / "network" / RECORDINGS[name]
    path = Path(str(root)) / f"{name}.snmprec.bz2"
    with bz2.open(path, "rt", encoding="latin-1") as stream:
        for line in stream:
            if line.startswith(subtrees) and line.count("|") > 1:
                yield line.rstrip("\n").split("|", 2)


def recorded(name: str, subtrees: tuple[str, ...] = SUBTREES) -> dict[Oid, Cell]:
    return {dotted(oid): cell(tag, value) for oid, tag, value in lines(name, subtrees)}


def cell(tag: str, value: str) -> Cell:
    """Encode one value as snmprec writes it: a BER tag in decimal, `x` for hexadecimal."""
    number = int(tag.rstrip("x"))
    if tag.endswith("x"):
        return number, bytes.fromhex(value)
    if number in (2, 65, 66, 67, 70):
        return number, integer(int(value))
    if number == 6:
        return number, oid_octets(dotted(value))
    if number == 64:
        return number, bytes(map(int, value.split(".")))
    return number, value.encode("latin-1")


def integer(value: int) -> bytes:
    return value.to_bytes(value.bit_length() // 8 + 1, "big", signed=True)


def text(value: str | bytes) -> Cell:
    return 4, value.encode() if isinstance(value, str) else value


def number(value: int, tag: int = 2) -> Cell:
    return tag, integer(value)


def oid_octets(oid: Oid) -> bytes:
    octets = bytearray()
    for value in (oid[0] * 40 + oid[1], *oid[2:]):
        groups = [value & 0x7F]
        while value := value >> 7:
            groups.append(value & 0x7F | 0x80)
        octets += bytes(reversed(groups))
    return bytes(octets)


def wrap(tag: int, contents: bytes) -> bytes:
    size = len(contents)
    if size < 128:
        return bytes((tag, size)) + contents
    octets = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 128 | len(octets))) + octets + contents


def parts(contents: bytes) -> list[tuple[int, bytes]]:
    found, at = [], 0
    while at < len(contents):
        tag, size, at = contents[at], contents[at + 1], at + 2
        if size > 127:
            count = size & 127
            size, at = int.from_bytes(contents[at : at + count]), at + count
        found.append((tag, contents[at : at + size]))
        at += size
    return found


def oid_of(octets: bytes) -> Oid:
    values, value = [], 0
    for octet in octets:
        value = value << 7 | octet & 127
        if octet < 128:
            values.append(value)
            value = 0
    return (values[0] // 40, values[0] % 40, *values[1:])


class Agent(asyncio.DatagramProtocol):
    """Answers on 127.0.0.1; what it holds may be changed between two visits.

    Attributes:
        asked: each OID of each request, with the PDU's tag.
        errors: OIDs below which it answers genErr.
        mute: OIDs below which it answers nothing.
        silent: it answers nothing at all.
        most: it answers no more varbinds than that.
        refuse: the error-status that it answers everything with.
    """

    def __init__(self, objects: Mapping[Oid, Cell], *, host: str = "127.0.0.1") -> None:
        self.host = host
        self.asked: list[tuple[int, Oid]] = []
        self.errors: list[Oid] = []
        self.mute: list[Oid] = []
        self.silent = False
        self.most = 1000
        self.refuse = 0
        self.objects = dict(objects)

    @property
    def objects(self) -> dict[Oid, Cell]:
        return self._objects

    @objects.setter
    def objects(self, objects: Mapping[Oid, Cell]) -> None:
        self._objects = dict(objects)
        self._order = sorted(self._objects)

    def put(self, changes: Mapping[str, Cell | None]) -> None:
        """Set values, or take objects away (None)."""
        objects = {**self._objects, **{dotted(k): v for k, v in changes.items() if v is not None}}
        for key, value in changes.items():
            if value is None:
                objects.pop(dotted(key), None)
        self.objects = objects

    def requests(self, prefix: str) -> int:
        """Count what was asked at or below a prefix."""
        wanted = dotted(prefix)
        return sum(oid[: len(wanted)] == wanted for _tag, oid in self.asked)

    def has_column(self, oid: Oid) -> bool:
        """Say whether there is a row of the column that an OID begins with (no index: the OID)."""
        column = oid if oid not in self._objects else oid[:-1]
        return any(_below(one, [column]) for one in self._order)

    async def __aenter__(self) -> Self:
        """Bind a free port."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, (self.host, 0))
        self.port: int = self._transport.get_extra_info("sockname")[1]
        return self

    async def __aexit__(self, *_error: object) -> None:
        """Close it."""
        self._transport.close()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        [(_, message)] = parts(data)
        version, community, (kind, pdu) = parts(message)
        request_id, _errors, third, (_, bindings) = parts(pdu)
        names = [oid_of(parts(binding)[0][1]) for _, binding in parts(bindings)]
        self.asked += [(kind, name) for name in names]
        if self.silent or any(_below(name, self.mute) for name in names):
            return
        status, index, found = self._answer(kind, names, third[1], version[1])
        varbinds = b"".join(
            wrap(48, wrap(6, oid_octets(oid)) + wrap(*value)) for oid, value in found
        )
        body = wrap(*request_id) + wrap(2, bytes((status,))) + wrap(2, bytes((index,)))
        response = wrap(0xA2, body + wrap(48, varbinds))
        datagram = wrap(48, wrap(*version) + wrap(*community) + response)
        if len(datagram) < _TOO_BIG:
            self._send(datagram, addr)

    def _send(self, datagram: bytes, addr: tuple[str, int]) -> None:
        self._transport.sendto(datagram, addr)

    def _answer(
        self, kind: int, names: list[Oid], third: bytes, version: bytes
    ) -> tuple[int, int, list[tuple[Oid, Cell]]]:
        if self.refuse:
            return self.refuse, 0, [(name, (5, b"")) for name in names]
        v1 = version == b"\0"
        if kind == 0xA5:
            rows = int.from_bytes(third)
            found, wanted = [], names
            for _ in range(rows):
                row = [self._next(name) for name in wanted]
                if any(_below(oid, self.errors) for oid, _value in row):
                    return (0, 0, found) if found else (5, 1, [(n, (5, b"")) for n in names])
                found += row
                wanted = [oid for oid, _value in row]
                if len(found) >= self.most:
                    break
            return 0, 0, found[: self.most]
        found = []
        for place, name in enumerate(names, 1):
            oid, value = self._next(name) if kind == 0xA1 else (name, self._at(name))
            if _below(oid, self.errors) and value[0] < 0x80:
                return 5, place, [(one, (5, b"")) for one in names]
            if v1 and (value[0] > 0x7F or value[0] == 70):
                return 2, place, [(one, (5, b"")) for one in names]
            found.append((oid, value))
        return 0, 0, found

    def _at(self, name: Oid) -> Cell:
        return self._objects.get(name, (0x81, b""))

    def _next(self, name: Oid) -> tuple[Oid, Cell]:
        place = bisect_right(self._order, name)
        if place == len(self._order):
            return name, (0x82, b"")
        oid = self._order[place]
        return oid, self._objects[oid]


def _below(oid: Oid, prefixes: list[Oid]) -> bool:
    return any(oid[: len(one)] == one for one in prefixes)
