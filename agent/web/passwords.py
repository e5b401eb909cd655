"""Checking basic-auth passwords against bcrypt hashes without stopping the loop or being flooded.

bcrypt is slow on purpose (a tenth of a second and more), and Prometheus sends its password with
every scrape. So one thread does the hashing, a password that was right is remembered by a keyed
hash until the file changes, and a client that fails often is answered before anything is hashed.

Limits are per client and name, so that a storm on one name does not lock out Prometheus behind
the same address, and per client over all names for passwords not remembered. Names go into
buckets by a keyed hash: a name that exists is throttled exactly as one that does not.
"""

import asyncio
import hashlib
import ipaddress
import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import bcrypt

from agent.web.attempts import Attempts, Rate
from inventory.secrets import Secret

PER_NAME = Rate(burst=5, refill_s=12.0)
PER_CLIENT = Rate(burst=20, refill_s=3.0)
_QUEUE = 64  # passwords being hashed or waiting for it; more are told to come back
_REMEMBERED = 1024
_NAMES = 256
_BCRYPT_OCTETS = 72  # bcrypt sees no more, and pyca/bcrypt refuses more


@dataclass(frozen=True, slots=True)
class Throttled:
    """Too many attempts; come back in `wait_s`."""

    wait_s: float


class Passwords:
    """Verifies names and passwords; one for the life of the server, over all reloads."""

    def __init__(self, clock: Callable[[], float]) -> None:
        """Take the monotonic clock that limits are judged by."""
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="web-bcrypt")
        self._names = Attempts(PER_NAME)
        self._clients = Attempts(PER_CLIENT)
        self._remembered: set[bytes] = set()
        self.failed = 0
        self.throttled = 0
        self._running: dict[bytes, asyncio.Future[bool]] = {}

    async def verify(
        self, users: Mapping[str, Secret], peer: str, name: str, password: str
    ) -> bool | Throttled:
        """Say whether the password is right, or that this client has to wait.

        Args:
            users: bcrypt hashes by name, of the file as it is now.
            peer: the client's address.
            name: as the client gave it; it need not exist.
            password: likewise; what is beyond 72 octets is ignored, as bcrypt does.
        """
        now_s, client = self._clock(), client_of(peer)
        bucket = (client, self._digest(name)[0] % _NAMES)
        hashed = users[name].reveal() if name in users else _nobody(users)
        seal = self._digest(name, password, hashed)
        known = seal in self._remembered or seal in self._running
        wait_s = self._wait_s(bucket, client, now_s, known=known)
        if wait_s:
            self.throttled += 1
            return Throttled(wait_s)
        if seal in self._remembered:
            return True
        if known:  # being hashed: the same guess once more teaches nobody anything
            return await asyncio.shield(self._running[seal])
        self._names.charge(bucket, now_s)
        self._clients.charge(client, now_s)
        right = await asyncio.shield(self._hash(seal, password, hashed))
        if right:
            self._give_back(bucket, client)
        else:
            self.failed += 1
        return right

    def forget(self) -> None:
        """Forget every password remembered: the file has changed."""
        self._remembered.clear()

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _wait_s(self, bucket: tuple[str, int], client: str, now_s: float, *, known: bool) -> float:
        """Return how long to wait; a password known to be right only minds the name's limit."""
        name_s = self._names.wait_s(bucket, now_s)
        if known:
            return name_s
        full_s = 1.0 if len(self._running) >= _QUEUE else 0.0
        return max(name_s, self._clients.wait_s(client, now_s), full_s)

    def _hash(self, seal: bytes, password: str, hashed: str) -> asyncio.Future[bool]:
        """Run bcrypt once for however many ask the same at this moment."""
        loop = asyncio.get_running_loop()
        running = loop.run_in_executor(self._thread, _check, password, hashed)
        self._running[seal] = running
        running.add_done_callback(lambda done: self._finished(seal, done))
        return running

    def _finished(self, seal: bytes, done: asyncio.Future[bool]) -> None:
        del self._running[seal]
        if not done.cancelled() and done.exception() is None and done.result():
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered.add(seal)

    def _give_back(self, bucket: tuple[str, int], client: str) -> None:
        now_s = self._clock()
        self._names.give_back(bucket, now_s)
        self._clients.give_back(client, now_s)

    def _digest(self, *parts: str) -> bytes:
        keyed = hashlib.blake2b(key=self._key, digest_size=32)
        for part in parts:
            octets = part.encode("utf-8", "surrogatepass")
            keyed.update(len(octets).to_bytes(8, "big") + octets)
        return keyed.digest()


def client_of(peer: str) -> str:
    """Return what counts as one client: an IPv4 address, or the /64 that a host of IPv6 owns."""
    try:
        address = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return peer
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((address, 64), strict=False))
    return str(address)


def _nobody(users: Mapping[str, Secret]) -> str:
    """Return a hash that no password has, as costly as the costliest: unknown names take as long.

    Its digest is all zero bits; finding a password for it is finding a preimage of bcrypt.
    """
    cost = max((user.reveal()[4:6] for user in users.values()), default="10")
    return f"$2b${cost}$" + "." * 53


def _check(password: str, hashed: str) -> bool:
    octets = password.encode("utf-8", "surrogatepass")[:_BCRYPT_OCTETS]
    try:
        return bcrypt.checkpw(octets, hashed.encode())
    except ValueError:
        return False
