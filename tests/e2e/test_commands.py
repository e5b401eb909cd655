"""What commands print and how they end, as an operator or a script sees it."""

import contextlib
import json
import os
import socket
import sys
from pathlib import Path

import pytest

from tests.e2e.programs import District, Program, run_cli, started, until
from tests.peers import free_port

pytestmark = pytest.mark.slow

BAD = """\
inventory: inventory.yaml
listen: 127.0.0.1:9877
ledger: {path: ledger}
langauge: en
"""


def test_check_tells_every_mistake_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "agent.yaml").write_text(BAD)
    (tmp_path / "inventory.yaml").write_text("sites:\n  - {id: a, name: A, level: districkt}\n")
    code, said, errors = run_cli("check", "-c", tmp_path / "agent.yaml")
    assert code == 1
    assert said == ""
    assert "agent.yaml:4: " in errors
    assert "language" in errors
    assert "inventory.yaml:2: " in errors
    assert "district" in errors
    assert "2 mistakes." in errors


def test_check_of_a_good_configuration_says_what_it_amounts_to(place: District) -> None:
    code, said, errors = run_cli("check", "-c", place.config)
    assert (code, errors) == (0, "")
    assert said == "The configuration is good: 9 sites, 15 targets, 23 checks.\n"


def test_a_visit_prints_tables(place: District) -> None:
    code, said, errors = run_cli("visit", "ql-core-1", "-c", place.config)
    assert code == 0, errors
    assert "interface · snmp · " in said
    assert "XGigabitEthernet0/0/1" in said
    assert "\x1b" not in said, "no colours behind a pipe"


def test_a_visit_as_json_has_one_object_a_row(place: District) -> None:
    code, said, errors = run_cli("visit", "ql-acc-hall", "--json", "-c", place.config)
    assert code == 0, errors
    rows = [json.loads(line) for line in said.splitlines()]
    ports = [row["labels"]["interface"] for row in rows if row["table"] == "interface"]
    assert "GigabitEthernet 0/1" in ports
    assert len(ports) == len(set(ports)) == 28


def test_a_visit_of_a_stranger_names_the_nearest(place: District) -> None:
    code, said, errors = run_cli("visit", "ql-acc-hal", "-c", place.config)
    assert (code, said) == (2, "")
    assert "ql-acc-hall" in errors


def test_wrong_port_wrong_community_and_wrong_key_are_told_apart(
    place: District, tmp_path: Path
) -> None:
    inventory = tmp_path / "inventory"
    inventory.mkdir()
    for name in ("sites", "credentials", "devices"):
        source = (place.folder / "inventory" / f"{name}.yaml").read_text()
        (inventory / f"{name}.yaml").write_text(source)
    devices = inventory / "devices.yaml"
    good = devices.read_text()
    config = tmp_path / "agent.yaml"
    config.write_text(
        f"inventory: {inventory}\nlisten: 127.0.0.1:1\nledger: {{path: {tmp_path}/l}}\n"
    )
    devices.write_text(good.replace("port: 16161", "port: 16162"))
    assert "unreachable (closed_port)" in run_cli("visit", "ql-acc-hall", "-c", config)[2]
    devices.write_text(good)
    wrong = tmp_path / "wrong"
    wrong.write_text("something-else-entirely")
    wrong.chmod(0o600)
    credentials = inventory / "credentials.yaml"
    secrets = place.folder / "secrets"
    kept = credentials.read_text()
    for secret, target, reason in (
        ("snmp-community", "ql-acc-hall", "timeout"),
        ("snmp-auth-key", "ql-core-1", "denied (wrong_key)"),
        ("snmp-priv-key", "ql-core-1", "denied (wrong_privacy)"),
    ):
        credentials.write_text(kept.replace(str(secrets / secret), str(wrong)))
        said = run_cli("visit", target, "--timeout", "6", "-c", config)[2]
        assert reason in said, secret
        assert "something-else" not in said


def test_targets_shows_states_when_the_service_answers(place: District, service: Program) -> None:
    del service
    code, said, errors = run_cli("targets", "role:core", "-c", place.config)
    assert (code, errors) == (0, "")
    assert said.count(" up ") == 2
    code, said, errors = run_cli("targets", "--json", "-c", place.config)
    assert [json.loads(line)["state"] for line in said.splitlines()] == ["up"] * 15


