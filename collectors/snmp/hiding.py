"""Maps the values of a capture, by what their columns hold, and remembers what it has met.

It is run twice over the same rows: the first time it learns which addresses, names and serial
numbers there are, so that the second time it finds them where nothing else gives them away.
"""

import ipaddress
import re
from collections.abc import Sequence
from fnmatch import fnmatchcase
from typing import Final

from collectors.snmp import wording
from collectors.snmp.disclosure import Role
from collectors.snmp.pseudonyms import Pseudonyms

_SHORTEST_NAME: Final = 4
"""Octets: two Chinese characters are a name, two letters are none."""
_MOST_BITS: Final = 3
_MAC: Final = 6
_MAY_BE_MAC: Final = (Role.UNKNOWN, Role.INTERFACE, Role.IDENTITY)
"""Columns of either text or octets: six octets that only GB18030 makes a text of are an address."""
_DATE_LENGTHS: Final = (8, 11)
_ENGINE_HEAD: Final = 5
_ALL_ONES: Final = frozenset((0, 255))
_ENGINE_IPV4, _ENGINE_IPV6, _ENGINE_MAC = 1, 2, 3  # SnmpEngineID (RFC 3411 section 5)
_CONTROLS: Final = frozenset("\r\n\t")
_DOTTED_NAME: Final = re.compile(r"[\w-]+(\.[\w-]+)+")


