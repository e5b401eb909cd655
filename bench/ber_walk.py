"""How many varbinds of a GETBULK response are read in a CPU second, by each of the three ways.

    python -m bench.ber_walk

Prints the layout (a visit like the last), the column's pattern (rows are known), the careful
reader (a first visit), and pysnmp's decoder on the same octets. Each figure is the
best of several short runs: what other processes take from a shared core is no property of the code.
"""

import random
import time
from collections.abc import Callable
from typing import Final

from pyasn1.codec.ber import decoder
from pysnmp.proto import api

from protocols.snmp import ber, oid
from protocols.snmp.layout import Layouts
from protocols.snmp.progress import Caps, ColumnRequest, Progress

_ROWS: Final = 52
_COLUMN: Final = oid.encode("1.3.6.1.2.1.31.1.1.1.6")
_NEXT: Final = oid.encode("1.3.6.1.2.1.31.1.1.1.7.1")
_V2C = api.PROTOCOL_MODULES[api.SNMP_VERSION_2C]


def varbinds() -> bytes:
    """Return a column of octet counters as a 52-port switch sends it, and the row behind it."""
    weather = random.Random(1)  # noqa: S311 - the same numbers on each run
    rows = [
        (_COLUMN + oid.encode_index([row]), weather.randrange(1 << 42))
        for row in range(1, _ROWS + 1)
    ]
    return b"".join(
        ber.sequence(ber.tlv(ber.OBJECT_IDENTIFIER, name), ber.integer(value, ber.COUNTER64))
        for name, value in [*rows, (_NEXT, 0)]
    )


def per_second(work: Callable[[], object]) -> float:
    """Return varbinds for each CPU second, the best of twenty runs of some 20 ms."""
    best_s = float("inf")
    for _ in range(20):
        times = 0
        started_s = time.process_time()
        while (spent_s := time.process_time() - started_s) < 0.02:
            work()
            times += 1
        best_s = min(best_s, spent_s / times)
    return (_ROWS + 1) / best_s


def main() -> None:
    """Measure and print."""
    data = varbinds()
    known = [oid.encode_index([row]) for row in range(1, _ROWS + 1)]
    listed = ber.tlv(ber.SEQUENCE, data)

    def read(request: ColumnRequest) -> None:
        progress = Progress(request, Caps())
        if request.known:
            progress.know(request.known, (1,))
        progress.take(data)
        assert progress.column().complete  # noqa: S101 - a wrong reading is no figure

    layout = Layouts().of(data, _ROWS)
    assert layout is not None  # noqa: S101 - as above
    ways: dict[str, Callable[[], object]] = {
        "as last time": lambda: layout.read(data),
        "known rows": lambda: read(ColumnRequest(_COLUMN, known=known)),
        "new rows": lambda: read(ColumnRequest(_COLUMN)),
        "pysnmp": lambda: decoder.decode(listed, _V2C.VarBindList()),
    }
    for name, work in ways.items():
        print(f"{name:<12} {per_second(work):>12,.0f} varbinds per CPU second")


if __name__ == "__main__":
    main()
