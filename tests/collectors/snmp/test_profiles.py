"""Profiles: each mistake with its exact message, inheritance, selection."""

from pathlib import Path

import pytest

from collectors.catalogue import load_catalogue
from collectors.snmp.load import Loaded, load_profiles
from inventory.located import Problems

GOOD = """\
extends: generic
match: {sysObjectID: 1.3.6.1.4.1.99999.2}
declare:
  tables:
    x_door: {identity: [door], help: A door of the cabinet.}
  families:
    egov_x_door_open: {table: x_door, help: 1 when the door is open.}
tables:
  doors:
    gives: x_door
    index: {doorIndex: integer}
    structure:
      doorName: {oid: 1.3.6.1.4.1.99999.1.1.2, as: text}
    values:
      doorState: 1.3.6.1.4.1.99999.1.1.3
    labels:
      door: [doorName, doorIndex]
    metrics:
      egov_x_door_open: {from: doorState, map: {1: 1, 2: 0}}
"""


def load(folder: Path, text: str, name: str = "cabinet") -> Loaded:
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load_profiles(load_catalogue(), folder)


def test_a_good_profile_of_a_user(tmp_path: Path) -> None:
    loaded = load(tmp_path, GOOD)
    profile = loaded.profiles.named("cabinet")
    assert {"interfaces", "doors"} <= {one.name for one in profile.tables}
    assert "egov_x_door_open" in loaded.catalogue.families
    assert loaded.profiles.select("1.3.6.1.4.1.99999.2.7", "").name == "cabinet"
    assert loaded.profiles.select("1.3.6.1.4.1.99999.21", "").name == "generic"


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("extends: generic", "extends: generik", 1,
         'extends: unknown profile generik; did you mean "generic"?'),
        ("extends: generic", "extends: cabinet", 1,
         "extends: extends itself: cabinet -> cabinet"),
        ("extends: generic", "exstends: generic", 1,
         'exstends: unknown key; did you mean "extends"?'),
        ("1.3.6.1.4.1.99999.2}", "1.3.6.1.4.1.x}", 2,
         'match.sysObjectID: "1.3.6.1.4.1.x": expected an OID such as 1.3.6.1.2.1.2.2.1.8'),
        ("match: {sysObjectID: 1.3.6.1.4.1.99999.2}", "match: {sysDescr: '('}", 2,
         "match.sysDescr: is no pattern: missing ), unterminated subpattern at position 0"),
        ("match: {sysObjectID: 1.3.6.1.4.1.99999.2}", "match: {}", 2,
         "match: expected sysObjectID, sysDescr or both"),
        ("egov_x_door_open: {table", "egov_door_open: {table", 7,
         "declare.families.egov_door_open: a profile's own names begin with egov_x_"),
        ("    gives: x_door", "    gives: x_dor", 10,
         'tables.doors.gives: unknown table x_dor; did you mean "x_door"?'),
        ("    gives: x_door\n", "", 9,
         "tables.doors: say with `gives` which table of the catalogue this is"),
        ("gives: x_door", "gives: device", 10,
         ("tables.doors.gives: device has one row: read scalars, "
         "and look into other tables from there")),
        ("doorIndex: integer", "doorIndex: intger", 11,
         ('tables.doors.index.doorIndex: "intger": expected integer, string, mac, ipv4, ipv6, '
         'router_id, oid, inet, last_inet, address, time_filter or rest; did you mean "integer"?')),
        ("doorIndex: integer}", "doorIndex: integer}\n    unless: doorz", 12,
         'tables.doors.unless: unknown table doorz; did you mean "doors"?'),
        ("doorIndex: integer", "doorIndex: {type: mac, length: 3}", 11,
         "tables.doors.index.doorIndex: only a string or an OID has a length"),
        ("{doorIndex: integer}", "{s: {type: string, implied: true}, doorIndex: integer}", 11,
         "tables.doors.index.s: only the last part may be implied"),
        ("as: text", "as: txt", 13,
         ('tables.doors.structure.doorName.as: "txt": expected integer, text, mac, hex, oid, '
         'address, router_id, system_id, date, decimal or numbers; did you mean "text"?')),
        ("as: text", "absend: 1", 13,
         'tables.doors.structure.doorName.absend: unknown key; did you mean "absent"?'),
        ("{oid: 1.3.6.1.4.1.99999.1.1.2, as: text}", "{as: text}", 13,
         "tables.doors.structure.doorName.oid: missing: oid"),
        ("1.3.6.1.4.1.99999.1.1.3", "1.3.6.1.4.1.99999..3", 15,
         ('tables.doors.values.doorState: "1.3.6.1.4.1.99999..3": '
         "expected an OID such as 1.3.6.1.2.1.2.2.1.8")),
        ("1.3.6.1.4.1.99999.1.1.3", "1.3.6.1.4.1.9999999999.1", 15,
         ('tables.doors.values.doorState: "1.3.6.1.4.1.9999999999.1": '
          "expected an OID such as 1.3.6.1.2.1.2.2.1.8")),
        ("doorState: 1.3", "doorName: 1.3", 15,
         "tables.doors.values.doorName: this name is taken"),
        ("doorState: 1.3.6.1.4.1.99999.1.1.3",
         "doorState: {oid: 1.3.6.1.4.1.99999.1.1.3, every: 5m}", 15,
         "tables.doors.values.doorState.every: values are read whenever the table is"),
        ("    index: {doorIndex: integer}\n", "", 12,
         "tables.doors.structure.doorName: a scalar's OID ends in .0"),
        ("    index:", "    every: 5 minutes\n    index:", 11,
         'tables.doors.every: "5 minutes": expected a duration such as 30s, 5m or 1h'),
        ("door: [doorName", "dor: [doorName", 17,
         'tables.doors.labels.dor: dor is no label of x_door; did you mean "door"?'),
        ("doorName, doorIndex]", "doorNam, doorIndex]", 17,
         'tables.doors.labels.door: unknown name doorNam; did you mean "doorName"?'),
        ("doorName, doorIndex]", "door]", 17,
         "tables.doors.labels.door: needs itself: door -> door"),
        ("[doorName, doorIndex]", "interface(doorIndex).ifName", 17,
         'tables.doors.labels.door: unknown table interface; did you mean "interfaces"?'),
        ("[doorName, doorIndex]", "interfaces(doorIndex).ifNam", 17,
         'tables.doors.labels.door: interfaces has no ifNam; did you mean "ifName"?'),
        ("[doorName, doorIndex]", "stack(doorIndex).aggregate", 17,
         "tables.doors.labels.door: stack has an index of 2 parts, not 1"),
        ("egov_x_door_open: {from: doorState, map: {1: 1, 2: 0}}", "egov_x_door_opn: doorState", 19,
         'tables.doors.metrics.egov_x_door_opn: unknown family; did you mean "egov_x_door_open"?'),
        ("egov_x_door_open: {from: doorState, map: {1: 1, 2: 0}}",
         "egov_interface_up: doorState", 19,
         "tables.doors.metrics.egov_interface_up: belongs to the table interface"),
        ("{from: doorState, map: {1: 1, 2: 0}}", "doorName", 19,
         "tables.doors.metrics.egov_x_door_open: a sample is a number, not text"),
        ("{1: 1, 2: 0}", "{1: open, 2: 0}", 19,
         "tables.doors.metrics.egov_x_door_open: `map` gives numbers or texts, never both"),
        ("map: {1: 1, 2: 0}", "else: 1", 19,
         "tables.doors.metrics.egov_x_door_open: `else` needs a `map`"),
        ("map: {1: 1, 2: 0}", "unit: percent", 19,
         ("tables.doors.metrics.egov_x_door_open.unit: percent becomes ratio, "
         "egov_x_door_open is in plain numbers")),
        ("map: {1: 1, 2: 0}", "unit: prozent", 19,
         'tables.doors.metrics.egov_x_door_open: unknown unit prozent; did you mean "percent"?'),
        ("map: {1: 1, 2: 0}", "labels: {side: left}", 19,
         "tables.doors.metrics.egov_x_door_open: expected the labels: none"),
        ("    metrics:", "    keep: doorState\n    metrics:", 18,
         "tables.doors.keep: must be true or false, not number"),
        ("    metrics:", "    fact: {type: Door}\n    metrics:", 18,
         "tables.doors.fact.type: x_door makes facts of the type none"),
        ("    metrics:", "    lanes: lane\n    metrics:", 18,
         "tables.doors.lanes: lane is no label of x_door"),
        ("    metrics:", "    info:\n      egov_x_door_open: {alias: doorName}\n    metrics:", 19,
         "tables.doors.info.egov_x_door_open: is no _info family; it stands under `metrics`"),
    ],
)  # fmt: skip
def test_a_mistake_has_file_line_and_what_would_be_right(
    tmp_path: Path, old: str, new: str, line: int, message: str
) -> None:
    assert GOOD.count(old) == 1
    with pytest.raises(Problems) as caught:
        load(tmp_path, GOOD.replace(old, new))
    found = [str(one) for one in caught.value.problems]
    assert f"{tmp_path / 'cabinet.yaml'}:{line}: {message}" in found


