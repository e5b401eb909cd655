"""How one device is logged in to; made from the inventory, secrets resolved."""

from dataclasses import dataclass, field

from inventory.secrets import Secret
from protocols.ssh.known_hosts_line import host_name


@dataclass(frozen=True, slots=True, kw_only=True)
class Jump:
    """The host in between; it is asked with the same credential and its key is pinned, too."""

    host: str
    port: int = 22
    user: str | None = None

    @property
    def paced_as(self) -> str:
        """What log-ins at it are paced by; no id of a target has a colon."""
        return f"jump:{host_name(self.host, self.port)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Login:
    """A user with a password or a private key (PEM or OpenSSH text).

    Args:
        credential: its id, which log-ins are paced by.
        enable: for the privileged mode; None: it is not entered.
        legacy: weak algorithms are offered as well.
        known_hosts: a file of its own; None: the service's.
    """

    credential: str
    user: str
    password: Secret | None = field(default=None, repr=False)
    key: Secret | None = field(default=None, repr=False)
    enable: Secret | None = field(default=None, repr=False)
    legacy: bool = False
    jump: Jump | None = None
    known_hosts: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a device listens.

    Args:
        host: as the inventory writes it, which its key is pinned under.
        numeric: the address that is connected to; through a jump host it is `host`.
    """

    host: str
    numeric: str
    port: int
