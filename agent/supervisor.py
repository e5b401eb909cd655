"""Tells systemd how the service is: READY, RELOADING, STOPPING, WATCHDOG (sd_notify(3)).

The protocol is one datagram of text to a socket that the environment names; without it nothing is
said, so the service runs the same in a terminal.
"""

import logging
import socket
from collections.abc import Mapping

logger = logging.getLogger(__name__)

MICROSECONDS = 1_000_000


class Supervisor:
    """The service manager's side of the conversation; it never answers."""

    def __init__(self, environ: Mapping[str, str], pid: int) -> None:
        """Look for the socket and the watchdog's period in the environment."""
        name = environ.get("NOTIFY_SOCKET", "")
        # A name that begins with @ is abstract: no file, and a NUL octet instead of the @.
        self._address = f"\0{name[1:]}" if name.startswith("@") else name
        self.ends = False
        self.watchdog_s = _watchdog_s(environ, pid) if name else None

    def ready(self, status: str) -> None:
        """Say that the configuration is loaded and sockets are open."""
        self._say(f"READY=1\nSTATUS={status}")

    def reloading(self, monotonic_s: float) -> None:
        """Say that a reload began; `ready` ends it (Type=notify-reload needs the time)."""
        self._say(f"RELOADING=1\nMONOTONIC_USEC={int(monotonic_s * MICROSECONDS)}")

    def stopping(self) -> None:
        """Say that the service ends in order."""
        self.ends = True
        self._say("STOPPING=1")

    def alive(self) -> None:
        """Feed the watchdog; asked from the event loop, so a blocked loop starves it."""
        self._say("WATCHDOG=1")

    def _say(self, text: str) -> None:
        if not self._address:
            return
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as door:
                door.setblocking(False)
                door.sendto(text.encode(), self._address)
        except OSError as error:
            logger.warning("the service manager cannot be told: %s", error)


def _watchdog_s(environ: Mapping[str, str], pid: int) -> float | None:
    """Return how often to feed the watchdog: twice in the time that it allows."""
    if environ.get("WATCHDOG_PID", str(pid)) != str(pid):
        return None
    try:
        allowed_us = int(environ.get("WATCHDOG_USEC", "0"))
    except ValueError:
        return None
    return allowed_us / MICROSECONDS / 2 if allowed_us > 0 else None
