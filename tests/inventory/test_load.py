"""The inventory as a whole: files merged, every mistake in one run, nothing but Problems."""

import datetime as dt
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inventory.entries import Entries, Entry
from inventory.inventory import Inventory
from inventory.load import LoadedInventory, Names, load
from inventory.located import Problems, parse
from inventory.models import Community, User
from inventory.secrets import SecretReference, Vault
from inventory.shapes import LISTS
from texts import speaking

VAULT = Vault({"COMMUNITY": "CANARY-community", "KEY": "CANARY-auth-key"}, None)
SITES = "sites: [{id: wutong, name: 梧桐区, level: district}]\n"
CREDENTIALS = "credentials: [{id: v2c, snmp: {version: v2c, community: {env: COMMUNITY}}}]\n"
DEVICE = "{id: %s, address: %s, site: wutong, snmp: {credential: v2c}}"


def _load(folder: Path, text: str, name: str = "a.yaml") -> LoadedInventory:
    (folder / name).write_text(text)
    with speaking("en"):
        return load(folder, VAULT)


def _inventory(folder: Path, text: str) -> Inventory:
    return _load(folder, text).inventory


def _told(folder: Path, names: Names | None = None) -> list[str]:
    with speaking("en"), pytest.raises(Problems) as found:
        load(folder, VAULT, names)
    return str(found.value).replace(f"{folder}/", "").splitlines()


