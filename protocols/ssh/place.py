"""Where an SSH server is, as people write it: `[user@]host[:port]`."""

from dataclasses import dataclass

from protocols.ssh.known_hosts_line import SSH_PORT


@dataclass(frozen=True, slots=True)
class Written:
    """A server, and the user to be there; None: not said."""

    host: str
    port: int = SSH_PORT
    user: str | None = None


def place_of(written: str) -> Written:
    """Read `[user@]host[:port]`; an IPv6 address with a port stands in brackets.

    >>> place_of("ops@[2001:db8::1]:2222")
    Written(host='2001:db8::1', port=2222, user='ops')
    """
    user, _at, place = written.rpartition("@")
    host, colon, port = place.rpartition(":")
    if colon and port.isascii() and port.isdigit() and (":" not in host or host.endswith("]")):
        return Written(host.strip("[]"), int(port), user or None)
    return Written(place.strip("[]"), SSH_PORT, user or None)
