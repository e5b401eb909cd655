"""What answers at the sites' own addresses: a machine on each family, or none while a path is down.

IPv4 has an address of loopback for each site. IPv6 has ::1 alone on a machine without privileges,
so each site has a port of its own, the same on both families.
"""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from lab.district import District, Place
from lab.numbering import reachable_places

V6 = "::1"
_FIRST_HOST = 101
_LOOK_S = 0.25


@dataclass(frozen=True, slots=True)
class Answering:
    """Where a site answers; `v6` is None where IPv6 is not expected at all."""

    site: str
    v4: str
    v6: str | None
    port: int


def answering(district: District, prefix: str, first_port: int) -> tuple[Answering, ...]:
    """Return where each site with a switch answers, in the order of the plan."""
    with_switch = {switch.site for switch in district.switches}
    places = [place for place in district.places if place.id in with_switch]
    reachable: tuple[Place, ...] = reachable_places(district)
    return tuple(
        Answering(
            place.id,
            f"{prefix}{_FIRST_HOST + number}",
            V6 if place in reachable else None,
            first_port + number,
        )
        for number, place in enumerate(places)
    )


class Site:
    """Accepts connections at a site's addresses and closes them; says nothing."""

    def __init__(self, where: Answering, reached: Callable[[], bool]) -> None:
        """`reached` says whether IPv6 comes through."""
        self._where = where
        self._reached = reached
        self._v4: asyncio.Server | None = None
        self._v6: asyncio.Server | None = None
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Listen on both families; OSError, with the address in its text, when one is taken."""
        self._v4 = await self._listen(self._where.v4)
        if self._where.v6 and self._reached():
            self._v6 = await self._listen(self._where.v6)
        if self._where.v6:
            watch = self._watch(self._where.v6)
            self._task = asyncio.create_task(watch, name=f"lab site {self._where.site}")

    async def close(self) -> None:
        """Listen no more."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        for server in (self._v4, self._v6):
            if server:
                server.close()
                await server.wait_closed()

    async def _watch(self, address: str) -> None:
        """Close the door to IPv6 while the path is down: a connection is refused at once."""
        while True:
            await asyncio.sleep(_LOOK_S)
            if self._v6 and not self._reached():
                self._v6.close()
                self._v6 = None
            elif not self._v6 and self._reached():
                with contextlib.suppress(OSError):  # somebody took the port; the next look tries
                    self._v6 = await self._listen(address)

    async def _listen(self, address: str) -> asyncio.Server:
        try:
            return await asyncio.start_server(_greet, address, self._where.port)
        except OSError as error:
            raise OSError(f"{address} {self._where.port}: {error.strerror}") from error


async def _greet(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
