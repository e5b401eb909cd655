"""A reload touches what changed and nothing else."""

from dataclasses import replace
from types import MappingProxyType

from inventory.diff import diff
from inventory.inventory import Inventory
from inventory.models import Community
from inventory.secrets import SecretReference


def test_nothing_changed(district: Inventory) -> None:
    found = diff(district, replace(district))
    assert found.unchanged == tuple(target.id for target in district.targets())
    assert (found.added, found.removed, found.changed) == ((), (), ())


def test_added_removed_and_changed(district: Inventory) -> None:
    devices = dict(district.devices)
    gone = devices.pop("liuxi-acc-1")
    devices["new-1"] = replace(gone, id="new-1", addresses=("10.30.99.1",))
    devices["wutong-agg-1"] = replace(devices["wutong-agg-1"], role="core")
    found = diff(district, replace(district, devices=MappingProxyType(devices)))
    assert found.added == ("new-1",)
    assert found.removed == ("liuxi-acc-1",)
    assert found.changed == ("wutong-agg-1",)
    assert len(found.unchanged) == len(list(district.targets())) - 2


def test_a_new_name_of_the_site_changes_no_target_at_it(district: Inventory) -> None:
    sites = {**district.sites, "wutong-room": replace(district.sites["wutong-room"], name="机房")}
    assert diff(district, replace(district, sites=MappingProxyType(sites))).changed == ()


def test_a_changed_credential_changes_who_uses_it(district: Inventory) -> None:
    other = Community(version="v2c", community=SecretReference("env", "OTHER"))
    access = replace(district.credentials["access-v2c"], snmp=other)
    credentials = MappingProxyType({**district.credentials, "access-v2c": access})
    found = diff(district, replace(district, credentials=credentials))
    assert set(found.changed) == {
        "xiangshu-acc-1", "xiangshu-nanyuan-acc-1", "xiangshu-beiyuan-acc-1", "liuxi-qiaotou-acc-1",
    }  # fmt: skip


def test_a_target_of_another_kind_is_another_target(district: Inventory) -> None:
    hosts = dict(district.hosts)
    moved = hosts.pop("oa-app-1")
    kiosk = replace(next(iter(district.kiosks.values())), id=moved.id)
    kiosks = {**district.kiosks, moved.id: kiosk}
    after = replace(district, hosts=MappingProxyType(hosts), kiosks=MappingProxyType(kiosks))
    found = diff(district, after)
    assert found.added == found.removed == ("oa-app-1",)
