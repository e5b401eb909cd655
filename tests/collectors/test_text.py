"""Whatever a device sends becomes one short line that shows what it says."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.text import TEXT_LIMIT, clean, clean_text, escape, escape_help

CITY = "市政务外网核心交换机"


def test_utf8_is_taken_as_it_is() -> None:
    assert clean(CITY.encode()) == CITY


def test_gbk_is_decoded_when_it_is_not_utf8() -> None:
    assert clean(CITY.encode("gbk")) == CITY


@pytest.mark.parametrize("encoding", ["utf-8", "gbk", "gb18030"])
@pytest.mark.parametrize("prefix", ["", "a"])
def test_character_cut_by_the_mib_limit_is_dropped(encoding: str, prefix: str) -> None:
    whole = prefix + CITY * 4
    cut = clean(whole.encode(encoding)[:64])
    assert whole.startswith(cut)
    assert len(cut) >= 20


def test_octets_that_are_no_text_are_shown_as_hex() -> None:
    assert clean(b"\xff\xfe\x00\x81") == "ff:fe:00:81"


def test_lone_high_octet_after_ascii_is_not_dropped_in_silence() -> None:
    assert clean(b"caf\xe9") == "63:61:66:e9"


def test_padding_after_gbk_does_not_hide_the_text() -> None:
    assert clean("核心".encode("gbk") + b"\0\0") == "核心"


def test_newline_cannot_forge_a_second_line() -> None:
    assert clean(b"GE1\r\negov_target_up 1\x1b[31m\0") == "GE1 egov_target_up 1 [31m"


@pytest.mark.parametrize("hidden", ["\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\U000e0041"])
def test_characters_that_mislead_the_eye_are_removed(hidden: str) -> None:
    assert clean(f"up{hidden}link".encode()) == "uplink"


def test_surrogate_from_a_file_name_becomes_encodable() -> None:
    assert clean_text("a\udc80b") == "a\N{REPLACEMENT CHARACTER}b"


def test_ten_kilobytes_are_cut() -> None:
    assert clean(b"x" * 10_000) == "x" * TEXT_LIMIT
    assert clean(("\u202e" + "核" * 10_000).encode()) == "核" * TEXT_LIMIT


def test_cut_leaves_no_space_at_the_end() -> None:
    assert clean(b"x" * 127 + b" yes") == "x" * 127


def test_escaping_covers_exactly_what_the_format_names() -> None:
    assert escape('a\\b"c\nd') == r"a\\b\"c\nd"
    assert escape_help('a\\b"c\nd') == r'a\\b"c\nd'


@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: text.encode()))
def test_cleaned_text_is_one_short_encodable_line(octets: bytes) -> None:
    text = clean(octets)
    assert len(text) <= TEXT_LIMIT
    assert text == text.strip()
    assert text.encode().decode() == text
    assert not {unicodedata.category(c) for c in text} & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(st.text(st.characters(), max_size=400))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)
