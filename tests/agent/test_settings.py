"""agent.yaml: three keys are enough, defaults are the design's, every mistake comes in one run."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import inventory
from agent import settings_load
from agent.calendars import Hours, Period
from agent.settings import Address, Settings, SyslogListener, TrapListener, needs_restart
from agent.settings_load import Loaded, load
from inventory.located import Problems
from inventory.secrets import SecretReference
from texts import speaking

THREE = "inventory: inventory\nlisten: 127.0.0.1:0\nledger: {path: data/ledger}\n"
SITES = "sites: [{id: wutong, name: 梧桐区, level: district}]\n"
CREDENTIALS = "credentials: [{id: v2c, snmp: {version: v2c, community: {env: COMMUNITY}}}]\n"
DEVICES = "devices: [{id: core-1, address: 10.0.0.1, site: wutong, snmp: {credential: v2c}}]\n"
ENVIRON = {"COMMUNITY": "CANARY-community", "TOKEN": "CANARY-token"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a small inventory, on a machine without default files."""
    for name in ("DEFAULT_PROFILES", "DEFAULT_WEB_CONFIG", "DEFAULT_DETECTORS"):
        monkeypatch.setattr(settings_load, name, tmp_path / "etc" / name)
    (tmp_path / "inventory").mkdir()
    (tmp_path / "inventory/district.yaml").write_text(SITES + CREDENTIALS + DEVICES)
    (tmp_path / "inventory/district.yaml").chmod(0o640)
    return tmp_path


def _load(folder: Path, more: str = "", base: str = THREE) -> Loaded:
    config = folder / "agent.yaml"
    config.write_text(base + more)
    config.chmod(0o640)
    with speaking("en"):
        return load(config, ENVIRON, None)


def _settings(folder: Path, more: str = "", base: str = THREE) -> Settings:
    return _load(folder, more, base).settings


def _told(folder: Path, more: str = "", base: str = THREE) -> list[str]:
    with pytest.raises(Problems) as found:
        _load(folder, more, base)
    told = str(found.value).replace(f"{folder}/", "")
    assert "CANARY" not in told
    return told.splitlines()


def test_three_keys_make_a_working_service(folder: Path) -> None:
    loaded = _load(folder)
    assert loaded.warnings == ()
    assert list(loaded.inventory.devices) == ["core-1"]
    assert loaded.vault.resolve(SecretReference("env", "COMMUNITY")).reveal() == "CANARY-community"
    assert "CANARY" not in repr(loaded)


def test_defaults_are_the_designs(folder: Path) -> None:
    found = _settings(folder)
    assert found.listen == (Address("127.0.0.1", 0),)
    assert found.ledger.path == folder / "data/ledger"
    assert (found.ledger.retention_days, found.ledger.witness) == (190, None)
    assert found.state == folder / "data/state"
    assert found.control == folder / "data/control.sock"
    assert found.known_hosts == folder / "data/known_hosts"
    assert (found.language, found.roles) == ("zh", {"poll", "events"})
    assert dict(found.intervals.seconds) == {
        "snmp": 60, "cli": 300, "host": 60, "cloud": 300, "probe": 30,
    }  # fmt: skip
    assert (found.limits.concurrency, found.limits.requests_per_second) == (512, 50)
    assert not found.exposition.timestamps
    assert found.exposition.max_series_per_target == 20_000
    for none in (
        "profiles",
        "web_config",
        "external_url",
        "events",
        "prometheus",
        "push",
        "cluster",
    ):
        assert getattr(found, none) is None, none
    assert found.users == found.alertmanagers == found.accept_push == ()


def test_the_default_calendar_is_an_offices_week(folder: Path) -> None:
    calendar = _settings(folder).calendars.get("default")
    assert calendar.timezone == "Asia/Shanghai"
    assert calendar.hours[0] == Hours(days=frozenset(range(5)), start=510, end=720)


def test_default_paths_count_when_they_exist(folder: Path) -> None:
    (folder / "etc/DEFAULT_PROFILES").mkdir(parents=True)
    (folder / "etc/DEFAULT_WEB_CONFIG").write_text("")
    found = _settings(folder)
    assert found.profiles == folder / "etc/DEFAULT_PROFILES"
    assert found.web_config == folder / "etc/DEFAULT_WEB_CONFIG"
    assert _settings(folder, "web_config: null\n").web_config is None


