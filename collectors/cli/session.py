"""One log-in on one device, by netmiko over paramiko; the only module that imports netmiko.

Everything here blocks and runs in a thread of `threads`. The host key is judged before anything
secret is sent. Library errors are told in our words; `close` and `abort` may be called from any
thread, `abort` at any moment: it closes the socket, which ends whatever waits on it.
"""

import contextlib
import io
import logging
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import paramiko
from netmiko import BaseConnection
from netmiko import log as netmiko_log
from netmiko.exceptions import NetmikoAuthenticationException, NetmikoTimeoutException
from typing_extensions import override

from collectors.cli.legacy import PinnedTransport, prefer, transport_class, weak_ones
from collectors.cli.login import Login, Place
from collectors.cli.refusal import KeyDenied, NotAccepted
from collectors.cli.shell import Patience, Shell
from collectors.errors import BadAnswer, CollectError, Denied, Detail, TimedOut, Unreachable
from protocols.ssh.host_key import BadHostKey, HostKey
from protocols.ssh.known_hosts import KnownHosts, KnownHostsError, Verdict

WIDTH = 511
HEIGHT = 1000
"""Of the terminal: Comware wraps at its width and cannot be told another one later."""

CONNECT_S = 10.0
LOGIN_S = 30.0
"""An AAA server that is slow takes 15 s."""

_FAREWELL_S = 2.0

_BOTH = 2
"""Clients of a session through a jump host."""


class KeyRefused(Exception):
    """The server's key is not the pinned one; nothing was sent after it was seen."""

    def __init__(self, verdict: Verdict, host: str, fingerprint: str) -> None:
        """Keep what the reader needs to decide."""
        super().__init__(f"{verdict} host key of {host}: {fingerprint}")
        self.verdict = verdict
        self.fingerprint = fingerprint


class _Client(paramiko.SSHClient):
    """An SSHClient that offers what the credential allows and asks for the pinned type of key."""

    def __init__(
        self, legacy: bool, pinned: tuple[str, ...], before_secret: Callable[[], None]
    ) -> None:
        super().__init__()
        self._before_secret = before_secret
        self._transport_type = transport_class(legacy=legacy)
        self._pinned = pinned
        self._last: PinnedTransport | None = None

    @override
    def connect(self, *args: object, **options: object) -> None:
        super().connect(*args, **options, transport_factory=self._made)

    def _made(self, sock: socket.socket, **options: object) -> PinnedTransport:
        transport = self._transport_type(sock, **options)
        prefer(transport, self._pinned)
        transport.before_secret = self._before_secret
        self._last = transport
        return transport

    @property
    def unsettled(self) -> bool:
        """Say whether a secret was sent that the server did not accept, or not yet."""
        return self._last is not None and self._last.asked and not self._last.accepted

    @property
    def expired(self) -> bool:
        """Say whether the server wants another password first."""
        return self._last is not None and self._last.expired


class _Pinned(paramiko.MissingHostKeyPolicy):
    """Asks our own file, for every key."""

    def __init__(self, known_hosts: KnownHosts, host: str, port: int) -> None:
        self._known_hosts, self._host, self._port = known_hosts, host, port

    @override
    def missing_host_key(
        self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey
    ) -> None:
        found = HostKey.of_blob(key.asbytes())
        verdict = self._known_hosts.verdict(self._host, self._port, found)
        if verdict is not Verdict.TRUSTED:
            raise KeyRefused(verdict, self._host, found.fingerprint)


class _Connection(BaseConnection):
    """netmiko's connection with our client; its own reading and guessing is not used."""

    def __init__(self, client: paramiko.SSHClient, **options: object) -> None:
        self._client = client
        super().__init__(auto_connect=False, **options)  # type: ignore[arg-type]  # keywords by name

    @override
    def _build_ssh_client(self) -> paramiko.SSHClient:
        return self._client


