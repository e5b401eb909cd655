"""What a device sends becomes what a person would have read."""

import pytest

from collectors.cli.screen import cleaned


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (b"a\r\nb\r\n", "a\nb\n"),
        (b"a\r\r\nb\r\r\n", "a\nb\n"),
        (b"a\0b\ac\r\n", "abc\n"),
        (b"  ---- More ----\x1b[42D" + b" " * 42 + b"\x1b[42Drow 2\r\n", "row 2\n"),
        (b"---- More ----\x1b[16D                \x1b[16Dlonger than the pager was, by far", None),
        (b" --More-- \b\b\b\b\b\b\b\b\b\b          \b\b\b\b\b\b\b\b\b\brow", "row"),
        (b"--More--\r        \rrow", "row"),
        (b"--More--\x1b[2K\rrow", "row"),
        (b"\x1b[1mbold\x1b[0m and \x1b[31mred\x1b[m", "bold and red"),
        (b"\x1b]0;user@host\a$ ", "$"),
        (b"\x1b[?2004h$ \x1b[?2004l", "$"),
        (b"disp \x1b[1Dlay", "display"),
        ("描述 核心".encode(), "描述 核心"),
        ("描述 核心".encode("gbk"), "描述 核心"),
        ("描述".encode() + b"\r\n" + "核心".encode("gbk") + b"\r\n", "描述\n核心\n"),
        (b"\xff\xfe bad", "\ufffd\ufffd bad"),
        (b"a\tb", "a       b"),
        (b"", ""),
        (b"\x1b", ""),
        (b"\x1b[99999999D\x1b[99999999Cx", "x"),
    ],
)
def test_control_characters_do_what_a_terminal_does(sent: bytes, read: str | None) -> None:
    assert cleaned(sent) == (read if read is not None else "longer than the pager was, by far")


def test_blanks_inside_a_row_stay_and_those_at_its_end_go() -> None:
    assert cleaned(b"  a   b   \r\n") == "  a   b\n"
