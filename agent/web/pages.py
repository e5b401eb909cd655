"""The pages that Prometheus reads: everything, one target, the agent."""

import itertools
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing

from aiohttp import hdrs, web
from aiohttp.http import HttpVersion11

from agent.web.encoding import accepts_gzip
from agent.web.guard import guard_of
from agent.web.views import Views
from inventory.located import nearest
from texts import gettext as _

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""Whatever Accept says: the one format that all versions of Prometheus read."""

_TYPING_ERRORS = 2  # characters too many or too few
_COMPARED = 300
_LOG = logging.getLogger(__name__)


class Pages:
    """Handlers of `/metrics...`."""

    def __init__(self, views: Views) -> None:
        """Serve what `views` shows."""
        self._views = views

    async def everything(self, request: web.Request) -> web.StreamResponse:
        """Stream `/metrics`.

        The body has no length and no end until the last octet was made: a failure half-way resets
        the connection, so that half an exposition is never taken for a whole one.
        """
        gzip = _gzip(request)
        response = web.StreamResponse(headers=_headers(gzip=gzip))
        if request.method == hdrs.METH_HEAD:
            return response
        async with aclosing(self._views.stream(gzip=gzip)) as pieces:
            first = await anext(pieces, b"")  # a failure before it is an ordinary 500
            if request.version >= HttpVersion11:
                response.enable_chunked_encoding()
            await response.prepare(request)
            try:
                await _send(response, first, pieces)
            except Exception as error:
                _break_off(request, error)
                raise
        await response.write_eof()
        return response

    async def target(self, request: web.Request) -> web.Response:
        """Serve `/metrics/target/<id>`."""
        target, gzip = request.match_info["target"], _gzip(request)
        octets = await self._views.target_page(target, gzip=gzip)
        if octets is None:
            raise web.HTTPNotFound(text=self._no_such(target))
        return web.Response(body=octets, headers=_headers(gzip=gzip))

    async def agent(self, request: web.Request) -> web.Response:
        """Serve `/metrics/agent`."""
        gzip = _gzip(request)
        octets = await self._views.agent_page(gzip=gzip)
        return web.Response(body=octets, headers=_headers(gzip=gzip))

    def _no_such(self, target: str) -> str:
        text = _("There is no target {id}.").format(id=target)
        near = nearest(target, _alike(target, self._views.target_ids()))
        if near is not None:
            text += " " + _("Did you mean {id}?").format(id=near)
        return text + "\n"


async def _send(
    response: web.StreamResponse, first: bytes, pieces: AsyncGenerator[bytes, None]
) -> None:
    await response.write(first)
    async for piece in pieces:
        await response.write(piece)


def _alike(target: str, known: Sequence[str]) -> Sequence[str]:
    """Leave out what cannot be meant: comparing ten thousand ids in earnest takes 60 ms."""
    head, tail, length = target[:3], target[-3:], len(target)
    found = (
        one
        for one in known
        if abs(len(one) - length) <= _TYPING_ERRORS and (one[:3] == head or one[-3:] == tail)
    )
    return tuple(itertools.islice(found, _COMPARED))


def _break_off(request: web.Request, error: Exception) -> None:
    """Reset the connection of an answer that cannot be finished."""
    if not isinstance(error, ConnectionError):  # the client left: no fault of ours
        _LOG.error("an exposition broke off half-way", exc_info=error)
    guard = guard_of(request.transport)
    if guard is not None:
        guard.cut("broken")


def _gzip(request: web.Request) -> bool:
    return accepts_gzip(request.headers.getall(hdrs.ACCEPT_ENCODING, ()))


def _headers(*, gzip: bool) -> dict[str, str]:
    headers: dict[str, str] = {hdrs.CONTENT_TYPE: CONTENT_TYPE, hdrs.VARY: "Accept-Encoding"}
    if gzip:
        headers[hdrs.CONTENT_ENCODING] = "gzip"
    return headers