@dataclass(slots=True)
class _ChannelWire:
    """A shell's channel as `shell.Wire`."""

    channel: paramiko.Channel
    target: str

    def receive(self, wait_s: float) -> bytes | None:
        """Wait for octets."""
        self.channel.settimeout(max(wait_s, 0.001))
        try:
            return bytes(self.channel.recv(65536))
        except TimeoutError:
            return None
        except (OSError, EOFError, paramiko.SSHException):
            return b""

    def send(self, octets: bytes) -> None:
        """Hand over all of it."""
        self.channel.settimeout(CONNECT_S)
        try:
            self.channel.sendall(octets)
        except (OSError, EOFError, paramiko.SSHException) as error:
            text = "the connection ended while a command was sent"
            raise Unreachable(self.target, text, Detail.RESET) from error


class Session:
    """A shell on a device, open from `connect` to `close`."""

    def __init__(
        self,
        target: str,
        login: Login,
        known_hosts: KnownHosts,
        patience: Patience,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Connect to nothing yet."""
        self.weak: tuple[str, ...] = ()
        self.shell: Shell | None = None
        self._target = target
        self._login = login
        self._known_hosts = known_hosts
        self._patience = patience
        self._monotonic = monotonic
        self._sockets: list[socket.socket] = []
        self._clients: list[_Client] = []
        self._aborted = False
        self._before_secret: Callable[[], None] = lambda: None
        _quieten()

    @property
    def alive(self) -> bool:
        """Say whether the connection stands, as far as is known without asking."""
        transport = self._clients[-1].get_transport() if self._clients else None
        return self.shell is not None and transport is not None and bool(transport.is_active())

    @property
    def unsettled(self) -> bool:
        """Say whether a secret was sent and no verdict came: it may have been a wrong one."""
        return any(one.unsettled for one in self._clients)

    @property
    def at_jump(self) -> bool:
        """Say whether the log-in is, or ended, at the jump host."""
        return self._login.jump is not None and len(self._clients) < _BOTH

    def connect(
        self, place: Place, deadline_s: float, before_secret: Callable[[], None] = lambda: None
    ) -> Shell:
        """Log in and get to the prompt.

        Args:
            before_secret: called before each secret is sent, while `at_jump` says whereto; what
                it raises ends the log-in.

        Raises:
            NotAccepted, KeyDenied: and nothing else counts against the credential or the device.
            CollectError: everything else that can happen.
        """
        self._before_secret = before_secret
        try:
            wire = self._logged_in(place, deadline_s)
        except BaseException:
            self.abort()
            raise
        shell = Shell(self._target, wire, self._monotonic, self._patience)
        self.shell = shell
        return shell

    def close(self, farewell: str) -> None:
        """Log out, so that the device frees the line at once, and close."""
        try:
            if self.alive and self.shell is not None and not self._aborted:
                self.shell.farewell(farewell)
                until_s = self._monotonic() + _FAREWELL_S
                wire = self.shell.wire
                while self._monotonic() < until_s and wire.receive(_FAREWELL_S) not in (b"", None):
                    continue
        except CollectError:
            pass  # it is gone already
        finally:
            self.abort()

    def abort(self) -> None:
        """Close at once; whoever waits for the device gets the end of the stream."""
        self._aborted = True
        for one in self._sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for client in self._clients:
            client.close()
        for one in self._sockets:
            one.close()

    # --- the log-in

    def _logged_in(self, place: Place, deadline_s: float) -> _ChannelWire:
        sock = self._through_jump(place, deadline_s) if self._login.jump else None
        sock = sock or self._connected(place.numeric, place.port, deadline_s)
        pinned = self._pins(place.host, place.port)
        client = _Client(self._login.legacy, pinned, self._before_secret)
        client.set_missing_host_key_policy(_Pinned(self._known_hosts, place.host, place.port))
        self._clients.append(client)
        connection = _Connection(
            client,
            host=place.host,
            port=place.port,
            username=self._login.user,
            sock=sock,
            **self._secrets(),
            **self._timeouts(deadline_s),
        )
        _forget_secrets()
        with self._told(place.host):
            connection.establish_connection(width=WIDTH, height=HEIGHT)
        self.weak = weak_ones(client.get_transport())
        return _ChannelWire(connection.remote_conn, self._target)

    def _connected(self, numeric: str, port: int, deadline_s: float) -> socket.socket:
        wait_s = max(0.1, min(CONNECT_S, deadline_s - self._monotonic()))
        try:
            sock = socket.create_connection((numeric, port), timeout=wait_s)
        except ConnectionRefusedError as error:
            text = f"{numeric} port {port}: connection refused"
            raise Unreachable(self._target, text, Detail.CLOSED_PORT) from error
        except TimeoutError as error:
            text = f"{numeric} port {port}: no connection within {wait_s:.0f} s"
            raise TimedOut(self._target, text, Detail.NO_ANSWER) from error
        except ConnectionResetError as error:
            text = f"{numeric} port {port}: reset"
            raise Unreachable(self._target, text, Detail.RESET) from error
        except OSError as error:
            text = f"{numeric} port {port}: {error.strerror or error}"
            raise Unreachable(self._target, text, Detail.NO_ROUTE) from error
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self._sockets.append(sock)
        if self._aborted:  # while it connected, and so without this socket
            sock.close()
            raise Unreachable(self._target, "the log-in was given up", Detail.RESET)
        return sock

    def _through_jump(self, place: Place, deadline_s: float) -> paramiko.Channel:
        jump = self._login.jump
        if jump is None:
            raise AssertionError("called with one")
        pinned = self._pins(jump.host, jump.port)
        client = _Client(self._login.legacy, pinned, self._before_secret)
        client.set_missing_host_key_policy(_Pinned(self._known_hosts, jump.host, jump.port))
        self._clients.append(client)
        timeouts = self._timeouts(deadline_s)
        secrets = self._secrets()
        with self._told(f"{jump.host} (jump host)"):
            client.connect(
                hostname=jump.host,
                port=jump.port,
                username=jump.user or self._login.user,
                password=secrets["password"],
                pkey=secrets["pkey"],
                sock=self._connected(jump.host, jump.port, deadline_s),
                timeout=timeouts["conn_timeout"],
                auth_timeout=timeouts["auth_timeout"],
                banner_timeout=timeouts["banner_timeout"],
                allow_agent=False,
                look_for_keys=False,
            )
            transport = client.get_transport()
            return transport.open_channel(
                "direct-tcpip", (place.host, place.port), ("127.0.0.1", 0), timeout=CONNECT_S
            )

    def _pins(self, host: str, port: int) -> tuple[str, ...]:
        try:
            return self._known_hosts.algorithms(host, port)
        except KnownHostsError as error:
            raise KeyDenied(self._target, str(error), Detail.UNKNOWN_HOST_KEY) from error

    def _timeouts(self, deadline_s: float) -> dict[str, float]:
        left_s = max(0.5, deadline_s - self._monotonic())
        return {
            "conn_timeout": min(CONNECT_S, left_s),
            "banner_timeout": min(LOGIN_S, left_s),
            "auth_timeout": min(LOGIN_S, left_s),
        }

    def _secrets(self) -> dict[str, object]:
        login = self._login
        password = login.password.reveal() if login.password else None
        key = self._private_key(login.key.reveal()) if login.key else None
        return {"password": password, "pkey": key, "use_keys": False, "allow_agent": False}

    def _private_key(self, text: str) -> paramiko.PKey:
        for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
            with contextlib.suppress(paramiko.SSHException, ValueError, IndexError):
                return kind.from_private_key(io.StringIO(text))
        name = self._login.credential
        text = f"credential {name}: not a private key that can be used (ed25519, ECDSA, RSA)"
        raise Denied(self._target, text, Detail.WRONG_LOGIN)

    # --- its errors

    @contextlib.contextmanager
    def _told(self, host: str) -> Iterator[None]:
        """Tell the libraries' errors as ours."""
        try:
            yield
        except KeyRefused as error:
            raise self._key_denied(error, host) from error
        except (BadHostKey, KnownHostsError) as error:
            raise KeyDenied(self._target, str(error), Detail.UNKNOWN_HOST_KEY) from error
        except (NetmikoAuthenticationException, NetmikoTimeoutException) as error:
            raise self._translated(error.__context__ or error, host) from error
        except (paramiko.SSHException, OSError, EOFError) as error:
            raise self._translated(error, host) from error

    def _key_denied(self, error: KeyRefused, host: str) -> KeyDenied:
        if error.verdict is Verdict.UNKNOWN:
            text = (
                f"{host}: its key {error.fingerprint} is not trusted; no password was sent; "
                f"compare it with the device's own, then: egov-agent trust {self._target}"
            )
            return KeyDenied(self._target, text, Detail.UNKNOWN_HOST_KEY)
        text = (
            f"{host}: its key {error.fingerprint} is {error.verdict}; no password was sent; "
            f"find out why, then: egov-agent trust {self._target}"
        )
        return KeyDenied(self._target, text, Detail.HOST_KEY)

    def _translated(  # noqa: PLR0911  a line for each way to fail
        self, error: BaseException, host: str
    ) -> CollectError:
        said = str(error) or type(error).__name__
        match error:
            case paramiko.SSHException() if self._clients[-1].expired:
                text = f"{host}: the password of credential {self._login.credential} has expired"
                return Denied(self._target, text, Detail.PASSWORD_EXPIRED)
            case paramiko.BadAuthenticationType():
                text = f"{host}: no way to log in with credential {self._login.credential}; "
                text += f"it offers {', '.join(error.allowed_types) or 'none'}"
                return NotAccepted(self._target, text, Detail.WRONG_LOGIN)
            case paramiko.AuthenticationException() if "timeout" in said.lower():
                return TimedOut(
                    self._target, f"{host}: the log-in was not answered", Detail.NO_ANSWER
                )
            case paramiko.AuthenticationException():
                text = f"{host}: refuses credential {self._login.credential}"
                return NotAccepted(self._target, text, Detail.WRONG_LOGIN)
            case paramiko.ssh_exception.IncompatiblePeer():
                text = f"{host}: {said}; `legacy: true` in credential {self._login.credential} "
                text += "allows weak algorithms, for devices that have no others"
                return Denied(self._target, text, Detail.LEGACY_ALGORITHMS)
            case paramiko.ChannelException():
                return Denied(self._target, f"{host}: {said}", Detail.SESSION_LIMIT)
            case TimeoutError():
                return TimedOut(self._target, f"{host}: no answer in time", Detail.NO_ANSWER)
            case EOFError() | ConnectionError():
                return Unreachable(self._target, f"{host}: {said}", Detail.RESET)
            case paramiko.SSHException():
                return self._of_text(said, host)
            case _:
                return Unreachable(self._target, f"{host}: {said}", Detail.NO_ROUTE)

    def _of_text(self, said: str, host: str) -> CollectError:
        small = said.lower()
        text = f"{host}: {said}"
        if "timeout" in small or "timed out" in small or "no existing session" in small:
            return TimedOut(self._target, text, Detail.NO_ANSWER)
        if "banner" in small or "eof" in small or "closed" in small or "reset" in small:
            return Unreachable(self._target, text, Detail.RESET)
        if "signature verification" in small:
            return KeyDenied(self._target, text, Detail.HOST_KEY)
        return BadAnswer(self._target, text, Detail.MALFORMED)


def _forget_secrets() -> None:
    """Take the filter away that each connection hangs into netmiko's log, password and all.

    It is silenced anyway, and only netmiko's own way to disconnect would take it away.
    """
    for one in list(netmiko_log.filters):
        netmiko_log.removeFilter(one)


def _quieten() -> None:
    """Both libraries log with tracebacks what they raise, and netmiko what it types."""
    for name in ("paramiko", "netmiko"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
