"""One row a check; its names are the agent's intervals."""

from agent.settings import DEFAULT_INTERVALS_S
from collectors.registry import CHECKS, Pace, family_in_use
from inventory.endpoints import Endpoint
from inventory.inventory import Inventory
from inventory.secrets import Vault
from tests.agent.fakes import FakePoller

PACE = Pace({"snmp": 60.0, "snmp.lldp": 600.0, "snmpx.lldp": 1.0, "cli": 300.0}, 50.0)


def test_every_check_has_an_interval_and_a_name_of_its_own() -> None:
    names = [check.name for check in CHECKS]
    assert len(names) == len(set(names))
    assert set(names) <= DEFAULT_INTERVALS_S.keys()


def test_intervals_of_tables_are_those_of_the_check() -> None:
    assert dict(PACE.of_tables("snmp")) == {"lldp": 600.0}
    assert dict(PACE.of_tables("cli")) == {}


def test_endpoint_has_no_check_of_a_device() -> None:
    endpoint = Endpoint(id="portal", site="hexi", url="https://portal.example/")
    vault = Vault({}, None)
    assert all(check.plan(endpoint, Inventory(), vault, PACE) is None for check in CHECKS)


def test_poller_without_a_family_has_none() -> None:
    assert family_in_use(FakePoller()) is None
