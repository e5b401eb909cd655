"""Names, numeric addresses and families, as every collector that is given an address sees them."""

import ipaddress
from collections.abc import Awaitable, Sequence
from typing import Literal, Protocol

Family = Literal["ipv4", "ipv6"]


class Resolve(Protocol):
    """Looks names up."""

    def __call__(self, name: str, family: Family | None = None, /) -> Awaitable[Sequence[str]]:
        """Give the numeric addresses of a name, preferred first; of one family, or of both.

        Empty: it has none. OSError: nobody said whether it has.
        """


def family_of(address: str) -> Family | None:
    """Tell the family of a numeric address, a zone (fe80::1%eth0) allowed; None: it is a name."""
    try:
        version = ipaddress.ip_address(address).version
    except ValueError:
        return None
    return "ipv6" if version == 6 else "ipv4"  # noqa: PLR2004 - the IP version
