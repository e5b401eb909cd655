"""Which path is answered by whom, and what surrounds every answer."""

import logging

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware
from yarl import URL

from agent.web.access import CLIENT, Access
from agent.web.api import Api
from agent.web.discovery import Discovery
from agent.web.guard import guard_of
from agent.web.operation import Operation
from agent.web.pages import Pages
from agent.web.status import Status, language_of
from agent.web.topology import TopologyApi
from agent.web.views import Views
from texts import gettext as _
from texts import speaking

_LOG = logging.getLogger(__name__)
_ID = "{target:[A-Za-z0-9._-]{1,63}}"
_LARGEST_BODY = 4096  # nothing is posted but a reload, whose body is not read


def application(views: Views, access: Access) -> web.Application:
    """Return the application that serves `views` to whom `access` lets in."""
    made = web.Application(middlewares=[_boundary(views, access)], client_max_size=_LARGEST_BODY)
    prefix = URL(views.external_url).raw_path.rstrip("/") if views.external_url else ""
    operation = Operation(views)  # one, so that reloads exclude each other on whichever path
    routes = _routes(views, operation)
    # below the path of external_url too: some proxies take it away, others do not
    for start in dict.fromkeys(("", prefix)):
        for path, handler in routes.items():
            made.router.add_get(start + path, handler)
        made.router.add_post(start + "/-/reload", operation.reload)
    return made


def _routes(views: Views, operation: Operation) -> dict[str, Handler]:
    pages = Pages(views)
    return {
        "/": Status(views).page,
        "/metrics": pages.everything,
        "/metrics/agent": pages.agent,
        f"/metrics/target/{_ID}": pages.target,
        "/sd": Discovery(views).groups,
        "/api/v1/targets": Api(views).targets,
        "/api/v1/topology": TopologyApi(views).topology,
        "/-/healthy": operation.healthy,
        "/-/ready": operation.ready,
    }


def _boundary(views: Views, access: Access) -> Middleware:
    """Know who asks, answer errors in plain words, and keep the guard's clocks."""

    @web.middleware
    async def boundary(request: web.Request, handler: Handler) -> web.StreamResponse:
        guard = guard_of(request.transport)
        if guard is not None:
            guard.begin()
        try:
            with speaking(language_of(request, views.language)):
                return await _answer(request, handler, access)
        finally:
            if guard is not None:
                guard.end()

    return boundary


async def _answer(request: web.Request, handler: Handler, access: Access) -> web.StreamResponse:
    try:
        _refuse_body(request)
        request[CLIENT] = await access.client(request)
        return await _handler_of(request, handler)(request)
    except web.HTTPException as refusal:
        return _plain(refusal)
    except ConnectionError:
        raise
    except Exception as error:  # noqa: BLE001  # the boundary of a request
        return _failed(request, error)


def _refuse_body(request: web.Request) -> None:
    """Refuse a body that nobody asked for before reading any of it."""
    octets = request.content_length
    if request.body_exists and (octets is None or octets > _LARGEST_BODY):
        raise web.HTTPRequestEntityTooLarge(_LARGEST_BODY, octets or 0)


def _handler_of(request: web.Request, handler: Handler) -> Handler:
    """Refuse a path with escapes: none of ours needs any, only tricks do."""
    if "%" in request.raw_path.partition("?")[0]:
        raise web.HTTPNotFound
    return handler


def _failed(request: web.Request, error: Exception) -> web.Response:
    """Answer for a handler that failed: one request must not take the service with it."""
    _LOG.error("a request for %s failed", ascii(request.path[:100]), exc_info=error)
    if request.writer.output_size:
        raise ConnectionResetError from None
    return _plain(web.HTTPInternalServerError(text=_("Something failed here.") + "\n"))


def _plain(refusal: web.HTTPException) -> web.Response:
    headers = {
        name: value for name, value in refusal.headers.items() if name.lower() != "content-type"
    }
    default = f"{refusal.status}: {refusal.reason}"
    text = f"{refusal.reason}\n" if refusal.text in (None, default) else refusal.text
    response = web.Response(status=refusal.status, text=text, headers=headers)
    if isinstance(refusal, web.HTTPRequestEntityTooLarge):
        response.force_close()  # the body would be read and thrown away otherwise
    return response