def test_under_systemd_the_sockets_are_in_its_folder(folder: Path) -> None:
    (folder / "agent.yaml").write_text(THREE)
    environ = {**ENVIRON, "RUNTIME_DIRECTORY": "/run/egov-agent"}
    found = load(folder / "agent.yaml", environ, None).settings
    assert found.control == Path("/run/egov-agent/control.sock")
    assert found.link == Path("/run/egov-agent/link.sock")


def test_an_address_is_written_as_it_was_read() -> None:
    assert str(Address("::1", 9877)) == "[::1]:9877"
    assert str(Address("127.0.0.1", 9877)) == "127.0.0.1:9877"


def test_intervals_are_per_check_and_per_table(folder: Path) -> None:
    found = _settings(folder, "intervals: {snmp: 30s, snmp.lldp: 10m, probe: 1s}\n").intervals
    assert [found.seconds[check] for check in ("snmp", "cli", "probe")] == [30, 300, 1]
    assert found.seconds["snmp.lldp"] == 600
    assert "snmp.interface" not in found.seconds


def test_listeners_are_read(folder: Path) -> None:
    for name, mode in (("cert", 0o644), ("key", 0o600)):
        (folder / name).write_text("")
        (folder / name).chmod(mode)
    events = _settings(
        folder,
        "events: {accept: [10.0.0.0/8], syslog: [{udp: '[::]:514'}, "
        "{tls: '[::]:6514', certificate: cert, key: key}], "
        "traps: [{udp: '[::]:162'}, {udp: '[::]:1162', credentials: [v2c]}], "
        "forward: [{tls: 'situation.example:6514'}]}\n",
    ).events
    assert events is not None
    assert events.accept == ("10.0.0.0/8",)
    assert events.syslog[0] == SyslogListener(transport="udp", address=Address("::", 514))
    assert events.syslog[1].key == folder / "key"
    assert events.traps == (
        TrapListener(address=Address("::", 162)),
        TrapListener(address=Address("::", 1162), credentials=("v2c",)),
    )
    assert events.forward[0].address == Address("situation.example", 6514)


def test_calendars_windows_and_periods_are_read(folder: Path) -> None:
    found = _settings(
        folder,
        """
calendars:
  lobby: {timezone: Asia/Urumqi, hours: ["Mon-Fri 09:00-24:00", "周六,Sun 10:00-12:00"],
          holidays: [2026-10-01], workdays: [2026-10-10]}
  change_windows: [{sites: [wutong], hours: ["Fri-Mon 22:00-02:00"]}]
  periods: [{guard: 国庆重保, from: 2026-09-28, to: 2026-10-08}]
""",
    ).calendars
    assert found.names() == {"default", "lobby"}
    lobby = found.get("lobby")
    assert lobby.hours[0].end == 1440
    assert lobby.hours[1].days == {5, 6}
    assert lobby.holidays == {dt.date(2026, 10, 1)}
    assert found.change_windows[0].hours[0].days == {4, 5, 6, 0}
    assert found.periods == (
        Period(
            kind="guard", name="国庆重保", first=dt.date(2026, 9, 28), last=dt.date(2026, 10, 8)
        ),
    )
    with pytest.raises(KeyError):
        found.get("nowhere")


