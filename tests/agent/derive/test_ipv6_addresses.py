"""Addresses are counted while they are known; a usable one on an uplink makes the item pass."""

import pytest

from agent.derive.ipv6_addresses import Ipv6Addresses, Ipv6Basics
from agent.derive.ipv6_items import Item, State
from collectors.facts import Ipv6Address, Ipv6Forwarding
from inventory.models import Device
from tests.agent.derive.backbone import BOTH, SNMP, Told, run, samples, with_uplinks

FAMILY = "egov_ipv6_addresses"


def address(
    interface: str = "Vlanif10", scope: str = "global", status: str = "preferred", last: int = 1
) -> Ipv6Address:
    return Ipv6Address("sw", interface, f"2001:db8::{last}", scope, status)


LOCAL = address(scope="link_local", last=9)
FORWARDS, NOT = Ipv6Forwarding("sw", True), Ipv6Forwarding("sw", False)


def basics(addresses: Told, forwarding: Told, device: Device = SNMP) -> Ipv6Basics:
    told = {Ipv6Address: addresses, Ipv6Forwarding: forwarding}
    (fact,) = run(Ipv6Addresses(), device, told).observation.facts
    assert isinstance(fact, Ipv6Basics)
    return fact


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({"snmp": [FORWARDS]}, State.PASSED),
        ({"snmp": [NOT]}, State.FAILED),
        ({"snmp": [NOT], "cli": [FORWARDS]}, State.FAILED),
        ({"snmp": [FORWARDS], "cli": [NOT]}, State.PASSED),
        ({"snmp": [], "cli": [FORWARDS]}, State.PASSED),
        ({"snmp": None, "cli": [NOT]}, State.FAILED),
        ({"snmp": None}, State.UNKNOWN),
        ({"snmp": []}, State.UNKNOWN),
        ({"snmp": None, "cli": None}, State.UNKNOWN),
        ({}, State.UNKNOWN),
    ],
)
def test_forwarding_is_as_snmp_says_else_the_cli(told: Told, state: State) -> None:
    assert basics({}, told, BOTH).forwarding == Item(state)


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ({"snmp": [address()]}, State.PASSED),
        ({"snmp": [address(scope="unique_local")]}, State.PASSED),
        ({"snmp": [LOCAL]}, State.FAILED),
        ({"snmp": [address(scope="other")]}, State.FAILED),
        ({"snmp": [address(status="tentative")]}, State.FAILED),
        ({"snmp": [address(status="duplicate")]}, State.FAILED),
        ({"snmp": [address(status="deprecated")]}, State.FAILED),
        ({"snmp": [address(status="unknown")]}, State.FAILED),
        ({"snmp": [address(status="duplicate"), address(last=2)]}, State.PASSED),
        ({"snmp": [address(status="tentative")], "cli": [address()]}, State.FAILED),
        ({"snmp": [], "cli": [address()]}, State.PASSED),
        ({"snmp": [], "cli": []}, State.FAILED),
        ({"snmp": [], "cli": None}, State.UNKNOWN),
        ({"snmp": []}, State.UNKNOWN),
        ({"snmp": None}, State.UNKNOWN),
        ({}, State.UNKNOWN),
    ],
)
def test_address_must_be_routable_and_in_use(told: Told, state: State) -> None:
    assert basics(told, {}).address.state is state


def test_device_that_tells_of_ipv6_and_has_no_address_has_failed() -> None:
    assert basics({"snmp": []}, {"snmp": [NOT]}).address.state is State.FAILED
    assert basics({"snmp": None}, {"snmp": [NOT]}).address.state is State.UNKNOWN


@pytest.mark.parametrize(
    ("told", "state"),
    [
        ([address("GE1"), address("GE2", status="duplicate", last=2)], State.PASSED),
        ([address("Vlanif10"), address("GE1", scope="link_local")], State.FAILED),
        ([address("Vlanif10"), address("GE1", status="tentative")], State.FAILED),
        ([address("Vlanif10")], State.PASSED),
        ([address("Vlanif10", status="tentative")], State.FAILED),
    ],
)
def test_address_counts_on_uplinks_that_speak_ipv6_else_anywhere(
    told: list[Ipv6Address], state: State
) -> None:
    device = with_uplinks(SNMP, "GE1", "GE2")
    assert basics({"snmp": told}, {}, device).address.state is state


def test_address_that_is_not_in_use_is_named() -> None:
    found = basics({"snmp": [address("GE1", status="duplicate"), LOCAL]}, {})
    assert found.address == Item(State.FAILED, ("GE1 2001:db8::1 duplicate",))


def test_addresses_are_counted_over_both_methods_each_once() -> None:
    told = {"snmp": [address(), LOCAL], "cli": [address(), address("LoopBack0", last=3)]}
    found = run(Ipv6Addresses(), SNMP, {Ipv6Address: told})
    assert samples(found.observation, FAMILY) == {
        ("global", "preferred"): 2,
        ("link_local", "preferred"): 1,
    }


def test_none_is_0_when_it_is_known_and_absent_when_it_is_not() -> None:
    derivation = Ipv6Addresses()
    assert samples(run(derivation, SNMP, {}).observation, FAMILY) is None
    known = run(derivation, SNMP, {Ipv6Address: {"snmp": []}})
    assert samples(known.observation, FAMILY) == {("global", "preferred"): 0}
    expired = run(derivation, SNMP, {Ipv6Address: {"snmp": None}})
    assert samples(expired.observation, FAMILY) == {}
    still = run(derivation, SNMP, {Ipv6Address: {"snmp": None}})
    assert samples(still.observation, FAMILY) is None
