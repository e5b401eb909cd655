"""Who is connected to the web server, how many there may be, and how long each is waited for."""

import ipaddress
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

Cut = Literal[
    "slow_request", "slow_reader", "too_many", "share", "certificate", "too_long", "broken"
]
"""Why a connection was cut."""

PeerCertificate = Mapping[str, object]
"""What SSLSocket.getpeercert returns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long a client is waited for, in seconds, and how many may be connected at once.

    Args:
        request_s: for a whole request (line and headers) after its first octet or the connection.
        reader_s: without the client taking a single octet of the answer.
        answer_s: for one answer from begin to end; a scrape that takes longer was given up by
            its Prometheus long ago, but holds a snapshot here.
        idle_s: between two requests; above the usual scrape interval, so that TLS is kept.
        connections: as many as Prometheus itself allows (--web.max-connections).
        share: of them for one address, so that one client cannot keep all others out; an IPv6
            client may have as many addresses as it likes, so there it is a /64.
    """

    request_s: float = 10.0
    reader_s: float = 10.0
    answer_s: float = 600.0
    idle_s: float = 150.0
    connections: int = 512
    share: int = 128


class Connection(Protocol):
    """What is counted."""

    def abandon(self) -> None:
        """End because the server closes."""


class Door:
    """What all connections of a server share: who is there, whom to let in, where cuts are told."""

    def __init__(
        self,
        patience: Patience,
        permits: Callable[[PeerCertificate | None], bool],
        on_cut: Callable[[str, Cut], None],
    ) -> None:
        """Keep the rules; `permits` judges the certificate of a client that has passed TLS."""
        self.patience = patience
        self.permits = permits
        self.on_cut = on_cut
        self.inside: set[Connection] = set()
        self._clients: Counter[str] = Counter()

    def enter(self, connection: Connection, client: str) -> Cut | None:
        """Count a connection; say why it has to go, if it has."""
        self.inside.add(connection)
        self._clients[client] += 1
        if len(self.inside) > self.patience.connections:
            return "too_many"
        return "share" if self._clients[client] > self.patience.share else None

    def leave(self, connection: Connection, client: str) -> None:
        """Count it no longer."""
        self.inside.discard(connection)
        self._clients[client] -= 1
        if self._clients[client] <= 0:
            del self._clients[client]


def client_of(peer: str) -> str:
    """Return what is counted as one client: an IPv4 address, or the /64 of an IPv6 one."""
    try:
        address = ipaddress.IPv6Address(peer.partition("%")[0])
    except ipaddress.AddressValueError:
        return peer
    return address.packed[:8].hex()