def test_all_mistakes_come_in_one_run(tmp_path: Path) -> None:
    text = GOOD.replace("as: text", "as: txt").replace("doorIndex: integer", "doorIndex: intger")
    (tmp_path / "other.yaml").write_text("tables: 5\n")
    with pytest.raises(Problems) as caught:
        load(tmp_path, text)
    files = {Path(one.file).name for one in caught.value.problems}
    assert files == {"cabinet.yaml", "other.yaml"}
    assert len(caught.value.problems) == 3


def test_two_profiles_of_one_name_and_a_name_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "Cabinet 1.yaml").write_text("tables: {}\n")
    with pytest.raises(Problems) as caught:
        load(tmp_path, GOOD, "net-snmp")
    messages = [str(one) for one in caught.value.problems]
    assert "a profile is named in small letters, digits and -, and not auto" in messages[0]
    assert "net-snmp exists already; choose another name and extend it:" in messages[1]


def test_two_users_profiles_may_not_declare_one_family(tmp_path: Path) -> None:
    (tmp_path / "closet.yaml").write_text(GOOD)
    with pytest.raises(Problems, match="declared already"):
        load(tmp_path, GOOD)


def test_a_child_replaces_and_removes_what_it_names(tmp_path: Path) -> None:
    text = """\
extends: interfaces
tables:
  interfaces:
    keep: ~
    metrics:
      egov_interface_receive_errors_total: ~
      egov_interface_up: {from: ifOperStatus, map: {1: 1, 5: 1}, else: 0}
"""
    profile = load(tmp_path, text).profiles.named("cabinet")
    [interfaces] = [one for one in profile.tables if one.name == "interfaces"]
    families = [one.family for one in interfaces.metrics]
    assert "egov_interface_receive_errors_total" not in families
    assert families.count("egov_interface_up") == 1
    assert interfaces.keep is None


