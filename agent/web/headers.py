"""Headers that every answer carries, so that a browser does nothing we did not mean."""

import base64
import hashlib
import re
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web, web_response

from agent.web.web_config import WebConfig

_ALWAYS = {
    "Server": "egov-agent",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
_BLOCK = re.compile(r"<(style|script)>(.*?)</\1>", re.DOTALL)


def page_policy(template: str) -> str:
    """Return the Content-Security-Policy of a page: only what its template says may run.

    The template is hashed and not the page made of it: a block that found its way into the page
    by a device's text would be blessed otherwise.
    """
    hashes: dict[str, list[str]] = {"style": [], "script": []}
    for kind, block in _BLOCK.findall(template):
        digest = base64.b64encode(hashlib.sha256(block.encode()).digest()).decode()
        hashes[kind].append(f"'sha256-{digest}'")
    style, script = (" ".join(found) or "'none'" for found in hashes.values())
    return (
        f"default-src 'none'; style-src {style}; script-src {script}; img-src data:;"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def name_ourselves() -> None:
    """Say our name where aiohttp says its own and Python's, with their versions.

    It answers 400 to what is no request before there is a request, so no signal handler completes
    that answer, and it offers no setting.
    """
    vars(web_response)["SERVER_SOFTWARE"] = _ALWAYS["Server"]


def add_headers(
    config: Callable[[], WebConfig | None],
) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Make the signal handler that completes an answer's headers; those of web_config win."""

    async def complete(request: web.Request, response: web.StreamResponse) -> None:
        del request
        written: Mapping[str, str] = now.headers if (now := config()) is not None else {}
        for name, value in _ALWAYS.items():
            response.headers.setdefault(name, value)
        response.headers["Server"] = _ALWAYS["Server"]
        response.headers.update(written)

    return complete
