"""One line of an OpenSSH known_hosts file (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT), and host names.

    [@revoked|@cert-authority] name[,name...] type base64 [comment]

A name is a host, `[host]:port` for a port other than 22, a pattern with `*` and `?`, one with `!`
before it, or the HMAC-SHA1 of a name: `|1|salt|hash`.
"""

import base64
import binascii
import hmac
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from ipaddress import ip_address

from protocols.ssh.host_key import BadHostKey, HostKey

SSH_PORT = 22
_HASHED = "|1|"
_PARTS = 3


class Marker(StrEnum):
    """What the key of a line is for."""

    HOST = ""
    REVOKED = "@revoked"
    AUTHORITY = "@cert-authority"


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it stands in the file.

    Args:
        text: without its end, byte for byte; other bytes than UTF-8 are surrogates.
        names: as written; none for a blank line, a comment or one that cannot be read.
        problem: why it cannot be read, if so.
    """

    text: str
    names: tuple[str, ...] = ()
    key: HostKey | None = None
    marker: Marker = Marker.HOST
    problem: str = ""

    def concerns(self, wanted: str) -> bool:
        """Say whether the line is about a name that `host_name` made."""
        if any(_matches(name[1:], wanted) for name in self.names if name.startswith("!")):
            return False
        return any(_matches(name, wanted) for name in self.names if not name.startswith("!"))

    def without(self, wanted: str) -> "Line | None":
        """Take the name out, plain or hashed; None when no name is left.

        A pattern stays: other hosts are meant by it, too.
        """
        left = tuple(name for name in self.names if not _is(name, wanted))
        if left == self.names:
            return self
        if not any(not name.startswith("!") for name in left):
            return None
        return parsed(self.text.replace(",".join(self.names), ",".join(left), 1))


def host_name(host: str, port: int = SSH_PORT) -> str:
    """Write a host as known_hosts names it: lower case, IPv6 compressed, the port unless it is 22.

    >>> host_name("SW-1.example"), host_name("2001:DB8:0::1", 2222)
    ('sw-1.example', '[2001:db8::1]:2222')
    """
    name = _canonical(host.strip().lower())
    return name if port == SSH_PORT else f"[{name}]:{port}"


def is_plain(name: str) -> bool:
    """Say whether a name of a line stands for itself: no pattern, no negation, no hash."""
    return not name.startswith(("!", _HASHED)) and "*" not in name and "?" not in name


def spelled(name: str) -> str:
    """Write a plain name of a line as `host_name` would."""
    return _canonical(name.lower())


def line_of(name: str, key: HostKey) -> Line:
    """Make the line that pins a key for a name which `host_name` made."""
    return Line(f"{name} {key.algorithm} {key.text}", (name,), key)


def parsed(text: str) -> Line:
    """Read a line; one that cannot be read says why and is otherwise left alone."""
    words = text.split()
    if not words or words[0].startswith("#"):
        return Line(text)
    marker = Marker.HOST
    if words[0].startswith("@"):
        try:
            marker = Marker(words.pop(0).lower())
        except ValueError:
            return Line(text, problem="unknown marker")
    if len(words) < _PARTS:
        return Line(text, problem="expected names, a type and a key")
    names, algorithm, blob = words[:_PARTS]
    try:
        key = HostKey.of(algorithm, blob)
    except BadHostKey as error:
        return Line(text, problem=str(error))
    return Line(text, tuple(names.split(",")), key, marker)


def _matches(name: str, wanted: str) -> bool:
    if "*" in name or "?" in name:
        return bool(_pattern(name.lower()).fullmatch(wanted))
    return _is(name, wanted)


def _is(name: str, wanted: str) -> bool:
    """Compare a name without wildcards."""
    if name.startswith(_HASHED):
        return _is_hash_of(name, wanted)
    return wanted == spelled(name)


def _is_hash_of(name: str, wanted: str) -> bool:
    try:
        salt, digest = (base64.b64decode(part, validate=True) for part in name[3:].split("|"))
    except (binascii.Error, ValueError):
        return False
    return hmac.compare_digest(digest, hmac.digest(salt, wanted.encode("utf-8", "replace"), "sha1"))


@lru_cache(maxsize=1024)
def _pattern(name: str) -> re.Pattern[str]:
    """Turn `*` and `?` into an expression; brackets are part of `[host]:port`."""
    return re.compile(re.escape(name).replace(r"\*", ".*").replace(r"\?", "."))


@lru_cache(maxsize=4096)
def _canonical(name: str) -> str:
    """Write an address in its one form, with or without a port; another name stays as it is."""
    inside, bracket, port = name[1:].partition("]") if name.startswith("[") else (name, "", "")
    try:
        address = str(ip_address(inside))
    except ValueError:
        return name
    return f"[{address}]{port}" if bracket else address
