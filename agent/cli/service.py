"""Asks the running service over HTTP, as any client of it would."""

import netrc
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp

from agent.cli.api import TargetJson
from agent.settings import Settings
from agent.web.web_config import load_web_config
from inventory.located import Problems

ASK_S = 5.0


class NoAnswer(Exception):
    """The service does not answer, or refuses; the text says where and why."""


@dataclass(frozen=True, slots=True)
class Service:
    """Where the service answers, and by whose certificates it is judged."""

    url: str
    ca: Path | None = None

    @classmethod
    def of(cls, settings: Settings, ca: Path | None = None) -> "Service":
        """Take the first address of `listen`, over TLS when its web_config says so.

        Whoever may not read web_config names the service by `--url`.
        """
        scheme = "http"
        if settings.web_config is not None:
            try:
                scheme = "https" if load_web_config(settings.web_config).tls else "http"
            except (Problems, OSError):
                scheme = "https"
        return cls(f"{scheme}://{settings.listen[0]}", ca)

    async def targets(self) -> Mapping[str, TargetJson]:
        """Ask for all targets, by id.

        Raises:
            NoAnswer: it does not answer, or not to us.
        """
        url = f"{self.url.rstrip('/')}/api/v1/targets"
        timeout = aiohttp.ClientTimeout(total=ASK_S)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, raise_for_status=True) as client,
                client.get(url, ssl=self._trust(), headers=_log_in(self.url)) as reply,
            ):
                body = await reply.json()
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            raise NoAnswer(f"{url}: {str(error) or type(error).__name__}") from error
        return {target["id"]: target for target in body["targets"]}

    def _trust(self) -> ssl.SSLContext | bool:
        return True if self.ca is None else ssl.create_default_context(cafile=str(self.ca))


def _log_in(url: str) -> Mapping[str, str]:
    """Take name and password from ~/.netrc, as `curl -n` does: no secret on a command line."""
    try:
        found = netrc.netrc().authenticators(urlsplit(url).hostname or "")
    except (OSError, netrc.NetrcParseError):
        return {}
    if not found or not found[2]:
        return {}
    return {"Authorization": aiohttp.encode_basic_auth(found[0], found[2])}
