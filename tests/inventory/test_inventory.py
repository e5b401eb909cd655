"""The example district loads, and answers what is asked of an inventory."""

import pytest

from inventory.inventory import Inventory, credentials_of, name_of, site_of


def test_the_example_is_a_complete_district(district: Inventory) -> None:
    assert len(district.devices) >= 12
    assert {device.role for device in district.devices.values()} >= {
        "core",
        "aggregation",
        "access",
    }
    assert {site.level for site in district.sites.values()} >= {
        "city", "district", "street", "community", "hall", "room",
    }  # fmt: skip
    for kind in ("hosts", "kiosks", "cloud_nodes", "systems", "migrations", "endpoints"):
        assert getattr(district, kind), kind


def test_targets_are_all_kinds_and_sites_only_with_an_address(district: Inventory) -> None:
    kinds = {target.kind for target in district.targets()}
    assert kinds == {"device", "host", "kiosk", "cloud_node", "endpoint", "site"}
    ids = [target.id for target in district.targets()]
    assert "wutong" in ids
    assert "wutong-room" not in ids
    assert len(ids) == len(set(ids))


def test_a_target_is_found_by_its_id(district: Inventory) -> None:
    for target in district.targets():
        assert district.target(target.id) is target
    assert district.target("wutong-room") is None
    assert district.target("nobody") is None


def test_the_tree_of_sites(district: Inventory) -> None:
    assert district.children(None) == ("yunlan",)
    assert district.children("xiangshu") == ("xiangshu-nanyuan", "xiangshu-beiyuan")
    assert district.children("xiangshu-nanyuan") == ()
    assert list(district.subtree("xiangshu")) == [
        "xiangshu",
        "xiangshu-nanyuan",
        "xiangshu-beiyuan",
    ]
    assert [site.id for site in district.site_path("xiangshu-nanyuan")] == [
        "yunlan", "wutong", "xiangshu", "xiangshu-nanyuan",
    ]  # fmt: skip
    with pytest.raises(KeyError):
        district.site_path("nowhere")


def test_the_district_and_the_city_above_a_site(district: Inventory) -> None:
    found = district.above("xiangshu-nanyuan", "district", "county")
    assert found is not None
    assert found.id == "wutong"
    assert district.above("yunlan-core", "district", "county") is None


def test_what_every_target_can_say(district: Inventory) -> None:
    assert {site_of(target) for target in district.targets()} <= set(district.sites)
    names = {target.id: name_of(target) for target in district.targets()}
    assert names["wutong-agg-1"] == "区汇聚交换机一"
    assert names["portal-page"] == "portal-page"
    used = {target.id: credentials_of(target) for target in district.targets()}
    assert used["yunlan-core-1"] == ("backbone-v3", "switch-ssh")
    assert used["monitor-1"] == ()
    assert used["yunlan-cloud"] == ("cloud-api",)
