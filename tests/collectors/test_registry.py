"""One row a check; its names are the agent's intervals."""

from dataclasses import replace

from agent.settings import DEFAULT_INTERVALS_S
from collectors.registry import CHECKS, Pace, family_in_use
from inventory.endpoints import Endpoint
from inventory.inventory import Inventory, Target
from inventory.models import Site, SiteAddress
from inventory.secrets import Vault
from tests.agent.fakes import FakePoller

PACE = Pace(
    {"snmp": 60.0, "snmp.lldp": 600.0, "snmpx.lldp": 1.0, "cli": 300.0, "probe": 30.0}, 50.0
)


def test_every_check_has_an_interval_and_a_name_of_its_own() -> None:
    names = [check.name for check in CHECKS]
    assert len(names) == len(set(names))
    assert set(names) <= DEFAULT_INTERVALS_S.keys()


def test_intervals_of_tables_are_those_of_the_check() -> None:
    assert dict(PACE.of_tables("snmp")) == {"lldp": 600.0}
    assert dict(PACE.of_tables("cli")) == {}


def checks_of(target: Target) -> list[str]:
    """Name the checks that a target has."""
    vault = Vault({}, None)
    found = [(one.name, one.plan(target, Inventory(), vault, PACE)) for one in CHECKS]
    return [name for name, plan in found if plan is not None]


def test_endpoint_has_no_check_of_a_device() -> None:
    assert checks_of(Endpoint(id="portal", site="hexi", url="https://portal.example/")) == []
    assert checks_of(Endpoint(id="port", site="hexi", tcp="portal.example:443")) == ["probe"]
    assert checks_of(Endpoint(id="gate", site="hexi", ping="192.0.2.1")) == ["probe"]


def test_site_is_probed_when_it_has_an_address() -> None:
    site = Site(id="hexi", name="hexi", level="street")
    assert checks_of(site) == []
    assert checks_of(replace(site, address=SiteAddress(v6="2001:db8::1"))) == ["probe"]


def test_poller_without_a_family_has_none() -> None:
    assert family_in_use(FakePoller()) is None
