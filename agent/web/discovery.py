"""`/sd`: the targets' pages for Prometheus' http_sd (its docs/http_sd.md).

One group for each target, because each needs an `instance` of its own: with one shared instance
Prometheus would write a single `up` that flaps between all of them.
"""

import asyncio
import json
from dataclasses import dataclass

from aiohttp import web
from yarl import URL

from agent.web.views import Views

_SLICE = 500  # groups written between two turns of the loop: about 3 ms


@dataclass(frozen=True, slots=True)
class Base:
    """How the agent is reached: `http` or `https`, `host:port`, and a path without final slash."""

    scheme: str
    address: str
    path: str = ""


class Discovery:
    """Handler of `/sd`; the answer is kept for a generation and a base."""

    def __init__(self, views: Views) -> None:
        """Serve what `views` shows."""
        self._views = views
        self._key: tuple[int, Base] | None = None
        self._body = ""

    async def groups(self, request: web.Request) -> web.Response:
        """Serve `/sd`; Prometheus insists on exactly this content type."""
        base = base_of(request, self._views.external_url)
        key = (self._views.generation, base)
        if key != self._key:
            self._key, self._body = key, await self._written(base)
        return web.json_response(text=self._body)

    async def _written(self, base: Base) -> str:
        groups: list[str] = []
        for number, target in enumerate(self._views.target_ids(), 1):
            groups.append(_group(base, f"/metrics/target/{target}", target))
            if number % _SLICE == 0:
                await asyncio.sleep(0)
        groups.append(_group(base, "/metrics/agent", base.address))
        return f"[{','.join(groups)}]"


def base_of(request: web.Request, external_url: str | None) -> Base:
    """Return the base: external_url, else the address of ours that the client has reached.

    The Host header is not believed: it would let a client choose what Prometheus scrapes.
    """
    if external_url is not None:
        url = URL(external_url)
        host = f"[{url.host}]" if ":" in (url.host or "") else url.host
        return Base(url.scheme, f"{host}:{url.port}", url.path.rstrip("/"))
    name = request.transport.get_extra_info("sockname") if request.transport else None
    host, port = (str(name[0]), int(name[1])) if name else ("127.0.0.1", 0)
    if "." in host:
        host = host.removeprefix("::ffff:")
    return Base(request.scheme, f"[{host}]:{port}" if ":" in host else f"{host}:{port}")


def _group(base: Base, path: str, instance: str) -> str:
    """Write one group; the agent's own instance is its address, which no target's id can be."""
    labels = {
        "__scheme__": base.scheme,
        "__metrics_path__": base.path + path,
        "instance": instance,
    }
    return json.dumps({"targets": [base.address], "labels": labels}, separators=(",", ":"))