def test_push_and_cluster_are_read(folder: Path) -> None:
    found = _settings(
        folder,
        "push: {url: 'https://m.example/', token: {env: TOKEN}}\n"
        "accept_push: [{token: {env: TOKEN}, targets: [core-1]}]\n"
        "cluster: {servers: ['nats://10.0.0.9:4222'], member: a}\n",
    )
    assert found.push is not None
    assert found.push.token == SecretReference("env", "TOKEN")
    assert found.accept_push[0].targets == ("core-1",)
    assert found.cluster is not None
    assert found.cluster.servers == ("nats://10.0.0.9:4222",)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ("lisen: x\n", 'lisen: unknown key with value "x"; expected one of inventory, listen'),
        ("language: cn\n", 'language: expected one of zh, en; found "cn"'),
        ("roles: [pol]\n", 'roles[0]: expected one of poll, events; found "pol"; did you mean'),
        ("roles: []\n", "roles: expected at least one"),
        ("intervals: {snmpp: 60s}\n", 'intervals.snmpp: unknown check "snmpp"; expected one of'),
        ("intervals: {snmp: 500ms}\n", 'intervals.snmp: expected from 1s to 7d; found "500ms"'),
        ("intervals: {snmp: 60}\n", "intervals.snmp: 60 is not a duration; expected such as 30s"),
        ("limits: {concurrency: 0}\n", "limits.concurrency: expected at least 1; found 0"),
        ("exposition: {timestamps: yes}\n", 'timestamps: expected true or false; found "yes"'),
        ("external_url: monitor\n", "external_url: is not a URL; expected such as https://host"),
        ("profiles: nowhere\n", "profiles: no such folder"),
        ("web_config: nowhere\n", "web_config: no such file"),
        ("users: [{name: a, role: admin}]\n", "users[a].role: expected one of viewer, operator"),
        ("users: [{name: a, role: viewer}, {name: a, role: viewer}]\n", 'user "a" is named twice'),
        ("events: {syslog: [{udp: '[::]:1', tcp: '[::]:1'}]}\n", "exactly one of udp, tcp"),
        ("events: {syslog: [{udp: 'h:514'}]}\n", "expected a numeric address"),
        ("events: {syslog: [{udp: '[::]:1', key: agent.yaml}]}\n", "key: only tls has one"),
        ("events: {traps: [{udp: '[::]:1', credentials: [v2]}]}\n",
         'events.traps[0].credentials[0]: unknown snmp credential "v2"; did you mean "v2c"?'),
        ("events: {forward: [{tls: '[::]:1'}]}\n", "expected another machine's address"),
        ("events: {accept: some}\n", 'inventory, any, or a list of networks; found "some"'),
        ("calendars: {x: {hours: [never]}}\n", 'calendars.x.hours[0]: "never" is not a time'),
        ("calendars: {x: {hours: ['25:00-26:00']}}\n", "is not a time of the week"),
        ("calendars: {x: {hours: ['09:00-10:00'], timezone: Mars}}\n", '"Mars" is not a time zone'),
        ("calendars: {x: 1}\n", "calendars.x: expected a mapping (key: value); found 1"),
        ("calendars: {periods: 1}\n", "calendars.periods: expected a list"),
        ("calendars: {periods: [{from: 2026-01-01, to: 2026-01-02}]}\n",
         "calendars.periods[0]: expected exactly one of guard, drill, freeze"),
        ("calendars: {periods: [{guard: x, from: 2026-01-02, to: 2026-01-01}]}\n",
         "calendars.periods[0].to: expected 2026-01-02 or a later day"),
        ("calendars: {change_windows: [{sites: [wutng], hours: ['22:00-23:00']}]}\n",
         'calendars.change_windows[0].sites[0]: unknown site "wutng"; did you mean "wutong"?'),
        ("push: {url: 'https://u:CANARY@h/', token: {env: TOKEN}}\n", "push.url: a user or"),
        ("push: {url: 'https://h/', token: CANARY}\n", "push.token: expected a reference"),
        ("push: {url: 'https://h/', token: {env: NOT_SET}}\n",
         "push.token: environment variable NOT_SET is not set"),
        ("accept_push: [{token: {env: TOKEN}, targets: [core-2]}]\n",
         'accept_push[0].targets[0]: unknown target "core-2"; did you mean "core-1"?'),
        ("cluster: {servers: ['nats://u:CANARY@h:1'], member: a}\n", "without a password"),
    ],
)  # fmt: skip
def test_a_mistake_is_told(folder: Path, more: str, told: str) -> None:
    found = _told(folder, more)
    assert len(found) == 1
    assert found[0].startswith("agent.yaml:4: ")
    assert told in found[0]


@pytest.mark.parametrize("key", ["inventory", "listen", "ledger"])
def test_each_of_the_three_is_needed(folder: Path, key: str) -> None:
    base = "".join(line for line in THREE.splitlines(True) if not line.startswith(key))
    assert _told(folder, base=base) == [f"agent.yaml:1: {key}: missing, and it has no default"]


def test_a_key_without_a_value_is_told(folder: Path) -> None:
    told = _told(folder, base="inventory:\nlisten:\nledger:\n")
    assert [line.split(": ")[1] for line in told] == ["inventory", "listen", "ledger"]


def test_retention_below_the_law_needs_an_override_and_stays_a_warning(folder: Path) -> None:
    base = THREE.replace("{path: data/ledger}", "{path: ledger, retention_days: 183}")
    assert "expected at least 184 days" in _told(folder, base=base)[0]
    base = base.replace("183", "183, retention_override: true")
    loaded = _load(folder, base=base)
    assert loaded.settings.ledger.retention_days == 183
    assert [warning.path for warning in loaded.warnings] == ["ledger.retention_days"]
    assert _settings(folder, base=base.replace("183", "184")).ledger.retention_days == 184


def test_a_witness_by_forwarding_needs_someone_to_forward_to(folder: Path) -> None:
    base = THREE.replace("{path: data/ledger}", "{path: ledger, witness: forward}")
    assert "forward needs an entry in events.forward" in _told(folder, base=base)[0]
    more = "events: {forward: [{tcp: '10.0.0.9:601'}]}\n"
    assert _settings(folder, more, base).ledger.witness == "forward"


