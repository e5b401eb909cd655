"""Which subjects a fact touches, and what happens to tables that several of them share."""

from agent.derive.derivation import Scope
from agent.derive.merge import merged
from agent.derive.scopes import Scopes
from collectors.contract import Method, Observation, Samples, Table, Texts
from inventory.cloud import CloudNode, System
from inventory.inventory import Inventory
from inventory.machines import Host
from inventory.models import Device, Site, SiteAddress


def inventory() -> Inventory:
    sites = [
        Site(id="city", name="城", level="city"),
        Site(id="hexi", name="河西", level="district", parent="city"),
        Site(
            id="hall", name="大厅", level="hall", parent="hexi", address=SiteAddress(v4="192.0.2.9")
        ),
        Site(id="hedong", name="河东", level="district", parent="city"),
    ]
    hosts = [
        Host(id="vm-1", addresses=("192.0.2.3",), site="hexi", os="linux", node="cloud",
             systems=("permits",)),
        Host(id="vm-2", addresses=("192.0.2.4",), site="hexi", os="linux"),
    ]  # fmt: skip
    system = System(
        id="permits", name="审批", department="政务局", state="migrated", origin="existing",
        hosts=("vm-1", "vm-2"),
    )  # fmt: skip
    return Inventory(
        sites={site.id: site for site in sites},
        devices={"sw": Device(id="sw", addresses=("192.0.2.1",), site="hall")},
        hosts={host.id: host for host in hosts},
        cloud_nodes={"cloud": CloudNode(id="cloud", name="云", site="city")},
        systems={"permits": system},
    )


def test_site_holds_the_targets_of_its_subtree_and_an_empty_one_is_there() -> None:
    scopes = Scopes(inventory())
    hexi = scopes.subject(Scope.SITE, "hexi")
    hedong = scopes.subject(Scope.SITE, "hedong")
    assert hexi is not None
    assert hedong is not None
    assert set(hexi.targets) == {"sw", "vm-1", "vm-2", "hall"}
    assert hedong.targets == ()
    assert scopes.subject(Scope.SITE, "nowhere") is None


def test_fact_touches_every_site_above_its_target() -> None:
    scopes = Scopes(inventory())
    assert scopes.of_target("sw", Scope.SITE) == ["city", "hexi", "hall"]
    assert scopes.of_target("sw", Scope.TARGET) == ["sw"]
    assert scopes.of_target("sw", Scope.ALL) == [""]
    assert scopes.of_target("sw", Scope.NODE) == []
    assert scopes.of_target("nobody", Scope.SITE) == []


def test_device_is_derived_with_the_address_of_its_own_site() -> None:
    scopes = Scopes(inventory())
    device = scopes.subject(Scope.DEVICE, "sw")
    assert device is not None
    assert set(device.targets) == {"sw", "hall"}
    assert scopes.of_target("sw", Scope.DEVICE) == ["sw"]
    assert scopes.of_target("hall", Scope.DEVICE) == ["sw"]
    assert scopes.of_target("vm-1", Scope.DEVICE) == []
    assert scopes.of_scope(Scope.DEVICE) == ["sw"]


def test_node_and_system_hold_their_hosts() -> None:
    scopes = Scopes(inventory())
    assert scopes.of_target("vm-1", Scope.NODE) == ["cloud"]
    assert scopes.of_target("cloud", Scope.NODE) == ["cloud"]
    assert scopes.of_target("vm-2", Scope.SYSTEM) == ["permits"]
    permits = scopes.subject(Scope.SYSTEM, "permits")
    assert permits is not None
    assert permits.targets == ("vm-1", "vm-2")


def table(key: str, family: str, value: int, *, complete: bool = True) -> Table:
    samples = (Samples(family, [value]),)
    texts = (Texts("egov_x_info", ("name",), [(key.upper(),)]),)
    return Table("x", Method.AGENT, [(key,)], samples, texts, complete=complete)


def test_tables_are_joined_row_under_row_with_holes_where_a_family_is_missing() -> None:
    observations = [
        Observation("", "derived.x", (table("a", "egov_x_one", 1),)),
        Observation("", "derived.x", (table("b", "egov_x_two", 2, complete=False),)),
    ]
    whole = merged(observations)
    (joined,) = whole.tables
    assert whole.check == "derived.x"
    assert list(joined.keys) == [("a",), ("b",)]
    columns = {one.family: list(one.values) for one in joined.samples}
    assert columns == {"egov_x_one": [1, None], "egov_x_two": [None, 2]}
    assert list(joined.texts[0].values) == [("A",), ("B",)]
    assert not joined.complete


def test_nothing_to_join_is_an_empty_observation() -> None:
    assert merged([]).tables == ()
