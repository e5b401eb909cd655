"""Accept-Encoding, as clients really send it."""

import pytest

from agent.web.encoding import accepts_gzip


@pytest.mark.parametrize(
    "field",
    [
        "gzip",
        "deflate, gzip, br, zstd",
        "GZIP;q=0.5",
        "x-gzip",
        "*",
        "br;q=1.0, *;q=0.1",
        "gzip; q=0.8, identity; q=0.5",
        "gzip;q=1.000",
    ],
)
def test_gzip_is_sent_to_who_takes_it(field: str) -> None:
    assert accepts_gzip([field])


@pytest.mark.parametrize(
    "field",
    [
        "",
        "identity",
        "gzip;q=0",
        "gzip;q=0.000",
        "*;q=0",
        "*, gzip;q=0",
        "gzip;q=0.5, identity",
        "br, deflate",
        "gzip;q=nonsense",
        "gzip;q=1.0001",
        "gzip;q=²",
        ",,;",
    ],
)
def test_plain_text_is_sent_to_everybody_else(field: str) -> None:
    assert not accepts_gzip([field])


def test_several_headers_are_one_list() -> None:
    assert accepts_gzip(["br", "gzip"])
    assert not accepts_gzip([])
