"""Who is at the other end of the control socket, as the kernel vouches for it."""

import asyncio
import os
import pwd
import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from agent.settings import User, UserRole

_UCRED = struct.Struct("3i")  # pid, uid, gid: struct ucred of unix(7)
_ROOT = 0


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody with an account on this machine."""

    name: str
    role: UserRole


def uid_of(connection: socket.socket) -> int:
    """Ask the kernel who connected (SO_PEERCRED); nobody can say it of somebody else."""
    octets = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _UCRED.size)
    _pid, uid, _gid = _UCRED.unpack(octets)
    return int(uid)


async def operator(uid: int, users: Sequence[User]) -> Operator:
    """Give root and the service's own user every right, others what `users` says, else to look."""
    name = await asyncio.to_thread(_name, uid)  # the name service may be far away
    if uid in (_ROOT, os.geteuid()):
        return Operator(name, "administrator")
    role: UserRole = next((user.role for user in users if user.name == name), "viewer")
    return Operator(name, role)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"
