"""Host keys of the switches: fixed for a seed, so that a configuration written once stays true."""

import hashlib

import asyncssh
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from lab.district import Switch


def host_key(switch: Switch, seed: int) -> asyncssh.SSHKey:
    """Return the Ed25519 key of a switch. It guards nothing: everyone can compute it."""
    secret = hashlib.sha256(f"egov-agent lab host key {seed} {switch.id}".encode()).digest()
    pem = Ed25519PrivateKey.from_private_bytes(secret).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return asyncssh.import_private_key(pem)


def known_host(switch: Switch, seed: int, address: str, port: int) -> str:
    """Return the line of a known_hosts file (sshd(8)) that pins a switch's key."""
    public = host_key(switch, seed).export_public_key().decode().split()
    return f"[{address}]:{port} {public[0]} {public[1]}\n"
