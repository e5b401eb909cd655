"""The web-config file as it is now: read again when it or a certificate changes, never half."""

import logging
import ssl
from collections.abc import Callable
from pathlib import Path

from agent.web.tls import CurrentContext, TlsConfig, expires_s, make_context
from agent.web.web_config import WebConfig, load_web_config
from inventory.located import Problems

_LOG = logging.getLogger(__name__)

_FileStamp = tuple[str, int, int, int]
_Stamp = tuple[_FileStamp, ...]


class ConfigFile:
    """Follows one file; what is wrong with a new state is told once and the old one stays.

    A certificate and its key are two files and cannot be replaced at once: between the two the
    pair does not fit, and connections go on with the former pair.
    """

    def __init__(self, path: Callable[[], Path | None], on_change: Callable[[], None]) -> None:
        """Keep where the path is found (a reload may change it) and whom to tell of a change."""
        self._path = path
        self._on_change = on_change
        self._read: Path | None = None
        self._stamp: _Stamp = ()
        self._config: WebConfig | None = None
        self._context: ssl.SSLContext | None = None
        self.healthy = True
        self.expires_s: float | None = None

    def load(self) -> WebConfig | None:
        """Read it for the first time, or strictly after a reload.

        Raises:
            Problems: everything that is wrong with it; nothing has changed then.
        """
        path = self._path()
        # files are stamped before they are read: a change in between is seen the next time
        own = _stamp(path) if path is not None else None
        config = None if path is None else load_web_config(path)
        tls = config.tls if config is not None else None
        stamp = _stamps(own, tls)
        context = make_context(tls) if tls is not None else None
        self.expires_s = expires_s(tls.certificate) if tls is not None else None
        self._config, self._read, self._stamp = config, path, stamp
        self._context = context or self._context  # a listener with TLS outlives its section
        self.healthy = True
        self._on_change()
        return config

    def current(self) -> WebConfig | None:
        """Return what the file says now, or said when it was last right."""
        path = self._path()
        if path != self._read or (path is not None and self._stamped(path) != self._stamp):
            self._try(path)
        return self._config

    def context(self) -> ssl.SSLContext:
        """Return the context for a new connection.

        Raises:
            ssl.SSLError: the file speaks of no TLS and never has.
        """
        self.current()
        if self._context is None:
            raise ssl.SSLError("no certificate")
        return self._context

    def following_context(self) -> ssl.SSLContext:
        """Return a context that makes each connection with `context()`."""
        return CurrentContext.following(self.context)

    def _try(self, path: Path | None) -> None:
        try:
            self.load()
        except (Problems, OSError) as problem:
            text = str(problem).replace("\n", "; ")
            _LOG.error("web_config is wrong, the former one stays: %s", text)
            self.healthy = False
            # the same state is not read again: this is asked for on every request
            self._read, self._stamp = path, self._stamped(path)

    def _stamped(self, path: Path | None) -> _Stamp:
        own = _stamp(path) if path is not None else None
        return _stamps(own, self._config.tls if self._config is not None else None)


def _stamps(own: _FileStamp | None, tls: TlsConfig | None) -> _Stamp:
    first = () if own is None else (own,)
    return (*first, *(_stamp(file) for file in (tls.files() if tls is not None else ())))


def _stamp(file: Path) -> _FileStamp:
    """Tell one state of a file from another: by name, inode, size and time of change."""
    try:
        status = file.stat()
    except OSError:
        return (str(file), 0, 0, 0)
    return (str(file), status.st_ino, status.st_size, status.st_mtime_ns)
