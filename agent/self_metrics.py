"""The agent's own metrics, egov_agent_*: read from the parts' statistics when they are scraped.

Each function turns one part's statistics into metric families; nothing is counted twice.
"""

import platform
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TypeAlias, get_args

from prometheus_client import CollectorRegistry, Metric, ProcessCollector
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from typing_extensions import override

from agent import reload, scheduler, state
from agent.derive.accounts import Account
from agent.distribution import Distribution
from agent.plain_metrics import counter, counters, gauge, gauges, histogram
from agent.sink import KINDS
from agent.store import store
from agent.web.door import Cut
from agent.web.server import WebStatistics
from collectors.contract import Severity
from protocols.snmp import engine
from protocols.snmp.security import Rejection

Part: TypeAlias = Callable[[], Iterable[Metric]]


class _Parts(Collector):
    def __init__(self, parts: tuple[Part, ...]) -> None:
        self._parts = parts

    @override
    def collect(self) -> Iterator[Metric]:
        for part in self._parts:
            yield from part()


def registry(*parts: Part) -> CollectorRegistry:
    """Make the registry of the agent's own metrics, those of its process among them.

    Args:
        parts: asked at each scrape; each must be cheap and may not fail.
    """
    made = CollectorRegistry(auto_describe=False)
    ProcessCollector(namespace="egov_agent", registry=made)
    made.register(_Parts(parts))
    return made


def of_build(version: str, loop: str) -> Iterator[Metric]:
    """Say what runs."""
    info = GaugeMetricFamily(
        "egov_agent_build_info",
        "The agent's version, its Python and event loop; always 1.",
        labels=("version", "python", "loop"),
    )
    info.add_metric((version, platform.python_version(), loop), 1)
    yield info


def of_scheduler(seen: scheduler.Statistics) -> Iterator[Metric]:
    """Say whether visits start when they should."""
    yield histogram(
        "egov_agent_schedule_lag_seconds",
        "How much later than due a question started; first and second visits are left out.",
        seen.lag,
    )
    yield histogram(
        "egov_agent_warm_up_lag_seconds",
        "How much later than due a first or second visit started: they wait behind the others.",
        seen.warm_up_lag,
    )
    yield gauge("egov_agent_checks", "Checks of targets that are scheduled.", seen.entries)
    yield gauge(
        "egov_agent_checks_silent",
        "Those of them that get one cheap question an interval until they answer.",
        seen.silent,
    )
    yield gauge(
        "egov_agent_checks_warming_up",
        "Checks that answer and have not had their second visit yet.",
        seen.warming_up,
    )
    yield gauges(
        "egov_agent_questions_running",
        "Questions under way: full visits, visits that turned slow, cheap questions.",
        "kind",
        {"visit": seen.visits, "slow": seen.slow, "knock": seen.knocks},
    )
    yield gauge("egov_agent_questions_waiting", "Questions that are due and wait.", seen.waiting)
    yield counter("egov_agent_questions", "Questions started.", seen.started)
    yield counter(
        "egov_agent_visits_missed",
        "Turns passed over because the visit before was still running.",
        seen.missed,
    )


def of_loop(lag: Distribution) -> Iterator[Metric]:
    """Say whether anything blocks the event loop."""
    yield histogram("egov_agent_loop_lag_seconds", "How late the event loop's timers are.", lag)


def of_store(seen: store.Statistics) -> Iterator[Metric]:
    """Say how much is held and what was refused."""
    yield gauge("egov_agent_targets", "Targets of the inventory.", seen.targets)
    yield gauge("egov_agent_series", "Series held for exposition.", seen.series)
    yield gauge(
        "egov_agent_series_cut", "Series that max_series_per_target hides.", seen.series_cut
    )
    yield counter(
        "egov_agent_series_cut", "Series hidden, at each observation.", seen.series_cut_total
    )
    yield counter(
        "egov_agent_duplicate_rows", "Rows whose labels came twice.", seen.duplicates_total
    )
    yield counter(
        "egov_agent_orphan_observations",
        "Observations that came after a reload had taken their target away.",
        seen.orphans_total,
    )