def test_mistakes_of_both_files_come_in_one_run(folder: Path) -> None:
    (folder / "inventory/district.yaml").write_text(SITES + DEVICES)
    (folder / "inventory/district.yaml").chmod(0o640)
    told = _told(folder, "limit: {}\n")
    assert [line.split(": ")[0] for line in told] == ["agent.yaml:4", "inventory/district.yaml:2"]


def test_a_kiosks_calendar_is_looked_up_in_agent_yaml(folder: Path) -> None:
    kiosk = "kiosks: [{id: k, address: 10.0.0.9, site: wutong, local: true, hours: lobby}]\n"
    with (folder / "inventory/district.yaml").open("a") as file:
        file.write(kiosk)
    assert 'unknown calendar "lobby"; expected 24h or one of default' in _told(folder)[0]
    more = "calendars: {lobby: {hours: ['Sat 09:00-12:00']}}\n"
    assert _load(folder, more).inventory.kiosks["k"].hours == "lobby"


def test_profiles_are_looked_up_when_they_are_known(folder: Path) -> None:
    config = folder / "agent.yaml"
    config.write_text(THREE)
    assert load(config, ENVIRON, None, profiles=frozenset()).inventory.devices


def test_a_configuration_that_others_can_write_is_refused(folder: Path) -> None:
    config = folder / "agent.yaml"
    config.write_text(THREE)
    config.chmod(0o646)
    with speaking("en"), pytest.raises(Problems, match=r"agent\.yaml: can be written by others"):
        load(config, ENVIRON, None)


def test_a_configuration_that_all_can_read_is_a_warning(folder: Path) -> None:
    config = folder / "agent.yaml"
    config.write_text(THREE)
    config.chmod(0o644)
    with speaking("en"):
        assert str(load(config, ENVIRON, None).warnings[0]).endswith("(chmod o-r)")


def test_a_private_key_of_a_listener_that_others_can_read_is_refused(folder: Path) -> None:
    for name in ("cert", "key"):
        (folder / name).write_text("")
        (folder / name).chmod(0o644)
    more = "events: {syslog: [{tls: '[::]:6514', certificate: cert, key: key}]}\n"
    assert "private key file can be read by others" in _told(folder, more)[0]


@pytest.mark.parametrize("text", ["", "- a\n", "text\n"])
def test_a_file_that_is_no_mapping_is_told(folder: Path, text: str) -> None:
    assert _told(folder, base=text) == ["agent.yaml:1: expected keys: inventory, listen, ledger"]


def test_what_a_reload_refuses_is_named(folder: Path) -> None:
    old = _settings(folder, "events: {syslog: [{udp: '[::]:514'}], traps: [{udp: '[::]:162'}]}\n")
    assert needs_restart(old, old) == ()
    assert needs_restart(old, replace(old, language="en", users=(), external_url="http://x/")) == ()
    moved = replace(old, listen=(Address("127.0.0.1", 1),), state=Path("/x"), roles=frozenset())
    assert needs_restart(old, moved) == ("listen", "state", "roles")
    assert old.events is not None
    assert needs_restart(old, replace(old, events=replace(old.events, traps=()))) == ("events",)
    assert needs_restart(old, replace(old, events=None)) == ("events",)
    other_source = replace(old, events=replace(old.events, accept="any"))
    assert needs_restart(old, other_source) == ()


def test_the_example_loads() -> None:
    examples = Path(inventory.__file__).parent / "examples"
    lines = (examples / "environment").read_text().splitlines()
    environ = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    loaded = load(examples / "agent.yaml", environ, None)
    assert len(loaded.settings.calendars.periods) == 3
    assert loaded.settings.intervals.seconds["snmp.lldp"] == 600
    shown = repr(loaded)
    assert not [value for value in environ.values() if value in shown]


@settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.dictionaries(
        st.sampled_from(list(Settings.__dataclass_fields__)),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("[::]:1"),
            lambda inner: st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["path", "udp", "tls", "x", "periods", "hours", "token", "snmp"]),
                inner, max_size=3,
            ),
            max_leaves=8,
        ),
        max_size=6,
    )
)  # fmt: skip
def test_whatever_is_written_only_problems_come(folder: Path, document: object) -> None:
    told = ""
    try:
        _load(folder, base=repr(document).replace("None", "null") + "\n")
    except Problems as found:
        told = "".join(problem.text for problem in found.problems)
    assert "\n" not in told
