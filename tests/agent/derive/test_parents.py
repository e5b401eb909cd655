"""Parents: from the inventory, else last told by LLDP, kept over outages, never in a circle."""

from datetime import UTC, datetime, timedelta

import pytest

from agent.derive.links import Link, LinkState
from agent.derive.parents import Kept, Parent, choose
from inventory.inventory import Inventory
from inventory.machines import Host
from tests.agent.derive.network import device, inventory

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
TREE = inventory(device("core", "core"), device("agg", "aggregation"), device("acc"))


def link(one: str, other: str, state: LinkState = LinkState.CONFIRMED, **lags: str) -> Link:
    return Link(one, f"to {other}", other, f"to {one}", state, **lags)


def parents(
    found: Inventory, *links: Link, former: dict[str, Kept] | None = None
) -> dict[str, Parent]:
    chosen, _kept = choose(found, links, {}, former or {}, NOW)
    return dict(chosen)


def test_the_inventory_wins_over_what_lldp_tells() -> None:
    written = inventory(
        device("core", "core"), device("agg", "aggregation"), device("acc", parent="core")
    )
    assert parents(written, link("acc", "agg")) == {"acc": Parent("core", "inventory")}


def test_a_parent_is_of_the_nearest_layer_above() -> None:
    found = parents(TREE, link("acc", "core"), link("acc", "agg"), link("agg", "core"))
    assert found == {"acc": Parent("agg", "lldp"), "agg": Parent("core", "lldp")}


def test_uplinks_tell_the_parent_whatever_its_role() -> None:
    found = inventory(
        device("wall", "firewall"),
        device("agg", "aggregation"),
        device("acc", uplinks=("to wall",)),
    )
    assert parents(found, link("acc", "agg"), link("acc", "wall")) == {
        "acc": Parent("wall", "lldp")
    }
    assert parents(found, link("acc", "agg")) == {}


def test_an_uplink_may_be_the_aggregate_of_the_port_that_lldp_names() -> None:
    found = inventory(device("core", "core"), device("acc", "core", uplinks=("Eth-Trunk1",)))
    by_trunk = link("acc", "core", source_lag="Eth-Trunk1")
    assert parents(found, by_trunk) == {"acc": Parent("core", "lldp")}


@pytest.mark.parametrize("state", [LinkState.UNIDIRECTIONAL, LinkState.OUTSIDE])
def test_a_link_that_is_not_sure_makes_no_parent(state: LinkState) -> None:
    assert parents(TREE, link("acc", "agg", state)) == {}


def test_a_neighbour_of_the_same_layer_is_no_parent() -> None:
    found = inventory(device("left"), device("right"))
    assert parents(found, link("left", "right")) == {}


def test_the_parent_stays_when_lldp_vanished() -> None:
    former = {"acc": Kept("agg")}
    assert parents(TREE, former=former) == {"acc": Parent("agg", "lldp")}


def test_the_parent_stays_while_it_is_one_of_several() -> None:
    found = inventory(device("a", "aggregation"), device("b", "aggregation"), device("acc"))
    both = (link("acc", "a"), link("acc", "b"))
    assert parents(found, *both)["acc"].parent == "a"
    assert parents(found, *both, former={"acc": Kept("b")})["acc"].parent == "b"
    assert parents(found, both[0], former={"acc": Kept("b")})["acc"].parent == "a"


def test_a_parent_that_complete_tables_lack_for_seven_days_is_forgotten() -> None:
    _, kept = choose(TREE, (), {"acc": True}, {"acc": Kept("agg")}, NOW)
    assert kept == {"acc": Kept("agg", NOW)}
    _, still = choose(TREE, (), {"acc": True}, kept, NOW + timedelta(days=6))
    assert still == kept
    found, gone = choose(TREE, (), {"acc": True}, kept, NOW + timedelta(days=7))
    assert (found, gone) == ({}, {})


def test_an_outage_does_not_count_as_absence() -> None:
    kept = {"acc": Kept("agg")}
    found, after = choose(TREE, (), {"acc": False}, kept, NOW + timedelta(days=30))
    assert found == {"acc": Parent("agg", "lldp")}
    assert after == kept


def test_seen_again_the_absence_is_over() -> None:
    kept = {"acc": Kept("agg", NOW - timedelta(days=6))}
    _, after = choose(TREE, [link("acc", "agg")], {"acc": True}, kept, NOW)
    assert after == {"acc": Kept("agg")}


def test_a_parent_that_left_the_inventory_is_none() -> None:
    assert parents(TREE, former={"acc": Kept("scrapped")}) == {}


def test_two_switches_with_uplinks_to_each_other_make_no_circle() -> None:
    ring = inventory(device("a", uplinks=("to b",)), device("b", uplinks=("to a",)))
    assert parents(ring, link("a", "b")) == {"a": Parent("b", "lldp")}


def test_a_ring_of_uplinks_is_cut_once() -> None:
    names = ("a", "b", "c")
    ring = inventory(*(device(x, uplinks=(f"to {y}",)) for x, y in zip(names, "bca", strict=True)))
    cables = [link(x, y) for x, y in zip(names, "bca", strict=True)]
    assert parents(ring, *cables) == {"a": Parent("b", "lldp"), "b": Parent("c", "lldp")}


def test_a_kept_parent_gives_way_to_an_inventory_that_turns_it_round() -> None:
    turned = inventory(device("agg", "aggregation", parent="acc"), device("acc"))
    assert parents(turned, former={"acc": Kept("agg")}) == {"agg": Parent("acc", "inventory")}


def test_a_host_hangs_on_the_switch_that_sees_it() -> None:
    host = Host(id="web-1", addresses=("192.0.2.9",), site="hexi", os="linux")
    found = Inventory(sites=TREE.sites, devices=TREE.devices, hosts={host.id: host})
    seen = link("acc", "web-1", LinkState.ONE_SIDED)
    assert parents(found, seen) == {"web-1": Parent("acc", "lldp")}
