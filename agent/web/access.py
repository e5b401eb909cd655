"""Who a client is and what it may do."""

import base64
import binascii
import ipaddress
import logging
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from aiohttp import web

from agent.web.guard import peer_of
from agent.web.passwords import Passwords, Throttled
from agent.web.web_config import WebConfig
from texts import gettext as _

_LOG = logging.getLogger(__name__)
_FORWARDED = ("Forwarded", "Via", "X-Forwarded-For", "X-Real-IP")


class Role(StrEnum):
    """What a person may do; the names are those of `users` in agent.yaml."""

    VIEWER = "viewer"
    OPERATOR = "operator"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True)
class Client:
    """Whom a request comes from; `name` is "" without basic auth.

    `local` is a process of this machine that spoke to us directly, without web_config.
    """

    peer: str
    name: str = ""
    role: Role = Role.VIEWER
    local: bool = False


CLIENT = web.RequestKey("CLIENT", Client)


class Access:
    """Judges requests by the web-config file as it is now; without one everybody is a viewer."""

    def __init__(
        self,
        config: Callable[[], WebConfig | None],
        passwords: Passwords,
        roles: Callable[[], Mapping[str, str]],
    ) -> None:
        """Keep where the file, the passwords and the roles by name are found."""
        self._config = config
        self._passwords = passwords
        self._roles = roles

    async def client(self, request: web.BaseRequest) -> Client:
        """Return who asks.

        Raises:
            web.HTTPUnauthorized: no password or a wrong one.
            web.HTTPTooManyRequests: too many wrong ones.
        """
        peer, config = peer_of(request.transport), self._config()
        if config is None:
            return Client(peer, local=_is_local(peer, request))
        if not config.users:
            return Client(peer)
        name, password = _credentials(request)
        verdict = await self._passwords.verify(config.users, peer, name, password)
        if isinstance(verdict, Throttled):
            retry = {"Retry-After": str(math.ceil(verdict.wait_s))}
            raise web.HTTPTooManyRequests(headers=retry, text=_("Too many attempts.") + "\n")
        if not verdict:
            _LOG.warning("log-in failed from %s as %s", peer, ascii(name[:64]))
            raise _unauthorized()
        return Client(peer, name, Role(self._roles().get(name, Role.VIEWER)))


def may_reload(client: Client) -> bool:
    """Say whether a client may have the configuration read again."""
    return client.local or client.role is Role.ADMINISTRATOR


def _credentials(request: web.BaseRequest) -> tuple[str, str]:
    """Read the Authorization header (RFC 7617)."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "basic":
        raise _unauthorized()
    try:
        text = base64.b64decode(token.strip(), validate=True).decode()
    except (binascii.Error, ValueError):
        raise _unauthorized() from None
    name, colon, password = text.partition(":")
    if not colon:
        raise _unauthorized()
    return name, password


def _unauthorized() -> web.HTTPUnauthorized:
    challenge = {"WWW-Authenticate": 'Basic realm="egov-agent", charset="UTF-8"'}
    return web.HTTPUnauthorized(headers=challenge, text=_("Name and password, please.") + "\n")


def _is_local(peer: str, request: web.BaseRequest) -> bool:
    """Say whether a process of this machine asks for itself and not for somebody far away."""
    try:
        loopback = ipaddress.ip_address(peer).is_loopback
    except ValueError:
        return False
    return loopback and not any(name in request.headers for name in _FORWARDED)
