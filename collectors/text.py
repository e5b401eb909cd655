"""Text from devices and people, made fit for labels, terminals and pages.

Device text is hostile until it has been through here: GBK, a character cut in half by a 64-octet
MIB limit, newlines meant to forge a second line, ten kilobytes, right-to-left overrides that make
a name read as another. One rule for everybody, so that two parts never name one port differently.
"""

import codecs
import unicodedata

TEXT_LIMIT = 128
"""Characters of a text; names are compared for being unique after the cut (design section 7)."""

_DROPPED = frozenset("\0\r")
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n"})


def clean(octets: bytes) -> str:
    r"""Decode an OCTET STRING as UTF-8, else as GB18030, else show it as hex (`00:1a:ff`).

    A character cut in half at the end is dropped: ifAlias ends at 64 octets, and devices do not
    care where a Chinese character ends. The result is clean as `clean_text` says.

    >>> clean("核心".encode("gbk"))
    '核心'
    """
    try:
        text = octets.decode()
    except UnicodeDecodeError:
        text = _decode(octets.rstrip(b"\0"))
    return clean_text(text)


def clean_text(text: str) -> str:
    """Strip what does not show: at most 128 characters on one line, in reading order.

    NUL, CR and format characters (bidi overrides and isolates, zero-width, BOM, tags) are removed;
    other control characters and line separators become spaces; a lone surrogate, which no UTF-8
    can carry, becomes U+FFFD; spaces at both ends go. Cleaning twice changes nothing.
    """
    if not text.isprintable():  # false for controls, format characters, surrogates, odd spaces
        text = "".join(map(_shown, text[: 8 * TEXT_LIMIT]))
    return text.strip()[:TEXT_LIMIT].rstrip()


def escape(value: str) -> str:
    r"""Escape a label value for text format 0.0.4: backslash, double quote, line feed."""
    if "\\" in value or '"' in value or "\n" in value:
        return value.translate(_ESCAPES)
    return value


def escape_help(text: str) -> str:
    """Escape a HELP text for text format 0.0.4: backslash and line feed only."""
    return text.replace("\\", r"\\").replace("\n", r"\n")


def _decode(octets: bytes) -> str:
    """Decode what is not strictly UTF-8; `octets` carries no padding."""
    for encoding in ("utf-8", "gb18030"):
        try:
            text = octets.decode(encoding)
        except UnicodeDecodeError:
            text = _all_but_the_tail(octets, encoding)
        if text:
            return text
    return octets.hex(":")


def _all_but_the_tail(octets: bytes, encoding: str) -> str:
    """Decode up to a character that is cut at the end; "" when that is not what is wrong.

    At least one whole character beyond ASCII must stand before the cut: a lone high octet after
    ASCII is more likely a third encoding, which hex shows honestly.
    """
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        text = decoder.decode(octets)
    except UnicodeDecodeError:
        return ""
    return "" if text.isascii() else text


def _shown(character: str) -> str:
    """Give what stands for one character in a cleaned text."""
    if character in _DROPPED:
        return ""
    match unicodedata.category(character):
        case "Cc" | "Zl" | "Zp":
            return " "
        case "Cf":
            return ""
        case "Cs":
            return "\N{REPLACEMENT CHARACTER}"
        case _:
            return character
