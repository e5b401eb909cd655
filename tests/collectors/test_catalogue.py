"""The catalogue says each family once, in both languages, and refuses what would clash."""

import dataclasses
from pathlib import Path

import pytest

from collectors.catalogue import Catalogue, FamilyType, Scope, load_catalogue
from collectors.contract import Method
from inventory.located import Problems, parse
from texts import speaking


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def test_every_family_stands_in_a_table_and_every_table_has_families(catalogue: Catalogue) -> None:
    assert set(catalogue.columns) == set(catalogue.tables)
    assert all(catalogue.columns.values())


def test_labels_of_a_family_are_its_tables_identity_and_its_own(catalogue: Catalogue) -> None:
    packets = catalogue.families["egov_interface_receive_packets_total"]
    assert packets.labels == ("interface", "cast")
    assert packets.extra == ("cast",)
    assert packets.type is FamilyType.COUNTER
    assert packets.values == {"cast": ("unicast", "multicast", "broadcast")}


def test_what_may_change_is_no_identity(catalogue: Catalogue) -> None:
    changing = {
        "alias",
        "model",
        "version",
        "serial",
        "mac",
        "index",
        "role",
        "name",
        "description",
    }
    for table in catalogue.tables.values():
        assert not changing & set(table.identity)


def test_free_text_stands_on_info_only(catalogue: Catalogue) -> None:
    polled = [family for family in catalogue.families.values() if family.table != "agent"]
    for family in polled:
        assert family.is_info or set(family.extra) <= set(family.values)


def test_site_families_are_exposed_with_the_agent(catalogue: Catalogue) -> None:
    assert catalogue.tables["site_targets"].scope is Scope.AGENT
    assert catalogue.tables["interface"].scope is Scope.TARGET
    assert catalogue.tables["interface"].preferred is Method.SNMP


def test_help_is_there_in_both_languages(catalogue: Catalogue) -> None:
    for one in (*catalogue.families.values(), *catalogue.tables.values()):
        assert one.help.isascii()
        assert not one.help_zh.isascii()


def test_profile_may_add_a_column_and_a_table(catalogue: Catalogue) -> None:
    profile = parse(
        b"""
name: mine
declare:
  tables:
    x_poe: {identity: [group], help: A group of ports.}
  families:
    egov_x_poe_watts: {table: x_poe, unit: watts, help: Power drawn.}
    egov_x_interface_flaps_total: {table: interface, type: counter, help: Flaps.}
""",
        "mine.yaml",
    )
    extended = catalogue.extended(profile, "declare")
    assert extended.tables["x_poe"].identity == ("group",)
    assert extended.families["egov_x_poe_watts"].help_zh == "Power drawn."
    assert extended.families["egov_x_interface_flaps_total"].labels == ("interface",)
    assert extended.columns["interface"][-1].name == "egov_x_interface_flaps_total"
    assert "egov_x_poe_watts" not in catalogue.families


MISTAKES = [
    ("families: {egov_x_a: {table: cpu, help: h}, egov_y: {table: cpu, help: h}}",
     "families.egov_y: a profile's own names begin with egov_x_"),
    ("tables: {mine: {help: h}}", "tables.mine: a profile's own names begin with x_"),
    ("tables: {x_t: {help: h, scope: agent}}", "tables.x_t.scope: a profile measures at targets"),
    ("families: {egov_x_A: {table: cpu, help: h}}",
     "families.egov_x_A: a name has small letters, digits and _"),
    ("families: {egov_x_a: {table: cpus, help: h}}",
     'families.egov_x_a.table: unknown table "cpus"; did you mean "cpu"?'),
    ("families: {egov_x_a: {table: cpu, helf: h, help: h}}",
     'families.egov_x_a.helf: unknown key; did you mean "help"?'),
    ("families: {egov_x_a: {table: cpu, type: counter, help: h}}",
     "families.egov_x_a: a counter's name ends in _total, and only a counter's"),
    ("families: {egov_x_a_total: {table: cpu, help: h}}",
     "families.egov_x_a_total: a counter's name ends in _total, and only a counter's"),
    ("families: {egov_x_a: {table: cpu, type: histogram, help: h}}",
     'families.egov_x_a.type: "histogram": expected one of counter, gauge'),
    ("families: {egov_x_a: {table: cpu, unit: bytes, help: h}}",
     "families.egov_x_a: the name must end in the unit, _bytes"),
    ("families: {egov_x_a_count: {table: cpu, help: h}}",
     "families.egov_x_a_count: this ending is reserved for histograms and summaries"),
    ("families: {egov_x_counter_a: {table: cpu, help: h}}",
     "families.egov_x_counter_a: a name does not say its type"),
    ("families: {egov_x_a: {table: cpu}}",
     "families.egov_x_a.help: say in one line what it is"),
    ("families: {egov_x_a: {table: cpu, help: h, labels: [component]}}",
     'families.egov_x_a.labels[0]: label "component" is taken'),
    ("families: {egov_x_a: {table: cpu, help: h, labels: [instance]}}",
     'families.egov_x_a.labels[0]: label "instance" is taken'),
    ("families: {egov_x_a: {table: cpu, help: h, labels: cast}}",
     'families.egov_x_a.labels: "cast": expected a list of words'),
    ("families: {egov_x_a: {table: cpu, help: h, values: {lane: [a]}}}",
     "families.egov_x_a.values.lane: is no label of this family"),
    ("families: {egov_x_a: {table: cpu, help: [h]}}",
     "families.egov_x_a.help: a list: expected text on one line"),
    ("families: [egov_x_a]", "families: a list: expected a mapping"),
    ("family: {}", 'family: unknown key; did you mean "families"?'),
    ("tables: {x_t: {help: h, identity: [site]}}", 'tables.x_t.identity[0]: label "site" is taken'),
    ("tables: {x_t: {help: h, scope: targe}}",
     'tables.x_t.scope: "targe": expected one of target, agent; did you mean "target"?'),
    ("tables: {x_t: {help: h, fact: CheckOutcom}}",
     'tables.x_t.fact: unknown fact "CheckOutcom"; did you mean "CheckOutcome"?'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), MISTAKES)
def test_mistake_names_its_place(catalogue: Catalogue, text: str, expected: str) -> None:
    node = parse(f"\n{text}\n".encode(), "p.yaml")
    with speaking("en"), pytest.raises(Problems) as caught:
        catalogue.extended(node)
    assert str(caught.value.problems[0]) == f"p.yaml:2: {expected}"


def test_two_profiles_that_declare_one_name_clash(catalogue: Catalogue) -> None:
    node = parse(b"families: {egov_x_a: {table: cpu, help: h}}", "p.yaml")
    once = catalogue.extended(node)
    with speaking("en"), pytest.raises(Problems, match=r"p.yaml:1: families.egov_x_a: is declared"):
        once.extended(node)


def test_all_mistakes_are_told_in_one_run(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.yaml"
    path.write_text(
        "tables:\n  t: {help: h}\nfamilies:\n  egov_a: {table: u, help: h, help_zh: 零}\n"
    )
    with speaking("en"), pytest.raises(Problems) as caught:
        load_catalogue(path)
    assert [(one.line, one.path) for one in caught.value.problems] == [
        (2, "tables.t.help_zh"),
        (4, "families.egov_a.table"),
    ]


def test_declarations_are_frozen(catalogue: Catalogue) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        catalogue.families["egov_target_up"].unit = "up"  # type: ignore[misc]
