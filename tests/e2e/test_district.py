"""The whole way: pysnmp agents of the lab, the service, its pages, Prometheus."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.e2e.programs import District, Program, answers, fetched, run_cli, started, until
from tests.peers import free_port, program

pytestmark = pytest.mark.slow

GOLDEN = Path(__file__).parent / "golden"
MOVING = re.compile(r"^(egov_agent_|process_|python_)")


def series(page: str) -> list[str]:
    """Return the names and labels of a page without its values."""
    return [line.rpartition(" ")[0] for line in page.splitlines() if not line.startswith("#")]


@pytest.mark.parametrize("target", ["ql-acc-hall", "ql-core-1"])
def test_a_page_is_the_golden_one_but_for_values(
    place: District, service: Program, target: str
) -> None:
    """v2c and v3 authPriv; EGOV_GOLDEN=write renews the files after a look at the difference."""
    del service
    found = series(fetched(f"{place.url}/metrics/target/{target}"))
    golden = GOLDEN / f"{target}.txt"
    if os.environ.get("EGOV_GOLDEN") == "write":
        golden.parent.mkdir(exist_ok=True)
        golden.write_text("\n".join(found) + "\n")
    # in which order tables first came depends on which check was first, on a busy machine
    assert sorted(found) == sorted(golden.read_text().splitlines())


def test_every_switch_is_up_and_counted_at_its_site(place: District, service: Program) -> None:
    del service
    up: dict[str, float] = {}
    at_root: dict[str, float] = {}
    for family in text_string_to_metric_families(fetched(f"{place.url}/metrics")):
        for sample in family.samples:
            if sample.name == "egov_target_up":
                up[sample.labels["target"]] = sample.value
            if sample.name == "egov_site_targets":
                state = sample.labels["state"]
                at_root[state] = max(at_root.get(state, 0), sample.value)
    assert set(up.values()) == {1.0}
    assert len(up) == 15
    assert at_root == {"up": 15.0, "down": 0.0, "unknown": 0.0}


def test_the_whole_page_is_what_all_pages_say(place: District, service: Program) -> None:
    del service
    whole = set(series(fetched(f"{place.url}/metrics")))
    targets = [one["id"] for one in json.loads(fetched(f"{place.url}/api/v1/targets"))["targets"]]
    parts = {
        line
        for target in targets
        for line in series(fetched(f"{place.url}/metrics/target/{target}"))
    }
    parts |= set(series(fetched(f"{place.url}/metrics/agent")))
    assert {line for line in whole ^ parts if not MOVING.match(line)} == set()


@pytest.mark.peer
def test_promtool_has_no_word_of_reproach(place: District, service: Program) -> None:
    del service
    promtool = program("promtool")
    for page in ("/metrics", "/metrics/agent", "/metrics/target/ql-acc-hall"):
        text = fetched(place.url + page)
        done = subprocess.run(
            [promtool, "check", "metrics"], input=text.encode(), capture_output=True, check=False
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b""), page


@pytest.fixture
def prometheus(place: District, service: Program, tmp_path: Path) -> Iterator[str]:
    """A Prometheus that discovers one page for each target; its address."""
    del service
    path = tmp_path / "prometheus.yml"
    path.write_text(
        "scrape_configs:\n"
        "- {job_name: egov, scrape_interval: 1s, scrape_timeout: 1s,\n"
        f"   http_sd_configs: [{{url: '{place.url}/sd', refresh_interval: 5s}}]}}\n"
    )
    address = f"127.0.0.1:{free_port()}"
    command = [
        program("prometheus"),
        f"--config.file={path}",
        f"--storage.tsdb.path={tmp_path / 'data'}",
        f"--web.listen-address={address}",
        "--log.level=warn",
    ]
    with started(command, tmp_path / "prometheus.log") as running:
        until(lambda: answers(f"http://{address}/-/ready"), "Prometheus", running)
        yield f"http://{address}"


def queried(prometheus: str, expression: str) -> dict[str, float]:
    answer = json.loads(fetched(f"{prometheus}/api/v1/query?query={quote(expression)}"))
    return {
        one["metric"].get("instance", ""): float(one["value"][1])
        for one in answer["data"]["result"]
    }


@pytest.mark.peer
def test_prometheus_sees_one_steady_up_for_each_target(prometheus: str) -> None:
    """Switches, sites and the agent: sixteen instances, each scraped again, none flapping."""
    until(
        lambda: min(queried(prometheus, "count_over_time(up[1m])").values(), default=0) >= 5,
        "five scrapes of each",
    )
    assert len(queried(prometheus, "up")) == 16
    assert set(queried(prometheus, "min_over_time(up[1m])").values()) == {1.0}
    assert set(queried(prometheus, "changes(up[1m])").values()) == {0.0}
    assert set(queried(prometheus, "count by (instance) (up)").values()) == {1.0}


@pytest.mark.peer
def test_prometheus_keeps_counters_that_grow(prometheus: str) -> None:
    counters = 'egov_interface_receive_bytes_total{target="ql-core-1"}'
    until(
        lambda: sum(queried(prometheus, f"sum(increase({counters}[1m]))").values()) > 0,
        "an increase of the core's octets",
    )


def test_a_reload_with_a_mistake_changes_nothing(place: District, service: Program) -> None:
    devices = place.folder / "inventory" / "devices.yaml"
    good = devices.read_text()
    try:
        devices.write_text(good.replace("role: core", "role: coer", 1))
        code = subprocess.run(
            ["curl", "-s", "-X", "POST", f"{place.url}/-/reload"],
            capture_output=True,
            check=True,
        ).stdout.decode()
        assert "devices.yaml:" in code
        assert "coer" in code
        assert answers(f"{place.url}/metrics/target/ql-core-1")
        page = fetched(f"{place.url}/metrics/agent")
        assert "\negov_agent_config_last_reload_successful 0" in page
    finally:
        devices.write_text(good)
    service.process.send_signal(1)
    until(
        lambda: (
            "\negov_agent_config_last_reload_successful 1" in fetched(f"{place.url}/metrics/agent")
        ),
        "a good reload",
        service,
    )


@pytest.mark.peer
def test_a_cross_check_finds_no_difference(place: District) -> None:
    for target in ("ql-acc-hall", "ql-core-1"):
        code, said, errors = run_cli("visit", target, "--cross-check", "-c", place.config)
        assert "0 different" in said, errors
        assert code == 0


def test_a_signal_ends_the_agent_in_order(place: District, tmp_path: Path) -> None:
    config = tmp_path / "agent.yaml"
    text = place.config.read_text()
    config.write_text(
        text.replace(str(place.port), str(free_port()))
        .replace(str(place.folder / "state"), str(tmp_path / "state"))
        .replace(str(place.folder / "control.sock"), str(tmp_path / "control.sock"))
    )
    command = [sys.executable, "-m", "agent.cli", "run", "-c", config]
    with started(command, tmp_path / "log") as running:
        until(lambda: "ready" in running.words(), "the agent", running)
        assert running.stop() == 0
    assert "Traceback" not in running.words()
    assert "stopped" in running.words()
