"""What SNMP and the CLI say of one device is joined as the store joins rows."""

from agent.derive.derivation import Input
from agent.derive.joined import first_known, joined
from collectors.facts import Ipv6Forwarding, Ospfv3Neighbor
from tests.agent.derive.backbone import ospf


def key(one: Ospfv3Neighbor) -> tuple[str, ...]:
    return one.neighbor, one.interface


def test_row_of_snmp_wins_and_what_only_the_cli_knows_is_added() -> None:
    cli = Input("sw", "cli", (ospf("1.1.1.1", up=False), ospf("2.2.2.2")))
    snmp = Input("sw", "snmp", (ospf("1.1.1.1"),))
    found = joined([cli, snmp], key)
    assert {name: one.up for name, one in found.rows.items()} == {
        ("1.1.1.1", "GE1"): True,
        ("2.2.2.2", "GE1"): True,
    }
    assert found.tellers == {("1.1.1.1", "GE1"): ("snmp", "cli"), ("2.2.2.2", "GE1"): ("cli",)}
    assert found.known == {"snmp", "cli"}


def test_expired_input_is_not_known_and_an_empty_one_is() -> None:
    found = joined([Input("sw", "snmp", None), Input("sw", "cli", ())], key)
    assert (found.rows, found.known) == ({}, {"cli"})


def test_single_fact_is_snmps_while_it_has_one() -> None:
    yes, no = Ipv6Forwarding("sw", True), Ipv6Forwarding("sw", False)
    told = {"snmp": Input("sw", "snmp", (no,)), "cli": Input("sw", "cli", (yes,))}
    assert first_known([told["cli"], told["snmp"]]) == no
    assert first_known([told["cli"], Input("sw", "snmp", ())]) == yes
    assert first_known([told["cli"], Input("sw", "snmp", None)]) == yes
    assert first_known([Input("sw", "snmp", None)]) is None
    assert first_known([]) is None
