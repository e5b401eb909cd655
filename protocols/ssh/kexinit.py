"""Reads which host key algorithms a server has, from the first packet that it sends.

RFC 4253, section 4.2 (identification), 6 (binary packet, not yet encrypted) and 7.1 (KEXINIT).
"""

import asyncio
import struct

IDENTIFICATION = b"SSH-2.0-egov-agent\r\n"
_LINES = 50
"""Before its identification a server may say other things; this many is a flood."""

_MAX_LINE = 8192
_MAX_PACKET = 35_000
_KEXINIT = 20
_COOKIE = 16
_U32 = struct.Struct(">I")


class NoKexinit(Exception):
    """The other side does not begin as an SSH server does; the text says how."""


async def host_key_algorithms(host: str, port: int) -> tuple[str, ...]:
    """Connect, tell who we are, read the server's KEXINIT, and hang up.

    Raises:
        NoKexinit: it is no SSH server, or a garbled one.
        OSError: no connection.
    """
    reader, writer = await asyncio.open_connection(host, port, limit=_MAX_LINE)
    try:
        writer.write(IDENTIFICATION)
        await _identification(reader)
        return _second_list(await _packet(reader))
    except asyncio.IncompleteReadError as error:
        raise NoKexinit("it closed the connection; is it SSH?") from error
    except (asyncio.LimitOverrunError, ValueError) as error:
        raise NoKexinit(f"not what an SSH server says: {error}") from error
    finally:
        writer.transport.abort()


async def _identification(reader: asyncio.StreamReader) -> None:
    for _ in range(_LINES):
        line = await reader.readuntil(b"\n")
        if line.startswith((b"SSH-2.0-", b"SSH-1.99-")):
            return
        if line.startswith(b"SSH-"):
            raise NoKexinit(f"it speaks {line[:20]!r}, which nobody should")
    raise NoKexinit("it does not identify itself as SSH")


async def _packet(reader: asyncio.StreamReader) -> bytes:
    (length,) = _U32.unpack(await reader.readexactly(_U32.size))
    if not 1 < length <= _MAX_PACKET:
        raise NoKexinit(f"a packet of {length} octets")
    packet = await reader.readexactly(length)
    return packet[1 : length - packet[0]]


def _second_list(payload: bytes) -> tuple[str, ...]:
    if not payload or payload[0] != _KEXINIT:
        raise NoKexinit("no key exchange")
    at = 1 + _COOKIE
    names = b""
    for _ in range(2):  # key exchanges, then host keys
        if len(payload) < at + _U32.size:
            raise NoKexinit("a key exchange that is cut off")
        (length,) = _U32.unpack_from(payload, at)
        at += _U32.size
        names = payload[at : at + length]
        at += length
    return tuple(names.decode("ascii").split(","))