def of_snmp(seen: engine.Statistics) -> Iterator[Metric]:
    """Say what went over the wire, and what was not believed."""
    believed = seen.received - sum(seen.rejected.values())
    yield counters(
        "egov_agent_snmp_pdus",
        "SNMP messages sent, and those received and believed.",
        "direction",
        {"sent": seen.sent, "received": believed},
    )
    yield counter(
        "egov_agent_snmp_unreachable", "ICMP errors that SNMP messages brought.", seen.unreachable
    )
    yield counter("egov_agent_snmp_retries", "SNMP messages sent again.", seen.retries)
    yield counters(
        "egov_agent_snmp_rejected",
        "Datagrams dropped while the wait for the true answer went on, by reason.",
        "reason",
        {reason.value: seen.rejected.get(reason, 0) for reason in Rejection},
    )
    yield counter(
        "egov_agent_snmp_unauthenticated_replies",
        "Replies that somebody else may have forged: wrong source, digest, engine, level ...",
        seen.forged,
    )


def of_state(seen: state.Statistics) -> Iterator[Metric]:
    """Say whether what was learned is kept."""
    yield gauge("egov_agent_state_documents", "Documents in the state.", seen.documents)
    yield gauge("egov_agent_state_unsaved", "Those of them not yet on disk.", seen.unsaved)
    yield counters(
        "egov_agent_state_problems",
        "What was wrong with the state file; damaged and newer ones were moved aside.",
        "problem",
        {trouble.value: count for trouble, count in seen.troubles.items()},
    )


def of_derivations(seen: Mapping[str, Account]) -> Iterator[Metric]:
    """Say whether what is worked out of several facts is."""
    yield counters(
        "egov_agent_derivation_runs",
        "Runs of a derivation over all of its subjects.",
        "derivation",
        {name: account.runs for name, account in seen.items()},
    )
    yield counters(
        "egov_agent_derivation_failures",
        "Runs that failed; the log has the first of each subject.",
        "derivation",
        {name: account.failures for name, account in seen.items()},
    )
    yield counters(
        "egov_agent_derivation_seconds",
        "Time spent.",
        "derivation",
        {name: account.spent_s for name, account in seen.items()},
    )
    yield gauges(
        "egov_agent_derivation_broken",
        "Subjects whose last run failed.",
        "derivation",
        {name: account.broken for name, account in seen.items()},
    )


def of_reload(seen: reload.Statistics) -> Iterator[Metric]:
    """Say whether the running configuration is the one that is written."""
    yield gauge("egov_agent_config_generation", "Grows with each reload.", seen.generation)
    yield gauge(
        "egov_agent_config_last_reload_successful",
        "0 while what is written could not be loaded and an older configuration runs.",
        int(seen.successful),
    )
    yield gauge(
        "egov_agent_config_last_reload_success_timestamp_seconds",
        "Unix time at which the running configuration was loaded.",
        seen.success_s,
    )
    yield counters(
        "egov_agent_config_reloads",
        "Reloads asked for, by how they ended.",
        "result",
        {"success": seen.succeeded, "failure": seen.failed},
    )


def of_findings(counts: Mapping[tuple[str, Severity], int]) -> Iterator[Metric]:
    """Count what was seen while polling."""
    family = CounterMetricFamily(
        "egov_security_events",
        "Security events, by kind, severity and the way they came.",
        labels=("kind", "severity", "channel"),
    )
    for (kind, severity), count in {**dict.fromkeys(KINDS, 0), **counts}.items():
        family.add_metric((kind, severity.value, "poll"), count)
    yield family


def of_web(seen: WebStatistics) -> Iterator[Metric]:
    """Say who reads, and who was cut."""
    yield counter("egov_agent_http_requests", "HTTP requests.", seen.requests)
    yield gauge("egov_agent_http_connections", "HTTP connections that are open.", seen.connections)
    yield counters(
        "egov_agent_http_connections_cut",
        "Connections that were cut, by reason.",
        "reason",
        {cut: seen.cuts.get(cut, 0) for cut in get_args(Cut)},
    )
    yield counters(
        "egov_agent_http_logins_refused",
        "Names and passwords that were wrong, and those not looked at after too many of them.",
        "reason",
        {"wrong": seen.logins_failed, "throttled": seen.logins_throttled},
    )
    yield gauge(
        "egov_agent_web_config_healthy",
        "0 while the web-config file cannot be used and an older one serves.",
        int(seen.config_healthy),
    )
    if seen.certificate_expires_s is not None:
        yield gauge(
            "egov_agent_web_certificate_expiry_timestamp_seconds",
            "Unix time at which the web server's certificate ends; absent without TLS.",
            seen.certificate_expires_s,
        )
