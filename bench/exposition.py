"""What the store and the exposition cost: a sample put, a page written, everything streamed.

    python -m bench.exposition [switches]

Every switch has 56 ports and the interface family: 16 columns, one `_info`. Half of the switches
share their port names, the other half have names of their own, as VLAN interfaces make them.
Prints CPU microseconds a sample, octets a switch, and the longest slice that the loop would wait.
"""

import asyncio
import gc
import os
import random
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

from prometheus_client import CollectorRegistry

from agent.exposition import Exposition
from agent.store import Store
from collectors.catalogue import Catalogue, load_catalogue
from collectors.contract import Labels, Method, Observation, Samples, Table, Texts

ROWS = 56
CASTS: tuple[Labels, ...] = tuple(
    (("cast", cast),) for cast in ("unicast", "multicast", "broadcast")
)


def columns(catalogue: Catalogue) -> Iterator[tuple[str, Labels]]:
    """Name the 18 columns of the interface family that every switch fills."""
    skipped = ("discontinuity", "_info")
    for family in catalogue.columns["interface"]:
        if not any(word in family.name for word in skipped):
            for labels in CASTS if family.extra else ((),):
                yield family.name, labels


def keys_of(switch: int) -> tuple[tuple[str, ...], ...]:
    """Name the ports of a switch: half of the switches have VLAN interfaces of their own."""
    own = f"Vlanif{switch}-" if switch % 2 else "GigabitEthernet1/0/"
    ports = [f"GigabitEthernet0/0/{port}" for port in range(1, 49)]
    return tuple((name,) for name in ports + [f"{own}{port}" for port in range(ROWS - 48)])


def observation(
    switch: int, keys: tuple[tuple[str, ...], ...], names: list[tuple[str, Labels]]
) -> Observation:
    """Make what one visit brings; the numbers are new ones, as from the wire."""
    rng = random.Random(switch)  # noqa: S311 - weather, not a secret
    samples = tuple(
        Samples(
            name,
            [rng.randrange(2) for _ in keys]
            if name.endswith("up")
            else [rng.randrange(1 << 44) for _ in keys],
            labels,
        )
        for name, labels in names
    )
    info = Texts("egov_interface_info", ("alias", "type", "index", "mac", "role", "lag"), INFO)
    table = Table("interface", Method.SNMP, keys, samples, (info,), lifetime_s=120.0)
    return Observation(f"sw-{switch:05}", "snmp", (table,))


INFO = tuple(
    (f"to room {port}", "ethernetCsmacd", str(port), f"00:1a:2b:3c:4d:{port:02x}", "access", "")
    for port in range(ROWS)
)


def resident() -> int:
    """Return the resident octets of this process."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def main(switches: int) -> None:
    """Measure and print."""
    catalogue = load_catalogue()
    names = list(columns(catalogue))
    store = Store(catalogue, 20_000)
    fill(store, switches, names, 0.0)
    samples = store.statistics().series
    measure_memory(store, switches, names)
    measure_put(store, switches, names)
    with ThreadPoolExecutor(1) as executor:
        exposition = Exposition(store, CollectorRegistry(), executor, timestamps=False)
        asyncio.run(measure_pages(exposition, switches, samples))
        for gzip in (False, True):
            asyncio.run(measure_stream(exposition, samples, gzip=gzip))


def fill(store: Store, switches: int, names: list[tuple[str, Labels]], now: float) -> None:
    """Put one observation of each switch."""
    for switch in range(switches):
        store.place(f"sw-{switch:05}", (("target", f"sw-{switch:05}"), ("site", "district-7")))
        store.put(observation(switch, keys_of(switch), names), now, 1.7e9)


def measure_memory(store: Store, switches: int, names: list[tuple[str, Labels]]) -> None:
    """Fill a second store and see what it takes, keys included."""
    gc.collect()
    before = resident()
    second = Store(store.catalogue, 20_000)
    fill(second, switches, names, 0.0)
    gc.collect()
    octets = (resident() - before) / switches
    print(f"memory: {octets:9.0f} octets a switch, {octets * 10_000 / 2**20:.0f} MiB for 10 000")


def measure_put(store: Store, switches: int, names: list[tuple[str, Labels]]) -> None:
    """Put again and again, as the visits of a steady network do."""
    some = [observation(switch, keys_of(switch), names) for switch in range(min(switches, 200))]
    samples = len(some) * ROWS * (len(names) + 1)
    for one in some:
        store.put(one, 1.0, 1.7e9)
    best = min(timed(store, some) for _ in range(5))
    print(f"put:    {best / samples * 1e6:9.3f} us a sample")


def timed(store: Store, some: list[Observation]) -> float:
    """Return the CPU seconds of putting the observations once."""
    start = time.process_time()
    for one in some:
        store.put(one, 1.0, 1.7e9)
    return time.process_time() - start


async def measure_pages(exposition: Exposition, switches: int, samples: int) -> None:
    """Write every page once, plain and compressed."""
    for gzip in (False, True):
        start, octets = time.process_time(), 0
        for switch in range(switches):
            octets += len(await exposition.target_page(f"sw-{switch:05}", 2.0, gzip=gzip) or b"")
        spent = time.process_time() - start
        kind = "gzip" if gzip else "plain"
        print(
            f"page:   {spent / samples * 1e6:9.3f} us a sample, {kind},"
            f" {octets / switches:.0f} octets"
        )


async def measure_stream(exposition: Exposition, samples: int, *, gzip: bool) -> None:
    """Stream everything, then again to find the longest time between two turns of the loop."""
    start, octets = time.process_time(), 0
    async for piece in exposition.stream(2.0, gzip=gzip):
        octets += len(piece)
    spent = time.process_time() - start
    ticks = asyncio.create_task(ticker())
    async for _piece in exposition.stream(2.0, gzip=gzip):
        await asyncio.sleep(0)
    ticks.cancel()
    longest = await ticks
    kind = "gzip" if gzip else "plain"
    print(
        f"stream: {spent / samples * 1e6:9.3f} us a sample, {kind}, {octets / samples:.1f} octets a"
        f" sample, {samples} samples, longest slice {longest * 1e3:.1f} ms"
    )


async def ticker() -> float:
    """Return the longest time that the loop's thread worked between two turns, until cancelled."""
    longest, last = 0.0, time.thread_time()
    try:
        while True:
            await asyncio.sleep(0)
            now = time.thread_time()
            longest, last = max(longest, now - last), now
    except asyncio.CancelledError:
        return longest


if __name__ == "__main__":
    print(f"Python {sys.version.split()[0]}, isal {version('isal')}")
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
