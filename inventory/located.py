"""YAML whose every value knows its file and line, and the mistakes that are told by them.

A file is read once, safely (no objects, no tags), within limits of size, depth and number of
values, so that a hostile or a broken file costs a message and not the service. Plain scalars
follow the YAML 1.2 core schema: `no`, `on`, `010` and `2026-01-01` stay text, where YAML 1.1 would
make a boolean, an octal number and a date of them. The keys of mappings are always text.
"""

from pathlib import Path

import yaml

from inventory.mistakes import Plain, Problem, Problems, cut, did_you_mean, nearest, shown
from inventory.nodes import MAX_DEPTH, MAX_SCALAR, MAX_VALUES, Builder, Node, Step
from texts import gettext as _

__all__ = [
    "MAX_DEPTH", "MAX_OCTETS", "MAX_SCALAR", "MAX_VALUES", "Node", "Plain", "Problem", "Problems",
    "Step", "cut", "did_you_mean", "nearest", "parse", "read", "shown",
]  # fmt: skip

MAX_OCTETS = 10 * 1024 * 1024

# libyaml where it was built: 10 times faster
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read(path: Path) -> Node:
    """Read one YAML document.

    Raises:
        Problems: unreadable, too large, not UTF-8, not YAML, a key twice, several documents.
    """
    file = str(path)
    return parse(_octets(path, file), file)


def parse(octets: bytes, file: str) -> Node:
    """Parse a document that was already read; `file` is the name in messages."""
    text = _decoded(octets, file)
    builder = Builder(file)
    try:
        node = builder.document(yaml.parse(text, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        raise Problems([*builder.problems, _syntax(error, text, file)]) from None
    except yaml.reader.ReaderError as error:
        raise Problems([_forbidden_character(error, text, file)]) from None
    if builder.problems:
        raise Problems(builder.problems)
    return node


def _octets(path: Path, file: str) -> bytes:
    try:
        with path.open("rb") as stream:
            octets = stream.read(MAX_OCTETS + 1)
    except OSError as error:
        text = _("cannot be read: {why}").format(why=error.strerror or type(error).__name__)
        raise Problems([Problem(file, 0, "", text)]) from None
    except ValueError:  # a NUL in the path
        raise Problems([Problem(cut(file), 0, "", _("is not a path"))]) from None
    if len(octets) > MAX_OCTETS:
        text = _("larger than {limit} MiB; split it into several files of the folder").format(
            limit=MAX_OCTETS // 1024 // 1024
        )
        raise Problems([Problem(file, 0, "", text)])
    return octets


def _decoded(octets: bytes, file: str) -> str:
    if octets.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Problems([Problem(file, 1, "", _("is UTF-16; save it as UTF-8"))])
    try:
        return octets.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = octets.count(b"\n", 0, error.start) + 1
    text = _("is not UTF-8")
    try:
        octets.decode("gb18030")
    except UnicodeDecodeError:
        pass
    else:
        text = _("is not UTF-8 but looks like GBK; save it as UTF-8 (iconv -f GB18030 -t UTF-8)")
    raise Problems([Problem(file, line, "", text)])


def _syntax(error: yaml.MarkedYAMLError, text: str, file: str) -> Problem:
    mark = error.problem_mark or error.context_mark
    what = cut(error.problem or error.context or "")
    if mark is not None and _tab_indents(text, mark.line):
        what = _("a tab; YAML indents with spaces")
    written = _("is not valid YAML: {what}").format(what=what)
    return Problem(file, mark.line + 1 if mark else 0, "", written)


def _tab_indents(text: str, line: int) -> bool:
    lines = text.split("\n", line + 1)
    return line < len(lines) and "\t" in lines[line][: -len(lines[line].lstrip()) or None]


def _forbidden_character(error: yaml.reader.ReaderError, text: str, file: str) -> Problem:
    # libyaml counts octets and the Python reader characters: near enough to name the line
    position = error.position or 0
    line = text.encode()[:position].count(b"\n") + 1
    return Problem(file, line, "", _("holds a control character that YAML forbids"))
