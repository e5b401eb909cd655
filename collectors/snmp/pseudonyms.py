"""Other addresses and names for real ones: the same salt gives the same ones, for ever.

Addresses are mapped bit by bit, each by a keyed decision over the bits before it, so that two
addresses share as long a prefix after as before (Crypto-PAn, Xu et al. 2002): subnets stay
recognisable, and nothing tells which they were. On top of that

- the special blocks stay where they are (private, loopback, link-local, multicast, netmasks);
- the host part keeps leading zeros and ones: .0 stays .0, .1 stays .1, .255 stays .255;
- the first bit that may change always does, so that no address is mapped to itself.
"""

import hashlib
import ipaddress
import string
from collections.abc import Callable
from typing import Final

Block = tuple[int, int]
"""The leading bits of a network, and how many they are."""


def _blocks(width: int, *networks: str) -> tuple[Block, ...]:
    found = map(ipaddress.ip_network, networks)
    return tuple(
        (int(one.network_address) >> (width - one.prefixlen), one.prefixlen) for one in found
    )


_MASKS: Final = ("128.0.0.0/32", "192.0.0.0/32")  # longer netmasks lie in 224.0.0.0/3
_KEPT4: Final = _blocks(32, "0.0.0.0/8", "127.0.0.0/8", "224.0.0.0/3", *_MASKS)
_PRIVATE4: Final = _blocks(
    32, "10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"
)
_KEPT6: Final = _blocks(128, "::/8", "ff00::/8")
_SCOPES6: Final = _blocks(128, "2000::/3", "fc00::/7", "fe80::/64")
_EMBEDDED4: Final = tuple(map(ipaddress.IPv6Network, ("::ffff:0:0/96", "64:ff9b::/96", "::/96")))
_SOLICITED: Final = ipaddress.IPv6Network("ff02::1:ff00:0/104")
_LOW_24: Final = 0xFFFFFF
_LOW_32: Final = 0xFFFFFFFF
_LETTERS: Final = string.ascii_lowercase
_MAC_BITS: Final = 48
_MULTICAST6: Final = 0xFF
_KIND_OF_MAC: Final = (6, 7)  # locally administered, group

Held = Callable[[int, int], bool]
"""Whether the bit at a depth, below a prefix, keeps its value."""


class Pseudonyms:
    """Maps addresses and texts; pure but for what it remembers of its own answers."""

    def __init__(self, salt: str) -> None:
        """Derive the key; whoever knows the salt can check a guess, but turn nothing back."""
        self._key = hashlib.sha256(b"egov-agent capture\0" + salt.encode()).digest()
        self._numbers: dict[tuple[bytes, int], int] = {}
        self._texts: dict[str, str] = {}

    @property
    def fingerprint(self) -> str:
        """What tells two salts apart and is safe to write beside a capture."""
        return self._digest(b"fingerprint", b"")[:4].hex()

    def ipv4(self, value: int) -> int:
        """Map an IPv4 address."""
        return self._mapped(b"ipv4", value, 32, _held4)

    def ipv6(self, value: int) -> int:
        """Map an IPv6 address: with the MAC or the IPv4 address inside it, where there is one."""
        address = ipaddress.IPv6Address(value)
        if any(address in network for network in _EMBEDDED4) and value > _LOW_24:
            return value & ~_LOW_32 | self.ipv4(value & _LOW_32)
        if address in _SOLICITED:
            low = self._mapped(b"solicited", value & _LOW_24, 24, _free)
            return value & ~_LOW_24 | low
        mapped = self._mapped(b"ipv6", value, 128, _held6)
        inside = value.to_bytes(16)[8:]
        if inside[3:5] == b"\xff\xfe" and value >> 120 not in (0, _MULTICAST6):
            return mapped >> 64 << 64 | int.from_bytes(self._eui64(inside))
        return mapped

    def mac(self, octets: bytes) -> bytes:
        """Map a MAC address; groups, broadcast and all zeros stay."""
        if not any(octets) or octets[0] & 1:
            if octets.startswith(b"\x33\x33\xff"):  # of a solicited-node group
                low = self._mapped(b"solicited", int.from_bytes(octets[3:]), 24, _free)
                return octets[:3] + low.to_bytes(3)
            return octets
        return self._mapped(b"mac", int.from_bytes(octets), _MAC_BITS, _held_mac).to_bytes(6)

    def text(self, text: str) -> str:
        """Give a text another one: `anon-` and eight letters, no digits that make a number."""
        if text not in self._texts:
            number = int.from_bytes(self._digest(b"text", text.encode())[:16])
            self._texts[text] = "anon-" + "".join(
                _LETTERS[number // len(_LETTERS) ** place % len(_LETTERS)] for place in range(8)
            )
        return self._texts[text]

    def octets(self, octets: bytes) -> bytes:
        """Give octets as many others; none stay none."""
        found = b""
        while len(found) < len(octets):
            found += self._digest(b"octets", len(found).to_bytes(4) + octets)
        return found[: len(octets)]

    def _eui64(self, inside: bytes) -> bytes:
        mac = self.mac(bytes((inside[0] ^ 2,)) + inside[1:3] + inside[5:])
        return bytes((mac[0] ^ 2,)) + mac[1:3] + b"\xff\xfe" + mac[3:]

    def _mapped(self, kind: bytes, value: int, width: int, held: Held) -> int:
        if (kind, value) in self._numbers:
            return self._numbers[kind, value]
        flips, first = 0, True
        for depth in range(width):
            prefix = value >> (width - depth)
            if held(depth, prefix):
                continue
            if first or self._flips(kind, depth, prefix):
                flips |= 1 << (width - 1 - depth)
            first = False
        self._numbers[kind, value] = value ^ flips
        return value ^ flips

    def _flips(self, kind: bytes, depth: int, prefix: int) -> bool:
        data = depth.to_bytes(1) + prefix.to_bytes(16)
        return bool(self._digest(kind, data)[0] & 1)

    def _digest(self, kind: bytes, data: bytes) -> bytes:
        return hashlib.blake2b(data, key=self._key, person=kind).digest()


def _held4(depth: int, prefix: int) -> bool:
    return _within(_KEPT4, depth, prefix) or _at_edge(_PRIVATE4, depth, prefix, 24)


def _held6(depth: int, prefix: int) -> bool:
    return _within(_KEPT6, depth, prefix) or _at_edge(_SCOPES6, depth, prefix, 64)


def _held_mac(depth: int, prefix: int) -> bool:
    del prefix
    return depth in _KIND_OF_MAC


def _free(depth: int, prefix: int) -> bool:
    del depth, prefix
    return False


def _within(blocks: tuple[Block, ...], depth: int, prefix: int) -> bool:
    """Say whether a place lies in a block that stays whole, or on the way to one."""
    return any(
        bits >> (length - depth) == prefix if depth < length else prefix >> (depth - length) == bits
        for bits, length in blocks
    )


def _at_edge(blocks: tuple[Block, ...], depth: int, prefix: int, network_bits: int) -> bool:
    """Say whether a place is on the way to a block, or at the edge of a host part."""
    if any(depth < length and bits >> (length - depth) == prefix for bits, length in blocks):
        return True
    own = depth - network_bits
    return own >= 0 and prefix & ((1 << own) - 1) in (0, (1 << own) - 1)