def test_the_longest_prefix_wins_and_then_the_description(tmp_path: Path) -> None:
    (tmp_path / "short.yaml").write_text("match: {sysObjectID: 1.3.6.1.4.1.9}\n")
    (tmp_path / "long.yaml").write_text("match: {sysObjectID: 1.3.6.1.4.1.9.1}\n")
    (tmp_path / "ios.yaml").write_text(
        "match: [{sysObjectID: 1.3.6.1.4.1.9.1, sysDescr: IOS}, {sysDescr: '^Odd'}]\n"
    )
    profiles = load_profiles(load_catalogue(), tmp_path).profiles
    assert profiles.select("1.3.6.1.4.1.9.2", "IOS").name == "short"
    assert profiles.select("1.3.6.1.4.1.9.1.5", "NX-OS").name == "long"
    assert profiles.select("1.3.6.1.4.1.9.1.5", "Cisco IOS").name == "ios"
    assert profiles.select("", "Odd box").name == "ios"
    assert profiles.select("1.3.6.1.4.1.8072.3.2.10", "Linux").name == "net-snmp"


def test_tables_that_are_joined_come_at_one_interval(tmp_path: Path) -> None:
    text = GOOD + GOOD[GOOD.index("  doors:") :].replace("  doors:", "  gates:\n    every: 5m", 1)
    with pytest.raises(Problems) as caught:
        load(tmp_path, text)
    [problem] = caught.value.problems
    assert problem.text == "doors gives the same table at another interval"


def test_our_own_profiles_are_right() -> None:
    names = load_profiles(load_catalogue()).profiles.names()
    assert {"generic", "net-snmp", "interfaces", "system", "ip", "entity-sensors"} <= set(names)
