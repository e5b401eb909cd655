"""InetAddressType and InetAddress as index and value (RFC 4001)."""

from ipaddress import IPv6Address

IPV6, IPV6Z = 2, 4
"""InetAddressType ipv6(2), ipv6z(4): an address with a zone, as switches write link-local ones."""


def suffix(address: IPv6Address, interface: int) -> tuple[int, ...]:
    """Return type, length and octets of an address; a link-local one ends in its ifIndex."""
    if address.is_link_local:
        return (IPV6Z, 20, *address.packed, *interface.to_bytes(4, "big"))
    return (IPV6, 16, *address.packed)
