"""A site counts all devices of the inventory below it, whatever is known of them."""

from dataclasses import replace

from agent.derive.derivation import Facts, Scope, Subject
from agent.derive.ipv6_items import Item, Name, State
from agent.derive.ipv6_readiness import EXEMPT, Ipv6Readiness
from agent.derive.ipv6_sites import MOST_NAMED, Ipv6Sites, SiteIpv6
from inventory.inventory import Inventory
from inventory.models import Device, Site
from tests.agent.derive.backbone import NOW

CITY = Site(id="city", name="城", level="city")
HEXI = Site(id="hexi", name="河西", level="district", parent="city")


def device(name: str, site: str = "hexi") -> Device:
    return Device(id=name, addresses=("192.0.2.1",), site=site)


def told(name: str, *failed: Name, unknown: tuple[Name, ...] = ()) -> Ipv6Readiness:
    items = {one: Item(State.PASSED) for one in Name}
    items |= {one: Item(State.FAILED) for one in failed}
    items |= {one: Item(State.UNKNOWN) for one in unknown}
    return Ipv6Readiness(name, expected=True, items=items)


def counted(
    site: str, devices: list[Device], *known: Ipv6Readiness | None, others: tuple[str, ...] = ()
) -> SiteIpv6:
    where = Inventory(sites={"city": CITY, "hexi": HEXI}, devices={one.id: one for one in devices})
    held = {one.target: {"d": (one,)} for one in known if one is not None}
    targets = (*(one.id for one in devices), *others)
    found = Ipv6Sites().derive(
        Subject(Scope.SITE, site, targets), where, Facts(targets, {Ipv6Readiness: held}), None, NOW
    )
    (fact,) = found.observation.facts
    assert isinstance(fact, SiteIpv6)
    return fact


def test_device_of_which_nothing_is_known_counts_and_is_not_ready() -> None:
    found = counted("hexi", [device("a"), device("b")], told("a"), others=("host",))
    assert found == SiteIpv6("hexi", expected=2, ready=1, devices=("b",))


def test_what_is_lacking_is_counted_by_item_and_state() -> None:
    found = counted(
        "hexi",
        [device("a"), device("b")],
        told("a", Name.ROUTING, unknown=(Name.PATH,)),
        told("b", Name.ROUTING),
    )
    assert found.lacking == (("path", "unknown", 1), ("routing", "failed", 2))
    assert found.devices == ("a", "b")


def test_exempt_device_is_in_neither_number() -> None:
    exempt = replace(device("a"), ipv6="exempt")
    found = counted("hexi", [exempt], Ipv6Readiness("a", expected=False, items=EXEMPT))
    assert found == SiteIpv6("hexi", expected=0, ready=0)


def test_site_names_its_own_devices_and_leaves_those_below_to_the_sites_below() -> None:
    found = counted("city", [device("a"), device("b", "city")])
    assert (found.expected, found.devices) == (2, ("b",))


def test_only_the_first_are_named() -> None:
    found = counted("hexi", [device(f"sw-{number:03d}") for number in range(MOST_NAMED + 5)])
    assert (len(found.devices), found.more) == (MOST_NAMED, 5)
    assert found.devices[0] == "sw-000"
