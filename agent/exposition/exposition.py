"""Serves the store's contents as text: pages when they are asked for, everything as a stream."""

import asyncio
import zlib
from collections.abc import AsyncGenerator, Callable
from concurrent.futures import Executor
from dataclasses import dataclass

from prometheus_client import CollectorRegistry

from agent.exposition.page import Writer, writer
from agent.exposition.registry import registry_page
from agent.exposition.stream import slices
from agent.store.content import Content
from agent.store.store import AGENT, Store

_LEVEL = 1
"""gzip level: 2 and more cost twice the time for a tenth of the size (measured on our pages)."""

_GZIP_WINDOW = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class _Cached:
    content: Content
    end_s: float | None
    octets: bytes

    def holds(self, content: Content, monotonic_s: float) -> bool:
        is_same = self.content is content
        return is_same and (self.end_s is None or monotonic_s < self.end_s)


class Exposition:
    """What Prometheus reads.

    Args:
        store: where the contents are; a reload may change its catalogue.
        registry: the agent's own metrics.
        executor: threads that compress; the loop never does.
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
        self._compressed: dict[str, _Cached] = {}

    async def target_page(self, target: str, monotonic_s: float, *, gzip: bool) -> bytes | None:
        """Write a target's page; None when there is no such target.

        The compressed page, which Prometheus asks for, is kept until the target's next observation
        or until one of its tables expires; the plain one, ten times as large, is written anew.
        """
        content = self._store.contents.get(target) if target != AGENT else None
        if content is None:
            self._compressed.pop(target, None)
            return None
        if not gzip:
            return self._current_writer().page(content, monotonic_s)
        cached = self._compressed.get(target)
        if cached is None or not cached.holds(content, monotonic_s):
            page = self._current_writer().page(content, monotonic_s)
            cached = _Cached(content, content.expires_s(monotonic_s), await self._gzip(page))
            self._compressed[target] = cached
        return cached.octets

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
        coder = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP_WINDOW) if gzip else None
        contents = list(self._store.contents.values())
        for written in slices(self._current_writer(), contents, monotonic_s):
            piece = written
            if coder is not None and written:
                piece = await self._in_thread(coder.compress, written)
            if piece:
                yield piece
            await asyncio.sleep(0)
        last = registry_page(self._registry)
        yield last if coder is None else coder.compress(last) + coder.flush()

    def adopt(self, *, timestamps: bool) -> None:
        """Go on with or without explicit timestamps (reload)."""
        self._timestamps = timestamps
        self._writer = writer(self._store.catalogue, timestamps=timestamps)
        self._compressed.clear()

    def forget(self) -> None:
        """Drop kept pages of targets that are gone, after a reload."""
        gone = self._compressed.keys() - self._store.contents.keys()
        for target in gone:
            del self._compressed[target]

    def _current_writer(self) -> Writer:
        if self._writer.catalogue is not self._store.catalogue:
            self._writer = writer(self._store.catalogue, timestamps=self._timestamps)
        return self._writer

    async def _gzip(self, page: bytes) -> bytes:
        return await self._in_thread(_compress, page)

    async def _in_thread(self, work: Callable[[bytes], bytes], octets: bytes) -> bytes:
        return await asyncio.get_running_loop().run_in_executor(self._executor, work, octets)


def _compress(page: bytes) -> bytes:
    return zlib.compress(page, _LEVEL, _GZIP_WINDOW)
