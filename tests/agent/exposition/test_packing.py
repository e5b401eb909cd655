"""Packed pages are gzip like any other, and only so many of them are kept."""

import zlib

from hypothesis import given
from hypothesis import strategies as st

from agent.exposition.packing import PackedPages, Packer, packed
from agent.store.content import Content

GZIP = 31
ONE, OTHER = Content(b"one"), Content(b"other")


@given(page=st.binary(max_size=20_000))
def test_what_is_packed_is_read_by_zlib(page: bytes) -> None:
    assert zlib.decompress(packed(page), GZIP) == page


@given(pieces=st.lists(st.binary(max_size=5_000), max_size=8), last=st.binary(max_size=100))
def test_pieces_make_one_member(pieces: list[bytes], last: bytes) -> None:
    packer = Packer()
    octets = b"".join([*map(packer.add, pieces), packer.end(last)])
    reader = zlib.decompressobj(GZIP)
    assert reader.decompress(octets) == b"".join((*pieces, last))
    assert reader.eof
    assert reader.unused_data == b""


def test_page_is_kept_for_its_content_and_its_time() -> None:
    pages = PackedPages()
    pages.keep("sw-1", ONE, 5.0, b"page")
    assert pages.get("sw-1", ONE, 4.9) == b"page"
    assert pages.get("sw-1", ONE, 5.0) is None
    assert pages.get("sw-1", OTHER, 4.9) is None
    assert pages.get("sw-2", ONE, 4.9) is None


def test_the_oldest_go_when_there_is_no_more_room() -> None:
    pages = PackedPages(most=100)
    pages.keep("old", ONE, None, bytes(40))
    pages.keep("again", ONE, None, bytes(40))
    pages.keep("old", OTHER, None, bytes(40))  # it is the newest now
    pages.keep("new", ONE, None, bytes(40))
    assert "again" not in pages
    assert pages.get("old", OTHER, 0.0) == bytes(40)
    assert pages.get("new", ONE, 0.0) == bytes(40)


def test_room_of_what_is_dropped_is_free_again() -> None:
    pages = PackedPages(most=100)
    for target in ("a", "b"):
        pages.keep(target, ONE, None, bytes(50))
    pages.drop("a")
    pages.drop("a")
    pages.keep("c", ONE, None, bytes(50))
    assert "b" in pages
    pages.drop_others({"c"})
    assert "b" not in pages
    pages.keep("d", ONE, None, bytes(50))
    assert "c" in pages


def test_page_that_has_no_room_at_all_is_not_kept() -> None:
    pages = PackedPages(most=10)
    pages.keep("huge", ONE, None, bytes(11))
    assert "huge" not in pages
    pages.keep("small", ONE, None, bytes(10))
    assert "small" in pages
