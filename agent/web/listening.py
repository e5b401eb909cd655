"""Sockets to listen on: bound at once, so that what is wrong is told before anything is served."""

import contextlib
import socket
from collections.abc import Sequence

from agent.settings import Address
from texts import gettext as _

BACKLOG = 512


class CannotListen(OSError):
    """An address cannot be listened on; the text names it."""


def bound(listen: Sequence[Address]) -> list[socket.socket]:
    """Return a listening socket for each address, or none at all.

    `[::]` takes IPv4 too unless an IPv4 address of the list has the same port.

    Raises:
        CannotListen: an address is taken, not ours, or not permitted.
    """
    sockets: list[socket.socket] = []
    with contextlib.ExitStack() as opened:
        for address in listen:
            one = opened.enter_context(_bind(address, alone=_alone(address, listen)))
            sockets.append(one)
        opened.pop_all()
    return sockets


def _alone(address: Address, listen: Sequence[Address]) -> bool:
    """Say whether `[::]` may take IPv4 as well: nobody else listens there."""
    return not any(":" not in other.host and other.port == address.port for other in listen)


def _bind(address: Address, *, alone: bool) -> socket.socket:
    six = ":" in address.host
    one = socket.socket(socket.AF_INET6 if six else socket.AF_INET, socket.SOCK_STREAM)
    try:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if six:
            only = not (alone and address.host == "::")
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, int(only))
        host, _percent, zone = address.host.partition("%")
        place = (host, address.port, 0, socket.if_nametoindex(zone)) if zone else None
        one.bind(place or (address.host, address.port))
        one.listen(BACKLOG)
        one.setblocking(False)
    except OSError as error:
        one.close()
        why = error.strerror or type(error).__name__
        text = _("cannot listen on {address}: {why}").format(address=address, why=why)
        raise CannotListen(text) from error
    return one
