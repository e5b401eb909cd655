"""Names to numeric addresses, in a thread of the loop's own resolver."""

import asyncio
import socket
from collections.abc import Sequence

from collectors.addressing import Family

RESOLVE_S = 5.0

_FAMILIES = {None: socket.AF_UNSPEC, "ipv4": socket.AF_INET, "ipv6": socket.AF_INET6}
_HAS_NONE = frozenset(
    {socket.EAI_NONAME, socket.EAI_ADDRFAMILY, *filter(None, [getattr(socket, "EAI_NODATA", None)])}
)
"""What a name server's word is told as; the rest is that nobody gave it."""


async def resolve(name: str, family: Family | None = None, /) -> Sequence[str]:
    """Return the addresses of a name, in the order that the system prefers (RFC 6724).

    Raises:
        OSError: no name server says whether it has any, or none does in time.
    """
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(RESOLVE_S):
            found = await loop.getaddrinfo(
                name, None, family=_FAMILIES[family], type=socket.SOCK_DGRAM
            )
    except socket.gaierror as error:
        if error.errno in _HAS_NONE:
            return ()
        raise
    except UnicodeError:
        return ()
    return list(dict.fromkeys(str(address[0]) for *_rest, address in found))