def test_targets_works_with_the_service_down(place: District, tmp_path: Path) -> None:
    config = tmp_path / "agent.yaml"
    config.write_text(place.config.read_text().replace(str(place.port), str(free_port())))
    code, said, errors = run_cli("targets", "-c", config)
    assert code == 0
    assert "does not answer" in errors
    assert said.count("unknown") == 15


@pytest.mark.parametrize(
    ("language", "word"), [("zh_CN.UTF-8", "列出"), ("en_GB.UTF-8", "List the targets")]
)
def test_help_speaks_the_readers_language(language: str, word: str) -> None:
    code, said, _ = run_cli("targets", "--help", environ={"LANG": language})
    assert code == 0
    assert word in said


def test_the_tab_key_completes_targets(place: District) -> None:
    environ = {
        "_EGOV_AGENT_COMPLETE": "complete_bash",
        "COMP_WORDS": f"egov-agent visit -c {place.config} ql-co",
        "COMP_CWORD": "4",
    }
    command = [Path(sys.executable).parent / "egov-agent"]
    log = place.folder / "completion.log"
    with started(command, log, {**os.environ, **environ}) as running:
        running.process.wait(timeout=30)
    assert log.read_text().split() == ["ql-core-1", "ql-core-2"]


def test_usage_mistakes_end_with_2() -> None:
    assert run_cli("visit")[0] == 2
    assert run_cli("nonsense")[0] == 2


def lab_port() -> int:
    """Return a first port for a lab below those that connections take by themselves."""
    for port in range(17_000 + os.getpid() % 40 * 300, 32_000, 300):
        with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
            for number in range(8):
                taken = stack.enter_context(socket.socket(socket.AF_INET6))
                taken.bind(("::1", port + 200 + number))
            return port
    raise AssertionError("no ports for a lab")


@pytest.mark.peer
def test_the_demo_runs_and_leaves_nothing_behind(tmp_path: Path) -> None:
    port = free_port()
    command = [sys.executable, "-m", "agent.cli", "demo", "--port", str(port)]
    options = ["--lab-port", str(lab_port()), "--keep", tmp_path / "kept", "--scenario", "none"]
    with started([*command, *options], tmp_path / "log") as demo:
        until(lambda: "8 of 8 targets up" in demo.words(), "eight targets up", demo)
        until(lambda: "12 of 12 links up" in demo.words(), "twelve links up", demo)
        until(lambda: "青岚区 6 of 7 ready" in demo.words(), "six devices ready for IPv6", demo)
        assert "ql-acc-shitang: address failed" in demo.words()
        assert demo.stop(2) == 0
    words = demo.words()
    assert f"http://127.0.0.1:{port}/metrics" in words
    assert "Traceback" not in words
    for name in ("lab", "agent"):
        assert "Traceback" not in (tmp_path / "kept" / f"{name}.log").read_text()


FAULTS = """\
events:
- {at: 1s, for: 1h, kind: ospfv3_neighbor_lost, switch: ql-acc-hall,
   interface: TenGigabitEthernet 0/25}
- {at: 1s, for: 1h, kind: bgp_ipv6_idle, switch: ql-core-2, peer: lj-metro-2}
- {at: 1s, for: 1h, kind: ipv6_path_down, site: yunxi}
"""


@pytest.mark.peer
def test_the_demo_names_the_item_that_a_fault_makes_fail(tmp_path: Path) -> None:
    """A neighbour by SNMP, a session by the command line of a switch whose MIBs lack it, a path."""
    scenario = tmp_path / "faults.yaml"
    scenario.write_text(FAULTS)
    command = [sys.executable, "-m", "agent.cli", "demo", "--port", str(free_port())]
    options = ["--lab-port", str(lab_port()), "--scenario", scenario, "--without-prometheus"]
    with started([*command, *options], tmp_path / "log") as demo:
        for words in (
            "ql-acc-hall: routing neighbours failed (OSPFv3 ",
            "ql-core-2: routing neighbours failed (BGP 2001:db8:51:10b::2)",
            "ql-agg-1: path failed (tcp)",
        ):
            until(lambda words=words: words in demo.words(), words, demo)  # type: ignore[misc]  # a default binds the loop's value
        assert demo.stop(2) == 0
    assert "Traceback" not in demo.words()
