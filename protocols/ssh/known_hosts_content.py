"""What stands in a known_hosts file: found by name, changed as a whole, kept byte for byte."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from protocols.ssh.host_key import HostKey
from protocols.ssh.known_hosts_line import Line, Marker, is_plain, parsed, spelled


@dataclass(frozen=True, slots=True)
class Content:
    """The lines of a file in their order.

    Plain names are found in a dictionary; patterns and hashed names are tried one after the other,
    for there is no other way.
    """

    lines: tuple[Line, ...] = ()
    _plain: Mapping[str, list[Line]] = field(init=False, repr=False, compare=False)
    _others: tuple[Line, ...] = field(init=False, repr=False, compare=False)

    @classmethod
    def of(cls, octets: bytes) -> "Content":
        """Read a file; whatever is in it."""
        text = octets.decode("utf-8", "surrogateescape").removesuffix("\n")
        return cls(tuple(map(parsed, text.split("\n")))) if text else cls()

    def __post_init__(self) -> None:
        """Index what can be."""
        plain: defaultdict[str, list[Line]] = defaultdict(list)
        others: list[Line] = []
        for line in self.lines:
            if all(map(is_plain, line.names)):
                for name in line.names:
                    plain[spelled(name)].append(line)
            else:
                others.append(line)
        object.__setattr__(self, "_plain", dict(plain))
        object.__setattr__(self, "_others", tuple(others))

    def octets(self) -> bytes:
        """Write it as a file."""
        text = "".join(f"{line.text}\n" for line in self.lines)
        return text.encode("utf-8", "surrogateescape")

    def about(self, name: str) -> list[Line]:
        """Return the lines with a key that are about a name which `host_name` made."""
        return [*self._plain.get(name, ()), *(one for one in self._others if one.concerns(name))]

    def keys(self, name: str) -> tuple[HostKey, ...]:
        """Return the keys pinned for a name, revoked or not."""
        return self._of(name, Marker.HOST)

    def revoked(self, name: str) -> tuple[HostKey, ...]:
        """Return the keys that are never to be believed for a name."""
        return self._of(name, Marker.REVOKED)

    def without(self, keep: Mapping[str, Iterable[HostKey]]) -> "Content":
        """Take names out, except from the lines of the keys that each of them keeps.

        Lines that are marked, and patterns, which mean other hosts as well, stay.
        """
        names: defaultdict[int, list[str]] = defaultdict(list)
        for name, keys in keep.items():
            kept = frozenset(keys)
            for line in self.about(name):
                if line.marker is Marker.HOST and line.key not in kept:
                    names[id(line)].append(name)
        left = (_stripped(line, names.get(id(line), ())) for line in self.lines)
        return Content(tuple(line for line in left if line is not None))

    def _of(self, name: str, marker: Marker) -> tuple[HostKey, ...]:
        keys = (one.key for one in self.about(name) if one.marker is marker and one.key)
        return tuple(dict.fromkeys(keys))


def _stripped(line: Line, names: Iterable[str]) -> Line | None:
    left: Line | None = line
    for name in names:
        left = left.without(name) if left is not None else None
    return left
