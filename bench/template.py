"""A switch with 52 ports as rows of BER: what every address of the fake agent answers.

56 rows of ifTable and ifXTable (52 ports, a management port, NULL0, two VLAN interfaces). The
sixteen value columns of the interface family make 896 samples; names, types and the system group
stand beside them, as a manager asks for them too. Counters move with an epoch that the caller
turns, so that no two visits read the same values.
"""

import random
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator

Oid = tuple[int, ...]
Encoded = Callable[[int], bytes]
"""Epoch to the value's TLV."""

INTEGER, OCTETS, NULL, OBJECT = 0x02, 0x04, 0x05, 0x06
COUNTER32, GAUGE32, TIMETICKS, COUNTER64 = 0x41, 0x42, 0x43, 0x46
END_OF_VIEW, NO_INSTANCE = b"\x82\x00", b"\x81\x00"

IF, IFX = (1, 3, 6, 1, 2, 1, 2, 2, 1), (1, 3, 6, 1, 2, 1, 31, 1, 1, 1)
SYSTEM, ENGINE = (1, 3, 6, 1, 2, 1, 1), (1, 3, 6, 1, 6, 3, 10, 2, 1)
PORTS = 52
INDEXES = tuple(range(1, PORTS + 5))

VALUE_COLUMNS: dict[Oid, tuple[str, int]] = {
    (*IF, 7): ("ifAdminStatus", INTEGER),
    (*IF, 8): ("ifOperStatus", INTEGER),
    (*IF, 9): ("ifLastChange", TIMETICKS),
    (*IF, 13): ("ifInDiscards", COUNTER32),
    (*IF, 14): ("ifInErrors", COUNTER32),
    (*IF, 19): ("ifOutDiscards", COUNTER32),
    (*IF, 20): ("ifOutErrors", COUNTER32),
    (*IFX, 6): ("ifHCInOctets", COUNTER64),
    (*IFX, 7): ("ifHCInUcastPkts", COUNTER64),
    (*IFX, 8): ("ifHCInMulticastPkts", COUNTER64),
    (*IFX, 9): ("ifHCInBroadcastPkts", COUNTER64),
    (*IFX, 10): ("ifHCOutOctets", COUNTER64),
    (*IFX, 11): ("ifHCOutUcastPkts", COUNTER64),
    (*IFX, 12): ("ifHCOutMulticastPkts", COUNTER64),
    (*IFX, 13): ("ifHCOutBroadcastPkts", COUNTER64),
    (*IFX, 15): ("ifHighSpeed", GAUGE32),
}
"""The interface family: columns whose values are samples, with object name and tag."""

SAMPLES = len(VALUE_COLUMNS) * len(INDEXES)


class Template:
    """Sorted rows; `answer` makes the varbinds of a response.

    Switches of another `variant` have other traffic, so that their values have other lengths.
    """

    def __init__(self, variant: int = 0) -> None:
        """Build and sort the rows."""
        rows = sorted((*_system(), *_interfaces(variant)), key=lambda row: row[0])
        self.oids = [row[0] for row in rows]
        self._names = [tlv(OBJECT, encode_oid(row[0])) for row in rows]
        self._values = [row[1] for row in rows]

    def get(self, oids: list[Oid], epoch: int) -> bytes:
        """Return the contents of the VarBindList of a GET's response."""
        return b"".join(self._bind_exact(oid, epoch) for oid in oids)

    def bulk(self, oids: list[Oid], single: int, repetitions: int, epoch: int) -> bytes:
        """Return the contents of the VarBindList for GETBULK; GETNEXT repeats nothing."""
        binds = [self._bind(self._after(oid), oid, epoch) for oid in oids[:single]]
        rest = oids[single:]
        places = [self._after(oid) for oid in rest]
        for repetition in range(repetitions if rest else 0):
            row = [place + repetition for place in places]
            binds += [self._bind(p, oid, epoch) for p, oid in zip(row, rest, strict=True)]
            if min(row) >= len(self.oids):
                break
        return b"".join(binds)

    def _after(self, oid: Oid) -> int:
        return bisect_right(self.oids, oid)

    def _bind(self, place: int, asked: Oid, epoch: int) -> bytes:
        if place < len(self.oids):
            return tlv(0x30, self._names[place] + self._values[place](epoch))
        last = max(asked, self.oids[-1])
        return tlv(0x30, tlv(OBJECT, encode_oid(last)) + END_OF_VIEW)

    def _bind_exact(self, oid: Oid, epoch: int) -> bytes:
        place = bisect_left(self.oids, oid)
        if place < len(self.oids) and self.oids[place] == oid:
            return self._bind(place, oid, epoch)
        return tlv(0x30, tlv(OBJECT, encode_oid(oid)) + NO_INSTANCE)


