"""pysnmp reading the sixteen columns with GETBULK: a child of the comparison.

Nothing is rendered: its figure ends where ours goes on to the exposition.
"""

import argparse
import asyncio
import itertools
import time

from pysnmp.hlapi.v3arch.asyncio import (
    CommunityData,
    ContextData,
    ObjectIdentity,
    ObjectType,
    SnmpEngine,
    UdpTransportTarget,
    bulk_cmd,
)

from bench.child import obey
from bench.fake_agent import COMMUNITY
from bench.side import addresses
from bench.template import INDEXES, VALUE_COLUMNS, Oid


class Walker:
    """One engine and its event loop, kept over rounds."""

    def __init__(self, port: int) -> None:
        """Build the engine."""
        self._engine = SnmpEngine()
        self._port = port
        self._targets = itertools.cycle(list(addresses(500)))

    async def read(self, seconds: float) -> int:
        """Read switches one after the other for that long; return how many values came."""
        until = time.monotonic() + seconds
        samples = 0
        while time.monotonic() < until:
            target = await UdpTransportTarget.create((next(self._targets), self._port))
            for column in VALUE_COLUMNS:
                samples += await self._column(target, column)
        return samples

    async def _column(self, target: UdpTransportTarget, column: Oid) -> int:
        failed, status, _index, binds = await bulk_cmd(
            self._engine,
            CommunityData(COMMUNITY),
            target,
            ContextData(),
            0,
            len(INDEXES),
            ObjectType(ObjectIdentity(column)),
            lookupMib=False,
        )
        if failed or status or len(binds) != len(INDEXES):
            raise RuntimeError(f"{failed or status or len(binds)}")
        return len(binds)


def main() -> None:
    """Obey the comparison."""
    parser = argparse.ArgumentParser(prog="python -m bench.pysnmp_walk")
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    with asyncio.Runner() as runner:

        async def build() -> Walker:
            return Walker(port)

        walker = runner.run(build())
        obey(lambda seconds: runner.run(walker.read(seconds)))


if __name__ == "__main__":
    main()
