"""Everything that is written down is read as one value, and two values are compared."""

from pathlib import Path

import pytest

from agent.configuration import (
    Changes,
    Configuration,
    Secrets,
    read_configuration,
    refuse_restarts,
    refuse_unplanned,
)
from collectors.registry import CHECKS
from inventory.located import Problems
from protocols.snmp.credentials import AuthProtocol, Community, PrivProtocol, User, Version

SETTINGS = "inventory: inventory.yaml\nlisten: 127.0.0.1:0\nledger: {path: ledger}\n"
INVENTORY = """\
sites:
  - {id: hexi, name: 河西区, level: district}
credentials:
  - {id: v1, snmp: {version: v1, community: {env: COMMUNITY}}}
  - {id: v2c, snmp: {version: v2c, community: {env: COMMUNITY}}}
  - id: v3
    snmp: {version: v3, user: nms, auth: sha256, auth_key: {env: AUTH}, priv: aes128,
           priv_key: {env: PRIV}, context: vlan-1}
  - {id: systemd, snmp: {version: v2c, community: {credential: community}}}
devices:
"""
ENVIRON = {"COMMUNITY": "public-1", "AUTH": "authauth1", "PRIV": "privpriv1"}


class Folder:
    """A configuration in a folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.environ = dict(ENVIRON)
        self.write("{id: sw-1, address: 192.0.2.1, site: hexi, snmp: {credential: v2c}}")

    def write(self, *devices: str, settings: str = "") -> None:
        rows = "".join(f"  - {device}\n" for device in devices)
        self.file("inventory.yaml", INVENTORY + rows)
        self.file("agent.yaml", SETTINGS + settings)

    def file(self, name: str, text: str) -> None:
        path = self.path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
        path.chmod(0o600)

    def read(self, former: Configuration | None = None) -> Configuration:
        config = self.path / "agent.yaml"
        return read_configuration(config, Secrets(self.environ, None), CHECKS, former)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_plan_holds_everything_that_the_device_is_asked_with(folder: Folder) -> None:
    folder.write(
        "{id: sw-1, address: [192.0.2.1, '2001:db8::1'], site: hexi, profile: generic, "
        "snmp: {credential: v3, port: 1161, max_repetitions: 10, requests_per_second: 5}, "
        "uplinks: [{interface: XGE1, design_speed: 10G}], interfaces: {exclude: [Null*]}}",
        settings="intervals: {snmp: 30s, snmp.lldp: 10m}\n",
    )
    plan = folder.read().plans["sw-1", "snmp"]
    assert plan.addresses == ("192.0.2.1", "2001:db8::1")
    assert plan.credential == User(
        name="nms",
        auth=AuthProtocol.SHA256,
        auth_key=b"authauth1",
        priv=PrivProtocol.AES128,
        priv_key=b"privpriv1",
        context=b"vlan-1",
    )
    assert (plan.port, plan.profile, plan.interval_s) == (1161, "generic", 30.0)
    assert (plan.limits.max_repetitions, plan.limits.requests_per_second) == (10, 5)
    assert plan.uplinks == {"XGE1"}
    assert dict(plan.intervals_s) == {"lldp": 600.0}
    assert not plan.interfaces.wanted("Null0")
    assert "authauth1" not in repr(plan)


def test_interval_of_a_table_that_nobody_knows_is_a_mistake(folder: Folder) -> None:
    folder.write(settings="intervals: {snmp: 30s, snmp.interfaec: 10m, snmp.lldp: 5m}\n")
    with pytest.raises(Problems) as found:
        folder.read()
    (problem,) = found.value.problems
    assert str(problem).endswith(
        'agent.yaml:4: intervals.snmp.interfaec: unknown table "interfaec"; '
        'did you mean "interface"?'
    )


@pytest.mark.parametrize(("name", "version"), [("v1", Version.V1), ("v2c", Version.V2C)])
def test_community_has_its_version(folder: Folder, name: str, version: Version) -> None:
    folder.write(f"{{id: sw-1, address: 192.0.2.1, site: hexi, snmp: {{credential: {name}}}}}")
    assert folder.read().plans["sw-1", "snmp"].credential == Community(version, b"public-1")


def test_device_without_snmp_has_no_check(folder: Folder) -> None:
    folder.write("{id: sw-1, address: 192.0.2.1, site: hexi}")
    configuration = folder.read()
    assert configuration.target_ids == ("sw-1",)
    assert not configuration.plans
    assert not configuration.checks


def test_agent_that_does_not_poll_plans_nothing(folder: Folder) -> None:
    folder.write(
        "{id: sw-1, address: 192.0.2.1, site: hexi, snmp: {credential: v2c}}",
        settings="roles: [events]\n",
    )
    assert not folder.read().plans


def test_secret_of_the_service_manager_is_unplanned_outside_the_service(folder: Folder) -> None:
    folder.write("{id: sw-1, address: 192.0.2.1, site: hexi, snmp: {credential: systemd}}")
    configuration = folder.read()
    assert not configuration.plans
    assert configuration.unplanned.keys() == {("sw-1", "snmp")}
    with pytest.raises(Problems, match="sw-1: snmp"):
        refuse_unplanned(configuration)


def test_mistakes_of_inventory_and_profiles_come_together(folder: Folder) -> None:
    folder.file("profiles/mine.yaml", "nonsense: 1\n")
    folder.write(
        "{id: sw-1, address: 192.0.2.1, site: hexy, snmp: {credential: v2c}}",
        settings="profiles: profiles\n",
    )
    with pytest.raises(Problems) as caught:
        folder.read()
    told = str(caught.value)
    assert "hexi" in told
    assert "mine.yaml" in told


def test_unknown_profile_is_a_mistake_with_its_line(folder: Folder) -> None:
    folder.write(
        "{id: sw-1, address: 192.0.2.1, site: hexi, profile: generik, snmp: {credential: v2c}}"
    )
    with pytest.raises(Problems, match=r'inventory\.yaml:\d+: .*"generic"'):
        folder.read()


def test_nothing_changed_is_nothing_to_do(folder: Folder) -> None:
    old = folder.read()
    assert Changes.between(old, folder.read(old)) == Changes()


def test_changes_are_found_by_entry_secret_interval_and_presence(folder: Folder) -> None:
    def rows(*names: str, role: str = "access") -> list[str]:
        return [
            f"{{id: {name}, address: 192.0.2.{number}, site: hexi, role: {role}, "
            "snmp: {credential: v2c}}"
            for number, name in enumerate(names, 1)
        ]

    folder.write(*rows("a", "b"))
    old = folder.read()
    folder.write(*rows("a"), "{id: c, address: 192.0.2.3, site: hexi}")
    assert Changes.between(old, folder.read(old)) == Changes(added=("c",), removed=("b",))
    folder.write(*rows("a", "b", role="core"))
    assert Changes.between(old, folder.read(old)).changed == ("a", "b")
    folder.write(*rows("a", "b"), settings="intervals: {snmp: 30s}\n")
    assert Changes.between(old, folder.read(old)).changed == ("a", "b")
    folder.write(*rows("a", "b"))
    folder.environ["COMMUNITY"] = "public-2"
    assert Changes.between(old, folder.read(old)).changed == ("a", "b")


def test_other_profiles_change_what_is_polled_and_the_same_ones_are_taken_over(
    folder: Folder,
) -> None:
    folder.file("profiles/mine.yaml", "extends: [generic]\n")
    row = "{id: sw-1, address: 192.0.2.1, site: hexi, snmp: {credential: v2c}}"
    folder.write(row, "{id: idle, address: 192.0.2.2, site: hexi}", settings="profiles: profiles\n")
    old = folder.read()
    same = folder.read(old)
    assert same.devices is old.devices
    folder.file("profiles/mine.yaml", "extends: [generic]\nmatch: [{sysDescr: Mine}]\n")
    changes = Changes.between(old, folder.read(old))
    assert changes.changed == ("sw-1",)
    assert changes.exposition


def test_cap_on_series_concerns_the_exposition_alone(folder: Folder) -> None:
    old = folder.read()
    folder.write(
        "{id: sw-1, address: 192.0.2.1, site: hexi, snmp: {credential: v2c}}",
        settings="exposition: {max_series_per_target: 100}\n",
    )
    assert Changes.between(old, folder.read(old)) == Changes(exposition=True)


@pytest.mark.parametrize(
    ("key", "settings"),
    [
        ("state", "state: elsewhere\n"),
        ("control", "control: c.sock\n"),
        ("roles", "roles: [poll]\n"),
    ],
)
def test_key_that_needs_a_restart_is_refused_by_name(
    folder: Folder, key: str, settings: str
) -> None:
    old = folder.read()
    row = "{id: sw-1, address: 192.0.2.1, site: hexi, snmp: {credential: v2c}}"
    folder.write(row, settings=settings)
    with pytest.raises(Problems, match=key):
        refuse_restarts(old, folder.read(old))
