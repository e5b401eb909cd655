"""Serves the store's contents as text: pages when they are asked for, everything as a stream."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Executor

from prometheus_client import CollectorRegistry

from agent.exposition.packing import QUICK, PackedPages, Packer, packed
from agent.exposition.page import Writer, writer
from agent.exposition.registry import registry_page
from agent.exposition.stream import slices
from agent.store.store import AGENT, Store


class Exposition:
    """What Prometheus reads.

    Args:
        store: where the contents are; a reload may change its catalogue.
        registry: the agent's own metrics.
        executor: threads that compress what is large.
        timestamps: `exposition.timestamps` of the settings.
    """

    def __init__(
        self, store: Store, registry: CollectorRegistry, executor: Executor, *, timestamps: bool
    ) -> None:
        """Have no page written yet."""
        self._store = store
        self._registry = registry
        self._executor = executor
        self._timestamps = timestamps
        self._writer = writer(store.catalogue, timestamps=timestamps)
        self._packed = PackedPages()

    async def target_page(self, target: str, monotonic_s: float, *, gzip: bool) -> bytes | None:
        """Write a target's page; None when there is no such target.

        Of the packed pages, which Prometheus asks for, some are kept for its twin until the next
        observation, or until a table expires; a plain one is always written anew.
        """
        content = self._store.contents.get(target) if target != AGENT else None
        if content is None:
            self._packed.drop(target)
            return None
        if not gzip:
            return self._current_writer().page(content, monotonic_s)
        octets = self._packed.get(target, content, monotonic_s)
        if octets is None:
            octets = await self._gzip(self._current_writer().page(content, monotonic_s))
            self._packed.keep(target, content, content.expires_s(monotonic_s), octets)
        return octets

    async def agent_page(self, monotonic_s: float, *, gzip: bool) -> bytes:
        """Write what belongs to no target, and the agent's own metrics; never kept."""
        content = self._store.contents[AGENT]
        page = self._current_writer().page(content, monotonic_s) + registry_page(self._registry)
        return await self._gzip(page) if gzip else page

    async def stream(self, monotonic_s: float, *, gzip: bool) -> AsyncGenerator[bytes, None]:
        """Write everything as it is now, grouped by family, in pieces.

        The loop goes on between two pieces, and a reader costs two slices of memory. What goes
        wrong is raised half-way: the caller must break the transfer, never end it in order.
        """
        packer = Packer() if gzip else None
        contents = list(self._store.contents.values())
        for written in slices(self._current_writer(), contents, monotonic_s):
            piece = written
            if packer is not None and written:
                piece = await self._in_thread(packer.add, written)
            if piece:
                yield piece
            await asyncio.sleep(0)
        last = registry_page(self._registry)
        yield last if packer is None else packer.end(last)

    def adopt(self, *, timestamps: bool) -> None:
        """Go on with or without explicit timestamps (reload)."""
        self._timestamps = timestamps
        self._writer = writer(self._store.catalogue, timestamps=timestamps)
        self._packed.clear()

    def forget(self) -> None:
        """Drop kept pages of targets that are gone, after a reload."""
        self._packed.drop_others(set(self._store.contents))

    def _current_writer(self) -> Writer:
        if self._writer.catalogue is not self._store.catalogue:
            self._writer = writer(self._store.catalogue, timestamps=self._timestamps)
        return self._writer

    async def _gzip(self, page: bytes) -> bytes:
        if len(page) <= QUICK:
            return packed(page)
        return await self._in_thread(packed, page)

    async def _in_thread(self, work: Callable[[bytes], bytes], octets: bytes) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work, octets)
