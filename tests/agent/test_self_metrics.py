"""The agent's own metrics, judged by the library that everyone reads them with."""

from prometheus_client.parser import text_string_to_metric_families

from agent import reload, scheduler, self_metrics, state
from agent.derive.accounts import Account
from agent.distribution import Distribution
from agent.exposition.registry import registry_page
from agent.state_database import Trouble
from agent.store import store
from agent.web.server import WebStatistics
from collectors.contract import Severity
from protocols.snmp import engine
from protocols.snmp.security import Rejection


def samples() -> dict[str, dict[tuple[tuple[str, str], ...], float]]:
    lag = Distribution()
    lag.add(0.003)
    rejected = {Rejection.WRONG_DIGEST: 2, Rejection.LATE: 5}
    web = WebStatistics(
        requests=5, connections=1, cuts={"slow_reader": 2}, logins_failed=3, logins_throttled=4
    )
    made = self_metrics.registry(
        lambda: self_metrics.of_build("1.2.3", "uvloop"),
        lambda: self_metrics.of_scheduler(
            scheduler.Statistics(9, 3, 2, 1, 0, 2, 4, 5, 60, lag, lag)
        ),
        lambda: self_metrics.of_loop(lag),
        lambda: self_metrics.of_store(store.Statistics(8, 900, 7, 70, 2, 6)),
        lambda: self_metrics.of_snmp(engine.Statistics(10, 15, 4, 1, rejected, retries=3)),
        lambda: self_metrics.of_state(state.Statistics(4, 1, dict.fromkeys(Trouble, 0))),
        lambda: self_metrics.of_derivations({"target_up": Account(5, 1, 0.25, 1)}),
        lambda: self_metrics.of_reload(reload.Statistics(3, False, 1.7e9, 2, 1)),
        lambda: self_metrics.of_findings({("snmp.forged", Severity.WARNING): 2}),
        lambda: self_metrics.of_web(web),
    )
    found: dict[str, dict[tuple[tuple[str, str], ...], float]] = {}
    for family in text_string_to_metric_families(registry_page(made).decode()):
        assert family.documentation
        for sample in family.samples:
            labels = tuple(sorted(sample.labels.items()))
            assert labels not in found.setdefault(sample.name, {})
            found[sample.name][labels] = sample.value
    return found


def test_every_part_is_told() -> None:
    found = samples()
    assert found["egov_agent_schedule_lag_seconds_bucket"][(("le", "0.005"),)] == 1
    assert found["egov_agent_schedule_lag_seconds_count"][()] == 1
    assert found["egov_agent_warm_up_lag_seconds_count"][()] == 1
    assert found["egov_agent_checks_warming_up"][()] == 2
    assert found["egov_agent_targets"][()] == 8
    assert found["egov_agent_series"][()] == 900
    assert found["egov_agent_series_cut"][()] == 7
    assert found["egov_agent_series_cut_total"][()] == 70
    assert found["egov_agent_snmp_pdus_total"][(("direction", "sent"),)] == 10
    assert found["egov_agent_snmp_pdus_total"][(("direction", "received"),)] == 8
    assert found["egov_agent_snmp_unreachable_total"][()] == 4
    assert found["egov_agent_orphan_observations_total"][()] == 6
    assert found["egov_agent_snmp_retries_total"][()] == 3
    assert found["egov_agent_snmp_unauthenticated_replies_total"][()] == 2
    assert found["egov_agent_snmp_rejected_total"][(("reason", "late"),)] == 5
    assert found["egov_agent_snmp_rejected_total"][(("reason", "junk"),)] == 0
    assert found["egov_agent_config_last_reload_successful"][()] == 0
    assert found["egov_agent_config_generation"][()] == 3
    assert found["egov_agent_state_problems_total"][(("problem", "damaged"),)] == 0
    assert found["egov_agent_process_open_fds"][()] > 0
    kinds = (("channel", "poll"), ("kind", "snmp.forged"), ("severity", "warning"))
    assert found["egov_security_events_total"][kinds] == 2


def test_what_a_client_did_wrong_is_told() -> None:
    found = samples()
    refused = found["egov_agent_http_logins_refused_total"]
    assert refused == {(("reason", "wrong"),): 3, (("reason", "throttled"),): 4}
    assert found["egov_agent_http_connections_cut_total"][(("reason", "slow_reader"),)] == 2


def test_counters_that_alerts_watch_begin_with_0() -> None:
    found = samples()
    assert found["egov_agent_http_connections_cut_total"][(("reason", "too_many"),)] == 0
    restart = (("channel", "poll"), ("kind", "device.restart"), ("severity", "notice"))
    assert found["egov_security_events_total"][restart] == 0


def test_every_name_has_the_prefix_and_none_is_about_creation() -> None:
    names = samples().keys()
    assert all(name.startswith("egov_") for name in names)
    assert not any(name.endswith("_created") for name in names)
