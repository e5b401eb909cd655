"""Which targets the words of a command mean."""

import pytest

from inventory.inventory import Inventory
from inventory.select import NothingSelected, select
from texts import speaking


def _ids(inventory: Inventory, *words: str) -> list[str]:
    return [target.id for target in select(inventory, words)]


def test_no_word_means_all(district: Inventory) -> None:
    assert _ids(district) == [target.id for target in district.targets()]


def test_an_id_a_pattern_and_both_once_in_the_inventorys_order(district: Inventory) -> None:
    assert _ids(district, "wutong-agg-1") == ["wutong-agg-1"]
    assert _ids(district, "yunlan-core-2", "yunlan-core-*") == ["yunlan-core-1", "yunlan-core-2"]


def test_a_site_means_all_below_it(district: Inventory) -> None:
    assert _ids(district, "site:liuxi") == [
        "liuxi-acc-1", "liuxi-qiaotou-acc-1", "liuxi-kiosk-1", "liuxi",
    ]  # fmt: skip


def test_a_site_with_an_address_is_a_target_by_its_id(district: Inventory) -> None:
    assert _ids(district, "liuxi") == ["liuxi"]


def test_roles_and_kinds(district: Inventory) -> None:
    assert _ids(district, "role:core") == ["yunlan-core-1", "yunlan-core-2"]
    assert _ids(district, "kind:kiosk") == list(district.kiosks)


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("wutong-agg-9", 'no target is meant by "wutong-agg-9"; did you mean "wutong-agg-2"?'),
        ("zzz*", 'no target is meant by "zzz*"'),
        ("site:liuxy", 'no target is meant by "site:liuxy"; did you mean "site:liuxi"?'),
        ("role:cor", 'no target is meant by "role:cor"; did you mean "role:core"?'),
        ("kind:kiosks", 'no target is meant by "kind:kiosks"; did you mean "kind:kiosk"?'),
        (
            "wutong-room",
            "wutong-room is a site without an address; site:wutong-room means all below it",
        ),
        ("colour:red", 'no target is meant by "colour:red"'),
    ],
)  # fmt: skip
def test_a_word_that_means_nothing_is_told(district: Inventory, word: str, text: str) -> None:
    with speaking("en"), pytest.raises(NothingSelected) as found:
        select(district, ["wutong-agg-1", word])
    assert str(found.value) == text
