"""What is probed from outside: pages, ports, names, addresses."""

from dataclasses import dataclass, field
from typing import Literal

Family = Literal["ipv4", "ipv6"]


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointExpectation:
    """What an answer must be.

    Attributes:
        status: of HTTP; None: any below 400.
        body: a regular expression found in the body.
        tls_days: at least so many days until the certificate expires.
    """

    status: int | None = None
    body: str | None = None
    tls_days: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One of url, tcp (host:port), dns (a name) or ping (an address), over the families named."""

    id: str
    site: str
    url: str | None = None
    tcp: str | None = None
    dns: str | None = None
    ping: str | None = None
    families: tuple[Family, ...] = ("ipv4", "ipv6")
    expect: EndpointExpectation = field(default_factory=EndpointExpectation)

    kind: Literal["endpoint"] = field(default="endpoint", init=False)
