r"""Makes text of what a device sends to a terminal: what a person would have seen, line by line.

Pagers erase themselves with backspaces, `ESC [ 42 D` or a carriage return, and write the next line
over what stood there; removing the codes alone would leave a row behind a row of blanks. Every line
is decoded by itself, for an interface description may be in GBK on a device that speaks UTF-8.
"""

import re

_DROPPED = b"\0\a\x0b\x0c\x7f"
_TITLE = re.compile(rb"\x1b\][^\x07\x1b\n]*(?:\x07|\x1b\\)")
_CODE = re.compile(r"\x1b\[([0-?]*)[ -/]*([@-~])|\x1b[ -/]*[0-~]?")
_MOVES = "\x1b\r\b"
_TAB = 8

_DRAWN = 8192
"""Characters of a line in which the cursor is followed. A terminal's line is far shorter; in an
endless one each code may move the whole rest of it, which would take hours."""

_FAR = 9999
"""Where a cursor is sent at most."""


def cleaned(octets: bytes) -> str:
    r"""Return the lines, without blanks at their ends, joined by `\n`.

    >>> cleaned(b"a\r\r\n---- More ----\x1b[14D              \x1b[14Db\r\n")
    'a\nb\n'
    """
    octets = _TITLE.sub(b"", octets).translate(None, _DROPPED)
    return "\n".join(_line(one) for one in octets.split(b"\n"))


def _line(octets: bytes) -> str:
    text = decoded(octets.rstrip(b"\r"))
    if any(one in text for one in _MOVES):
        text = _drawn(text) if len(text) <= _DRAWN else _CODE.sub("", text)
    if "\t" in text:
        text = text.expandtabs(_TAB)
    return text.rstrip()


def decoded(octets: bytes) -> str:
    """Decode UTF-8, else GB18030, else show what is neither as U+FFFD."""
    try:
        return octets.decode()
    except UnicodeDecodeError:
        pass
    try:
        return octets.decode("gb18030")
    except UnicodeDecodeError:
        return octets.decode("utf-8", "replace")


def _drawn(text: str) -> str:
    """Follow the cursor along one line."""
    cells: list[str] = []
    cursor = at = 0
    while at < len(text):
        one = text[at]
        if one == "\x1b":
            code = _CODE.match(text, at)
            at = code.end() if code else at + 1
            if code and code[2]:
                cursor = _obeyed(cells, cursor, code[2], code[1])
            continue
        at += 1
        if one == "\r":
            cursor = 0
        elif one == "\b":
            cursor = max(0, cursor - 1)
        else:
            cells[cursor : cursor + 1] = [one]
            cursor += 1
    return "".join(cells)


def _obeyed(cells: list[str], cursor: int, code: str, argument: str) -> int:
    """Do what a control sequence says (ECMA-48 section 8.3); return where the cursor stands."""
    number = min(int(argument[:5]), _FAR) if argument.isascii() and argument.isdigit() else None
    match code:
        case "D":
            return max(0, cursor - (number or 1))
        case "C":
            return min(len(cells), cursor + (number or 1))
        case "G":
            return min(len(cells), max(0, (number or 1) - 1))
        case "K" | "J" if not number:
            del cells[cursor:]
        case "K":  # from the beginning, or the whole line
            until = len(cells) if number == 2 else min(cursor + 1, len(cells))  # noqa: PLR2004 - EL
            cells[:until] = " " * until
        case "P":
            del cells[cursor : cursor + (number or 1)]
        case _:
            pass
    return cursor