class Hiding:
    """What may not be seen of one device, and what stands there instead.

    Attributes:
        ipv4: met so far, as numbers; `ipv4_octets` and `macs` likewise, as octets.
        names: texts met so far that are taken out of all other texts.
        ports_mapped: names of ports that are none a maker gives.
    """

    def __init__(self, pseudonyms: Pseudonyms, keep: Sequence[str] = ()) -> None:
        """Have met nothing."""
        self.pseudonyms = pseudonyms
        self.ipv4: set[int] = set()
        self.ipv4_octets: set[bytes] = set()
        self.macs: set[bytes] = set()
        self.names: set[str] = set()
        self.ports_mapped: set[str] = set()
        self._keep = keep
        self._pattern: re.Pattern[str] | None = None
        self._pattern_of = 0

    # --- addresses

    def map_ipv4(self, octets: bytes) -> bytes:
        """Map four octets."""
        value = int.from_bytes(octets)
        mapped = self.pseudonyms.ipv4(value)
        if mapped != value:
            self.ipv4.add(value)
            self.ipv4_octets.add(octets)
        return mapped.to_bytes(4)

    def map_ipv6(self, octets: bytes) -> bytes:
        """Map sixteen octets."""
        return self.pseudonyms.ipv6(int.from_bytes(octets)).to_bytes(16)

    def map_mac(self, octets: bytes) -> bytes:
        """Map six octets."""
        mapped = self.pseudonyms.mac(octets)
        if mapped != octets:
            self.macs.add(octets)
        return mapped

    def map_address(self, octets: bytes) -> bytes | None:
        """Map an InetAddress of any kind, its zone kept; None when it is of none."""
        match len(octets):
            case 4:
                return self.map_ipv4(octets)
            case 8:
                return self.map_ipv4(octets[:4]) + octets[4:]
            case 16:
                return self.map_ipv6(octets)
            case 20:
                return self.map_ipv6(octets[:16]) + octets[16:]
            case _:
                return None

    # --- octets

    def map_octets(self, octets: bytes, role: Role) -> bytes:  # noqa: PLR0911 - one for each kind
        """Map an OCTET STRING of a column."""
        if not any(octets) or role is Role.BITS or len(octets) == 1:
            return octets
        if role is Role.ENGINE:
            return self._engine(octets)
        if role is Role.DATE and len(octets) in _DATE_LENGTHS:
            return octets
        size = len(octets)
        if size == _MAC and (role is Role.MAC or octets in self.macs):
            return self.map_mac(octets)
        if role is Role.ADDRESS and (mapped := self.map_address(octets)) is not None:
            return mapped
        text = _as_text(octets)
        if text is None or (size == _MAC and role in _MAY_BE_MAC and not _is_utf8(octets)):
            return self._binary(octets)
        return self.map_text(text, role).encode()

    def _engine(self, octets: bytes) -> bytes:
        head, rest = octets[:_ENGINE_HEAD], octets[_ENGINE_HEAD:]
        kind = octets[4] if len(octets) > 4 else 0  # noqa: PLR2004 - the format's octet
        if kind == _ENGINE_MAC and len(rest) == _MAC:
            return head + self.map_mac(rest)
        if kind in (_ENGINE_IPV4, _ENGINE_IPV6) and (mapped := self.map_address(rest)):
            return head + mapped
        return head + self.pseudonyms.octets(rest)

    def _binary(self, octets: bytes) -> bytes:  # noqa: PLR0911 - one for each length
        """Map octets that are no text by their number: bits and dates stay, the rest may tell."""
        size = len(octets)
        if size <= _MOST_BITS or _is_date(octets) or _ALL_ONES.issuperset(octets):
            return octets
        match size:
            case 4 | 16:
                return self.map_address(octets) or b""
            case 5 | 17:  # an IANA address family number before it, as in LLDP
                return octets[:1] + (self.map_address(octets[1:]) or b"")
            case 6:
                return self.map_mac(octets)
            case 7:
                return octets[:1] + self.map_mac(octets[1:])
            case 8:  # a bridge identifier: a priority before the address
                return octets[:2] + self.map_mac(octets[2:])
            case _:
                return self.pseudonyms.octets(octets)

    # --- texts

    def map_text(self, text: str, role: Role) -> str:  # noqa: PLR0911 - one for each kind
        """Map a text of a column, or clean it where it may stay."""
        if not text.strip():
            return text
        if any(fnmatchcase(text, pattern) for pattern in self._keep):
            return self.cleaned(text)
        match role:
            case Role.DESCRIPTION:
                firmware = wording.is_of_firmware(text) or not any(map(str.isspace, text))
                return self.cleaned(text) if firmware else self._named(text)
            case Role.PART:
                return self.cleaned(text)
            case Role.INTERFACE:
                return self._port(text)
            case Role.NUMBER if wording.is_numeric(text):
                return text
            case Role.IDENTITY:
                self.meet(text)
                return self._named(text)
            case _:
                return self._named(text)

    def _port(self, text: str) -> str:
        if wording.is_port_name(text):
            return self.cleaned(text)
        self.ports_mapped.add(text)
        if (parts := wording.port_and_rest(text)) is not None:
            return f"{parts[0]} {self._named(parts[1])}"
        return self._named(text)

    def meet(self, text: str) -> None:
        """Take a name, and the labels of a dotted one, out of all texts from here on."""
        for one in (text, *(text.split(".") if _DOTTED_NAME.fullmatch(text) else ())):
            plain = one.strip()
            common = plain.lower() in wording.COMMON_WORDS
            if len(plain.encode()) >= _SHORTEST_NAME and not common and not _small_number(plain):
                self.names.add(plain)

    def cleaned(self, text: str) -> str:
        """Take addresses, names, serial numbers and mail addresses out of a text that stays."""
        text = wording.NODE.sub(lambda m: m[1] + self._named(m[2]) + m[3], text)
        text = wording.MAIL.sub(lambda m: self._named(m[0]), text)
        text = wording.MAC.sub(self._mac_in_text, text)
        text = wording.IPV6.sub(self._ipv6_in_text, text)
        text = wording.IPV4.sub(self._ipv4_in_text, text)
        if (names := self._names_pattern()) is not None:
            text = names.sub(lambda m: self._named(m[0]), text)
        return wording.SERIAL.sub(lambda m: self._named(m[0]), text)

    def _named(self, text: str) -> str:
        """Map a whole text; an address keeps being one, a dotted name is mapped by its labels."""
        plain = text.strip()
        if wording.MAC.fullmatch(plain):
            return wording.MAC.sub(self._mac_in_text, plain)
        if (address := _ip(plain)) is not None:
            octets = self.map_address(address.packed) or b""
            return str(ipaddress.ip_address(octets))
        if _DOTTED_NAME.fullmatch(plain):
            return ".".join(map(self.pseudonyms.text, plain.split(".")))
        return self.pseudonyms.text(plain)

    def _names_pattern(self) -> re.Pattern[str] | None:
        if len(self.names) != self._pattern_of:
            longest_first = sorted(self.names, key=lambda name: (-len(name), name))
            words = "|".join(map(re.escape, longest_first))
            self._pattern = re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])", re.IGNORECASE)
            self._pattern_of = len(self.names)
        return self._pattern

    def _mac_in_text(self, match: re.Match[str]) -> str:
        found = match[0]
        digits = iter(self.map_mac(bytes.fromhex(re.sub("[:.-]", "", found))).hex())
        mapped = "".join(one if one in ":.-" else next(digits) for one in found)
        return mapped.upper() if found.isupper() else mapped

    def _ipv4_in_text(self, match: re.Match[str]) -> str:
        address = _ip(match[0])
        if address is None:
            return match[0]
        version = wording.follows_version(match.string, match.start())
        if version and int(address) not in self.ipv4:
            return match[0]
        return str(ipaddress.ip_address(self.map_ipv4(address.packed)))

    def _ipv6_in_text(self, match: re.Match[str]) -> str:
        address = _ip(match[0])
        if address is None:
            return match[0]
        return str(ipaddress.ip_address(self.map_ipv6(address.packed)))


def _as_text(octets: bytes) -> str | None:
    """Decode octets that are printable; None when they are none."""
    octets = octets.rstrip(b"\0")
    for encoding in ("utf-8", "gb18030"):
        try:
            text = octets.decode(encoding)
        except UnicodeDecodeError:
            continue
        if all(one.isprintable() or one in _CONTROLS for one in text):
            return text
        if encoding == "utf-8" and octets.isascii():
            return None
    return None


def _is_utf8(octets: bytes) -> bool:
    try:
        octets.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_date(octets: bytes) -> bool:
    """Say whether octets are a DateAndTime (SNMPv2-TC) of our times."""
    if len(octets) not in _DATE_LENGTHS:
        return False
    year, (month, day, hour, minute, second) = int.from_bytes(octets[:2]), octets[2:7]
    return (
        1970 <= year <= 2100  # noqa: PLR2004
        and 1 <= month <= 12  # noqa: PLR2004
        and 1 <= day <= 31  # noqa: PLR2004
        and max(hour * 2, minute, second) <= 60  # noqa: PLR2004
    )


def _ip(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _small_number(text: str) -> bool:
    return text.isdigit() and len(text) < 6  # noqa: PLR2004 - serial numbers are longer
