"""The status page: what works and what does not, for a person, a telephone and a wall."""

import asyncio
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

from aiohttp import hdrs, web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from agent.web.access import CLIENT
from agent.web.headers import page_policy
from agent.web.ipv6 import chosen
from agent.web.reading import Filter, find, span, subtree, tree
from agent.web.views import TargetState, Views
from texts import Language, clauses, gettext, listed, ngettext, speaking

_TEMPLATES = Path(__file__).parent / "templates"
_REFRESH = {"15": 15, "30": 30, "60": 60}
_LONGEST_FILTER = 100
_SLICE = 200  # pieces of a page rendered between two turns of the loop: a few milliseconds


class Status:
    """Handler of `/`."""

    def __init__(self, views: Views) -> None:
        """Serve what `views` shows; the template is compiled once."""
        self._views = views
        environment = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            extensions=["jinja2.ext.i18n"],
            trim_blocks=True,
            lstrip_blocks=True,
        )
        install = getattr(environment, "install_gettext_callables")  # noqa: B009  # put there by the extension
        install(gettext, ngettext, newstyle=True)
        environment.filters.update(span=span, listed=listed, clauses=clauses)
        self._template = environment.get_template("status.html")
        self._policy = page_policy((_TEMPLATES / "status.html").read_text())

    async def page(self, request: web.Request) -> web.Response:
        """Serve the page in the reader's language, filtered as the query says."""
        query = request.query
        wanted = Filter(
            text=query.get("q", "").strip()[:_LONGEST_FILTER],
            state=_state(query.get("state", "")),
            site=query.get("site", ""),
            page=_number(query.get("page", "")),
        )
        sites = self._views.sites()
        listing = await find(self._views, sites, wanted)
        lines = tree(sites)
        inside = subtree(sites, wanted.site) if wanted.site else None
        language = language_of(request, self._views.language)
        with speaking(language):
            pieces = self._template.generate(
                views=self._views,
                readiness=self._views.ready(),
                lines=lines,
                listing=listing,
                ipv6=chosen(self._views, lines, inside),
                wanted=wanted,
                client=request[CLIENT],
                language=language,
                site_names={site.id: site.name for site in sites},
                refresh=_REFRESH.get(query.get("refresh", ""), 0),
            )
            html = await _gathered(pieces)
        headers = {
            "Content-Security-Policy": self._policy,
            hdrs.VARY: "Accept-Language",
        }
        return web.Response(text=html, content_type="text/html", headers=headers)


async def _gathered(pieces: Iterator[str]) -> str:
    """Render a slice at a time: a large page takes 60 ms, and the loop has 20."""
    written: list[str] = []
    for number, piece in enumerate(pieces):
        written.append(piece)
        if number % _SLICE == 0:
            await asyncio.sleep(0)
    return "".join(written)


def language_of(request: web.BaseRequest, default: Language) -> Language:
    """Return the language a reader wants: `?lang=`, else Accept-Language, else the service's."""
    asked = request.query.get("lang", "")
    if asked in ("zh", "en"):
        return cast("Language", asked)
    fields = request.headers.getall(hdrs.ACCEPT_LANGUAGE, ())
    return preferred(",".join(fields)) or default


def preferred(field: str) -> Language | None:
    """Return the best language of ours in an Accept-Language field (RFC 9110 section 12.5.4)."""
    best: tuple[float, Language] | None = None
    for language, weight in _ranges(field):
        if weight > 0 and (best is None or weight > best[0]):
            best = (weight, language)
    return best[1] if best is not None else None


def _ranges(field: str) -> Iterable[tuple[Language, float]]:
    for item in field.split(","):
        tag, _semicolon, parameter = item.strip().lower().partition(";")
        language = tag.strip().partition("-")[0]
        weight = re.fullmatch(r"\s*q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*", parameter)
        if language in ("zh", "en"):
            value = 1.0 if not parameter else float(weight[1]) if weight else 0.0
            yield cast("Language", language), value


def _state(text: str) -> TargetState | None:
    return TargetState(text) if text in set(TargetState) else None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else 1  # noqa: PLR2004  # a million pages are enough
