"""Health, readiness and reload: what a supervisor and an administrator ask."""

import asyncio
import logging

from aiohttp import web

from agent.web.access import CLIENT, may_reload
from agent.web.views import ReloadResult, Views
from texts import gettext as _

_LOG = logging.getLogger(__name__)


class Operation:
    """Handlers of `/-/...`."""

    def __init__(self, views: Views) -> None:
        """Serve what `views` shows."""
        self._views = views
        self._reloading = asyncio.Lock()

    async def healthy(self, request: web.Request) -> web.Response:
        """Answer as long as the loop runs."""
        del request
        return _text("healthy\n")

    async def ready(self, request: web.Request) -> web.Response:
        """Answer 200 when configuration, sockets and ledger are open; visits are not waited for."""
        del request
        readiness = self._views.ready()
        if readiness.ready:
            return _text("ready\n")
        return _text("".join(f"{reason}\n" for reason in ("not ready", *readiness.reasons)), 503)

    async def reload(self, request: web.Request) -> web.Response:
        """Read the configuration again: 200; or 422 with every problem, and the old one goes on."""
        client = request[CLIENT]
        if not may_reload(client):
            raise web.HTTPForbidden(text=_("Only an administrator may reload.") + "\n")
        if "Origin" in request.headers or request.query_string:
            # a page of some other site, opened beside this one, must not reload us
            raise web.HTTPForbidden(text=_("Not from a web page.") + "\n")
        if self._reloading.locked():
            raise web.HTTPConflict(text=_("A reload is running.") + "\n")
        async with self._reloading:
            result = await self._views.reload()
        _LOG.info(
            "reload asked for by %s from %s: %s",
            ascii(client.name or "anybody"), client.peer, "done" if result.ok else "refused",
        )  # fmt: skip
        return _text(_report(result), 200 if result.ok else 422)


def _report(result: ReloadResult) -> str:
    if not result.ok:
        text = _("Refused; generation {generation} goes on:").format(generation=result.generation)
        return "".join(f"{line}\n" for line in (text, *result.problems))
    text = _("Generation {generation}: {added} added, {changed} changed, {removed} removed.")
    return text.format(
        generation=result.generation,
        added=result.added,
        changed=result.changed,
        removed=result.removed,
    ) + "\n"  # fmt: skip


def _text(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, status=status)
