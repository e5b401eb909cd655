"""Ages in words and walks through the site tree."""

import pytest

from agent.web.reading import TreeLine, span, subtree, tree
from agent.web.views import SiteView
from texts import speaking


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "–"),
        (-3.0, "0 s"),
        (0.4, "0 s"),
        (59.6, "60 s"),
        (119.0, "119 s"),
        (120.0, "2 min"),
        (7199.0, "119 min"),
        (7200.0, "2 h 0 min"),
        (100_000.0, "27 h 46 min"),
        (180_000.0, "2 d 2 h"),
        (90_000_000.0, "1041 d 16 h"),
    ],
)
def test_a_length_of_time_in_words(seconds: float | None, words: str) -> None:
    with speaking("en"):
        assert span(seconds) == words


def site(site_id: str, parent: str | None = None) -> SiteView:
    return SiteView(id=site_id, name=site_id, level="hall", parent=parent)


def test_a_walk_keeps_the_order_and_closes_what_it_opened() -> None:
    a, b, c, d = site("a"), site("b", "a"), site("c", "b"), site("d", "a")
    assert tree([a, b, c, d]) == (
        TreeLine(a, opens=True, depth=0),
        TreeLine(b, opens=True, depth=1),
        TreeLine(c, opens=False, depth=2),
        TreeLine(None),
        TreeLine(d, opens=False, depth=1),
        TreeLine(None),
    )


def test_a_subtree_is_a_site_and_all_below_it() -> None:
    sites = [site("a"), site("b", "a"), site("c", "b"), site("d")]
    assert subtree(sites, "a") == {"a", "b", "c"}
    assert subtree(sites, "nowhere") == {"nowhere"}
