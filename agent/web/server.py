"""The web server: listeners, TLS, and a close that really closes."""

import asyncio
import logging
import ssl
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from agent.settings import Address
from agent.web.access import Access
from agent.web.config_file import ConfigFile
from agent.web.door import Cut, Door, Patience
from agent.web.guard import Guard
from agent.web.headers import add_headers, name_ourselves
from agent.web.listening import BACKLOG, CannotListen, bound
from agent.web.passwords import Passwords
from agent.web.routes import application
from agent.web.tls import permits
from agent.web.views import Views
from texts import gettext as _

if TYPE_CHECKING:
    import socket

_LOG = logging.getLogger(__name__)
_HEADER_OCTETS = 8190
_CLOSING_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WebStatistics:
    """What the server has seen, for the agent's own metrics.

    Args:
        cuts: connections cut, by reason.
        logins_failed: names and passwords that were wrong.
        logins_throttled: those that were not even looked at.
        config_healthy: the web-config file is as it should be, or there is none.
        certificate_expires_s: Unix time at which our certificate ends; None without TLS.
    """

    requests: int = 0
    connections: int = 0
    cuts: Mapping[Cut, int]
    logins_failed: int = 0
    logins_throttled: int = 0
    config_healthy: bool = True
    certificate_expires_s: float | None = None


class WebServer:
    """Serves `views` on the addresses of `listen`.

        async with WebServer(views, settings.listen, clock=time.monotonic) as server:
            print(server.urls)

    Entering raises Problems (web_config is wrong) or CannotListen; leaving ends every connection.
    """

    def __init__(
        self,
        views: Views,
        listen: Sequence[Address],
        *,
        clock: Callable[[], float],
        patience: Patience | None = None,
    ) -> None:
        """Take the monotonic clock by which failed log-ins are limited."""
        self._views = views
        self._listen = listen
        self._patience = patience or Patience()
        self._passwords = Passwords(clock)
        self._file = ConfigFile(lambda: views.web_config, self._passwords.forget)
        self._door = Door(self._patience, self._permits, self._count_cut)
        self._cuts: Counter[Cut] = Counter()
        self._sockets: list[socket.socket] = []
        self._servers: list[asyncio.Server] = []
        self._serves_tls = False
        self._runner = web.AppRunner(
            self._application(),
            access_log=None,
            logger=_quiet_logger(),
            keepalive_timeout=self._patience.idle_s,
            lingering_time=self._patience.request_s,
            shutdown_timeout=_CLOSING_S,
            max_line_size=_HEADER_OCTETS,
            max_field_size=_HEADER_OCTETS,
        )

    async def __aenter__(self) -> Self:
        """Start listening."""
        await self.start()
        return self

    async def __aexit__(self, *_exception: object) -> None:
        """Close."""
        await self.close()

    @property
    def addresses(self) -> tuple[Address, ...]:
        """Where the server listens, with the ports that were taken for 0."""
        return tuple(Address(*one.getsockname()[:2]) for one in self._sockets)

    @property
    def urls(self) -> tuple[str, ...]:
        """The same as addresses for a browser."""
        scheme = "https" if self._serves_tls else "http"
        return tuple(f"{scheme}://{address}/" for address in self.addresses)

    def statistics(self) -> WebStatistics:
        """Describe the server's life so far."""
        handled = self._runner.server.requests_count if self._runner.server else 0
        return WebStatistics(
            requests=handled,
            connections=len(self._door.inside),
            cuts=MappingProxyType(dict(self._cuts)),
            logins_failed=self._passwords.failed,
            logins_throttled=self._passwords.throttled,
            config_healthy=self._file.healthy,
            certificate_expires_s=self._file.expires_s,
        )

    async def start(self) -> None:
        """Read web_config, bind and listen.

        Raises:
            Problems: web_config is wrong.
            CannotListen: an address is taken, not ours, or not permitted.
        """
        self._file.load()
        await self._runner.setup()
        try:
            self._sockets = bound(self._listen)
            await self._serve()
        except BaseException:
            await self.close()
            raise

    async def refresh(self) -> None:
        """Follow a reload at once: TLS may have been turned on or off.

        Connections stay, and new ones wait in the sockets' queues.

        Raises:
            Problems: web_config is wrong; the former state goes on.
        """
        self._file.load()
        if self._tls_is_on() != self._serves_tls:
            await self._stop_accepting()
            await self._serve()

    async def close(self) -> None:
        """Stop listening, let answers under way end for a few seconds, and end the rest."""
        await self._stop_accepting()
        for one in self._sockets:
            one.close()
        await self._runner.cleanup()
        for guard in tuple(self._door.inside):
            guard.abandon()
        self._passwords.close()

    async def _serve(self) -> None:
        """Accept on copies of the bound sockets, which stay open while accepting is renewed."""
        loop = asyncio.get_running_loop()
        self._serves_tls = self._tls_is_on()
        tls = self._file.following_context() if self._serves_tls else None
        handshake_s = self._patience.request_s if tls is not None else None
        for one in self._sockets:
            server = await loop.create_server(
                self._guarded,
                sock=one.dup(),
                ssl=tls,
                ssl_handshake_timeout=handshake_s,
                backlog=BACKLOG,
            )
            self._servers.append(server)

    async def _stop_accepting(self) -> None:
        servers, self._servers = self._servers, []
        for server in servers:
            server.close()
        await asyncio.sleep(0)  # what was accepted in this turn of the loop gets its guard

    def _guarded(self) -> Guard:
        server = self._runner.server
        if server is None:
            raise CannotListen(_("the server is closed"))
        return Guard(server(), self._door)

    def _application(self) -> web.Application:
        access = Access(self._file.current, self._passwords, lambda: self._views.users)
        made = application(self._views, access)
        name_ourselves()
        made.on_response_prepare.append(add_headers(self._file.current))
        return made

    def _tls_is_on(self) -> bool:
        config = self._file.current()
        return config is not None and config.tls is not None

    def _permits(self, certificate: Mapping[str, object] | None) -> bool:
        config = self._file.current()
        names = config.tls.client_names if config is not None and config.tls is not None else ()
        return permits(certificate, names)

    def _count_cut(self, peer: str, why: Cut) -> None:
        self._cuts[why] += 1
        _LOG.debug("connection of %s cut: %s", peer, why)


def _quiet_logger() -> logging.Logger:
    """Return aiohttp's logger without what strangers make it say: a trace for each broken request.

    Such a trace holds octets of theirs, and a port scan would fill the journal.
    """
    logger = logging.getLogger("agent.web.protocol")
    logger.addFilter(_is_ours)
    return logger


def _is_ours(record: logging.LogRecord) -> bool:
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, HttpProcessingError | ssl.SSLError | ConnectionError)
