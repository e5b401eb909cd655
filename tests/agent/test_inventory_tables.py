"""What the inventory says reaches the exposition, in the catalogue's own words."""

from dataclasses import replace

from agent import inventory_tables
from agent.exposition.page import writer
from agent.store.store import AGENT, Store
from collectors.catalogue import load_catalogue
from inventory.inventory import Inventory, Target
from inventory.machines import Kiosk
from inventory.models import Device, Location, Site, SiteAddress

SITES = {
    site.id: site
    for site in (
        Site(id="city", name="临江市", level="city"),
        Site(id="qinglan", name="青岚区", level="district", parent="city"),
        Site(
            id="yunxi",
            name="云溪街道",
            level="street",
            parent="qinglan",
            location=Location(lat=30.301, lon=114.39),
            address=SiteAddress(v4="192.0.2.9"),
        ),
    )
}


def page(target: Target, store: Store | None = None) -> list[str]:
    store = store or Store(load_catalogue(), 1000)
    store.place(target.id, inventory_tables.labels_of(target))
    store.put(inventory_tables.of_target(target), 0.0, 0.0)
    return lines(store, target.id)


def lines(store: Store, target: str) -> list[str]:
    written = writer(store.catalogue, timestamps=False).page(store.contents[target], 0.0)
    return [line for line in written.decode().splitlines() if not line.startswith("#")]


def device(parent: str | None) -> Device:
    return Device(
        id="sw-1", addresses=("192.0.2.1",), site="yunxi", name="接入", role="access", parent=parent
    )


def test_device_has_its_info_and_leaves_its_parent_to_the_topology() -> None:
    assert page(device("core-1")) == [
        (
            'egov_target_info{target="sw-1",site="yunxi",kind="device",name="接入",role="access",'
            'department="",hall=""} 1'
        ),
        'egov_ipv6_expected{target="sw-1",site="yunxi"} 1',
    ]


def test_exempt_device_is_expected_to_be_nothing() -> None:
    exempt = replace(device(None), ipv6="exempt")
    assert 'egov_ipv6_expected{target="sw-1",site="yunxi"} 0' in page(exempt)


def test_kiosk_says_its_hall_and_department() -> None:
    kiosk = Kiosk(
        id="k-1", addresses=("192.0.2.2",), site="yunxi", hall="一楼大厅", department="数据局",
        os="windows", hours="24h",
    )  # fmt: skip
    assert page(kiosk) == [
        (
            'egov_target_info{target="k-1",site="yunxi",kind="kiosk",name="k-1",role="",'
            'department="数据局",hall="一楼大厅"} 1'
        )
    ]


def test_site_with_an_address_is_a_target_at_itself() -> None:
    assert page(SITES["yunxi"])[0].startswith(
        'egov_target_info{target="yunxi",site="yunxi",kind="site",name="云溪街道"'
    )


def test_sites_know_their_district_and_city() -> None:
    store = Store(load_catalogue(), 1000)
    store.put(inventory_tables.of_sites(Inventory(sites=SITES)), 0.0, 0.0)
    assert lines(store, AGENT) == [
        (
            'egov_site_info{site="city",name="临江市",level="city",parent="",district="",'
            'city="临江市",latitude="",longitude=""} 1'
        ),
        (
            'egov_site_info{site="qinglan",name="青岚区",level="district",parent="city",'
            'district="青岚区",city="临江市",latitude="",longitude=""} 1'
        ),
        (
            'egov_site_info{site="yunxi",name="云溪街道",level="street",parent="qinglan",'
            'district="青岚区",city="临江市",latitude="30.301",longitude="114.39"} 1'
        ),
    ]
