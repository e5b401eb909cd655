"""Forged replies become findings, and a forger cannot make a flood of them."""

from agent.forgery import EVERY_S, MOST_PEERS, Forgeries
from collectors.contract import Finding, Severity
from inventory.inventory import Inventory
from inventory.models import Device, DeviceSnmp
from tests.agent.fakes import ManualClock


def made() -> tuple[Forgeries, ManualClock, list[Finding]]:
    clock = ManualClock()
    findings: list[Finding] = []
    forgeries = Forgeries(clock, findings.extend)
    addresses = ("192.0.2.1", "2001:DB8::1", "sw-1.example")
    devices = {
        "sw-1": Device(
            id="sw-1", addresses=addresses, site="hexi", snmp=DeviceSnmp(credential="v3")
        ),
        "sw-2": Device(
            id="sw-2", addresses=addresses, site="hexi", snmp=DeviceSnmp(credential="v3", port=1161)
        ),
    }
    forgeries.adopt(Inventory(devices=devices))
    return forgeries, clock, findings


def test_finding_names_the_target_the_peer_and_the_reason() -> None:
    forgeries, clock, findings = made()
    forgeries.seen("2001:db8::1", 161, "wrong_digest")
    (finding,) = findings
    assert (finding.kind, finding.target, finding.severity) == (
        "snmp.forged",
        "sw-1",
        Severity.WARNING,
    )
    assert finding.text == "a reply from 2001:db8::1 was not believed: wrong_digest"
    assert finding.at == clock.now()


def test_targets_at_one_address_are_told_apart_by_their_ports() -> None:
    forgeries, _clock, findings = made()
    forgeries.seen("192.0.2.1", 1161, "wrong_digest")
    forgeries.seen("192.0.2.1", 9999, "wrong_engine")
    assert [finding.target for finding in findings] == ["sw-2", ""]


def test_peer_that_is_no_target_is_told_as_well() -> None:
    forgeries, _clock, findings = made()
    forgeries.seen("198.51.100.7", 161, "wrong_source")
    assert findings[0].target == ""


def test_finding_names_who_speaks_in_a_targets_name() -> None:
    forgeries, _clock, findings = made()
    forgeries.seen("192.0.2.1", 161, "wrong_source", "198.51.100.7")
    assert findings[0].target == "sw-1"
    assert findings[0].text == (
        "a reply from 198.51.100.7 in the name of 192.0.2.1 was not believed: wrong_source"
    )


def test_same_forgery_is_told_once_a_minute() -> None:
    forgeries, clock, findings = made()
    for _ in range(1000):
        forgeries.seen("192.0.2.1", 161, "wrong_digest")
    forgeries.seen("192.0.2.1", 161, "wrong_engine")
    assert len(findings) == 2
    clock.advance(EVERY_S)
    forgeries.seen("192.0.2.1", 161, "wrong_digest")
    assert len(findings) == 3


def test_invented_sources_do_not_fill_the_memory() -> None:
    forgeries, _clock, _findings = made()
    for number in range(3 * MOST_PEERS):
        forgeries.seen(f"peer-{number}", 161, "wrong_source")
    assert len(forgeries._told_s) <= MOST_PEERS