def tlv(tag: int, contents: bytes) -> bytes:
    """Encode a tag, a definite length and contents (X.690 section 8.1)."""
    size = len(contents)
    if size < 0x80:
        return bytes((tag, size)) + contents
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(octets))) + octets + contents


def encode_oid(oid: Oid) -> bytes:
    """Encode an OID's contents (X.690 section 8.19)."""
    encoded = bytearray((oid[0] * 40 + oid[1],))
    for number in oid[2:]:
        encoded += bytes(_base128(number))
    return bytes(encoded)


def _base128(number: int) -> list[int]:
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(number & 0x7F | 0x80)
    return digits[::-1]


def encode_number(tag: int, number: int) -> bytes:
    """Encode a non-negative number in the fewest octets, as INTEGER does."""
    return tlv(tag, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _fixed(value: bytes) -> Encoded:
    return lambda _epoch: value


def _moving(tag: int, base: int, step: int) -> Encoded:
    return lambda epoch: encode_number(tag, base + step * epoch)


def _system() -> Iterator[tuple[Oid, Encoded]]:
    identity = (1, 3, 6, 1, 4, 1, 99999, 1, 52)
    yield (*SYSTEM, 1, 0), _fixed(tlv(OCTETS, b"Fake switch of the benchmark, 52 ports"))
    yield (*SYSTEM, 2, 0), _fixed(tlv(OBJECT, encode_oid(identity)))
    yield (*SYSTEM, 3, 0), _moving(TIMETICKS, 345_678_900, 500)
    yield (*SYSTEM, 5, 0), _fixed(tlv(OCTETS, b"fake"))
    yield (*SYSTEM, 6, 0), _fixed(tlv(OCTETS, b"bench"))
    yield (*ENGINE, 2, 0), _fixed(encode_number(INTEGER, 1))
    yield (*ENGINE, 3, 0), _moving(INTEGER, 3_456_789, 5)
    yield (1, 3, 6, 1, 2, 1, 31, 1, 5, 0), _fixed(encode_number(TIMETICKS, 1200))


def _interfaces(variant: int) -> Iterator[tuple[Oid, Encoded]]:
    traffic = random.Random(variant)  # noqa: S311  # weather, not secrets
    for index in INDEXES:
        name = _name(index)
        kind = 6 if index <= PORTS + 1 else 136
        yield (*IF, 1, index), _fixed(encode_number(INTEGER, index))
        yield (*IF, 2, index), _fixed(tlv(OCTETS, name))
        yield (*IF, 3, index), _fixed(encode_number(INTEGER, kind))
        yield (*IF, 6, index), _fixed(tlv(OCTETS, bytes((2, 0, 0, 0, 0, index))))
        yield (*IFX, 1, index), _fixed(tlv(OCTETS, name))
        yield (*IFX, 18, index), _fixed(tlv(OCTETS, b"to office %d" % index))
        yield (*IFX, 19, index), _fixed(encode_number(TIMETICKS, 0))
        for column, (_, tag) in VALUE_COLUMNS.items():
            yield (*column, index), _value(tag, index, traffic)


def _name(index: int) -> bytes:
    if index <= PORTS:
        return b"GigabitEthernet0/0/%d" % index
    return (b"MEth0/0/1", b"NULL0", b"Vlanif100", b"Vlanif200")[index - PORTS - 1]


def _value(tag: int, index: int, traffic: random.Random) -> Encoded:
    """Give counters any length, as ports have that are quiet and busy; all of them move.

    A counter moves in proportion to what it has gathered, as after months of the same traffic.
    """
    if tag == COUNTER64:
        gathered = int(10 ** traffic.uniform(5, 17))
        return _moving(tag, gathered, 1 + gathered // 10_000_000)
    if tag == COUNTER32:
        return _moving(tag, int(10 ** traffic.uniform(4, 7)), 1)
    if tag == GAUGE32:
        return _fixed(encode_number(tag, 1000 if index <= PORTS else 100))
    if tag == TIMETICKS:
        return _fixed(encode_number(tag, int(10 ** traffic.uniform(2, 8))))
    return _fixed(encode_number(tag, 1 if index % 5 else 2))
