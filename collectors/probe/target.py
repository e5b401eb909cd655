"""What the probe collector is told of a target: addresses by family, and what to try there."""

from dataclasses import dataclass

from collectors.addressing import Family, family_of
from inventory.endpoints import Endpoint
from inventory.fields import split_port
from inventory.models import Site


@dataclass(frozen=True, slots=True)
class ProbeTarget:
    """A plan; two that are equal probe the same.

    Args:
        hosts: for each family a numeric address of that family, or a name.
        ping: send echo requests.
        port: open a TCP connection to it; None: do not.
        path_mtu: see whether IPv6 packets of 1500 octets pass.
    """

    id: str
    interval_s: float
    hosts: tuple[tuple[Family, str], ...]
    ping: bool
    port: int | None = None
    path_mtu: bool = False


def of_site(site: Site, interval_s: float) -> ProbeTarget | None:
    """Probe a site's addresses in every way; None: it has none."""
    address = site.address
    if address is None:
        return None
    both: tuple[tuple[Family, str | None], ...] = (("ipv4", address.v4), ("ipv6", address.v6))
    hosts = tuple((family, host) for family, host in both if host is not None)
    if not hosts:
        return None
    return ProbeTarget(site.id, interval_s, hosts, ping=True, port=address.tcp, path_mtu=True)


def of_endpoint(endpoint: Endpoint, interval_s: float) -> ProbeTarget | None:
    """Probe an endpoint with `ping` or `tcp`; None: it is another kind of endpoint.

    A numeric address is probed over its own family alone.
    """
    if endpoint.ping is not None:
        host, port = endpoint.ping, None
    elif endpoint.tcp is not None:
        host, port = split_port(endpoint.tcp)
    else:
        return None
    own = family_of(host)
    families = [family for family in endpoint.families if own in (None, family)]
    hosts = tuple((family, host) for family in dict.fromkeys(families))
    return ProbeTarget(endpoint.id, interval_s, hosts, port is None, port) if hosts else None
