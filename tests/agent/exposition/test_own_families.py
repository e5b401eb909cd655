"""The catalogue declares the agent's own metrics as they are made."""

from collections.abc import Iterator

from prometheus_client import Metric

from agent import reload, scheduler, self_metrics, state
from agent.derive.accounts import Account
from agent.distribution import Distribution
from agent.state_database import Trouble
from agent.store import store
from agent.web.server import WebStatistics
from collectors.catalogue import load_catalogue
from collectors.contract import Severity
from protocols.snmp import engine

SUFFIX = {"counter": "_total"}


def every_part() -> Iterator[Metric]:
    """Ask each part once, so that every family has a sample."""
    yield from self_metrics.of_build("1", "uvloop")
    yield from self_metrics.of_scheduler(
        scheduler.Statistics(*[0] * 9, lag=Distribution(), warm_up_lag=Distribution())
    )
    yield from self_metrics.of_loop(Distribution())
    yield from self_metrics.of_store(store.Statistics(*[0] * 6))
    yield from self_metrics.of_snmp(engine.Statistics(*[0] * 4))
    yield from self_metrics.of_state(state.Statistics(0, 0, dict.fromkeys(Trouble, 0)))
    yield from self_metrics.of_derivations({"target_up": Account()})
    yield from self_metrics.of_reload(reload.Statistics(0, True, 0.0, 0, 0))
    yield from self_metrics.of_findings({("snmp_forged_reply", Severity.WARNING): 0})
    yield from self_metrics.of_web(WebStatistics(cuts={"broken": 0}, certificate_expires_s=1.0))


def made() -> Iterator[tuple[str, str, str, frozenset[str]]]:
    for metric in self_metrics.registry(every_part).collect():
        labels = {name for sample in metric.samples for name in sample.labels} - {"le"}
        name = metric.name + SUFFIX.get(metric.type, "")
        yield name, metric.type, metric.documentation, frozenset(labels)


def test_own_families_are_declared_as_they_are_made() -> None:
    """What one side has and the other has not is shown by both sets."""
    declared = {
        (family.name, str(family.type), family.help, frozenset(family.labels))
        for table in ("agent", "security_events")
        for family in load_catalogue().columns[table]
    }
    assert declared == set(made())
