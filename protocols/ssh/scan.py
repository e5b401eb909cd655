"""Asks an SSH server for its host keys without logging in: key exchange, and the line is cut.

One connection shows one key (RFC 4253, section 7.1), so there is a first one that reads which types
the server has and one for each of them, one after the other: lines of a switch are few. The server
proves that it holds the key; no user, no key and no password of ours is named.
"""

import asyncio
import os
import socket
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import asyncssh

from protocols.ssh.host_key import BadHostKey, HostKey
from protocols.ssh.kexinit import NoKexinit, host_key_algorithms

_TYPES: tuple[tuple[str, ...], ...] = (
    ("ssh-ed25519",),
    ("ecdsa-sha2-nistp256",),
    ("ecdsa-sha2-nistp384",),
    ("ecdsa-sha2-nistp521",),
    ("rsa-sha2-512", "rsa-sha2-256", "ssh-rsa"),
    ("ssh-ed448",),
    ("ssh-dss",),
)
"""Signature algorithms by type of key, what a log-in would choose first. Old ones too: a key that
is only looked at endangers nobody, and a switch of 2010 has no other."""

_KEY_EXCHANGES = (
    "curve25519-sha256",
    "curve25519-sha256@libssh.org",
    "ecdh-sha2-nistp256",
    "ecdh-sha2-nistp384",
    "ecdh-sha2-nistp521",
    "diffie-hellman-group16-sha512",
    "diffie-hellman-group14-sha256",
    "diffie-hellman-group-exchange-sha256",
    "diffie-hellman-group14-sha1",
    "diffie-hellman-group-exchange-sha1",
    "diffie-hellman-group1-sha1",
)
_CIPHERS = (
    "aes128-ctr",
    "aes256-ctr",
    "aes192-ctr",
    "aes128-gcm@openssh.com",
    "aes256-gcm@openssh.com",
    "chacha20-poly1305@openssh.com",
    "aes128-cbc",
    "aes256-cbc",
    "3des-cbc",
)
_MACS = ("hmac-sha2-256", "hmac-sha2-512", "hmac-sha1", "hmac-md5", "hmac-sha1-96", "hmac-md5-96")

_CLOSED = "it closed the connection; are all its lines taken?"

# Old switches have nothing else; a warning that the reader can do nothing about helps nobody.
warnings.filterwarnings("ignore", message="Diffie-Hellman over finite fields")


class ScanFailed(Exception):
    """No key could be had; the text says why, without the host."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a server showed.

    Args:
        keys: one of each type, at least one.
        problem: why there may be further ones; "" when these are all.
    """

    keys: tuple[HostKey, ...]
    problem: str = ""


async def offered_keys(host: str, port: int, timeout_s: float) -> Offer:
    """Fetch the host keys of a server; `timeout_s` covers all connections.

    Raises:
        ScanFailed: not one key was shown.
    """
    found: list[HostKey] = []
    problem = ""
    try:
        async with asyncio.timeout(timeout_s):
            for algorithms in await _types(host, port):
                found.append(await _key_of(host, port, algorithms))  # noqa: PERF401  kept on error
    except TimeoutError:
        problem = f"no answer within {timeout_s:g} s"
    except ScanFailed as error:
        problem = str(error)
    if not found:
        raise ScanFailed(problem)
    return Offer(tuple(found), problem)


async def _types(host: str, port: int) -> list[tuple[str, ...]]:
    """Ask which types it has, each with the algorithms that sign with such a key."""
    try:
        offered = await host_key_algorithms(host, port)
    except ConnectionResetError as error:
        raise ScanFailed(_CLOSED) from error
    except OSError as error:
        raise ScanFailed(_why(error)) from error
    except NoKexinit as error:
        raise ScanFailed(str(error)) from error
    types = [tuple(name for name in names if name in offered) for names in _TYPES]
    if not any(types):
        raise ScanFailed(f"no type of key that we know: {', '.join(offered)[:200]}")
    return [names for names in types if names]


async def _key_of(host: str, port: int, algorithms: Sequence[str]) -> HostKey:
    try:
        return await _key(host, port, algorithms)
    except (asyncssh.ConnectionLost, ConnectionResetError) as error:
        raise ScanFailed(_CLOSED) from error
    except asyncssh.Error as error:
        raise ScanFailed(error.reason) from error
    except OSError as error:
        raise ScanFailed(_why(error)) from error
    except ValueError as error:  # a key that the library cannot read, or BadHostKey
        raise ScanFailed(f"unreadable key: {error}") from error


def _why(error: OSError) -> str:
    """Say what the system said; asyncio puts the address in its place."""
    if isinstance(error, socket.gaierror) or not error.errno:
        return error.strerror or str(error)
    return os.strerror(error.errno)


async def _key(host: str, port: int, algorithms: Sequence[str]) -> HostKey:
    options = await asyncssh.SSHClientConnectionOptions.construct(
        config=None,
        username="-",  # never sent
        client_keys=None,
        agent_path=None,
        encryption_algs=_CIPHERS,
        mac_algs=_MACS,
        compression_algs=("none",),
        client_version="egov-agent",
    )
    shown = await asyncssh.get_server_host_key(
        host,
        port,
        kex_algs=_KEY_EXCHANGES,
        server_host_key_algs=list(algorithms),
        client_version="egov-agent",
        config=None,
        options=options,
    )
    if shown is None:
        raise BadHostKey("none was shown")
    return HostKey.of_blob(shown.public_data)