def test_files_of_a_folder_are_merged_and_refer_to_each_other(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/devices.yml").write_text(f"devices: [{DEVICE % ('b', '10.0.0.2')}]")
    (tmp_path / "sites.yaml").write_text(SITES)
    (tmp_path / ".hidden.yaml").write_text("nonsense: [")
    (tmp_path / "notes.txt").write_text("nonsense: [")
    inventory = _inventory(tmp_path, CREDENTIALS + f"devices: [{DEVICE % ('a', '10.0.0.1')}]\n")
    assert list(inventory.devices) == ["a", "b"]
    assert list(inventory.sites) == ["wutong"]


def test_one_file_will_do(tmp_path: Path) -> None:
    file = tmp_path / "district.yaml"
    file.write_text(SITES)
    assert list(load(file, VAULT).inventory.sites) == ["wutong"]


def test_defaults_are_the_first_of_each_alternative(tmp_path: Path) -> None:
    device = _inventory(
        tmp_path, SITES + CREDENTIALS + f"devices: [{DEVICE % ('a', '10.0.0.1')}]\n"
    )
    found = device.devices["a"]
    assert (found.profile, found.ipv6, found.interfaces.admin_down) == ("auto", "expected", "keep")
    assert found.snmp is not None
    assert found.snmp.port == 161
    assert found.addresses == ("10.0.0.1",)


def test_values_become_what_the_code_works_with(tmp_path: Path) -> None:
    inventory = _inventory(
        tmp_path,
        SITES + CREDENTIALS + """
devices:
  - {id: a, address: [10.0.0.1, "2001:DB8::1"], site: wutong, snmp: {credential: v2c},
     uplinks: [{interface: GE0/0/1, design_speed: 10G}], labels: {cabinet: 3},
     expect: {ospfv3_neighbors: [10.0.0.9], bgp_ipv6_peers: ["2001:DB8::2"]}}
cloud_nodes: [{id: n, name: 节点, site: wutong, capacity: {as_of: 2026-06-30, used: {vcpus: 4}}}]
migrations: [{node: n, go_live: 2026-01-15, deadline: 2027-01-15}]
""",
    )  # fmt: skip
    device = inventory.devices["a"]
    assert device.addresses == ("10.0.0.1", "2001:db8::1")
    assert device.uplinks[0].design_speed_bps == 10_000_000_000
    assert device.labels == {"cabinet": "3"}
    assert device.expect.ospfv3_neighbors == ("10.0.0.9",)
    assert device.expect.bgp_ipv6_peers == ("2001:db8::2",)
    assert inventory.cloud_nodes["n"].capacity.as_of == dt.date(2026, 6, 30)
    assert inventory.migrations[0].goal == 0.5


def test_credentials_become_what_their_version_says(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("CANARY-priv-key\n")
    (tmp_path / "key").chmod(0o600)
    loaded = _load(
        tmp_path,
        CREDENTIALS + "  # more\n" + SITES,
    )
    v2c = loaded.inventory.credentials["v2c"].snmp
    assert v2c == Community(version="v2c", community=SecretReference("env", "COMMUNITY"))
    loaded = _load(
        tmp_path,
        "credentials: [{id: v3, snmp: {version: v3, user: u, auth: sha256, auth_key: {env: KEY}, "
        "priv: aes128, priv_key: {file: key}}}]",
    )
    v3 = loaded.inventory.credentials["v3"].snmp
    assert isinstance(v3, User)
    assert v3.context == ""
    assert v3.priv_key == SecretReference("file", str(tmp_path / "key"))
    assert loaded.vault.resolve(v3.priv_key).reveal() == "CANARY-priv-key"


def test_all_mistakes_of_all_files_come_in_one_run(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SITES.replace("district", "distrikt"))
    (tmp_path / "b.yaml").write_text(CREDENTIALS.replace("{env: COMMUNITY}", "CANARY"))
    (tmp_path / "c.yaml").write_text(
        "devices:\n"
        "  - {id: a, adress: 10.0.0.1, site: wutnog, snmp: {credential: v2}, rol: core}\n"
        "  - {id: a, address: 10.0.0.1, site: wutong, snmp: {credential: v2c, port: x}}\n"
    )
    told = _told(tmp_path)
    places = [line.split(": ")[0:2] for line in told]
    assert places == [
        ["a.yaml:1", "sites[wutong].level"],
        ["b.yaml:1", "credentials[v2c].snmp.community"],
        ["c.yaml:2", "devices[a].address"],
        ["c.yaml:2", "devices[a].adress"],
        ["c.yaml:2", "devices[a].rol"],
        ["c.yaml:2", "devices[a].site"],
        ["c.yaml:2", "devices[a].snmp.credential"],
        ["c.yaml:3", "devices[a].id"],
        ["c.yaml:3", "devices[a].snmp.port"],
    ]
    assert "CANARY" not in "".join(told)


def test_a_broken_file_does_not_make_the_names_in_it_unknown(tmp_path: Path) -> None:
    (tmp_path / "sites.yaml").write_text("sites: [{id: wutong\n")
    (tmp_path / "devices.yaml").write_text(CREDENTIALS + f"devices: [{DEVICE % ('a', '10.0.0.1')}]")
    told = _told(tmp_path)
    assert len(told) == 1
    assert told[0].startswith("sites.yaml:2: is not valid YAML")


def test_two_targets_may_share_an_address_on_other_ports(tmp_path: Path) -> None:
    text = SITES + CREDENTIALS + (
        "devices: [{id: a, address: 10.0.0.1, site: wutong, snmp: {credential: v2c}},\n"
        " {id: b, address: 10.0.0.1, site: wutong, snmp: {credential: v2c, port: 1161}}]\n"
        "endpoints: [{id: c, site: wutong, ping: 10.0.0.1}]\n"
    )  # fmt: skip
    assert len(list(_inventory(tmp_path, text).targets())) == 3


def test_two_contexts_of_one_agent_are_two_devices(tmp_path: Path) -> None:
    v3 = "snmp: {version: v3, user: u, auth: sha256, auth_key: {env: KEY}, context: %s}"
    text = SITES + (
        f"credentials: [{{id: x, {v3 % 'vs1'}}}, {{id: y, {v3 % 'vs2'}}}]\n"
        "devices: [{id: a, address: 10.0.0.1, site: wutong, snmp: {credential: x}},\n"
        " {id: b, address: 10.0.0.1, site: wutong, snmp: {credential: y}}]\n"
    )
    assert list(_inventory(tmp_path, text).devices) == ["a", "b"]
    (tmp_path / "a.yaml").write_text(text.replace("vs2", "vs1"))
    assert _told(tmp_path) == [
        "a.yaml:4: devices[b].address: 10.0.0.1 161 vs1 is asked already, by a in a.yaml:3"
    ]


def test_the_same_address_is_found_in_another_spelling(tmp_path: Path) -> None:
    devices = f"{DEVICE % ('a', '2001:db8::1')}, {DEVICE % ('b', '2001:DB8:0:0::1')}"
    (tmp_path / "a.yaml").write_text(SITES + CREDENTIALS + f"devices: [{devices}]")
    assert "2001:db8::1 161 is asked already" in _told(tmp_path)[0]


def test_a_device_without_snmp_and_cli_is_a_warning(tmp_path: Path) -> None:
    loaded = _load(tmp_path, SITES + "devices: [{id: a, address: 10.0.0.1, site: wutong}]")
    assert any("nothing is asked of it" in str(warning) for warning in loaded.warnings)


def test_a_file_that_others_can_write_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SITES)
    (tmp_path / "a.yaml").chmod(0o666)
    assert _told(tmp_path) == ["a.yaml: can be written by others (chmod o-w)"]


def test_a_file_that_all_can_read_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(SITES)
    (tmp_path / "a.yaml").chmod(0o644)
    warned = load(tmp_path, VAULT).warnings
    assert len(warned) == 1
    (tmp_path / "a.yaml").chmod(0o640)
    assert load(tmp_path, VAULT).warnings == ()


def test_a_private_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "id"
    key.write_text("-----BEGIN OPENSSH PRIVATE KEY-----\nCANARY\n")
    key.chmod(0o644)
    text = "credentials: [{id: a, ssh: {user: u, key: {file: id}}}]"
    (tmp_path / "a.yaml").write_text(text)
    assert _told(tmp_path) == [
        "a.yaml:1: credentials[a].ssh.key: private key file can be read by others (chmod 600)"
    ]
    key.chmod(0o600)
    loaded = _load(tmp_path, text)
    ssh = loaded.inventory.credentials["a"].ssh
    assert ssh is not None
    assert ssh.key is not None
    assert loaded.vault.resolve(ssh.key).reveal().endswith("CANARY\n")


def test_a_systemd_credential_outside_the_service_is_not_checked(tmp_path: Path) -> None:
    text = "credentials: [{id: a, ssh: {user: u, password: {credential: pw}}}]"
    loaded = _load(tmp_path, text)
    assert any("not checked outside the service" in str(one) for one in loaded.warnings)
    with speaking("en"), pytest.raises(Problems, match=r"secret file .*pw cannot be read"):
        load(tmp_path, Vault({}, tmp_path))


@pytest.mark.parametrize(
    ("make", "text"),
    [(False, "no such file or folder"), (True, "holds no *.yaml")],
)
def test_nothing_to_read_is_told(tmp_path: Path, make: bool, text: str) -> None:
    folder = tmp_path / "inventory"
    if make:
        folder.mkdir()
    with speaking("en"), pytest.raises(Problems) as found:
        load(folder, VAULT)
    assert str(found.value) == f"{folder}: {text}"


def test_no_secret_stands_in_what_was_loaded(tmp_path: Path) -> None:
    loaded = _load(tmp_path, SITES + CREDENTIALS)
    assert "CANARY" not in repr(loaded)
    assert "CANARY" not in str(loaded.vault)
    assert "CANARY" not in repr(loaded.vault.resolve(SecretReference("env", "COMMUNITY")))


def test_thousands_of_unknown_sites_are_told_in_bounded_work(tmp_path: Path) -> None:
    devices = "\n".join(
        f"  - {{id: d{i}, address: 10.0.{i // 250}.{i % 250 + 1}, site: z{i}}}" for i in range(3000)
    )
    (tmp_path / "a.yaml").write_text(SITES + "devices:\n" + devices)
    assert len(_told(tmp_path)) == 3000


def test_entries_find_nothing_where_nothing_is() -> None:
    root = parse(b"devices: [{id: a, parent: [x]}]", "x.yaml")
    entry = Entry(root, "devices", 0, root.at("devices", 0))
    assert entry.text("parent") is None
    assert Entries({"devices": [entry]}).find("devices", None) is None


KEYS = st.sampled_from(
    [*LISTS, "id", "name", "level", "parent", "address", "site", "snmp", "credential", "ssh",
     "user", "version", "community", "env", "file", "node", "hosts", "systems", "hours", "goal",
     "weights", "url", "tcp", "ping", "expect", "labels", "uplinks", "design_speed", "location"]
)  # fmt: skip
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=6) | st.sampled_from(
    ["a", "b", "v3", "v2c", "district", "street", "10.0.0.1", "auto", "CANARY", "../x", "\0"]
)  # fmt: skip
ANYTHING = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=5),
    max_leaves=25,
)  # fmt: skip
DOCUMENTS = st.dictionaries(
    st.sampled_from([*LISTS]),
    ANYTHING | st.lists(st.dictionaries(KEYS, ANYTHING, max_size=6), max_size=4),
    max_size=5,
)


@settings(
    max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(DOCUMENTS)
def test_whatever_is_written_only_problems_come(tmp_path: Path, document: object) -> None:
    file = tmp_path / "fuzz.yaml"
    file.write_text(yaml.safe_dump(document, allow_unicode=True))
    told = ""
    try:
        load(file, VAULT, Names(calendars=frozenset(), profiles=frozenset()))
    except Problems as found:
        told = "".join(problem.text for problem in found.problems)
    assert "\n" not in told
