"""Findings are counted, and one line says the first of each kind of a target."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from agent.sink import CountingSink
from collectors.contract import Finding, Received, Severity

AT = datetime(2026, 3, 2, tzinfo=UTC)


def finding(target: str, kind: str = "snmp.forged") -> Finding:
    return Finding(kind, target, Severity.WARNING, "not believed", AT)


async def test_findings_are_counted_and_messages_are_not() -> None:
    sink = CountingSink()
    await sink.store([finding("sw-1"), finding("sw-2"), Received("192.0.2.1", AT, b"<13>x")])
    assert dict(sink.counts) == {("snmp.forged", Severity.WARNING): 2}


def test_repeated_finding_is_one_line_until_the_target_changes(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sink = CountingSink()
    for _ in range(5):
        sink.take([finding("sw-1"), finding("sw-2")])
    assert len(caplog.records) == 2
    assert "sw-1: snmp.forged: not believed" in caplog.text
    sink.forget("sw-1")
    sink.take([finding("sw-1"), finding("sw-2")])
    assert len(caplog.records) == 3


def test_another_severity_of_a_kind_is_another_line(caplog: pytest.LogCaptureFixture) -> None:
    sink = CountingSink()
    sink.take([finding("sw-1")])
    sink.take([replace(finding("sw-1"), severity=Severity.CRITICAL)])
    assert len(caplog.records) == 2
